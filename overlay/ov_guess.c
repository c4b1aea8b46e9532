/* ov_guess.c - verifying a guessed password: lock-out, work, the lock's one
 * write.
 */
#include "ov_ops.h"

#include <openssl/crypto.h>

#include "lutil.h"
#include "ov_log.h"

#include "core/opaque.h"
#include "core/scheme.h"

static bool
is_argon2(edc_str stored)
{
    return edc_str_caseeq(edc_scheme_of(stored), EDC_STR("{ARGON2}"));
}

/* slapd's own check of an imported hash; it may write a NUL behind the
 * password, so it gets a copy. */
static bool
slapd_matches(edc_str stored, edc_str clear)
{
    edc_buf copy;
    struct berval value = ov_berval(stored), cred;
    const char *text = NULL;
    bool match;

    if (clear.n == 0 || !edc_buf_copy(&copy, clear))
        return false;
    cred = (struct berval){.bv_len = copy.n, .bv_val = copy.p};
    match = lutil_passwd(&value, &cred, NULL, &text) == LUTIL_PASSWD_OK;
    edc_buf_wipe(&copy);
    return match;
}

edc_verify
ov_password_verify(const edc_settings *settings, edc_str stored, edc_str clear,
    edc_str prepared)
{
    if (is_argon2(stored))
        return edc_hash_verify(stored, prepared, settings->ceiling);
    if (edc_scheme_check(stored, settings->ceiling) != EDC_SCHEME_OK)
        return EDC_TOO_COSTLY;
    if (slapd_matches(stored, clear) ||
        (!edc_str_eq(clear, prepared) && slapd_matches(stored, prepared)))
        return EDC_MATCH;
    return EDC_MISMATCH;
}

/* Whether computing a stored hash is out of the question. */
static bool
too_costly(const edc_settings *settings, edc_str stored)
{
    return edc_scheme_check(stored, settings->ceiling) != EDC_SCHEME_OK;
}

/* Every answer that is no success takes the time of one hash as they are made
 * now; what was computed of that already is `done`. A stored hash that is
 * costlier takes its own. */
static void
spend(const edc_settings *settings, edc_str prepared, edc_str stored, bool done)
{
    edc_cost cost = {0, 0, 0};
    bool known = edc_hash_cost(stored, &cost) &&
                 !edc_cost_exceeds(cost, settings->ceiling);

    if (!known)
        edc_hash_spend(prepared, settings->hash);
    else if (edc_cost_work(cost) >= edc_cost_work(settings->hash)) {
        if (!done)
            edc_hash_spend(prepared, cost);
    } else
        edc_hash_spend(prepared,
            done ? edc_cost_rest(cost, settings->hash) : settings->hash);
}

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

ov_guess
ov_password_guess(Operation *op, slap_overinst *on, Entry *entry,
    const edc_account *account, struct berval *cred)
{
    const edc_settings *settings = &ov_instance_of(on)->settings;
    edc_buf prepared = {NULL, 0};
    edc_ticket ticket;
    edc_verify verified;

    if (account->n_passwords == 1 && too_costly(settings, account->password)) {
        ov_log_error(&entry->e_nname,
            "the stored hash is not one that may be computed: unknown scheme, "
            "malformed or over educonnect-hash-ceiling");
        return OV_GUESS_TOO_COSTLY;
    }
    if (edc_opaque_prepare(ov_str(cred), &prepared) != EDC_OPAQUE_OK ||
        ov_guess_begin(op, on, entry, account, edc_buf_str(&prepared),
            &ticket) != EDC_EVALUATE) {
        spend(settings, edc_buf_str(&prepared), account->password, false);
        edc_buf_wipe(&prepared);
        return OV_GUESS_WRONG;
    }
    verified = ov_password_verify(
        settings, account->password, ov_str(cred), edc_buf_str(&prepared));
    if (verified == EDC_MISMATCH)
        spend(settings, edc_buf_str(&prepared), account->password, true);
    edc_buf_wipe(&prepared);
    ov_guess_end(
        op, on, entry, account->password, &ticket, outcome_of(verified));
    return verified == EDC_MATCH ? OV_GUESS_RIGHT : OV_GUESS_WRONG;
}

void
ov_guess_nobody(slap_overinst *on, struct berval *cred)
{
    const edc_settings *settings = &ov_instance_of(on)->settings;
    edc_buf prepared = {NULL, 0};

    (void)edc_opaque_prepare(ov_str(cred), &prepared);
    spend(settings, edc_buf_str(&prepared), (edc_str){NULL, 0}, false);
    edc_buf_wipe(&prepared);
}
