/* data.c - the entries, from the server or from slapcat's output, held
 * against each other on disk.
 */
#include <lber.h>
#include <stdio.h>
#include <ldif.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "ctl/dn.h"
#include "doctor/doctor.h"
#include "core/text/gentime.h"
#include "core/text/phone.h"
#include "ctl/input.h"
#include "core/account/invariant.h"
#include "ctl/ldif_in.h"
#include "core/text/uai.h"

/* What is read of an entry; keys of a bag. */
enum {
    KEY_CLASS,
    KEY_UID,
    KEY_UAI,
    KEY_INE,
    KEY_BIRTH,
    KEY_ENROLLED,
    KEY_GUARDIAN,
    KEY_CONTESTED,
    KEY_HEAD,
    KEY_STUDENT_DELEGATE,
    KEY_GUARDIAN_DELEGATE,
    KEY_SOURCE,
    KEY_FEDERATED,
    KEY_STATE,
    KEY_FORMER,
    KEY_ACTIVATED,
    KEY_INFORMED,
    KEY_UNTIL,
    KEY_MERGED,
    KEY_LEFT,
    KEY_RESET,
    KEY_PASSWORD,
    KEY_MOBILE,
    KEY_MOBILE_KEY,
    N_KEYS
};

static const char *const names[N_KEYS + 1] = {"objectClass", "uid",
    "educonnectUai", "educonnectIne", "educonnectBirthDate",
    "educonnectEnrolledAt", "educonnectGuardian", "educonnectContestedGuardian",
    "educonnectHead", "educonnectStudentDelegate", "educonnectGuardianDelegate",
    "educonnectSourceId", "educonnectFederatedId", "educonnectState",
    "educonnectFormerState", "educonnectActivatedBy", "educonnectInformedBy",
    "educonnectProvisionalUntil", "educonnectMergedInto", "educonnectLeftAt",
    "pwdReset", "userPassword", "mobile", "educonnectMobileKey", NULL};

/* Days after which an account that left is due. */
#define DUE_DAYS 90

/* Who becomes as old this year may have no guardian any more. */
#define ADULT 18

static const char tables[] =
    "CREATE TABLE entry (key TEXT PRIMARY KEY, guardian INT, school INT,"
    " pupil INT, open INT, merged TEXT, dn TEXT) WITHOUT ROWID;"
    "CREATE TABLE link (dn TEXT, attribute INT, value TEXT, key TEXT);"
    "CREATE TABLE single (name TEXT, value TEXT, dn TEXT)";

typedef struct reader {
    doctor *d;
    bag attrs;
    size_t n;
    int64_t now;
    size_t n_expired, n_due, n_alone;
    bool part; /* of the directory only */
} reader;

/* ---- one entry ---- */

static bool
has_class(const bag *attrs, const char *class)
{
    const char *value;

    for (size_t i = 0; (value = bag_get(attrs, KEY_CLASS, i)) != NULL; i++) {
        if (strcasecmp(value, class) == 0)
            return true;
    }
    return false;
}

static void
keep_link(reader *r, const char *dn, unsigned attribute, const char *value)
{
    static const char sql[] = "INSERT INTO link VALUES (?,?,?,?)";
    sqlite3_stmt *q = store_kept(&r->d->s, sql);
    char *key = ctl_dn_key(value);

    store_text(q, 1, dn);
    store_number(q, 2, attribute);
    store_text(q, 3, value);
    store_text(q, 4, key);
    store_do(q);
    free(key);
}

static void
keep_links(reader *r, const char *dn)
{
    static const unsigned links[] = {KEY_ENROLLED, KEY_GUARDIAN, KEY_HEAD,
        KEY_STUDENT_DELEGATE, KEY_GUARDIAN_DELEGATE};
    const char *value;

    for (size_t l = 0; l < sizeof(links) / sizeof(links[0]); l++)
        for (size_t i = 0; (value = bag_get(&r->attrs, links[l], i)) != NULL;
            i++)
            keep_link(r, dn, links[l], value);
}

static void
keep_single(reader *r, const char *dn, unsigned key)
{
    static const char sql[] = "INSERT INTO single VALUES (?,?,?)";
    sqlite3_stmt *q = store_kept(&r->d->s, sql);
    const char *value;

    for (size_t i = 0; (value = bag_get(&r->attrs, key, i)) != NULL; i++) {
        char *folded = ctl_dn_key(value);

        store_text(q, 1, names[key]);
        store_text(q, 2, folded);
        store_text(q, 3, dn);
        store_do(q);
        free(folded);
    }
}

