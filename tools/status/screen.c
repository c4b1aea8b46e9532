/* screen.c - an account on one screen. */
#include <stdlib.h>
#include <string.h>

#include "ctl/language.h"
#include "status/print.h"
#include "status/words.h"

static void
row(FILE *out, const char *label, const char *value)
{
    print(
        out, "%-*s%s\n", ctl_language() == EDC_FRENCH ? 15 : 12, label, value);
}

/* The same, and the value is released. */
static void
row_of(FILE *out, const char *label, char *value)
{
    row(out, label, value);
    free(value);
}

static const char *
hidden(void)
{
    return ctl_text("(not readable)", "(non lisible)");
}

/* An attribute as it is; nothing for one that is not there. */
static void
plain(FILE *out, const status_view *v, const char *label, status_field field)
{
    const status_values *values = v->account->field + field;

    if (values->hidden)
        row(out, label, hidden());
    else if (values->n > 0)
        row_of(out, label, status_joined(values, ", "));
}

static void
heading(FILE *out, const status_account *a)
{
    const char *name = status_first(a, STATUS_CN);
    const char *audience =
        a->student && a->guardian
            ? ctl_text("student and guardian", "élève et responsable")
        : a->student  ? ctl_text("student", "élève")
        : a->guardian ? ctl_text("guardian", "responsable")
                      : hidden();

    row(out, ctl_text("name", "nom"), name == NULL ? hidden() : name);
    row(out, ctl_text("uid", "identifiant"),
        status_first(a, STATUS_UID) == NULL ? hidden()
                                            : status_first(a, STATUS_UID));
    row(out, "dn", a->dn);
    row(out, ctl_text("audience", "public"), audience);
}

static void
state(FILE *out, const status_view *v)
{
    const status_account *a = v->account;
    const char *name = status_first(a, STATUS_STATE);
    const char *since = status_first(a, STATUS_SINCE);
    const char *bind = status_first(a, STATUS_BIND);
    char *when, *word;

    if (a->field[STATUS_STATE].hidden) {
        row(out, ctl_text("state", "état"), hidden());
    } else {
        when = since == NULL ? ctl_copy("") : ctl_when(since);
        word = ctl_word(name == NULL ? "uninformed" : name);
        row_of(out, ctl_text("state", "état"),
            ctl_format("%s%s%s%s", word,
                since == NULL ? "" : ctl_text(" since ", " depuis le "), when,
                a->field[STATUS_SINCE].hidden
                    ? ctl_text(", since when is not readable",
                          ", depuis une date non lisible")
                    : ""));
        free(word);
        free(when);
        row(out, ctl_text("why", "raison"), v->why);
    }
    if (bind == NULL)
        row(out, ctl_text("bind", "connexion"), hidden());
    else
        row_of(out, ctl_text("bind", "connexion"), status_bind_words(bind));
}

static void
holds(FILE *out, const status_view *v)
{
    const status_values *values = v->account->field + STATUS_HOLD;
    const char *label = ctl_text("hold", "empêchement");

    if (values->hidden)
        row(out, label, hidden());
    for (size_t i = 0; i < values->n; i++, label = "")
        row_of(out, label, status_hold_words(values->v[i]));
}

static void
print_schools(FILE *out, const status_view *v)
{
    const char *label = ctl_text("school", "établissement");

    if (v->account->field[STATUS_ENROLLED].hidden)
        row(out, label, hidden());
    for (size_t i = 0; i < v->family->n_schools; i++, label = "")
        row_of(out, label, status_school_words(v->family->schools + i));
    plain(out, v, ctl_text("class", "classe"), STATUS_CLASS);
}

/* "ines.k  Ines Karadec, 9990001X 6EME A, active". */
static char *
relative_words(const status_relative *r)
{
    char *text, *classes, *word;

    if (!r->readable)
        return ctl_format("%s %s", r->dn, hidden());
    text = ctl_format("%s  %s", r->uid, r->name == NULL ? hidden() : r->name);
    for (size_t i = 0; i < r->n_schools; i++) {
        char *school = status_school_words(r->schools + i);
        char *longer = ctl_format("%s, %s", text, school);

        free(school);
        free(text);
        text = longer;
    }
    classes = status_joined(&r->classes, ", ");
    if (classes != NULL) {
        char *longer = ctl_format("%s, %s", text, classes);

        free(text);
        text = longer;
    }
    free(classes);
    word = ctl_word(r->state == NULL ? "uninformed" : r->state);
    classes = ctl_format("%s, %s%s", text, word,
        r->contested ? ctl_text(", contested: confers nothing",
                           ", contesté : ne donne aucun droit")
                     : "");
    free(word);
    free(text);
    return classes;
}

static void
relatives(FILE *out, const char *label, const status_relative *list, size_t n,
    bool unknown)
{
    if (unknown)
        row(out, label, hidden());
    else if (n == 0)
        row(out, label, ctl_text("none", "aucun"));
    for (size_t i = 0; i < n; i++, label = "")
        row_of(out, label, relative_words(list + i));
}

static void
family(FILE *out, const status_view *v)
{
    const status_account *a = v->account;
    const status_family *f = v->family;

    if (a->guardian)
        relatives(out, ctl_text("children", "enfants"), f->children,
            f->n_children, a->field[STATUS_CHILD].hidden);
    if (a->student)
        relatives(out, ctl_text("guardians", "responsables"), f->guardians,
            f->n_guardians, a->field[STATUS_GUARDIAN].hidden);
}

/* A list that is said to be empty. */
static void
list(FILE *out, const status_view *v, const char *label, status_field field)
{
    const status_values *values = v->account->field + field;

    if (values->n == 0 && !values->hidden)
        row(out, label, ctl_text("none", "aucun"));
    else
        plain(out, v, label, field);
}

/* What this identity may do next: events, which have a word in French. */
static void
allowed(FILE *out, const status_view *v)
{
    const status_values *values = v->account->field + STATUS_ALLOWED;
    const char *label = ctl_text("you may", "vous pouvez");
    char *text = NULL;

    if (values->n == 0 || ctl_language() == EDC_ENGLISH) {
        list(out, v, label, STATUS_ALLOWED);
        return;
    }
    for (size_t i = 0; i < values->n; i++) {
        char *word = ctl_word(values->v[i]);
        char *longer =
            ctl_format("%s%s%s", i == 0 ? "" : text, i == 0 ? "" : ", ", word);

        free(word);
        free(text);
        text = longer;
    }
    row_of(out, label, text);
}

void
status_screen(const status_view *v, FILE *out)
{
    heading(out, v->account);
    plain(out, v, "source", STATUS_SOURCE);
    state(out, v);
    holds(out, v);
    if (v->account->student)
        print_schools(out, v);
    family(out, v);
    list(out, v, "services", STATUS_SERVICES);
    allowed(out, v);
}
