/* account.h - what the core knows of one account: a snapshot of its entry. */
#ifndef EDC_ACCOUNT_H
#define EDC_ACCOUNT_H

#include <stdint.h>

#include "core/account/transition.h"

/* Attributes that the overlay keeps on an account. */
typedef enum edc_kept {
    EDC_KEPT_SERIAL,
    EDC_KEPT_STATE,
    EDC_KEPT_STATE_SINCE,
    EDC_KEPT_ACTIVATED_BY,
    EDC_KEPT_INFORMED_BY,
    EDC_KEPT_PROVISIONAL_UNTIL,
    EDC_KEPT_FORMER_STATE,
    EDC_KEPT_MERGED_INTO,
    EDC_KEPT_PASSWORD_HISTORY,
    EDC_KEPT_PWD_CHANGED_TIME,
    EDC_KEPT_PWD_RESET,
    EDC_KEPT_PWD_LOCKED_TIME,
    EDC_KEPT_PWD_FAILURE_TIME,
    EDC_KEPT_MOBILE_KEY,
    EDC_N_KEPT
} edc_kept;

/* The attribute's name; static storage. */
const char *edc_kept_name(edc_kept kept);

/* pwdAccountLockedTime of a lock without end
 * (draft-behera-ldap-password-policy-11 section 5.3.3). */
#define EDC_LOCKED_FOR_GOOD "000001010000Z"

/* educonnectInformedBy when no school handed the letter out. */
#define EDC_NO_SCHOOL "-"

/* What a snapshot holds. Ranges are borrowed from whoever made the snapshot
 * and live as long as it. An absent time is EDC_NO_TIME, an absent range has
 * p == NULL. */
#define EDC_NO_TIME INT64_MIN

typedef struct edc_account {
    bool student;
    bool guardian;
    edc_state state;        /* EDC_UNINFORMED when the entry has none */
    bool state_stored;      /* the entry has educonnectState */
    unsigned former;        /* educonnectFormerState: bits 1 << edc_state */
    edc_str serial;         /* educonnectSerial */
    edc_str password;       /* first stored userPassword */
    size_t n_passwords;     /* all, those with attribute options too */
    bool password_option;   /* one has attribute options */
    const edc_str *history; /* educonnectPasswordHistory, newest last */
    size_t n_history;
    edc_str informed_by;
    int64_t provisional_until;
    edc_str activated_by;
    int64_t changed;     /* pwdChangedTime */
    bool must_reset;     /* pwdReset TRUE */
    int64_t locked;      /* pwdAccountLockedTime */
    bool has_lock;       /* pwdAccountLockedTime or pwdFailureTime is there */
    bool permanent_lock; /* 000001010000Z: until somebody unlocks */
    bool merged;         /* educonnectMergedInto */
    bool federated;      /* educonnectFederatedId */
    bool legacy;         /* educonnectLegacyId */
} edc_account;

/* An entry of educonnectPasswordHistory is "<serial, 20 digits>#<hash>": the
 * serial of the modification that put it there, so that the order of age is in
 * the values themselves. Bytes before the hash: */
#define EDC_HISTORY_PREFIX 21

/* Writes that prefix for a serial in decimal; out takes EDC_HISTORY_PREFIX + 1
 * bytes and is NUL-terminated. */
void edc_history_prefix(const char *serial, char *out);

/* The hash in an entry of the history, as a range into it; the whole when
 * there is no prefix. Pure. */
edc_str edc_history_hash(edc_str value);

#endif
