/* test_servers.c - the long mix: three servers that all take writes, random
 * clients, and cuts, kill -9, full disks, older backups and wrong clocks, for
 * EDC_MINUTES; then the same for stock slapd. `make check-servers`.
 *
 * With the overlay no account may contradict itself or hold parts of two
 * events. What is lost, and what differs on the servers in the end, is counted
 * beside stock slapd's: what a log has had no room for, what a server had not
 * sent when it was killed, and what it had written since the backup that was
 * loaded, slapd itself brings to nobody.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/crowd.h"
#include "harness/mix.h"

static mix_figures with, stock;

static void
play(mix_figures *f, bool without)
{
    unsigned long minutes = crowd_rounds("EDC_MINUTES", 30);
    mix *m = calloc(1, sizeof(*m));

    signal(SIGXFSZ, SIG_IGN); /* slapd has it from us: mix_trouble.c */
    mix_begin(m, chance_begin(), without);
    mix_play(m, (double)minutes * 60);
    mix_judge(m);
    *f = m->f;
    mix_end(m);
    free(m);
}

static void
print_row(const char *what, unsigned long ours, unsigned long theirs)
{
    print_message("  %-44s %10lu %10lu\n", what, ours, theirs);
}

static void
print_refusals(const mix_figures *f)
{
    for (size_t i = 0; i < MIX_CODES && f->refusals[i].n > 0; i++)
        print_message("  refused with %-31s %10lu\n", f->refusals[i].code,
            f->refusals[i].n);
}

static void
print_table(void)
{
    const mix_figures *a = &with, *b = &stock;

    print_message("  %-44s %10s %10s\n", "", "overlay", "stock");
    print_row("writes to shared accounts", a->done, b->done);
    print_row("numbers counted up", a->counted, b->counted);
    print_row("refused", a->refused, b->refused);
    print_row("no answer", a->unreachable, b->unreachable);
    print_row("times cut off", a->cuts, b->cuts);
    print_row("kill -9", a->kills, b->kills);
    print_row("restarted with a wrong clock", a->skews, b->skews);
    print_row("disk full", a->full, b->full);
    print_row("older backup loaded", a->backups, b->backups);
    print_row("slapd ended by itself", a->died, b->died);
    print_row("accounts that contradict themselves", a->contradictory, 0);
    print_row("accounts that nobody has written so", a->mixed, 0);
    print_row(
        "accounts older than their last write", a->overtaken, b->overtaken);
    print_row("numbers lost", a->lost, b->lost);
    print_row("entries that differ on the servers", a->differ, b->differ);
    print_row("accounts that open on one server, not on all", a->opens_on_some,
        b->opens_on_some);
    print_refusals(a);
}

static void
with_the_overlay(void **state)
{
    (void)state;
    play(&with, false);
}

static bool
stock_is_wanted(void)
{
    const char *wanted = getenv("EDC_STOCK");

    return wanted == NULL || strcmp(wanted, "no") != 0;
}

static void
stock_slapd(void **state)
{
    (void)state;
    if (stock_is_wanted())
        play(&stock, true);
}

static void
what_must_hold(void **state)
{
    (void)state;
    print_table();
    assert_true(with.done > 0 && (stock.done > 0 || !stock_is_wanted()));
    assert_int_equal(with.contradictory, 0);
    assert_int_equal(with.mixed, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(with_the_overlay),
        cmocka_unit_test(stock_slapd),
        cmocka_unit_test(what_must_hold),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
