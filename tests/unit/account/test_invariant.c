/* test_invariant.c - what no stored account may be: each contradiction is
 * found, each sound account passes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/account/invariant.h"

#define BIT(s) (1u << EDC_##s)

/* A sound account in a state. */
static edc_account
sound(edc_state state)
{
    edc_account a = {
        .student = true,
        .state = state,
        .state_stored = true,
        .provisional_until = EDC_NO_TIME,
        .changed = EDC_NO_TIME,
        .locked = EDC_NO_TIME,
    };

    if (state != EDC_UNINFORMED) {
        a.password = EDC_STR("{ARGON2}$argon2id$x");
        a.n_passwords = 1;
    }
    if (state == EDC_INFORMED || state == EDC_RESET) {
        a.provisional_until = 1000;
        a.informed_by = EDC_STR("-");
        a.must_reset = true;
    }
    if (state == EDC_ACTIVE)
        a.activated_by = EDC_STR("letter");
    if (state == EDC_SUSPENDED || state == EDC_CLOSED)
        a.former = BIT(ACTIVE);
    return a;
}

static void
expect_sound(const edc_account *a)
{
    edc_contradiction c = {"", ""};

    if (!edc_invariant_holds(a, &c))
        fail_msg("%s: %s", c.attribute, c.because);
}

static void
expect_broken(const edc_account *a, const char *attribute)
{
    edc_contradiction c = {"", ""};

    assert_false(edc_invariant_holds(a, &c));
    assert_string_equal(c.attribute, attribute);
    assert_true(strlen(c.because) > 0);
}

static void
test_sound_accounts(void **state)
{
    edc_account a;

    (void)state;
    for (int s = EDC_UNINFORMED; s < EDC_N_STATES; s++) {
        a = sound((edc_state)s);
        expect_sound(&a);
    }
    a = sound(EDC_UNINFORMED);
    a.state_stored = false;
    expect_sound(&a);
    a = sound(EDC_ACTIVE);
    a.n_passwords = 0;
    a.password = (edc_str){NULL, 0};
    a.federated = true;
    expect_sound(&a);
    a = sound(EDC_CLOSED);
    a.merged = true;
    expect_sound(&a);
    a.former = BIT(ACTIVE) | BIT(SUSPENDED);
    expect_sound(&a);
    a.former = BIT(UNINFORMED);
    expect_sound(&a);
}

static void
test_passwords(void **state)
{
    edc_account a = sound(EDC_ACTIVE);

    (void)state;
    a.n_passwords = 2;
    expect_broken(&a, "userPassword");
    a.n_passwords = 1;
    a.password_option = true;
    expect_broken(&a, "userPassword");
    a = sound(EDC_ACTIVE);
    a.password = EDC_STR("in clear");
    expect_broken(&a, "userPassword");
    a = sound(EDC_UNINFORMED);
    a.password = EDC_STR("{SSHA}x");
    a.n_passwords = 1;
    expect_broken(&a, "userPassword");
    a.state_stored = false;
    expect_broken(&a, "educonnectState");
    a = sound(EDC_ACTIVE);
    a.n_passwords = 0;
    expect_broken(&a, "userPassword");
}

static void
test_letters(void **state)
{
    static const edc_state states[] = {EDC_INFORMED, EDC_RESET};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        edc_account a = sound(states[i]);

        a.n_passwords = 0;
        expect_broken(&a, "userPassword");
        a = sound(states[i]);
        a.provisional_until = EDC_NO_TIME;
        expect_broken(&a, "educonnectProvisionalUntil");
        a = sound(states[i]);
        a.informed_by = (edc_str){NULL, 0};
        expect_broken(&a, "educonnectInformedBy");
        a = sound(states[i]);
        a.must_reset = false;
        expect_broken(&a, "pwdReset");
    }
}

static void
test_activation(void **state)
{
    edc_account a = sound(EDC_ACTIVE);

    (void)state;
    a.activated_by = (edc_str){NULL, 0};
    expect_broken(&a, "educonnectActivatedBy");
    a = sound(EDC_ACTIVE);
    a.must_reset = true;
    expect_broken(&a, "pwdReset");
}

static void
test_former_states(void **state)
{
    edc_account a = sound(EDC_SUSPENDED);

    (void)state;
    a.former = 0;
    expect_broken(&a, "educonnectFormerState");
    a.former = BIT(UNINFORMED);
    expect_broken(&a, "educonnectFormerState");
    a.former = BIT(ACTIVE) | BIT(SUSPENDED);
    expect_broken(&a, "educonnectFormerState");
    a.former = BIT(ACTIVE) | BIT(INFORMED);
    expect_broken(&a, "educonnectFormerState");
    a = sound(EDC_CLOSED);
    a.former = 0;
    expect_broken(&a, "educonnectFormerState");
    a.former = BIT(CLOSED);
    expect_broken(&a, "educonnectFormerState");
    a.former = BIT(SUSPENDED);
    expect_broken(&a, "educonnectFormerState");
    a = sound(EDC_ACTIVE);
    a.former = BIT(RESET);
    expect_broken(&a, "educonnectFormerState");
}

static void
test_merged_accounts_are_closed(void **state)
{
    (void)state;
    for (int s = EDC_UNINFORMED; s < EDC_CLOSED; s++) {
        edc_account a = sound((edc_state)s);

        a.merged = true;
        expect_broken(&a, "educonnectMergedInto");
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sound_accounts),
        cmocka_unit_test(test_passwords),
        cmocka_unit_test(test_letters),
        cmocka_unit_test(test_activation),
        cmocka_unit_test(test_former_states),
        cmocka_unit_test(test_merged_accounts_are_closed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
