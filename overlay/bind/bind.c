/* bind.c - simple binds of accounts.
 *
 * The password is verified by the hashing gate, with nothing held and no thread
 * of the server waiting, and only then the state is looked at. What is refused
 * is answered here (bind/answer.c). What opens goes down as the client sent
 * it and the backend gives the answer; back-mdb finds the password verified. A
 * name that this database does not hold costs the time of one that it does, and
 * is otherwise left to who is below.
 */
#include "bind/bind.h"
#include "bind/guess.h"
#include "bind/known.h"
#include "bind/lock.h"
#include "bind/park.h"
#include "bind/scheme.h"
#include "bind/session.h"
#include "bind/straight.h"
#include "bind/trail.h"
#include "slapd/excerpt.h"
#include "slapd/hooks.h"
#include "slapd/log.h"
#include "slapd/memory.h"
#include "slapd/mods.h"
#include "slapd/stack.h"

#include "core/account/access.h"

/* What the answer carries beside the result code. */
typedef struct answer {
    const char *text; /* of the refusal; NULL: nothing */
    int ppolicy;      /* error of the control, -1: none */
    bool foreign;     /* about a name that is no account's here */
    bool admitted;
    bool tell_locked; /* the account is locked, and that is no secret */
    bool provisional; /* with a letter's password */
    edc_str stored;   /* what the session was bound with */
    ov_controls controls;
} answer;

/* The control is answered with these two results only. */
static bool
tells_ppolicy(const SlapReply *rs)
{
    return rs->sr_err == LDAP_SUCCESS || rs->sr_err == LDAP_INVALID_CREDENTIALS;
}

/* What somebody else says of a name of his own stays as he says it; where he
 * says nothing it looks like the refusal of an account. */
static bool
is_said_by_others(const answer *a, SlapReply *rs)
{
    return a->foreign &&
           (rs->sr_err == LDAP_SUCCESS ||
               ldap_control_find(LDAP_CONTROL_PASSWORDPOLICYRESPONSE,
                   rs->sr_ctrls, NULL) != NULL);
}

static int
answer_response(Operation *op, SlapReply *rs)
{
    answer *a = op->o_callback->sc_private;

    ov_verified_end();
    if (rs->sr_type != REP_RESULT)
        return SLAP_CB_CONTINUE;
    if (a->tell_locked)
        a->ppolicy = edc_access_ppolicy(EDC_ACCESS_LOCKED);
    if (tells_ppolicy(rs) && !is_said_by_others(a, rs))
        ov_add_ppolicy(op, rs,
            rs->sr_err == LDAP_SUCCESS || a->text != NULL || a->tell_locked
                ? a->ppolicy
                : -1,
            &a->controls);
    if (a->admitted && rs->sr_err == LDAP_SUCCESS)
        ov_session_bound(op, a->stored, a->provisional);
    return SLAP_CB_CONTINUE;
}

static int
answer_cleanup(Operation *op, SlapReply *rs)
{
    answer *a = op->o_callback->sc_private;

    ov_verified_end();
    ov_control_remove(op, rs, &a->controls);
    return SLAP_CB_CONTINUE;
}

static answer *
prepare_answer(Operation *op)
{
    answer *a = ov_keep(op, sizeof(*a));

    a->ppolicy = -1;
    ov_push_callback_below(op, answer_response, answer_cleanup, a);
    return a;
}

/* One simple bind, from the hook to the answer; the gate may lie between. */
typedef struct bind_state {
    ov_parked parked; /* first: bind/park.c hands it back */
    ov_attempt attempt;
    answer *answer;
    Entry *entry;   /* the account as it was read last; NULL: no account */
    bool forbidden; /* slapd's access rules do not let it bind */
    edc_account account;
    bool straight;  /* the right password is all that back-mdb wants */
    bool known;     /* by educonnect-verify-cache */
    unsigned tries; /* at a password that changed meanwhile */
} bind_state;

/* How often a password that was right is verified against what is stored
 * instead by then. */
#define OV_BIND_TRIES 4

