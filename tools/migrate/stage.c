/* stage.c - former accounts as rows: what their fields mean, families
 * put together, what stands twice refused.
 */
#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ctl/dn.h"
#include "migrate/migrate.h"
#include "core/text/uai.h"
#include "source/day.h"

static const char tables[] =
    "CREATE TABLE record (n INTEGER PRIMARY KEY, line INTEGER, kind INTEGER,"
    " id TEXT, login TEXT, fields BLOB, outcome INTEGER DEFAULT 0,"
    " reason TEXT DEFAULT '', entry INTEGER DEFAULT 0, dn TEXT DEFAULT '');"
    /* What other records call one: "id:7", "dn:uid=...", "pupil:7". */
    "CREATE TABLE name (key TEXT PRIMARY KEY, record INTEGER) WITHOUT ROWID;"
    "CREATE TABLE link (pupil INTEGER, guardian INTEGER, key TEXT);"
    "CREATE TABLE family (pupil INTEGER, guardian INTEGER,"
    " PRIMARY KEY (pupil, guardian)) WITHOUT ROWID;"
    /* The directory. */
    "CREATE TABLE entry (n INTEGER PRIMARY KEY, dn TEXT, student INTEGER,"
    " guardian INTEGER, legacy TEXT, folded TEXT);"
    "CREATE TABLE dn (key TEXT PRIMARY KEY, entry INTEGER) WITHOUT ROWID;"
    "CREATE TABLE source_id (id TEXT PRIMARY KEY, entry INTEGER)"
    " WITHOUT ROWID;"
    "CREATE TABLE pupil (ine TEXT, birth TEXT, entry INTEGER);"
    "CREATE TABLE legacy (login TEXT PRIMARY KEY, entry INTEGER)"
    " WITHOUT ROWID;"
    "CREATE TABLE dirlink (student INTEGER, guardian TEXT);"
    "CREATE TABLE login (uid TEXT PRIMARY KEY) WITHOUT ROWID;"
    "CREATE TABLE school (uai TEXT PRIMARY KEY, dn TEXT) WITHOUT ROWID";

void
migrate_open(migrate *m)
{
    store_open(&m->s, tables);
}

char *
migrate_lower(const char *text)
{
    char *copy = ctl_copy(text);

    for (char *p = copy; *p != '\0'; p++)
        *p = (char)tolower((unsigned char)*p);
    return copy;
}

void
migrate_outcome_set(migrate *m, int64_t record, migrate_outcome outcome,
    const char *format, ...)
{
    static const char sql[] =
        "UPDATE record SET outcome = ?, reason = CASE WHEN reason = '' THEN ?3"
        " WHEN ?3 = '' THEN reason ELSE reason || '; ' || ?3 END WHERE n = ?2";
    sqlite3_stmt *q = store_kept(&m->s, sql);
    char *text = NULL;
    va_list ap;
    int n;

    va_start(ap, format);
    n = vasprintf(&text, format, ap);
    va_end(ap);
    store_number(q, 1, outcome);
    store_number(q, 2, record);
    store_text(q, 3, n < 0 ? "" : text);
    store_do(q);
    free(n < 0 ? NULL : text);
}

void
migrate_fields_of(migrate *m, int64_t record, bag *fields)
{
    static const char sql[] = "SELECT fields FROM record WHERE n = ?";

    bag_of_row(fields, &m->s, sql, record);
}

/* ---- what the fields mean ---- */

/* A record on its way into the tables. */
typedef struct staged {
    migrate *m;
    bag fields;
    migrate_kind kind;
    char *pupil; /* a pupil's number in the vector */
    bag pupils;  /* those that a guardian's vectors name */
    const char *refused;
} staged;

static migrate_kind
kind_of(const char *type)
{
    if (strcmp(type, "1") == 0 || strcmp(type, "2") == 0 ||
        strcasecmp(type, "ENTAuxPersRelEleve") == 0)
        return MIGRATE_GUARDIAN;
    if (strcmp(type, "3") == 0 || strcmp(type, "4") == 0 ||
        strcasecmp(type, "ENTEleve") == 0)
        return MIGRATE_PUPIL;
    return MIGRATE_UNKNOWN;
}

static void
fill(bag *fields, migrate_field field, const char *value)
{
    if (value[0] != '\0' && bag_count(fields, field) == 0)
        bag_set(fields, field, value);
}

