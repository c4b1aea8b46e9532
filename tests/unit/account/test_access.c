/* test_access.c - what an account may do now, in every state, with locks,
 * campaigns and former accounts.
 */
#include "account/account_steps.h"

#include <string.h>

#include "core/account/access.h"

static edc_access
bind_of(const edc_account *a)
{
    return edc_access_of(a, &settings, NOW);
}

static edc_access
session_of(const edc_account *a)
{
    return edc_access_in_session(a, &settings, NOW);
}

static void
test_states(void **state)
{
    static const edc_access expected[EDC_N_STATES] = {
        [EDC_UNINFORMED] = EDC_ACCESS_NO_PASSWORD,
        [EDC_INFORMED] = EDC_ACCESS_MUST_CHANGE,
        [EDC_ACTIVE] = EDC_ACCESS_OK,
        [EDC_RESET] = EDC_ACCESS_MUST_CHANGE,
        [EDC_SUSPENDED] = EDC_ACCESS_SUSPENDED,
        [EDC_CLOSED] = EDC_ACCESS_CLOSED,
    };

    (void)state;
    for (int s = EDC_UNINFORMED; s < EDC_N_STATES; s++) {
        edc_account a = account_in((edc_state)s);

        assert_int_equal(bind_of(&a), expected[s]);
        assert_int_equal(session_of(&a), expected[s]);
        a.merged = true;
        assert_int_equal(bind_of(&a), EDC_ACCESS_MERGED);
    }
}

static void
test_letters_end(void **state)
{
    edc_account a = account_in(EDC_INFORMED);

    (void)state;
    a.provisional_until = NOW;
    assert_int_equal(bind_of(&a), EDC_ACCESS_EXPIRED);
    a.provisional_until = NOW + 1;
    assert_int_equal(bind_of(&a), EDC_ACCESS_MUST_CHANGE);
    a.provisional_until = EDC_NO_TIME;
    assert_int_equal(bind_of(&a), EDC_ACCESS_MUST_CHANGE);
}

static void
test_federated_accounts_have_no_password(void **state)
{
    edc_account a = account_in(EDC_ACTIVE);

    (void)state;
    a.n_passwords = 0;
    assert_int_equal(bind_of(&a), EDC_ACCESS_NO_PASSWORD);
    assert_int_equal(session_of(&a), EDC_ACCESS_NO_PASSWORD);
    a.federated = true;
    assert_int_equal(bind_of(&a), EDC_ACCESS_FEDERATED);
    assert_int_equal(session_of(&a), EDC_ACCESS_OK);
    settings.campaign = NOW - 10;
    assert_int_equal(session_of(&a), EDC_ACCESS_OK);
}

static void
test_locks(void **state)
{
    edc_account a = account_in(EDC_ACTIVE);

    (void)state;
    assert_false(edc_access_lock_is_over(&a, &settings, NOW));
    a.has_lock = true;
    a.locked = NOW - settings.lockout.duration + 1;
    assert_int_equal(bind_of(&a), EDC_ACCESS_LOCKED);
    assert_int_equal(session_of(&a), EDC_ACCESS_OK);
    assert_int_equal(
        edc_access_locked_until(&a, &settings, NOW), (uint64_t)NOW + 1);
    assert_false(edc_access_lock_is_over(&a, &settings, NOW));
    a.locked--;
    assert_int_equal(bind_of(&a), EDC_ACCESS_OK);
    assert_int_equal(edc_access_locked_until(&a, &settings, NOW), 0);
    assert_true(edc_access_lock_is_over(&a, &settings, NOW));
    /* No longer than `duration` from now, whatever the date. */
    a.locked = NOW + 86400;
    assert_int_equal(bind_of(&a), EDC_ACCESS_LOCKED);
    assert_int_equal(edc_access_unlocked(&a, &settings, NOW), EDC_ACCESS_OK);
    assert_int_equal(edc_access_locked_until(&a, &settings, NOW),
        (uint64_t)(NOW + settings.lockout.duration));
    a.permanent_lock = true;
    assert_int_equal(bind_of(&a), EDC_ACCESS_LOCKED);
    assert_true(edc_access_locked_until(&a, &settings, NOW) == INT64_MAX);
}

static void
test_campaign(void **state)
{
    edc_account a = account_in(EDC_ACTIVE);
    edc_account informed = account_in(EDC_INFORMED);

    (void)state;
    settings.campaign = NOW + 1;
    assert_int_equal(bind_of(&a), EDC_ACCESS_OK);
    settings.campaign = NOW;
    assert_int_equal(bind_of(&a), EDC_ACCESS_MUST_CHANGE);
    a.changed = NOW;
    assert_int_equal(bind_of(&a), EDC_ACCESS_OK);
    a.changed = EDC_NO_TIME;
    assert_int_equal(bind_of(&a), EDC_ACCESS_MUST_CHANGE);
    informed.provisional_until = NOW;
    assert_int_equal(bind_of(&informed), EDC_ACCESS_EXPIRED);
}

static void
test_former_accounts(void **state)
{
    edc_account a = account_in(EDC_INFORMED);

    (void)state;
    a.legacy = true;
    assert_int_equal(bind_of(&a), EDC_ACCESS_MUST_CHANGE);
    a.informed_by = EDC_STR("-");
    assert_int_equal(bind_of(&a), EDC_ACCESS_LEGACY);
    a.informed_by = (edc_str){NULL, 0};
    assert_int_equal(bind_of(&a), EDC_ACCESS_LEGACY);
    a.activated_by = EDC_STR("letter");
    assert_int_equal(bind_of(&a), EDC_ACCESS_MUST_CHANGE);
    a.activated_by = (edc_str){NULL, 0};
    settings.legacy_cutoff = NOW + 1;
    assert_int_equal(bind_of(&a), EDC_ACCESS_MUST_CHANGE);
}

static void
test_words(void **state)
{
    (void)state;
    for (int i = 0; i < EDC_N_ACCESS; i++) {
        assert_true(strlen(edc_access_name((edc_access)i)) > 0);
        for (int j = 0; j < i; j++)
            assert_string_not_equal(
                edc_access_name((edc_access)i), edc_access_name((edc_access)j));
    }
    assert_int_equal(edc_access_code(EDC_ACCESS_MUST_CHANGE), EDC_S04);
    assert_int_equal(edc_access_code(EDC_ACCESS_OK), EDC_N_CODES);
    assert_int_equal(edc_access_ppolicy(EDC_ACCESS_MUST_CHANGE), 2);
    assert_int_equal(edc_access_ppolicy(EDC_ACCESS_OK), -1);
    assert_string_equal(
        edc_access_state_word(EDC_ACCESS_LEGACY, EDC_INFORMED), "legacy");
    assert_string_equal(
        edc_access_state_word(EDC_ACCESS_MERGED, EDC_CLOSED), "merged");
    assert_string_equal(
        edc_access_state_word(EDC_ACCESS_CLOSED, EDC_CLOSED), "closed");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SETTINGS(test_states),
        WITH_SETTINGS(test_letters_end),
        WITH_SETTINGS(test_federated_accounts_have_no_password),
        WITH_SETTINGS(test_locks),
        WITH_SETTINGS(test_campaign),
        WITH_SETTINGS(test_former_accounts),
        cmocka_unit_test(test_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
