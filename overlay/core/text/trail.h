/* trail.h - a line of the audit trail: what became of an account, when and by
 * whom, for people and programs that read it years later.
 *
 * A line is one JSON object (RFC 8259, JSON Lines) in ASCII: whatever is not
 * printable ASCII is written as \uXXXX, bytes that are no UTF-8 as \ufffd. So
 * no value makes a line, a field or a character that a terminal obeys. There is
 * no field for a password, a hash, a birth date or an INE.
 */
#ifndef EDC_TRAIL_H
#define EDC_TRAIL_H

#include <stdint.h>

#include "core/text/text.h"

typedef enum edc_trail_field {
#define EDC_TRAIL_FIELD(id, name, kind, about) EDC_TRAIL_##id,
#include "core/text/trail.def"
#undef EDC_TRAIL_FIELD
    EDC_N_TRAIL_FIELDS
} edc_trail_field;

/* One line. Ranges are borrowed; an empty one is not written. time and cut are
 * written by edc_trail_write() itself. */
typedef struct edc_trail {
    int64_t seconds; /* since 1970; years 0001..9999 as edc_time_format() */
    uint32_t micro;  /* < 1000000 */
    edc_str text[EDC_N_TRAIL_FIELDS]; /* of the fields that are text */
    bool relax;
    unsigned server; /* 0: not written */
} edc_trail;

/* Characters of one value at most, as they are written: a DN of 512 letters, or
 * of 85 that have to be escaped. This project's choice: a line stays below what
 * syslog daemons take (8 KiB). */
#define EDC_TRAIL_VALUE 512

/* Room for any line, its line feed and NUL. */
#define EDC_TRAIL_SIZE 8192

/* Writes the line, with its line feed and a NUL. Returns its length, line feed
 * included. Pure; thread-safe. */
size_t edc_trail_write(const edc_trail *trail, char out[EDC_TRAIL_SIZE]);

#endif
