/* park.c - a Bind that waits for the hashing gate without a thread. */
#include "bind/park.h"
#include "slapd/hooks.h"
#include "slapd/memory.h"
#include "slapd/pause.h"
#include "slapd/stack.h"
#include "slapd/task.h"
#include "slapd/versions.h"

#include <poll.h>

/* ---- the list of parked Binds ---- */

static void
list_add(ov_instance *instance, ov_parked *p)
{
    p->next = instance->parked;
    p->at = &instance->parked;
    if (p->next != NULL)
        p->next->at = &p->next;
    instance->parked = p;
}

static void
list_remove(ov_instance *instance, ov_parked *p)
{
    *p->at = p->next;
    if (p->next != NULL)
        p->next->at = p->at;
    ldap_pvt_thread_cond_signal(&instance->parked_left);
}

void
ov_park_init(ov_instance *instance)
{
    ldap_pvt_thread_mutex_init(&instance->parked_mutex);
    ldap_pvt_thread_cond_init(&instance->parked_left);
}

void
ov_park_destroy(ov_instance *instance)
{
    ldap_pvt_thread_cond_destroy(&instance->parked_left);
    ldap_pvt_thread_mutex_destroy(&instance->parked_mutex);
}

/* ---- going on ---- */

/* The callback that slapd's overlay code has put before the hooks ran. */
static slap_callback **
find_backover(Operation *op, const void *private)
{
    slap_callback **cb = &op->o_callback;

    while (*cb != NULL && (*cb)->sc_private != private)
        cb = &(*cb)->sc_next;
    return cb;
}

static void
drop_backover(Operation *op, const void *private)
{
    slap_callback **at = find_backover(op, private), *cb = *at;

    if (cb == NULL)
        return;
    *at = cb->sc_next;
    op->o_tmpfree(cb, op->o_tmpmemctx);
}

/* As slapd does after a hook that ended it. */
static void
clean_up(Operation *op, SlapReply *rs, const void *backover)
{
    slap_callback *cb;

    while ((cb = op->o_callback) != NULL && cb->sc_private != backover) {
        slap_callback *next = cb->sc_next;

        if (cb->sc_cleanup != NULL)
            cb->sc_cleanup(op, rs);
        op->o_callback = next;
    }
}

/* The worker that parked the operation is still on its way out of slapd's code
 * for some microseconds; then slapd counts the operation as asynchronous. */
static void
wait_for_worker(Connection *conn)
{
    ldap_pvt_thread_mutex_lock(&conn->c_mutex);
    while (conn->c_n_ops_async == 0) {
        ldap_pvt_thread_mutex_unlock(&conn->c_mutex);
        ldap_pvt_thread_yield();
        ldap_pvt_thread_mutex_lock(&conn->c_mutex);
    }
    ldap_pvt_thread_mutex_unlock(&conn->c_mutex);
}

/* From here on nothing of the overlay is touched. */
static void
leave_list(ov_parked *p)
{
    ov_instance *instance;

    if (p->left)
        return;
    instance = ov_instance_of(p->on);
    ldap_pvt_thread_mutex_lock(&instance->parked_mutex);
    list_remove(instance, p);
    ldap_pvt_thread_mutex_unlock(&instance->parked_mutex);
    p->left = true;
}

/* The client does not read its answer. slapd goes on without this thread, which
 * may be here for ever, and nobody is to wait for it. */
static void
write_blocks(Operation *op, slap_callback *cb)
{
    (void)op;
    leave_list(cb->sc_private);
}

static void
watch_writing(ov_parked *p)
{
    p->writing = (slap_callback){.sc_next = p->backover->sc_next,
        .sc_writewait = write_blocks,
        .sc_private = p};
    p->backover->sc_next = &p->writing;
}

/* Leaves nothing but slapd's own callback, which it has put last before any
 * overlay knew of the operation. */
