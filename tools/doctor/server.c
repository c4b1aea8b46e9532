/* server.c - what the running server does, whatever cn=config says:
 * whether the overlay is in force, what its version writes to the log.
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

/* What the server says when the database's own entry is to be merged into
 * itself, which is refused in any case: by the overlay with a code of its own,
 * by the module alone, where no overlay is in force, with 50 and no word. */
static int
ask_for_merge(doctor *d, char **text)
{
    BerElement *ber = ber_alloc_t(LBER_USE_DER);
    struct berval *value = NULL;
    int result = LDAP_NO_MEMORY;

    *text = NULL;
    if (ber != NULL &&
        ber_printf(ber, "{tsts}", TAG_DN, d->c->base, TAG_INTO, d->c->base) !=
            -1 &&
        ber_flatten(ber, &value) == 0) {
        result = ldap_extended_operation_s(
            d->c->ld, OID_MERGE, value, NULL, NULL, NULL, NULL);
        ldap_get_option(d->c->ld, LDAP_OPT_DIAGNOSTIC_MESSAGE, text);
    }
    ber_bvfree(value);
    ber_free(ber, 1);
    return result;
}

void
doctor_force(doctor *d)
{
    const char *overlay = d->config.overlay_dn;
    ctl_change repair;
    char *text;

    if (overlay == NULL || ask_for_merge(d, &text) != LDAP_INSUFFICIENT_ACCESS)
        return;
    if (text == NULL || *text == '\0') {
        doctor_repair(
            &repair, overlay, LDAP_MOD_REPLACE, "olcDisabled", "FALSE");
        doctor_found(d, DOCTOR_NOT_IN_FORCE_, overlay, NULL, &repair);
    }
    ldap_memfree(text);
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
