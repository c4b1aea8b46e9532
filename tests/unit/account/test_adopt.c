/* test_adopt.c - what becomes of an entry that was there before, by its
 * password; and what may become that entry again.
 */
#include "account/account_steps.h"

#include <string.h>

#include "core/account/adopt.h"

#define SSHA "{SSHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g0YWJj"
#define ARGON2                                                                 \
    "{ARGON2}$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$"                      \
    "iWh06vD8Fy27wf9npn6FXWiCX4K6pW6Ue1Bnzz07Z8A"
#define COSTLY                                                                 \
    "{ARGON2}$argon2id$v=19$m=4000000,t=2,p=1$c29tZXNhbHQ$"                    \
    "iWh06vD8Fy27wf9npn6FXWiCX4K6pW6Ue1Bnzz07Z8A"

static char *named[] = {"{SSHA}", "{ssha512}", NULL};

static const struct {
    const char *password; /* NULL: none */
    size_t n;
    bool option, reset;
    edc_adoption adoption;
    edc_code code;
} table[] = {
    {NULL, 0, false, false, EDC_ADOPT_CREATE, EDC_N_CODES},
    {NULL, 0, false, true, EDC_ADOPT_CREATE, EDC_N_CODES},
    {SSHA, 1, false, false, EDC_ADOPT_MIGRATE, EDC_N_CODES},
    {"{ssha}W6ph5Mm5Pz8GgiULbPgzG37mj9g0YWJj", 1, false, false,
        EDC_ADOPT_MIGRATE, EDC_N_CODES},
    {ARGON2, 1, false, false, EDC_ADOPT_MIGRATE, EDC_N_CODES},
    {COSTLY, 1, false, false, EDC_ADOPT_REFUSE, EDC_P11},
    {SSHA, 2, false, false, EDC_ADOPT_REFUSE, EDC_P12},
    {SSHA, 1, true, false, EDC_ADOPT_REFUSE, EDC_P12},
    {"{MD5}4QrcOUm6Wau+VuBX8g+IPg==", 1, false, false, EDC_ADOPT_REFUSE,
        EDC_P13},
    {"{SSHA}short", 1, false, false, EDC_ADOPT_REFUSE, EDC_P13},
    {"bonjour", 1, false, false, EDC_ADOPT_REFUSE, EDC_P13},
    {"", 1, false, false, EDC_ADOPT_REFUSE, EDC_P13},
    {"{SSHA}", 1, false, false, EDC_ADOPT_REFUSE, EDC_P13},
    {SSHA, 1, false, true, EDC_ADOPT_REFUSE, EDC_D04},
};

static edc_account
entry_with(size_t row)
{
    edc_account a = account_in(EDC_ABSENT);

    a.password =
        edc_str_of(table[row].password == NULL ? "" : table[row].password);
    a.n_passwords = table[row].n;
    a.password_option = table[row].option;
    a.must_reset = table[row].reset;
    return a;
}

static void
the_password_decides(void **state)
{
    edc_settings own = settings;

    (void)state;
    own.import_schemes = named;
    for (size_t row = 0; row < sizeof(table) / sizeof(table[0]); row++) {
        edc_account a = entry_with(row);
        edc_code code = EDC_N_CODES;

        if (edc_adopt_judge(&a, &own, &code) != table[row].adoption ||
            code != table[row].code)
            fail_msg("row %zu: code %d", row, (int)code);
    }
}

/* Without any scheme named, only {ARGON2} is. */
static void
no_scheme_is_taken_that_is_not_named(void **state)
{
    edc_account a = entry_with(2), argon2 = entry_with(4);
    edc_code code;

    (void)state;
    assert_int_equal(edc_adopt_judge(&a, &settings, &code), EDC_ADOPT_REFUSE);
    assert_int_equal(code, EDC_P13);
    assert_int_equal(
        edc_adopt_judge(&argon2, &settings, &code), EDC_ADOPT_MIGRATE);
}

/* ---- the event ---- */

static void
it_is_active_with_what_it_had(void **state)
{
    edc_account a = entry_with(2);
    edc_request request = ask(EDC_WISH_MIGRATE, EDC_PROVISIONER);
    edc_plan plan;

    (void)state;
    a.activated_by = EDC_STR("letter"); /* whoever wrote that */
    request.missing = EDC_STR("educonnectIne");
    decide(&a, &request, &plan);
    EXPECT_SET(&plan, STATE, "active");
    EXPECT_SET(&plan, ACTIVATED_BY, "migration");
    assert_int_equal(plan.to, EDC_ACTIVE);
    assert_int_equal(plan.effects & (EDC_NEW_PASSWORD | EDC_DROP_PASSWORD), 0);
    assert_int_not_equal(plan.effects & EDC_KEEP_PASSWORD, 0);
}

/* ---- and back ---- */

static edc_account
adopted(void)
{
    edc_account a = account_in(EDC_ACTIVE);

    a.activated_by = EDC_STR("migration");
    a.password = EDC_STR(SSHA);
    return a;
}

static void
an_untouched_one_may_go_back(void **state)
{
    edc_account a = adopted(), plain = account_in(EDC_UNINFORMED);
    edc_request request = ask(EDC_WISH_RELEASE, EDC_PROVISIONER);
    edc_plan plan;

    (void)state;
    decide(&a, &request, &plan);
    EXPECT_SET(&plan, STATE, "");
    EXPECT_SET(&plan, ACTIVATED_BY, "");
    assert_string_equal(plan.serial, "");
    decide(&plain, &request, &plan);
    request.relax = false;
    EXPECT_REFUSED(&a, &request, D03);
}

static void
a_used_one_stays(void **state)
{
    edc_str former[] = {EDC_STR("x")};
    edc_request request = ask(EDC_WISH_RELEASE, EDC_ACADEMY);
    edc_account a[7];

    (void)state;
    for (size_t i = 0; i < 7; i++)
        a[i] = adopted();
    a[0].password = EDC_STR(ARGON2);
    a[1].activated_by = EDC_STR("letter");
    a[2].history = former;
    a[2].n_history = 1;
    a[3].must_reset = true;
    a[4].n_passwords = 2;
    a[5].n_passwords = 0;
    a[6].state = EDC_UNINFORMED;
    for (size_t i = 0; i < 7; i++)
        EXPECT_REFUSED(&a[i], &request, S07);
    a[0].state = EDC_CLOSED;
    EXPECT_REFUSED(&a[0], &request, S01);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_password_decides),
        cmocka_unit_test(no_scheme_is_taken_that_is_not_named),
        cmocka_unit_test(it_is_active_with_what_it_had),
        cmocka_unit_test(an_untouched_one_may_go_back),
        cmocka_unit_test(a_used_one_stays),
    };

    return cmocka_run_group_tests(tests, steps_setup, steps_teardown);
}
