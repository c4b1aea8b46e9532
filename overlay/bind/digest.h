/* digest.h - digests of what threads and sessions are to know again. */
#ifndef OV_DIGEST_H
#define OV_DIGEST_H

#include "core/lockout/digest.h"

/* Makes this process's key. Called from init_module(); 0 or -1. */
int ov_digest_init(void);
void ov_digest_exit(void);

/* Of one range, and of two that are told apart. Thread-safe, allocates
 * nothing. */
edc_digest ov_digest(edc_str one);
edc_digest ov_digest_two(edc_str one, edc_str other);

#endif
