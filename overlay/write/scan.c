/* scan.c - what a client's modifications touch of an account. */
#include "write/scan.h"

#include "slapd/mobile.h"
#include "slapd/mods.h"

/* Attributes whose change other rules look at. */
static const edc_attribute record[] = {
    EDC_AT_ENROLLED_AT,
    EDC_AT_GUARDIAN,
    EDC_AT_CONTESTED_GUARDIAN,
    EDC_AT_UAI,
    EDC_AT_FEDERATED_ID,
    EDC_AT_LEGACY_ID,
    EDC_AT_SOURCE_ID,
};

bool
ov_is_record(const AttributeDescription *ad)
{
    if (ad->ad_type == slap_schema.si_ad_objectClass->ad_type ||
        ad->ad_type == ov_ad_uid->ad_type)
        return true;
    for (size_t i = 0; i < sizeof(record) / sizeof(record[0]); i++) {
        if (ov_ad[record[i]]->ad_type == ad->ad_type)
            return true;
    }
    return false;
}

static bool
is_state(const AttributeDescription *ad)
{
    return ad->ad_type == ov_kept[EDC_KEPT_STATE]->ad_type;
}

static bool
is_lock(const AttributeDescription *ad)
{
    return ad->ad_type == ov_kept[EDC_KEPT_PWD_LOCKED_TIME]->ad_type;
}

static bool
is_reset(const AttributeDescription *ad)
{
    return ad == ov_kept[EDC_KEPT_PWD_RESET];
}

/* By which the lock-out knows an account (bind/lock.c): slapd lets whoever may
 * manage it write it with the Relax control. */
static bool
is_identity(const AttributeDescription *ad)
{
    return ad->ad_type == slap_schema.si_ad_entryUUID->ad_type;
}

static bool
adds_values(const Modifications *m)
{
    return m->sml_numvals > 0 && m->sml_op != LDAP_MOD_DELETE &&
           m->sml_op != SLAP_MOD_SOFTDEL;
}

static void
scan_kept(ov_scan *scan, const AttributeDescription *ad)
{
    if (scan->kept.n == 0)
        scan->kept = ov_str(&ad->ad_cname);
}

static void
scan_state(ov_scan *scan, const Modifications *m)
{
    scan->several = scan->several || (scan->target.n > 0 && adds_values(m)) ||
                    m->sml_numvals > 1;
    scan->state = true;
    scan->target = adds_values(m)                 ? ov_str(&m->sml_values[0])
                   : m->sml_op == LDAP_MOD_DELETE ? scan->target
                                                  : (edc_str){NULL, 0};
}

/* What comes last counts. The time of another lock is the overlay's to write.
 */
static void
scan_lock(ov_scan *scan, const Modifications *m)
{
    bool adds = adds_values(m);
    const struct berval *value =
        m->sml_nvalues != NULL ? m->sml_nvalues : m->sml_values;
    bool good =
        adds && m->sml_numvals == 1 && ov_is_lock_for_good(ov_str(value));

    scan->lock = good;
    scan->unlock = !adds;
    scan->seen =
        !adds && m->sml_numvals > 0 ? ov_str(value) : (edc_str){NULL, 0};
    if (adds && !good)
        scan_kept(scan, m->sml_desc);
}

static void
scan_reset(ov_scan *scan, const Modifications *m)
{
    bool adds = adds_values(m);

    scan->reset = adds && edc_str_eq(ov_str(&m->sml_values[0]), EDC_STR("TRUE"))
                      ? EDC_SAID_TRUE
                      : EDC_SAID_FALSE;
    if (adds && m->sml_numvals > 1)
        scan_kept(scan, m->sml_desc);
}

void
ov_scan_mods(const Modifications *mods, ov_scan *scan)
{
    bool other = false;

    *scan = (ov_scan){0};
    for (; mods != NULL; mods = mods->sml_next) {
        const AttributeDescription *ad = mods->sml_desc;

        scan->mobile = scan->mobile || ov_is_mobile(ad);
        if ((mods->sml_flags & SLAP_MOD_INTERNAL) != 0)
            continue;
        other = other || !ov_is_password(ad);
        if (ov_is_password(ad)) {
            scan->password = true;
        } else if (is_state(ad)) {
            scan_state(scan, mods);
        } else if (ad == ov_kept[EDC_KEPT_PWD_LOCKED_TIME]) {
            scan_lock(scan, mods);
        } else if (is_reset(ad)) {
            scan_reset(scan, mods);
        } else if (ov_is_kept(ad) || is_identity(ad)) {
            scan_kept(scan, ad);
        } else if (ov_is_record(ad)) {
            scan->record = true;
        }
    }
    if (scan->reset != EDC_SAID_NOTHING && !scan->password)
        scan_kept(scan, ov_kept[EDC_KEPT_PWD_RESET]);
    scan->only_password = scan->password && !other;
}

