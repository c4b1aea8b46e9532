/* phc.h - the PHC string form of Argon2 hashes, read and written.
 *
 * libargon2 exports no reader for it, and slapd's module trusts what it reads;
 * this one refuses whatever is not canonical.
 */
#ifndef EDC_PHC_H
#define EDC_PHC_H

#include <stdint.h>

#include "core/text/text.h"

#define EDC_PHC_SALT_MAX 64
#define EDC_PHC_TAG_MAX 64

/* Numbers as libargon2's argon2_type has them. */
typedef enum edc_argon2 {
    EDC_ARGON2D = 0,
    EDC_ARGON2I = 1,
    EDC_ARGON2ID = 2
} edc_argon2;

typedef struct edc_phc {
    edc_argon2 type;
    uint32_t version;     /* 16 or 19; 16 when the string names none */
    uint32_t memory;      /* KiB */
    uint32_t time;        /* passes */
    uint32_t parallelism; /* lanes */
    unsigned char salt[EDC_PHC_SALT_MAX];
    size_t salt_len; /* 8..EDC_PHC_SALT_MAX */
    unsigned char tag[EDC_PHC_TAG_MAX];
    size_t tag_len; /* 4..EDC_PHC_TAG_MAX */
} edc_phc;

/* Reads "$argon2id$v=19$m=65536,t=2,p=1$c2FsdA$dGFn" (no {SCHEME} in front).
 * Decimal numbers have no sign and no leading zero and fit 32 bits; base64 is
 * unpadded with zero trailing bits. Returns false, *phc undefined, for
 * anything else. Pure. */
bool edc_phc_parse(edc_str text, edc_phc *phc);

/* Writes the same form, NUL-terminated. Returns its length, or 0 when size is
 * too small or a field is out of range. Pure. */
size_t edc_phc_format(const edc_phc *phc, char *out, size_t size);

#endif
