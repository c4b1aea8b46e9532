/* test_lockout_threads.c - counting wrong passwords: how many guesses get
 * through when they come all at once.
 */
#include "lockout/lockout_steps.h"

#include <pthread.h>
#include <stdatomic.h>

#define RACERS 64

typedef struct race {
    edc_lockout *table;
    pthread_barrier_t start;
    atomic_int admitted, completions;
    atomic_int turn;
    const char *account;
    bool same; /* all guess the same */
} race;

static void *
guess_wrong(void *of)
{
    race *r = of;
    int64_t times[EDC_LOCKOUT_FAILURES_MAX];
    edc_ticket ticket;
    char guess[32];
    uint32_t n;

    snprintf(guess, sizeof(guess), "guess %d",
        r->same ? 0 : atomic_fetch_add(&r->turn, 1));
    (void)pthread_barrier_wait(&r->start);
    if (edc_lockout_admit(r->table, &ten, edc_str_of(r->account),
            EDC_STR("stored"), edc_str_of(guess), NOW, &ticket) != EDC_EVALUATE)
        return NULL;
    atomic_fetch_add(&r->admitted, 1);
    n = edc_lockout_settle(
        r->table, &ten, &ticket, EDC_GUESS_WRONG, NOW, times);
    if (n > 0) {
        atomic_fetch_add(&r->completions, 1);
        if (n != 10)
            atomic_fetch_add(&r->completions, 100);
    }
    return NULL;
}

static void
run_race(race *r)
{
    pthread_t threads[RACERS];

    assert_int_equal(pthread_barrier_init(&r->start, NULL, RACERS), 0);
    for (int i = 0; i < RACERS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, guess_wrong, r), 0);
    for (int i = 0; i < RACERS; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    assert_int_equal(pthread_barrier_destroy(&r->start), 0);
}

static void
of_64_at_once_ten_are_evaluated_and_one_completes(void **state)
{
    edc_lockout *table = new_table(1000);
    char account[32];

    (void)state;
    for (int round = 0; round < 30; round++) {
        race r = {.table = table, .account = account};

        snprintf(account, sizeof(account), "account %d", round);
        run_race(&r);
        assert_int_equal(r.admitted, 10);
        assert_int_equal(r.completions, 1);
        assert_int_equal(until(table, account, NOW), NOW + 600);
    }
    assert_int_equal(edc_lockout_evaluated(table), 30 * 10);
    assert_int_equal(edc_lockout_refused(table), 30 * (RACERS - 10));
    edc_lockout_free(table);
}

static void
of_64_the_same_one_is_counted(void **state)
{
    edc_lockout *table = new_table(1000);
    race r = {.table = table, .account = "a", .same = true};
    edc_ticket ticket;

    (void)state;
    run_race(&r);
    assert_in_range(r.admitted, 1, RACERS);
    assert_int_equal(r.completions, 0);
    assert_int_equal(ask(table, "a", "guess 0", NOW, &ticket), EDC_KNOWN_BAD);
    /* Nine more lock, so one was counted and no place was lost. */
    for (int i = 1; i < 10; i++) {
        char guess[32];

        snprintf(guess, sizeof(guess), "guess %d", i);
        assert_int_equal(miss(table, "a", guess, NOW), i < 9 ? 0 : 10);
    }
    edc_lockout_free(table);
}

/* Every operation at once. */
static void *
mix(void *of)
{
    race *r = of;
    unsigned random = 1 + (unsigned)atomic_fetch_add(&r->turn, 1);
    int64_t times[EDC_LOCKOUT_FAILURES_MAX];
    char account[32], guess[32];
    edc_ticket ticket;

    (void)pthread_barrier_wait(&r->start);
    for (int i = 0; i < 500; i++) {
        random = random * 1103515245u + 12345u;
        snprintf(account, sizeof(account), "%u", random >> 16 & 255);
        snprintf(guess, sizeof(guess), "%u", random >> 8 & 15);
        if (ask(r->table, account, guess, NOW + i, &ticket) == EDC_EVALUATE) {
            atomic_fetch_add(&r->admitted, 1);
            (void)edc_lockout_settle(r->table, &ten, &ticket,
                (edc_outcome)(random >> 4 & 3) % 3, NOW + i, times);
        }
        if ((random >> 24 & 31) == 0)
            edc_lockout_forget(r->table, edc_str_of(account));
        if ((random >> 20 & 15) == 0)
            (void)edc_lockout_date(r->table, &ten, edc_str_of(account),
                NOW + (random & 1023), NOW + i, NOW + i);
        if ((random >> 20 & 63) == 1)
            (void)edc_lockout_remembered(r->table, &ten, NOW + i);
        (void)until(r->table, account, NOW + i);
    }
    return NULL;
}

static void
run_mix(size_t most)
{
    race r = {.table = new_table(most)};
    pthread_t threads[16];
    char account[32];

    assert_int_equal(pthread_barrier_init(&r.start, NULL, 16), 0);
    for (int i = 0; i < 16; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, mix, &r), 0);
    for (int i = 0; i < 16; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    assert_int_equal(pthread_barrier_destroy(&r.start), 0);
    assert_int_equal(edc_lockout_evaluated(r.table), r.admitted);
    assert_int_equal(
        edc_lockout_evaluated(r.table) + edc_lockout_refused(r.table),
        16 * 500);
    /* No slot is left with a place that nobody will settle. */
    assert_int_equal(edc_lockout_remembered(r.table, &ten, NOW + 200000), 0);
    for (int i = 0; i < 256; i++) {
        snprintf(account, sizeof(account), "%d", i);
        lock_out(r.table, account, NOW + 200000);
    }
    edc_lockout_free(r.table);
}

/* Without a bound, and on more accounts than there is room for. */
static void
everything_at_once_loses_nothing(void **state)
{
    (void)state;
    run_mix(0);
    run_mix(130);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_64_at_once_ten_are_evaluated_and_one_completes),
        cmocka_unit_test(of_64_the_same_one_is_counted),
        cmocka_unit_test(everything_at_once_loses_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
