/* test_letters_homonyms.c - pupils of one class and one name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "letters/homonyms.h"

typedef struct row {
    const char *group, *first, *last, *uid, *guardians, *mark;
} row;

static char *
guardians_of(void *ctx, size_t pupil)
{
    return ctl_copy(((const row *)ctx)[pupil].guardians);
}

/* What the marks become; rows without one have none. */
static void
expect(const row *rows, size_t n, const bool *selected, bool any)
{
    letter *pupils = ctl_alloc(n, sizeof(*pupils));

    for (size_t i = 0; i < n; i++)
        pupils[i] = (letter){.group = (char *)rows[i].group,
            .first = (char *)rows[i].first,
            .last = (char *)rows[i].last,
            .uid = (char *)rows[i].uid};
    assert_int_equal(letters_homonyms_any(pupils, selected, n), any);
    letters_homonyms_mark(pupils, selected, n, guardians_of, (void *)rows);
    for (size_t i = 0; i < n; i++) {
        if (rows[i].mark == NULL)
            assert_null(pupils[i].mark);
        else
            assert_string_equal(pupils[i].mark, rows[i].mark);
        free(pupils[i].mark);
    }
    free(pupils);
}

static void
guardians_tell_them_apart(void **state)
{
    static const row rows[] = {
        {"6A", "Zoé", "Martin", "zoe.martin", "Anne MARTIN",
            "responsables : Anne MARTIN"},
        {"6A", "Malo", "Martin", "malo.martin", "Anne MARTIN", NULL},
        {"6B", "Zoé", "Martin", "zoe.martin2", "Luc MARTIN", NULL},
        {"6A", "ZOE", "MARTIN", "zoe.martin3", "Eva NOM, Paul MARTIN",
            "responsables : Eva NOM, Paul MARTIN"},
        {"6A", "Zoé-Lou", "Martin", "zoelou.martin", "x", NULL},
    };
    static const bool selected[] = {true, true, true, true, true};

    (void)state;
    expect(rows, 5, selected, true);
}

static void
the_login_does_where_guardians_do_not(void **state)
{
    static const row unread[] = {
        {"6A", "Zoe", "Martin", "zoe.martin", "", "identifiant : zoe.martin"},
        {"6A", "Zoe", "Martin", "zoe.martin2", "Luc MARTIN",
            "identifiant : zoe.martin2"},
    };
    static const row same[] = {
        {"6A", "Zoe", "Martin", "zoe.martin", "A B",
            "identifiant : zoe.martin"},
        {"6A", "Zoe", "Martin", "zoe.martin2", "A B",
            "identifiant : zoe.martin2"},
        {"6A", "Zoe", "Martin", "zoe.martin3", "C D",
            "identifiant : zoe.martin3"},
    };
    static const bool selected[] = {true, true, true};

    (void)state;
    expect(unread, 2, selected, true);
    expect(same, 3, selected, true);
}

static void
who_is_not_asked_for_counts_for_nothing(void **state)
{
    static const row rows[] = {
        {"6A", "Zoe", "Martin", "zoe.martin", "A", NULL},
        {"6A", "Zoe", "Martin", "zoe.martin2", "B", NULL},
        {"", NULL, "Martin", "m", "C", NULL},
    };
    static const bool selected[] = {true, false, true};

    (void)state;
    expect(rows, 3, selected, false);
    expect(rows, 0, selected, false);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(guardians_tell_them_apart),
        cmocka_unit_test(the_login_does_where_guardians_do_not),
        cmocka_unit_test(who_is_not_asked_for_counts_for_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
