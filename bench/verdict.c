/* verdict.c - whether rounds of a measurement meet a goal. */
#include "verdict.h"

#include <math.h>

/* How probable it must be that the median lies where the verdict says. */
#define ENOUGH 0.85

/* Of n rounds, that the median is none of the n - 2 * off in the middle: that
 * at most `off` of them lie on one side of it, each with an even chance. */
static double
chance_outside(int n, int off)
{
    double ways = 1, sum = 0;

    for (int k = 0; k <= off; k++) {
        sum += ways;
        ways = ways * (n - k) / (k + 1);
    }
    return 2 * sum / pow(2, n);
}

/* So many may lie off on each side. */
static int
spared(int n)
{
    int off = 0;

    while (2 * (off + 1) < n && 1 - chance_outside(n, off + 1) >= ENOUGH)
        off++;
    return off;
}

verdict
verdict_of(const double *quotients, int n, figure_goal goal, double bound)
{
    int good = 0;

    if (goal == NONE)
        return NO_GOAL;
    if (n < VERDICT_ROUNDS)
        return UNDECIDED;
    for (int i = 0; i < n; i++)
        good += goal == MOST ? quotients[i] <= bound : quotients[i] >= bound;
    if (n - good <= spared(n))
        return MET;
    return good <= spared(n) ? NOT_MET : UNDECIDED;
}
