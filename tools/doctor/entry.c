/* entry.c - what is wrong with one entry by itself, and what of it is kept on
 * disk to be held against the others.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "core/account/invariant.h"
#include "core/text/gentime.h"
#include "core/text/phone.h"
#include "core/text/uai.h"
#include "ctl/dn.h"
#include "doctor/entry.h"

const char *const doctor_attributes[N_KEYS + 1] = {"objectClass", "uid",
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

const char doctor_entry_tables[] =
    "CREATE TABLE entry (key TEXT PRIMARY KEY, guardian INT, school INT,"
    " pupil INT, open INT, merged TEXT, dn TEXT) WITHOUT ROWID;"
    "CREATE TABLE link (dn TEXT, attribute INT, value TEXT, key TEXT);"
    "CREATE TABLE single (name TEXT, value TEXT, dn TEXT)";

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
keep_link(
    doctor_reading *r, const char *dn, unsigned attribute, const char *value)
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
keep_links(doctor_reading *r, const char *dn)
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
keep_single(doctor_reading *r, const char *dn, unsigned key)
{
    static const char sql[] = "INSERT INTO single VALUES (?,?,?)";
    sqlite3_stmt *q = store_kept(&r->d->s, sql);
    const char *value;

    for (size_t i = 0; (value = bag_get(&r->attrs, key, i)) != NULL; i++) {
        char *folded = ctl_dn_key(value);

        store_text(q, 1, doctor_attributes[key]);
        store_text(q, 2, folded);
        store_text(q, 3, dn);
        store_do(q);
        free(folded);
    }
}

/* The values that one entry has alone. */
static void
keep_singles(doctor_reading *r, const char *dn, bool account)
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
snapshot(const doctor_reading *r, edc_account *a)
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
holds(const doctor_reading *r, edc_account *a, edc_contradiction *why)
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
check_account(doctor_reading *r, const char *dn)
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
has_keys(const doctor_reading *r, const bag *keys)
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
check_numbers(doctor_reading *r, const char *dn)
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
check_pupil(doctor_reading *r, const char *dn)
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
keep_entry(
    doctor_reading *r, const char *dn, bool student, bool guardian, bool school)
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
is_alone(const doctor_reading *r)
{
    const char *birth = bag_get(&r->attrs, KEY_BIRTH, 0);
    time_t now = (time_t)r->now;
    struct tm tm;

    return is_open(&r->attrs) && bag_count(&r->attrs, KEY_GUARDIAN) == 0 &&
           (birth == NULL || gmtime_r(&now, &tm) == NULL ||
               atoi(birth) + ADULT > tm.tm_year + 1900);
}

void
doctor_entry(doctor_reading *r, const char *dn)
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
