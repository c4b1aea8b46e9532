/* text.h - byte ranges and secret buffers that the core works on.
 *
 * The core is handed bytes that belong to somebody else (an entry, a request)
 * and never keeps them; what it makes itself is in an edc_buf.
 */
#ifndef EDC_TEXT_H
#define EDC_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* A range of bytes, not owned and not necessarily NUL-terminated.
 * p may be NULL when n is 0. */
typedef struct edc_str {
    const char *p;
    size_t n;
} edc_str;

/* A range over a string literal. */
#define EDC_STR(literal) ((edc_str){(literal), sizeof(literal) - 1})

/* A range over a NUL-terminated string; s must not be NULL. */
edc_str edc_str_of(const char *s);

/* Byte equality; not constant in time, so never for secrets. */
bool edc_str_eq(edc_str a, edc_str b);

/* An order of all ranges, the shorter first: less than, equal to or greater
 * than 0. Not constant in time. */
int edc_str_order(edc_str a, edc_str b);

/* Equality with ASCII letters folded; used for names of states, schemes,
 * directives, never for people's names (see fold.h). */
bool edc_str_caseeq(edc_str a, edc_str b);

/* Bytes that the core allocated. They may hold a secret: release them with
 * edc_buf_wipe(), which zeroes them with OPENSSL_cleanse() first. An all-zero
 * edc_buf is empty and may be wiped. p is NUL-terminated after n bytes. */
typedef struct edc_buf {
    char *p;
    size_t n;
} edc_buf;

/* Allocates n bytes plus a NUL, all zero, into *buf (whose former content is
 * overwritten, not freed). Returns false, leaving *buf empty, when memory is
 * out. */
bool edc_buf_alloc(edc_buf *buf, size_t n);

/* Copies a range into a new buffer. Returns false when memory is out. */
bool edc_buf_copy(edc_buf *buf, edc_str from);

/* Zeroes and frees the content; *buf is empty afterwards. */
void edc_buf_wipe(edc_buf *buf);

/* The content of a buffer as a range. */
edc_str edc_buf_str(const edc_buf *buf);

#endif
