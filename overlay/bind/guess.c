/* guess.c - verifying a guessed password: lock-out and work. */
#include "bind/guess.h"
#include "bind/hash.h"
#include "bind/lock.h"
#include "bind/watch.h"
#include "slapd/clock.h"
#include "slapd/log.h"

#include "core/account/access.h"
#include "core/password/opaque.h"
#include "core/password/scheme.h"

void
ov_guess_forget(slap_overinst *on, Entry *entry)
{
    edc_lockout_forget(ov_instance_of(on)->lockout, ov_lock_id(entry));
}

/* A hash that could not be computed says nothing about the guess. */
static edc_outcome
outcome_of(edc_verify verified)
{
    switch (verified) {
    case EDC_MATCH:
        return EDC_GUESS_RIGHT;
    case EDC_MISMATCH:
        return EDC_GUESS_WRONG;
    default:
        return EDC_GUESS_DROPPED;
    }
}

void
ov_guess_end(Operation *op, slap_overinst *on, Entry *entry, edc_str stored,
    const edc_ticket *ticket, edc_outcome outcome)
{
    ov_instance *instance = ov_instance_of(on);
    int64_t times[EDC_LOCKOUT_FAILURES_MAX];
    uint32_t n = edc_lockout_settle(instance->lockout,
        &instance->settings.lockout, ticket, outcome, ov_clock(), times);

    if (n == 0)
        return;
    Debug(LDAP_DEBUG_STATS, "%s educonnect: \"%s\" locked out\n",
        op->o_log_prefix, entry->e_nname.bv_val);
    ov_lock_write(op, on, entry, stored, times, n);
}

/* The work of asking the lock-out table, for nobody's account. */
static edc_admission
pretend(slap_overinst *on, edc_str name, edc_str prepared)
{
    ov_instance *instance = ov_instance_of(on);

    edc_lockout_pretend(instance->lockout, &instance->settings.lockout, name,
        prepared, ov_clock());
    return EDC_LOCKED_OUT;
}

edc_admission
ov_guess_begin(Operation *op, slap_overinst *on, Entry *entry,
    const edc_account *account, edc_str prepared, edc_ticket *ticket)
{
    ov_instance *instance = ov_instance_of(on);
    edc_account dated = *account;
    edc_admission admission;

    if (account->n_passwords != 1 || prepared.n == 0)
        return pretend(on, ov_lock_id(entry), prepared);
    ov_lock_date(on, entry, &dated, op->o_time);
    if (edc_access_locked_until(&dated, &instance->settings, op->o_time) != 0) {
        ov_lock_heal(op, on, entry);
        edc_lockout_note_refused(instance->lockout);
        return pretend(on, ov_lock_id(entry), prepared);
    }
    admission =
        edc_lockout_admit(instance->lockout, &instance->settings.lockout,
            ov_lock_id(entry), account->password, prepared, ov_clock(), ticket);
    if (admission == EDC_LOCKED_OUT)
        ov_lock_again(op, on, entry, account->password);
    return admission;
}

/* Whether the client is told that the account is locked. */
static bool
tells_lock(
    Operation *op, slap_overinst *on, Entry *entry, const edc_account *account)
{
    return ov_instance_of(on)->settings.lockout.tell &&
           ov_lock_until(on, entry, account, op->o_time) != 0;
}

/* Begins with a guess: what is to be computed of it, or that nothing may. */
static bool
begin(Operation *op, slap_overinst *on, Entry *entry,
    const edc_account *account, edc_str cred, ov_attempt *a)
{
    const edc_settings *settings = &ov_instance_of(on)->settings;
    bool has = entry != NULL && account->n_passwords == 1;
    bool prepared;

    if (has && edc_scheme_check(account->password, settings->ceiling) !=
                   EDC_SCHEME_OK) {
        ov_log_error(&entry->e_nname,
            "the stored hash is not one that may be computed: unknown scheme, "
            "malformed or over educonnect-hash-ceiling");
        return false;
    }
    prepared = edc_opaque_prepare(cred, &a->prepared) == EDC_OPAQUE_OK;
    a->work->stored = entry != NULL ? account->password : (edc_str){NULL, 0};
    a->work->clear = cred;
    a->work->prepared = edc_buf_str(&a->prepared);
    a->work->level = true;
    a->admitted = has && prepared &&
                  ov_guess_begin(op, on, entry, account,
                      edc_buf_str(&a->prepared), &a->ticket) == EDC_EVALUATE;
    a->work->verify = a->admitted;
    a->tell_locked = has && !a->admitted && tells_lock(op, on, entry, account);
    if (!has || !prepared)
        (void)pretend(on,
            entry != NULL ? ov_lock_id(entry) : ov_str(&op->o_req_ndn), cred);
    return true;
}

bool
ov_attempt_begin(Operation *op, slap_overinst *on, Entry *entry,
    const edc_account *account, edc_str cred, edc_work *work, ov_attempt *a)
{
    a->work = work;
    ov_hash_prepare(on, work);
    if (!begin(op, on, entry, account, cred, a))
        return false;
    (void)edc_work_quick(work);
    return true;
}

ov_guess
ov_attempt_end(Operation *op, slap_overinst *on, Entry *entry, ov_attempt *a,
    edc_gate_end end)
{
    bool computed = end == EDC_GATE_DONE || !a->work->verify;

    if (a->admitted)
        ov_guess_end(op, on, entry, a->work->stored, &a->ticket,
            computed ? outcome_of(a->work->verified) : EDC_GUESS_DROPPED);
    a->admitted = false;
    edc_buf_wipe(&a->prepared);
    if (computed)
        ov_watch_note(op, on, entry != NULL ? &entry->e_nname : &op->o_req_ndn,
            a->work->verified == EDC_MATCH);
    if (a->work->verified == EDC_MATCH)
        return OV_GUESS_RIGHT;
    return end == EDC_GATE_DONE ? OV_GUESS_WRONG : OV_GUESS_BUSY;
}

ov_guess
ov_password_guess(Operation *op, slap_overinst *on, Entry *entry,
    const edc_account *account, struct berval *cred)
{
    edc_work work = {.verify = false};
    ov_attempt a = {.admitted = false};
    edc_gate_end end = EDC_GATE_DONE;

    if (!ov_attempt_begin(op, on, entry, account, ov_str(cred), &work, &a))
        return OV_GUESS_TOO_COSTLY;
    if (!edc_work_is_over(&work))
        end = ov_hash_run(op, on, &work);
    return ov_attempt_end(op, on, entry, &a, end);
}