/* The values that one entry has alone. */
static void
keep_singles(reader *r, const char *dn, bool account)
{
    keep_single(r, dn, KEY_INE);
    keep_single(r, dn, KEY_UAI);
    keep_single(r, dn, KEY_SOURCE);
    keep_single(r, dn, KEY_FEDERATED);
    if (account)
        keep_single(r, dn, KEY_UID);
}

static edc_state
state_of(const char *name, bool *known)
{
    edc_state state = EDC_UNINFORMED;

    *known = edc_state_parse(edc_str_of(name == NULL ? "" : name), &state);
    return state;
}

static edc_str
str_of(const char *text)
{
    return text == NULL ? (edc_str){NULL, 0} : edc_str_of(text);
}

/* The account as the core's rules want to see it. Where passwords are hidden,
 * one is taken to be there when the state asks for one. */
static void
snapshot(const reader *r, edc_account *a)
{
    const char *former;
    const char *until = bag_get(&r->attrs, KEY_UNTIL, 0);
    const char *reset = bag_get(&r->attrs, KEY_RESET, 0);
    bool known;

    memset(a, 0, sizeof(*a));
    a->student = has_class(&r->attrs, "educonnectStudent");
    a->guardian = has_class(&r->attrs, "educonnectLegalGuardian");
    a->state = state_of(bag_get(&r->attrs, KEY_STATE, 0), &a->state_stored);
    for (size_t i = 0; (former = bag_get(&r->attrs, KEY_FORMER, i)) != NULL;
        i++) {
        edc_state state = state_of(former, &known);

        if (known)
            a->former |= 1U << state;
    }
    a->informed_by = str_of(bag_get(&r->attrs, KEY_INFORMED, 0));
    a->activated_by = str_of(bag_get(&r->attrs, KEY_ACTIVATED, 0));
    a->provisional_until = EDC_NO_TIME;
    if (until != NULL &&
        !edc_time_parse(edc_str_of(until), &a->provisional_until))
        a->provisional_until = EDC_NO_TIME;
    a->changed = a->locked = EDC_NO_TIME;
    a->must_reset = reset != NULL && strcasecmp(reset, "TRUE") == 0;
    a->merged = bag_count(&r->attrs, KEY_MERGED) > 0;
    a->federated = bag_count(&r->attrs, KEY_FEDERATED) > 0;
    a->n_passwords = bag_count(&r->attrs, KEY_PASSWORD);
    a->password = str_of(bag_get(&r->attrs, KEY_PASSWORD, 0));
}

static bool
holds(const reader *r, edc_account *a, edc_contradiction *why)
{
    if (edc_invariant_holds(a, why))
        return true;
    if (r->d->passwords_known || a->n_passwords > 0)
        return false;
    a->n_passwords = 1;
    a->password = EDC_STR("{ARGON2}hidden");
    return edc_invariant_holds(a, why);
}

static void
check_account(reader *r, const char *dn)
{
    const char *left = bag_get(&r->attrs, KEY_LEFT, 0);
    edc_contradiction why;
    edc_account a;
    int64_t at;

    snapshot(r, &a);
    if (!holds(r, &a, &why)) {
        char *detail = ctl_format("%s: %s", why.attribute, why.because);

        doctor_found(r->d, DOCTOR_CONTRADICTION_, dn, detail, NULL);
        free(detail);
    }
    r->n_expired += (a.state == EDC_INFORMED || a.state == EDC_RESET) &&
                    a.provisional_until != EDC_NO_TIME &&
                    a.provisional_until < r->now;
    r->n_due += a.state == EDC_CLOSED && left != NULL &&
                edc_time_parse(edc_str_of(left), &at) &&
                at < r->now - DUE_DAYS * INT64_C(86400);
}

/* Whether the entry has each number's key, and none beside. */
static bool
has_keys(const reader *r, const bag *keys)
{
    const char *key;
    size_t n = 0;

    for (size_t i = 0; (key = bag_get(keys, KEY_MOBILE_KEY, i)) != NULL; i++) {
        if (!bag_has(&r->attrs, KEY_MOBILE_KEY, key))
            return false;
        n++;
    }
    return n == bag_count(&r->attrs, KEY_MOBILE_KEY);
}

