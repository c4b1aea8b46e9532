/* test_harness.c - the harness itself: a bare slapd starts, answers, stops, and
 * its death or a sanitizer's report does not go unseen. */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/port.h"
#include "harness/races.h"
#include "harness/report.h"

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

/* Neither what a test has reserved nor what somebody listens on. */
static void
a_port_that_is_taken_is_left_alone(void **state)
{
    static const setup bare = {.without = true};
    int reservation, port = port_take(&reservation);
    server s;

    (void)state;
    assert_int_equal(port_reserve(port), -1);
    close(reservation);
    reservation = port_reserve(port);
    assert_true(reservation >= 0);
    close(reservation);
    server_prepare(&s, &bare);
    server_start(&s);
    assert_int_equal(port_reserve(s.port), -1);
    close(s.reservation);
    s.reservation = 0;
    assert_int_equal(port_reserve(s.port), -1);
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
#define OUR_FRAME "    #1 ov_bind overlay/bind/bind.c:1 (educonnect.so+0x1)\n"
#define HANDED "    #2 overlay_op_walk backover.c:1 (slapd+0x1)\n"
#define HELPER "    #0 memcpy x.cpp:1 (libtsan.so.2+0x1)\n"
#define LOST "    [failed to restore the stack]\n"
#define THREAD "  Thread T1 (tid=8, running) created by main thread at:\n"
#define RACE(first, second, memory, more)                                      \
    "==================\nWARNING: ThreadSanitizer: data race (pid=7)\n"        \
    "  Write of size 4 at 0x1 by thread T1:\n" first "\n"                      \
    "  Previous read of size 4 at 0x1 by thread T2:\n" second "\n"             \
    "  Location is heap block of size 8 allocated by thread T1:\n" memory      \
    "\n" more "\nSUMMARY: ThreadSanitizer: data race\n==================\n"
#define F SLAPD_FRAME("f")
#define G SLAPD_FRAME("g")
#define H SLAPD_FRAME("h")
#define MAIN SLAPD_FRAME("main")

/* The first of them that is ours decides, else each counts as one kind. */
static void
expect_races(const char *reports, race_kind kind, size_t n)
{
    race_count counted = {.print = NULL};
    char *copy = text_of("%s", reports), *ours;

    ours = race_of_ours(copy, "# sl_busy\nf g\nf h\n", &counted);
    assert_int_equal(ours != NULL, kind == RACE_OURS);
    assert_int_equal(counted.of[kind], n);
    free(copy);
}

static void
races_of_ours_count(void **state)
{
    (void)state;
    expect_races(RACE(G, OUR_FRAME, MAIN, ""), RACE_OURS, 1);
    expect_races(RACE(OUR_FRAME, OUR_FRAME, OUR_FRAME, ""), RACE_OURS, 1);
    /* Below a hook of ours, unless it is known. */
    expect_races(RACE(G OUR_FRAME, H, MAIN, ""), RACE_OURS, 1);
    expect_races(RACE(H, G MAIN OUR_FRAME, MAIN, ""), RACE_OURS, 1);
    expect_races(RACE(F OUR_FRAME, H, MAIN, ""), RACE_KNOWN, 1);
    expect_races(RACE(G OUR_FRAME HANDED, H, MAIN, ""), RACE_OURS, 1);
    /* Our memory, in whatever hands; our mutex. */
    expect_races(RACE(F, G, OUR_FRAME, ""), RACE_OURS, 1);
    expect_races(RACE(G, H, HELPER OUR_FRAME, ""), RACE_OURS, 1);
    expect_races(RACE(G, H, MAIN, "  Mutex M1 (0x1) created at:\n" OUR_FRAME),
        RACE_OURS, 1);
    /* Behind others. */
    expect_races(RACE(F, G, MAIN, "") RACE(G, H, MAIN, "")
                     RACE(F, OUR_FRAME, MAIN, ""),
        RACE_OURS, 1);
    /* With one stack lost, and with both. */
    expect_races(RACE(LOST, OUR_FRAME, MAIN, ""), RACE_OURS, 1);
    expect_races(RACE(G, LOST, OUR_FRAME, ""), RACE_OURS, 1);
    expect_races(RACE(LOST, LOST, LOST, ""), RACE_OURS, 1);
    /* No race, but of ours. */
    expect_races("WARNING: ThreadSanitizer: unlock of an unlocked mutex\n"
                 "    #0 pthread_mutex_unlock (libtsan.so.2+0x1)\n" OUR_FRAME,
        RACE_OURS, 1);
    expect_races("WARNING: ThreadSanitizer: thread leak (pid=7)\n" THREAD HELPER
                     OUR_FRAME,
        RACE_OURS, 1);
    expect_races("WARNING: ThreadSanitizer: unlock of an unlocked mutex\n",
        RACE_OURS, 1);
}

static void
races_of_slapd_are_let_pass(void **state)
{
    (void)state;
    expect_races("", RACE_OURS + 1, 0);
    expect_races(RACE(F, H, MAIN, ""), RACE_KNOWN, 1);
    expect_races(RACE(G, F, MAIN, ""), RACE_KNOWN, 1);
    expect_races(RACE(HELPER F, G, MAIN, ""), RACE_KNOWN, 1);
    expect_races(RACE(G, H, MAIN, ""), RACE_FOREIGN, 1);
    expect_races(RACE(F, SLAPD_FRAME("gg"), MAIN, "") RACE(G, H, MAIN, ""),
        RACE_FOREIGN, 2);
    /* An operation that was slapd's to carry out. */
    expect_races(RACE(G HANDED OUR_FRAME, H, MAIN, ""), RACE_FOREIGN, 1);
    expect_races(
        RACE(G, H HANDED OUR_FRAME, F HANDED OUR_FRAME, ""), RACE_FOREIGN, 1);
    /* Whose thread it was says nothing. */
    expect_races(RACE(G, H, MAIN, THREAD HELPER OUR_FRAME), RACE_FOREIGN, 1);
    expect_races(RACE(G, LOST, MAIN, ""), RACE_HALF_SEEN, 1);
    expect_races(RACE(LOST, H, LOST, ""), RACE_HALF_SEEN, 1);
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
        cmocka_unit_test(a_port_that_is_taken_is_left_alone),
        cmocka_unit_test(reports_are_found_in_a_log),
        cmocka_unit_test(races_of_ours_count),
        cmocka_unit_test(races_of_slapd_are_let_pass),
        cmocka_unit_test(codes_are_read_out_of_a_diagnostic_message),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
