/* adopt.h - what becomes of an entry that was there before it was an account.
 */
#ifndef EDC_ADOPT_H
#define EDC_ADOPT_H

#include "core/account/account.h"
#include "core/settings/settings.h"
#include "core/text/diag.h"

typedef enum edc_adoption {
    EDC_ADOPT_CREATE,  /* it has no password: the event create */
    EDC_ADOPT_MIGRATE, /* it keeps the one it has: the event migrate */
    EDC_ADOPT_REFUSE
} edc_adoption;

/* Judges the password that an entry has, for its account: one value without
 * options, in a scheme of settings->import_schemes (or {ARGON2}), under
 * settings->ceiling, and not to be changed at the next bind (pwdReset). On
 * EDC_ADOPT_REFUSE *code says why: P11, P12, P13, D04. Pure; thread-safe. */
edc_adoption edc_adopt_judge(
    const edc_account *account, const edc_settings *settings, edc_code *code);

/* Whether an account may become the entry that it was: it is uninformed and
 * never was more, or active by migration, with the very hash that it came with.
 * One that came with {ARGON2} is not known from one whose password was hashed
 * anew at a bind: false. Pure; thread-safe. */
bool edc_adopt_is_untouched(const edc_account *account);

#endif
