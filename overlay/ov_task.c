/* ov_task.c - work that goes on after the client has its answer.
 *
 * A task names the overlay it works for, and is run only while that overlay is
 * open. slapd takes an overlay away while operations go on, so closing waits
 * for the piece of work that has begun.
 */
#include "ov_task.h"

/* Overlays that are open, and the pieces of work that they wait for. */
#define WORKS_MAX 4

typedef struct opened {
    struct opened *next;
    slap_overinst *on;
    BackendDB *be;
    unsigned running; /* pieces of work that have begun */
    bool closed;
    struct {
        ov_work work;
        bool again; /* asked for once more while it was running */
    } waiting[WORKS_MAX];
} opened;

typedef struct task {
    slap_overinst *on;
    ov_work work;
} task;

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t ended = PTHREAD_COND_INITIALIZER;
static opened *all;

static opened *
opened_of(const slap_overinst *on)
{
    opened *o;

    for (o = all; o != NULL && o->on != on; o = o->next)
        ;
    return o;
}

bool
ov_task_hurry(void)
{
    return slapd_shutdown != 0 ||
           ldap_pvt_thread_pool_pausing(&connection_pool) > 0;
}

static bool
run_once(void *ctx, slap_overinst *on, BackendDB *be, ov_work work)
{
    Connection conn = {0};
    OperationBuffer buffer;
    Operation *op = &buffer.ob_op;

    connection_fake_init(&conn, &buffer, ctx);
    op->o_bd = be;
    op->o_dn = be->be_rootdn;
    op->o_ndn = be->be_rootndn;
    return work(op, on);
}

/* Called under the mutex; forgets a work that is not to be run again. */
static bool
keep_waiting(opened *o, ov_work work, bool more)
{
    for (int i = 0; i < WORKS_MAX; i++) {
        if (o->waiting[i].work != work)
            continue;
        more = (more || o->waiting[i].again) && slapd_shutdown == 0;
        o->waiting[i].again = false;
        if (!more)
            o->waiting[i].work = NULL;
        return more;
    }
    return false;
}

static opened *
begin(const task *t)
{
    opened *o;

    pthread_mutex_lock(&mutex);
    o = opened_of(t->on);
    if (o != NULL)
        o->running++;
    pthread_mutex_unlock(&mutex);
    return o;
}

/* Returns whether the task is to be run again. */
static bool
end(opened *o, ov_work work, bool more)
{
    pthread_mutex_lock(&mutex);
    o->running--;
    more = !o->closed && keep_waiting(o, work, more);
    pthread_cond_broadcast(&ended);
    pthread_mutex_unlock(&mutex);
    return more;
}

static void *
run(void *ctx, void *arg)
{
    task *t = arg;
    opened *o = begin(t);
    bool more = false;

    if (o != NULL) {
        if (slapd_shutdown == 0)
            more = run_once(ctx, t->on, o->be, t->work);
        more = end(o, t->work, more);
    }
    if (!more || ldap_pvt_thread_pool_submit(&connection_pool, run, t) != 0)
        ch_free(t);
    return NULL;
}

/* Called under the mutex: true when the work is not waited for yet. */
static bool
wait_for(opened *o, ov_work work)
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
            return true;
        }
    }
    return false;
}

static void
forget(slap_overinst *on, ov_work work)
{
    opened *o;

    pthread_mutex_lock(&mutex);
    o = opened_of(on);
    if (o != NULL)
        keep_waiting(o, work, false);
    pthread_mutex_unlock(&mutex);
}

void
ov_task_start(slap_overinst *on, ov_work work)
{
    opened *o;
    task *t;
    bool new;

    pthread_mutex_lock(&mutex);
    o = opened_of(on);
    new = o != NULL &&wait_for(o, work);
    pthread_mutex_unlock(&mutex);
    if (!new)
        return;
    t = ch_calloc(1, sizeof(*t));
    t->on = on;
    t->work = work;
    if (ldap_pvt_thread_pool_submit(&connection_pool, run, t) == 0)
        return;
    forget(on, work);
    ch_free(t);
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

/* With the pool at rest, as when slapd closes a whole database, what has begun
 * waits for us, not the other way round: its place is then not given back. */
void
ov_task_close(slap_overinst *on)
{
    bool at_rest = ldap_pvt_thread_pool_pausing(&connection_pool) > 0;
    opened **o, *gone;

    pthread_mutex_lock(&mutex);
    for (o = &all; *o != NULL && (*o)->on != on; o = &(*o)->next)
        ;
    gone = *o;
    if (gone != NULL) {
        *o = gone->next;
        gone->closed = true;
        while (gone->running > 0 && !at_rest)
            pthread_cond_wait(&ended, &mutex);
        if (gone->running == 0)
            ch_free(gone);
    }
    pthread_mutex_unlock(&mutex);
}
