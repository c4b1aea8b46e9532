/* ov_bind.c - simple binds of accounts.
 *
 * The password is verified here, with nothing held, and only then the state is
 * looked at. The backend is left to give the answer, so that every other
 * overlay sees the bind; it finds the password verified, or taken away.
 */
#include "ov_ops.h"

#include <openssl/crypto.h>

/* What the answer carries beside the result code. */
typedef struct answer {
    slap_overinst *on;
    const char *text; /* NULL: nothing */
    int ppolicy;      /* error of the control, -1: none */
    bool admitted;
    bool provisional; /* with a letter's password */
    edc_str stored;   /* what the session was bound with */
    ov_controls controls;
    slap_callback callback;
} answer;

static int
answer_response(Operation *op, SlapReply *rs)
{
    answer *a = op->o_callback->sc_private;

    ov_verified_end();
    if (rs->sr_type != REP_RESULT)
        return SLAP_CB_CONTINUE;
    if (!a->admitted && rs->sr_err == LDAP_INVALID_CREDENTIALS)
        rs->sr_text = a->text;
    ov_add_ppolicy(op, rs,
        rs->sr_err == LDAP_SUCCESS || a->text != NULL ? a->ppolicy : -1,
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
    ov_restore_controls(rs, &a->controls);
    return SLAP_CB_CONTINUE;
}

static answer *
prepare_answer(Operation *op, slap_overinst *on)
{
    answer *a = op->o_tmpcalloc(1, sizeof(*a), op->o_tmpmemctx);

    a->on = on;
    a->ppolicy = -1;
    a->callback.sc_response = answer_response;
    a->callback.sc_cleanup = answer_cleanup;
    a->callback.sc_private = a;
    overlay_callback_after_backover(op, &a->callback, 1);
    return a;
}

/* Takes the password away, so that whatever the backend does it says no. */
static void
refuse_bind(Operation *op)
{
    char *nothing = op->o_tmpcalloc(1, 1, op->o_tmpmemctx);

    op->orb_cred = (struct berval){.bv_len = 0, .bv_val = nothing};
}

/* After a right password: a hash that is weaker than it should be is made
 * again, a lock that is over is taken out; in one write, and none when there
 * is nothing to do. Returns what is stored then, in op's memory. */
static edc_str
keep_up(
    Operation *op, slap_overinst *on, Entry *entry, const edc_account *account)
{
    const edc_settings *settings = &ov_instance_of(on)->settings;
    bool stale = edc_hash_stale(account->password, settings->hash);
    ov_new_password made = {.clear = ov_str(&op->orb_cred)};
    Modifications *mods = NULL;
    edc_str stored = account->password;
    edc_plan plan;

    if (SLAP_SINGLE_SHADOW(op->o_bd) ||
        (!stale && !edc_access_lock_is_over(account, settings, op->o_time)))
        return ov_tmp(op, stored);
    edc_plan_next_serial(account, &plan);
    ov_mods_serial(&mods, account, plan.serial);
    if (stale && ov_password_rehash(settings, &made))
        ov_mods_password(&mods, account, edc_buf_str(&made.stored));
    if (account->has_lock) {
        ov_mods_drop(&mods, entry, ov_kept[EDC_KEPT_PWD_LOCKED_TIME]);
        ov_mods_drop(&mods, entry, ov_kept[EDC_KEPT_PWD_FAILURE_TIME]);
    }
    if (ov_modify_internal(op, &entry->e_name, &entry->e_nname, mods) ==
            LDAP_SUCCESS &&
        made.stored.n > 0)
        stored = edc_buf_str(&made.stored);
    stored = ov_tmp(op, stored);
    ov_password_wipe(&made);
    return stored;
}

/* Why a right password does not open the account. */
static void
explain(Operation *op, slap_overinst *on, const edc_account *account,
    edc_access access, answer *a)
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
    a->text = ov_refusal_text(op, on, &refusal);
    ov_count_refusal(on, &refusal);
}

static bool
may_auth(Operation *op, Entry *entry)
{
    return access_allowed(op, entry, slap_schema.si_ad_userPassword, NULL,
               ACL_AUTH, NULL) != 0;
}

static int
judge_account(
    Operation *op, SlapReply *rs, slap_overinst *on, Entry *entry, answer *a)
{
    const edc_settings *settings = &ov_instance_of(on)->settings;
    struct berval cred = op->orb_cred;
    edc_account account;
    edc_access access;
    ov_guess guess;

    ov_account_read(entry, &account);
    if (!may_auth(op, entry))
        account.n_passwords = 0;
    guess = ov_password_guess(op, on, entry, &account, &cred);
    access = edc_access_of(&account, settings, op->o_time);
    if (guess == OV_GUESS_RIGHT &&
        (access == EDC_ACCESS_OK || access == EDC_ACCESS_MUST_CHANGE)) {
        a->admitted = true;
        a->provisional = account.state != EDC_ACTIVE;
        a->ppolicy = edc_access_ppolicy(access);
        a->stored = keep_up(op, on, entry, &account);
        ov_verified_begin(a->stored, &op->orb_cred);
        return SLAP_CB_CONTINUE;
    }
    if (guess == OV_GUESS_TOO_COSTLY) {
        /* The backend must not come near this hash. */
        send_ldap_error(op, rs, LDAP_INVALID_CREDENTIALS, NULL);
        return rs->sr_err;
    }
    if (guess == OV_GUESS_RIGHT)
        explain(op, on, &account, access, a);
    refuse_bind(op);
    return SLAP_CB_CONTINUE;
}

int
ov_bind(Operation *op, SlapReply *rs)
{
    slap_overinst *on = (slap_overinst *)op->o_bd->bd_info;
    BackendInfo *bi;
    Entry *entry;
    int rc = SLAP_CB_CONTINUE;

    ov_monitor_attach(op, on);
    /* A rootdn without rootpw is an entry like others. */
    if (op->orb_method != LDAP_AUTH_SIMPLE ||
        (be_isroot_dn(op->o_bd, &op->o_req_ndn) &&
            !BER_BVISEMPTY(&op->o_bd->be_rootpw)))
        return SLAP_CB_CONTINUE;
    bi = ov_enter(op, on);
    entry = ov_entry_copy(op, &op->o_req_ndn);
    if (entry == NULL) {
        ov_guess_nobody(on, &op->orb_cred);
        prepare_answer(op, on);
    } else if (ov_is_account(entry)) {
        rc = judge_account(op, rs, on, entry, prepare_answer(op, on));
    }
    if (entry != NULL)
        entry_free(entry);
    ov_leave(op, bi);
    return rc;
}
