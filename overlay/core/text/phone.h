/* phone.h - telephone numbers as people type them, in their one form (ITU-T
 * E.164: "+", country code, number).
 *
 * What is taken for a number is its shape, not whether anybody was given it:
 * ranges are opened every year, and a directory is not asked to know them.
 * A library that knows them all would be C++ and renewed every two weeks.
 */
#ifndef EDC_PHONE_H
#define EDC_PHONE_H

#include <stdint.h>

#include "core/text/text.h"

/* "+", at most 15 digits (E.164), NUL. */
#define EDC_PHONE_SIZE 17

/* The country code of numbers that are written without one, when nobody says
 * otherwise: France's. */
#define EDC_PHONE_REGION 33

/* Reads the one number of a text. Digits count, blanks and signs between them
 * do not (no-break ones and dashes of Unicode neither), nor does what stands
 * before or behind it in words or brackets. "+" or 00 comes before a country
 * code, whose own 0 or (0) behind it is dropped.
 *
 * region: country code of numbers without one, as edc_phone_region_valid()
 * takes it. Where it is one of France's or of its overseas departments and
 * territories, ten digits from 0 on, those nine without the 0, and a code of
 * France's without its sign are numbers of France's plan. The plan is one: a
 * number's first digits alone say whether it is of +33, +262, +590, +594, +596
 * or +508 (overseas numbers are typed with 33 as well). In +687, +689, +681 and
 * +508 the short numbers from there are read. In any other region a leading 0
 * is dropped.
 *
 * Returns false, out empty, when the text has no number, or more than one. In
 * the time of reading the text once. Pure, thread-safe. */
bool edc_phone_read(edc_str text, uint32_t region, char out[EDC_PHONE_SIZE]);

/* The number as it is dialled within France: 0 and nine digits. Returns false,
 * out empty, when it is not of France's plan. number: of edc_phone_read().
 * Pure. */
bool edc_phone_national(const char *number, char out[EDC_PHONE_SIZE]);

/* Whether a number is a country code (ITU-T E.164 with its annex on assigned
 * codes: one and two digits where those are, three elsewhere). Pure. */
bool edc_phone_region_valid(uint32_t code);

#endif
