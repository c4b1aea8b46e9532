/* config.c - what cn=config says of module, overlay, database, log, TLS.
 */
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>
#include <time.h>

#include "ctl/dn.h"
#include "doctor/doctor.h"
#include "ctl/input.h"

#define DAYS_LEFT 30

/* ---- the whole server ---- */

typedef struct server {
    setup_values log, security, hash;
    char *certificate;
} server;

static bool
read_server(void *ctx, const ctl_entry *e)
{
    server *s = ctx;

    setup_read_values(e, "olcLogLevel", &s->log);
    setup_read_values(e, "olcSecurity", &s->security);
    if (s->certificate == NULL)
        s->certificate = ctl_entry_first(e, "olcTLSCertificateFile");
    return true;
}

static bool
read_hash(void *ctx, const ctl_entry *e)
{
    server *s = ctx;

    setup_read_values(e, "olcPasswordHash", &s->hash);
    return true;
}

/* Numbers and names of the levels that write requests: slapd.conf(5). */
static bool
writes_requests(const char *word)
{
    static const char *const words[] = {
        "any", "trace", "packets", "args", "BER"};
    char *end;
    long number = strtol(word, &end, 0);

    if (end != word && *end == '\0')
        return (number & (1 | 2 | 4 | 16)) != 0;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strcasecmp(word, words[i]) == 0)
            return true;
    }
    return false;
}

/* What is wrong with one level; DOCTOR_N: nothing. */
static doctor_id
fault_of(doctor *d, const char *word)
{
    if (writes_requests(word))
        return DOCTOR_LOG_;
    return doctor_logs_values(d, word) ? DOCTOR_LOG_VALUES_ : DOCTOR_N;
}

/* A value may have several levels; the worst counts. */
static doctor_id
fault_of_levels(doctor *d, const char *value)
{
    char *copy = ctl_copy(value);
    char *rest = NULL;
    doctor_id fault = DOCTOR_N;

    for (char *word = strtok_r(copy, " \t", &rest);
        word != NULL && fault != DOCTOR_LOG_;
        word = strtok_r(NULL, " \t", &rest)) {
        doctor_id one = fault_of(d, word);

        if (one != DOCTOR_N)
            fault = one;
    }
    free(copy);
    return fault;
}

/* Whether a value says that nothing is logged: slapd.conf(5) knows 32768 as
 * "none", which are the messages that are logged at any level. */
static bool
logs_nothing(const char *value)
{
    return strcasecmp(value, "none") == 0 || strcmp(value, "0") == 0 ||
           strcmp(value, "32768") == 0 || strcasecmp(value, "0x8000") == 0;
}

static void
check_log(doctor *d, const server *s)
{
    bool nothing = s->log.n > 0;
    ctl_change stats;

    for (size_t i = 0; i < s->log.n; i++)
        nothing = nothing && logs_nothing(s->log.values[i]);
    if (nothing) {
        doctor_repair(
            &stats, "cn=config", LDAP_MOD_REPLACE, "olcLogLevel", "stats");
        doctor_found(
            d, DOCTOR_LOG_NONE_, "cn=config", s->log.values[0], &stats);
    }
    for (size_t i = 0; i < s->log.n; i++) {
        doctor_id fault = fault_of_levels(d, s->log.values[i]);
        ctl_change repair;

        if (fault == DOCTOR_N)
            continue;
        doctor_repair(
            &repair, "cn=config", LDAP_MOD_REPLACE, "olcLogLevel", "stats");
        doctor_found(d, fault, "cn=config", s->log.values[i], &repair);
        return;
    }
}

/* Days until the certificate ends; 0 and less: it has. False when the file is
 * not to be read here. */
static bool
days_left(const char *path, int *days)
{
    const char *why;
    int fd = input_open(path, INPUT_FILE, &why);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "r");
    X509 *certificate =
        file == NULL ? NULL : PEM_read_X509(file, NULL, NULL, NULL);
    int seconds = 0;
    bool known =
        certificate != NULL && ASN1_TIME_diff(days, &seconds, NULL,
                                   X509_get0_notAfter(certificate)) == 1;

    X509_free(certificate);
    if (file != NULL && fclose(file) != 0)
        known = false;
    if (file == NULL && fd >= 0)
        close(fd);
    return known;
}

