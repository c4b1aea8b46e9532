/* join.c - a person in two sources: certain, or likely.
 *
 * Accounts are looked at that a child, a number or a mail address leads to,
 * never all of them.
 */
#include <stdlib.h>
#include <string.h>

#include "import/join.h"
#include "import/kin.h"
#include "report/score.h"

/* Accounts that are looked at for one record; what leads to more tells nothing
 * about anybody. */
#define CANDIDATES_MAX 32

/* As report duplicate-guardians. */
#define LIKELY 60

/* An account that may be the record's, and what speaks for it. */
typedef struct candidate {
    int64_t entry;
    unsigned reasons;
} candidate;

typedef struct search {
    import *im;
    const bag *fields;
    char *sn, *given;
    candidate found[CANDIDATES_MAX];
    size_t n;
} search;

/* ---- what speaks for one ---- */

static bool
is_guardian(import *im, int64_t entry)
{
    static const char sql[] = "SELECT guardian FROM entry WHERE n = ?";
    sqlite3_stmt *q = store_kept(&im->s, sql);

    store_number(q, 1, entry);
    return store_first(q, 0) != 0;
}

/* Another record of this run, or of the source, is this account's. */
static bool
is_taken(import *im, const kin *k)
{
    static const char sql[] =
        "SELECT 1 FROM record WHERE entry = ?1 AND entry <> 0 AND kind = 2"
        " AND head = 0 AND outcome = 0 AND op <> 2";
    sqlite3_stmt *q = store_kept(&im->s, sql);

    if (k->ours && !kin_renumbered(im, k->entry))
        return true;
    store_number(q, 1, k->entry);
    return store_first(q, 0) != 0;
}

static bool
has_key(const import *im, const bag *b, unsigned key, kin_key *as,
    const char *wanted)
{
    const char *value;
    bool has = false;

    for (size_t i = 0; (value = bag_get(b, key, i)) != NULL && !has; i++) {
        char *one = as(im, value);

        has = one != NULL && strcmp(one, wanted) == 0;
        free(one);
    }
    return has;
}

static bool
in_common(const search *s, unsigned field, const bag *have, unsigned attr,
    kin_key *as)
{
    const char *value;
    bool same = false;

    for (size_t i = 0; (value = bag_get(s->fields, field, i)) != NULL && !same;
        i++) {
        char *one = as(s->im, value);

        same = one != NULL && has_key(s->im, have, attr, as, one);
        free(one);
    }
    return same;
}

/* All that the record and an entry have in common, but children. */
static unsigned
compare(search *s, int64_t entry, unsigned reasons)
{
    bag have = {0};
    char *sn, *given;

    import_entry_of(s->im, entry, &have);
    if (in_common(s, FIELD_MOBILE, &have, ATTR_MOBILE, kin_mobile_key))
        reasons |= REPORT_SAME_MOBILE;
    if (in_common(s, FIELD_MAIL, &have, ATTR_MAIL, kin_mail_key))
        reasons |= REPORT_SAME_MAIL;
    sn = kin_name_key(bag_get(&have, ATTR_SN, 0));
    given = kin_name_key(bag_get(&have, ATTR_GIVEN_NAME, 0));
    reasons |= report_name_reasons(
        &(report_names){s->sn, s->given}, &(report_names){sn, given}, reasons);
    free(given);
    free(sn);
    bag_free(&have);
    return reasons;
}

static void
add_reasons(search *s, int64_t entry, unsigned reasons)
{
    for (size_t i = 0; i < s->n; i++) {
        if (s->found[i].entry == entry) {
            s->found[i].reasons |= reasons;
            return;
        }
    }
    if (s->n < CANDIDATES_MAX)
        s->found[s->n++] = (candidate){entry, reasons};
}

/* An entry that something led to; what was merged speaks for who stayed. */
static void
consider(search *s, int64_t entry, unsigned reasons)
{
    kin k = kin_of_entry(s->im, entry);

    if (k.gave_way || !is_guardian(s->im, k.entry) || is_taken(s->im, &k))
        return;
    add_reasons(s, k.entry, compare(s, k.entry, reasons));
    if (k.entry != entry)
        add_reasons(s, k.entry, compare(s, entry, reasons));
}

/* ---- who it may be ---- */

/* Entries that a statement gives, read to the end before they are looked at. */
static void
consider_all(search *s, sqlite3_stmt *q, unsigned reasons)
{
    int64_t entries[CANDIDATES_MAX];
    size_t n = 0;

    while (store_next(q)) {
        if (n == CANDIDATES_MAX) {
            store_again(q);
            return;
        }
        entries[n++] = store_col(q, 0);
    }
    for (size_t i = 0; i < n; i++)
        consider(s, entries[i], reasons);
}

