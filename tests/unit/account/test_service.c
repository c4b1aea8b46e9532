/* test_service.c - which services an account opens. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/account/service.h"

#define NOW INT64_C(1764000000)
#define A_DN EDC_STR("ou=a,dc=x")
#define B_DN EDC_STR("ou=b,dc=x")
#define C_DN EDC_STR("ou=c,dc=x")

static void
levels_have_names(void **state)
{
    (void)state;
    assert_int_equal(edc_level_parse(EDC_STR("ecole")), EDC_ECOLE);
    assert_int_equal(edc_level_parse(EDC_STR("College")), EDC_COLLEGE);
    assert_int_equal(edc_level_parse(EDC_STR("LYCEE")), EDC_LYCEE);
    assert_int_equal(edc_level_parse(EDC_STR("universite")), 0);
    assert_int_equal(edc_level_parse(EDC_STR("")), 0);
}

/* ---- a table of accounts, schools and services ---- */

enum who { NOBODY, STUDENT, GUARDIAN, BOTH };

/* Schools that a row speaks of: A is a college, B both, C has no level. */
enum school { NO_SCHOOL, A, B, C, A_AND_B };

typedef struct row {
    const char *what;
    enum who account;
    enum school own, childrens;
    enum who audience;
    unsigned levels;
    enum school listed;
    bool open;
} row;

static const row rows[] = {
    {"every school", STUDENT, A, NO_SCHOOL, STUDENT, 0, NO_SCHOOL, true},
    {"without a level", STUDENT, C, NO_SCHOOL, STUDENT, 0, NO_SCHOOL, true},
    {"no school", STUDENT, NO_SCHOOL, NO_SCHOOL, STUDENT, 0, NO_SCHOOL, false},
    {"no account", NOBODY, A, A, BOTH, 0, NO_SCHOOL, false},
    {"for nobody", BOTH, A, A, NOBODY, 0, NO_SCHOOL, false},

    {"level", STUDENT, A, NO_SCHOOL, STUDENT, EDC_COLLEGE, NO_SCHOOL, true},
    {"of two", STUDENT, B, NO_SCHOOL, STUDENT, EDC_LYCEE, NO_SCHOOL, true},
    {"other", STUDENT, A, NO_SCHOOL, STUDENT, EDC_LYCEE, NO_SCHOOL, false},
    {"unknown", STUDENT, C, NO_SCHOOL, STUDENT, EDC_COLLEGE, NO_SCHOOL, false},
    {"one of two", STUDENT, A, NO_SCHOOL, STUDENT, EDC_ECOLE | EDC_COLLEGE,
        NO_SCHOOL, true},
    {"one school of two", STUDENT, A_AND_B, NO_SCHOOL, STUDENT, EDC_LYCEE,
        NO_SCHOOL, true},

    {"listed", STUDENT, A, NO_SCHOOL, STUDENT, 0, A, true},
    {"not listed", STUDENT, B, NO_SCHOOL, STUDENT, 0, A, false},
    {"listed second", STUDENT, B, NO_SCHOOL, STUDENT, 0, A_AND_B, true},
    {"level of one, listed the other", STUDENT, A_AND_B, NO_SCHOOL, STUDENT,
        EDC_LYCEE, A, false},
    {"level and listed", STUDENT, A_AND_B, NO_SCHOOL, STUDENT, EDC_LYCEE, B,
        true},

    {"for guardians", STUDENT, A, NO_SCHOOL, GUARDIAN, 0, NO_SCHOOL, false},
    {"for students", GUARDIAN, NO_SCHOOL, A, STUDENT, 0, NO_SCHOOL, false},
    {"a child's school", GUARDIAN, NO_SCHOOL, A, GUARDIAN, 0, A, true},
    {"no child there", GUARDIAN, NO_SCHOOL, B, GUARDIAN, 0, A, false},
    {"for both, a student", STUDENT, A, NO_SCHOOL, BOTH, 0, NO_SCHOOL, true},
    {"for both, a guardian", GUARDIAN, NO_SCHOOL, A, BOTH, 0, NO_SCHOOL, true},
    {"own school does not count for guardians", BOTH, A, NO_SCHOOL, GUARDIAN, 0,
        NO_SCHOOL, false},
    {"a child's does not for students", BOTH, NO_SCHOOL, A, STUDENT, 0,
        NO_SCHOOL, false},
    {"a guardian's own is not looked at", GUARDIAN, A, NO_SCHOOL, BOTH, 0,
        NO_SCHOOL, false},
    {"either of both, own", BOTH, A, B, BOTH, 0, A, true},
    {"either of both, a child's", BOTH, B, A, BOTH, 0, A, true},
};

