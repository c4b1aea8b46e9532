/* test_history_infer.c - each row of the table is known again by what it
 * writes, from each state and by each who may.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "history/infer.h"

#define SCHOOL (EDC_SCHOOL_STUDENT | EDC_SCHOOL_GUARDIAN)

static history_change
written(const edc_transition *row, edc_state from, unsigned role, bool locked)
{
    history_change c = {.state = true};

    if (row->to == EDC_ABSENT)
        return (history_change){.ended = true};
    c.to = row->to == EDC_TO_SAME     ? from
           : row->to == EDC_TO_FORMER ? EDC_ACTIVE
                                      : (edc_state)row->to;
    c.password = (row->effects & EDC_NEW_PASSWORD) != 0;
    c.merged = (row->effects & EDC_MERGES) != 0;
    c.permanent = (row->effects & EDC_LOCKS) != 0;
    c.lock = c.permanent || (locked && (row->effects & EDC_RELEASE_LOCK) == 0);
    /* A merge is the overlay's own write, whoever asked for it. */
    c.self = role == EDC_SELF && !c.merged;
    c.school = (row->effects & EDC_BEGIN_LETTER) != 0 && (role & SCHOOL) != 0;
    return c;
}

static unsigned
check_row(const edc_transition *row, edc_state from, unsigned role, bool locked)
{
    history_state account = {from, locked, true};
    history_change c = written(row, from, role, locked);
    const char *name = history_infer(&account, &c);

    if (name == NULL || strcmp(name, row->name) != 0)
        fail_msg("%s from %s by %s is taken for %s", row->name,
            edc_state_name(from), edc_role_name(role),
            name == NULL ? "none" : name);
    assert_int_equal(account.state, c.to);
    assert_int_equal(account.locked, c.lock);
    return 1;
}

/* Of rows of the same event of others the academy's is meant. */
static bool
may(const edc_transition *row, unsigned role)
{
    return (row->roles & role) != 0 && role != EDC_SCHOOL_INFORMER;
}

static void
every_row_is_known_again(void **state)
{
    unsigned n = 0;

    (void)state;
    for (int e = 0; e < EDC_N_EVENTS; e++) {
        const edc_transition *row = edc_transition_of((edc_event)e);

        for (int from = EDC_UNINFORMED; from < EDC_N_STATES; from++) {
            for (unsigned r = 1; r < 1U << EDC_N_ROLES; r <<= 1) {
                if ((row->from & (1U << from)) == 0 || !may(row, r))
                    continue;
                /* What unlocks needs a lock; an event of a state may meet one.
                 */
                n += check_row(
                    row, (edc_state)from, r, row->wish == EDC_WISH_UNLOCK);
            }
        }
    }
    assert_true(n > 50);
}

static void
what_is_no_row_is_known(void **state)
{
    static const struct {
        history_change change;
        const char *name;
    } rows[] = {
        {{.add = true, .state = true, .to = EDC_UNINFORMED}, "create"},
        {{.add = true, .state = true, .password = true, .to = EDC_INFORMED},
            "create-informed"},
        {{.add = true}, NULL}, /* of no account */
        {{.ended = true}, "release"},
        {{.gone = true}, "delete"},
        {{.contested = true}, "contest"},
        {{.lock = true}, "lock-out"},
        {{.hash = true}, "rehash"},
        {{.state = false}, NULL},
        {{.state = true, .to = EDC_ACTIVE}, NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        history_state account = {EDC_ACTIVE, false, true};
        const char *name = history_infer(&account, &rows[i].change);

        if (rows[i].name == NULL)
            assert_null(name);
        else
            assert_string_equal(name, rows[i].name);
    }
}

static void
without_what_was_before_it_is_told_all_the_same(void **state)
{
    history_state account = {EDC_ABSENT, false, false};
    history_change c = {
        .state = true, .to = EDC_RESET, .password = true, .school = true};

    (void)state;
    assert_string_equal(history_infer(&account, &c), "school-reset");
    c = (history_change){.state = true, .to = EDC_SUSPENDED};
    account.state = EDC_ABSENT;
    assert_string_equal(history_infer(&account, &c), "suspend");
}

/* An entry becomes an account, and is one no more: with what was before it, of
 * which something, nothing, or that it was no account is known. */
static void
what_is_adopted_is_known(void **state)
{
    static const struct {
        edc_state to;
        const char *name;
    } rows[] = {{EDC_ACTIVE, "migrate"}, {EDC_UNINFORMED, "create"}};

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        history_state account = {EDC_ABSENT, false, i >= 2};
        history_change c = {
            .state = true, .classed = true, .to = rows[i % 2].to};

        assert_string_equal(history_infer(&account, &c), rows[i % 2].name);
        assert_int_equal(account.state, rows[i % 2].to);
        c = (history_change){.ended = true};
        assert_string_equal(history_infer(&account, &c), "release");
        assert_int_equal(account.state, EDC_ABSENT);
    }
    /* Who gets the other class as well stays what it is. */
    {
        history_state account = {EDC_ACTIVE, false, true};
        history_change c = {
            .state = true, .classed = true, .to = EDC_SUSPENDED};

        assert_string_equal(history_infer(&account, &c), "suspend");
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_known_again),
        cmocka_unit_test(what_is_no_row_is_known),
        cmocka_unit_test(what_is_adopted_is_known),
        cmocka_unit_test(without_what_was_before_it_is_told_all_the_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
