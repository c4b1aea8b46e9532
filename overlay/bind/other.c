/* other.c - simple binds that are no account's: of services, of staff,
 * of the rootdn with rootpw.
 *
 * Nothing is judged here. What the backend would compute of {ARGON2} hashes
 * goes through the gate as the accounts' do, so that a storm of them hurts
 * nobody, and the backend, which decides, is told what came of it. What is
 * stored in other schemes is left to it.
 */
#include "bind/bind.h"
#include "bind/known.h"
#include "bind/park.h"
#include "bind/scheme.h"
#include "bind/watch.h"
#include "slapd/memory.h"
#include "slapd/reply.h"

#include "core/password/opaque.h"
#include "core/password/scheme.h"

typedef struct other_bind {
    ov_parked parked; /* first: bind/park.c hands it back */
    Entry *entry;     /* NULL: a rootdn without one */
    edc_str *stored;  /* {ARGON2} values in the order that they are tried in */
    size_t n;
    bool root;
    bool cached; /* educonnect-verify-cache may know it */
    edc_buf prepared;
} other_bind;

static int
forget_verified(Operation *op, SlapReply *rs)
{
    (void)op;
    (void)rs;
    ov_verified_end();
    return SLAP_CB_CONTINUE;
}

/* The backend asks our {ARGON2} next, in this thread, for some of these: of the
 * first n the last was right, or none. */
static int
tell_backend(Operation *op, other_bind *b, size_t n, bool right)
{
    ov_push_callback_below(op, forget_verified, forget_verified, NULL);
    ov_verified_begin(b->stored, n, &op->orb_cred, right);
    edc_buf_wipe(&b->prepared);
    return SLAP_CB_CONTINUE;
}

/* Says no more than that there was no verdict. */
static int
end_without(Operation *op, SlapReply *rs, slap_overinst *on, other_bind *b,
    edc_gate_end end)
{
    edc_refusal busy = {.codes = EDC_BIT(EDC_B01)};

    edc_buf_wipe(&b->prepared);
    if (end == EDC_GATE_CANCELLED)
        return ov_bind_answer(op, rs, on, SLAPD_ABANDON, NULL);
    ov_count_refusal(on, &busy);
    return ov_bind_answer(op, rs, on, LDAP_BUSY, ov_refusal_text(on, &busy));
}

static void
look_at_class(void *ctx, Entry *e)
{
    bool *account = ctx;

    *account = ov_is_account(e);
}

/* The name may be an account's since: the backend would verify its password
 * and nobody would have judged it. */
static bool
may_be_account(Operation *op)
{
    bool account = false;
    int found = ov_entry_look_at(op, &op->o_req_ndn, look_at_class, &account);

    return account || !ov_is_elsewhere(found);
}

static int
end_bind(Operation *op, SlapReply *rs, slap_overinst *on, other_bind *b,
    edc_gate_end end)
{
    bool right = b->parked.work.verified == EDC_MATCH;

    if (end != EDC_GATE_DONE || (!b->root && may_be_account(op)))
        return end_without(op, rs, on, b, end);
    if (right && b->cached)
        ov_known_keep(op, on, b->entry, b->stored[0]);
    ov_watch_note(op, on, &op->o_req_ndn, right);
    return tell_backend(op, b, b->parked.work.tried, right);
}

static int
resume_bind(Operation *op, SlapReply *rs, ov_parked *parked, edc_gate_end end)
{
    slap_overinst *on = (slap_overinst *)op->o_bd->bd_info;
    BackendInfo *bi = ov_enter(op, on);
    int rc = end_bind(op, rs, on, (other_bind *)parked, end);

    ov_leave(op, bi);
    return rc;
}

/* What the backend would compute: of rootpw first, then of the entry. */
static void
find_argon2(Operation *op, other_bind *b, bool root)
{
    BerVarray values = NULL;
    edc_str rootpw = ov_str(&op->o_bd->be_rootpw);
    size_t n = 1;

    if (b->entry != NULL)
        values = ov_values(b->entry, slap_schema.si_ad_userPassword);
    for (BerVarray v = values; v != NULL && !BER_BVISNULL(v); v++)
        n++;
    b->stored = ov_keep(op, n * sizeof(*b->stored));
    /* cn=config may take another rootpw meanwhile. */
    if (root && edc_scheme_is_argon2(rootpw))
        b->stored[b->n++] = ov_tmp(op, rootpw);
    for (BerVarray v = values; v != NULL && !BER_BVISNULL(v); v++) {
        if (edc_scheme_is_argon2(ov_str(v)))
            b->stored[b->n++] = ov_str(v);
    }
}

/* A rootpw of another scheme may open the directory before anything is
 * computed. */
static bool
needs_no_hash(Operation *op, const other_bind *b, bool root)
{
    return b->n == 0 ||
           (root && !edc_scheme_is_argon2(ov_str(&op->o_bd->be_rootpw)) &&
               be_rootdn_bind(op, NULL) == LDAP_SUCCESS);
}

static void
prepare_work(slap_overinst *on, other_bind *b)
{
    edc_work *work = &b->parked.work;

    ov_hash_prepare(on, work);
    work->stored = b->stored[0];
    work->others = b->stored + 1;
    work->n_others = b->n - 1;
    work->prepared = edc_buf_str(&b->prepared);
    work->verify = true;
    /* What the backend would compute; the configured one is the accounts'. */
    work->ceiling = (edc_cost){
        EDC_CEILING_MEMORY, EDC_CEILING_TIME, EDC_CEILING_PARALLELISM};
}

int
ov_bind_other(
    Operation *op, SlapReply *rs, slap_overinst *on, Entry *entry, bool root)
{
    other_bind *b = ov_keep(op, sizeof(*b));

    b->entry = entry;
    b->root = root;
    find_argon2(op, b, root);
    if (needs_no_hash(op, b, root))
        return SLAP_CB_CONTINUE;
    b->cached = !root && b->n == 1;
    if (b->cached && ov_known_ask(op, on, entry, b->stored[0]))
        return tell_backend(op, b, 1, true);
    if (edc_opaque_prepare(ov_str(&op->orb_cred), &b->prepared) !=
        EDC_OPAQUE_OK)
        return tell_backend(op, b, b->n, false);
    prepare_work(on, b);
    b->parked.resume = resume_bind;
    switch (ov_park(op, on, &b->parked)) {
    case OV_PARKED:
        return SLAPD_ASYNCOP;
    case OV_PARKING_BUSY:
        return end_bind(op, rs, on, b, EDC_GATE_BUSY);
    case OV_PARKING_GONE:
        return end_bind(op, rs, on, b, EDC_GATE_CANCELLED);
    default:
        return end_bind(op, rs, on, b, ov_hash_run(op, on, &b->parked.work));
    }
}
