/* text.c - bytes that grow and may hold secrets. */
#include <openssl/crypto.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistr.h>

#include "ctl/ctl.h"
#include "ctl/shown.h"
#include "letters/text.h"

static void
make_room(letters_text *t, size_t n)
{
    letters_text larger = {NULL, t->n, t->room < 1024 ? 1024 : t->room};

    if (t->p != NULL && n < t->room - t->n)
        return;
    while (larger.room - t->n <= n)
        larger.room *= 2;
    larger.p = ctl_alloc(larger.room, 1);
    if (t->p != NULL)
        memcpy(larger.p, t->p, t->n);
    letters_wipe(t);
    *t = larger;
}

void
letters_put(letters_text *t, const void *bytes, size_t n)
{
    make_room(t, n);
    if (n > 0)
        memcpy(t->p + t->n, bytes, n);
    t->n += n;
    t->p[t->n] = '\0';
}

void
letters_add(letters_text *t, const char *s)
{
    letters_put(t, s, strlen(s));
}

void
letters_addf(letters_text *t, const char *format, ...)
{
    va_list ap;
    int n;

    va_start(ap, format);
    n = vsnprintf(NULL, 0, format, ap);
    va_end(ap);
    if (n <= 0)
        return;
    make_room(t, (size_t)n);
    va_start(ap, format);
    vsnprintf(t->p + t->n, (size_t)n + 1, format, ap);
    va_end(ap);
    t->n += (size_t)n;
}

void
letters_wipe(letters_text *t)
{
    if (t->p != NULL)
        OPENSSL_cleanse(t->p, t->room);
    free(t->p);
    *t = (letters_text){NULL, 0, 0};
}

void
letters_add_html(letters_text *t, const char *s)
{
    const uint8_t *p = (const uint8_t *)s;
    size_t left = s == NULL ? 0 : strlen(s);

    while (left > 0) {
        ucs4_t c;
        int n = u8_mbtoucr(&c, p, left);

        if (n <= 0) {
            letters_add(t, "\xef\xbf\xbd");
            n = 1;
        } else if (shown_entity(c) != NULL) {
            letters_add(t, shown_entity(c));
        } else if (!print_is_plain(c)) {
            letters_add(t, " ");
        } else {
            letters_put(t, p, (size_t)n);
        }
        p += n;
        left -= (size_t)n;
    }
}