static void
check_numbers(reader *r, const char *dn)
{
    char number[EDC_PHONE_SIZE];
    const char *mobile;
    ctl_change repair;
    bag keys = {0};

    for (size_t i = 0; (mobile = bag_get(&r->attrs, KEY_MOBILE, i)) != NULL;
        i++) {
        if (!edc_phone_read(edc_str_of(mobile), r->d->region, number))
            doctor_found(r->d, DOCTOR_NO_NUMBER_, dn, mobile, NULL);
        else if (!bag_has(&keys, KEY_MOBILE_KEY, number))
            bag_add(&keys, KEY_MOBILE_KEY, number, strlen(number));
    }
    if (!has_keys(r, &keys)) {
        doctor_repair(&repair, dn, LDAP_MOD_REPLACE, "mobile", NULL);
        for (size_t i = 0; (mobile = bag_get(&r->attrs, KEY_MOBILE, i)) != NULL;
            i++)
            ctl_change_value(&repair, mobile, strlen(mobile));
        doctor_found(r->d, DOCTOR_NO_KEY_, dn, NULL, &repair);
    }
    bag_free(&keys);
}

static void
check_pupil(reader *r, const char *dn)
{
    const char *birth = bag_get(&r->attrs, KEY_BIRTH, 0);
    size_t n = bag_count(&r->attrs, KEY_GUARDIAN);
    ctl_change repair;
    char *detail;

    if (birth != NULL && !edc_birthdate_valid(edc_str_of(birth))) {
        doctor_repair(
            &repair, dn, LDAP_MOD_DELETE, "educonnectBirthDate", NULL);
        doctor_found(r->d, DOCTOR_BAD_BIRTH_, dn, NULL, &repair);
    }
    if (n > r->d->max_guardians) {
        detail =
            ctl_format("%zu, and not more than %zu", n, r->d->max_guardians);
        doctor_found(r->d, DOCTOR_MANY_GUARDIANS_, dn, detail, NULL);
        free(detail);
    }
}

static bool
is_open(const bag *attrs)
{
    const char *state = bag_get(attrs, KEY_STATE, 0);

    return state == NULL || strcasecmp(state, "closed") != 0;
}

static void
keep_entry(reader *r, const char *dn, bool student, bool guardian, bool school)
{
    static const char sql[] =
        "INSERT OR IGNORE INTO entry VALUES (?,?,?,?,?,?,?)";
    sqlite3_stmt *q = store_kept(&r->d->s, sql);
    const char *into = bag_get(&r->attrs, KEY_MERGED, 0);
    char *merged = into == NULL ? NULL : ctl_dn_key(into);
    char *key = ctl_dn_key(dn);

    store_text(q, 1, key);
    store_number(q, 2, guardian);
    store_number(q, 3, school);
    store_number(q, 4, student);
    store_number(q, 5, is_open(&r->attrs));
    store_text(q, 6, merged);
    store_text(q, 7, dn);
    store_do(q);
    free(key);
    free(merged);
}

/* A pupil with nobody at all, who is no adult as far as is known. */
static bool
is_alone(const reader *r)
{
    const char *birth = bag_get(&r->attrs, KEY_BIRTH, 0);
    time_t now = (time_t)r->now;
    struct tm tm;

    return is_open(&r->attrs) && bag_count(&r->attrs, KEY_GUARDIAN) == 0 &&
           (birth == NULL || gmtime_r(&now, &tm) == NULL ||
               atoi(birth) + ADULT > tm.tm_year + 1900);
}

static void
check_entry(reader *r, const char *dn)
{
    bool student = has_class(&r->attrs, "educonnectStudent");
    bool guardian = has_class(&r->attrs, "educonnectLegalGuardian");
    bool school = has_class(&r->attrs, "educonnectSchool");
    const char *uai = bag_get(&r->attrs, KEY_UAI, 0);

    ctl_progress("reading entries", ++r->n, 0);
    keep_entry(r, dn, student, guardian, school);
    keep_links(r, dn);
    keep_singles(r, dn, student || guardian);
    if (school && uai != NULL && !edc_uai_valid(edc_str_of(uai)))
        doctor_found(r->d, DOCTOR_BAD_UAI_, dn, uai, NULL);
    if (student || guardian) {
        check_account(r, dn);
        check_numbers(r, dn);
    }
    if (student)
        check_pupil(r, dn);
    r->n_alone += student && is_alone(r);
}

/* ---- entries of the server ---- */

