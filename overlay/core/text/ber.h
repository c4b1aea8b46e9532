/* ber.h - elements of BER as LDAP has them on the wire (RFC 4511 section 5.1):
 * tags of one byte, definite lengths. What is taken points into the bytes.
 */
#ifndef EDC_BER_H
#define EDC_BER_H

#include "core/text/text.h"

/* Universal and context-specific tags, of one byte each (X.690). */
#define EDC_BER_SEQUENCE 0x30u
#define EDC_BER_STRING 0x04u
#define EDC_BER_CONTEXT(n) (0x80u | (n))
#define EDC_BER_CONTEXT_SEQUENCE(n) (0xa0u | (n))

/* Whether the next element has this tag. */
bool edc_ber_next_is(const edc_str *rest, unsigned tag);

/* Takes the first element off, which has this tag; *rest is what follows it
 * then. Returns false for another tag, and for an element that is cut short;
 * *rest is of no use afterwards. Pure. */
bool edc_ber_take(edc_str *rest, unsigned tag, edc_str *content);

#endif
