/* text.c - byte ranges and secret buffers. */
#include "core/text/text.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <openssl/crypto.h>

edc_str
edc_str_of(const char *s)
{
    return (edc_str){s, strlen(s)};
}

bool
edc_str_eq(edc_str a, edc_str b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

int
edc_str_order(edc_str a, edc_str b)
{
    if (a.n != b.n)
        return a.n < b.n ? -1 : 1;
    return a.n == 0 ? 0 : memcmp(a.p, b.p, a.n);
}

bool
edc_str_caseeq(edc_str a, edc_str b)
{
    return a.n == b.n && (a.n == 0 || strncasecmp(a.p, b.p, a.n) == 0);
}

bool
edc_buf_alloc(edc_buf *buf, size_t n)
{
    *buf = (edc_buf){NULL, 0};
    if (n >= (size_t)-1)
        return false;
    buf->p = calloc(1, n + 1);
    if (buf->p == NULL)
        return false;
    buf->n = n;
    return true;
}

bool
edc_buf_copy(edc_buf *buf, edc_str from)
{
    if (!edc_buf_alloc(buf, from.n))
        return false;
    if (from.n > 0)
        memcpy(buf->p, from.p, from.n);
    return true;
}

void
edc_buf_wipe(edc_buf *buf)
{
    if (buf->p != NULL) {
        OPENSSL_cleanse(buf->p, buf->n);
        free(buf->p);
    }
    *buf = (edc_buf){NULL, 0};
}

edc_str
edc_buf_str(const edc_buf *buf)
{
    return (edc_str){buf->p, buf->n};
}
