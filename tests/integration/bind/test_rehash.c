/* test_rehash.c - stored hashes follow educonnect-hash: weaker ones at the next
 * bind, so many a second as educonnect-rehash says, costlier ones where it says
 * so, and none by a guess.
 *
 * No time is asserted but as a bound on how many there may have been in it.
 */
#define _GNU_SOURCE 1
#include "harness/gate.h"
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define N 6
#define IMPORTED "Myosotis-2026_Bleu"
#define WRONG "Faux-42-mot-du-tout"
#define LOW "memory=64 time=1 parallelism=1"
#define HIGH "memory=128 time=1 parallelism=1"

static void
set_hash(world *w, const char *cost)
{
    expect_ok(world_configure(
        w, "replace: olcEduconnectHash\nolcEduconnectHash: %s\n", cost));
}

/* NULL: nothing. slapd refuses to take away what is not there. */
static void
set_rehash(world *w, const char *value)
{
    int code;

    if (value != NULL) {
        expect_ok(world_configure(w,
            "replace: olcEduconnectRehash\nolcEduconnectRehash: %s\n", value));
        return;
    }
    code = world_configure(w, "delete: olcEduconnectRehash\n").code;
    assert_true(code == LDAP_SUCCESS || code == LDAP_NO_SUCH_ATTRIBUTE);
}

static bool
is_stored_at(world *w, const account *a, const char *part)
{
    char *stored = client_read(w->as[ROOT], a->dn, "userPassword");
    bool at = stored != NULL && strstr(stored, part) != NULL;

    free(stored);
    return at;
}

static void
bind_right(world *w, const account *a)
{
    expect_ok(bind_once(&w->server, a->dn, a->password));
}

static double
now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* ---- up, so many a second ---- */

static size_t
count_at(world *w, const account *all, const char *part)
{
    size_t n = 0;

    for (size_t i = 0; i < N; i++)
        n += is_stored_at(w, &all[i], part) ? 1 : 0;
    return n;
}

/* All of them at once find that few are made anew; who binds on is, in the
 * end. */
static void
expect_bounded(world *w, const account *all)
{
    long before = gate_counter(w, "rehashed ");
    long put_off = gate_counter(w, "rehash-put-off ");
    double begin = now();
    deadline d = deadline_in(60);
    size_t done;

    for (size_t i = 0; i < N; i++)
        bind_right(w, &all[i]);
    done = count_at(w, all, "m=128,");
    /* What a second gives may have been saved up. */
    assert_in_range(done, 0, 2 + (size_t)(now() - begin));
    assert_int_equal(gate_counter(w, "rehashed ") - before, (long)done);
    assert_int_equal(
        gate_counter(w, "rehash-put-off ") - put_off, (long)(N - done));
    while (count_at(w, all, "m=128,") < N) {
        for (size_t i = 0; i < N; i++)
            bind_right(w, &all[i]);
        deadline_wait(&d, "hashes to be made anew");
    }
    assert_int_equal(gate_counter(w, "rehashed ") - before, N);
}

static void
weaker_hashes_follow_so_many_a_second(void **state)
{
    world *w = *state;
    account all[N];

    set_hash(w, LOW);
    for (size_t i = 0; i < N; i++)
        all[i] = student_in(w, "active");
    set_rehash(w, "rate=1/s");
    set_hash(w, HIGH);
    expect_bounded(w, all);
    set_rehash(w, NULL);
    set_hash(w, LOW);
}

/* {SSHA} goes to the gate for nothing but the new hash. */
static void
imported_hashes_follow_so_many_a_second(void **state)
{
    world *w = *state;
    account all[N];

    set_hash(w, HIGH);
    expect_ok(world_configure(w, "replace: olcEduconnectImportSchemes\n"
                                 "olcEduconnectImportSchemes: {SSHA}\n"));
    for (size_t i = 0; i < N; i++) {
        char *hash = ssha_of(IMPORTED);

        all[i] = new_student(w, COLLEGE);
        snprintf(all[i].password, sizeof(all[i].password), IMPORTED);
        expect_ok(client_modify(w->as[PROVISIONER], all[i].dn,
            "replace: userPassword\nuserPassword: %s\n", hash));
        free(hash);
    }
    set_rehash(w, "rate=1/s");
    expect_bounded(w, all);
    set_rehash(w, NULL);
    set_hash(w, LOW);
}

/* Without the directive nobody is put off. */
static void
without_a_bound_each_bind_makes_its_own(void **state)
{
    world *w = *state;
    long put_off = gate_counter(w, "rehash-put-off ");
    account all[N];

    set_hash(w, LOW);
    for (size_t i = 0; i < N; i++)
        all[i] = student_in(w, "active");
    set_hash(w, HIGH);
    for (size_t i = 0; i < N; i++)
        bind_right(w, &all[i]);
    assert_int_equal(count_at(w, all, "m=128,"), N);
    assert_int_equal(gate_counter(w, "rehash-put-off "), put_off);
    set_hash(w, LOW);
}

