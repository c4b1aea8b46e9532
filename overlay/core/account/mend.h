/* mend.h - an event leaves no contradiction that it can take away.
 *
 * No client can write one, but replication may bring one (two servers that
 * write at once), and so may slapadd.
 */
#ifndef EDC_MEND_H
#define EDC_MEND_H

#include "core/account/decide.h"

/* The states that a suspended or closed account may come back to, made one
 * that edc_invariant_holds() accepts for `state`: of several the least. 0 for
 * any other state. Pure. */
unsigned edc_former_mended(unsigned former, edc_state state);

/* Adds to a plan whose changes are known what takes contradictions of the
 * account away that the event would leave: none for an account without any.
 * What only a password can mend it leaves. Pure. */
void edc_plan_mend(const edc_account *account, edc_plan *plan);

/* Appends an assignment to the plan; an empty value drops. */
void edc_plan_assign(edc_plan *plan, edc_kept kept, edc_str value);

/* Whether the plan assigns the attribute. Pure. */
bool edc_plan_assigns(const edc_plan *plan, edc_kept kept);

/* Whether what the entry has of an attribute stays when the plan does not
 * assign it: on an account, all does; of what an entry had before it became one
 * only the password's time and lock do, where it keeps the password. Pure. */
bool edc_plan_keeps(const edc_plan *plan, edc_kept kept);

/* Assigns educonnectFormerState: bits 1 << edc_state. */
void edc_plan_former(edc_plan *plan, unsigned former);

#endif