static void
check_tls(doctor *d, const server *s)
{
    bool asked = false;
    ctl_change repair;
    int days;
    char *detail;

    if (s->certificate == NULL) {
        doctor_found(d, DOCTOR_NO_TLS_, "cn=config", NULL, NULL);
        return;
    }
    for (size_t i = 0; i < s->security.n; i++)
        asked = asked || strstr(s->security.values[i], "simple_bind=") ||
                strstr(s->security.values[i], "ssf=") ||
                strstr(s->security.values[i], "tls=");
    if (!asked) {
        doctor_repair(&repair, "cn=config", LDAP_MOD_ADD, "olcSecurity",
            "simple_bind=71");
        doctor_found(d, DOCTOR_CLEAR_BINDS_, "cn=config", NULL, &repair);
    }
    if (days_left(s->certificate, &days) && days < DAYS_LEFT) {
        detail = days <= 0 ? ctl_format("it has ended")
                           : ctl_format("%d days are left", days);
        doctor_found(d, DOCTOR_CERTIFICATE_, s->certificate, detail, NULL);
        free(detail);
    }
}

static void
check_hash(doctor *d, const server *s)
{
    ctl_change repair;

    if (!setup_has(&s->hash, "{CLEARTEXT}"))
        return;
    doctor_repair(&repair, "olcDatabase={-1}frontend,cn=config",
        LDAP_MOD_REPLACE, "olcPasswordHash", "{SSHA}");
    doctor_found(d, DOCTOR_CLEAR_STORAGE_, "olcDatabase={-1}frontend,cn=config",
        NULL, &repair);
}

static ctl_exit
check_server(doctor *d)
{
    static const char *const all[] = {LDAP_ALL_USER_ATTRIBUTES, NULL};
    server s = {{NULL, 0}, {NULL, 0}, {NULL, 0}, NULL};
    int result = ctl_search(d->c, "cn=config", LDAP_SCOPE_BASE,
        "(objectClass=*)", all, read_server, &s);

    if (result == LDAP_SUCCESS)
        result = ctl_search(d->c, "cn=config", LDAP_SCOPE_ONELEVEL,
            "(objectClass=olcFrontendConfig)", all, read_hash, &s);
    if (result == LDAP_SUCCESS) {
        check_log(d, &s);
        check_tls(d, &s);
        check_hash(d, &s);
    }
    setup_free(&s.log);
    setup_free(&s.security);
    setup_free(&s.hash);
    free(s.certificate);
    return result == LDAP_SUCCESS
               ? CTL_OK
               : ctl_fail_ldap(d->c, CTL_SERVER, d->c->ld, result, "cn=config");
}

/* ---- the database and its overlays ---- */

typedef struct overlays {
    setup_values names; /* in order, numbers cut off */
    setup_values access;
    bool has_rootpw;
} overlays;

static bool
read_overlay(void *ctx, const ctl_entry *e)
{
    overlays *o = ctx;

    setup_read_values(e, "olcOverlay", &o->names);
    return true;
}

static bool
read_database(void *ctx, const ctl_entry *e)
{
    overlays *o = ctx;
    char *password = ctl_entry_first(e, "olcRootPW");

    o->has_rootpw = password != NULL;
    ctl_forget(password);
    setup_read_values(e, "olcAccess", &o->access);
    return false;
}

static void
check_order(doctor *d, const overlays *o)
{
    static const char *const below[] = {"syncprov", "accesslog", "ppolicy"};
    bool passed = false;

    for (size_t i = 0; i < o->names.n; i++) {
        if (strcasecmp(o->names.values[i], "educonnect") == 0)
            passed = true;
        for (size_t b = 0; passed && b < sizeof(below) / sizeof(below[0]); b++)
            if (strcasecmp(o->names.values[i], below[b]) == 0)
                doctor_found(
                    d, DOCTOR_ORDER_, d->config.database_dn, below[b], NULL);
    }
}

/* Whoever takes the password away must not be the last who could administer:
 * root of the machine becomes the rootdn in the same step, where this session
 * shows that such a root can bind. */
static void
found_rootpw(doctor *d, const char *dn)
{
    ctl_change repair;

    if (d->identity == NULL ||
        strcasecmp(d->identity, DOCTOR_MACHINE_ROOT) != 0) {
        doctor_found(d, DOCTOR_ROOTPW_, dn,
            "bind as root of the machine to see the repair", NULL);
        return;
    }
    doctor_repair(&repair, dn, LDAP_MOD_DELETE, "olcRootPW", NULL);
    ctl_change_set(&repair, LDAP_MOD_REPLACE, "olcRootDN", DOCTOR_MACHINE_ROOT);
    doctor_found(d, DOCTOR_ROOTPW_, dn, NULL, &repair);
}

