/* ldif_in.c - entries of LDIF (RFC 2849), read one at a time. */
#include <openssl/crypto.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ctl/ctl.h"
#include "ctl/ldif_in.h"
#include "ctl/limits.h"

/* Room is made without leaving a copy behind. */
static bool
add(ldif_in *l, char c)
{
    char *larger;

    if (l->n + 2 > LIMIT_LDIF)
        return false;
    if (l->text == NULL || l->n + 2 > l->room) {
        larger = ctl_alloc(l->room < 4096 ? 8192 : 2 * l->room, 1);
        if (l->n > 0)
            memcpy(larger, l->text, l->n);
        if (l->text != NULL)
            OPENSSL_cleanse(l->text, l->n);
        free(l->text);
        l->text = larger;
        l->room = l->room < 4096 ? 8192 : 2 * l->room;
    }
    l->text[l->n++] = c;
    l->text[l->n] = '\0';
    return true;
}

/* The next byte, CR LF as LF. */
static int
next(FILE *file)
{
    int c = getc(file), after;

    if (c != '\r')
        return c;
    after = getc(file);
    if (after != '\n' && after != EOF)
        ungetc(after, file);
    return after == '\n' ? '\n' : '\r';
}

static int
peek(FILE *file)
{
    int c = getc(file);

    if (c != EOF)
        ungetc(c, file);
    return c;
}

/* A line with those that continue it, from its first byte on; false: it is too
 * long. keep: it is none of a comment. */
static bool
read_line(ldif_in *l, int c, bool keep)
{
    for (;; c = next(l->file)) {
        if (c == '\n' || c == EOF) {
            l->line++;
            if (c == EOF || peek(l->file) != ' ')
                break;
            (void)getc(l->file);
        } else if (keep && !add(l, (char)c)) {
            return false;
        }
    }
    return !keep || add(l, '\n');
}

/* Why the record cannot be read with this line, the last one. */
static const char *
judge(ldif_in *l, const char *line)
{
    const char *colon = strchr(line, ':');

    if (strlen(line) != l->n - (size_t)(line - l->text))
        return "a zero byte is in it";
    if (strncasecmp(line, "include:", 8) == 0)
        return "it includes another file, which is not read";
    l->fetched = l->fetched || (colon != NULL && colon[1] == '<');
    return NULL;
}

ldif_end
ldif_in_next(ldif_in *l, const char **why)
{
    int c;

    if (l->text != NULL)
        OPENSSL_cleanse(l->text, l->n);
    l->n = 0;
    l->fetched = false;
    *why = NULL;
    while (*why == NULL && (c = next(l->file)) != EOF) {
        size_t at = l->n;

        if (c == '\n') {
            l->line++;
            if (l->n > 0)
                return LDIF_RECORD;
            continue;
        }
        if (at == 0)
            l->begins = l->line + 1;
        if (!read_line(l, c, c != '#')) {
            *why = "the record is too long";
        } else if (l->n > at) {
            *why = judge(l, l->text + at);
        }
    }
    if (*why == NULL && ferror(l->file))
        *why = "it cannot be read";
    if (*why != NULL)
        return LDIF_BROKEN;
    return l->n > 0 ? LDIF_RECORD : LDIF_END;
}

void
ldif_in_free(ldif_in *l)
{
    if (l->text != NULL)
        OPENSSL_cleanse(l->text, l->n);
    free(l->text);
    l->text = NULL;
    l->n = l->room = 0;
}
