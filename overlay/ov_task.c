/* ov_task.c - work that goes on after the client has its answer.
 *
 * A task names the overlay it works for, and is run only while that overlay is
 * open. slapd closes an overlay with every thread of the pool at rest, so a
 * task that has begun is never overtaken by the end of what it works on.
 */
#include "ov_task.h"

/* Overlays that are open, and the pieces of work that they wait for. */
#define WORKS_MAX 4

typedef struct opened {
    struct opened *next;
    slap_overinst *on;
    BackendDB *be;
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
keep_waiting(slap_overinst *on, ov_work work, bool more)
{
    opened *o = opened_of(on);

    for (int i = 0; o != NULL && i < WORKS_MAX; i++) {
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

static void *
run(void *ctx, void *arg)
{
    task *t = arg;
    BackendDB *be = NULL;
    bool more = false;
    opened *o;

    pthread_mutex_lock(&mutex);
    o = opened_of(t->on);
    if (o != NULL)
        be = o->be;
    pthread_mutex_unlock(&mutex);
    if (be != NULL && slapd_shutdown == 0)
        more = run_once(ctx, t->on, be, t->work);
    pthread_mutex_lock(&mutex);
    more = keep_waiting(t->on, t->work, more);
    pthread_mutex_unlock(&mutex);
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
    if (ldap_pvt_thread_pool_submit(&connection_pool, run, t) != 0)
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

void
ov_task_close(slap_overinst *on)
{
    opened **o, *gone;

    pthread_mutex_lock(&mutex);
    for (o = &all; *o != NULL && (*o)->on != on; o = &(*o)->next)
        ;
    gone = *o;
    if (gone != NULL)
        *o = gone->next;
    pthread_mutex_unlock(&mutex);
    ch_free(gone);
}
