/* scheme.h - our {ARGON2} in slapd's table of password schemes. */
#ifndef OV_SCHEME_H
#define OV_SCHEME_H

#include "slapd/slapd.h"

/* Registers our {ARGON2} with slapd, so that whoever else verifies such a hash
 * does it under the ceiling; 0 or -1. */
int ov_scheme_register(void);

/* Tells our {ARGON2} that this thread has just tried the password on n stored
 * values that the backend is about to ask for, of which the last was right or
 * none; and that there is nothing more to know. */
void ov_verified_begin(
    const edc_str *stored, size_t n, const struct berval *cred, bool right);
void ov_verified_end(void);

#endif
