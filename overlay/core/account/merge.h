/* merge.h - which two accounts may become one. */
#ifndef EDC_MERGE_H
#define EDC_MERGE_H

#include "core/account/account.h"
#include "core/text/diag.h"

/* Whether an account may stay when another is merged into it: a guardian's,
 * neither merged nor suspended nor closed. Pure. */
bool edc_merge_may_stay(const edc_account *account);

/* Whether an account may be closed by a merge: the same, and no student's
 * besides. Pure. */
bool edc_merge_may_close(const edc_account *account);

/* Judges a merge of other into kept: M03 when they may not (one and the same
 * included), M01 when their names differ, M02 when neither is active,
 * EDC_N_CODES when they may. Pure. */
edc_code edc_merge_judge(const edc_account *kept, const edc_account *other,
    bool one_and_the_same, bool same_names);

#endif
