/* test_mend.c - accounts that contradict themselves, and the events that heal
 * them: every state with every combination of what else is stored. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/account/decide.h"
#include "core/account/invariant.h"
#include "core/account/mend.h"

#define NOW 1790000000 /* 2026-09-21 */

static edc_settings settings;

static int
setup(void **state)
{
    (void)state;
    return edc_settings_init(&settings) ? 0 : -1;
}

static int
teardown(void **state)
{
    (void)state;
    edc_settings_free(&settings);
    return 0;
}

/* ---- every account ---- */

enum {
    PASSWORD = 1 << 0,
    UNTIL = 1 << 1,
    INFORMER = 1 << 2,
    RESET = 1 << 3,
    ACTIVATED = 1 << 4,
    MERGED = 1 << 5,
    FEDERATED = 1 << 6,
    ALL = 1 << 7
};

static edc_account
account_of(edc_state state, unsigned former, unsigned has)
{
    edc_account a = {.guardian = true,
        .state = state,
        .state_stored = true,
        .former = former,
        .serial = EDC_STR("7"),
        .provisional_until = (has & UNTIL) != 0 ? NOW + 1000 : EDC_NO_TIME,
        .must_reset = (has & RESET) != 0,
        .merged = (has & MERGED) != 0,
        .federated = (has & FEDERATED) != 0,
        .changed = EDC_NO_TIME,
        .locked = EDC_NO_TIME};

    if ((has & PASSWORD) != 0) {
        a.password = EDC_STR("{ARGON2}$argon2id$x");
        a.n_passwords = 1;
    }
    if ((has & INFORMER) != 0)
        a.informed_by = EDC_STR("-");
    if ((has & ACTIVATED) != 0)
        a.activated_by = EDC_STR("letter");
    return a;
}

/* ---- what an event makes of one ---- */

static void
take(edc_account *a, const edc_plan *plan, const edc_assignment *set)
{
    switch (set->kept) {
    case EDC_KEPT_INFORMED_BY:
        a->informed_by = set->value;
        break;
    case EDC_KEPT_PROVISIONAL_UNTIL:
        a->provisional_until = set->value.n > 0 ? NOW : EDC_NO_TIME;
        break;
    case EDC_KEPT_PWD_RESET:
        a->must_reset = set->value.n > 0;
        break;
    case EDC_KEPT_ACTIVATED_BY:
        a->activated_by = set->value;
        break;
    case EDC_KEPT_MERGED_INTO:
        a->merged = set->value.n > 0;
        break;
    case EDC_KEPT_FORMER_STATE:
        a->former = 0;
        for (size_t i = 0; i < plan->n_former; i++) {
            edc_state s = EDC_ABSENT;

            assert_true(edc_state_parse(plan->former[i], &s));
            a->former |= 1u << s;
        }
        break;
    default:
        break;
    }
}

static edc_account
after(const edc_account *before, const edc_plan *plan)
{
    edc_account a = *before;

    a.state = plan->to;
    if ((plan->effects & EDC_DROP_PASSWORD) != 0)
        a.n_passwords = 0;
    if ((plan->effects & EDC_NEW_PASSWORD) != 0) {
        a.password = EDC_STR("{ARGON2}$argon2id$y");
        a.n_passwords = 1;
    }
    for (size_t i = 0; i < plan->n_set; i++)
        take(&a, plan, &plan->set[i]);
    return a;
}

/* What the academy may ask for. */
static const struct {
    edc_wish wish;
    const char *target;
} asked[] = {
    {EDC_WISH_PASSWORD, ""},
    {EDC_WISH_STATE, "uninformed"},
    {EDC_WISH_STATE, "informed"},
    {EDC_WISH_STATE, "active"},
    {EDC_WISH_STATE, "reset"},
    {EDC_WISH_STATE, "suspended"},
    {EDC_WISH_STATE, "closed"},
    {EDC_WISH_UNLOCK, ""},
};

#define N_ASKED (sizeof(asked) / sizeof(asked[0]))

static bool
ask(const edc_account *a, size_t i, edc_plan *plan)
{
    edc_request request = {.wish = asked[i].wish,
        .target = edc_str_of(asked[i].target),
        .roles = EDC_ACADEMY,
        .relax = true,
        .source = EDC_SOURCE_SERVER,
        .now = NOW};
    edc_refusal refusal;

    return edc_decide(a, &request, &settings, plan, &refusal);
}

static bool
is_sound(const edc_account *a)
{
    edc_contradiction contradiction;

    return edc_invariant_holds(a, &contradiction);
}

/* Whether some event of the academy leaves no contradiction. */
static bool
can_be_healed(const edc_account *a)
{
    edc_plan plan;

    for (size_t i = 0; i < N_ASKED; i++) {
        if (ask(a, i, &plan)) {
            edc_account healed = after(a, &plan);

            if (is_sound(&healed))
                return true;
        }
    }
    return false;
}

static void
one_event_heals_any(void **state)
{
    size_t broken = 0;

    (void)state;
    for (int s = EDC_UNINFORMED; s < EDC_N_STATES; s++) {
        for (unsigned former = 0; former < 1u << EDC_N_STATES; former += 2) {
            for (unsigned has = 0; has < ALL; has++) {
                edc_account a = account_of((edc_state)s, former, has);

                if (is_sound(&a))
                    continue;
                broken++;
                if (!can_be_healed(&a))
                    fail_msg("%s, former %x, has %x",
                        edc_state_name((edc_state)s), former, has);
            }
        }
    }
    print_message("%zu contradictory accounts healed\n", broken);
    assert_true(broken > 40000);
}

/* A letter heals what is open, whatever it is: no other event is needed. */
static void
a_new_password_heals_what_is_open(void **state)
{
    (void)state;
    for (int s = EDC_UNINFORMED; s < EDC_SUSPENDED; s++) {
        for (unsigned former = 0; former < 1u << EDC_N_STATES; former += 2) {
            for (unsigned has = 0; has < ALL; has++) {
                edc_account a = account_of((edc_state)s, former, has);
                edc_plan plan;

                assert_true(ask(&a, 0, &plan));
                a = after(&a, &plan);
                assert_true(is_sound(&a));
            }
        }
    }
}

/* Nobody comes back to more than was stored. */
static void
nothing_is_gained_by_it(void **state)
{
    (void)state;
    for (unsigned former = 0; former < 1u << EDC_N_STATES; former += 2) {
        edc_account a =
            account_of(EDC_CLOSED, former, PASSWORD | ACTIVATED | UNTIL);
        edc_plan plan;

        for (size_t i = 0; i < N_ASKED; i++) {
            if (asked[i].wish != EDC_WISH_STATE || !ask(&a, i, &plan))
                continue;
            assert_true(
                plan.to == EDC_UNINFORMED || (former & (1u << plan.to)) != 0);
        }
    }
}

/* What is sound is left as it is. */
static void
the_sound_are_left_alone(void **state)
{
    (void)state;
    for (unsigned has = 0; has < ALL; has++) {
        for (int s = EDC_UNINFORMED; s < EDC_N_STATES; s++) {
            edc_account a = account_of(
                (edc_state)s, s < EDC_SUSPENDED ? 0 : 1u << EDC_ACTIVE, has);
            edc_plan plan;

            if (!is_sound(&a) || !ask(&a, N_ASKED - 1, &plan))
                continue;
            assert_int_equal(plan.n_set, 0);
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_event_heals_any),
        cmocka_unit_test(a_new_password_heals_what_is_open),
        cmocka_unit_test(nothing_is_gained_by_it),
        cmocka_unit_test(the_sound_are_left_alone),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