/* The values that userPassword has while the modifications are followed; two
 * are already one too many. */
typedef struct following {
    edc_str values[2];
    unsigned n;
    bool stored_stays; /* values[0] is the stored one */
    bool too_many;
} following;

static void
follow_add(following *f, const Modifications *m)
{
    for (unsigned i = 0; i < m->sml_numvals; i++) {
        if (f->n == 2)
            f->too_many = true;
        else
            f->values[f->n++] = ov_str(&m->sml_values[i]);
    }
}

static void
follow_clear(following *f)
{
    f->n = 0;
    f->stored_stays = false;
}

static void
follow_remove(following *f, unsigned i)
{
    if (i == 0) {
        f->values[0] = f->values[1];
        f->stored_stays = false;
    }
    f->n--;
}

/* A value that is deleted is one just added, the stored hash itself, or the
 * stored password in clear. */
static bool
follow_delete(following *f, const struct berval *value, edc_str stored,
    bool (*right)(void *ctx, const struct berval *value), void *ctx,
    bool *proven)
{
    for (unsigned i = 0; i < f->n; i++) {
        if (edc_str_eq(f->values[i], ov_str(value))) {
            follow_remove(f, i);
            return true;
        }
    }
    if (!f->stored_stays || stored.n == 0 || !right(ctx, value))
        return false;
    *proven = true;
    follow_remove(f, 0);
    return true;
}

static bool
follow_one(following *f, const Modifications *m, edc_str stored,
    bool (*right)(void *ctx, const struct berval *value), void *ctx,
    bool *proven)
{
    switch (m->sml_op) {
    case LDAP_MOD_REPLACE:
        follow_clear(f);
        follow_add(f, m);
        return true;
    case LDAP_MOD_DELETE:
    case SLAP_MOD_SOFTDEL:
        if (m->sml_numvals == 0)
            follow_clear(f);
        for (unsigned i = 0; i < m->sml_numvals; i++) {
            if (!follow_delete(
                    f, &m->sml_values[i], stored, right, ctx, proven))
                return false;
        }
        return true;
    default:
        follow_add(f, m);
        return true;
    }
}

ov_password_change
ov_scan_password(const Modifications *mods, edc_str stored,
    bool (*right)(void *ctx, const struct berval *value), void *ctx,
    edc_str *value, bool *proven)
{
    following f = {
        .values = {stored}, .n = stored.n > 0, .stored_stays = stored.n > 0};

    for (; mods != NULL; mods = mods->sml_next) {
        if ((mods->sml_flags & SLAP_MOD_INTERNAL) != 0 ||
            !ov_is_password(mods->sml_desc))
            continue;
        if (mods->sml_desc != slap_schema.si_ad_userPassword)
            return OV_PASSWORD_MANY;
        if (!follow_one(&f, mods, stored, right, ctx, proven))
            return OV_PASSWORD_OLD_BAD;
    }
    if (f.too_many || f.n > 1)
        return OV_PASSWORD_MANY;
    if (f.n == 0 || f.stored_stays)
        return OV_PASSWORD_NONE;
    *value = f.values[0];
    return OV_PASSWORD_NEW;
}

void
ov_scan_remove_governed(Modifications **mods)
{
    while (*mods != NULL) {
        Modifications *m = *mods;

        if ((m->sml_flags & SLAP_MOD_INTERNAL) != 0 ||
            !(ov_is_password(m->sml_desc) || is_state(m->sml_desc) ||
                is_lock(m->sml_desc) || is_reset(m->sml_desc))) {
            mods = &m->sml_next;
            continue;
        }
        *mods = m->sml_next;
        m->sml_next = NULL;
        ov_mods_wipe(m);
    }
}
