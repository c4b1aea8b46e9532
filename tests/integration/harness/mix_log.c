/* mix_log.c - what is left of the long mix, held against the servers' logs: an
 * event writes an account whole, so what an account is now has been written
 * once, by one record.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "harness/crossing.h"
#include "harness/mix.h"

/* What an event writes, whatever it is; the lock comes by guesses too. */
static const char *const kept[] = {"educonnectState", "educonnectStateSince",
    "educonnectFormerState", "educonnectInformedBy",
    "educonnectProvisionalUntil", "pwdChangedTime", "pwdReset", "userPassword"};
#define N_KEPT (sizeof(kept) / sizeof(kept[0]))

/* The values of each, sorted as they come, with blanks between. */
typedef struct picture {
    char *values[N_KEPT];
} picture;

static void
forget(picture *p)
{
    for (size_t i = 0; i < N_KEPT; i++)
        free(p->values[i]);
    memset(p, 0, sizeof(*p));
}

static void
put(picture *p, size_t i, const char *value)
{
    char *was = p->values[i] != NULL ? p->values[i] : text_of("%s", "");
    /* Former states are two at most; the later one goes first or last. */
    bool before = strcmp(value, was) < 0;

    p->values[i] =
        before ? text_of("%s %s", value, was) : text_of("%s %s", was, value);
    free(was);
}

static bool
is_same(const picture *a, const picture *b)
{
    for (size_t i = 0; i < N_KEPT; i++) {
        const char *x = a->values[i] != NULL ? a->values[i] : "";
        const char *y = b->values[i] != NULL ? b->values[i] : "";

        if (strcmp(x, y) != 0)
            return false;
    }
    return true;
}

/* A value of LDIF behind its colon, in clear; allocated. */
static char *
value_of(const char *after_colon, const char *end)
{
    char *text = strndup(after_colon, (size_t)(end - after_colon)), *clear;
    size_t length;

    if (text[0] != ':') {
        clear = text_of("%s", text + (text[0] == ' '));
        free(text);
        return clear;
    }
    length = strlen(text + 2);
    clear = calloc(1, length + 4);
    length = EVP_DecodeBlock((unsigned char *)clear, (unsigned char *)text + 2,
                 (int)length) < 0
                 ? 0
                 : strlen(clear);
    clear[length] = '\0';
    free(text);
    return clear;
}

/* "attribute:= value", "attribute:+ value": what there is then. */
static void
put_change(picture *p, const char *change)
{
    for (size_t i = 0; i < N_KEPT; i++) {
        size_t n = strlen(kept[i]);

        if (strncmp(change, kept[i], n) != 0 || change[n] != ':' ||
            (change[n + 1] != '=' && change[n + 1] != '+') ||
            change[n + 2] != ' ')
            continue;
        put(p, i, change + n + 3);
    }
}

typedef struct record {
    char *dn;
    char *csn;
    picture is;
} record;

static void
read_line(record *r, const char *line, const char *end)
{
    char *value;

    if (strncmp(line, "reqDN:", 6) == 0) {
        free(r->dn);
        r->dn = value_of(line + 6, end);
    } else if (strncmp(line, "entryCSN:", 9) == 0) {
        free(r->csn);
        r->csn = value_of(line + 9, end);
    } else if (strncmp(line, "reqMod:", 7) == 0) {
        value = value_of(line + 7, end);
        put_change(&r->is, value);
        free(value);
    }
}

/* What an account is, from its lines of a dump. */
static record
stored(const char *dn, const char *lines)
{
    record r = {.dn = text_of("%s", dn)};
    size_t skip = strlen("dn: ") + strlen(dn) + 1;

    for (const char *at = lines, *end; *at != '\0'; at = end + 1) {
        const char *line = at + skip;

        end = strchr(at, '\n');
        if (strncmp(line, "entryCSN:", 9) == 0)
            read_line(&r, line, end);
        for (size_t i = 0; i < N_KEPT; i++) {
            size_t n = strlen(kept[i]);
            char *value;

            if (strncmp(line, kept[i], n) != 0 || line[n] != ':')
                continue;
            value = value_of(line + n + 1, end);
            put(&r.is, i, value);
            free(value);
        }
    }
    return r;
}

static void
forget_record(record *r)
{
    free(r->dn);
    free(r->csn);
    forget(&r->is);
    memset(r, 0, sizeof(*r));
}

/* Looks for one account in all records. */
static void
look_for(const char *logs, const record *is, bool *whole, bool *newest)
{
    record r = {0};

    *whole = false;
    *newest = true;
    for (const char *at = logs, *end; *at != '\0'; at = end + (*end != '\0')) {
        end = strchrnul(at, '\n');
        if (end != at) {
            read_line(&r, at, end);
            if (*end != '\0')
                continue;
        }
        if (r.dn != NULL && strcasecmp(r.dn, is->dn) == 0) {
            *whole = *whole || is_same(&r.is, &is->is);
            if (r.csn != NULL && is->csn != NULL && strcmp(r.csn, is->csn) > 0)
                *newest = false;
        }
        forget_record(&r);
    }
    forget_record(&r);
}

void
mix_compare_logs(mix *m, const char *dump)
{
    for (size_t side = 0; side < MIX_SERVERS; side++)
        mix_keep_log(m, side);
    for (size_t i = 0; i < MIX_ACCOUNTS; i++) {
        char *lines = crossing_lines(dump, m->accounts[i].a.dn);
        record is = stored(m->accounts[i].a.dn, lines);
        bool whole, newest;

        look_for(m->logs, &is, &whole, &newest);
        if (!m->without && !whole) {
            m->f.mixed++;
            fprintf(stderr, "written by nobody as a whole:\n%s", lines);
        }
        m->f.overtaken += !newest;
        forget_record(&is);
        free(lines);
    }
}
