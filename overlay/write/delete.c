/* delete.c - deletes of accounts.
 *
 * A guardian is deleted by the client's one write. The links that name it mean
 * nothing from that moment on; they are taken out afterwards (link/clean.c).
 */
#include "bind/identity.h"
#include "bind/session.h"
#include "bind/trail.h"
#include "link/clean.h"
#include "link/late.h"
#include "read/service.h"
#include "slapd/acl.h"
#include "slapd/hooks.h"
#include "slapd/memory.h"
#include "slapd/reserve.h"
#include "write/check.h"
#include "write/replica.h"

/* A guardian on its way out. */
typedef struct deletion {
    slap_overinst *on;
    struct berval ndn;
    bool decided;
} deletion;

/* Whatever the answer was, also none after an abandon: the cleaning looks
 * whether there is such a guardian. */
static void
settle(deletion *d)
{
    if (!d->decided)
        ov_clean_later(d->on, &d->ndn);
    d->decided = true;
}

static int
delete_response(Operation *op, SlapReply *rs)
{
    if (rs->sr_type == REP_RESULT)
        settle(op->o_callback->sc_private);
    return SLAP_CB_CONTINUE;
}

static int
delete_cleanup(Operation *op, SlapReply *rs)
{
    (void)rs;
    settle(op->o_callback->sc_private);
    return SLAP_CB_CONTINUE;
}

static void
delete_guardian(Operation *op, slap_overinst *on)
{
    deletion *d = ov_keep(op, sizeof(*d));

    d->on = on;
    d->ndn = op->o_req_ndn;
    ov_void_mark(ov_instance_of(on), &d->ndn);
    ov_push_callback(op, delete_response, delete_cleanup, d);
}

/* An account on its way out, for the trail. */
typedef struct farewell {
    slap_overinst *on;
    Entry *entry; /* a copy; NULL: told, or released */
} farewell;

static int
farewell_response(Operation *op, SlapReply *rs)
{
    farewell *f = op->o_callback->sc_private;
    edc_trail trail = {.text = {[EDC_TRAIL_TO] = EDC_STR("none")}};

    if (rs->sr_type == REP_RESULT && rs->sr_err == LDAP_SUCCESS &&
        f->entry != NULL)
        ov_trail_same(op, f->on, f->entry, OV_TRAIL_DELETE, &trail);
    return SLAP_CB_CONTINUE;
}

static int
farewell_cleanup(Operation *op, SlapReply *rs)
{
    farewell *f = op->o_callback->sc_private;

    (void)rs;
    if (f->entry != NULL)
        entry_free(f->entry);
    f->entry = NULL;
    return SLAP_CB_CONTINUE;
}

static void
keep_for_trail(Operation *op, slap_overinst *on)
{
    farewell *f;

    if (!ov_trail_is_kept(on))
        return;
    f = ov_keep(op, sizeof(*f));
    f->on = on;
    f->entry = ov_entry_copy(op, &op->o_req_ndn);
    ov_push_callback(op, farewell_response, farewell_cleanup, f);
}

typedef struct delete_look {
    bool account;
    bool guardian;
} delete_look;

static void
look_at_entry(void *ctx, Entry *e)
{
    delete_look *look = ctx;

    look->account = ov_is_account(e);
    look->guardian = ov_has_class(e, EDC_OC_LEGAL_GUARDIAN);
}

/* Replication brings the cleaning as well; until it has, readers here see the
 * links of nobody as little as there. */
static void
follow_replica(Operation *op, slap_overinst *on)
{
    delete_look look = {false, false};
    BackendInfo *bi = ov_enter(op, on);

    ov_entry_look(op, &op->o_req_ndn, look_at_entry, &look);
    ov_leave(op, bi);
    ov_replica_arrived(on);
    if (look.guardian || ov_is_unread(op))
        ov_void_mark(ov_instance_of(on), &op->o_req_ndn);
    if (look.guardian)
        ov_late_gone(on, &op->o_req_ndn, false);
}

/* slapd's access rules come first: for an identity that may not delete nothing
 * is reserved, and it learns nothing from us. What is no account is the
 * backend's to refuse. */
static int
judge_delete(Operation *op, SlapReply *rs, slap_overinst *on)
{
    delete_look look = {false, false};
    ov_acl acl = ov_acl_delete(op);
    bool asked = acl.found;

    if (acl.found && !acl.allowed)
        return acl.ours ? ov_refuse_acl(op, rs, on, acl.text)
                        : SLAP_CB_CONTINUE;
    if (!ov_reserve_name(op, on, &op->o_req_ndn, OV_EXCLUSIVE))
        return ov_refuse_code(op, rs, on, EDC_B02);
    if (!ov_entry_look(op, &op->o_req_ndn, look_at_entry, &look))
        return SLAP_CB_CONTINUE;
    if (!asked)
        acl = ov_acl_delete(op);
    if (!acl.allowed)
        return ov_refuse_acl(op, rs, on, acl.text);
    if (look.account && op->o_txnSpec)
        return ov_refuse_code(op, rs, on, EDC_S05);
    if (look.account)
        keep_for_trail(op, on);
    if (look.guardian)
        delete_guardian(op, on);
    return SLAP_CB_CONTINUE;
}

int
ov_delete(Operation *op, SlapReply *rs)
{
    slap_overinst *on = (slap_overinst *)op->o_bd->bd_info;
    BackendInfo *bi;
    int rc;

    ov_service_watch(op, on);
    ov_identity_watch(op, on);
    if (be_shadow_update(op)) {
        follow_replica(op, on);
        return SLAP_CB_CONTINUE;
    }
    rc = ov_session_judge(op, rs, on, false);
    if (rc != SLAP_CB_CONTINUE)
        return rc;
    ov_clean_give_way(on);
    bi = ov_enter(op, on);
    rc = ov_check_read(op, rs, on, judge_delete(op, rs, on));
    ov_leave(op, bi);
    return rc;
}
