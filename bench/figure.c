/* figure.c - what was measured, round by round. */
#include "figure.h"

#include <stdlib.h>
#include <string.h>

const figure_info figure_infos[N_FIGURES] = {
#define X(id, title, a, b, unit, goal, bound) {title, a, b, unit, goal, bound},
#include "figures.def"
#undef X
};

void
figure_add(figures *f, figure_id id, peer p, double a, double b)
{
    figure *one = &f->of[id][p];

    if (one->n >= FIGURE_ROUNDS_MAX)
        return;
    one->a[one->n] = a;
    one->b[one->n] = b;
    one->n++;
}

static int
compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

spread
spread_of(const double *values, int n)
{
    double sorted[FIGURE_ROUNDS_MAX];

    if (n < 1)
        return (spread){0, 0, 0};
    memcpy(sorted, values, (size_t)n * sizeof(*sorted));
    qsort(sorted, (size_t)n, sizeof(*sorted), compare_doubles);
    return (spread){
        (sorted[(n - 1) / 2] + sorted[n / 2]) / 2, sorted[0], sorted[n - 1]};
}

spread
figure_ratio(const figure *f)
{
    double quotients[FIGURE_ROUNDS_MAX];

    for (int i = 0; i < f->n; i++)
        quotients[i] = f->b[i] > 0 ? f->a[i] / f->b[i] : 0;
    return spread_of(quotients, f->n);
}

bool
figure_meets(figure_id id, const figure *f)
{
    double median = figure_ratio(f).median;

    switch (figure_infos[id].goal) {
    case MOST:
        return median <= figure_infos[id].bound;
    case LEAST:
        return median >= figure_infos[id].bound;
    default:
        return true;
    }
}
