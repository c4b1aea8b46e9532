/* invariant.c - what no stored account may be. */
#include "core/account/invariant.h"

#include "core/password/scheme.h"

static bool
provisional(const edc_account *a)
{
    return a->state == EDC_INFORMED || a->state == EDC_RESET;
}

static bool
parked(const edc_account *a)
{
    return a->state == EDC_SUSPENDED || a->state == EDC_CLOSED;
}

static bool
has_password(const edc_account *a)
{
    return a->n_passwords > 0;
}

static bool
two_passwords(const edc_account *a)
{
    return a->n_passwords > 1 || a->password_option;
}

static bool
clear_password(const edc_account *a)
{
    return has_password(a) && edc_scheme_of(a->password).n == 0;
}

static bool
password_without_state(const edc_account *a)
{
    return has_password(a) && !a->state_stored;
}

static bool
uninformed_with_password(const edc_account *a)
{
    return a->state_stored && a->state == EDC_UNINFORMED && has_password(a);
}

static bool
letter_without_password(const edc_account *a)
{
    return provisional(a) && !has_password(a);
}

static bool
letter_without_end(const edc_account *a)
{
    return provisional(a) && a->provisional_until == EDC_NO_TIME;
}

static bool
letter_without_informer(const edc_account *a)
{
    return provisional(a) && a->informed_by.p == NULL;
}

static bool
letter_without_reset(const edc_account *a)
{
    return provisional(a) && !a->must_reset;
}

static bool
active_but_how(const edc_account *a)
{
    return a->state == EDC_ACTIVE && a->activated_by.p == NULL;
}

static bool
active_without_key(const edc_account *a)
{
    return a->state == EDC_ACTIVE && !has_password(a) && !a->federated;
}

static bool
active_with_letter(const edc_account *a)
{
    return a->state == EDC_ACTIVE && a->must_reset;
}

static bool
parked_from_nowhere(const edc_account *a)
{
    return parked(a) && a->former == 0;
}

static bool
former_of_the_living(const edc_account *a)
{
    return !parked(a) && a->former != 0;
}

/* One former state; two for an account that was closed while suspended. */
static bool
former_impossible(const edc_account *a)
{
    unsigned rest = a->former & ~(1u << EDC_SUSPENDED);

    if (a->former == 0)
        return false;
    if ((a->former & (1u << EDC_CLOSED)) != 0 || (rest & (rest - 1)) != 0)
        return true;
    if (a->state == EDC_SUSPENDED)
        return rest != a->former || rest == (1u << EDC_UNINFORMED);
    return a->state == EDC_CLOSED && rest == 0;
}

static bool
merged_but_open(const edc_account *a)
{
    return a->merged && a->state != EDC_CLOSED;
}

static const struct {
    bool (*broken)(const edc_account *a);
    edc_contradiction contradiction;
} invariants[] = {
    {two_passwords,
        {"userPassword", "an account has one password, without options"}},
    {clear_password, {"userPassword", "an account stores hashes only"}},
    {password_without_state,
        {"educonnectState", "an account with a password has a state"}},
    {uninformed_with_password,
        {"userPassword", "an uninformed account has no password"}},
    {letter_without_password,
        {"userPassword", "an informed or reset account has a password"}},
    {letter_without_end,
        {"educonnectProvisionalUntil", "a provisional password ends"}},
    {letter_without_informer,
        {"educonnectInformedBy", "somebody gave the provisional password"}},
    {letter_without_reset, {"pwdReset", "a provisional password is replaced"}},
    {active_but_how,
        {"educonnectActivatedBy", "an active account was activated"}},
    {active_without_key,
        {"userPassword", "an active account has a password or a "
                         "federated identity"}},
    {active_with_letter,
        {"pwdReset", "an active account has no provisional password"}},
    {parked_from_nowhere,
        {"educonnectFormerState", "a suspended or closed account was something "
                                  "before"}},
    {former_of_the_living, {"educonnectFormerState",
                               "only a suspended or closed account has one"}},
    {former_impossible,
        {"educonnectFormerState", "no event leads there from those states"}},
    {merged_but_open, {"educonnectMergedInto", "a merged account is closed"}},
};

bool
edc_invariant_holds(
    const edc_account *account, edc_contradiction *contradiction)
{
    for (size_t i = 0; i < sizeof(invariants) / sizeof(invariants[0]); i++) {
        if (invariants[i].broken(account)) {
            *contradiction = invariants[i].contradiction;
            return false;
        }
    }
    return true;
}

unsigned
edc_invariant_broken(const edc_account *account)
{
    unsigned broken = 0;

    for (size_t i = 0; i < sizeof(invariants) / sizeof(invariants[0]); i++) {
        if (invariants[i].broken(account))
            broken |= 1u << i;
    }
    return broken;
}