/* type|sn|givenName|pupil|uai */
static void
read_vector(staged *s, const char *vector)
{
    char *copy = ctl_copy(vector);
    char *rest = copy;
    char *part[5];
    size_t n = 0;
    migrate_kind kind;

    while (n < 5 && (part[n] = strsep(&rest, "|")) != NULL)
        n++;
    kind = n == 5 && rest == NULL ? kind_of(part[0]) : MIGRATE_UNKNOWN;
    if (kind == MIGRATE_UNKNOWN) {
        s->refused = "the ATEN vector is none: type|sn|givenName|pupil|uai";
    } else if (s->kind != MIGRATE_UNKNOWN && s->kind != kind) {
        s->refused = "type and ATEN vector say different things";
    } else {
        s->kind = kind;
        fill(&s->fields, LEGACY_SN, part[1]);
        fill(&s->fields, LEGACY_GIVEN_NAME, part[2]);
        if (kind == MIGRATE_PUPIL) {
            fill(&s->fields, LEGACY_UAI, part[4]);
            free(s->pupil);
            s->pupil = ctl_copy(part[3]);
        } else if (part[3][0] != '\0') {
            bag_add(&s->pupils, 0, part[3], strlen(part[3]));
        }
    }
    free(copy);
}

static void
read_kind(staged *s)
{
    const char *value;

    for (size_t i = 0; (value = bag_get(&s->fields, LEGACY_TYPE, i)) != NULL;
        i++) {
        migrate_kind kind = kind_of(value);

        if (kind != MIGRATE_UNKNOWN)
            s->kind = kind;
    }
    for (size_t i = 0; (value = bag_get(&s->fields, LEGACY_VECTOR, i)) != NULL;
        i++)
        read_vector(s, value);
}

static void
read_birth_date(staged *s)
{
    const char *v = bag_get(&s->fields, LEGACY_BIRTH_DATE, 0);
    char today[11];
    src_day day;

    if (v == NULL)
        return;
    src_day_today(today);
    if (src_day_read(edc_str_of(v), today, &day) == SRC_DAY_GOOD)
        bag_set(&s->fields, LEGACY_BIRTH_DATE, day.iso);
    else
        s->refused = "the birth date is no day";
}

static void
read_uai(staged *s)
{
    const char *v = bag_get(&s->fields, LEGACY_UAI, 0);
    char *uai;

    if (v == NULL || s->kind != MIGRATE_PUPIL)
        return;
    uai = ctl_copy(v);
    for (char *p = uai; *p != '\0'; p++)
        *p = (char)toupper((unsigned char)*p);
    if (edc_uai_valid(edc_str_of(uai)))
        bag_set(&s->fields, LEGACY_UAI, uai);
    else
        s->refused = "the UAI is none, or its check letter is wrong";
    free(uai);
}

static bool
has_control(const bag *fields)
{
    for (size_t i = 0; i < fields->n; i++) {
        for (size_t k = 0; k < fields->items[i].n; k++) {
            if (iscntrl((unsigned char)fields->items[i].value[k]))
                return true;
        }
    }
    return false;
}

static void
understand(staged *s)
{
    read_kind(s);
    read_birth_date(s);
    read_uai(s);
    if (bag_count(&s->fields, LEGACY_LOGIN) == 0)
        s->refused = "no former login";
    else if (bag_count(&s->fields, LEGACY_LOGIN) > 1)
        s->refused = "several former logins";
    else if (has_control(&s->fields))
        s->refused = "a control character";
}

/* ---- into the tables ---- */

static void
put_name(migrate *m, const char *prefix, const char *word, int64_t record)
{
    static const char sql[] = "INSERT OR IGNORE INTO name VALUES (?, ?)";
    sqlite3_stmt *q = store_kept(&m->s, sql);
    char *key = ctl_format("%s%s", prefix, word);

    store_text(q, 1, key);
    store_number(q, 2, record);
    store_do(q);
    free(key);
}

/* One of both is 0: the record that the key names. */
static void
put_link(migrate *m, int64_t pupil, int64_t guardian, char *key)
{
    static const char sql[] = "INSERT INTO link VALUES (?, ?, ?)";
    sqlite3_stmt *q = store_kept(&m->s, sql);

    store_number(q, 1, pupil);
    store_number(q, 2, guardian);
    store_text(q, 3, key);
    store_do(q);
    free(key);
}

