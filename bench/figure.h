/* figure.h - what was measured, round by round, and what it comes to. */
#ifndef BENCH_FIGURE_H
#define BENCH_FIGURE_H

#include "peers.h"
#include "verdict.h"

#define FIGURE_ROUNDS_MAX 16

/* The rows of figures.def. */
typedef enum figure_id {
#define X(id, title, a, b, unit, goal, bound) FIGURE_##id,
#define BESIDE(id, title, a, b, unit, goal, bound) FIGURE_##id,
#include "figures.def"
#undef BESIDE
#undef X
    N_FIGURES
} figure_id;

typedef struct figure_info {
    const char *title, *a, *b, *unit;
    bool beside; /* the goal is about our quotient beside bare's */
    figure_goal goal;
    double bound;
} figure_info;

extern const figure_info figure_infos[N_FIGURES];

/* The rounds of one figure on one server: two values each, whose quotient
 * counts. */
typedef struct figure {
    double a[FIGURE_ROUNDS_MAX], b[FIGURE_ROUNDS_MAX];
    int n;
    int part; /* of the run, that it belongs to */
} figure;

typedef struct figures {
    figure of[N_FIGURES][N_PEERS];
    int part; /* that is being measured */
} figures;

/* Adds a round; rounds over FIGURE_ROUNDS_MAX are left out, and those in which
 * something was not to be measured (0). */
void figure_add(figures *f, figure_id id, peer p, double a, double b);

typedef struct spread {
    double median, min, max;
} spread;

spread spread_of(const double *values, int n);

/* Of the quotients a / b, pair by pair. */
spread figure_ratio(const figure *f);

/* Whether ours keeps to its goal. */
verdict figure_verdict(const figures *f, figure_id id);

/* A figure of the part that is being measured of which there are less than
 * `rounds`, because one has failed, or where it is asked for one which is
 * undecided; N_FIGURES: none. */
figure_id figure_wanting(const figures *f, int rounds, bool undecided);

#endif