/* Whether what no event asks for is written here. Where several servers take
 * writes it might replace a newer password, or a newer lock, of which this one
 * has not heard yet: there it is left to the next event. */
static bool
may_keep_up(BackendDB *be)
{
    return !SLAP_SINGLE_SHADOW(be) && !SLAP_MULTIPROVIDER(be);
}

/* slapo-ppolicy takes every new value for a new password: it writes its time,
 * and that it is to be changed, or no longer, which a letter's always is. */
static void
keep_password(Modifications **mods, slap_overinst *on, Entry *e)
{
    if (!ov_stack_has(on, "ppolicy"))
        return;
    ov_mods_stored(mods, e, ov_kept[EDC_KEPT_PWD_CHANGED_TIME]);
    ov_mods_stored(mods, e, ov_kept[EDC_KEPT_PWD_RESET]);
}

/* After a right password: a hash that was made anew is stored, a lock that is
 * over is taken out; in one write, and none when there is nothing to do.
 * Returns what is stored then, in op's memory. */
static edc_str
keep_up(Operation *op, slap_overinst *on, bind_state *b)
{
    const edc_settings *settings = &ov_instance_of(on)->settings;
    const edc_account *account = &b->account;
    edc_str made = edc_str_of(b->parked.work.made);
    edc_str stored = account->password;
    Modifications *mods = NULL;
    edc_plan plan;

    if (!may_keep_up(op->o_bd) ||
        (made.n == 0 &&
            !edc_access_lock_is_over(account, settings, op->o_time)))
        return ov_tmp(op, stored);
    edc_plan_next_serial(account, &plan);
    ov_mods_serial(&mods, account, plan.serial);
    if (made.n > 0) {
        ov_mods_password(&mods, made);
        keep_password(&mods, on, b->entry);
    }
    if (account->has_lock) {
        ov_mods_drop(&mods, b->entry, ov_kept[EDC_KEPT_PWD_LOCKED_TIME]);
        ov_mods_drop(&mods, b->entry, ov_kept[EDC_KEPT_PWD_FAILURE_TIME]);
    }
    if (ov_modify_internal(op, &b->entry->e_name, &b->entry->e_nname, mods,
            NULL) == LDAP_SUCCESS &&
        made.n > 0) {
        edc_trail trail = {
            .text = {[EDC_TRAIL_BY] = ov_str(&b->entry->e_name)}};

        ov_trail_same(op, on, b->entry, OV_TRAIL_REHASH, &trail);
        stored = made;
        ov_instance_of(on)->rehashed++;
    }
    return ov_tmp(op, stored);
}

/* Why a right password does not open the account. */
static void
explain(
    slap_overinst *on, const edc_account *account, edc_access access, answer *a)
{
    edc_refusal refusal = {0};
    char until[EDC_TIME_SIZE] = "";

    a->ppolicy = edc_access_ppolicy(access);
    if (edc_access_code(access) == EDC_N_CODES)
        return;
    if (account->provisional_until != EDC_NO_TIME)
        edc_time_format(account->provisional_until, until);
    refusal.codes = EDC_BIT(edc_access_code(access));
    refusal.params.until = edc_str_of(until);
    refusal.params.state =
        edc_str_of(edc_access_state_word(access, account->state));
    a->text = ov_refusal_text(on, &refusal);
    ov_count_refusal(on, &refusal);
}

/* ---- reading ---- */

/* What an account, or whoever else binds, is judged by, and known by in the
 * audit trail. */
static bool
counts(const AttributeDescription *ad)
{
    return ov_is_kept(ad) || ov_is_password(ad) ||
           ad == slap_schema.si_ad_objectClass ||
           ad == slap_schema.si_ad_entryUUID ||
           ad == slap_schema.si_ad_entryCSN || ad == ov_ad_uid ||
           ad == ov_ad[EDC_AT_FEDERATED_ID] || ad == ov_ad[EDC_AT_LEGACY_ID];
}

/* What was seen of an entry while it was there to be looked at. */
typedef struct seen {
    Operation *op;
    const slap_overinst *on;
    Entry *entry;  /* what counts of it, in op's memory; NULL: there is none */
    bool straight; /* bind/straight.h */
    bool account;
    bool forbidden; /* to bind as it, by slapd's access rules */
} seen;

