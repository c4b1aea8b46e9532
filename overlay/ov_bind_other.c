/* ov_bind_other.c - simple binds of entries that are no accounts: services and
 * staff.
 *
 * Nothing is judged here. Their {ARGON2} hashes go through the gate as the
 * accounts' do, so that a storm of them hurts nobody, and the backend is told
 * what came of it. An entry with several passwords, or one of another scheme,
 * is left to the backend.
 */
#include "ov_known.h"
#include "ov_ops.h"
#include "ov_park.h"

#include "core/opaque.h"

typedef struct other_bind {
    ov_parked parked; /* first: ov_park.c hands it back */
    Entry *entry;     /* owned */
    edc_buf prepared;
    slap_callback callback;
} other_bind;

static int
forget_verified(Operation *op, SlapReply *rs)
{
    (void)op;
    (void)rs;
    ov_verified_end();
    return SLAP_CB_CONTINUE;
}

static void
release(other_bind *b)
{
    edc_buf_wipe(&b->prepared);
    entry_free(b->entry);
}

/* The backend asks our {ARGON2} next, in this thread. */
static void
tell_backend(Operation *op, other_bind *b, bool right)
{
    b->callback.sc_response = forget_verified;
    b->callback.sc_cleanup = forget_verified;
    overlay_callback_after_backover(op, &b->callback, 1);
    ov_verified_begin(b->parked.work.stored, &op->orb_cred, right);
}

static int
end_bind(Operation *op, SlapReply *rs, slap_overinst *on, other_bind *b,
    edc_gate_end end)
{
    edc_refusal busy = {.codes = EDC_BIT(EDC_B01)};
    bool right = b->parked.work.verified == EDC_MATCH;

    if (end != EDC_GATE_DONE) {
        release(b);
        if (end == EDC_GATE_CANCELLED) {
            send_ldap_error(op, rs, SLAPD_ABANDON, NULL);
            return rs->sr_err;
        }
        ov_count_refusal(on, &busy);
        send_ldap_error(op, rs, LDAP_BUSY, ov_refusal_text(op, on, &busy));
        return rs->sr_err;
    }
    if (right)
        ov_known_keep(op, on, b->entry, b->parked.work.stored);
    tell_backend(op, b, right);
    release(b);
    return SLAP_CB_CONTINUE;
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

/* The one password of an entry, if it is of ours. */
static bool
has_argon2(Entry *entry, edc_str *stored)
{
    BerVarray values = ov_values(entry, slap_schema.si_ad_userPassword);

    if (values == NULL || !BER_BVISNULL(&values[1]))
        return false;
    *stored = ov_str(values);
    return edc_scheme_is_argon2(*stored);
}

int
ov_bind_other(Operation *op, SlapReply *rs, slap_overinst *on, Entry *entry)
{
    other_bind *b;
    edc_work *work;
    edc_str stored;

    if (!has_argon2(entry, &stored)) {
        entry_free(entry);
        return SLAP_CB_CONTINUE;
    }
    b = op->o_tmpcalloc(1, sizeof(*b), op->o_tmpmemctx);
    b->entry = entry;
    work = &b->parked.work;
    ov_hash_prepare(op, on, work);
    work->stored = stored;
    if (ov_known_ask(op, on, entry, stored)) {
        work->verified = EDC_MATCH;
        tell_backend(op, b, true);
        release(b);
        return SLAP_CB_CONTINUE;
    }
    if (edc_opaque_prepare(ov_str(&op->orb_cred), &b->prepared) !=
        EDC_OPAQUE_OK) {
        tell_backend(op, b, false);
        release(b);
        return SLAP_CB_CONTINUE;
    }
    work->prepared = edc_buf_str(&b->prepared);
    work->verify = true;
    b->parked.resume = resume_bind;
    switch (ov_park(op, on, &b->parked)) {
    case OV_PARKED:
        return SLAPD_ASYNCOP;
    case OV_PARKING_BUSY:
        return end_bind(op, rs, on, b, EDC_GATE_BUSY);
    case OV_PARKING_GONE:
        return end_bind(op, rs, on, b, EDC_GATE_CANCELLED);
    default:
        return end_bind(op, rs, on, b, ov_hash_run(on, work));
    }
}
