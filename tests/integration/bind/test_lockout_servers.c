/* test_lockout_servers.c - how many guesses several servers evaluate together,
 * with and without servers=, before and after a restart. What it prints are the
 * manual's figures.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/trio.h"

#define LIMIT 10

static long
evaluated(trio *t)
{
    long sum = 0;

    for (size_t i = 0; i < t->n; i++)
        sum += monitor_counter(&t->side[i], GUESSES, "evaluated ");
    return sum;
}

/* Guesses at an account, all different, so many at each server: round robin, or
 * at one after another, those that write nothing first. Returns how many were
 * evaluated. */
static long
guess(trio *t, const account *a, const char *kind, size_t each, bool around)
{
    long before = evaluated(t);

    for (size_t i = 0; i < each * t->n; i++) {
        size_t side = around ? i % t->n : t->n - 1 - i / each;
        char *wrong = text_of("Faux-%s-%zu", kind, i);

        expect(bind_once(&t->side[side].server, a->dn, wrong),
            LDAP_INVALID_CREDENTIALS, "");
        free(wrong);
    }
    return evaluated(t) - before;
}

static account
someone(trio *t)
{
    account a = guardian_in(&t->side[0], "active");

    trio_meet(t);
    return a;
}

static size_t
share_of(size_t n, bool shared)
{
    return shared ? LIMIT / n : LIMIT;
}

static void
restart_all(trio *t)
{
    for (size_t i = 0; i < t->n; i++)
        trio_restart(t, i);
    trio_meet(t);
}

/* Wherever the holder goes. */
static void
expect_locked(const trio *t, const account *a)
{
    for (size_t i = 0; i < t->n; i++)
        expect(bind_once(&t->side[i].server, a->dn, a->password),
            LDAP_INVALID_CREDENTIALS, "");
}

/* Guessed at until every server refuses. A lock that is written ends it sooner
 * on the others: hence no figure but a bound. */
static long
until_refused(trio *t, bool shared, bool around)
{
    account a = someone(t);
    size_t most = t->n * share_of(t->n, shared);
    long n = guess(t, &a, "Tout", (size_t)3 * LIMIT, around);

    assert_in_range(n, share_of(t->n, shared), most);
    if (shared)
        assert_in_range(n, 1, LIMIT);
    if (!around && (t->kind == TRIO_PLAIN || t->kind == TRIO_DELTA))
        assert_int_equal(n, most);
    trio_meet(t);
    expect_locked(t, &a);
    if (around)
        restart_all(t);
    expect_locked(t, &a);
    return n;
}

/* One guess less than locks is made everywhere, and all servers start again:
 * they have forgotten it. */
static long
over_a_restart(trio *t, bool shared)
{
    account a = someone(t);
    size_t share = share_of(t->n, shared);
    long n = guess(t, &a, "Avant", share - 1, true);

    assert_int_equal(n, t->n * (share - 1));
    restart_all(t);
    n += guess(t, &a, "Apres", (size_t)3 * LIMIT, true);
    assert_in_range(n, 1, t->n * (2 * share - 1));
    return n;
}

typedef struct figures {
    long around, in_turn, restarted;
} figures;

static figures
play(trio_kind kind, size_t n, bool shared)
{
    char *directives = text_of("%seduconnect-lockout failures=%d servers=%zu\n",
        usual_directives(), LIMIT, shared ? n : 1);
    figures f;
    trio t;

    trio_begin(&t, kind, n, directives);
    f.around = until_refused(&t, shared, true);
    f.in_turn = until_refused(&t, shared, false);
    f.restarted = over_a_restart(&t, shared);
    trio_end(&t);
    free(directives);
    print_message("%-27s %zu servers, servers=%zu: %2ld evaluated round robin, "
                  "%2ld one after another, %2ld with a restart of all\n",
        trio_name(kind), n, shared ? n : 1, f.around, f.in_turn, f.restarted);
    return f;
}

static void
one_server_has_the_limit(void **state)
{
    (void)state;
    assert_int_equal(play(TRIO_PLAIN, 1, true).around, LIMIT);
}

static void
two_servers_share_it(void **state)
{
    (void)state;
    for (int kind = 0; kind < N_TRIO_KINDS; kind++) {
        (void)play((trio_kind)kind, 2, false);
        (void)play((trio_kind)kind, 2, true);
    }
}

static void
three_servers_share_it(void **state)
{
    (void)state;
    for (int kind = 0; kind < N_TRIO_KINDS; kind++) {
        (void)play((trio_kind)kind, 3, false);
        (void)play((trio_kind)kind, 3, true);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_server_has_the_limit),
        cmocka_unit_test(two_servers_share_it),
        cmocka_unit_test(three_servers_share_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
