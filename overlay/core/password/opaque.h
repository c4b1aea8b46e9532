/* opaque.h - preparation of passwords: the OpaqueString profile of RFC 8265.
 *
 * The same at write and at bind, so that a password typed on another keyboard
 * (composed or decomposed accents) is the same password.
 */
#ifndef EDC_OPAQUE_H
#define EDC_OPAQUE_H

#include "core/text/text.h"

typedef enum edc_opaque {
    EDC_OPAQUE_OK,
    EDC_OPAQUE_EMPTY,    /* RFC 8265 section 4.2.2: zero length is refused */
    EDC_OPAQUE_INVALID,  /* not UTF-8, or a code point of class "disallowed" */
    EDC_OPAQUE_TOO_LONG, /* more than EDC_OPAQUE_MAX bytes: not even read */
    EDC_OPAQUE_NO_MEMORY
} edc_opaque;

/* Longest input in bytes that is looked at: slapd takes requests of 4 MiB and
 * more, and normalising them would cost more than the hash. */
#define EDC_OPAQUE_MAX 4096

/* Enforces the profile (RFC 8265 section 4.2.2): FreeformClass of RFC 8264
 * section 4.3, any Zs space to U+0020, no case change, NFC. On EDC_OPAQUE_OK
 * *out holds the UTF-8 result and is released with edc_buf_wipe(); otherwise
 * *out is empty. Idempotent: preparing a prepared value changes nothing.
 * Thread-safe. */
edc_opaque edc_opaque_prepare(edc_str in, edc_buf *out);

/* Number of code points in valid UTF-8. */
size_t edc_opaque_length(edc_str prepared);

#endif
