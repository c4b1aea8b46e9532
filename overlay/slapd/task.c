/* task.c - work that goes on after the client has its answer.
 *
 * A task names the overlay it works for, and is run only while that overlay is
 * open. slapd takes an overlay away while operations go on, so closing waits
 * for the piece of work that has begun.
 */
#include "slapd/task.h"
#include "slapd/memory.h"
#include "slapd/pause.h"

#include <signal.h>
#include <time.h>

/* Overlays that are open, and the pieces of work that they wait for. */
#define WORKS_MAX 8

typedef struct opened {
    struct opened *next;
    slap_overinst *on;
    BackendDB *be;
    unsigned running; /* pieces of work that have begun */
    bool closed;
    struct {
        ov_work work;
        bool again;  /* asked for once more while it was running */
        bool surely; /* runs while slapd ends, too */
    } waiting[WORKS_MAX];
} opened;

typedef struct task {
    struct task *next; /* of those that wait for their time */
    struct timespec due;
    slap_overinst *on;
    ov_work work;
} task;

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t ended = PTHREAD_COND_INITIALIZER;
static opened *all;

/* Tasks that wait for their time, in its order, and the thread that waits with
 * them: slapd's own run queue counts in seconds. One for each work at most. */
static pthread_cond_t delayed = PTHREAD_COND_INITIALIZER;
static task *first_delayed;
static pthread_t clock_thread;
static bool clock_runs, clock_ends;

static opened *
opened_of(const slap_overinst *on)
{
    opened *o;

    for (o = all; o != NULL && o->on != on; o = o->next)
        ;
    return o;
}

/* slapd's signal handler sets it, and slapd's threads read it as it is: there
 * is no lock that a reader could take, which ThreadSanitizer cannot know. */
__attribute__((no_sanitize("thread"))) bool
ov_is_shutting_down(void)
{
    return slapd_shutdown != 0;
}

bool
ov_task_hurry(void)
{
    return ov_is_shutting_down() ||
           ldap_pvt_thread_pool_pausing(&connection_pool) > 0;
}

static void *run(void *ctx, void *arg);

static bool
submit(task *t)
{
    return ldap_pvt_thread_pool_submit(&connection_pool, run, t) == 0;
}

/* Called under the mutex; forgets a work that is not to be run again. */
static ov_rest
keep_waiting(opened *o, ov_work work, ov_rest rest)
{
    for (int i = 0; i < WORKS_MAX; i++) {
        if (o->waiting[i].work != work)
            continue;
        if (o->waiting[i].again &&
            (rest == OV_REST_NONE || rest > OV_REST_LATER))
            rest = OV_REST_MORE;
        if (ov_is_shutting_down() && !o->waiting[i].surely)
            rest = OV_REST_NONE;
        o->waiting[i].again = false;
        if (rest == OV_REST_NONE)
            o->waiting[i].work = NULL;
        return rest;
    }
    return OV_REST_NONE;
}

/* Called under the mutex: the pool takes no task, for it is closing. */
static void
give_up(task *t)
{
    opened *o = opened_of(t->on);

    if (o != NULL)
        (void)keep_waiting(o, t->work, OV_REST_NONE);
    ch_free(t);
}

/* Under the mutex: the first that is due, or NULL after having waited. */
static task *
take_due(void)
{
    task *t = first_delayed;
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    if (t == NULL) {
        pthread_cond_wait(&delayed, &mutex);
        return NULL;
    }
    if (t->due.tv_sec > now.tv_sec ||
        (t->due.tv_sec == now.tv_sec && t->due.tv_nsec > now.tv_nsec)) {
        (void)pthread_cond_clockwait(
            &delayed, &mutex, CLOCK_MONOTONIC, &t->due);
        return NULL;
    }
    first_delayed = t->next;
    return t;
}

/* Never lets go of the mutex but to wait: whoever closes knows then that the
 * pool is not asked any more. */
