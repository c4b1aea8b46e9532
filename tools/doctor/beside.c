/* beside.c - what stands beside the overlay and works against it: ppolicy's
 * default, another {ARGON2}, consumers and those that feed them.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "doctor/doctor.h"

typedef struct beside {
    doctor *d;
    bool provides, consumes;
} beside;

static bool
read_overlay(void *ctx, const ctl_entry *e)
{
    beside *b = ctx;
    char *policy = ctl_entry_first(e, "olcPPolicyDefault");
    setup_values names = {NULL, 0};
    ctl_change repair;

    setup_read_values(e, "olcOverlay", &names);
    b->provides = b->provides || setup_has(&names, "syncprov");
    if (policy != NULL) {
        doctor_repair(
            &repair, e->dn, LDAP_MOD_DELETE, "olcPPolicyDefault", NULL);
        doctor_found(b->d, DOCTOR_PPOLICY_, e->dn, policy, &repair);
    }
    setup_free(&names);
    free(policy);
    return true;
}

static bool
read_database(void *ctx, const ctl_entry *e)
{
    beside *b = ctx;
    char *from = ctl_entry_first(e, "olcSyncrepl");

    b->consumes = from != NULL;
    ctl_forget(from);
    return false;
}

static void
check_argon2(doctor *d)
{
    static const char *const others[] = {"argon2", "pw-argon2"};

    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        if (setup_has(&d->config.modules, others[i]))
            doctor_found(d, DOCTOR_ARGON2_, others[i], NULL, NULL);
    }
}

/* Whoever may read userPassword by name is likely to fetch changes. */
static void
check_history(doctor *d)
{
    static const char attribute[] = "educonnectPasswordHistory";
    setup_values managers = {NULL, 0}, readers = {NULL, 0};

    doctor_named(&d->access, attribute, true, &managers);
    if (managers.n == 0) {
        doctor_named(&d->access, "userPassword", false, &readers);
        for (size_t i = 0; i < readers.n; i++) {
            char *rule = ctl_format("{0}to attrs=%s by %s manage by * break",
                attribute, readers.values[i]);
            ctl_change repair;

            doctor_repair(&repair, d->config.database_dn, LDAP_MOD_ADD,
                "olcAccess", rule);
            doctor_found(d, DOCTOR_HISTORY_, readers.values[i], NULL, &repair);
            free(rule);
        }
        if (readers.n == 0)
            doctor_found(d, DOCTOR_HISTORY_, d->config.database_dn, NULL, NULL);
    }
    setup_free(&managers);
    setup_free(&readers);
}

ctl_exit
doctor_beside(doctor *d)
{
    static const char *const all[] = {LDAP_ALL_USER_ATTRIBUTES, NULL};
    beside b = {.d = d};
    bool module = setup_has(&d->config.modules, "educonnect");
    int result = ctl_search(d->c, d->config.database_dn, LDAP_SCOPE_BASE,
        "(objectClass=*)", all, read_database, &b);

    if (result == LDAP_SUCCESS)
        result = ctl_search(d->c, d->config.database_dn, LDAP_SCOPE_ONELEVEL,
            "(objectClass=olcOverlayConfig)", all, read_overlay, &b);
    if (result != LDAP_SUCCESS)
        return ctl_fail_ldap(
            d->c, CTL_SERVER, d->c->ld, result, d->config.database_dn);
    if (b.consumes && (!module || d->config.overlay_dn == NULL))
        doctor_found(
            d, DOCTOR_REPLICA_BARE_, d->config.database_dn, NULL, NULL);
    if (module)
        check_argon2(d);
    if (module && b.provides)
        check_history(d);
    return CTL_OK;
}
