/* verdict.h - whether rounds of a measurement meet a goal. */
#ifndef BENCH_VERDICT_H
#define BENCH_VERDICT_H

/* Of a quotient; NONE: shown for comparison. */
typedef enum figure_goal { NONE, MOST, LEAST } figure_goal;

typedef enum verdict { NO_GOAL, MET, NOT_MET, UNDECIDED } verdict;

/* Rounds that are enough to decide by when all of them agree: the median of
 * what is measured lies between the least and the greatest of so many with a
 * probability of seven in eight. */
#define VERDICT_ROUNDS 4

/* What n rounds' quotients say of a bound. Machines that others use measure the
 * same thing differently each time: UNDECIDED where the rounds spread past the
 * bound, as far as the median may lie, and where there are too few. The more
 * rounds there are, the fewer of them that lie far off are in the way. Pure. */
verdict verdict_of(
    const double *quotients, int n, figure_goal goal, double bound);

#endif
