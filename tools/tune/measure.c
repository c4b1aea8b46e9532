/* measure.c - hashes as the server computes them, counted. */
#include <malloc.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "core/gate/work.h"
#include "tune/tune.h"

/* Callers for each slot, so that it has the next hash when one is done. */
#define CALLERS 2

typedef struct measuring {
    edc_gate *gate;
    edc_cost cost;
    uint32_t callers;
    int64_t until; /* nobody asks for another one later */
    _Atomic bool failed;
} measuring;

/* Asks for one hash after the other, one at least. What is hashed is no
 * matter. */
static void *
ask(void *arg)
{
    measuring *m = arg;

    do {
        edc_work work = {.prepared = EDC_STR("a password to measure with"),
            .cost = m->cost,
            .make = true};

        work.job.work = edc_work_run;
        if (edc_gate_run(m->gate, &work.job, m->callers) != EDC_GATE_DONE ||
            work.made[0] == '\0')
            m->failed = true;
    } while (edc_times_now() < m->until && !m->failed);
    return NULL;
}

/* Runs so many threads of ask(); false when one could not be begun. */
static bool
run_callers(measuring *m)
{
    pthread_t *threads = calloc(m->callers, sizeof(*threads));
    uint32_t n = 0;

    while (threads != NULL && n < m->callers &&
           pthread_create(&threads[n], NULL, ask, m) == 0)
        n++;
    if (n < m->callers)
        m->failed = true;
    for (uint32_t i = 0; i < n; i++)
        (void)pthread_join(threads[i], NULL);
    free(threads);
    return !m->failed;
}

/* Nanoseconds of processor time that this process has had. */
static int64_t
processor_time(void)
{
    struct timespec used = {0, 0};

    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return (int64_t)used.tv_sec * 1000000000 + used.tv_nsec;
}

/* Measures in a gate whose slots have their memory already. */
static bool
measure(
    measuring *m, uint32_t slots, double time, double seconds, tune_row *row)
{
    double had = time < slots ? time : slots;
    uint64_t before = edc_gate_count(m->gate).done;
    int64_t used = processor_time(), begun = edc_times_now();
    double busy, took;

    m->until = begun + (int64_t)(seconds * 1e9);
    if (!run_callers(m))
        return false;
    busy = (double)(processor_time() - used) / 1e9;
    took = (double)(edc_times_now() - begun) / 1e9;
    *row = (tune_row){.cost = m->cost, .slots = slots};
    row->hash =
        busy / (double)(edc_gate_count(m->gate).done - before) * (slots / had);
    row->hashes = slots / row->hash;
    row->share = busy / (took * had);
    return true;
}

bool
tune_measure(
    edc_cost cost, uint32_t slots, double time, double seconds, tune_row *row)
{
    uint32_t callers = slots * CALLERS;
    measuring m = {
        .gate = edc_gate_new(slots, callers, (size_t)cost.memory * 1024),
        .cost = cost,
        .callers = callers};
    bool good;

    /* Else each thread sets 64 MiB of addresses aside (mallopt(3)), which under
     * a limit on those leaves none for hashing. */
    (void)mallopt(M_ARENA_MAX, 1);
    if (m.gate == NULL)
        return false;
    good = run_callers(&m) && measure(&m, slots, time, seconds, row);
    edc_gate_close(m.gate);
    edc_gate_free(m.gate);
    return good;
}