/* The access rules may be about any of its attributes. */
static void
look(void *ctx, Entry *e)
{
    seen *s = ctx;

    s->account = ov_is_account(e);
    s->forbidden =
        s->account && access_allowed(s->op, e, slap_schema.si_ad_userPassword,
                          NULL, ACL_AUTH, NULL) == 0;
    s->straight = s->account && !s->forbidden && ov_straight(s->op, s->on) &&
                  ov_straight_entry(s->op, e);
    s->entry = ov_excerpt(s->op, e, counts);
}

/* Returns what ov_entry_look_at() does. */
static int
see(Operation *op, const slap_overinst *on, seen *s)
{
    *s = (seen){.op = op, .on = on};
    return ov_entry_look_at(op, &op->o_req_ndn, look, s);
}

static void
take_seen(bind_state *b, const seen *s)
{
    b->entry = s->entry;
    b->forbidden = s->forbidden;
    b->straight = s->straight;
}

/* ---- the end ---- */

static int
end_busy(Operation *op, SlapReply *rs, slap_overinst *on)
{
    edc_refusal refusal = {.codes = EDC_BIT(EDC_B01)};

    ov_count_refusal(on, &refusal);
    return ov_bind_answer(op, rs, on, LDAP_BUSY, ov_refusal_text(on, &refusal));
}

/* As the backend would answer that cannot read it. */
static int
end_unread(Operation *op, SlapReply *rs, slap_overinst *on, int found)
{
    return ov_bind_answer(
        op, rs, on, found > LDAP_SUCCESS ? found : LDAP_UNAVAILABLE, NULL);
}

/* What is stored may have changed while the hash was computed: the state that
 * holds is today's. Returns whether there still is such an account; *same says
 * whether it has the password that was verified. */
static bool
read_again(Operation *op, slap_overinst *on, bind_state *b, bool *same)
{
    edc_str verified = b->account.password;
    seen now;

    (void)see(op, on, &now);
    if (!now.account)
        return false;
    take_seen(b, &now);
    ov_account_read(b->entry, &b->account);
    ov_lock_date(on, b->entry, &b->account, op->o_time);
    *same = edc_str_eq(b->account.password, verified);
    return true;
}

/* Whether a right password is kept from the client, which would take success
 * for a login (educonnect-must-change). */
static bool
is_unaware(Operation *op, slap_overinst *on, const edc_account *account)
{
    const edc_settings *settings = &ov_instance_of(on)->settings;

    return settings->must_change == EDC_TELL_AWARE && !ov_asks_ppolicy(op) &&
           edc_access_of(account, settings, op->o_time) ==
               EDC_ACCESS_MUST_CHANGE;
}

/* The client is told nothing, the administrator is. */
static void
tell_log(Operation *op, slap_overinst *on, Entry *entry)
{
    edc_refusal refusal = {.codes = EDC_BIT(EDC_S04)};

    ov_count_refusal(on, &refusal);
    Debug(LDAP_DEBUG_STATS,
        "%s educonnect: \"%s\" must change the password, and the client does "
        "not ask whether\n",
        op->o_log_prefix, entry->e_nname.bv_val);
}

/* The password is the account's: whether that opens it. */
static void
judge(Operation *op, slap_overinst *on, bind_state *b)
{
    const edc_settings *settings = &ov_instance_of(on)->settings;
    edc_access access = edc_access_of(&b->account, settings, op->o_time);
    answer *a = b->answer;

    if (access != EDC_ACCESS_OK && access != EDC_ACCESS_MUST_CHANGE) {
        explain(on, &b->account, access, a);
        return;
    }
    if (is_unaware(op, on, &b->account)) {
        tell_log(op, on, b->entry);
        return;
    }
    a->admitted = true;
    a->provisional = b->account.state != EDC_ACTIVE;
    a->ppolicy = edc_access_ppolicy(access);
    a->stored = keep_up(op, on, b);
    if (access == EDC_ACCESS_OK && b->parked.work.verify &&
        edc_str_eq(a->stored, b->account.password))
        ov_known_keep(op, on, b->entry, a->stored);
}

