/* password.h - new passwords: every rule, the hash. */
#ifndef OV_PASSWORD_H
#define OV_PASSWORD_H

#include "slapd/instance.h"

/* One new password on its way into an entry. */
typedef struct ov_new_password {
    edc_str clear; /* as the client or the server made it; borrowed */
    edc_source source;
    edc_buf stored; /* the hash to store */
    edc_buf prepared;
} ov_new_password;

/* Checks every rule and makes the hash. entry: the account as it would be
 * stored. Returns true with password->stored filled in, else false with
 * *refusal. */
bool ov_password_make(Operation *op, slap_overinst *on, Entry *entry,
    const edc_account *account, const edc_plan *plan, unsigned roles,
    ov_new_password *password, edc_refusal *refusal);

/* Checks every rule as ov_password_make() does, and hashes nothing;
 * password->prepared is filled in. */
bool ov_password_check(Operation *op, slap_overinst *on, Entry *entry,
    const edc_account *account, const edc_plan *plan, ov_new_password *password,
    edc_refusal *refusal);

/* Makes the hash of a password that was checked elsewhere: no rules. Returns 0,
 * or the bit of B01 or X01. */
edc_codes ov_password_hash(
    Operation *op, slap_overinst *on, ov_new_password *password);
void ov_password_wipe(ov_new_password *password);

#endif
