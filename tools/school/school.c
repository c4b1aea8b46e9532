/* school.c - educonnectctl school: one school by its options, or those of a
 * small file; without a wish, what the directory has.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/catalog.h"
#include "school/school.h"
#include "source/source.h"

typedef struct run {
    ctl *c;
    char *below; /* where new schools are made */
    bool json, dry_run;
    size_t n_created, n_changed, n_same, n_refused;
    ctl_exit status; /* CTL_OK until something ends the file */
} run;

/* ---- what became of a school ---- */

static void
tell(run *r, const char *uai, const char *outcome, const char *text)
{
    FILE *out = r->dry_run ? stderr : stdout;
    json_t *object;

    if (!r->json) {
        print(out, "%s: %s%s%s\n", uai, catalog_text(outcome),
            text[0] != '\0' ? ": " : "", text);
        return;
    }
    object = json_pack("{so ss so}", "school", print_json_text(uai), "outcome",
        outcome, "text", print_json_text(text));
    print_as_json(out, object, JSON_COMPACT | JSON_ENSURE_ASCII);
    json_decref(object);
}

static void
refused(run *r, const char *uai, const char *reason)
{
    r->n_refused++;
    tell(r, uai, "refused", reason);
}

static void
answered(run *r, const char *uai, int result)
{
    char *text = ctl_diagnostic(r->c->ld);

    if (result < 0)
        r->status = ctl_fail_ldap(r->c, CTL_SERVER, r->c->ld, result, uai);
    else
        refused(r, uai, text[0] != '\0' ? text : ctl_result(result));
    free(text);
}

/* ---- one school ---- */

static void
carry_out(run *r, const school *s, const char *uai, const school_wish *w)
{
    ctl_change change;
    char *what;
    int result = LDAP_SUCCESS;

    if (!school_change(s, uai, w, &change, &what)) {
        r->n_same++;
        tell(r, uai, "as it should be", "");
    } else {
        if (r->dry_run)
            ctl_change_print(&change, false, stdout);
        else
            result = ctl_change_apply(&change, r->c->ld);
        if (result != LDAP_SUCCESS) {
            answered(r, uai, result);
        } else if (s->exists) {
            r->n_changed++;
            tell(r, uai, r->dry_run ? "would be changed" : "changed", what);
        } else {
            r->n_created++;
            tell(r, uai, r->dry_run ? "would be created" : "created", s->dn);
        }
    }
    ctl_change_free(&change);
    free(what);
}

static void
wish(run *r, const char *word, school_wish *w)
{
    char *uai = school_uai(word);
    char *nobody = NULL;
    school s;
    int result;

    if (uai == NULL) {
        refused(r, word, "no UAI, or its check letter is wrong");
        return;
    }
    if (!school_people(r->c, w, &nobody)) {
        char *reason = ctl_format("%s: names nobody, or several", nobody);

        refused(r, uai, reason);
        free(reason);
        free(nobody);
    } else {
        result = school_read(r->c, uai, r->below, &s);
        if (result == LDAP_SUCCESS)
            carry_out(r, &s, uai, w);
        else
            answered(r, uai, result);
        school_free(&s);
    }
    free(uai);
}

/* ---- a file ---- */

static const struct {
    const char *column;
    school_attr attr;
} columns[] = {
    {"name", SCHOOL_NAME},
    {"level", SCHOOL_LEVEL},
    {"head", SCHOOL_HEAD},
    {"studentDelegate", SCHOOL_STUDENT_DELEGATE},
    {"guardianDelegate", SCHOOL_GUARDIAN_DELEGATE},
};

static bool
each_row(void *ctx, const src_record *record)
{
    run *r = ctx;
    school_wish w = {0};
    char *uai = ctl_copy_n(record->id.p, record->id.n);

    for (size_t a = 0; a < record->n_attrs; a++) {
        const src_attr *attr = record->attrs + a;

        for (size_t k = 0; k < sizeof(columns) / sizeof(columns[0]); k++) {
            school_attr to = columns[k].attr;

            if (!edc_str_eq(attr->name, edc_str_of(columns[k].column)))
                continue;
            for (size_t v = 0; v < attr->n_values; v++)
                bag_add(to < SCHOOL_HEAD ? &w.set : &w.add, to,
                    attr->values[v].p, attr->values[v].n);
        }
    }
    wish(r, uai, &w);
    school_wish_free(&w);
    free(uai);
    return r->status == CTL_OK;
}

static void
refuse_row(void *ctx, const src_refusal *refusal)
{
    char *where = ctl_format("%s:%ld", refusal->file, refusal->line);

    refused(ctx, where, refusal->reason);
    free(where);
}

static bool
only_schools(void *ctx, const src_info *info)
{
    run *r = ctx;

    if (info->form != SRC_FORM_CSV)
        r->status = ctl_fail(r->c, CTL_INPUT, "%s: no CSV file", info->file);
    return r->status == CTL_OK;
}

static bool
no_school(void *ctx, const src_record *record)
{
    run *r = ctx;

    if (record->kind != SRC_SCHOOL)
        r->status = ctl_fail(r->c, CTL_INPUT,
            "%s: its columns are not those of schools (uai, name, level, "
            "head...); pupils and guardians are for import",
            record->file);
    return r->status == CTL_OK;
}