/* By what the client sent, where somebody below is asked. */
static int
open_account(Operation *op, SlapReply *rs, const bind_state *b)
{
    if (b->straight)
        return ov_straight_end(op, rs, b->entry);
    ov_verified_begin(&b->answer->stored, 1, &op->orb_cred, true);
    return SLAP_CB_CONTINUE;
}

static int begin_bind(Operation *op, SlapReply *rs, slap_overinst *on,
    bind_state *b, bool may_park);

/* What was verified is not what is stored by now. */
static int
begin_again(Operation *op, SlapReply *rs, slap_overinst *on, bind_state *b)
{
    return ++b->tries < OV_BIND_TRIES ? begin_bind(op, rs, on, b, false)
                                      : end_busy(op, rs, on);
}

/* A name that was nobody's. An account may have come by it meanwhile. */
static int
end_foreign(
    Operation *op, SlapReply *rs, slap_overinst *on, bind_state *b, bool waited)
{
    seen now = {.account = false};
    int found = LDAP_NO_SUCH_OBJECT;

    if (waited)
        found = see(op, on, &now);
    if (!ov_is_elsewhere(found))
        return end_unread(op, rs, on, found);
    if (now.account) {
        take_seen(b, &now);
        return begin_again(op, rs, on, b);
    }
    b->answer->foreign = true;
    return SLAP_CB_CONTINUE;
}

/* The guess was right. */
static int
end_right(
    Operation *op, SlapReply *rs, slap_overinst *on, bind_state *b, bool waited)
{
    bool same = true;

    if (waited && !read_again(op, on, b, &same))
        return ov_bind_answer(op, rs, on, LDAP_INVALID_CREDENTIALS, NULL);
    /* Another bind may have hashed the same password anew. */
    if (!same)
        return begin_again(op, rs, on, b);
    judge(op, on, b);
    return b->answer->admitted ? open_account(op, rs, b)
                               : ov_bind_answer(op, rs, on,
                                     LDAP_INVALID_CREDENTIALS, b->answer->text);
}

static int
end_bind(Operation *op, SlapReply *rs, slap_overinst *on, bind_state *b,
    edc_gate_end end, bool waited)
{
    ov_guess guess = ov_attempt_end(op, on, b->entry, &b->attempt, end);

    b->answer->tell_locked = b->attempt.tell_locked;
    if (end == EDC_GATE_CANCELLED)
        return ov_bind_answer(op, rs, on, SLAPD_ABANDON, NULL);
    /* One that waited and was not served may have lost its overlay; and one
     * whose time is not spent would be told from a wrong one. */
    if (guess == OV_GUESS_BUSY ||
        (end != EDC_GATE_DONE && (waited || b->parked.work.alike)))
        return end_busy(op, rs, on);
    if (b->entry == NULL)
        return end_foreign(op, rs, on, b, waited);
    if (guess == OV_GUESS_RIGHT)
        return end_right(op, rs, on, b, waited);
    return ov_bind_answer(op, rs, on, LDAP_INVALID_CREDENTIALS, NULL);
}

static int
resume_bind(Operation *op, SlapReply *rs, ov_parked *parked, edc_gate_end end)
{
    slap_overinst *on = (slap_overinst *)op->o_bd->bd_info;
    BackendInfo *bi = ov_enter(op, on);
    int rc = end_bind(op, rs, on, (bind_state *)parked, end, true);

    ov_leave(op, bi);
    return rc;
}

/* What an account that opens nothing has stored is left as it is: else whoever
 * knows its password would take others' turns of educonnect-rehash. */
static bool
may_open(Operation *op, slap_overinst *on, const bind_state *b)
{
    edc_access access =
        edc_access_of(&b->account, &ov_instance_of(on)->settings, op->o_time);

    return access == EDC_ACCESS_OK || access == EDC_ACCESS_MUST_CHANGE;
}

/* A hash that was never meant to be slow is made anew when nobody waits for
 * the gate: the first day of school is not the time. It goes there for nothing
 * else, so it is known before whether educonnect-rehash lets it. */
