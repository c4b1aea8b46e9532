/* check.c - whether files fit the directory at all: stops an older export after
 * a newer one, another academy's with the same ids, changes that are taken for
 * a complete export, and a degree that is taken for the other, before the first
 * write. Each has a word for --accept.
 *
 * What was imported last is remembered where it cannot get lost on the way to
 * another machine: as a value of the description of the entry that accounts
 * stand below, "educonnectctl import AAF 20260901", one for each source. AAF
 * only: files of single schools share a source.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ctl/catalog.h"
#include "core/account/identity.h"
#include "import/import.h"
#include "import/kin.h"

/* As many records, and this share of those that are known by their id, may be
 * somebody else's: ids are given again now and then. */
#define OTHERS_FEW 1
#define OTHERS_SHARE 0.05

#define REMEMBERED "educonnectctl import "

/* ---- doubts ---- */

static const char *const words[N_IMPORT_DOUBTS] = {
#define EDC_DOUBT(id, word, about) word,
#include "import/doubts.def"
#undef EDC_DOUBT
};

bool
import_accept(import_options *how, const char *word)
{
    for (int i = 0; i < N_IMPORT_DOUBTS; i++) {
        if (strcmp(words[i], word) == 0) {
            how->accepted |= 1U << i;
            return true;
        }
    }
    return false;
}

void
import_doubt_about(import *im, import_doubt doubt, const char *format, ...)
{
    va_list ap;
    char text[1024];

    if ((im->how.accepted | im->doubts) & 1U << doubt)
        return;
    im->doubts |= 1U << doubt;
    va_start(ap, format);
    vsnprintf(text, sizeof(text), catalog_format(format, ap), ap);
    va_end(ap);
    ctl_warn(im->c, "%s (--accept %s goes on)", text, words[doubt]);
}

ctl_exit
import_doubts(import *im)
{
    if (im->doubts == 0)
        return CTL_OK;
    return ctl_fail(im->c, CTL_STOPPED, "nothing was written");
}

/* ---- what files are, against what they are taken for ---- */

void
import_check_file(import *im, const src_info *info)
{
    if (src_is_aaf(info->form) && strcmp(info->date, im->date) > 0)
        memcpy(im->date, info->date, sizeof(im->date));
    if (im->how.source != NULL)
        return;
    if (info->seen == SRC_FORM_AAF1D && strcmp(im->source, "AAF") == 0)
        import_doubt_about(im, DOUBT_DEGREE,
            "%s: its records are of the first degree, and are read as the "
            "second's; --source AAF1D would be right",
            info->file);
    else if (info->seen == SRC_FORM_AAF2D && strcmp(im->source, "AAF1D") == 0)
        import_doubt_about(im, DOUBT_DEGREE,
            "%s: its records are of the second degree, and are read as the "
            "first's; --source AAF would be right",
            info->file);
}

void
import_check_record(import *im, const src_record *record)
{
    const src_info *info = record->info;
    src_extent extent =
        info->extent != SRC_EXTENT_UNKNOWN ? info->extent : im->how.extent;

    if ((record->op == SRC_MODIFY || record->op == SRC_DELETE) &&
        extent == SRC_COMPLETE)
        import_doubt_about(im, DOUBT_DELTA,
            "%s:%ld: it is taken for a complete export and has changes, as "
            "only a delta has",
            info->file, record->line);
}

/* ---- whether a record is of the person that its id was given to ---- */

/* Both there, and not the same. */
static bool
differs(const char *one, const char *two)
{
    return one != NULL && two != NULL && strcasecmp(one, two) != 0;
}

static bool
names_differ(const char *one, const char *two)
{
    edc_str left = edc_str_of(one == NULL ? "" : one);
    edc_str right = edc_str_of(two == NULL ? "" : two);
    bool same = true;

    if (left.n == 0 || right.n == 0)
        return false;
    return edc_names_same(&left, 1, &right, 1, &same) && !same;
}

/* Family and given name, and not because they were exchanged. */
static bool
both_names_differ(const bag *fields, const bag *have)
{
    const char *sn = bag_get(fields, FIELD_SN, 0);
    const char *given = bag_get(fields, FIELD_GIVEN_NAME, 0);
    const char *had_sn = bag_get(have, ATTR_SN, 0);
    const char *had_given = bag_get(have, ATTR_GIVEN_NAME, 0);

    return names_differ(sn, had_sn) && names_differ(given, had_given) &&
           (names_differ(sn, had_given) || names_differ(given, had_sn));
}

static bool
same_phone(const import *im, const char *one, const char *two)
{
    char *a = one == NULL ? NULL : kin_mobile_key(im, one);
    char *b = two == NULL ? NULL : kin_mobile_key(im, two);
    bool same = a != NULL && b != NULL && strcmp(a, b) == 0;

    free(a);
    free(b);
    return same;
}

static bool
is_other_pupil(const bag *fields, const bag *have)
{
    const char *ine = bag_get(fields, FIELD_INE, 0);
    const char *had = bag_get(have, ATTR_INE, 0);

    if (!differs(bag_get(fields, FIELD_BIRTH_DATE, 0),
            bag_get(have, ATTR_BIRTH_DATE, 0)))
        return false;
    return ine != NULL && had != NULL ? differs(ine, had)
                                      : both_names_differ(fields, have);
}

