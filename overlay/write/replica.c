/* replica.c - changes that replication brings, and the lock-out's memory.
 *
 * A server counts guesses for itself, and a consumer keeps its locks in memory,
 * so an unlock on the provider has nothing to take away where nothing is
 * stored: it comes as a change of educonnectSerial and of nothing else (what
 * else is written is as it was). Several
 * changes that come as one (after a time without the provider) show in a serial
 * that is more than one ahead; an unlock may be among them.
 */
#include "write/replica.h"

#include "bind/guess.h"
#include "link/clean.h"
#include "link/gone.h"
#include "link/late.h"
#include "slapd/clock.h"
#include "slapd/memory.h"
#include "slapd/reserve.h"
#include "slapd/seen.h"
#include "slapd/values.h"
#include "write/revive.h"
#include "write/unique.h"
#include "write/whole.h"

/* What a change says of the account's lock. */
typedef struct news {
    slap_overinst *on;
    const Modifications *mods;
    bool relevant;        /* password or lock are written */
    struct berval serial; /* the new one; null: it stays */
} news;

static void
take_note(news *n, const Modifications *m)
{
    n->relevant = n->relevant ||
                  m->sml_desc == ov_kept[EDC_KEPT_PWD_LOCKED_TIME] ||
                  ov_is_password(m->sml_desc);
    if (m->sml_desc == ov_kept[EDC_KEPT_SERIAL] && m->sml_numvals > 0 &&
        m->sml_op != LDAP_MOD_DELETE && m->sml_op != SLAP_MOD_SOFTDEL)
        n->serial = m->sml_values[0];
}

/* syncrepl writes some values again that are there, and an event all that the
 * account keeps: those change nothing. */
static bool
is_change(const Modifications *m, Entry *e)
{
    const Attribute *a = attr_find(e->e_attrs, m->sml_desc);

    return m->sml_op != LDAP_MOD_REPLACE ||
           !ov_values_same(m->sml_values, m->sml_numvals,
               a == NULL ? NULL : a->a_vals, a == NULL ? 0 : a->a_numvals);
}

/* The serial, and what slapd itself writes at every change. */
static bool
goes_along(const AttributeDescription *ad)
{
    return ad == ov_kept[EDC_KEPT_SERIAL] ||
           (is_at_operational(ad->ad_type) && !ov_is_kept(ad));
}

static bool
is_serial_alone(const news *n, Entry *e)
{
    for (const Modifications *m = n->mods; m != NULL; m = m->sml_next) {
        if (!goes_along(m->sml_desc) && is_change(m, e))
            return false;
    }
    return true;
}

/* Whether the serial stays: it was tested for a write that changed nothing. */
static bool
is_stored(const news *n, Entry *e)
{
    edc_account account;

    ov_account_read(e, &account);
    return edc_str_eq(ov_str(&n->serial), account.serial);
}

/* A lock that comes takes nothing away: it may be over by the time it is here,
 * and what is counted here is counted all the same. */
static bool
takes_lock_away(const Modifications *m)
{
    return m->sml_desc == ov_kept[EDC_KEPT_PWD_LOCKED_TIME] &&
           (m->sml_numvals == 0 || m->sml_op == LDAP_MOD_DELETE ||
               m->sml_op == SLAP_MOD_SOFTDEL);
}

/* Another password than what is stored, or no lock where one is. */
static bool
brings_another(const news *n, Entry *e)
{
    for (const Modifications *m = n->mods; n->relevant && m != NULL;
        m = m->sml_next) {
        if ((takes_lock_away(m) || ov_is_password(m->sml_desc)) &&
            is_change(m, e))
            return true;
    }
    return false;
}

/* Whether the new serial is the one after the stored one. */
static bool
is_next(const news *n, Entry *e)
{
    edc_account account;
    edc_plan plan = {0};

    ov_account_read(e, &account);
    edc_plan_next_serial(&account, &plan);
    return edc_str_eq(ov_str(&n->serial), edc_str_of(plan.serial));
}

static void
look(void *ctx, Entry *e)
{
    const news *n = ctx;

    if (brings_another(n, e) ||
        (!is_stored(n, e) && (!is_next(n, e) || is_serial_alone(n, e))))
        ov_guess_forget(n->on, e);
}

/* Where several servers take writes, slapd holds what comes from another
 * against its own log, to see what is newer; and a write of its own is in the
 * database a moment before it is in the log. Or it has compared what comes with
 * the entry (plain syncrepl), which must not become another one any more.
 * Whatever wrote the entry here is let finish, and nothing else begins until
 * this is done. */