static bool
may_renew(Operation *op, slap_overinst *on, bind_state *b)
{
    edc_work *work = &b->parked.work;

    if (b->entry == NULL || !may_keep_up(op->o_bd) || !may_open(op, on, b))
        return false;
    return work->verify || (work->verified == EDC_MATCH &&
                               edc_gate_is_idle(ov_instance_of(on)->gate) &&
                               edc_work_pay(work));
}

/* An account that is not simply open is always verified. */
static bool
may_be_known(Operation *op, slap_overinst *on, const bind_state *b)
{
    return !b->account.has_lock &&
           edc_access_of(&b->account, &ov_instance_of(on)->settings,
               op->o_time) == EDC_ACCESS_OK;
}

static int
begin_bind(Operation *op, SlapReply *rs, slap_overinst *on, bind_state *b,
    bool may_park)
{
    edc_work *work = &b->parked.work;
    edc_gate_end end;

    *work = (edc_work){.verify = false};
    if (b->entry != NULL) {
        ov_account_read(b->entry, &b->account);
        ov_lock_date(on, b->entry, &b->account, op->o_time);
        if (b->forbidden)
            b->account.n_passwords = 0;
    }
    /* The backend must not come near a hash that is over the ceiling. */
    if (!ov_attempt_begin(op, on, b->entry, &b->account, ov_str(&op->orb_cred),
            work, &b->attempt))
        return ov_bind_answer(op, rs, on, LDAP_INVALID_CREDENTIALS, NULL);
    b->known = work->verify && may_be_known(op, on, b) &&
               ov_known_ask(op, on, b->entry, b->account.password);
    if (b->known) {
        work->verify = false;
        work->verified = EDC_MATCH;
    }
    work->alike = b->entry != NULL && is_unaware(op, on, &b->account);
    work->renew = !b->known && !work->alike && may_renew(op, on, b);
    if (edc_work_is_over(work))
        return end_bind(op, rs, on, b, EDC_GATE_DONE, false);
    b->parked.resume = resume_bind;
    switch (may_park ? ov_park(op, on, &b->parked) : OV_PARKING_UNFIT) {
    case OV_PARKED:
        return SLAPD_ASYNCOP;
    case OV_PARKING_BUSY:
        return end_bind(op, rs, on, b, EDC_GATE_BUSY, false);
    case OV_PARKING_GONE:
        return end_bind(op, rs, on, b, EDC_GATE_CANCELLED, false);
    default:
        end = ov_hash_run(op, on, work);
        return end_bind(op, rs, on, b, end, end == EDC_GATE_DONE);
    }
}

static int
bind_account(
    Operation *op, SlapReply *rs, slap_overinst *on, const seen *s, int found)
{
    bind_state *b = ov_keep(op, sizeof(*b));

    b->answer = prepare_answer(op);
    if (!ov_is_elsewhere(found))
        return end_unread(op, rs, on, found);
    take_seen(b, s);
    return begin_bind(op, rs, on, b, true);
}

/* A rootdn without rootpw is an entry like others. */
static bool
has_rootpw(Operation *op)
{
    return be_isroot_dn(op->o_bd, &op->o_req_ndn) &&
           !BER_BVISEMPTY(&op->o_bd->be_rootpw);
}

int
ov_bind(Operation *op, SlapReply *rs)
{
    slap_overinst *on = (slap_overinst *)op->o_bd->bd_info;
    BackendInfo *bi;
    int rc, found;
    seen s;

    ov_monitor_attach(op, on);
    if (op->orb_method != LDAP_AUTH_SIMPLE)
        return SLAP_CB_CONTINUE;
    bi = ov_enter(op, on);
    found = see(op, on, &s);
    if (has_rootpw(op))
        rc = ov_bind_other(op, rs, on, s.entry, true);
    else if (s.entry != NULL && !s.account)
        rc = ov_bind_other(op, rs, on, s.entry, false);
    else
        rc = bind_account(op, rs, on, &s, found);
    ov_leave(op, bi);
    return rc;
}
