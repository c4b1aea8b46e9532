/* test_forwarded.c - who may have the lock of another server stored. */
#include "account/account_steps.h"

#include "core/account/forwarded.h"

static const char *const times[] = {
    "20261129120000Z", "20261129120000.5Z", "20200101000000Z"};
static const char *const others[] = {"", "000001010000Z", "20261129", "now",
    "20261329120000Z", "20261129120000Z ", "20261129130000+0100",
    "202611291200Z", "00000101000000Z"};

#define TIME INT64_C(1795867200)
#define LATER (TIME + 600)

static void
a_lock_has_a_time(void **state)
{
    int64_t time;

    (void)state;
    for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++)
        assert_true(edc_forwarded_is_time(edc_str_of(times[i]), &time));
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        assert_false(edc_forwarded_is_time(edc_str_of(others[i]), &time));
}

static edc_codes
codes(const edc_account *a, unsigned roles)
{
    edc_request request = ask(EDC_WISH_LOCK, roles);
    edc_refusal refusal;
    bool allowed = edc_forwarded_allows(a, &request, TIME, LATER, &refusal);

    assert_int_equal(allowed, refusal.codes == 0);
    return refusal.codes;
}

/* Whatever the state, as guesses are counted: where there is a password. */
static void
the_academy_in_every_state(void **state)
{
    (void)state;
    for (int s = EDC_UNINFORMED; s < EDC_N_STATES; s++) {
        edc_account a = account_in((edc_state)s);

        for (unsigned role = 1; role <= EDC_ACADEMY; role <<= 1) {
            edc_codes got = codes(&a, role);

            if (role != EDC_ACADEMY)
                assert_int_equal(got, EDC_BIT(EDC_S01));
        }
        assert_int_equal(
            codes(&a, EDC_ACADEMY), a.n_passwords > 0 ? 0 : EDC_BIT(EDC_S01));
        assert_int_equal(codes(&a, 0), EDC_BIT(EDC_A02));
        a.n_passwords = 1;
        assert_int_equal(codes(&a, EDC_ACADEMY), 0);
        a.permanent_lock = true;
        assert_int_equal(codes(&a, EDC_ACADEMY), EDC_BIT(EDC_S01));
        assert_int_equal(codes(&a, EDC_ASSISTANCE), EDC_BIT(EDC_S01));
    }
}

/* To take a lock away is an event, to make it longer is what it is for. One of
 * the future is put right. */
static void
no_lock_gives_way_to_an_older_one(void **state)
{
    static const struct {
        int64_t stored;
        bool allowed, known;
    } all[] = {
        {EDC_NO_TIME, true, false},
        {TIME - 1, true, false},
        {TIME, true, true},
        {TIME + 1, false, true},
        {LATER, false, true},
        {LATER + 1, true, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        edc_account a = account_in(EDC_ACTIVE);

        a.locked = all[i].stored;
        assert_int_equal(
            codes(&a, EDC_ACADEMY), all[i].allowed ? 0 : EDC_BIT(EDC_S01));
        assert_int_equal(edc_forwarded_is_known(&a, TIME, LATER), all[i].known);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lock_has_a_time),
        WITH_SETTINGS(the_academy_in_every_state),
        WITH_SETTINGS(no_lock_gives_way_to_an_older_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