static void
leave_overlays(ov_parked *p)
{
    p->op->o_callback = p->callbacks;
    ov_keep_drop(p->op);
    p->callbacks = p->op->o_callback;
    while (p->callbacks->sc_next != NULL)
        p->callbacks = p->callbacks->sc_next;
    p->backover = p->callbacks;
}

/* Writes under way are listed in it, under a lock of their own. */
static BackendDB
copy_database(const BackendDB *be)
{
    BackendDB copy;

    ldap_pvt_thread_mutex_lock(&be->be_pcsn_p->be_pcsn_mutex);
    copy = *be;
    ldap_pvt_thread_mutex_unlock(&be->be_pcsn_p->be_pcsn_mutex);
    return copy;
}

/* The hooks below and the backend: what is left of slapd's over_op_func(). */
static int
run_rest(Operation *op, SlapReply *rs, ov_parked *p)
{
    slap_overinfo *oi = p->on->on_info;
    BackendDB db = copy_database(p->be);
    int rc;

    db.be_flags |= SLAP_DBFLAG_OVERLAY;
    db.bd_info = (BackendInfo *)p->on;
    op->o_bd = &db;
    op->o_callback = p->callbacks;
    rc = p->resume(op, rs, p, p->end);
    if (rc == SLAP_CB_CONTINUE)
        rc = overlay_op_walk(op, rs, op_bind, oi, p->on->on_next);
    else
        clean_up(op, rs, oi);
    drop_backover(op, oi);
    op->o_bd = p->be;
    return rc;
}

/* What is left of slapd's fe_op_bind() and do_bind(). */
static void
run_frontend(Operation *op, SlapReply *rs)
{
    if (rs->sr_err == LDAP_SUCCESS) {
        (void)fe_op_bind_success(op, rs);
        ldap_pvt_thread_mutex_lock(&op->o_conn->c_mutex);
        op->o_conn->c_authtype = op->orb_method;
        ldap_pvt_thread_mutex_unlock(&op->o_conn->c_mutex);
    } else if (!BER_BVISNULL(&op->orb_edn)) {
        ch_free(op->orb_edn.bv_val);
        BER_BVZERO(&op->orb_edn);
    }
    op->o_bd = frontendDB;
    op->o_tmpfree(op->o_req_dn.bv_val, op->o_tmpmemctx);
    op->o_tmpfree(op->o_req_ndn.bv_val, op->o_tmpmemctx);
    BER_BVZERO(&op->o_req_dn);
    BER_BVZERO(&op->o_req_ndn);
}

/* Completes the operation in this thread, whose context is ctx. It brings its
 * memory along, as slapd left it. */
static void
finish(ov_parked *p, void *ctx)
{
    Operation *op = p->op;
    ov_keeper *keeper = p->keeper;
    SlapReply rs = {.sr_type = REP_RESULT};
    void *memory = op->o_tmpmemctx, *own = NULL;

    wait_for_worker(op->o_conn);
    ldap_pvt_thread_pool_getkey(ctx, (void *)slap_sl_mem_init, &own, NULL);
    slap_sl_mem_setctx(ctx, memory);
    op->o_threadctx = ctx;
    op->o_tid = ldap_pvt_thread_pool_tid(ctx);
    operation_counter_init(op, ctx);
    op->o_req_dn = p->dn;
    op->o_req_ndn = p->ndn;
    if (p->stack != ov_stack_now()) {
        leave_overlays(p);
        p->end = EDC_GATE_BUSY;
    }
    watch_writing(p);
    rs.sr_err = run_rest(op, &rs, p);
    run_frontend(op, &rs);
    leave_list(p);
    ov_op_finish(op);
    slap_op_free(op, ctx);
    ov_keep_end(keeper);
    slap_sl_mem_setctx(ctx, own);
    slap_sl_mem_destroy((void *)slap_sl_mem_init, memory);
}

static void *
run_parked(void *ctx, void *arg)
{
    finish(arg, ctx);
    return NULL;
}

