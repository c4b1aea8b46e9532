/* test_gate.c - the hashing gate: how many at once, in whose turn, and what
 * becomes of those that are too many.
 */
/* LDFLAGS: -Wl,--wrap=pthread_create,--wrap=pthread_join */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/gate/gate.h"

#define JOBS 64

/* A job that ends when it is let, and notes when it began. */
typedef struct piece {
    edc_job job;
    unsigned began; /* place in the order of beginning, from 1; 0: not */
    bool over;
    edc_gate_end end;
} piece;

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static piece pieces[JOBS];
static unsigned n_began, n_over, running, most;
static unsigned allowed; /* so many may end */

/* ---- threads that do not begin, and what happens when one has ended ---- */

static bool no_threads;
static void (*thread_ended)(void);

int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
    void *(*run)(void *), void *arg);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
    void *(*run)(void *), void *arg);
int __real_pthread_join(pthread_t thread, void **result);
int __wrap_pthread_join(pthread_t thread, void **result);

int
__wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
    void *(*run)(void *), void *arg)
{
    return no_threads ? EAGAIN
                      : __real_pthread_create(thread, attributes, run, arg);
}

static void let_end(unsigned n);

/* Jobs that may end once the gate waits for its threads, and takes no other. */
static unsigned end_when_joined;

int
__wrap_pthread_join(pthread_t thread, void **result)
{
    int rc;

    let_end(end_when_joined);
    end_when_joined = 0;
    rc = __real_pthread_join(thread, result);

    if (thread_ended != NULL)
        thread_ended();
    return rc;
}

/* ---- jobs ---- */

static void
work(edc_job *job)
{
    piece *p = (piece *)job;

    pthread_mutex_lock(&mutex);
    p->began = ++n_began;
    running++;
    most = running > most ? running : most;
    pthread_cond_broadcast(&changed);
    while (allowed == 0)
        pthread_cond_wait(&changed, &mutex);
    allowed--;
    running--;
    pthread_mutex_unlock(&mutex);
}

static void
done(edc_job *job, edc_gate_end end)
{
    piece *p = (piece *)job;

    pthread_mutex_lock(&mutex);
    p->over = true;
    p->end = end;
    n_over++;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&mutex);
}

static int
begin(void **state)
{
    (void)state;
    memset(pieces, 0, sizeof(pieces));
    n_began = n_over = running = most = allowed = 0;
    no_threads = false;
    thread_ended = NULL;
    end_when_joined = 0;
    for (size_t i = 0; i < JOBS; i++) {
        pieces[i].job.work = work;
        pieces[i].job.done = done;
    }
    return 0;
}

static edc_job *
job_of(size_t i, const char *client)
{
    snprintf(pieces[i].job.client, EDC_CLIENT_SIZE, "%s", client);
    return &pieces[i].job;
}

static void
let_end(unsigned n)
{
    pthread_mutex_lock(&mutex);
    allowed += n;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&mutex);
}

static void
await(const unsigned *figure, unsigned value)
{
    pthread_mutex_lock(&mutex);
    while (*figure < value)
        pthread_cond_wait(&changed, &mutex);
    pthread_mutex_unlock(&mutex);
}

static void
end(edc_gate *gate)
{
    let_end(JOBS);
    edc_gate_close(gate);
    edc_gate_free(gate);
}

static void
no_more_run_than_there_are_slots(void **state)
{
    edc_gate *gate = edc_gate_new(3, JOBS, 0);

    (void)state;
    for (size_t i = 0; i < 20; i++)
        assert_true(edc_gate_submit(gate, job_of(i, "a")));
    await(&n_began, 3);
    assert_int_equal(edc_gate_count(gate).running, 3);
    assert_int_equal(edc_gate_count(gate).waiting, 17);
    assert_false(edc_gate_is_idle(gate));
    let_end(20);
    await(&n_over, 20);
    assert_int_equal(most, 3);
    assert_int_equal(edc_gate_count(gate).done, 20);
    assert_true(edc_gate_is_idle(gate));
    end(gate);
}

