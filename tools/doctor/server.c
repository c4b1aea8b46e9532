/* server.c - what the running server does, whatever cn=config says:
 * whether the overlay is in force, which library hashes, what its version
 * writes to the log.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "doctor/doctor.h"
#include "core/text/release.h"
#include "core/text/schema.h"

/* ---- whether the overlay is in force ---- */

#define OID_MERGE EDC_OID_ARC ".3.2"
#define TAG_DN ((ber_tag_t)0x80U)
#define TAG_INTO ((ber_tag_t)0x82U)

/* "referralsRequired" (draft-sermersheim-ldap-chaining): where slapo-chain is,
 * this server answers, not the one that it would go to. */
static bool
make_no_chaining(LDAPControl *control, BerElement **ber)
{
    *control = (LDAPControl){.ldctl_oid = LDAP_CONTROL_X_CHAINING_BEHAVIOR};
    *ber = ber_alloc_t(LBER_USE_DER);
    return *ber != NULL &&
           ber_printf(*ber, "{e}", LDAP_REFERRALS_REQUIRED) != -1 &&
           ber_flatten2(*ber, &control->ldctl_value, 0) == 0;
}

/* What the server says when the database's own entry is to be merged into
 * itself, which is refused in any case: by the overlay with a code of its own,
 * or a referral, by the module alone, where no overlay is in force, with 50 and
 * no word, and by slapd without the module as no operation that it knows. */
static int
ask_for_merge(ctl *c, char **text)
{
    BerElement *ber = ber_alloc_t(LBER_USE_DER), *control_ber = NULL;
    LDAPControl control, *controls[] = {&control, NULL};
    struct berval *value = NULL;
    int result = LDAP_NO_MEMORY;

    *text = NULL;
    if (ber != NULL && make_no_chaining(&control, &control_ber) &&
        ber_printf(ber, "{tsts}", TAG_DN, c->base, TAG_INTO, c->base) != -1 &&
        ber_flatten(ber, &value) == 0) {
        result = ldap_extended_operation_s(
            c->ld, OID_MERGE, value, controls, NULL, NULL, NULL);
        ldap_get_option(c->ld, LDAP_OPT_DIAGNOSTIC_MESSAGE, text);
    }
    ber_bvfree(value);
    ber_free(control_ber, 1);
    ber_free(ber, 1);
    return result;
}

const char *
doctor_no_force(ctl *c)
{
    char *text;
    int result = ask_for_merge(c, &text);
    bool silent = text == NULL || *text == '\0';

    ldap_memfree(text);
    if (result == LDAP_PROTOCOL_ERROR)
        return "the module is not loaded";
    return result == LDAP_INSUFFICIENT_ACCESS && silent
               ? "the module is loaded, the overlay is not on the database, or "
                 "off"
               : NULL;
}

void
doctor_force(doctor *d)
{
    const char *overlay = d->config.overlay_dn;
    ctl_change repair;

    if (overlay == NULL || doctor_no_force(d->c) == NULL)
        return;
    doctor_repair(&repair, overlay, LDAP_MOD_REPLACE, "olcDisabled", "FALSE");
    doctor_found(d, DOCTOR_NOT_IN_FORCE_, overlay, NULL, &repair);
}

/* ---- the library that computes hashes ---- */

/* Overlays of a database that are looked at. */
#define OVERLAYS_MAX 16

typedef struct library {
    char *level, *path;
} library;

static bool
read_library(void *ctx, const ctl_entry *e)
{
    struct berval **values = ctl_entry_values(e, "educonnectMonitorLibrary");
    library *l = ctx;

    for (size_t i = 0; values != NULL && values[i] != NULL; i++) {
        const char *value = values[i]->bv_val;

        if (l->level == NULL && strncasecmp(value, "level ", 6) == 0)
            l->level = ctl_copy(value + 6);
        else if (l->path == NULL && strncasecmp(value, "path ", 5) == 0)
            l->path = ctl_copy(value + 5);
    }
    if (values != NULL)
        ldap_value_free_len(values);
    return false;
}

/* The overlay's entry has its place in a name of its own: a search below
 * cn=Monitor comes only upon the lowest overlay. */
static void
find_library(doctor *d, library *l)
{
    static const char *const wanted[] = {"educonnectMonitorLibrary", NULL};
    const char *number = d->config.database_dn == NULL
                             ? NULL
                             : strchr(d->config.database_dn, '{');
    int result = LDAP_SUCCESS;

    for (int i = 0; number != NULL && l->level == NULL && i < OVERLAYS_MAX &&
                    result == LDAP_SUCCESS;
        i++) {
        char *dn = ctl_format("cn=Overlay %d,cn=Database %d,cn=Databases,"
                              "cn=Monitor",
            i, atoi(number + 1));

        result = ctl_search(d->c, dn, LDAP_SCOPE_BASE, "(objectClass=*)",
            wanted, read_library, l);
        free(dn);
    }
}

/* Another module of {ARGON2} that stands before ours has brought the system's,
 * and one name is loaded once. */
static bool
is_second(const setup_values *modules)
{
    for (size_t i = 0; i < modules->n; i++) {
        if (strcasecmp(modules->values[i], "educonnect") == 0)
            return false;
        if (strcasecmp(modules->values[i], "argon2") == 0 ||
            strcasecmp(modules->values[i], "pw-argon2") == 0)
            return true;
    }
    return false;
}

void
doctor_library(doctor *d)
{
    library l = {NULL, NULL};
    char *detail;

    find_library(d, &l);
    if (l.level != NULL && l.path != NULL) {
        bool plain = strcasecmp(l.level, "none") == 0;

        detail = plain ? ctl_format("for every processor%s",
                             is_second(&d->config.modules)
                                 ? "; the module argon2 is loaded before "
                                   "educonnect and has brought it"
                                 : "")
                       : ctl_format("for processors of %s", l.level);
        doctor_found(d, DOCTOR_LIBRARY_, l.path, detail, NULL);
        free(detail);
    }
    free(l.level);
    free(l.path);
}

/* ---- the values that slapd 2.7 logs ---- */

/* The first version whose stats2 has them (ITS#9042). */
#define VALUES_SINCE 20700

static bool
read_banner(void *ctx, const ctl_entry *e)
{
    uint32_t *version = ctx;
    char *banner = ctl_entry_first(e, "monitoredInfo");

    if (banner != NULL)
        *version = edc_release_read(edc_str_of(banner));
    free(banner);
    return false;
}

/* Of the running slapd; 0 when cn=monitor does not tell. */
static uint32_t
version_of(doctor *d)
{
    static const char *const wanted[] = {"monitoredInfo", NULL};
    uint32_t version = 0;

    ctl_search(d->c, "cn=Monitor", LDAP_SCOPE_BASE, "(objectClass=*)", wanted,
        read_banner, &version);
    return version;
}

bool
doctor_logs_values(doctor *d, const char *level)
{
    char *end;
    long number = strtol(level, &end, 0);
    bool stats2 = end != level && *end == '\0'
                      ? (number & 512) != 0
                      : strcasecmp(level, "stats2") == 0;
    uint32_t version = stats2 ? version_of(d) : 0;

    return stats2 && (version == 0 || version >= VALUES_SINCE);
}
