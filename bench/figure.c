/* figure.c - what was measured, round by round. */
#include "figure.h"

#include <stdlib.h>
#include <string.h>

const figure_info figure_infos[N_FIGURES] = {
#define X(id, title, a, b, unit, goal, bound)                                  \
    {title, a, b, unit, false, goal, bound},
#define BESIDE(id, title, a, b, unit, goal, bound)                             \
    {title, a, b, unit, true, goal, bound},
#include "figures.def"
#undef BESIDE
#undef X
};

void
figure_add(figures *f, figure_id id, peer p, double a, double b)
{
    figure *one = &f->of[id][p];

    if (one->n >= FIGURE_ROUNDS_MAX || a <= 0 || b <= 0)
        return;
    one->part = f->part;
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

static void
quotients_of(const figure *f, double quotients[FIGURE_ROUNDS_MAX])
{
    for (int i = 0; i < f->n; i++)
        quotients[i] = f->a[i] / f->b[i];
}

spread
figure_ratio(const figure *f)
{
    double quotients[FIGURE_ROUNDS_MAX];

    quotients_of(f, quotients);
    return spread_of(quotients, f->n);
}

verdict
figure_verdict(const figures *f, figure_id id)
{
    const figure *ours = &f->of[id][OURS], *bare = &f->of[id][BARE];
    double quotients[FIGURE_ROUNDS_MAX], beside[FIGURE_ROUNDS_MAX];
    int n = ours->n;

    quotients_of(ours, quotients);
    if (figure_infos[id].beside) {
        quotients_of(bare, beside);
        n = bare->n < n ? bare->n : n;
        for (int i = 0; i < n; i++)
            quotients[i] /= beside[i];
    }
    return verdict_of(
        quotients, n, figure_infos[id].goal, figure_infos[id].bound);
}

figure_id
figure_wanting(const figures *f, int rounds, bool undecided)
{
    int id = 0;

    for (; id < N_FIGURES; id++) {
        const figure *ours = &f->of[id][OURS];

        if (ours->n == 0 || ours->part != f->part)
            continue;
        if (ours->n < rounds ||
            (undecided && figure_verdict(f, (figure_id)id) == UNDECIDED))
            break;
    }
    return (figure_id)id;
}