/* A client that comes late with one job waits for one job of the others. */
static void
clients_take_turns(void **state)
{
    edc_gate *gate = edc_gate_new(1, JOBS, 0);

    (void)state;
    for (size_t i = 0; i < 10; i++)
        assert_true(edc_gate_submit(gate, job_of(i, "flood")));
    await(&n_began, 1);
    assert_true(edc_gate_submit(gate, job_of(10, "one")));
    assert_true(edc_gate_submit(gate, job_of(11, "two")));
    assert_true(edc_gate_submit(gate, job_of(12, "two")));
    let_end(13);
    await(&n_over, 13);
    assert_int_equal(pieces[0].began, 1);
    assert_int_equal(pieces[1].began, 2);
    assert_int_equal(pieces[10].began, 3);
    assert_int_equal(pieces[11].began, 4);
    assert_int_equal(pieces[2].began, 5);
    assert_int_equal(pieces[12].began, 6);
    assert_int_equal(pieces[3].began, 7);
    assert_int_equal(pieces[9].began, 13);
    end(gate);
}

static void
a_full_queue_refuses_at_once(void **state)
{
    edc_gate *gate = edc_gate_new(1, 2, 0);

    (void)state;
    for (size_t i = 0; i < 3; i++)
        assert_true(edc_gate_submit(gate, job_of(i, "a")));
    await(&n_began, 1);
    assert_false(edc_gate_submit(gate, job_of(3, "a")));
    assert_false(pieces[3].over);
    assert_int_equal(edc_gate_count(gate).busy, 1);
    end(gate);
    assert_int_equal(n_over, 3);
}

static void
a_flood_gives_way_to_who_has_less(void **state)
{
    edc_gate *gate = edc_gate_new(1, 4, 0);

    (void)state;
    for (size_t i = 0; i < 5; i++)
        assert_true(edc_gate_submit(gate, job_of(i, "flood")));
    await(&n_began, 1);
    assert_true(edc_gate_submit(gate, job_of(10, "one")));
    let_end(1);
    await(&n_over, 1);
    assert_true(edc_gate_submit(gate, job_of(11, "one")));
    let_end(JOBS);
    await(&n_over, 7);
    /* The newest of the flood went. */
    assert_int_equal(pieces[4].end, EDC_GATE_BUSY);
    assert_int_equal(pieces[4].began, 0);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(pieces[i].end, EDC_GATE_DONE);
    assert_int_equal(pieces[10].end, EDC_GATE_DONE);
    assert_int_equal(pieces[11].end, EDC_GATE_DONE);
    end(gate);
}

static void
who_has_as_much_as_others_gets_no_place_of_theirs(void **state)
{
    edc_gate *gate = edc_gate_new(1, 2, 0);

    (void)state;
    assert_true(edc_gate_submit(gate, job_of(0, "x")));
    await(&n_began, 1);
    assert_true(edc_gate_submit(gate, job_of(1, "a")));
    assert_true(edc_gate_submit(gate, job_of(2, "b")));
    assert_false(edc_gate_submit(gate, job_of(3, "b")));
    assert_false(edc_gate_submit(gate, job_of(4, "c")));
    end(gate);
}

static void
a_cancelled_job_leaves_and_its_place_is_free(void **state)
{
    edc_gate *gate = edc_gate_new(1, 3, 0);

    (void)state;
    for (size_t i = 0; i < 4; i++)
        assert_true(edc_gate_submit(gate, job_of(i, i == 2 ? "b" : "a")));
    await(&n_began, 1);
    edc_gate_cancel(gate, &pieces[1].job);
    edc_gate_cancel(gate, &pieces[2].job);
    assert_int_equal(edc_gate_count(gate).waiting, 1);
    assert_true(edc_gate_submit(gate, job_of(4, "b")));
    assert_true(edc_gate_submit(gate, job_of(5, "a")));
    let_end(4);
    await(&n_over, 6);
    assert_int_equal(pieces[1].end, EDC_GATE_CANCELLED);
    assert_int_equal(pieces[2].end, EDC_GATE_CANCELLED);
    assert_int_equal(pieces[1].began + pieces[2].began, 0);
    for (size_t i = 3; i < 6; i++)
        assert_int_equal(pieces[i].end, EDC_GATE_DONE);
    /* One that is through is left alone. */
    edc_gate_cancel(gate, &pieces[3].job);
    assert_int_equal(edc_gate_count(gate).cancelled, 2);
    end(gate);
}

