/* words.c - states, bind statuses and holds in words. */
#include "status/words.h"

#include <stdlib.h>
#include <string.h>

#include "ctl/ctl.h"
#include "ctl/language.h"
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
    shown = ctl_when(f->until);
    if (edc_time_parse(edc_str_of(f->until), &until) && until <= now)
        text = ctl_format(
            ctl_text("; it ran out on %s", " ; il a expiré le %s"), shown);
    else
        text = ctl_format(
            ctl_text("; it is valid until %s", " ; il est valable jusqu'au %s"),
            shown);
    free(shown);
    return text;
}

static char *
informer(const status_facts *f)
{
    if (f->informed_by == NULL)
        return ctl_copy(ctl_text("an unknown sender", "un expéditeur inconnu"));
    if (strcmp(f->informed_by, "-") == 0)
        return ctl_copy(ctl_text(
            "no school (an import or the academy)", "l'académie ou un import"));
    if (f->informed_name == NULL)
        return ctl_copy(f->informed_by);
    return ctl_format("%s %s", f->informed_by, f->informed_name);
}

static char *
letter_words(const status_facts *f, const char *what, int64_t now)
{
    char *by = informer(f);
    char *head =
        ctl_format(ctl_text("%s from %s", "%s remis par %s"), what, by);

    free(by);
    return joined(head, letter_end(f, now));
}

static char *
active_words(const status_facts *f)
{
    static const struct {
        const char *by;
        const char *words, *french;
    } ways[] = {
        {"letter", "activated with the letter of a school",
            "activé avec le courrier d'un établissement"},
        {"self-registration",
            "activated by self-registration (mobile number "
            "and birth dates of the children)",
            "activé par auto-inscription (numéro de mobile et dates de "
            "naissance des enfants)"},
        {"federation", "activated by a federated identity, no password here",
            "activé par une identité fédérée, sans mot de passe ici"},
        {"migration", "taken over as active by a migration",
            "repris comme actif par une migration"},
    };

    if (f->activated_by == NULL)
        return ctl_copy("");
    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        if (strcmp(f->activated_by, ways[i].by) == 0)
            return ctl_copy(ctl_text(ways[i].words, ways[i].french));
    }
    return ctl_format(
        ctl_text("activated by %s", "activé par %s"), f->activated_by);
}

/* "suspended, was active before"; former may be NULL, or several joined. */
static char *
was_before(const char *state, const char *former)
{
    char *is = ctl_word(state);
    char *text =
        former == NULL
            ? ctl_copy(is)
            : ctl_format(ctl_text("%s, was %s before", "%s, était %s avant"),
                  is, former);

    free(is);
    return text;
}

static char *
closed_words(const status_facts *f)
{
    char *text;

    if (f->merged_into != NULL)
        return ctl_format(
            ctl_text("merged into %s", "regroupé avec %s"), f->merged_into);
    text = was_before("closed", f->former);
    if (f->left_at != NULL) {
        char *shown = ctl_when(f->left_at);
        char *left =
            ctl_format(ctl_text("; the sources have it no more since %s",
                           " ; les sources ne l'ont plus depuis le %s"),
                shown);

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
        return letter_words(f, ctl_text("has a letter", "a un courrier"), now);
    if (strcmp(state, "reset") == 0)
        return letter_words(f,
            ctl_text("has a new provisional password",
                "a un nouveau mot de passe provisoire"),
            now);
    if (strcmp(state, "active") == 0)
        return active_words(f);
    if (strcmp(state, "suspended") == 0)
        return was_before("suspended", f->former);
    if (strcmp(state, "closed") == 0)
        return closed_words(f);
    return f->legacy == NULL
               ? ctl_copy(ctl_text("no letter has been handed out",
                     "aucun courrier n'a été remis"))
               : ctl_format(
                     ctl_text("no letter has been handed out; former login %s",
                         "aucun courrier n'a été remis ; ancien identifiant "
                         "%s"),
                     f->legacy);
}

/* ---- values with a head and a tail ---- */

typedef struct meaning {
    const char *head;
    const char *words, *french;
} meaning;

/* The words of the row that the value begins with; where those end with a
 * blank, what follows the head is put behind. */
static char *
explained(const meaning *table, size_t n, const char *value)
{
    for (size_t i = 0; i < n; i++) {
        size_t head = strlen(table[i].head);
        const char *words = ctl_text(table[i].words, table[i].french);

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
        {"ok", "can log in", "peut se connecter"},
        {"must-change", "can log in only to choose a new password",
            "peut se connecter, pour choisir un nouveau mot de passe"},
        {"no-password", "cannot log in: has no password",
            "ne peut pas se connecter : pas de mot de passe"},
        {"provisional-expired",
            "cannot log in: the provisional password has run out",
            "ne peut pas se connecter : le mot de passe provisoire a expiré"},
        {"suspended", "cannot log in: suspended",
            "ne peut pas se connecter : suspendu"},
        {"closed", "cannot log in: closed", "ne peut pas se connecter : fermé"},
        {"merged:", "cannot log in: to use instead, ",
            "ne peut pas se connecter ; à utiliser à la place : "},
        {"federated-only", "logs in through the federated identity only",
            "se connecte uniquement par l'identité fédérée"},
        {"legacy", "cannot log in: a former account, never taken over",
            "ne peut pas se connecter : ancien compte, jamais repris"},
    };
    static const char locked[] = "locked-until:";
    char *shown, *text;

    if (strncmp(value, locked, sizeof(locked) - 1) != 0)
        return explained(table, sizeof(table) / sizeof(table[0]), value);
    shown = ctl_when(value + sizeof(locked) - 1);
    text = strncmp(value + sizeof(locked) - 1, "9999", 4) == 0
               ? ctl_copy(
                     ctl_text("cannot log in: locked until somebody unlocks it",
                         "ne peut pas se connecter : bloqué jusqu'à ce que "
                         "quelqu'un le débloque"))
               : ctl_format(ctl_text("cannot log in: locked until %s, too many "
                                     "wrong passwords",
                                "ne peut pas se connecter : bloqué jusqu'au "
                                "%s, trop de mots de passe faux"),
                     shown);
    free(shown);
    return text;
}

char *
status_hold_words(const char *value)
{
    static const meaning table[] = {
        {"multi-enrolled:", "enrolled at several schools: ",
            "inscrit dans plusieurs établissements : "},
        {"duplicate-ine:", "the same INE is on ", "le même INE est sur "},
    };
    static const char lacks[] = "record-incomplete:";
    char *attribute, *text;

    if (strncmp(value, lacks, sizeof(lacks) - 1) == 0) {
        attribute = ctl_attribute(value + sizeof(lacks) - 1, ctl_language());
        text = ctl_format(
            ctl_text("the record lacks %s", "il manque au dossier %s"),
            attribute);
        free(attribute);
        return text;
    }
    return explained(table, sizeof(table) / sizeof(table[0]), value);
}