static ctl_exit
check_database(doctor *d)
{
    static const char *const all[] = {LDAP_ALL_USER_ATTRIBUTES, NULL};
    overlays o = {{NULL, 0}, {NULL, 0}, false};
    const char *dn = d->config.database_dn;
    int result = ctl_search(
        d->c, dn, LDAP_SCOPE_BASE, "(objectClass=*)", all, read_database, &o);

    if (result == LDAP_SUCCESS)
        result = ctl_search(d->c, dn, LDAP_SCOPE_ONELEVEL,
            "(objectClass=olcOverlayConfig)", all, read_overlay, &o);
    if (result == LDAP_SUCCESS) {
        d->access = o.access;
        check_order(d, &o);
    }
    if (result == LDAP_SUCCESS && o.has_rootpw)
        found_rootpw(d, dn);
    setup_free(&o.names);
    return result == LDAP_SUCCESS
               ? CTL_OK
               : ctl_fail_ldap(d->c, CTL_SERVER, d->c->ld, result, dn);
}

/* ---- databases that are glued to this one ---- */

typedef struct glued {
    setup_values dns; /* in cn=config */
    const char *suffix;
} glued;

/* Whether a DN is below another one. */
static bool
is_below(const char *dn, const char *above)
{
    char *key = ctl_dn_key(dn), *suffix = ctl_dn_key(above);
    size_t n = strlen(key), m = strlen(suffix);
    bool is =
        n > m && key[n - m - 1] == ',' && strcmp(key + n - m, suffix) == 0;

    free(suffix);
    free(key);
    return is;
}

static bool
read_glued(void *ctx, const ctl_entry *e)
{
    glued *g = ctx;
    char *suffix = ctl_entry_first(e, "olcSuffix");

    if (suffix != NULL && is_below(suffix, g->suffix) &&
        !ctl_entry_has(e, "olcSubordinate", "FALSE"))
        setup_add(&g->dns, e->dn);
    free(suffix);
    return true;
}

static bool
is_there(void *ctx, const ctl_entry *e)
{
    (void)e;
    *(bool *)ctx = true;
    return false;
}

/* The overlay there as well, with the same roles. */
static void
add_overlay(const doctor *d, const char *dn, ctl_change *repair)
{
    const setup_values *roles =
        setup_setting_of(&d->config, "olcEduconnectRole");
    char *overlay = ctl_format("olcOverlay=educonnect,%s", dn);

    ctl_change_begin(repair, CTL_CHANGE_ADD, overlay);
    ctl_change_set(repair, LDAP_MOD_ADD, "objectClass", "olcOverlayConfig");
    ctl_change_value(
        repair, "olcEduconnectConfig", strlen("olcEduconnectConfig"));
    ctl_change_set(repair, LDAP_MOD_ADD, "olcOverlay", "educonnect");
    if (roles != NULL && roles->n > 0)
        ctl_change_mod(repair, LDAP_MOD_ADD, "olcEduconnectRole");
    for (size_t i = 0; roles != NULL && i < roles->n; i++)
        ctl_change_value(repair, roles->values[i], strlen(roles->values[i]));
    free(overlay);
}

static ctl_exit
check_glued(doctor *d)
{
    static const char *const wanted[] = {"olcSuffix", "olcSubordinate", NULL};
    static const char *const nothing[] = {LDAP_NO_ATTRS, NULL};
    glued g = {{NULL, 0}, d->config.suffix};
    int result = ctl_search(d->c, "cn=config", LDAP_SCOPE_ONELEVEL,
        "(olcSubordinate=*)", wanted, read_glued, &g);

    for (size_t i = 0; i < g.dns.n && result == LDAP_SUCCESS; i++) {
        bool there = false;
        ctl_change repair;

        result = ctl_search(d->c, g.dns.values[i], LDAP_SCOPE_ONELEVEL,
            "(objectClass=olcEduconnectConfig)", nothing, is_there, &there);
        if (result != LDAP_SUCCESS || there)
            continue;
        add_overlay(d, g.dns.values[i], &repair);
        doctor_found(d, DOCTOR_GLUED_, g.dns.values[i], NULL, &repair);
    }
    setup_free(&g.dns);
    return result == LDAP_SUCCESS
               ? CTL_OK
               : ctl_fail_ldap(d->c, CTL_SERVER, d->c->ld, result, "cn=config");
}