static void
put_links(staged *s, int64_t record, bool ldif)
{
    const char *value;

    for (unsigned f = LEGACY_GUARDIAN1; f <= LEGACY_GUARDIAN4; f++) {
        for (size_t i = 0; s->kind == MIGRATE_PUPIL &&
                           (value = bag_get(&s->fields, f, i)) != NULL;
            i++) {
            char *key =
                ldif && strchr(value, '=') != NULL ? ctl_dn_key(value) : NULL;

            put_link(s->m, record, 0,
                key != NULL ? ctl_format("dn:%s", key)
                            : ctl_format("id:%s", value));
            free(key);
        }
    }
    for (size_t i = 0; (value = bag_get(&s->pupils, 0, i)) != NULL; i++)
        put_link(s->m, 0, record, ctl_format("pupil:%s", value));
}

static int64_t
put_record(staged *s, long line, const char *id, const char *login)
{
    static const char sql[] =
        "INSERT INTO record (line, kind, id, login, fields, outcome, reason)"
        " VALUES (?,?,?,?,?,?,?)";
    sqlite3_stmt *q = store_kept(&s->m->s, sql);
    size_t n;
    char *bytes = bag_pack(&s->fields, &n);

    store_number(q, 1, line);
    store_number(q, 2, s->kind);
    store_text(q, 3, id);
    store_text(q, 4, login);
    store_bytes(q, 5, bytes, n);
    store_number(q, 6, s->refused != NULL ? MIGRATE_REFUSED : MIGRATE_OPEN);
    store_text(q, 7, s->refused != NULL ? s->refused : "");
    store_do(q);
    free(bytes);
    return sqlite3_last_insert_rowid(s->m->s.db);
}

void
migrate_stage(
    migrate *m, long line, const char *dn, const bag *raw, const char *refused)
{
    staged s = {.m = m};
    const char *id, *login;
    int64_t record;

    m->n_found++;
    for (unsigned f = 0; f < N_LEGACY; f++)
        bag_take(&s.fields, raw, f);
    understand(&s);
    if (refused != NULL)
        s.refused = refused;
    login = bag_get(&s.fields, LEGACY_LOGIN, 0);
    id = bag_get(&s.fields, LEGACY_ID, 0);
    id = id != NULL ? id : login != NULL ? login : "";
    record = put_record(&s, line, id, login != NULL ? login : "");
    if (s.refused == NULL) {
        char *key = dn == NULL ? NULL : ctl_dn_key(dn);

        put_name(m, "id:", id, record);
        if (key != NULL)
            put_name(m, "dn:", key, record);
        if (s.kind == MIGRATE_PUPIL)
            put_name(m, "pupil:", s.pupil != NULL ? s.pupil : id, record);
        put_links(&s, record, dn != NULL);
        free(key);
    }
    bag_free(&s.fields);
    bag_free(&s.pupils);
    free(s.pupil);
}

void
migrate_staged(migrate *m)
{
    store_run(&m->s,
        "CREATE INDEX record_id ON record (id);"
        "CREATE INDEX record_login ON record (login);"
        /* Only the first of those with one id is worked on. */
        "UPDATE record SET outcome = 4, reason = 'another record has its id'"
        " WHERE outcome = 0 AND n <> (SELECT min(n) FROM record AS other"
        "  WHERE other.id = record.id AND other.outcome = 0);"
        /* None of those with one login: nobody knows whose it is. */
        "CREATE TEMP TABLE twice AS SELECT login FROM record"
        " WHERE outcome = 0 GROUP BY login HAVING count(*) > 1;"
        "UPDATE record SET outcome = 4,"
        " reason = 'another record has the same former login'"
        " WHERE outcome = 0 AND login IN (SELECT login FROM twice);"
        "INSERT OR IGNORE INTO family SELECT p.n, g.n FROM link"
        " JOIN name USING (key)"
        " JOIN record AS p ON p.n = CASE WHEN link.pupil <> 0"
        "  THEN link.pupil ELSE name.record END AND p.kind = 2"
        " JOIN record AS g ON g.n = CASE WHEN link.guardian <> 0"
        "  THEN link.guardian ELSE name.record END AND g.kind = 1;"
        "UPDATE record SET reason ="
        " 'a guardian or pupil that it names is not in the file'"
        " WHERE outcome = 0 AND n IN (SELECT max(pupil, guardian) FROM link"
        "  WHERE key NOT IN (SELECT key FROM name));"
        "CREATE INDEX family_guardian ON family (guardian)");
}
