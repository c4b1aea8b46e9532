/* scan.h - what a client's modifications touch of an account. */
#ifndef OV_SCAN_H
#define OV_SCAN_H

#include "slapd/schema.h"

#include "core/account/decide.h"

/* Modifications that other overlays added (SLAP_MOD_INTERNAL) are not the
 * client's and count nowhere. */
typedef struct ov_scan {
    bool password;      /* userPassword, any option */
    bool state;         /* educonnectState */
    bool several;       /* more than one value was written to it */
    bool unlock;        /* pwdAccountLockedTime deleted, no value added */
    bool lock;          /* it is a lock without end */
    edc_str seen;       /* the lock that an unlock deletes by its value, in
                           normal form; empty: whatever is there */
    edc_said reset;     /* of pwdReset, beside a password */
    edc_str kept;       /* another attribute that only the overlay writes, or
                           entryUUID; the first one's name, empty: none */
    bool mobile;        /* mobile, other overlays' too: its key goes with it */
    bool record;        /* classes, uid, links, enrolment, unique values */
    bool only_password; /* nothing else */
    edc_str target; /* EDC_WISH_STATE: the value that results; empty: none */
} ov_scan;

void ov_scan_mods(const Modifications *mods, ov_scan *scan);

/* Whether the attribute is part of the record that rules look at. */
bool ov_is_record(const AttributeDescription *ad);

/* What a request does to the password. */
typedef enum ov_password_change {
    OV_PASSWORD_NEW,    /* exactly one value results, and it is new */
    OV_PASSWORD_NONE,   /* no value results, or the stored one stays */
    OV_PASSWORD_MANY,   /* more than one, or one with attribute options */
    OV_PASSWORD_OLD_BAD /* a value to be deleted is not the password */
} ov_password_change;

/* Follows the password through the modifications in their order. value: the one
 * that results (borrowed). right(ctx, value) tells whether a clear value that
 * is to be deleted is the stored password; *proven is set when one was. */
ov_password_change ov_scan_password(const Modifications *mods, edc_str stored,
    bool (*right)(void *ctx, const struct berval *value), void *ctx,
    edc_str *value, bool *proven);

/* Takes the client's modifications of password, state and lock out of a list
 * and frees them, their values zeroed. */
void ov_scan_remove_governed(Modifications **mods);

#endif
