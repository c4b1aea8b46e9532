/* access.c - what an account may do now. */
#include "core/account/access.h"

/* How each access answers: its name, its code, its password-policy error. */
static const struct {
    const char *name;
    edc_code code;
    int ppolicy;
} answers[EDC_N_ACCESS] = {
    [EDC_ACCESS_OK] = {"ok", EDC_N_CODES, -1},
    [EDC_ACCESS_MUST_CHANGE] = {"must-change", EDC_S04, 2},
    [EDC_ACCESS_NO_PASSWORD] = {"no-password", EDC_S02, -1},
    [EDC_ACCESS_EXPIRED] = {"provisional-expired", EDC_S03, 0},
    [EDC_ACCESS_LOCKED] = {"locked", EDC_N_CODES, 1},
    [EDC_ACCESS_SUSPENDED] = {"suspended", EDC_S02, 1},
    [EDC_ACCESS_CLOSED] = {"closed", EDC_S02, 1},
    [EDC_ACCESS_MERGED] = {"merged", EDC_S02, 1},
    [EDC_ACCESS_FEDERATED] = {"federated-only", EDC_N_CODES, -1},
    [EDC_ACCESS_LEGACY] = {"legacy", EDC_S02, 1},
};

int64_t
edc_access_locked_until(
    const edc_account *account, const edc_settings *settings, int64_t now)
{
    int64_t began = account->locked < now ? account->locked : now;

    if (account->permanent_lock)
        return INT64_MAX;
    if (account->locked == EDC_NO_TIME ||
        now >= began + settings->lockout.duration)
        return 0;
    return began + settings->lockout.duration;
}

bool
edc_access_lock_is_over(
    const edc_account *account, const edc_settings *settings, int64_t now)
{
    return account->has_lock &&
           edc_access_locked_until(account, settings, now) == 0;
}

/* A letter that a school handed out is a new credential; what was brought over
 * from the former service is the one that ended. */
static bool
legacy_ended(
    const edc_account *account, const edc_settings *settings, int64_t now)
{
    return account->legacy && account->activated_by.n == 0 &&
           now >= settings->legacy_cutoff &&
           (account->informed_by.n == 0 ||
               edc_str_eq(account->informed_by, EDC_STR(EDC_NO_SCHOOL)));
}

static edc_access
open_access(
    const edc_account *account, const edc_settings *settings, int64_t now)
{
    if (account->n_passwords == 0)
        return account->federated ? EDC_ACCESS_OK : EDC_ACCESS_NO_PASSWORD;
    if (legacy_ended(account, settings, now))
        return EDC_ACCESS_LEGACY;
    if (account->state == EDC_ACTIVE)
        return settings->campaign != 0 && now >= settings->campaign &&
                       account->changed < settings->campaign
                   ? EDC_ACCESS_MUST_CHANGE
                   : EDC_ACCESS_OK;
    if (account->provisional_until != EDC_NO_TIME &&
        now >= account->provisional_until)
        return EDC_ACCESS_EXPIRED;
    return EDC_ACCESS_MUST_CHANGE;
}

edc_access
edc_access_in_session(
    const edc_account *account, const edc_settings *settings, int64_t now)
{
    if (account->merged)
        return EDC_ACCESS_MERGED;
    if (account->state == EDC_CLOSED)
        return EDC_ACCESS_CLOSED;
    if (account->state == EDC_SUSPENDED)
        return EDC_ACCESS_SUSPENDED;
    if (account->state == EDC_UNINFORMED)
        return EDC_ACCESS_NO_PASSWORD;
    return open_access(account, settings, now);
}

edc_access
edc_access_unlocked(
    const edc_account *account, const edc_settings *settings, int64_t now)
{
    edc_access access = edc_access_in_session(account, settings, now);

    return access == EDC_ACCESS_OK && account->n_passwords == 0
               ? EDC_ACCESS_FEDERATED
               : access;
}

edc_access
edc_access_of(
    const edc_account *account, const edc_settings *settings, int64_t now)
{
    edc_access access = edc_access_unlocked(account, settings, now);

    if (access != EDC_ACCESS_FEDERATED &&
        edc_access_locked_until(account, settings, now) != 0)
        return EDC_ACCESS_LOCKED;
    return access;
}

edc_code
edc_access_code(edc_access access)
{
    return answers[access].code;
}

int
edc_access_ppolicy(edc_access access)
{
    return answers[access].ppolicy;
}

const char *
edc_access_name(edc_access access)
{
    return answers[access].name;
}

const char *
edc_access_state_word(edc_access access, edc_state state)
{
    return access == EDC_ACCESS_MERGED || access == EDC_ACCESS_LEGACY
               ? answers[access].name
               : edc_state_name(state);
}
