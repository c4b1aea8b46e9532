/* words.c - states, bind statuses and holds in words. */
#include "status/words.h"

#include <stdlib.h>
#include <string.h>

#include "ctl/ctl.h"
#include "core/text/gentime.h"

/* ---- times ---- */

/* The 14 digits of a GeneralizedTime into out; false for what is none. */
static bool
digits_of(const char *time, char out[EDC_TIME_SIZE])
{
    int64_t seconds;

    if (!edc_time_parse(edc_str_of(time), &seconds))
        return false;
    edc_time_format(seconds, out);
    return true;
}

char *
status_time(const char *time)
{
    char t[EDC_TIME_SIZE];

    if (!digits_of(time, t))
        return ctl_copy(time);
    return ctl_format(
        "%.4s-%.2s-%.2s %.2s:%.2s UTC", t, t + 4, t + 6, t + 8, t + 10);
}

char *
status_time_iso(const char *time)
{
    char t[EDC_TIME_SIZE];

    if (!digits_of(time, t))
        return ctl_copy(time);
    return ctl_format("%.4s-%.2s-%.2sT%.2s:%.2s:%.2sZ", t, t + 4, t + 6, t + 8,
        t + 10, t + 12);
}

/* ---- why ---- */

/* Both freed. */
static char *
joined(char *head, char *tail)
{
    char *both = ctl_format("%s%s", head, tail);

    free(head);
    free(tail);
    return both;
}

/* "until ...", or that it is over. */
static char *
letter_end(const status_facts *f, int64_t now)
{
    char *shown, *text;
    int64_t until;

    if (f->until == NULL)
        return ctl_copy("");
    shown = status_time(f->until);
    if (edc_time_parse(edc_str_of(f->until), &until) && until <= now)
        text = ctl_format("; it ran out on %s", shown);
    else
        text = ctl_format("; it is valid until %s", shown);
    free(shown);
    return text;
}

static char *
informer(const status_facts *f)
{
    if (f->informed_by == NULL)
        return ctl_copy("an unknown sender");
    if (strcmp(f->informed_by, "-") == 0)
        return ctl_copy("no school (an import or the academy)");
    if (f->informed_name == NULL)
        return ctl_copy(f->informed_by);
    return ctl_format("%s %s", f->informed_by, f->informed_name);
}

static char *
letter_words(const status_facts *f, const char *what, int64_t now)
{
    char *by = informer(f);
    char *head = ctl_format("%s from %s", what, by);

    free(by);
    return joined(head, letter_end(f, now));
}

static char *
active_words(const status_facts *f)
{
    static const struct {
        const char *by;
        const char *words;
    } ways[] = {
        {"letter", "activated with the letter of a school"},
        {"self-registration", "activated by self-registration (mobile number "
                              "and birth dates of the children)"},
        {"federation", "activated by a federated identity, no password here"},
        {"migration", "taken over as active by a migration"},
    };

    if (f->activated_by == NULL)
        return ctl_copy("");
    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        if (strcmp(f->activated_by, ways[i].by) == 0)
            return ctl_copy(ways[i].words);
    }
    return ctl_format("activated by %s", f->activated_by);
}

static char *
closed_words(const status_facts *f)
{
    char *text;

    if (f->merged_into != NULL)
        return ctl_format("merged into %s", f->merged_into);
    text = f->former == NULL ? ctl_copy("closed")
                             : ctl_format("closed, was %s before", f->former);
    if (f->left_at != NULL) {
        char *shown = status_time(f->left_at);
        char *left =
            ctl_format("; the sources have it no more since %s", shown);

        free(shown);
        text = joined(text, left);
    }
    return text;
}

char *
status_why(const status_facts *f, int64_t now)
{
    const char *state = f->state == NULL ? "uninformed" : f->state;

    if (strcmp(state, "informed") == 0)
        return letter_words(f, "has a letter", now);
    if (strcmp(state, "reset") == 0)
        return letter_words(f, "has a new provisional password", now);
    if (strcmp(state, "active") == 0)
        return active_words(f);
    if (strcmp(state, "suspended") == 0)
        return f->former == NULL
                   ? ctl_copy("suspended")
                   : ctl_format("suspended, was %s before", f->former);
    if (strcmp(state, "closed") == 0)
        return closed_words(f);
    return f->legacy == NULL
               ? ctl_copy("no letter has been handed out")
               : ctl_format("no letter has been handed out; former login %s",
                     f->legacy);
}

/* ---- values with a head and a tail ---- */

typedef struct meaning {
    const char *head;
    const char *words;
} meaning;

/* The words of the row that the value begins with; where those end with a
 * blank, what follows the head is put behind. */
static char *
explained(const meaning *table, size_t n, const char *value)
{
    for (size_t i = 0; i < n; i++) {
        size_t head = strlen(table[i].head);
        const char *words = table[i].words;

        if (strncmp(value, table[i].head, head) != 0 ||
            (table[i].head[head - 1] != ':' && value[head] != '\0'))
            continue;
        return words[strlen(words) - 1] == ' '
                   ? ctl_format("%s%s", words, value + head)
                   : ctl_copy(words);
    }
    return ctl_copy(value);
}

char *
status_bind_words(const char *value)
{
    static const meaning table[] = {
        {"ok", "can log in"},
        {"must-change", "can log in only to choose a new password"},
        {"no-password", "cannot log in: has no password"},
        {"provisional-expired",
            "cannot log in: the provisional password has run out"},
        {"suspended", "cannot log in: suspended"},
        {"closed", "cannot log in: closed"},
        {"merged:", "cannot log in: to use instead, "},
        {"federated-only", "logs in through the federated identity only"},
        {"legacy", "cannot log in: a former account, never taken over"},
    };
    static const char locked[] = "locked-until:";
    char *shown, *text;

    if (strncmp(value, locked, sizeof(locked) - 1) != 0)
        return explained(table, sizeof(table) / sizeof(table[0]), value);
    shown = status_time(value + sizeof(locked) - 1);
    text = strncmp(shown, "9999-", 5) == 0
               ? ctl_copy("cannot log in: locked until somebody unlocks it")
               : ctl_format("cannot log in: locked until %s, too many wrong "
                            "passwords",
                     shown);
    free(shown);
    return text;
}

char *
status_hold_words(const char *value)
{
    static const meaning table[] = {
        {"record-incomplete:", "the record lacks "},
        {"multi-enrolled:", "enrolled at several schools: "},
        {"duplicate-ine:", "the same INE is on "},
    };

    return explained(table, sizeof(table) / sizeof(table[0]), value);
}