/* Guardians of the record's pupils; who said not to be one is still the same
 * person. */
static void
by_child(search *s, const char *id)
{
    /* CROSS JOIN keeps the order: from the record to the few links. */
#define CHILDREN_IN(table)                                                     \
    "SELECT dn.entry FROM link CROSS JOIN record ON record.n = link.student"   \
    " CROSS JOIN " table " AS has ON has.student = record.entry"               \
    " CROSS JOIN dn ON dn.key = has.guardian"                                  \
    " WHERE link.guardian = ?1 AND record.entry <> 0"
    static const char sql[] =
        CHILDREN_IN("dirlink") " UNION " CHILDREN_IN("contested");
#undef CHILDREN_IN
    sqlite3_stmt *q = store_kept(&s->im->s, sql);

    store_text(q, 1, id);
    consider_all(s, q, REPORT_SHARED_CHILD);
}

static void
by_contact(search *s, import_field field, kin_key *as)
{
    static const char sql[] =
        "SELECT DISTINCT entry FROM contact WHERE value = ? ORDER BY 1";
    sqlite3_stmt *q = store_kept(&s->im->s, sql);
    const char *value;

    for (size_t i = 0; (value = bag_get(s->fields, field, i)) != NULL; i++) {
        char *key = as(s->im, value);

        if (key == NULL)
            continue;
        store_text(q, 1, key);
        free(key);
        consider_all(s, q, 0);
    }
}

static bool
is_certain(unsigned reasons)
{
    return (reasons & REPORT_SAME_NAMES) != 0 &&
           (reasons & REPORT_SHARED_CHILD) != 0 &&
           (reasons & (REPORT_SAME_MOBILE | REPORT_SAME_MAIL)) != 0;
}

/* ---- what is said ---- */

static void
note_joined(search *s, int64_t record, int64_t entry)
{
    bag have = {0};
    const char *id;
    char *note;
    const char *state;

    import_entry_of(s->im, entry, &have);
    id = bag_get(&have, ATTR_SOURCE_ID, 0);
    state = bag_get(&have, ATTR_STATE, 0);
    note = ctl_format("joined to the account of %s: a child, the names and a "
                      "number or mail address in common%s",
        id == NULL ? "another source" : id,
        state != NULL && strcmp(state, "closed") == 0 &&
                bag_count(&have, ATTR_LEFT_AT) == 0
            ? "; somebody closed it, and it stays closed"
            : "");
    import_outcome_set(s->im, record, OUTCOME_NONE, note);
    s->im->n_joined++;
    free(note);
    bag_free(&have);
}

static char *
reasons_text(unsigned reasons)
{
    char *text = ctl_copy("");

    for (size_t i = 0; i < REPORT_N_REASONS; i++) {
        char *longer;

        if ((reasons & (1U << i)) == 0)
            continue;
        longer = ctl_format("%s%s%s", text, text[0] == '\0' ? "" : ", ",
            report_reason_words(i, EDC_ENGLISH));
        free(text);
        text = longer;
    }
    return text;
}

static void
keep_likely(import *im, int64_t record, const char *note)
{
    static const char sql[] = "INSERT OR REPLACE INTO likely VALUES (?,?)";
    sqlite3_stmt *q = store_kept(&im->s, sql);

    store_number(q, 1, record);
    store_text(q, 2, note);
    store_do(q);
}

/* The likeliest of those who are likely. */
static void
note_likely(search *s, int64_t record)
{
    const candidate *best = NULL;
    char *dn, *why, *note;
    int most = LIKELY - 1;

    for (size_t i = 0; i < s->n; i++) {
        if (report_score(s->found[i].reasons) <= most)
            continue;
        best = s->found + i;
        most = report_score(best->reasons);
    }
    if (best == NULL)
        return;
    dn = import_dn_of(s->im, best->entry);
    why = reasons_text(best->reasons);
    note = ctl_format("likely the person of %s, score %d (%s): not joined; "
                      "educonnectctl merge does, if so",
        dn, most, why);
    keep_likely(s->im, record, note);
    free(note);
    free(why);
    free(dn);
}

void
join_say_likely(import *im, int64_t record)
{
    static const char sql[] = "SELECT note FROM likely WHERE record = ?";
    sqlite3_stmt *q = store_kept(&im->s, sql);
    char *note = NULL;

    store_number(q, 1, record);
    if (store_next(q)) {
        note = ctl_copy(store_col_text(q, 0));
        store_again(q);
    }
    if (note == NULL)
        return;
    import_outcome_set(im, record, OUTCOME_NONE, note);
    im->n_likely++;
    free(note);
}

