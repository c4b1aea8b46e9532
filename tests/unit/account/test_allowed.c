/* test_allowed.c - what an identity may do next with an account. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/account/allowed.h"

#define NOW INT64_C(1764000000)
#define EV(name) (1u << EDC_EV_##name)

static edc_settings settings;

static edc_account
guardian_in(edc_state state)
{
    return (edc_account){.guardian = true,
        .state = state,
        .state_stored = true,
        .n_passwords = state != EDC_UNINFORMED,
        .password = {"{ARGON2}x", 9},
        .provisional_until = EDC_NO_TIME,
        .changed = NOW - 100,
        .locked = EDC_NO_TIME};
}

static unsigned
allowed(const edc_account *account, unsigned roles)
{
    edc_request request = {.roles = roles, .now = NOW};

    if ((roles & (EDC_SCHOOL_STUDENT | EDC_SCHOOL_GUARDIAN)) != 0)
        request.school = EDC_STR("9990001X");
    return edc_allowed(account, &request, &settings);
}

static void
each_role_has_its_events(void **state)
{
    edc_account a = guardian_in(EDC_UNINFORMED);

    (void)state;
    assert_int_equal(allowed(&a, 0), 0);
    assert_int_equal(allowed(&a, EDC_SELF), EV(MERGE));
    assert_int_equal(allowed(&a, EDC_SCHOOL_GUARDIAN), EV(INFORM));
    assert_int_equal(allowed(&a, EDC_PROVISIONER), EV(INFORM) | EV(CLOSE));
    assert_int_equal(allowed(&a, EDC_REGISTRAR), EV(CLAIM));
    a = guardian_in(EDC_ACTIVE);
    assert_int_equal(allowed(&a, EDC_SELF), EV(CHANGE) | EV(MERGE));
    assert_int_equal(allowed(&a, EDC_REGISTRAR), EV(RECOVER));
    assert_int_equal(allowed(&a, EDC_SCHOOL_GUARDIAN), 0);
    assert_int_equal(
        allowed(&a, EDC_ASSISTANCE), EV(SUSPEND) | EV(MERGE) | EV(LOCK));
    assert_int_equal(allowed(&a, EDC_ACADEMY),
        EV(ACADEMY_RESET) | EV(SUSPEND) | EV(CLOSE) | EV(MERGE) | EV(LOCK));
}

static void
the_guard_and_time_count(void **state)
{
    edc_account a = guardian_in(EDC_INFORMED);

    (void)state;
    a.informed_by = EDC_STR("9990002Y");
    a.provisional_until = NOW + 60;
    assert_int_equal(allowed(&a, EDC_SCHOOL_GUARDIAN), 0);
    assert_int_equal(allowed(&a, EDC_SELF), EV(ACTIVATE) | EV(MERGE));
    a.provisional_until = NOW;
    assert_int_equal(allowed(&a, EDC_SCHOOL_GUARDIAN), EV(INFORM));
    assert_int_equal(allowed(&a, EDC_SELF), EV(MERGE));
}

static void
states_to_come_back_to_count(void **state)
{
    edc_account a = guardian_in(EDC_SUSPENDED);

    (void)state;
    a.former = 1u << EDC_ACTIVE;
    assert_int_equal(allowed(&a, EDC_ASSISTANCE), EV(RESUME) | EV(LOCK));
    a.state = EDC_CLOSED;
    a.former |= 1u << EDC_SUSPENDED;
    assert_int_equal(allowed(&a, EDC_PROVISIONER), EV(REOPEN));
}

static void
only_a_lock_is_lifted(void **state)
{
    edc_account a = guardian_in(EDC_ACTIVE);

    (void)state;
    a.has_lock = true;
    a.locked = NOW;
    assert_int_equal(allowed(&a, EDC_ASSISTANCE),
        EV(SUSPEND) | EV(MERGE) | EV(UNLOCK) | EV(LOCK));
    a.permanent_lock = true;
    assert_int_equal(
        allowed(&a, EDC_ASSISTANCE), EV(SUSPEND) | EV(MERGE) | EV(UNLOCK));
}

static int
begin(void **state)
{
    (void)state;
    return edc_settings_init(&settings) ? 0 : -1;
}

static int
end(void **state)
{
    (void)state;
    edc_settings_free(&settings);
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_role_has_its_events),
        cmocka_unit_test(the_guard_and_time_count),
        cmocka_unit_test(states_to_come_back_to_count),
        cmocka_unit_test(only_a_lock_is_lifted),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
