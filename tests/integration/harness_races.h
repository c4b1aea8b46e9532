/* harness_races.h - what ThreadSanitizer has reported. */
#ifndef HARNESS_RACES_H
#define HARNESS_RACES_H

/* The first report that is not known, cut out of the reports (which are
 * changed); NULL when there is none. Known are races between the function that
 * a line of `known` begins with and one that it goes on with, unless the memory
 * is the module's: then it counts, whoever met there (tests/tsan.supp). */
char *unknown_race(char *reports, const char *known);

#endif
