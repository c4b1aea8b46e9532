/* revive.c - of accounts that merges on several servers have closed, one lives.
 */
#include "write/revive.h"

#include "link/crossed.h"
#include "link/late.h"
#include "slapd/clock.h"
#include "slapd/log.h"
#include "slapd/memory.h"
#include "slapd/mods.h"
#include "slapd/reserve.h"
#include "slapd/task.h"
#include "write/judge.h"

/* So many are looked at before others have their turn. */
#define BATCH 64

/* While a server catches up, an account may be of before what is on its way for
 * another: none is looked at until nothing has come for so long, or the first
 * has waited too long. Milliseconds. */
#define QUIET 2000
#define PATIENCE 600000

/* So many are waited for; more than servers that were apart have merged. */
#define RINGS_MAX 65536

/* An account that replication has brought merged. */
struct ov_ring {
    struct ov_ring *next;
    struct berval ndn; /* owned */
    int64_t due;       /* ov_milliseconds() */
    bool in_turn;      /* the server that should has had its time */
};

/* ---- what is to be looked at ---- */

static void
free_ring(struct ov_ring *r)
{
    ch_free(r->ndn.bv_val);
    ch_free(r);
}

/* One too many is left to the academy. */
static void
put(ov_instance *instance, struct ov_ring *r, int64_t wait)
{
    bool room;

    r->due = ov_milliseconds() + wait;
    ldap_pvt_thread_mutex_lock(&instance->rings_mutex);
    room = instance->n_rings < RINGS_MAX;
    if (room) {
        if (instance->rings == NULL)
            instance->rings_since = ov_milliseconds();
        r->next = instance->rings;
        instance->rings = r;
        instance->n_rings++;
    }
    ldap_pvt_thread_mutex_unlock(&instance->rings_mutex);
    if (room)
        return;
    ov_log_error(&r->ndn, "too many merges arrive at once: whether one on "
                          "another server crossed this one is not looked at");
    free_ring(r);
}

/* Under the mutex: how long until what is on its way has come; 0: it has. */
static int64_t
left_to_come(const ov_instance *instance, int64_t now)
{
    int64_t left = instance->lates.arrived + QUIET - now;
    bool waits = left > 0 && now - instance->rings_since < PATIENCE;

    return instance->rings != NULL && waits ? left : 0;
}

/* One that is due, or NULL; *rest: when one will be. */
static struct ov_ring *
take(ov_instance *instance, ov_rest *rest)
{
    int64_t now = ov_milliseconds();
    struct ov_ring *found = NULL, **r = &instance->rings;
    int64_t come;

    ldap_pvt_thread_mutex_lock(&instance->rings_mutex);
    come = left_to_come(instance, now);
    *rest = come > 0 ? come : OV_REST_NONE;
    for (; come == 0 && *r != NULL; r = &(*r)->next) {
        int64_t left = (*r)->due - now;

        if (left <= 0) {
            found = *r;
            *r = found->next;
            instance->n_rings--;
            break;
        }
        if (*rest == OV_REST_NONE || left < *rest)
            *rest = left;
    }
    ldap_pvt_thread_mutex_unlock(&instance->rings_mutex);
    return found;
}

/* ---- the event ---- */

/* What is not done is tried again later, in milliseconds. */
#define DONE (-1)

/* As the academy would reopen it. */
static int64_t
reopen(Operation *op, slap_overinst *on, Entry *e)
{
    ov_write w = {.on = on, .before = e, .ndn = e->e_nname};
    Modifications *mods = NULL;
    edc_refusal refusal;
    int rc;

    ov_account_read(e, &w.account);
    w.request.wish = EDC_WISH_STATE;
    w.request.target = edc_str_of(edc_state_name(EDC_UNINFORMED));
    w.request.roles = EDC_ACADEMY;
    w.request.now = op->o_time;
    if (!ov_judge(op, &w, e, &refusal)) {
        ov_log_error(&e->e_nname, "merges on several servers have closed it "
                                  "and others, and it cannot be reopened");
        return (refusal.codes & (EDC_BIT(EDC_B02) | EDC_BIT(EDC_B03))) == 0
                   ? DONE
                   : OV_LATE_WAIT;
    }
    ov_mods_serial(&mods, &w.account, w.plan.serial);
    ov_mods_event(&mods, on, &w.plan, w.before, (edc_str){NULL, 0});
    rc = ov_modify_internal(op, &e->e_name, &e->e_nname, mods, NULL);
    if (rc == OV_LOST_RACE)
        return OV_LATE_WAIT;
    if (rc != LDAP_SUCCESS) {
        ov_log_error(&e->e_nname, "merges on several servers have closed it "
                                  "and others, and it cannot be written: see "
                                  "slapd's own messages");
        return OV_LATE_REFUSED;
    }
    ov_event_done(op, &w);
    ov_log_error(&e->e_nname, "merges on several servers have closed it and "
                              "others: it was created first, and is reopened");
    return DONE;
}