/* Asks the pool to complete what the gate is through with. A pool that takes
 * nothing is closing, or out of memory: the next call tries again, and at the
 * latest ov_park_close() completes it. */
static void
submit_through(ov_instance *instance)
{
    ldap_pvt_thread_mutex_lock(&instance->parked_mutex);
    for (ov_parked *p = instance->parked; p != NULL; p = p->next) {
        if (p->through && !p->submitted)
            p->submitted = ldap_pvt_thread_pool_submit2(&connection_pool,
                               run_parked, p, &p->cookie) == 0;
    }
    ldap_pvt_thread_mutex_unlock(&instance->parked_mutex);
}

/* The gate is through with one; on the gate's thread. */
static void
leave_gate(edc_job *job, edc_gate_end end)
{
    ov_parked *p = (ov_parked *)job;
    ov_instance *instance = ov_instance_of(p->on);

    ldap_pvt_thread_mutex_lock(&instance->parked_mutex);
    p->end = end;
    p->through = true;
    ldap_pvt_thread_mutex_unlock(&instance->parked_mutex);
    submit_through(instance);
}

/* ---- parking ---- */

/* Only what slapd itself runs for a client can be completed later, and only
 * while nothing else of the connection is under way: c_n_ops_async then is
 * about this operation alone. */
static bool
is_fit(Operation *op)
{
    Connection *conn = op->o_conn;
    bool fit;

    if (op->o_tag != LDAP_REQ_BIND || conn == NULL || conn->c_conn_idx < 0 ||
        op->o_tmpmemctx == NULL)
        return false;
    ldap_pvt_thread_mutex_lock(&conn->c_mutex);
    fit = conn->c_conn_state == SLAP_C_BINDING && conn->c_n_ops_async == 0 &&
          LDAP_STAILQ_FIRST(&conn->c_ops) == op &&
          LDAP_STAILQ_NEXT(op, o_next) == NULL;
    ldap_pvt_thread_mutex_unlock(&conn->c_mutex);
    return fit;
}

/* slapd frees the names on its way out, and an overlay that put its own there
 * (rwm) frees them when the answer is sent: slapd gets copies. */
static void
lend_names(Operation *op, ov_parked *p)
{
    p->dn = op->o_req_dn;
    p->ndn = op->o_req_ndn;
    ber_dupbv_x(&op->o_req_dn, &p->dn, op->o_tmpmemctx);
    ber_dupbv_x(&op->o_req_ndn, &p->ndn, op->o_tmpmemctx);
}

static void
take_names(Operation *op, ov_parked *p)
{
    op->o_tmpfree(op->o_req_dn.bv_val, op->o_tmpmemctx);
    op->o_tmpfree(op->o_req_ndn.bv_val, op->o_tmpmemctx);
    op->o_req_dn = p->dn;
    op->o_req_ndn = p->ndn;
}

/* By its client; slapd says so under the connection's mutex. */
static bool
is_given_up(Operation *op)
{
    bool given_up;

    ldap_pvt_thread_mutex_lock(&op->o_conn->c_mutex);
    given_up = op->o_abandon != 0;
    ldap_pvt_thread_mutex_unlock(&op->o_conn->c_mutex);
    return given_up;
}