static edc_schools
schools(enum school which)
{
    static const edc_school a[] = {{A_DN, EDC_COLLEGE}};
    static const edc_school b[] = {{B_DN, EDC_COLLEGE | EDC_LYCEE}};
    static const edc_school c[] = {{C_DN, 0}};
    static const edc_school both[] = {
        {A_DN, EDC_COLLEGE}, {B_DN, EDC_COLLEGE | EDC_LYCEE}};
    static const edc_schools sets[] = {
        {NULL, 0}, {a, 1}, {b, 1}, {c, 1}, {both, 2}};

    return sets[which];
}

static edc_service
service(enum who audience, unsigned levels, enum school listed)
{
    static const edc_str dns[] = {A_DN, B_DN};

    return (edc_service){
        .for_students = audience == STUDENT || audience == BOTH,
        .for_guardians = audience == GUARDIAN || audience == BOTH,
        .levels = levels,
        .schools = listed == B ? dns + 1 : dns,
        .n_schools = schools(listed).n,
        .opens = EDC_NO_TIME,
        .closes = EDC_NO_TIME};
}

static edc_account
account(enum who who, edc_state state)
{
    return (edc_account){.student = who == STUDENT || who == BOTH,
        .guardian = who == GUARDIAN || who == BOTH,
        .state = state};
}

static void
audience_level_and_list_decide(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const row *r = &rows[i];
        edc_service s = service(r->audience, r->levels, r->listed);
        edc_account a = account(r->account, EDC_ACTIVE);

        if (edc_service_access(
                &s, &a, schools(r->own), schools(r->childrens), NOW) != r->open)
            fail_msg("%s", r->what);
    }
}

static void
nothing_but_an_active_account_opens(void **state)
{
    edc_service s = service(BOTH, 0, NO_SCHOOL);

    (void)state;
    for (int i = 0; i < EDC_N_STATES; i++) {
        edc_account a = account(BOTH, (edc_state)i);

        assert_int_equal(
            edc_service_access(&s, &a, schools(A), schools(A), NOW),
            i == EDC_ACTIVE);
    }
}

static void
it_is_open_from_a_second_until_before_another(void **state)
{
    static const struct {
        int64_t opens, closes, now;
        bool open;
    } times[] = {
        {EDC_NO_TIME, EDC_NO_TIME, NOW, true},
        {EDC_NO_TIME, EDC_NO_TIME, INT64_MIN, true},
        {NOW, EDC_NO_TIME, NOW - 1, false},
        {NOW, EDC_NO_TIME, NOW, true},
        {NOW, EDC_NO_TIME, INT64_MAX, true},
        {INT64_MAX, EDC_NO_TIME, NOW, false},
        {EDC_NO_TIME, NOW, NOW - 1, true},
        {EDC_NO_TIME, NOW, NOW, false},
        {NOW, NOW + 10, NOW - 1, false},
        {NOW, NOW + 10, NOW, true},
        {NOW, NOW + 10, NOW + 9, true},
        {NOW, NOW + 10, NOW + 10, false},
        {NOW, NOW, NOW, false},
        {NOW + 10, NOW, NOW + 5, false},
    };
    edc_service s = service(STUDENT, 0, NO_SCHOOL);
    edc_account a = account(STUDENT, EDC_ACTIVE);

    (void)state;
    for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
        s.opens = times[i].opens;
        s.closes = times[i].closes;
        if (edc_service_access(&s, &a, schools(A), schools(NO_SCHOOL),
                times[i].now) != times[i].open)
            fail_msg("times, row %zu", i);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(levels_have_names),
        cmocka_unit_test(audience_level_and_list_decide),
        cmocka_unit_test(nothing_but_an_active_account_opens),
        cmocka_unit_test(it_is_open_from_a_second_until_before_another),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
