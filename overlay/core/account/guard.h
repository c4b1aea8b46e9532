/* guard.h - the reset-collision guard: one school does not wipe another's
 * letter.
 *
 * The test is made on a snapshot; that the snapshot still holds when the write
 * happens is the serial's matter (see decide.h).
 */
#ifndef EDC_GUARD_H
#define EDC_GUARD_H

#include "core/account/decide.h"

/* In whose name the actor hands a letter out: its school's UAI, or
 * EDC_NO_SCHOOL for academy and provisioner. Pure. */
edc_str edc_guard_holder(const edc_request *request);

/* Judges a letter for an account in a state from which the table allows one.
 * Returns 0 or the bit of G01 or G03. The mode `audit` is the caller's matter:
 * this function says what `enforce` would refuse. Pure. */
edc_codes edc_guard_judge(const edc_account *account,
    const edc_request *request, const edc_settings *settings);

#endif
