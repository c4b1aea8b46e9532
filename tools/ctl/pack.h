/* pack.h - numbers and texts as bytes, for what is put aside on disk and
 * read again by the same process: each text stands behind its length.
 */
#ifndef CTL_PACK_H
#define CTL_PACK_H

#include <stdbool.h>
#include <stddef.h>

/* Bytes that grow. An all-zero one is empty; free() its bytes. */
typedef struct ctl_pack {
    char *bytes;
    size_t n, room;
} ctl_pack;

void ctl_pack_number(ctl_pack *p, size_t value); /* below 2^32 */
void ctl_pack_text(ctl_pack *p, const char *text, size_t n);

/* What is left to be read of such bytes. ok turns false, for good, when there
 * is less than was asked for; numbers are 0 then and texts empty. */
typedef struct ctl_unpack {
    const char *bytes;
    size_t n;
    bool ok;
} ctl_unpack;

size_t ctl_unpack_number(ctl_unpack *u);

/* A text as a range of the bytes themselves. */
const char *ctl_unpack_text(ctl_unpack *u, size_t *n);

#endif
