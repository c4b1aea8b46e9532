/* scheme.h - {SCHEME} values: what counts as a hash, which may be imported.
 *
 * RFC 2307 section 5.3 gives the {SCHEME}value form.
 */
#ifndef EDC_SCHEME_H
#define EDC_SCHEME_H

#include "core/password/hash.h"

/* The scheme name with its braces, as a range into value; empty when there is
 * none: 1..32 of A-Z a-z 0-9 . / _ - . Pure. */
edc_str edc_scheme_of(edc_str value);

/* Whether a stored value is this overlay's own kind; whether it is one that is
 * verified in microseconds (a digest, salted or not). Pure. */
bool edc_scheme_is_argon2(edc_str value);
bool edc_scheme_is_quick(edc_str value);

/* Whether educonnect-import-schemes may name this scheme ("{SSHA}", any case):
 * one of a fixed table, each with a way to read its cost. Pure. */
bool edc_scheme_importable(edc_str scheme);

/* Whether the hash is well-formed for its scheme and its cost is under the
 * ceiling: for {ARGON2} the three figures; for {PBKDF2...} and {CRYPT} (sha256
 * and sha512 rounds) the iterations, of which one counts like one KiB filled
 * once, so at most memory x time of the ceiling; other {CRYPT} kinds whose cost
 * cannot be read are refused. Pure. */
typedef enum edc_scheme_verdict {
    EDC_SCHEME_OK,
    EDC_SCHEME_UNKNOWN,   /* not in the table */
    EDC_SCHEME_BROKEN,    /* not well-formed */
    EDC_SCHEME_TOO_COSTLY /* over the ceiling */
} edc_scheme_verdict;
edc_scheme_verdict edc_scheme_check(edc_str value, edc_cost ceiling);

#endif