/* With its name reserved, so that nobody merges it meanwhile. */
static int64_t
revive(Operation *op, slap_overinst *on, const struct ov_ring *r,
    const struct berval *ndn)
{
    ov_want want = {
        .ad = ov_ad[EDC_AT_GUARDIAN], .value = *ndn, .share = OV_EXCLUSIVE};
    ov_crossed crossed;
    int64_t wait;
    Entry *e;

    if (!ov_reserve_for(ov_instance_of(on), r, &want, 1))
        return OV_LATE_WAIT;
    e = ov_entry_copy(op, &want.value);
    if (e != NULL && ov_merges_crossed(op, ndn, &crossed))
        wait = reopen(op, on, e);
    else
        wait = ov_is_unread(op) ? OV_LATE_WAIT : DONE;
    if (e != NULL)
        entry_free(e);
    ov_unreserve(ov_instance_of(on), r);
    return wait;
}

/* How long to wait until it is looked at again. */
static int64_t
settle(Operation *op, slap_overinst *on, struct ov_ring *r)
{
    ov_crossed crossed;

    if (!ov_merges_crossed(op, &r->ndn, &crossed))
        return ov_is_unread(op) ? OV_LATE_WAIT : DONE;
    if (crossed.server != slap_serverID && !r->in_turn) {
        r->in_turn = true;
        return (int64_t)OV_LATE_WAIT * (2 + slap_serverID);
    }
    return revive(op, on, r, &crossed.lives);
}

static ov_rest
look_again(Operation *op, slap_overinst *on)
{
    ov_instance *instance = ov_instance_of(on);

    for (int i = 0; i < BATCH && !ov_task_hurry(); i++) {
        ov_rest rest;
        struct ov_ring *r = take(instance, &rest);
        int64_t wait;

        if (r == NULL)
            return rest;
        wait = settle(op, on, r);
        if (wait != DONE)
            put(instance, r, wait);
        else
            free_ring(r);
    }
    return OV_REST_MORE;
}

/* ---- a merge arrives ---- */

typedef struct arrival {
    slap_overinst *on;
    struct berval ndn; /* in op's memory */
    bool over;
} arrival;

static int
is_stored(Operation *op, SlapReply *rs)
{
    arrival *a = op->o_callback->sc_private;
    struct ov_ring *r;

    (void)rs;
    if (a->over)
        return SLAP_CB_CONTINUE;
    a->over = true;
    r = ch_calloc(1, sizeof(*r));
    r->ndn = ov_dup(&a->ndn);
    put(ov_instance_of(a->on), r, 0);
    ov_task_start(a->on, look_again);
    return SLAP_CB_CONTINUE;
}

static bool
brings_merge(const Operation *op)
{
    AttributeDescription *ad = ov_ad[EDC_AT_MERGED_INTO];

    if (op->o_tag == LDAP_REQ_ADD)
        return attr_find(op->ora_e->e_attrs, ad) != NULL;
    for (const Modifications *m = op->orm_modlist; m != NULL; m = m->sml_next) {
        if (m->sml_desc == ad && m->sml_numvals > 0 &&
            m->sml_op != LDAP_MOD_DELETE && m->sml_op != SLAP_MOD_SOFTDEL)
            return true;
    }
    return false;
}

void
ov_revive_follow(Operation *op, slap_overinst *on)
{
    arrival *a;

    if (!SLAP_MULTIPROVIDER(op->o_bd) || !brings_merge(op))
        return;
    a = ov_keep(op, sizeof(*a));
    a->on = on;
    a->ndn = ov_keep_bv(op, &op->o_req_ndn);
    ov_push_callback(op, NULL, is_stored, a);
}

/* ---- life ---- */

void
ov_revive_init(ov_instance *instance)
{
    ldap_pvt_thread_mutex_init(&instance->rings_mutex);
}

void
ov_revive_resume(slap_overinst *on)
{
    if (ov_instance_of(on)->rings != NULL)
        ov_task_start(on, look_again);
}

void
ov_revive_destroy(ov_instance *instance)
{
    struct ov_ring *r;

    while ((r = instance->rings) != NULL) {
        instance->rings = r->next;
        free_ring(r);
    }
    ldap_pvt_thread_mutex_destroy(&instance->rings_mutex);
}
