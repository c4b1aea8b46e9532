/* clock.h - the clock that guesses and locks are counted by. */
#ifndef OV_CLOCK_H
#define OV_CLOCK_H

#include "slapd/slapd.h"

/* Seconds of a clock that nobody puts forth or back, by which guesses and locks
 * are counted. */
int64_t ov_clock(void);

#endif
