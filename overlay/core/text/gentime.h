/* gentime.h - GeneralizedTime and durations, as the directives write them. */
#ifndef EDC_GENTIME_H
#define EDC_GENTIME_H

#include <stdint.h>

#include "core/text/text.h"

/* Bytes of "YYYYMMDDHHMMSSZ" with its NUL. */
#define EDC_TIME_SIZE 16

/* Reads "YYYYMMDDHHMMSSZ", with an optional fraction that is dropped
 * (RFC 4517 section 3.3.13; other zones than Z are refused). Seconds since
 * 1970 UTC, proleptic Gregorian, years 0001..9999, real calendar days only, no
 * leap second. Pure. */
bool edc_time_parse(edc_str text, int64_t *seconds);

/* Writes it. Values outside the years 0001..9999 are clamped to them. Pure. */
void edc_time_format(int64_t seconds, char out[EDC_TIME_SIZE]);

/* Reads a duration: decimal digits and one of d h m s ("90d", "15m"); at most
 * 100 years; zero is refused. Pure. */
bool edc_duration_parse(edc_str text, int64_t *seconds);

/* Writes a duration with the largest unit that divides it; size >= 16. */
void edc_duration_format(int64_t seconds, char *out, size_t size);

#endif
