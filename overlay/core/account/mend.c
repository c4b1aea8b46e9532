/* mend.c - an event leaves no contradiction that it can take away. */
#include "core/account/mend.h"

static const edc_str nothing = {NULL, 0};

void
edc_plan_assign(edc_plan *plan, edc_kept kept, edc_str value)
{
    plan->set[plan->n_set].kept = kept;
    plan->set[plan->n_set].value = value;
    plan->n_set++;
}

bool
edc_plan_assigns(const edc_plan *plan, edc_kept kept)
{
    for (size_t i = 0; i < plan->n_set; i++) {
        if (plan->set[i].kept == kept)
            return true;
    }
    return false;
}

bool
edc_plan_keeps(const edc_plan *plan, edc_kept kept)
{
    if (plan->from != EDC_ABSENT)
        return true;
    return (plan->effects & EDC_KEEP_PASSWORD) != 0 &&
           (kept == EDC_KEPT_PWD_CHANGED_TIME ||
               kept == EDC_KEPT_PWD_LOCKED_TIME ||
               kept == EDC_KEPT_PWD_FAILURE_TIME);
}

void
edc_plan_former(edc_plan *plan, unsigned former)
{
    for (int s = EDC_UNINFORMED; s < EDC_N_STATES; s++) {
        if ((former & (1u << s)) != 0 && plan->n_former < 2)
            plan->former[plan->n_former++] =
                edc_str_of(edc_state_name((edc_state)s));
    }
    edc_plan_assign(plan, EDC_KEPT_FORMER_STATE,
        plan->n_former > 0 ? plan->former[0] : nothing);
}

unsigned
edc_former_mended(unsigned former, edc_state state)
{
    unsigned least = 0;

    for (int s = EDC_UNINFORMED; s < EDC_SUSPENDED && least == 0; s++) {
        if (state == EDC_SUSPENDED && s == EDC_UNINFORMED)
            continue;
        least = former & (1u << s);
    }
    if (state == EDC_SUSPENDED)
        return least;
    if (state != EDC_CLOSED)
        return 0;
    if (least == 0)
        return 1u << EDC_UNINFORMED;
    return least |
           (least != 1u << EDC_UNINFORMED ? former & (1u << EDC_SUSPENDED) : 0);
}

static void
mend(edc_plan *plan, bool broken, edc_kept kept, edc_str value)
{
    if (broken && !edc_plan_assigns(plan, kept))
        edc_plan_assign(plan, kept, value);
}

/* A letter of which nobody knows when it ends has ended. */
static void
mend_letter(const edc_account *a, edc_plan *plan)
{
    mend(plan, a->informed_by.p == NULL, EDC_KEPT_INFORMED_BY,
        EDC_STR(EDC_NO_SCHOOL));
    mend(plan, a->provisional_until == EDC_NO_TIME, EDC_KEPT_PROVISIONAL_UNTIL,
        edc_str_of(plan->now));
    mend(plan, !a->must_reset, EDC_KEPT_PWD_RESET, EDC_STR("TRUE"));
}

static void
mend_active(const edc_account *a, edc_plan *plan)
{
    mend(plan, a->activated_by.p == NULL, EDC_KEPT_ACTIVATED_BY,
        EDC_STR("letter"));
    mend(plan, a->must_reset, EDC_KEPT_INFORMED_BY, nothing);
    mend(plan, a->must_reset, EDC_KEPT_PROVISIONAL_UNTIL, nothing);
    mend(plan, a->must_reset, EDC_KEPT_PWD_RESET, nothing);
}

static void
mend_uninformed(const edc_account *a, edc_plan *plan)
{
    if (a->n_passwords == 0)
        return;
    plan->effects |= EDC_DROP_PASSWORD;
    mend(plan, true, EDC_KEPT_PWD_CHANGED_TIME, nothing);
}

/* Who was suspended and nobody knows what before was what the rest of the
 * account says. */
static unsigned
former_of_the_rest(const edc_account *a)
{
    if (a->n_passwords == 0 && !a->federated)
        return 0;
    return a->must_reset || a->activated_by.p == NULL ? 1u << EDC_INFORMED
                                                      : 1u << EDC_ACTIVE;
}

static void
mend_former(const edc_account *a, edc_plan *plan)
{
    unsigned former = edc_former_mended(a->former, plan->to);

    if (plan->to == EDC_SUSPENDED && former == 0)
        former = former_of_the_rest(a);
    if (former != a->former && !edc_plan_assigns(plan, EDC_KEPT_FORMER_STATE))
        edc_plan_former(plan, former);
}

void
edc_plan_mend(const edc_account *account, edc_plan *plan)
{
    mend_former(account, plan);
    mend(plan, account->merged && plan->to != EDC_CLOSED, EDC_KEPT_MERGED_INTO,
        nothing);
    if (plan->to == EDC_INFORMED || plan->to == EDC_RESET)
        mend_letter(account, plan);
    else if (plan->to == EDC_ACTIVE)
        mend_active(account, plan);
    else if (plan->to == EDC_UNINFORMED)
        mend_uninformed(account, plan);
}
