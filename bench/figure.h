/* figure.h - what was measured, round by round, and what it comes to. */
#ifndef BENCH_FIGURE_H
#define BENCH_FIGURE_H

#include "peers.h"

#define FIGURE_ROUNDS_MAX 16

typedef enum figure_goal { NONE, MOST, LEAST } figure_goal;

/* The rows of figures.def. */
typedef enum figure_id {
#define X(id, title, a, b, unit, goal, bound) FIGURE_##id,
#include "figures.def"
#undef X
    N_FIGURES
} figure_id;

typedef struct figure_info {
    const char *title, *a, *b, *unit;
    figure_goal goal;
    double bound;
} figure_info;

extern const figure_info figure_infos[N_FIGURES];

/* The rounds of one figure on one server: two values each, whose quotient
 * counts. */
typedef struct figure {
    double a[FIGURE_ROUNDS_MAX], b[FIGURE_ROUNDS_MAX];
    int n;
} figure;

typedef struct figures {
    figure of[N_FIGURES][N_PEERS];
} figures;

/* Adds a round; rounds over FIGURE_ROUNDS_MAX are left out. */
void figure_add(figures *f, figure_id id, peer p, double a, double b);

typedef struct spread {
    double median, min, max;
} spread;

spread spread_of(const double *values, int n);

/* Of the quotients a / b, pair by pair. */
spread figure_ratio(const figure *f);

/* Whether the median keeps to the goal; true when there is none. */
bool figure_meets(figure_id id, const figure *f);

#endif
