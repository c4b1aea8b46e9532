/* looks.h - whether what somebody sends as a password is a hash of one. */
#ifndef EDC_LOOKS_H
#define EDC_LOOKS_H

#include "core/text/text.h"

/* Whether a value that a client sent has the form of a hashed password. Such a
 * value is never taken for a clear one: whoever sent it meant what it was made
 * of, which would open nothing.
 *
 * That is {SCHEME} in front, in any case and with blanks anywhere about it,
 * when the scheme is one that directories know, or else when nothing but
 * letters, digits and signs of encodings follows it; and what crypt(3), its
 * like and frameworks of web pages make: $argon2id$, $2y$, $6$, pbkdf2_sha256$
 * and so on, with such signs behind it. "{bonjour} $5 de plus" is a password.
 * Pure, in the time of reading the value. */
bool edc_looks_hashed(edc_str value);

#endif
