/* known.c - educonnect-verify-cache. */
#include "bind/known.h"
#include "bind/lock.h"
#include "slapd/clock.h"
#include "slapd/entry.h"

#include "core/gate/verified.h"

void
ov_known_close(ov_instance *instance)
{
    edc_verified_free(instance->known);
    instance->known = NULL;
    instance->known_as = (edc_verify_cache){0, 0};
}

void
ov_known_follow(ov_instance *instance)
{
    const edc_verify_cache *wanted = &instance->settings.verify_cache;

    if (instance->known_as.entries == wanted->entries &&
        instance->known_as.ttl == wanted->ttl)
        return;
    ov_known_close(instance);
    if (wanted->entries == 0)
        return;
    instance->known = edc_verified_new(wanted->entries, wanted->ttl);
    if (instance->known == NULL)
        Debug(LDAP_DEBUG_ANY,
            "educonnect: no memory for educonnect-verify-cache\n");
    else
        instance->known_as = *wanted;
}

/* Every change of an entry gives it another entryCSN. */
static edc_verified_id
id_of(Entry *entry, edc_str stored)
{
    BerVarray csn = ov_values(entry, slap_schema.si_ad_entryCSN);

    return (edc_verified_id){.name = ov_str(&entry->e_nname),
        .stored = stored,
        .version = csn != NULL ? ov_str(csn) : (edc_str){NULL, 0}};
}

bool
ov_known_ask(Operation *op, slap_overinst *on, Entry *entry, edc_str stored)
{
    ov_instance *instance = ov_instance_of(on);
    edc_verified_id id;

    if (instance->known == NULL)
        return false;
    id = id_of(entry, stored);
    return id.version.n > 0 && edc_verified_ask(instance->known, &id,
                                   ov_str(&op->orb_cred), ov_clock());
}

void
ov_known_keep(Operation *op, slap_overinst *on, Entry *entry, edc_str stored)
{
    ov_instance *instance = ov_instance_of(on);
    edc_verified_id id;

    if (instance->known == NULL)
        return;
    id = id_of(entry, stored);
    if (id.version.n > 0)
        edc_verified_keep(
            instance->known, &id, ov_str(&op->orb_cred), ov_clock());
}

void
ov_known_forget(slap_overinst *on, const struct berval *ndn)
{
    ov_instance *instance = ov_instance_of(on);

    if (instance->known != NULL)
        edc_verified_forget(instance->known, ov_str(ndn));
}