static void
say_note(void *ctx, const src_info *info, long line, const char *text)
{
    const run *r = ctx;

    ctl_warn(r->c, "%s:%ld: %s", info->file, line, text);
}

/* Read twice: a file that is broken, or of something else, changes nothing. */
static void
file(run *r, const char *path)
{
    const src_handler look = {
        .ctx = r, .file = only_schools, .each = no_school};
    const src_handler work = {
        .ctx = r, .each = each_row, .refused = refuse_row, .note = say_note};
    src_error error;
    char text[2048];
    src *source = src_open(&path, 1, NULL, &error);
    src_end end = SRC_BROKEN;

    if (source != NULL)
        end = src_read(source, &look, &error);
    if (end == SRC_END)
        end = src_read(source, &work, &error);
    if (end == SRC_BROKEN) {
        src_error_print(&error, text, sizeof(text));
        r->status = ctl_fail(r->c, CTL_INPUT, "%s", text);
    }
    if (source != NULL)
        src_close(source);
}

/* ---- options ---- */

static const struct {
    ctl_opt opt;
    school_attr attr;
    bool remove;
} wishes[] = {
    {CTL_OPT_SCHOOL_NAME, SCHOOL_NAME, false},
    {CTL_OPT_SCHOOL_LEVEL, SCHOOL_LEVEL, false},
    {CTL_OPT_SCHOOL_HEAD, SCHOOL_HEAD, false},
    {CTL_OPT_SCHOOL_STUDENT_DELEGATE, SCHOOL_STUDENT_DELEGATE, false},
    {CTL_OPT_SCHOOL_GUARDIAN_DELEGATE, SCHOOL_GUARDIAN_DELEGATE, false},
    {CTL_OPT_SCHOOL_REMOVE_HEAD, SCHOOL_HEAD, true},
    {CTL_OPT_SCHOOL_REMOVE_STUDENT_DELEGATE, SCHOOL_STUDENT_DELEGATE, true},
    {CTL_OPT_SCHOOL_REMOVE_GUARDIAN_DELEGATE, SCHOOL_GUARDIAN_DELEGATE, true},
};

/* Whether the options wish anything. */
static bool
read_wish(const ctl *c, school_wish *w)
{
    bool any = false;

    for (size_t i = 0; i < sizeof(wishes) / sizeof(wishes[0]); i++) {
        school_attr attr = wishes[i].attr;
        bag *to = wishes[i].remove     ? &w->remove
                  : attr < SCHOOL_HEAD ? &w->set
                                       : &w->add;

        for (size_t n = 0; n < ctl_count(c, wishes[i].opt); n++) {
            const char *value = ctl_nth(c, wishes[i].opt, n);

            bag_add(to, attr, value, strlen(value));
            any = true;
        }
    }
    return any;
}

static ctl_exit
check_options(const ctl *c, bool any)
{
    bool csv = ctl_count(c, CTL_OPT_SCHOOL_CSV) > 0;

    if (csv && (any || c->n_args > 0))
        return ctl_fail(c, CTL_USAGE, "--csv stands alone");
    if (!csv && c->n_args != 1)
        return ctl_fail(c, CTL_USAGE, "name one school, or --csv FILE");
    if (ctl_count(c, CTL_OPT_SCHOOL_NAME) > 1)
        return ctl_fail(c, CTL_USAGE, "a school has one --name");
    for (size_t i = 0; i < sizeof(wishes) / sizeof(wishes[0]); i++) {
        for (size_t n = 0; n < ctl_count(c, wishes[i].opt); n++) {
            if (ctl_nth(c, wishes[i].opt, n)[0] == '\0')
                return ctl_fail(c, CTL_USAGE, "an option's value is empty");
        }
    }
    return CTL_OK;
}

static void
show(run *r, const char *word)
{
    char *uai = school_uai(word);
    school s = {0};
    int result;

    if (uai == NULL) {
        refused(r, word, "no UAI, or its check letter is wrong");
        return;
    }
    result = school_read(r->c, uai, r->below, &s);
    if (result != LDAP_SUCCESS)
        answered(r, uai, result);
    else if (!s.exists)
        refused(r, uai, "no such school, or not to be read");
    else
        school_show(&s, uai, r->json);
    school_free(&s);
    free(uai);
}

ctl_exit
ctl_school(ctl *c)
{
    run r = {.c = c,
        .json = ctl_count(c, CTL_OPT_COMMON_JSON) > 0,
        .dry_run = ctl_count(c, CTL_OPT_SCHOOL_DRY_RUN) > 0};
    const char *below = ctl_value(c, CTL_OPT_SCHOOL_SCHOOLS, NULL);
    const char *csv = ctl_value(c, CTL_OPT_SCHOOL_CSV, NULL);
    school_wish w = {0};
    bool any = read_wish(c, &w);

    r.status = check_options(c, any);
    if (r.status == CTL_OK)
        r.status = ctl_connect(c);
    if (r.status == CTL_OK) {
        r.below = below != NULL ? ctl_copy(below)
                                : ctl_format("ou=schools,%s", c->base);
        if (csv != NULL)
            file(&r, csv);
        else if (any)
            wish(&r, c->args[0], &w);
        else
            show(&r, c->args[0]);
    }
    free(r.below);
    school_wish_free(&w);
    if (r.status != CTL_OK)
        return r.status;
    return r.n_refused > 0 ? CTL_REFUSED : CTL_OK;
}