static void *
run_clock(void *arg)
{
    (void)arg;
    pthread_mutex_lock(&mutex);
    while (!clock_ends) {
        task *t = take_due();

        if (t != NULL && !submit(t))
            give_up(t);
    }
    pthread_mutex_unlock(&mutex);
    return NULL;
}

/* Under the mutex. */
static bool
start_clock(void)
{
    sigset_t every, before;

    if (clock_runs)
        return true;
    sigfillset(&every);
    if (pthread_sigmask(SIG_SETMASK, &every, &before) == 0) {
        clock_runs = pthread_create(&clock_thread, NULL, run_clock, NULL) == 0;
        (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    }
    return clock_runs;
}

void
ov_task_exit(void)
{
    bool runs;

    pthread_mutex_lock(&mutex);
    runs = clock_runs;
    clock_ends = true;
    pthread_cond_signal(&delayed);
    pthread_mutex_unlock(&mutex);
    if (runs)
        (void)pthread_join(clock_thread, NULL);
    clock_runs = clock_ends = false;
}

/* Under the mutex. */
static bool
was_asked_again(const opened *o, ov_work work)
{
    for (int i = 0; i < WORKS_MAX; i++) {
        if (o->waiting[i].work == work)
            return o->waiting[i].again;
    }
    return false;
}

static bool
is_before(const struct timespec *a, const struct timespec *b)
{
    return a->tv_sec != b->tv_sec ? a->tv_sec < b->tv_sec
                                  : a->tv_nsec < b->tv_nsec;
}

static struct timespec
time_in(ov_rest milliseconds)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    t.tv_sec += milliseconds / 1000;
    t.tv_nsec += milliseconds % 1000 * 1000000L;
    t.tv_sec += t.tv_nsec / 1000000000L;
    t.tv_nsec %= 1000000000L;
    return t;
}

/* Under the mutex. */
static void
put_delayed(task *t)
{
    task **at = &first_delayed;

    while (*at != NULL && !is_before(&t->due, &(*at)->due))
        at = &(*at)->next;
    t->next = *at;
    *at = t;
    pthread_cond_signal(&delayed);
}

/* Without a thread for it, at once is better than never. What is asked for
 * meanwhile does not wait. */
static void
delay(task *t, ov_rest rest)
{
    opened *o;

    t->due = time_in(rest);
    pthread_mutex_lock(&mutex);
    o = opened_of(t->on);
    if (o == NULL) {
        ch_free(t);
    } else if ((rest <= OV_REST_LATER || !was_asked_again(o, t->work)) &&
               start_clock()) {
        put_delayed(t);
    } else if (!submit(t)) {
        give_up(t);
    }
    pthread_mutex_unlock(&mutex);
}

/* Under the mutex: a task that waits for its time waits no more, but as long as
 * clients have their answers first. */
static void
hasten(const slap_overinst *on, ov_work work)
{
    struct timespec soon = time_in(OV_REST_LATER);
    task **at = &first_delayed, *t;

    while (*at != NULL && ((*at)->on != on || (*at)->work != work))
        at = &(*at)->next;
    t = *at;
    if (t == NULL || !is_before(&soon, &t->due))
        return;
    *at = t->next;
    t->due = soon;
    put_delayed(t);
}

static ov_rest
run_once(void *ctx, slap_overinst *on, BackendDB *be, ov_work work)
{
    Connection conn = {0};
    OperationBuffer buffer;
    Operation *op = &buffer.ob_op;
    ov_rest rest;

    connection_fake_init(&conn, &buffer, ctx);
    conn.c_protocol = LDAP_VERSION3; /* as of one that is bound */
    op->o_bd = be;
    op->o_dn = be->be_rootdn;
    op->o_ndn = be->be_rootndn;
    rest = work(op, on);
    ov_keep_drop(op);
    return rest;
}

/* Under the mutex. */
static bool
is_sure(const opened *o, ov_work work)
{
    for (int i = 0; i < WORKS_MAX; i++) {
        if (o->waiting[i].work == work)
            return o->waiting[i].surely;
    }
    return false;
}

