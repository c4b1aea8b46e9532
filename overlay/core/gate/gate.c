/* gate.c - the hashing gate: slots, their threads, and what waits. */
#include "core/gate/gate.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "core/password/block.h"
#include "core/gate/lines.h"
#include "core/password/hash.h"

/* Searches and writes come first: a thread at this nice value gives way to any
 * other of the process as soon as that has something to do. */
#define SLOT_NICE 19

typedef struct slot {
    edc_gate *gate;
    pthread_t thread;
} slot;

struct edc_gate {
    pthread_mutex_t mutex;
    pthread_cond_t wake; /* there is a job, or the slots are to end */
    edc_lines lines;
    edc_job *leaving, **leaving_end; /* that are sent away, chained by behind */
    slot *slots;
    uint32_t n_slots, started, queue, running;
    size_t block;
    bool ending; /* the threads are to end */
    bool closed; /* no job is taken */
    uint64_t done, busy, cancelled;
    edc_gate_times times;
};

/* Sends a job that waits away: a slot's thread calls its `done`. */
static void
send_away(edc_gate *gate, edc_job *job, edc_gate_end end)
{
    edc_lines_remove(&gate->lines, job);
    job->waiting = false;
    job->end = end;
    job->behind = NULL;
    *gate->leaving_end = job;
    gate->leaving_end = &job->behind;
    if (end == EDC_GATE_CANCELLED)
        gate->cancelled++;
    else
        gate->busy++;
    pthread_cond_signal(&gate->wake);
}

static edc_job *
take_leaving(edc_gate *gate)
{
    edc_job *job = gate->leaving;

    if (job == NULL)
        return NULL;
    gate->leaving = job->behind;
    if (gate->leaving == NULL)
        gate->leaving_end = &gate->leaving;
    return job;
}

/* The next job: those that are sent away first, for they cost nothing. */
static edc_job *
take_job(edc_gate *gate)
{
    edc_job *job = take_leaving(gate);

    if (job != NULL || (gate->ending && !gate->closed))
        return job;
    job = edc_lines_take(&gate->lines);
    if (job != NULL) {
        job->waiting = false;
        job->end = EDC_GATE_DONE;
        gate->running++;
    }
    return job;
}

static void
compute(edc_gate *gate, edc_job *job, edc_block *block, size_t bytes)
{
    int64_t begun = edc_times_now();

    edc_times_add(&gate->times.waited, begun - job->since);
    /* Without its block a hash is computed in memory of the moment. */
    if (edc_block_fit(block, bytes))
        edc_hash_lend(block);
    job->work(job);
    edc_hash_lend(NULL);
    edc_times_add(&gate->times.hashed, edc_times_now() - begun);
    pthread_mutex_lock(&gate->mutex);
    gate->running--;
    gate->done++;
    pthread_mutex_unlock(&gate->mutex);
}

static void *
run_slot(void *arg)
{
    edc_gate *gate = ((slot *)arg)->gate;
    edc_block block = {NULL, 0, 0};

    /* One that may not be given way is no reason to fail. */
    (void)setpriority(PRIO_PROCESS, (id_t)gettid(), SLOT_NICE);
    pthread_mutex_lock(&gate->mutex);
    for (;;) {
        edc_job *job = take_job(gate);
        size_t bytes = gate->block;

        if (job == NULL && gate->ending)
            break;
        if (job == NULL) {
            pthread_cond_wait(&gate->wake, &gate->mutex);
            continue;
        }
        pthread_mutex_unlock(&gate->mutex);
        if (job->end == EDC_GATE_DONE)
            compute(gate, job, &block, bytes);
        job->done(job, job->end);
        pthread_mutex_lock(&gate->mutex);
    }
    pthread_mutex_unlock(&gate->mutex);
    edc_block_free(&block);
    return NULL;
}

/* Starts one more thread if a job would wait for want of it. They leave signals
 * to the process's other threads. Returns false when there is no thread at
 * all. */
