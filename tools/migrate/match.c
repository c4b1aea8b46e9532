/* match.c - which account of the directory a record is, and which
 * records cannot become one.
 *
 * Who has an account already is known by the source's id, a pupil by INE and
 * birth date, both, a guardian by the name among the guardians that the
 * directory gives his or her pupils.
 */
#include <stdlib.h>
#include <string.h>

#include "migrate/migrate.h"

typedef struct record {
    int64_t n, entry;
    migrate_kind kind;
    char *id, *login;
    bag fields;
} record;

static void
refuse(migrate *m, const record *r, const char *reason)
{
    migrate_outcome_set(m, r->n, MIGRATE_REFUSED, "%s", reason);
}

/* The number that a statement of ours gives for a text; 0: none. */
static int64_t
find(migrate *m, const char *sql, const char *key)
{
    sqlite3_stmt *q = store_kept(&m->s, sql);

    store_text(q, 1, key);
    return store_first(q, 0);
}

/* ---- who has an account ---- */

/* False after it has been refused. */
static bool
find_pupil(migrate *m, record *r)
{
    static const char sql[] = "SELECT entry, birth FROM pupil WHERE ine = ?";
    const char *ine = bag_get(&r->fields, LEGACY_INE, 0);
    const char *birth = bag_get(&r->fields, LEGACY_BIRTH_DATE, 0);
    sqlite3_stmt *q = store_kept(&m->s, sql);
    size_t n_same = 0, n_other = 0;
    char *key;

    if (ine == NULL)
        return true;
    key = migrate_lower(ine);
    store_text(q, 1, key);
    while (store_next(q)) {
        if (birth != NULL && strcmp(store_col_text(q, 1), birth) == 0) {
            r->entry = store_col(q, 0);
            n_same++;
        } else {
            n_other++;
        }
    }
    free(key);
    if (n_same == 0 && n_other > 0)
        refuse(m, r, "an account with its INE has another birth date");
    else if (n_same > 1)
        refuse(m, r, "several accounts have its INE and birth date");
    return n_same == 1 || (n_same == 0 && n_other == 0);
}

static bool
find_guardian(migrate *m, record *r)
{
    static const char sql[] =
        "SELECT DISTINCT entry.n FROM family"
        " JOIN record ON record.n = family.pupil AND record.entry <> 0"
        " JOIN dirlink ON dirlink.student = record.entry"
        " JOIN dn ON dn.key = dirlink.guardian"
        " JOIN entry ON entry.n = dn.entry"
        " WHERE family.guardian = ? AND entry.folded = ?";
    sqlite3_stmt *q = store_kept(&m->s, sql);
    char *folded = migrate_folded(bag_get(&r->fields, LEGACY_SN, 0),
        bag_get(&r->fields, LEGACY_GIVEN_NAME, 0));
    size_t n = 0;

    store_number(q, 1, r->n);
    store_text(q, 2, folded);
    while (store_next(q)) {
        r->entry = store_col(q, 0);
        n++;
    }
    free(folded);
    if (n > 1)
        refuse(m, r, "several guardians of its pupils have its name");
    return n <= 1;
}

static bool
find_entry(migrate *m, record *r)
{
    static const char sql[] = "SELECT entry FROM source_id WHERE id = ?";

    r->entry = find(m, sql, r->id);
    if (r->entry != 0)
        return true;
    if (r->kind == MIGRATE_PUPIL)
        return find_pupil(m, r);
    return r->kind != MIGRATE_GUARDIAN || find_guardian(m, r);
}

/* Writes down which one it is; false when it cannot be. */
static bool
bind_entry(migrate *m, const record *r)
{
    static const char sql[] = "SELECT student, guardian FROM entry WHERE n = ?";
    static const char others[] = "SELECT n FROM record WHERE entry = ?";
    static const char set[] =
        "UPDATE record SET entry = ?1, dn = (SELECT dn FROM entry WHERE n = ?1)"
        " WHERE n = ?2";
    sqlite3_stmt *q = store_kept(&m->s, others);
    bool right = true;

    store_number(q, 1, r->entry);
    if (store_first(q, 0) != 0) {
        refuse(m, r, "another record is about the same account");
        return false;
    }
    q = store_kept(&m->s, sql);
    store_number(q, 1, r->entry);
    if (store_next(q)) {
        right = (r->kind != MIGRATE_PUPIL || store_col(q, 0) != 0) &&
                (r->kind != MIGRATE_GUARDIAN || store_col(q, 1) != 0);
        store_again(q);
    }
    q = store_kept(&m->s, set);
    store_number(q, 1, r->entry);
    store_number(q, 2, r->n);
    store_do(q);
    if (!right)
        refuse(m, r,
            r->kind == MIGRATE_PUPIL ? "its account is no student's"
                                     : "its account is no guardian's");
    return right;
}