/* Binds that are refused so, or, without a password, guesses make nobody's hash
 * anew and take nothing from a holder. */
static void
expect_nothing_taken(world *w, const account *a, const char *password)
{
    deadline d = deadline_in(60);
    account holder = student_in(w, "active");
    long put_off = gate_counter(w, "rehash-put-off ");

    set_rehash(w, "rate=1/s");
    set_hash(w, HIGH);
    if (password == NULL)
        bind_wrongly(&w->server, a, "Un", 8);
    for (int i = 0; password != NULL && i < 8; i++)
        expect(bind_once(&w->server, a->dn, password), LDAP_INVALID_CREDENTIALS,
            "S02");
    assert_int_equal(gate_counter(w, "rehash-put-off "), put_off);
    REQUIRE(is_stored_at(w, a, "m=64,"));
    while (!is_stored_at(w, &holder, "m=128,")) {
        deadline_wait(&d, "the holder's hash");
        bind_right(w, &holder);
    }
    set_rehash(w, NULL);
    set_hash(w, LOW);
}

/* Whoever guesses at weak hashes keeps no holder from a better one. */
static void
guesses_take_nothing_of_it(void **state)
{
    world *w = *state;
    account victim;

    set_hash(w, LOW);
    victim = student_in(w, "active");
    expect_nothing_taken(w, &victim, NULL);
}

/* Nor does who knows the password of an account that opens nothing. */
static void
what_opens_nothing_takes_nothing_of_it(void **state)
{
    world *w = *state;
    account closed;

    set_hash(w, LOW);
    closed = student_in(w, "active");
    step_state(w, &closed, ASSISTANCE, "suspended");
    expect_nothing_taken(w, &closed, closed.password);
}

/* ---- down, where it is said ---- */

static void
costlier_hashes_follow_only_where_it_is_said(void **state)
{
    world *w = *state;
    account a;

    set_hash(w, HIGH);
    a = student_in(w, "active");
    set_hash(w, LOW);
    bind_right(w, &a);
    REQUIRE(is_stored_at(w, &a, "m=128,"));
    set_rehash(w, "rate=1000/s");
    bind_right(w, &a);
    REQUIRE(is_stored_at(w, &a, "m=128,"));
    set_rehash(w, "down=yes");
    expect(bind_once(&w->server, a.dn, WRONG), LDAP_INVALID_CREDENTIALS, "");
    REQUIRE(is_stored_at(w, &a, "m=128,"));
    bind_right(w, &a);
    REQUIRE(is_stored_at(w, &a, "m=64,"));
    bind_right(w, &a);
    set_hash(w, HIGH);
    bind_right(w, &a);
    REQUIRE(is_stored_at(w, &a, "m=128,"));
    set_rehash(w, NULL);
    set_hash(w, LOW);
}

/* ---- how long they took ---- */

/* Each visit is counted once in each of the two; a slow one not among the
 * quick. */
static long
visits(world *w, const char *what)
{
    char *all = monitor_counters(w, "educonnectMonitorTimes"), *rest = NULL;
    long n = 0;

    for (char *one = strtok_r(all, "|", &rest); one != NULL;
        one = strtok_r(NULL, "|", &rest)) {
        if (strncmp(one, what, strlen(what)) == 0 &&
            (strstr(one, "-under-") != NULL || strstr(one, "-longer ") != NULL))
            n += strtol(strrchr(one, ' '), NULL, 10);
    }
    free(all);
    return n;
}

static long
quick(world *w)
{
    return monitor_counter(w, "educonnectMonitorTimes", "hashed-under-1ms ") +
           monitor_counter(w, "educonnectMonitorTimes", "hashed-under-2ms ");
}

static void
visits_are_counted_by_their_time(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");
    long done = gate_counter(w, "done "), total, before;

    gate_slow(w, true);
    before = quick(w);
    total = monitor_counter(w, "educonnectMonitorTimes", "hashed-total-ms ");
    for (int i = 0; i < 3; i++)
        bind_right(w, &a);
    gate_await(w, "done ", done + 3);
    assert_int_equal(quick(w), before);
    assert_true(monitor_counter(w, "educonnectMonitorTimes",
                    "hashed-total-ms ") >= total + 6);
    assert_int_equal(visits(w, "hashed-"), gate_counter(w, "done "));
    assert_int_equal(visits(w, "waited-"), gate_counter(w, "done "));
    gate_slow(w, false);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(weaker_hashes_follow_so_many_a_second),
        cmocka_unit_test(imported_hashes_follow_so_many_a_second),
        cmocka_unit_test(without_a_bound_each_bind_makes_its_own),
        cmocka_unit_test(guesses_take_nothing_of_it),
        cmocka_unit_test(what_opens_nothing_takes_nothing_of_it),
        cmocka_unit_test(costlier_hashes_follow_only_where_it_is_said),
        cmocka_unit_test(visits_are_counted_by_their_time),
    };

    return cmocka_run_group_tests(tests, usual_world, end_world);
}
