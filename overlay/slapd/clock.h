/* clock.h - the clocks that guesses and locks are counted by, and work that
 * waits. */
#ifndef OV_CLOCK_H
#define OV_CLOCK_H

#include "slapd/slapd.h"

/* Seconds of a clock that nobody puts forth or back, by which guesses and locks
 * are counted. */
int64_t ov_clock(void);

/* Milliseconds of the clock that waiting goes by. */
int64_t ov_milliseconds(void);

#endif