static bool
of_server(void *ctx, const ctl_entry *e)
{
    reader *r = ctx;

    bag_clear(&r->attrs);
    for (unsigned k = 0; k < N_KEYS; k++) {
        struct berval **values = ctl_entry_values(e, names[k]);

        for (size_t i = 0; values != NULL && values[i] != NULL; i++)
            bag_add(&r->attrs, k, values[i]->bv_val, values[i]->bv_len);
        if (values != NULL)
            ldap_value_free_len(values);
    }
    check_entry(r, e->dn);
    return true;
}

/* slapd's limit ended it. The repair goes before all other limits, since the
 * first that fits counts. */
static void
found_part(reader *r)
{
    doctor *d = r->d;
    char *detail = ctl_format("ended after %zu entries", r->n);
    char *value;
    ctl_change repair;

    r->part = true;
    if (d->identity == NULL || d->config.database_dn == NULL) {
        doctor_found(d, DOCTOR_PART_, d->c->base, detail, NULL);
    } else {
        value = ctl_format(
            "{0}dn.exact=\"%s\" size=unlimited time=unlimited", d->identity);
        doctor_repair(
            &repair, d->config.database_dn, LDAP_MOD_ADD, "olcLimits", value);
        doctor_found(d, DOCTOR_PART_, d->identity, detail, &repair);
        free(value);
    }
    free(detail);
}

static ctl_exit
read_server(reader *r)
{
    ctl *c = r->d->c;
    int result = ctl_search(
        c, c->base, LDAP_SCOPE_SUBTREE, "(objectClass=*)", names, of_server, r);

    if (result == LDAP_SIZELIMIT_EXCEEDED ||
        result == LDAP_TIMELIMIT_EXCEEDED ||
        result == LDAP_ADMINLIMIT_EXCEEDED) {
        found_part(r);
        return CTL_OK;
    }
    /* An empty database has no base. */
    if (result != LDAP_SUCCESS && result != LDAP_NO_SUCH_OBJECT)
        return ctl_fail_ldap(c, CTL_SERVER, c->ld, result, c->base);
    if (r->n == 0)
        doctor_found(r->d, DOCTOR_NOTHING_READ_, c->base, NULL, NULL);
    return CTL_OK;
}

/* ---- entries of slapcat ---- */

static void
take_value(reader *r, const char *name, const struct berval *value)
{
    for (unsigned k = 0; k < N_KEYS; k++) {
        if (strcasecmp(names[k], name) == 0)
            bag_add(&r->attrs, k, value->bv_val, value->bv_len);
    }
}

/* One line of a record. NULL, or why it is none of an entry; dn is the entry's,
 * allocated. libldap's reader of whole records would print a line that it does
 * not understand, and the line may be a password's. */
static const char *
take_line(reader *r, char *line, char **dn)
{
    struct berval type, value = {0, NULL};
    int allocated = 0;
    const char *wrong = NULL;
    char *name;

    if (ldif_parse_line2(line, &type, &value, &allocated) != 0)
        return "a line of it is no LDIF";
    name = ctl_copy_n(type.bv_val, type.bv_len);
    if (strcasecmp(name, "dn") == 0 && *dn == NULL)
        *dn = ctl_copy_n(value.bv_val, value.bv_len);
    else if (strcasecmp(name, "changetype") == 0)
        wrong = "it is no entry";
    else if (*dn != NULL)
        take_value(r, name, &value);
    else if (strcasecmp(name, "version") != 0)
        wrong = "it has no dn at its beginning";
    free(name);
    if (allocated && value.bv_val != NULL) {
        OPENSSL_cleanse(value.bv_val, value.bv_len);
        ber_memfree(value.bv_val);
    }
    return wrong;
}

static ctl_exit
of_record(reader *r, const char *path, ldif_in *in)
{
    char *rest = in->text, *line, *dn = NULL;
    const char *wrong =
        in->fetched ? "a value of it is in another file, which is not read"
                    : NULL;

    bag_clear(&r->attrs);
    while (wrong == NULL && (line = ldif_getline(&rest)) != NULL)
        wrong = take_line(r, line, &dn);
    if (wrong == NULL && dn != NULL)
        check_entry(r, dn);
    free(dn);
    return wrong == NULL ? CTL_OK
                         : ctl_fail(r->d->c, CTL_INPUT,
                               "%s:%ld: the record that begins here: %s", path,
                               in->begins, wrong);
}