static bool
start_slot(edc_gate *gate)
{
    slot *s = &gate->slots[gate->started];
    sigset_t all, before;

    if (!gate->ending && gate->started < gate->n_slots &&
        gate->started < gate->running + gate->lines.n + 1) {
        s->gate = gate;
        sigfillset(&all);
        if (pthread_sigmask(SIG_SETMASK, &all, &before) == 0) {
            if (pthread_create(&s->thread, NULL, run_slot, s) == 0)
                gate->started++;
            (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
        }
    }
    return gate->started > 0;
}

/* Ends the threads, and returns with the mutex held: nothing is to begin one
 * before the caller is through. */
static void
end_slots(edc_gate *gate)
{
    uint32_t n;

    pthread_mutex_lock(&gate->mutex);
    gate->ending = true;
    n = gate->started;
    pthread_cond_broadcast(&gate->wake);
    pthread_mutex_unlock(&gate->mutex);
    for (uint32_t i = 0; i < n; i++)
        (void)pthread_join(gate->slots[i].thread, NULL);
    pthread_mutex_lock(&gate->mutex);
    gate->started = 0;
    gate->ending = false;
}

static void
send_all_away(edc_gate *gate)
{
    edc_job *job;

    while ((job = gate->lines.turn) != NULL)
        send_away(gate, job, EDC_GATE_BUSY);
}

/* What a slot's thread does with those that leave, when there is no thread. The
 * mutex is held. */
static void
answer_leaving(edc_gate *gate)
{
    edc_job *job;

    while ((job = take_leaving(gate)) != NULL) {
        pthread_mutex_unlock(&gate->mutex);
        job->done(job, job->end);
        pthread_mutex_lock(&gate->mutex);
    }
}

edc_gate *
edc_gate_new(uint32_t slots, uint32_t queue, size_t block)
{
    edc_gate *gate = calloc(1, sizeof(*gate));

    if (gate == NULL)
        return NULL;
    gate->n_slots = slots < 1 ? 1 : slots;
    gate->queue = queue;
    gate->block = block;
    gate->leaving_end = &gate->leaving;
    gate->slots = calloc(gate->n_slots, sizeof(*gate->slots));
    if (gate->slots == NULL || pthread_mutex_init(&gate->mutex, NULL) != 0) {
        free(gate->slots);
        free(gate);
        return NULL;
    }
    if (pthread_cond_init(&gate->wake, NULL) != 0) {
        pthread_mutex_destroy(&gate->mutex);
        free(gate->slots);
        free(gate);
        return NULL;
    }
    return gate;
}

bool
edc_gate_change(edc_gate *gate, uint32_t slots, uint32_t queue, size_t block)
{
    uint32_t n = slots < 1 ? 1 : slots;
    slot *fresh = calloc(n, sizeof(*fresh));

    if (fresh == NULL)
        return false;
    end_slots(gate);
    free(gate->slots);
    gate->slots = fresh;
    gate->n_slots = n;
    gate->queue = queue;
    gate->block = block;
    for (uint32_t i = 0; i < n && i < gate->lines.n; i++)
        (void)start_slot(gate);
    /* Nobody is left to wait for a thread that may never come. */
    if (gate->started == 0) {
        send_all_away(gate);
        answer_leaving(gate);
    }
    pthread_mutex_unlock(&gate->mutex);
    return true;
}

void
edc_gate_close(edc_gate *gate)
{
    pthread_mutex_lock(&gate->mutex);
    gate->closed = true;
    send_all_away(gate);
    pthread_mutex_unlock(&gate->mutex);
    end_slots(gate);
    pthread_mutex_unlock(&gate->mutex);
}

void
edc_gate_free(edc_gate *gate)
{
    if (gate == NULL)
        return;
    pthread_cond_destroy(&gate->wake);
    pthread_mutex_destroy(&gate->mutex);
    free(gate->slots);
    free(gate);
}

/* Whether one more job may wait; a job that a free slot will take at once does
 * not count. */
static bool
has_room(const edc_gate *gate)
{
    uint64_t places = (uint64_t)gate->queue + gate->n_slots;

    return gate->running + gate->lines.n < places;
}

bool
edc_gate_submit(edc_gate *gate, edc_job *job)
{
    bool taken = false;
    edc_job *spare;

    pthread_mutex_lock(&gate->mutex);
    if (!gate->closed && start_slot(gate)) {
        spare =
            has_room(gate) ? NULL : edc_lines_spare(&gate->lines, job->client);
        if (spare != NULL)
            send_away(gate, spare, EDC_GATE_BUSY);
        taken = has_room(gate);
    }
    if (taken) {
        job->waiting = true;
        job->since = edc_times_now();
        edc_lines_add(&gate->lines, job);
        pthread_cond_signal(&gate->wake);
    } else {
        gate->busy++;
    }
    pthread_mutex_unlock(&gate->mutex);
    return taken;
}

/* Somebody who waits for a job. */
typedef struct waiter {
    edc_job job;
    edc_job *real;
    pthread_mutex_t mutex;
    pthread_cond_t cond;
    edc_gate_end end;
    bool over;
} waiter;

static void
work_for_waiter(edc_job *job)
{
    waiter *w = (waiter *)job;

    w->real->work(w->real);
}

static void
wake_waiter(edc_job *job, edc_gate_end end)
{
    waiter *w = (waiter *)job;

    pthread_mutex_lock(&w->mutex);
    w->end = end;
    w->over = true;
    pthread_cond_signal(&w->cond);
    pthread_mutex_unlock(&w->mutex);
}

/* Callers of edc_gate_run(), of whatever gate: what they hold, a thread each,
 * is the process's. */
static _Atomic uint32_t waiting_callers;

/* Counts a caller in, unless there are enough. */
static bool
enter(edc_gate *gate, uint32_t waiters)
{
    uint32_t n = atomic_load(&waiting_callers);

    while (n < waiters) {
        if (atomic_compare_exchange_weak(&waiting_callers, &n, n + 1))
            return true;
    }
    pthread_mutex_lock(&gate->mutex);
    gate->busy++;
    pthread_mutex_unlock(&gate->mutex);
    return false;
}

static void
stand_in(edc_gate *gate, edc_job *job, edc_job *other)
{
    pthread_mutex_lock(&gate->mutex);
    job->stand_in = other;
    pthread_mutex_unlock(&gate->mutex);
}

edc_gate_end
edc_gate_run(edc_gate *gate, edc_job *job, uint32_t waiters)
{
    waiter w = {
        .job = *job,
        .real = job,
        .mutex = PTHREAD_MUTEX_INITIALIZER,
        .cond = PTHREAD_COND_INITIALIZER,
        .end = EDC_GATE_BUSY,
    };

    w.job.work = work_for_waiter;
    w.job.done = wake_waiter;
    if (!enter(gate, waiters))
        return EDC_GATE_BUSY;
    stand_in(gate, job, &w.job);
    if (edc_gate_submit(gate, &w.job)) {
        pthread_mutex_lock(&w.mutex);
        while (!w.over)
            pthread_cond_wait(&w.cond, &w.mutex);
        pthread_mutex_unlock(&w.mutex);
    }
    stand_in(gate, job, NULL);
    atomic_fetch_sub(&waiting_callers, 1);
    pthread_cond_destroy(&w.cond);
    pthread_mutex_destroy(&w.mutex);
    return w.end;
}

void
edc_gate_cancel(edc_gate *gate, edc_job *job)
{
    pthread_mutex_lock(&gate->mutex);
    if (job->stand_in != NULL)
        job = job->stand_in;
    if (job->waiting)
        send_away(gate, job, EDC_GATE_CANCELLED);
    pthread_mutex_unlock(&gate->mutex);
}

bool
edc_gate_is_idle(edc_gate *gate)
{
    bool idle;

    pthread_mutex_lock(&gate->mutex);
    idle = gate->running + gate->lines.n < gate->n_slots;
    pthread_mutex_unlock(&gate->mutex);
    return idle;
}

edc_gate_counters
edc_gate_count(edc_gate *gate)
{
    edc_gate_counters counters;

    pthread_mutex_lock(&gate->mutex);
    counters = (edc_gate_counters){
        gate->running, gate->lines.n, gate->done, gate->busy, gate->cancelled};
    pthread_mutex_unlock(&gate->mutex);
    return counters;
}

const edc_gate_times *
edc_gate_times_of(const edc_gate *gate)
{
    return &gate->times;
}