static bool
is_other_guardian(const import *im, const bag *fields, const bag *have)
{
    const char *mail = bag_get(fields, FIELD_MAIL, 0);

    return both_names_differ(fields, have) &&
           !same_phone(im, bag_get(fields, FIELD_MOBILE, 0),
               bag_get(have, ATTR_MOBILE, 0)) &&
           (mail == NULL || !bag_has(have, ATTR_MAIL, mail));
}

const char *
import_other_person(import *im, src_kind kind, int64_t entry, const bag *fields)
{
    bag have = {0};
    bool other;

    if (entry == 0 || im->how.accepted & 1U << DOUBT_OTHERS)
        return NULL;
    import_entry_of(im, entry, &have);
    other = kind == SRC_STUDENT ? is_other_pupil(fields, &have)
                                : is_other_guardian(im, fields, &have);
    bag_free(&have);
    im->n_known++;
    if (!other)
        return NULL;
    im->n_others++;
    return kind == SRC_STUDENT
               ? "the directory has another pupil under this id: birth date "
                 "and INE or names differ"
               : "the directory has another guardian under this id: names, "
                 "mobile and mail differ";
}

/* ---- what was imported last ---- */

/* "20260901" of "educonnectctl import AAF 20260901", or NULL. */
static const char *
date_in(const import *im, const char *value)
{
    char *begin = ctl_format(REMEMBERED "%s ", im->source);
    size_t n = strlen(begin);
    const char *date = strncmp(value, begin, n) == 0 && strlen(value + n) == 8
                           ? value + n
                           : NULL;

    free(begin);
    return date;
}

typedef struct container {
    import *im;
    char *former; /* the value that remembers; NULL: there is none */
    bool may;     /* its class has the attribute */
} container;

static bool
look(void *ctx, const ctl_entry *e)
{
    container *at = ctx;
    struct berval **values = ctl_entry_values(e, "description");

    at->may = ctl_entry_has(e, "objectClass", "organizationalUnit") ||
              ctl_entry_has(e, "objectClass", "organization") ||
              ctl_entry_has(e, "objectClass", "domain");
    for (size_t i = 0; values != NULL && values[i] != NULL; i++) {
        const char *date = date_in(at->im, values[i]->bv_val);

        if (date == NULL)
            continue;
        free(at->former);
        at->former = ctl_copy(values[i]->bv_val);
    }
    if (values != NULL)
        ldap_value_free_len(values);
    return true;
}

static void
plan_date(import *im, const char *former)
{
    char *value = import_remembered(im);
    ctl_change change;

    ctl_change_begin(&change, CTL_CHANGE_MODIFY, im->how.people);
    if (former != NULL)
        ctl_change_set(&change, LDAP_MOD_DELETE, "description", former);
    ctl_change_set(&change, LDAP_MOD_ADD, "description", value);
    import_plan_change(im, PHASE_DATE, 0, NULL, &change);
    free(value);
}

char *
import_remembered(const import *im)
{
    return im->date[0] == '\0'
               ? NULL
               : ctl_format(REMEMBERED "%s %s", im->source, im->date);
}

static void
check_date(import *im)
{
    static const char *const attributes[] = {
        "objectClass", "description", NULL};
    container at = {im, NULL, false};
    const char *date;

    if (im->date[0] == '\0' || im->how.offline)
        return;
    (void)ctl_search(im->c, im->how.people, LDAP_SCOPE_BASE, "(objectClass=*)",
        attributes, look, &at);
    date = at.former == NULL ? NULL : date_in(im, at.former);
    if (date != NULL && strcmp(im->date, date) < 0)
        import_doubt_about(im, DOUBT_OLDER,
            "the files are of %s, and %s of %s was imported already: what has "
            "changed since would be undone",
            im->date, im->source, date);
    else if (at.may && (date == NULL || strcmp(im->date, date) > 0))
        plan_date(im, at.former);
    free(at.former);
}

void
import_check(import *im)
{
    if (im->n_others > OTHERS_FEW &&
        (double)im->n_others > OTHERS_SHARE * (double)im->n_known)
        import_doubt_about(im, DOUBT_OTHERS,
            "%lld of %lld people whom the directory knows by these ids are "
            "others there: is this another academy's or school's file?",
            (long long)im->n_others, (long long)im->n_known);
    if (im->n_month_first > OTHERS_FEW &&
        (double)im->n_month_first > OTHERS_SHARE * (double)im->n_days)
        import_doubt_about(im, DOUBT_DAYS,
            "%lld of %lld days of birth are none unless the month stands "
            "first: have the column written as YYYY-MM-DD",
            (long long)im->n_month_first, (long long)im->n_days);
    if (im->n_codes > 0)
        ctl_warn(im->c,
            "TEST DATA: %lld schools have a code with a wrong check letter, "
            "let in by --accept codes; a directory without "
            "educonnect-test-data "
            "yes refuses them",
            (long long)im->n_codes);
    check_date(im);
}
