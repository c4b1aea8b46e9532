/* test_harness.c - the harness itself: a bare slapd starts, answers, stops, and
 * its death or a sanitizer's report does not go unseen. */
#define _GNU_SOURCE 1
#include "harness.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "harness_races.h"
#include "harness_report.h"

static void
bare_slapd_starts_answers_and_stops(void **state)
{
    static const setup bare = {.without = true};
    world w;

    (void)state;
    world_begin(&w, &bare);
    expect_ok(client_search(w.as[STRANGER], SUFFIX));
    expect(bind_once(&w.server, "uid=head1," STAFF_DN, "wrong"),
        LDAP_INVALID_CREDENTIALS, "");
    assert_int_equal(client_count(w.as[ROOT], SUFFIX, "(objectClass=*)"), 16);
    assert_true(server_status_kib(&w.server, "VmHWM") > 0);
    world_end(&w);
}

static void
restart_from_slapd_d_keeps_the_data(void **state)
{
    static const setup bare = {.without = true, .config_directory = true};
    world w;

    (void)state;
    world_begin(&w, &bare);
    expect_ok(client_ldif(w.as[ROOT],
        "dn: uid=new," PEOPLE "\nobjectClass: account\nuid: new\n"));
    server_stop(&w.server);
    server_start(&w.server);
    world_login(&w);
    expect_stored(w.as[ROOT], "uid=new," PEOPLE, "uid", "new");
    world_end(&w);
}

static void
refusal_to_start_is_seen(void **state)
{
    static const setup broken = {.without = true, .global = "no-such-word\n"};
    server s;

    (void)state;
    server_prepare(&s, &broken);
    assert_int_not_equal(server_start_refused(&s), 0);
    server_finish(&s);
}

static void
reports_are_found_in_a_log(void **state)
{
    char quiet[] = "==7== Invalid read of size 8\n==7==    at 0x1: ldap_x "
                   "(a.c:1)\n==7== \nconn=1 fd=3\n";
    char ours[] = "==7== Invalid read of size 8\n==7==    at 0x1: edc_decide "
                  "(decide.c:1)\n==7== \nconn=1\n";
    char asan[] = "x\n==9==ERROR: AddressSanitizer: heap-use-after-free\n";
    char ubsan[] = "a.c:3:4: runtime error: shift exponent\n";

    (void)state;
    assert_null(report_in_log(quiet));
    assert_non_null(report_in_log(ours));
    assert_non_null(report_in_log(asan));
    assert_non_null(report_in_log(ubsan));
}

#define SLAPD_FRAME(f) "    #0 " f " slapd.c:1 (slapd+0x1)\n"
#define OUR_FRAME "    #0 ov_bind overlay/ov_bind.c:1 (educonnect.so+0x1)\n"
#define RACE(first, second, memory)                                            \
    "==================\nWARNING: ThreadSanitizer: data race (pid=7)\n"        \
    "  Write of size 4 at 0x1 by thread T1:\n" first "\n"                      \
    "  Previous read of size 4 at 0x1 by thread T2:\n" second "\n"             \
    "  Location is heap block of size 8 allocated by thread T1:\n" memory      \
    "\nSUMMARY: ThreadSanitizer: data race\n==================\n"

static void
expect_race(const char *reports, bool known)
{
    char *copy = text_of("%s", reports);

    assert_int_equal(
        unknown_race(copy, "# sl_busy\nf g\nf h\n") == NULL, known);
    free(copy);
}

static void
races_count_unless_they_are_known(void **state)
{
    const char *helped =
        RACE("    #0 memcpy x.cpp:1 (libtsan.so.2+0x1)\n" SLAPD_FRAME("f"),
            SLAPD_FRAME("g"), SLAPD_FRAME("main"));

    (void)state;
    expect_race("", true);
    expect_race(
        RACE(SLAPD_FRAME("f"), SLAPD_FRAME("h"), SLAPD_FRAME("main")), true);
    expect_race(
        RACE(SLAPD_FRAME("g"), SLAPD_FRAME("f"), SLAPD_FRAME("main")), true);
    expect_race(helped, true);
    expect_race(
        RACE(SLAPD_FRAME("g"), SLAPD_FRAME("h"), SLAPD_FRAME("main")), false);
    expect_race(
        RACE(SLAPD_FRAME("f"), SLAPD_FRAME("gg"), SLAPD_FRAME("main")), false);
    expect_race(RACE(SLAPD_FRAME("f"), OUR_FRAME, SLAPD_FRAME("main")), false);
    expect_race(RACE(SLAPD_FRAME("f"), SLAPD_FRAME("g"), OUR_FRAME), false);
    expect_race(RACE(SLAPD_FRAME("f"), SLAPD_FRAME("g"), SLAPD_FRAME("main"))
                    RACE(SLAPD_FRAME("f"), OUR_FRAME, SLAPD_FRAME("main")),
        false);
    expect_race(
        "WARNING: ThreadSanitizer: unlock of an unlocked mutex\n", false);
}

static void
codes_are_read_out_of_a_diagnostic_message(void **state)
{
    char *codes = codes_of("EDC-P01 too short; EDC-P03 more classes");

    (void)state;
    assert_string_equal(codes, "P01 P03");
    free(codes);
    codes = codes_of("no such object");
    assert_string_equal(codes, "");
    free(codes);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bare_slapd_starts_answers_and_stops),
        cmocka_unit_test(restart_from_slapd_d_keeps_the_data),
        cmocka_unit_test(refusal_to_start_is_seen),
        cmocka_unit_test(reports_are_found_in_a_log),
        cmocka_unit_test(races_count_unless_they_are_known),
        cmocka_unit_test(codes_are_read_out_of_a_diagnostic_message),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