static ctl_exit
read_slapcat(reader *r, const char *path)
{
    ctl *c = r->d->c;
    const char *why;
    ldif_in in = {.file = input_stream(path, &why)};
    ctl_exit status = CTL_OK;
    ldif_end end = LDIF_RECORD;

    if (in.file == NULL)
        return ctl_fail(c, CTL_INPUT, "%s: %s", path, why);
    input_warn(fileno(in.file), path);
    r->d->passwords_known = true;
    while (status == CTL_OK && (end = ldif_in_next(&in, &why)) == LDIF_RECORD)
        status = of_record(r, path, &in);
    if (status == CTL_OK && end == LDIF_BROKEN)
        status = ctl_fail(c, CTL_INPUT, "%s:%ld: %s", path, in.begins, why);
    ldif_in_free(&in);
    (void)input_close(in.file);
    return status;
}

/* ---- held against each other ---- */

static void
find_dangling(doctor *d)
{
    static const doctor_id ids[N_KEYS] = {
        [KEY_ENROLLED] = DOCTOR_NO_SCHOOL_,
        [KEY_GUARDIAN] = DOCTOR_DANGLING_,
        [KEY_HEAD] = DOCTOR_NO_ACTOR_,
        [KEY_STUDENT_DELEGATE] = DOCTOR_NO_ACTOR_,
        [KEY_GUARDIAN_DELEGATE] = DOCTOR_NO_ACTOR_,
    };
    sqlite3_stmt *q = store_prepare(&d->s,
        "SELECT link.dn, attribute, value FROM link LEFT JOIN entry"
        " ON entry.key = link.key WHERE entry.key IS NULL"
        " OR (attribute = 6 AND NOT guardian)"
        " OR (attribute = 5 AND NOT school) ORDER BY link.dn");

    while (store_next(q)) {
        char *dn = ctl_copy(store_col_text(q, 0));
        unsigned attribute = (unsigned)store_col(q, 1);
        char *value = ctl_copy(store_col_text(q, 2));
        ctl_change repair;

        doctor_repair(&repair, dn, LDAP_MOD_DELETE, names[attribute], value);
        doctor_found(d, ids[attribute], dn, value, &repair);
        free(value);
        free(dn);
    }
    store_end(q);
}

static void
find_twice(doctor *d)
{
    sqlite3_stmt *q = store_prepare(&d->s,
        "SELECT name, value, group_concat(dn, '; ') FROM single"
        " GROUP BY name, value HAVING count(DISTINCT dn) > 1"
        " ORDER BY name, value");

    while (store_next(q)) {
        const char *name = store_col_text(q, 0);
        bool ine = strcmp(name, names[KEY_INE]) == 0;
        doctor_id id = ine                                 ? DOCTOR_SAME_INE_
                       : strcmp(name, names[KEY_UAI]) == 0 ? DOCTOR_SAME_UAI_
                                                           : DOCTOR_SAME_VALUE_;
        char *subject = ctl_copy(store_col_text(q, 2));
        char *detail =
            ine ? NULL : ctl_format("%s %s", name, store_col_text(q, 1));

        doctor_found(d, id, subject, detail, NULL);
        free(detail);
        free(subject);
    }
    store_end(q);
}

static void
found_number(doctor *d, doctor_id id, size_t n)
{
    char *text =
        ctl_format("%zu %s", n, id == DOCTOR_ALONE_ ? "pupils" : "accounts");

    if (n > 0)
        doctor_found(d, id, text, NULL, NULL);
    free(text);
}

ctl_exit
doctor_data(doctor *d, const char *path)
{
    reader r = {.d = d, .now = (int64_t)time(NULL)};
    ctl_exit status;

    store_run(&d->s, tables);
    status = path == NULL ? read_server(&r) : read_slapcat(&r, path);
    ctl_progress_end();
    bag_free(&r.attrs);
    d->n_entries = r.n;
    if (status != CTL_OK)
        return status;
    d->looked = true;
    store_run(&d->s, "CREATE INDEX single_value ON single (name, value)");
    /* What was not shown is not missing. */
    if (!r.part)
        find_dangling(d);
    find_twice(d);
    doctor_family(d, KEY_GUARDIAN);
    found_number(d, DOCTOR_ALONE_, r.n_alone);
    found_number(d, DOCTOR_EXPIRED_, r.n_expired);
    found_number(d, DOCTOR_PURGE_DUE_, r.n_due);
    return CTL_OK;
}