/* *sure: the work is done even now that slapd ends. */
static opened *
begin(const task *t, bool *sure)
{
    opened *o;

    pthread_mutex_lock(&mutex);
    o = opened_of(t->on);
    if (o != NULL) {
        o->running++;
        *sure = is_sure(o, t->work);
    }
    pthread_mutex_unlock(&mutex);
    return o;
}

/* Whether the task is to be run again. */
static ov_rest
end(opened *o, ov_work work, ov_rest rest)
{
    pthread_mutex_lock(&mutex);
    o->running--;
    rest = o->closed ? OV_REST_NONE : keep_waiting(o, work, rest);
    pthread_cond_broadcast(&ended);
    pthread_mutex_unlock(&mutex);
    return rest;
}

static void *
run(void *ctx, void *arg)
{
    task *t = arg;
    ov_rest rest = OV_REST_NONE;
    bool sure = false;
    opened *o;

    do {
        o = begin(t, &sure);
        if (o == NULL)
            break;
        if (sure || !ov_is_shutting_down())
            rest = run_once(ctx, t->on, o->be, t->work);
        rest = end(o, t->work, rest);
        /* The pool takes no more tasks then. */
    } while (sure && rest == OV_REST_MORE && ov_is_shutting_down());
    if (rest > OV_REST_MORE)
        delay(t, rest);
    else if (rest == OV_REST_NONE || !submit(t))
        ch_free(t);
    return NULL;
}

/* Called under the mutex: true when the work is not waited for yet. */
static bool
is_new(opened *o, ov_work work, bool surely)
{
    for (int i = 0; i < WORKS_MAX; i++) {
        if (o->waiting[i].work == work) {
            o->waiting[i].again = true;
            return false;
        }
    }
    for (int i = 0; i < WORKS_MAX; i++) {
        if (o->waiting[i].work == NULL) {
            o->waiting[i].work = work;
            o->waiting[i].surely = surely;
            return true;
        }
    }
    return false;
}

static bool
start(slap_overinst *on, ov_work work, bool surely)
{
    bool started = true;
    opened *o;
    task *t;

    pthread_mutex_lock(&mutex);
    o = opened_of(on);
    if (o == NULL) {
        started = false;
    } else if (is_new(o, work, surely)) {
        t = ch_calloc(1, sizeof(*t));
        t->on = on;
        t->work = work;
        started = submit(t);
        if (!started)
            give_up(t);
    } else {
        hasten(on, work);
    }
    pthread_mutex_unlock(&mutex);
    return started;
}

void
ov_task_start(slap_overinst *on, ov_work work)
{
    (void)start(on, work, false);
}

bool
ov_task_start_surely(slap_overinst *on, ov_work work)
{
    return start(on, work, true);
}

void
ov_task_open(slap_overinst *on)
{
    opened *o = ch_calloc(1, sizeof(*o));

    o->on = on;
    o->be = on->on_info->oi_origdb;
    pthread_mutex_lock(&mutex);
    o->next = all;
    all = o;
    pthread_mutex_unlock(&mutex);
}

/* Under the mutex. */
static void
drop_delayed(const slap_overinst *on)
{
    task **t = &first_delayed;

    while (*t != NULL) {
        task *gone = *t;

        if (gone->on != on) {
            t = &gone->next;
            continue;
        }
        *t = gone->next;
        ch_free(gone);
    }
}

/* With the pool at rest, as when slapd closes a whole database, what has begun
 * waits for us, not the other way round: its place is then not given back. */
void
ov_task_close(BackendDB *be, slap_overinst *on)
{
    bool at_rest = ov_pause_is_own(be);
    opened **o, *gone;

    pthread_mutex_lock(&mutex);
    for (o = &all; *o != NULL && (*o)->on != on; o = &(*o)->next)
        ;
    gone = *o;
    drop_delayed(on);
    if (gone != NULL) {
        *o = gone->next;
        gone->closed = true;
        while (gone->running > 0 && !at_rest)
            ov_pause_await(&ended, &mutex);
        if (gone->running == 0)
            ch_free(gone);
    }
    pthread_mutex_unlock(&mutex);
}