/* ---- what setup would do ---- */

static void
found_mod(doctor *d, doctor_id id, const ctl_change *change,
    const struct ctl_mod *mod)
{
    for (size_t v = 0; v < mod->n_values; v++) {
        ctl_change repair;

        doctor_repair(&repair, change->dn, mod->op, mod->attribute,
            mod->values[v].bv_val);
        doctor_found(d, id, change->dn, mod->values[v].bv_val, &repair);
    }
}

/* Every change that setup would make is a finding. */
static void
check_missing(doctor *d, const setup_plan *plan)
{
    for (size_t i = 0; i < plan->left.n; i++)
        doctor_found(d, DOCTOR_NO_INDEX_, plan->left.values[i], NULL, NULL);
    for (size_t i = 0; i < plan->n; i++) {
        const ctl_change *change = plan->changes + i;

        for (size_t m = 0; m < change->n_mods; m++) {
            const struct ctl_mod *mod = change->mods + m;

            if (strcmp(mod->attribute, "olcDbIndex") == 0)
                found_mod(d, DOCTOR_NO_INDEX_, change, mod);
            else if (strcmp(mod->attribute, "olcLimits") == 0)
                found_mod(d, DOCTOR_LIMIT_, change, mod);
            else if (strcmp(mod->attribute, "olcRootDN") == 0)
                found_mod(d, DOCTOR_NO_ROOTDN_, change, mod);
        }
    }
}

static void
check_test_data(doctor *d)
{
    const setup_values *marked =
        setup_setting_of(&d->config, "olcEduconnectTestData");
    ctl_change repair;

    if (marked == NULL || !setup_has(marked, "yes"))
        return;
    doctor_repair(&repair, d->config.overlay_dn, LDAP_MOD_DELETE,
        "olcEduconnectTestData", NULL);
    doctor_found(d, DOCTOR_TEST_DATA_, d->config.overlay_dn, NULL, &repair);
}

static void
check_setup(doctor *d)
{
    const setup_values *roles =
        setup_setting_of(&d->config, "olcEduconnectRole");
    const setup_values *most =
        setup_setting_of(&d->config, "olcEduconnectMaxGuardians");
    const setup_values *region =
        setup_setting_of(&d->config, "olcEduconnectRegion");
    const setup_values none = {NULL, 0};
    setup_plan plan = {0};

    if (!setup_has(&d->config.modules, "educonnect")) {
        doctor_found(d, DOCTOR_NO_MODULE_, "cn=config",
            d->config.schema_file ? "its schema file is: the server holds the "
                                    "data, and lets closed accounts bind"
                                  : NULL,
            NULL);
        return;
    }
    if (d->config.overlay_dn == NULL) {
        doctor_found(d, DOCTOR_NO_OVERLAY_, d->config.database_dn, NULL, NULL);
        return;
    }
    if (roles == NULL || roles->n == 0)
        doctor_found(d, DOCTOR_NO_ROLE_, d->config.overlay_dn, NULL, NULL);
    if (most != NULL && most->n > 0)
        d->max_guardians = strtoul(most->values[0], NULL, 10);
    if (region != NULL && region->n > 0)
        d->region = (uint32_t)strtoul(region->values[0], NULL, 10);
    check_test_data(d);
    setup_plan_database(
        &d->config, roles == NULL ? &none : roles, &none, &plan);
    check_missing(d, &plan);
    setup_plan_free(&plan);
}

ctl_exit
doctor_config(doctor *d)
{
    ctl_exit status;

    if (!setup_may_read(d->c)) {
        doctor_found(d, DOCTOR_CONFIG_HIDDEN_, "cn=config", NULL, NULL);
        return CTL_OK;
    }
    status = setup_read(d->c, d->c->base, &d->config);
    if (status == CTL_OK) {
        check_setup(d);
        status = check_database(d);
    }
    if (status == CTL_OK)
        status = check_glued(d);
    if (status == CTL_OK)
        status = check_server(d);
    if (status == CTL_OK)
        status = doctor_beside(d);
    if (status == CTL_OK)
        status = doctor_replica(d);
    return status == CTL_OK ? doctor_heads(d) : status;
}
