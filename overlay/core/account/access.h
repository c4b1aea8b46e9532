/* access.h - what an account may do now: bind, work, or only change its
 * password.
 */
#ifndef EDC_ACCESS_H
#define EDC_ACCESS_H

#include "core/account/account.h"
#include "core/text/diag.h"
#include "core/settings/settings.h"

typedef enum edc_access {
    EDC_ACCESS_OK,
    EDC_ACCESS_MUST_CHANGE, /* provisional password, or a campaign */
    EDC_ACCESS_NO_PASSWORD, /* uninformed, or without a password */
    EDC_ACCESS_EXPIRED,     /* the provisional password's time is over */
    EDC_ACCESS_LOCKED,      /* locked out */
    EDC_ACCESS_SUSPENDED,
    EDC_ACCESS_CLOSED,
    EDC_ACCESS_MERGED,
    EDC_ACCESS_FEDERATED, /* no password, but a federated identity */
    EDC_ACCESS_LEGACY,    /* a former account after the cut-off */
    EDC_N_ACCESS
} edc_access;

/* What a right password would meet now. Whose lock was dated by a clock that
 * may have been put since takes care of that beforehand; a lock of the future
 * is taken to begin now. Pure. */
edc_access edc_access_of(
    const edc_account *account, const edc_settings *settings, int64_t now);

/* The same as if there were no lock. Pure. */
edc_access edc_access_unlocked(
    const edc_account *account, const edc_settings *settings, int64_t now);

/* The same for an identity that works in a session already: a lock-out does
 * not end it, and one that came in by a federated identity needs no password.
 * Pure. */
edc_access edc_access_in_session(
    const edc_account *account, const edc_settings *settings, int64_t now);

/* Until when the stored lock holds; 0 when it does not, INT64_MAX when until
 * somebody lifts it. Pure. */
int64_t edc_access_locked_until(
    const edc_account *account, const edc_settings *settings, int64_t now);

/* Whether the lock-out attributes of the account only speak of the past. */
bool edc_access_lock_is_over(
    const edc_account *account, const edc_settings *settings, int64_t now);

/* The code that tells why (S02, S03, S04), EDC_N_CODES when there is nothing
 * to tell. */
edc_code edc_access_code(edc_access access);

/* Error of the password-policy control for a bind with the right password; -1
 * when none (draft-behera-ldap-password-policy-11 section 6.2). */
int edc_access_ppolicy(edc_access access);

/* Name as educonnectBindStatus has it: "ok", "must-change"...; static. */
const char *edc_access_name(edc_access access);

/* The word that S02 uses for the state: the access's own where it says more
 * ("merged", "legacy"), else the state's name; static. */
const char *edc_access_state_word(edc_access access, edc_state state);

#endif