static void
closing_answers_everybody(void **state)
{
    edc_gate *gate = edc_gate_new(2, JOBS, 0);

    (void)state;
    for (size_t i = 0; i < 10; i++)
        assert_true(edc_gate_submit(gate, job_of(i, i % 3 == 0 ? "a" : "b")));
    await(&n_began, 2);
    end_when_joined = 2;
    edc_gate_close(gate);
    assert_int_equal(n_over, 10);
    for (size_t i = 0; i < 10; i++)
        assert_int_equal(pieces[i].end,
            pieces[i].began != 0 ? EDC_GATE_DONE : EDC_GATE_BUSY);
    assert_false(edc_gate_submit(gate, job_of(10, "a")));
    edc_gate_free(gate);
}

static void
changing_loses_nobody(void **state)
{
    edc_gate *gate = edc_gate_new(1, JOBS, 0);

    (void)state;
    for (size_t i = 0; i < 10; i++)
        assert_true(edc_gate_submit(gate, job_of(i, "a")));
    await(&n_began, 1);
    end_when_joined = 1;
    assert_true(edc_gate_change(gate, 4, 2, 1 << 20));
    await(&n_began, 5);
    assert_false(edc_gate_submit(gate, job_of(10, "a")));
    let_end(9);
    await(&n_over, 10);
    assert_int_equal(most, 4);
    end(gate);
}

static void
without_a_thread_everybody_is_sent_away(void **state)
{
    edc_gate *gate = edc_gate_new(1, JOBS, 0);

    (void)state;
    for (size_t i = 0; i < 5; i++)
        assert_true(edc_gate_submit(gate, job_of(i, "a")));
    await(&n_began, 1);
    end_when_joined = 1;
    no_threads = true;
    assert_true(edc_gate_change(gate, 2, JOBS, 0));
    assert_int_equal(n_over, 5);
    for (size_t i = 1; i < 5; i++)
        assert_int_equal(pieces[i].end, EDC_GATE_BUSY);
    assert_false(edc_gate_submit(gate, job_of(5, "a")));
    no_threads = false;
    assert_true(edc_gate_submit(gate, job_of(6, "a")));
    let_end(1);
    await(&n_over, 6);
    assert_int_equal(pieces[6].end, EDC_GATE_DONE);
    end(gate);
}

static edc_gate *changing;

static void
cancel_the_second(void)
{
    edc_gate_cancel(changing, &pieces[1].job);
}

static void
a_job_cancelled_in_the_middle_of_a_change_leaves(void **state)
{
    edc_gate *gate = edc_gate_new(1, JOBS, 0);

    (void)state;
    for (size_t i = 0; i < 2; i++)
        assert_true(edc_gate_submit(gate, job_of(i, "a")));
    await(&n_began, 1);
    end_when_joined = 1;
    changing = gate;
    thread_ended = cancel_the_second;
    assert_true(edc_gate_change(gate, 2, JOBS, 0));
    thread_ended = NULL;
    assert_int_equal(n_over, 2);
    assert_int_equal(pieces[1].end, EDC_GATE_CANCELLED);
    end(gate);
}

typedef struct caller {
    edc_gate *gate;
    piece *p;
    edc_gate_end end;
} caller;

static void *
call(void *arg)
{
    caller *c = arg;

    c->end = edc_gate_run(c->gate, &c->p->job, 2);
    return NULL;
}