/* All that may be the record's; the one that is for certain, or 0. */
static int64_t
find(search *s, const char *id)
{
    int64_t entry = 0;
    size_t certain = 0;

    s->sn = kin_name_key(bag_get(s->fields, FIELD_SN, 0));
    s->given = kin_name_key(bag_get(s->fields, FIELD_GIVEN_NAME, 0));
    by_child(s, id);
    by_contact(s, FIELD_MOBILE, kin_mobile_key);
    by_contact(s, FIELD_MAIL, kin_mail_key);
    for (size_t i = 0; i < s->n; i++) {
        if (is_certain(s->found[i].reasons) && certain++ == 0)
            entry = s->found[i].entry;
    }
    free(s->sn);
    free(s->given);
    return certain == 1 ? entry : 0;
}

int64_t
join_certain(import *im, const char *id, const bag *fields)
{
    search s = {.im = im, .fields = fields};

    return find(&s, id);
}

int64_t
join_guardian(import *im, int64_t record, const char *id, const bag *fields,
    bool may_get_account)
{
    search s = {.im = im, .fields = fields};
    int64_t entry = find(&s, id);

    if (entry != 0)
        note_joined(&s, record, entry);
    else if (may_get_account)
        note_likely(&s, record);
    return entry;
}

/* ---- pupils ---- */

/* Whether an entry of this birth date has the record's names. */
static bool
same_pupil(import *im, int64_t entry, const char *sn, const char *given)
{
    bag have = {0};
    char *other_sn, *other_given;
    bool same;

    import_entry_of(im, entry, &have);
    other_sn = kin_name_key(bag_get(&have, ATTR_SN, 0));
    other_given = kin_name_key(bag_get(&have, ATTR_GIVEN_NAME, 0));
    same = sn[0] != '\0' && strcmp(sn, other_sn) == 0 && given[0] != '\0' &&
           strcmp(given, other_given) == 0;
    free(other_given);
    free(other_sn);
    bag_free(&have);
    return same;
}

static void
note_pupil(import *im, int64_t record, int64_t entry, const char *why)
{
    char *dn = import_dn_of(im, entry);
    char *note = ctl_format("likely the pupil of %s: %s: not joined", dn, why);

    import_outcome_set(im, record, OUTCOME_NONE, note);
    im->n_likely++;
    free(note);
    free(dn);
}

/* The entry of another source with the same INE, and another birth date. */
static int64_t
same_ine(import *im, const bag *fields, const char *birth)
{
    static const char sql[] =
        "SELECT entry FROM pupil JOIN entry ON entry.n = pupil.entry"
        " WHERE ine = lower(?1) AND birth <> ?2 AND NOT ours ORDER BY 1";
    const char *ine = bag_get(fields, FIELD_INE, 0);
    sqlite3_stmt *q = store_kept(&im->s, sql);

    if (ine == NULL)
        return 0;
    store_text(q, 1, ine);
    store_text(q, 2, birth);
    return store_first(q, 0);
}

/* The same names and birth date, where one of the two has no INE. */
static int64_t
same_names(import *im, const bag *fields, const char *birth)
{
    static const char sql[] =
        "SELECT entry FROM pupil JOIN entry ON entry.n = pupil.entry"
        " WHERE birth = ?1 AND NOT ours AND (ine IS NULL OR ?2) ORDER BY 1";
    sqlite3_stmt *q = store_kept(&im->s, sql);
    char *sn = kin_name_key(bag_get(fields, FIELD_SN, 0));
    char *given = kin_name_key(bag_get(fields, FIELD_GIVEN_NAME, 0));
    int64_t found = 0;

    store_text(q, 1, birth);
    store_number(q, 2, bag_count(fields, FIELD_INE) == 0);
    while (store_next(q)) {
        if (found == 0 && same_pupil(im, store_col(q, 0), sn, given))
            found = store_col(q, 0);
    }
    free(given);
    free(sn);
    return found;
}

void
join_pupil_likely(import *im, int64_t record, const bag *fields)
{
    const char *birth = bag_get(fields, FIELD_BIRTH_DATE, 0);
    int64_t entry;

    if (birth == NULL)
        return;
    entry = same_ine(im, fields, birth);
    if (entry != 0) {
        note_pupil(im, record, entry, "the same INE, another birth date");
        return;
    }
    entry = same_names(im, fields, birth);
    if (entry != 0)
        note_pupil(im, record, entry,
            "the same names and birth date, and an INE is missing");
}