static void
await_writers(
    Operation *op, slap_overinst *on, const news *n, const Entry *seen)
{
    if (SLAP_MULTIPROVIDER(op->o_bd) &&
        (seen != NULL || !BER_BVISNULL(&n->serial)))
        (void)ov_reserve_name(op, on, &op->o_req_ndn, OV_EXCLUSIVE);
}

/* ---- links, and what one entry only may have ---- */

/* A link may have been written where nobody had heard yet that its guardian is
 * gone. Who looks at it sees nobody; and where the guardian comes after the
 * link, as in a first copy, sees the guardian then. */
static void
look_at_values(Operation *op, slap_overinst *on, AttributeDescription *ad,
    BerVarray values, const struct berval *csn)
{
    struct berval *self =
        op->o_tag == LDAP_REQ_ADD ? &op->ora_e->e_nname : &op->o_req_ndn;

    ov_unique_follow(op, self, ad, values);
    if (!ov_is_reference(ad))
        return;
    for (; values != NULL && !BER_BVISNULL(values); values++)
        ov_late_arrived(
            op, on, self, values, csn, op->o_tag == LDAP_REQ_MODIFY);
}

/* A guardian comes by a name that links may name still. A copy that comes later
 * than the change was written again since, often after it was linked. */
static void
follow_guardian(slap_overinst *on, Entry *e, const struct berval *csn)
{
    char since[OV_CSN_SIZE];
    struct berval born;

    ov_gone_since(ov_values(e, slap_schema.si_ad_createTimestamp), csn, since);
    ber_str2bv(since, 0, 0, &born);
    ov_void_forget(ov_instance_of(on), &e->e_nname);
    ov_gone_born(ov_instance_of(on), &e->e_nname, &born);
}

void
ov_replica_arrived(slap_overinst *on)
{
    ov_instance_of(on)->lates.arrived = ov_milliseconds();
}

void
ov_replica_follow_add(Operation *op, slap_overinst *on)
{
    Entry *e = op->ora_e;
    BackendInfo *bi = ov_enter(op, on);
    BerVarray csn = ov_values(e, slap_schema.si_ad_entryCSN);

    ov_replica_arrived(on);
    ov_revive_follow(op, on);
    for (Attribute *a = e->e_attrs; a != NULL; a = a->a_next)
        look_at_values(op, on, a->a_desc, a->a_nvals, csn);
    if (ov_has_class(e, EDC_OC_LEGAL_GUARDIAN))
        follow_guardian(on, e, csn);
    ov_leave(op, bi);
}

/* Where the change is older than what is stored, slapd has taken the CSN out of
 * the list by now. */
static const struct berval *
csn_of(const Operation *op)
{
    const struct berval *csn = &op->o_csn;

    for (const Modifications *m = op->orm_modlist; m != NULL; m = m->sml_next) {
        if (m->sml_desc == slap_schema.si_ad_entryCSN && m->sml_numvals > 0)
            csn = &m->sml_values[0];
    }
    return csn;
}

static void
look_at_new_values(Operation *op, slap_overinst *on)
{
    BackendInfo *bi = ov_enter(op, on);
    const struct berval *csn = csn_of(op);

    for (Modifications *m = op->orm_modlist; m != NULL; m = m->sml_next) {
        if (m->sml_op != LDAP_MOD_DELETE && m->sml_op != SLAP_MOD_SOFTDEL)
            look_at_values(op, on, m->sml_desc,
                m->sml_nvalues != NULL ? m->sml_nvalues : m->sml_values, csn);
    }
    ov_leave(op, bi);
}

static news
take_notes(Operation *op, slap_overinst *on)
{
    news n = {.on = on, .mods = op->orm_modlist};

    for (const Modifications *m = n.mods; m != NULL; m = m->sml_next)
        take_note(&n, m);
    return n;
}

static void
bring_whole(Operation *op, slap_overinst *on, Entry *seen)
{
    BackendInfo *bi = ov_enter(op, on);

    ov_whole_bring(op, seen);
    ov_leave(op, bi);
    entry_free(seen);
}

void
ov_replica_follow(Operation *op, slap_overinst *on)
{
    news n = take_notes(op, on);
    Entry *seen = ov_seen_take(op, on);
    BackendInfo *bi;

    ov_replica_arrived(on);
    await_writers(op, on, &n, seen);
    if (seen != NULL) {
        bring_whole(op, on, seen);
        n = take_notes(op, on);
    }
    ov_revive_follow(op, on);
    look_at_new_values(op, on);
    if (!n.relevant && BER_BVISNULL(&n.serial))
        return;
    bi = ov_enter(op, on);
    ov_entry_look(op, &op->o_req_ndn, look, &n);
    ov_leave(op, bi);
}
