/* ov_guess.c - verifying a guessed password: lock-out, work, the lock's one
 * write.
 */
#include "ov_ops.h"

#include "ov_log.h"

#include "core/opaque.h"

/* What the lock-out table knows the account by: rename keeps it. */
static edc_str
account_id(Entry *entry)
{
    BerVarray uuid = ov_nvalues(entry, slap_schema.si_ad_entryUUID);

    return uuid != NULL ? ov_str(uuid) : ov_str(&entry->e_nname);
}

int64_t
ov_guess_locked_until(slap_overinst *on, Entry *entry, int64_t now)
{
    ov_instance *instance = ov_instance_of(on);

    return edc_lockout_until(
        instance->lockout, &instance->settings.lockout, account_id(entry), now);
}

void
ov_guess_forget(slap_overinst *on, Entry *entry)
{
    edc_lockout_forget(ov_instance_of(on)->lockout, account_id(entry));
}

/* The lock, once, in one write: when it began and what led to it. Another
 * change of the account in between makes it fail; it is tried again as long as
 * the password is still the one that was guessed at. */
static void
write_lock(Operation *op, Entry *entry, edc_str stored, const int64_t *times,
    uint32_t n)
{
    for (int try = 0; try < 4; try++) {
        Entry *now = ov_entry_copy(op, &entry->e_nname);
        edc_account account;
        edc_plan plan;
        Modifications *mods = NULL;
        char text[EDC_LOCKOUT_FAILURES_MAX][EDC_TIME_SIZE];
        struct berval values[EDC_LOCKOUT_FAILURES_MAX];
        unsigned kept = 0;
        int rc;

        if (now == NULL)
            return;
        ov_account_read(now, &account);
        if (!edc_str_eq(account.password, stored)) {
            entry_free(now);
            return;
        }
        edc_plan_next_serial(&account, &plan);
        ov_mods_serial(&mods, &account, plan.serial);
        edc_time_format(op->o_time, text[0]);
        values[0] = ov_berval(edc_str_of(text[0]));
        ov_mods_append(&mods, LDAP_MOD_REPLACE,
            ov_kept[EDC_KEPT_PWD_LOCKED_TIME], values, 1);
        for (uint32_t i = 0; i < n && i < EDC_LOCKOUT_FAILURES_MAX; i++) {
            edc_time_format(times[i], text[kept]);
            values[kept] = ov_berval(edc_str_of(text[kept]));
            if (kept == 0 || strcmp(text[kept], text[kept - 1]) != 0)
                kept++;
        }
        ov_mods_append(&mods, LDAP_MOD_REPLACE,
            ov_kept[EDC_KEPT_PWD_FAILURE_TIME], values, kept);
        rc = ov_modify_internal(op, &now->e_name, &now->e_nname, mods);
        entry_free(now);
        if (rc != LDAP_NO_SUCH_ATTRIBUTE)
            return;
    }
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

/* On a consumer the lock stays in memory: its database is the provider's. */
void
ov_guess_end(Operation *op, slap_overinst *on, Entry *entry, edc_str stored,
    const edc_ticket *ticket, edc_outcome outcome)
{
    ov_instance *instance = ov_instance_of(on);
    int64_t times[EDC_LOCKOUT_FAILURES_MAX];
    uint32_t n = edc_lockout_settle(instance->lockout,
        &instance->settings.lockout, ticket, outcome, op->o_time, times);

    if (n == 0)
        return;
    Debug(LDAP_DEBUG_STATS, "%s educonnect: \"%s\" locked out\n",
        op->o_log_prefix, entry->e_nname.bv_val);
    if (!SLAP_SINGLE_SHADOW(op->o_bd))
        write_lock(op, entry, stored, times, n);
}

edc_admission
ov_guess_begin(Operation *op, slap_overinst *on, Entry *entry,
    const edc_account *account, edc_str prepared, edc_ticket *ticket)
{
    ov_instance *instance = ov_instance_of(on);

    if (account->n_passwords != 1 || prepared.n == 0)
        return EDC_LOCKED_OUT;
    if (edc_access_locked_until(account, &instance->settings, op->o_time) !=
        0) {
        edc_lockout_note_refused(instance->lockout);
        return EDC_LOCKED_OUT;
    }
    return edc_lockout_admit(instance->lockout, &instance->settings.lockout,
        account_id(entry), account->password, prepared, op->o_time, ticket);
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
    return true;
}

bool
ov_attempt_begin(Operation *op, slap_overinst *on, Entry *entry,
    const edc_account *account, edc_str cred, edc_work *work, ov_attempt *a)
{
    a->work = work;
    ov_hash_prepare(op, on, work);
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
        end = ov_hash_run(on, &work);
    return ov_attempt_end(op, on, entry, &a, end);
}
