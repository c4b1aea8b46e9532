/* screen.c - an account on one screen. */
#include <stdlib.h>
#include <string.h>

#include "status/print.h"
#include "status/words.h"

#define LABEL 12

static void
row(FILE *out, const char *label, const char *value)
{
    print(out, "%-*s%s\n", LABEL, label, value);
}

/* The same, and the value is released. */
static void
row_of(FILE *out, const char *label, char *value)
{
    row(out, label, value);
    free(value);
}

static const char hidden[] = "(not readable)";

/* An attribute as it is; nothing for one that is not there. */
static void
plain(FILE *out, const status_view *v, const char *label, status_field field)
{
    const status_values *values = v->account->field + field;

    if (values->hidden)
        row(out, label, hidden);
    else if (values->n > 0)
        row_of(out, label, status_joined(values, ", "));
}

static void
heading(FILE *out, const status_account *a)
{
    const char *name = status_first(a, STATUS_CN);
    const char *audience = a->student && a->guardian ? "student and guardian"
                           : a->student              ? "student"
                           : a->guardian             ? "guardian"
                                                     : hidden;

    row(out, "name", name == NULL ? hidden : name);
    row(out, "uid",
        status_first(a, STATUS_UID) == NULL ? hidden
                                            : status_first(a, STATUS_UID));
    row(out, "dn", a->dn);
    row(out, "audience", audience);
}

static void
state(FILE *out, const status_view *v)
{
    const status_account *a = v->account;
    const char *name = status_first(a, STATUS_STATE);
    const char *since = status_first(a, STATUS_SINCE);
    const char *bind = status_first(a, STATUS_BIND);
    char *when;

    if (a->field[STATUS_STATE].hidden) {
        row(out, "state", hidden);
    } else {
        when = since == NULL ? ctl_copy("") : status_time(since);
        row_of(out, "state",
            ctl_format("%s%s%s%s", name == NULL ? "uninformed" : name,
                since == NULL ? "" : " since ", when,
                a->field[STATUS_SINCE].hidden ? ", since when is not readable"
                                              : ""));
        free(when);
        row(out, "why", v->why);
    }
    if (bind == NULL)
        row(out, "bind", hidden);
    else
        row_of(out, "bind", status_bind_words(bind));
}

static void
holds(FILE *out, const status_view *v)
{
    const status_values *values = v->account->field + STATUS_HOLD;
    const char *label = "hold";

    if (values->hidden)
        row(out, label, hidden);
    for (size_t i = 0; i < values->n; i++, label = "")
        row_of(out, label, status_hold_words(values->v[i]));
}

static void
print_schools(FILE *out, const status_view *v)
{
    const char *label = "school";

    if (v->account->field[STATUS_ENROLLED].hidden)
        row(out, label, hidden);
    for (size_t i = 0; i < v->family->n_schools; i++, label = "")
        row_of(out, label, status_school_words(v->family->schools + i));
    plain(out, v, "class", STATUS_CLASS);
}

/* "ines.k  Ines Karadec, 9990001X 6EME A, active". */
static char *
relative_words(const status_relative *r)
{
    char *text, *classes;

    if (!r->readable)
        return ctl_format("%s %s", r->dn, hidden);
    text = ctl_format("%s  %s", r->uid, r->name == NULL ? hidden : r->name);
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
    classes =
        ctl_format("%s, %s%s", text, r->state == NULL ? "uninformed" : r->state,
            r->contested ? ", contested: confers nothing" : "");
    free(text);
    return classes;
}

static void
relatives(FILE *out, const char *label, const status_relative *list, size_t n,
    bool unknown)
{
    if (unknown)
        row(out, label, hidden);
    else if (n == 0)
        row(out, label, "none");
    for (size_t i = 0; i < n; i++, label = "")
        row_of(out, label, relative_words(list + i));
}

static void
family(FILE *out, const status_view *v)
{
    const status_account *a = v->account;
    const status_family *f = v->family;

    if (a->guardian)
        relatives(out, "children", f->children, f->n_children,
            a->field[STATUS_CHILD].hidden);
    if (a->student)
        relatives(out, "guardians", f->guardians, f->n_guardians,
            a->field[STATUS_GUARDIAN].hidden);
}

/* A list that is said to be empty. */
static void
list(FILE *out, const status_view *v, const char *label, status_field field)
{
    const status_values *values = v->account->field + field;

    if (values->n == 0 && !values->hidden)
        row(out, label, "none");
    else
        plain(out, v, label, field);
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
    list(out, v, "you may", STATUS_ALLOWED);
}
