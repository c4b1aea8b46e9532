/* tune.h - what tune measures of a machine, and what it makes of it. */
#ifndef TUNE_H
#define TUNE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/gate/bucket.h"
#include "core/settings/settings.h"

/* One cost as it was measured, in slots that were all busy. */
typedef struct tune_row {
    edc_cost cost;
    uint32_t slots;
    double hash;   /* seconds that one takes in its slot */
    double hashes; /* a second, of all slots */
    double share;  /* of the time they are given that they really had, to 1 */
} tune_row;

/* What is asked for. */
typedef struct tune_wish {
    double target;   /* seconds that a hash may take */
    double patience; /* seconds that who waits is to wait at most */
    uint64_t memory; /* KiB that all slots together may have */
} tune_wish;

/* What is proposed: two directives' values, and how many hashes a second are
 * made anew beside it. */
typedef struct tune_plan {
    edc_cost cost;
    edc_hash_slots slots;
    uint32_t rehash;
} tune_plan;

/* ---- tune/measure.c ---- */

/* Computes hashes of this cost for so many seconds as the server does: in slots
 * of a gate, below the priority of everything else, each in memory of its own.
 * What counts is the time that the processors spend on it: what else they do
 * meanwhile makes `share` less, and the rest no other. time: of how many
 * processors the slots have the time, together; a processor each where it is as
 * many as slots or more. Returns false when memory or threads are out. */
bool tune_measure(
    edc_cost cost, uint32_t slots, double time, double seconds, tune_row *row);

/* ---- tune/propose.c, pure ---- */

/* More than this, a slot, gains nobody anything: RFC 9106 section 4 has 64 MiB
 * for where memory is scarce, and a server has it once a slot. */
#define TUNE_MEMORY_MAX 65536

/* With less than this share others kept the processors busy. */
#define TUNE_SHARE 0.9

/* A hash takes less than what is proposed for it, by this part. */
#define TUNE_MARGIN 0.03

/* How many slots: the fewest that compute, within a twentieth, as much as the
 * best of these rows of one cost. */
uint32_t tune_slots(const tune_row *rows, size_t n);

/* The cost that takes the target where `row` was measured: two passes, more
 * where memory is at its most; never less than EDC_HASH_MEMORY and
 * EDC_HASH_TIME, nor more than the ceiling's passes. */
edc_cost tune_cost(const tune_row *row, const tune_wish *wish);

/* What is proposed, of the row that was measured at its cost. */
tune_plan tune_plan_of(const tune_row *row, const tune_wish *wish);

/* Whether this is the least that is proposed, and takes longer than the target.
 * More of it that takes a little longer than measured before misses nothing. */
bool tune_is_missed(const tune_row *row, const tune_wish *wish);

/* Reads a time, "250ms" or "0.25s", into seconds; false for what is none of
 * min to max. */
bool tune_time(const char *text, double min, double max, double *seconds);

#endif
