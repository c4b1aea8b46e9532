/* event.c - the accounts of a call, one after the other. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "event/event.h"
#include "ctl/input.h"
#include "ctl/language.h"
#include "ctl/who.h"

ctl_exit
event_begin(event *e, ctl *c)
{
    memset(e, 0, sizeof(*e));
    e->c = c;
    e->json = ctl_count(c, CTL_OPT_COMMON_JSON) > 0;
    return ctl_connect(c);
}

/* ---- answers ---- */

static void
tell(event *e, const char *dn, const char *outcome, const char *text)
{
    json_t *object;

    ctl_progress_aside();
    if (!e->json) {
        print(stdout, "%s: %s%s%s\n", dn, outcome, text == NULL ? "" : ": ",
            text == NULL ? "" : text);
        return;
    }
    object = json_pack("{so ss so*}", "account", print_json_text(dn), "outcome",
        outcome, "text", print_json_text(text));
    print_as_json(stdout, object, JSON_COMPACT | JSON_ENSURE_ASCII);
    json_decref(object);
}

void
event_done(event *e, const char *dn, const char *text)
{
    e->n_done++;
    tell(e, dn,
        e->dry_run ? ctl_text("would be done", "serait fait")
                   : ctl_text("done", "fait"),
        text);
}

void
event_refused(event *e, const char *dn, const char *reason)
{
    e->n_refused++;
    tell(e, dn, ctl_text("refused", "refusé"), reason);
}

ctl_exit
event_answered(event *e, const char *dn, int result)
{
    char *text = ctl_diagnostic(e->c->ld);

    if (result < 0) {
        free(text);
        return ctl_fail_ldap(e->c, CTL_SERVER, e->c->ld, result, dn);
    }
    event_refused(e, dn, text[0] != '\0' ? text : ctl_result(result));
    free(text);
    return CTL_OK;
}

/* ---- who ---- */

static ctl_exit
one(event *e, event_step *step, const char *word, const char *shown)
{
    /* A list is a program's: it has logins, and nobody to ask. */
    char *dn = word == shown ? ctl_find_somebody(e->c, word)
                             : ctl_find_account(e->c, word, shown);
    ctl_exit status;

    if (dn == NULL) {
        event_refused(e, shown,
            ctl_text("names no account, or more than one",
                "ne désigne aucun compte, ou plusieurs"));
        return CTL_OK;
    }
    status = step(e, dn);
    free(dn);
    return status;
}

/* The word of a line, blanks around it and a comment behind it cut off; a DN
 * may have a # in it, but none behind a blank. */
static char *
word_of(char *line)
{
    char *comment;
    size_t n;

    line[strcspn(line, "\r\n")] = '\0';
    line += strspn(line, " \t");
    if (line[0] == '#')
        line[0] = '\0';
    comment = strstr(line, " #");
    if (comment != NULL)
        *comment = '\0';
    for (n = strlen(line); n > 0 && strchr(" \t", line[n - 1]) != NULL;)
        line[--n] = '\0';
    return line;
}

static ctl_exit
of_stdin(event *e, event_step *step)
{
    input_lines lines = {.file = stdin};
    const char *why = NULL;
    ctl_exit status = CTL_OK;

    while (status == CTL_OK && input_line(&lines, &why)) {
        char *word = word_of(lines.text);
        char *shown = ctl_format("line %zu", lines.n);

        if (word[0] != '\0' && ctl_is_account_word(word))
            status = one(e, step, word, shown);
        else if (word[0] != '\0')
            event_refused(e, shown,
                ctl_text("is no login, DN or source id",
                    "n'est ni un identifiant, ni un DN, ni un numéro de "
                    "source"));
        ctl_progress(e->c->command->name, lines.n, 0);
        free(shown);
    }
    if (status == CTL_OK && why != NULL)
        status = ctl_fail(e->c, CTL_INPUT, "stdin:%zu: %s", lines.n, why);
    ctl_progress_end();
    input_lines_free(&lines);
    return status;
}

ctl_exit
event_each(event *e, event_step *step)
{
    ctl_exit status = CTL_OK;

    if (e->c->n_args == 1 && strcmp(e->c->args[0], "-") == 0)
        status = of_stdin(e, step);
    else
        for (int i = 0; i < e->c->n_args && status == CTL_OK; i++)
            status = one(e, step, e->c->args[i], e->c->args[i]);
    if (status != CTL_OK)
        return status;
    return e->n_refused > 0 ? CTL_REFUSED : CTL_OK;
}
