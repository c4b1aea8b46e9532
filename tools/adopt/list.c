/* list.c - whom a list means: a login or a DN a line, "dn: ..." as slapcat
 * writes it, or the report of a run.
 */
#include <lber.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <ldif.h>

#include "adopt/adopt.h"
#include "ctl/input.h"

static const char report_head[] = "outcome,kind,id,dn,";

/* The next cell of a line of CSV, in its place; NULL behind the last. */
static char *
cell(char **at)
{
    char *from = *at, *to, *begin;

    if (from == NULL)
        return NULL;
    begin = to = from;
    if (*from == '"') {
        for (from++; *from != '\0'; from++) {
            if (*from == '"' && from[1] != '"')
                break;
            from += *from == '"';
            *to++ = *from;
        }
        from += *from == '"';
    } else {
        from += strcspn(from, ",");
        to = from;
    }
    *at = *from == ',' ? from + 1 : NULL;
    *to = '\0';
    return begin;
}

/* Whom a row of a report made an account: "" for nobody. */
static char *
of_report(char *line)
{
    char *outcome = cell(&line), *dn = NULL;

    for (int i = 0; i < 3; i++)
        dn = cell(&line);
    return dn != NULL && (strcmp(outcome, "migrated") == 0 ||
                             strcmp(outcome, "created") == 0)
               ? ctl_copy(dn)
               : ctl_copy("");
}

/* A line of LDIF that names an entry, or a word as it is. */
static char *
of_line(char *line)
{
    struct berval type, value = {0, NULL};
    int allocated = 0;
    char *word;

    line += strspn(line, " \t");
    if (line[0] == '#')
        line[0] = '\0';
    for (size_t n = strlen(line); n > 0 && strchr(" \t", line[n - 1]) != NULL;)
        line[--n] = '\0';
    if (strncasecmp(line, "dn:", 3) != 0)
        return ctl_copy(line);
    line = ctl_copy(line);
    word = ldif_parse_line2(line, &type, &value, &allocated) == 0
               ? ctl_copy_n(value.bv_val, value.bv_len)
               : ctl_copy("dn:");
    if (allocated)
        ber_memfree(value.bv_val);
    free(line);
    return word;
}

static ctl_exit
one(adopt *a, char *word, long line,
    ctl_exit (*each)(adopt *a, const char *word, long line))
{
    ctl_exit status = CTL_OK;

    if (word[0] != '\0' && ctl_is_account_word(word))
        status = each(a, word, line);
    else if (word[0] != '\0')
        adopt_put_nobody(a, "", line, "it is no login and no DN");
    free(word);
    return status;
}

/* A list on its way: the line that was read last may go on in the next. */
typedef struct reader {
    adopt *a;
    ctl_exit (*each)(adopt *a, const char *word, long line);
    bool report;
    char *held; /* NULL: none */
    long line;
} reader;

static ctl_exit
take_held(reader *r)
{
    ctl_exit status = CTL_OK;

    if (r->held != NULL)
        status = one(r->a, r->report ? of_report(r->held) : of_line(r->held),
            r->line, r->each);
    free(r->held);
    r->held = NULL;
    return status;
}

/* A name that slapcat has folded goes on behind a blank. */
static ctl_exit
take_line(reader *r, const input_lines *lines)
{
    bool folded = r->held != NULL && strncasecmp(r->held, "dn:", 3) == 0 &&
                  lines->text[0] == ' ';
    ctl_exit status;
    char *longer;

    if (folded) {
        longer = ctl_format("%s%s", r->held, lines->text + 1);
        free(r->held);
        r->held = longer;
        return CTL_OK;
    }
    status = take_held(r);
    if (lines->n == 1 &&
        strncmp(lines->text, report_head, strlen(report_head)) == 0) {
        r->report = true;
    } else {
        r->held = ctl_copy(lines->text);
        r->line = (long)lines->n;
    }
    return status;
}

ctl_exit
adopt_list_read(
    adopt *a, ctl_exit (*each)(adopt *a, const char *word, long line))
{
    const char *why = NULL;
    input_lines lines = {.file = input_stream(a->list, &why)};
    reader r = {.a = a, .each = each};
    ctl_exit status = CTL_OK;

    if (lines.file == NULL)
        return ctl_fail(a->c, CTL_INPUT, "%s: %s", a->list, why);
    why = NULL;
    while (status == CTL_OK && input_line(&lines, &why))
        status = take_line(&r, &lines);
    if (status == CTL_OK && why != NULL)
        status = ctl_fail(a->c, CTL_INPUT, "%s:%zu: %s", a->list, lines.n, why);
    if (status == CTL_OK)
        status = take_held(&r);
    free(r.held);
    input_lines_free(&lines);
    (void)input_close(lines.file);
    return status;
}