/* Of all gates together: threads are the process's. */
static void
only_so_many_may_wait_with_a_thread(void **state)
{
    edc_gate *gate = edc_gate_new(1, JOBS, 0), *other = edc_gate_new(1, 1, 0);
    caller callers[2] = {
        {gate, &pieces[0], EDC_GATE_BUSY}, {gate, &pieces[1], EDC_GATE_BUSY}};
    pthread_t threads[2];

    (void)state;
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(
            pthread_create(&threads[i], NULL, call, &callers[i]), 0);
    await(&n_began, 1);
    while (edc_gate_count(gate).waiting < 1)
        sched_yield();
    assert_int_equal(edc_gate_run(gate, job_of(2, "a"), 2), EDC_GATE_BUSY);
    assert_int_equal(edc_gate_run(other, job_of(2, "a"), 2), EDC_GATE_BUSY);
    assert_int_equal(edc_gate_count(other).busy, 1);
    let_end(2);
    for (size_t i = 0; i < 2; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(callers[i].end, EDC_GATE_DONE);
    }
    let_end(2);
    assert_int_equal(edc_gate_run(gate, job_of(3, "a"), 1), EDC_GATE_DONE);
    assert_int_equal(edc_gate_run(other, job_of(4, "a"), 1), EDC_GATE_DONE);
    end(gate);
    end(other);
}

static void
who_waits_with_a_thread_can_be_given_up(void **state)
{
    edc_gate *gate = edc_gate_new(1, JOBS, 0);
    caller callers[2] = {
        {gate, &pieces[0], EDC_GATE_BUSY}, {gate, &pieces[1], EDC_GATE_BUSY}};
    pthread_t threads[2];

    (void)state;
    edc_gate_cancel(gate, job_of(1, "a")); /* nobody waits for it yet */
    for (int i = 0; i < 2; i++) {
        assert_int_equal(
            pthread_create(&threads[i], NULL, call, &callers[i]), 0);
        await(&n_began, 1);
    }
    while (edc_gate_count(gate).waiting < 1)
        sched_yield();
    edc_gate_cancel(gate, &pieces[0].job); /* under way */
    edc_gate_cancel(gate, &pieces[1].job);
    let_end(1);
    for (size_t i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(callers[0].end, EDC_GATE_DONE);
    assert_int_equal(callers[1].end, EDC_GATE_CANCELLED);
    assert_int_equal(edc_gate_count(gate).cancelled, 1);
    end(gate);
}

/* Every order of arrivals, cancellations and ends keeps the lines whole. */
static void
lines_stay_whole_in_any_order(void **state)
{
    edc_gate *gate = edc_gate_new(2, 20, 0);
    unsigned taken = 0;

    (void)state;
    srandom(7);
    let_end(1000000);
    for (unsigned round = 0; round < 2000; round++) {
        size_t i = (size_t)random() % JOBS;
        char client[8];

        pthread_mutex_lock(&mutex);
        if (pieces[i].job.client[0] != '\0' && !pieces[i].over) {
            pthread_mutex_unlock(&mutex);
            edc_gate_cancel(gate, &pieces[i].job);
            continue;
        }
        pieces[i].over = false;
        pthread_mutex_unlock(&mutex);
        snprintf(client, sizeof(client), "c%ld", random() % 5);
        if (edc_gate_submit(gate, job_of(i, client)))
            taken++;
        else
            pieces[i].job.client[0] = '\0';
    }
    await(&n_over, taken);
    assert_int_equal(n_over, taken);
    assert_int_equal(edc_gate_count(gate).waiting, 0);
    end(gate);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(no_more_run_than_there_are_slots, begin),
        cmocka_unit_test_setup(clients_take_turns, begin),
        cmocka_unit_test_setup(a_full_queue_refuses_at_once, begin),
        cmocka_unit_test_setup(a_flood_gives_way_to_who_has_less, begin),
        cmocka_unit_test_setup(
            who_has_as_much_as_others_gets_no_place_of_theirs, begin),
        cmocka_unit_test_setup(
            a_cancelled_job_leaves_and_its_place_is_free, begin),
        cmocka_unit_test_setup(closing_answers_everybody, begin),
        cmocka_unit_test_setup(changing_loses_nobody, begin),
        cmocka_unit_test_setup(without_a_thread_everybody_is_sent_away, begin),
        cmocka_unit_test_setup(
            a_job_cancelled_in_the_middle_of_a_change_leaves, begin),
        cmocka_unit_test_setup(only_so_many_may_wait_with_a_thread, begin),
        cmocka_unit_test_setup(who_waits_with_a_thread_can_be_given_up, begin),
        cmocka_unit_test_setup(lines_stay_whole_in_any_order, begin),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
