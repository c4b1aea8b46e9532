/* report.c - what a run tells at its end. */
#include <jansson.h>
#include <stdlib.h>

#include "ctl/catalog.h"
#include "letters/report.h"

static const struct {
    const char *name; /* in JSON */
    const char *text;
} fates[LETTERS_N_FATES] = {
    [LETTERS_ISSUE] = {"written", "letters written"},
    [LETTERS_WRITTEN] = {"alreadyWritten", "already written, still valid"},
    [LETTERS_RUNNING] = {"informed", "informed otherwise, letter still valid"},
    [LETTERS_ACTIVE] = {"active", "activated: no letter needed"},
    [LETTERS_SUSPENDED] = {"suspended", N_("suspended")},
    [LETTERS_CLOSED] = {"closed", N_("closed")},
    [LETTERS_UNREADABLE] = {"unreadable",
        "state not to be read (access rules): left alone"},
};

void
letters_report_done(
    letters_report *r, const char *group, const char *path, size_t n)
{
    r->done = ctl_resize(r->done, r->n_done + 1, sizeof(*r->done));
    r->done[r->n_done].group = ctl_copy(group);
    r->done[r->n_done].path = path == NULL ? NULL : ctl_copy(path);
    r->done[r->n_done++].n = n;
}

void
letters_report_refused(letters_report *r, const letter *l, const char *why)
{
    r->refused = ctl_resize(r->refused, r->n_refused + 1, sizeof(*r->refused));
    r->refused[r->n_refused].dn = ctl_copy(l->dn);
    r->refused[r->n_refused].uid = ctl_copy(l->uid);
    r->refused[r->n_refused++].why = ctl_copy(why);
}

static size_t
written(const letters_report *r)
{
    size_t n = 0;

    for (size_t i = 0; i < r->n_done; i++)
        n += r->done[i].n;
    return n;
}

static size_t
count(const letters_report *r, letters_fate fate)
{
    return fate == LETTERS_ISSUE ? written(r) : r->skipped[fate];
}

static void
print_text(const letters_report *r, bool dry)
{
    for (size_t i = 0; i < r->n_done; i++) {
        const struct letters_done *d = r->done + i;

        print(stdout, d->n == 1 ? "%s: %zu letter" : "%s: %zu letters",
            d->group[0] != '\0' ? d->group : "(no class)", d->n);
        print(stdout, d->path != NULL ? " in %s\n" : "\n", d->path);
    }
    for (size_t i = 0; i < r->n_refused; i++)
        print(stdout, "refused %s: %s\n", r->refused[i].dn, r->refused[i].why);
    print(stdout, "%s: %zu\n",
        dry ? "letters to write" : fates[LETTERS_ISSUE].text, written(r));
    for (letters_fate f = LETTERS_WRITTEN; f < LETTERS_N_FATES; f++) {
        if (r->skipped[f] > 0)
            print(stdout, N_("%s: %zu\n"), catalog_text(fates[f].text),
                r->skipped[f]);
    }
    if (r->n_refused > 0)
        print(stdout, "refused: %zu\n", r->n_refused);
    if (r->not_done > 0)
        print(stdout, "not done, the run ended before: %zu\n", r->not_done);
    if (r->stray > 0)
        print(stdout, "not of this school: %zu\n", r->stray);
}

static void
set(json_t *object, const char *name, json_t *value)
{
    if (value == NULL || json_object_set_new(object, name, value) != 0) {
        print_lines(stderr, "educonnectctl: out of memory\n");
        exit(CTL_LOCAL);
    }
}

static void
append(json_t *array, json_t *value)
{
    if (value == NULL || json_array_append_new(array, value) != 0) {
        print_lines(stderr, "educonnectctl: out of memory\n");
        exit(CTL_LOCAL);
    }
}

static void
print_json(const letters_school *school, const letters_report *r, bool dry)
{
    json_t *all = json_object();
    json_t *classes = json_array();
    json_t *refused = json_array();

    set(all, "school", print_json_text(school->uai));
    set(all, "dryRun", json_boolean(dry));
    for (size_t i = 0; i < r->n_done; i++) {
        json_t *one = json_object();

        set(one, "class", print_json_text(r->done[i].group));
        set(one, "letters", json_integer((json_int_t)r->done[i].n));
        if (r->done[i].path != NULL)
            set(one, "directory", print_json_text(r->done[i].path));
        append(classes, one);
    }
    set(all, "classes", classes);
    for (letters_fate f = LETTERS_ISSUE; f < LETTERS_N_FATES; f++)
        set(all, fates[f].name, json_integer((json_int_t)count(r, f)));
    for (size_t i = 0; i < r->n_refused; i++) {
        json_t *one = json_object();

        set(one, "dn", print_json_text(r->refused[i].dn));
        set(one, "uid", print_json_text(r->refused[i].uid));
        set(one, "reason", print_json_text(r->refused[i].why));
        append(refused, one);
    }
    set(all, "refused", refused);
    set(all, "notDone", json_integer((json_int_t)r->not_done));
    set(all, "notOfThisSchool", json_integer((json_int_t)r->stray));
    print_as_json(stdout, all, JSON_INDENT(2));
    json_decref(all);
}

void
letters_report_print(
    const ctl *c, const letters_school *school, const letters_report *r)
{
    bool dry = ctl_count(c, CTL_OPT_LETTERS_DRY_RUN) > 0;

    if (ctl_count(c, CTL_OPT_COMMON_JSON) > 0)
        print_json(school, r, dry);
    else
        print_text(r, dry);
}

void
letters_report_free(letters_report *r)
{
    for (size_t i = 0; i < r->n_done; i++) {
        free(r->done[i].group);
        free(r->done[i].path);
    }
    for (size_t i = 0; i < r->n_refused; i++) {
        free(r->refused[i].dn);
        free(r->refused[i].uid);
        free(r->refused[i].why);
    }
    free(r->done);
    free(r->refused);
}
