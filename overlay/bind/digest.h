/* digest.h - SHA-256 of what threads and sessions are to know again. */
#ifndef OV_DIGEST_H
#define OV_DIGEST_H

#include "core/text/text.h"

#define OV_DIGEST_SIZE 32

/* Finds the method, once: OpenSSL looks for it anew at each digest otherwise,
 * which takes longer than the digest. Called from init_module(); 0 or -1. */
int ov_digest_init(void);
void ov_digest_exit(void);

/* Of the ranges one after the other. Returns false when memory is out.
 * Thread-safe. */
bool ov_digest(
    const edc_str *parts, size_t n, unsigned char digest[OV_DIGEST_SIZE]);

#endif