/* ---- whose the former login is ---- */

static bool
login_is_free(migrate *m, const record *r)
{
    static const char sql[] =
        "SELECT entry, dn FROM legacy JOIN entry ON entry.n = legacy.entry"
        " WHERE legacy.login = ?";
    sqlite3_stmt *q = store_kept(&m->s, sql);
    int64_t owner = 0;
    char *dn = NULL;

    store_text(q, 1, r->login);
    if (store_next(q)) {
        owner = store_col(q, 0);
        dn = ctl_copy(store_col_text(q, 1));
        store_again(q);
    }
    if (owner != 0 && owner != r->entry)
        migrate_outcome_set(m, r->n, MIGRATE_REFUSED,
            "the former login is another account's: %s", dn);
    free(dn);
    return owner == 0 || owner == r->entry;
}

static void
check_existing(migrate *m, const record *r)
{
    static const char sql[] = "SELECT legacy FROM entry WHERE n = ?";
    sqlite3_stmt *q = store_kept(&m->s, sql);
    char *legacy = NULL;

    store_number(q, 1, r->entry);
    if (store_next(q)) {
        legacy = ctl_copy(store_col_text(q, 0));
        store_again(q);
    }
    if (legacy != NULL && strcmp(legacy, r->login) == 0)
        migrate_outcome_set(m, r->n, MIGRATE_SAME, "%s", "");
    else if (legacy != NULL && legacy[0] != '\0')
        refuse(m, r, "its account keeps another former login");
    free(legacy);
}

/* ---- who can become one ---- */

static void
check_pupil(migrate *m, const record *r)
{
    static const char sql[] = "SELECT 1 FROM school WHERE uai = ?";
    const char *uai = bag_get(&r->fields, LEGACY_UAI, 0);

    if (uai == NULL)
        refuse(m, r, "no school");
    else if (find(m, sql, uai) == 0)
        migrate_outcome_set(m, r->n, MIGRATE_REFUSED,
            "the school %s is not in the directory", uai);
    else if (bag_count(&r->fields, LEGACY_INE) == 0 ||
             bag_count(&r->fields, LEGACY_BIRTH_DATE) == 0)
        migrate_outcome_set(m, r->n, MIGRATE_OPEN,
            "no INE or no birth date: the account cannot be opened yet");
}

/* A guardian whom nobody names cannot be informed by any school. */
static void
check_guardian(migrate *m, const record *r)
{
    static const char sql[] =
        "SELECT count(*), coalesce(sum(record.entry = 0 AND record.outcome ="
        " 0), 0) FROM family JOIN record ON record.n = family.pupil"
        " WHERE family.guardian = ?";
    sqlite3_stmt *q = store_kept(&m->s, sql);
    int64_t n = 0, n_new = 0;

    store_number(q, 1, r->n);
    if (store_next(q)) {
        n = store_col(q, 0);
        n_new = store_col(q, 1);
        store_again(q);
    }
    if (n > 0 && n_new == 0)
        refuse(m, r,
            "its pupils are refused, or have accounts with other guardians");
    else if (n == 0)
        migrate_outcome_set(m, r->n, MIGRATE_OPEN,
            "no pupil of the file names it: no school can inform it yet");
}

static void
check_new(migrate *m, const record *r)
{
    if (bag_count(&r->fields, LEGACY_SN) == 0 ||
        bag_count(&r->fields, LEGACY_GIVEN_NAME) == 0)
        refuse(m, r, "no name");
    else if (r->kind == MIGRATE_UNKNOWN)
        refuse(m, r, "neither a pupil nor a guardian: no type, no ATEN vector");
    else if (r->kind == MIGRATE_PUPIL)
        check_pupil(m, r);
    else
        check_guardian(m, r);
}

/* ---- one after the other ---- */

static void
match(migrate *m, record *r)
{
    migrate_fields_of(m, r->n, &r->fields);
    if (!find_entry(m, r) || (r->entry != 0 && !bind_entry(m, r)) ||
        !login_is_free(m, r))
        return;
    if (r->entry != 0)
        check_existing(m, r);
    else
        check_new(m, r);
}

/* Pupils come first: guardians are known by them. */
void
migrate_match(migrate *m)
{
    sqlite3_stmt *q;

    store_run(&m->s, "CREATE INDEX record_entry ON record (entry)");
    q = store_prepare(&m->s, "SELECT n, kind, id, login FROM record"
                             " WHERE outcome = 0 ORDER BY kind DESC, n");
    while (store_next(q)) {
        record r = {.n = store_col(q, 0),
            .kind = (migrate_kind)store_col(q, 1),
            .id = ctl_copy(store_col_text(q, 2)),
            .login = ctl_copy(store_col_text(q, 3))};

        match(m, &r);
        bag_free(&r.fields);
        free(r.login);
        free(r.id);
    }
    store_end(q);
}
