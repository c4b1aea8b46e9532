/* test_config_refused.c - a change of cn=config that is refused once all of it
 * is in, since educonnect-hash and its ceiling contradict each other: nothing
 * of it is there, then or after the next change.
 */
#include "harness/harness.h"

#include <string.h>

#define STRANGER_DN "uid=stranger," STAFF_DN

static void
change_and_be_refused(world *w)
{
    answer r = world_configure(w,
        "add: olcEduconnectRole\n"
        "olcEduconnectRole: academy dn=\"" STRANGER_DN "\"\n-\n"
        "replace: olcEduconnectLanguage\nolcEduconnectLanguage: fr\n-\n"
        "replace: olcEduconnectEligibility\nolcEduconnectEligibility: mail\n-\n"
        "replace: olcEduconnectVerifyCache\n"
        "olcEduconnectVerifyCache: entries=10\n-\n"
        "replace: olcEduconnectHash\nolcEduconnectHash: memory=262145\n");

    assert_int_equal(r.code, LDAP_CONSTRAINT_VIOLATION);
    REQUIRE(strstr(r.text, "over educonnect-hash-ceiling") != NULL);
}

/* Of all that was in it. */
static void
expect_no_change(world *w)
{
    account a = student_in(w, "active");
    answer r = client_password(w->as[STRANGER], a.dn, NULL, NULL);

    expect(r, LDAP_INSUFFICIENT_ACCESS, "A02");
    REQUIRE(strstr(r.text, "needs another role") != NULL);
    for (int i = 0; i < 2; i++)
        expect_ok(bind_once(&w->server, a.dn, a.password));
    assert_int_equal(
        monitor_counter(w, "educonnectMonitorHashing", "unknown"), 0);
}

static void
nothing_of_it_is_there(void **state)
{
    world *w = *state;

    change_and_be_refused(w);
    expect_no_change(w);
}

static void
nothing_of_it_comes_with_the_next_change(void **state)
{
    world *w = *state;

    change_and_be_refused(w);
    expect_ok(world_configure(w,
        "replace: olcEduconnectMaxGuardians\nolcEduconnectMaxGuardians: 3\n"));
    expect_no_change(w);
    expect_ok(world_configure(w,
        "add: olcEduconnectRole\n"
        "olcEduconnectRole: academy dn=\"" STRANGER_DN "\"\n"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_of_it_is_there),
        cmocka_unit_test(nothing_of_it_comes_with_the_next_change),
    };

    return cmocka_run_group_tests(tests, usual_world, end_world);
}
