/* wish.c - which event a Modify asks for, and with which password. */
#include "write/wish.h"
#include "bind/guess.h"
#include "slapd/handover.h"
#include "slapd/memory.h"

#include "core/password/looks.h"

/* Context of the check of an old password that came along. */
typedef struct old_password {
    Operation *op;
    ov_write *w;
    bool busy; /* the hashing gate had no room */
} old_password;

static bool
is_old(void *ctx, const struct berval *value)
{
    old_password *old = ctx;
    ov_write *w = old->w;
    struct berval cred = *value;
    ov_guess guess =
        ov_password_guess(old->op, w->on, w->before, &w->account, &cred);

    old->busy = old->busy || guess == OV_GUESS_BUSY;
    return guess == OV_GUESS_RIGHT;
}

static edc_source
source_of(Operation *op, edc_str value)
{
    const ov_exop *exop = ov_exop_of(op);

    if (exop != NULL)
        return exop->source;
    return edc_looks_hashed(value) ? EDC_SOURCE_HASHED : EDC_SOURCE_CLEAR;
}

/* A new password may lift the lock, and be said to. */
static bool
both(const ov_scan *scan)
{
    return scan->password && scan->unlock;
}

/* Which one wish it is. Returns false when it is several at once. */
static bool
read_event(Operation *op, edc_request *request, const ov_scan *scan)
{
    bool lock = scan->lock || scan->unlock;

    if (scan->several || scan->password + scan->state + lock > 1 + both(scan))
        return false;
    request->reset = scan->reset;
    request->unlock = both(scan);
    request->wish = EDC_WISH_PASSWORD;
    if (scan->state) {
        request->wish = EDC_WISH_STATE;
        /* Judged again when a race was lost, after the client's list is gone.
         */
        request->target = ov_tmp(op, scan->target);
    } else if (!scan->password) {
        request->wish = scan->lock ? EDC_WISH_LOCK : EDC_WISH_UNLOCK;
    }
    return true;
}

/* The old password that came along with the Password Modify operation. */
static edc_code
prove_exop(ov_exop *exop, old_password *old)
{
    if (exop == NULL || BER_BVISNULL(&exop->old))
        return EDC_N_CODES;
    exop->old_is_bad = !is_old(old, &exop->old) && !old->busy;
    if (old->busy)
        return EDC_B01;
    old->w->request.proven = !exop->old_is_bad;
    return exop->old_is_bad ? EDC_A03 : EDC_N_CODES;
}

/* Which password results, once the table has said that one may. Returns the
 * code that refuses it, or EDC_N_CODES. */
static edc_code
read_password(Operation *op, ov_write *w)
{
    edc_request *request = &w->request;
    old_password old = {.op = op, .w = w};
    edc_str value = {NULL, 0};
    edc_code code = prove_exop(ov_exop_of(op), &old);

    if (code != EDC_N_CODES)
        return code;
    switch (ov_scan_password(op->orm_modlist, w->account.password, is_old, &old,
        &value, &request->proven)) {
    case OV_PASSWORD_NEW:
        request->source = source_of(op, value);
        w->password.source = request->source;
        w->password.clear = value;
        return EDC_N_CODES;
    case OV_PASSWORD_MANY:
        return EDC_P12;
    case OV_PASSWORD_OLD_BAD:
        return old.busy ? EDC_B01 : EDC_A03;
    default:
        return EDC_S01;
    }
}

/* Whoever takes away a lock of guesses that a screen has shown means no lock
 * without end, which somebody has set since. */
static bool
is_another_lock(const ov_write *w, const ov_scan *scan)
{
    return scan->unlock && scan->seen.n > 0 && w->account.permanent_lock &&
           !ov_is_lock_for_good(scan->seen);
}

bool
ov_wish_read(
    Operation *op, ov_write *w, const ov_scan *scan, edc_refusal *refusal)
{
    edc_code code = EDC_S01;

    if (read_event(op, &w->request, scan)) {
        ov_judge_crossed(op, w);
        if (!edc_table_allows(&w->account, &w->request, refusal))
            return false;
        code = is_another_lock(w, scan)               ? EDC_B02
               : w->request.wish == EDC_WISH_PASSWORD ? read_password(op, w)
                                                      : EDC_N_CODES;
    }
    if (code == EDC_N_CODES)
        return true;
    refusal->codes = EDC_BIT(code);
    refusal->params.event = EDC_STR("this change");
    refusal->params.state = edc_str_of(edc_state_name(w->account.state));
    return false;
}