ov_parking
ov_park(Operation *op, slap_overinst *on, ov_parked *p)
{
    ov_instance *instance = ov_instance_of(on);
    slap_callback *backover = *find_backover(op, on->on_info);
    bool fit = backover != NULL && is_fit(op);

    /* slapd begins even with what it read together with the connection's
     * end. */
    if (op->o_conn != NULL && is_given_up(op))
        return OV_PARKING_GONE;
    if (!fit)
        return OV_PARKING_UNFIT;
    p->keeper = ov_keep_hold(op);
    p->op = op;
    p->on = on;
    p->be = op->o_bd->bd_self;
    lend_names(op, p);
    p->callbacks = op->o_callback;
    p->backover = backover;
    p->stack = ov_stack_now();
    op->o_callback = backover;
    p->work.job.done = leave_gate;
    ov_hash_stand_in(op, on, &p->work);
    ldap_pvt_thread_mutex_lock(&instance->parked_mutex);
    list_add(instance, p);
    ldap_pvt_thread_mutex_unlock(&instance->parked_mutex);
    if (edc_gate_submit(instance->gate, &p->work.job)) {
        /* ov_abandon() may have come before there was something to cancel. The
         * operation stays until this thread has left it. */
        if (is_given_up(op))
            edc_gate_cancel(instance->gate, &p->work.job);
        return OV_PARKED;
    }
    op->o_callback = p->callbacks;
    take_names(op, p);
    ldap_pvt_thread_mutex_lock(&instance->parked_mutex);
    list_remove(instance, p);
    ldap_pvt_thread_mutex_unlock(&instance->parked_mutex);
    ov_keep_let_go(p->keeper);
    return OV_PARKING_BUSY;
}

/* ---- giving up ---- */

int
ov_abandon(Operation *op, SlapReply *rs)
{
    slap_overinst *on = (slap_overinst *)op->o_bd->bd_info;
    ov_instance *instance = ov_instance_of(on);
    ov_parked *p;

    (void)rs;
    if (instance->gate == NULL)
        return SLAP_CB_CONTINUE;
    ldap_pvt_thread_mutex_lock(&instance->parked_mutex);
    for (p = instance->parked; p != NULL; p = p->next) {
        if (p->op->o_conn == op->o_conn && p->op->o_msgid == op->orn_msgid)
            edc_gate_cancel(instance->gate, &p->work.job);
    }
    ov_hash_abandon(op, instance);
    ldap_pvt_thread_mutex_unlock(&instance->parked_mutex);
    return SLAP_CB_CONTINUE;
}

/* A client that does not read what it is sent must not hold the server up. */
static void
silence(Operation *op)
{
    struct pollfd fd = {.fd = op->o_conn->c_sd, .events = POLLOUT};

    if (!ov_is_shutting_down() && poll(&fd, 1, 0) == 1 &&
        (fd.revents & POLLOUT) != 0)
        return;
    ldap_pvt_thread_mutex_lock(&op->o_conn->c_mutex);
    op->o_abandon = 1;
    ldap_pvt_thread_mutex_unlock(&op->o_conn->c_mutex);
}

/* Takes one that no task has begun with; false when tasks are at all of
 * them. */
static ov_parked *
take_back(ov_instance *instance)
{
    ov_parked *p = instance->parked;

    while (p != NULL && p->submitted &&
           ldap_pvt_thread_pool_retract(p->cookie) != 1)
        p = p->next;
    if (p != NULL)
        p->end = EDC_GATE_BUSY;
    return p;
}

/* Those that tasks are at, and which wait for this thread: they touch nothing
 * of the overlay any more. */
static void
let_go(ov_instance *instance)
{
    while (instance->parked != NULL) {
        instance->parked->left = true;
        list_remove(instance, instance->parked);
    }
}

void
ov_park_close(BackendDB *be, ov_instance *instance)
{
    bool at_rest = ov_pause_is_own(be);

    ldap_pvt_thread_mutex_lock(&instance->parked_mutex);
    while (instance->parked != NULL) {
        ov_parked *p = take_back(instance);

        if (p == NULL && at_rest) {
            let_go(instance);
            continue;
        }
        if (p == NULL) {
            ov_pause_await(&instance->parked_left, &instance->parked_mutex);
            continue;
        }
        ldap_pvt_thread_mutex_unlock(&instance->parked_mutex);
        silence(p->op);
        finish(p, ldap_pvt_thread_pool_context());
        ldap_pvt_thread_mutex_lock(&instance->parked_mutex);
    }
    ldap_pvt_thread_mutex_unlock(&instance->parked_mutex);
}
