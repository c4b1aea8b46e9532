/* operation.c - the extended operations: served to slapd.
 *
 * slapd hands them to the module, not to a database. So the database is found
 * here, and what slapd asks before a write (strength of the connection,
 * restrictions, whether this server takes writes at all) is asked as for one.
 */
#include "exop/operation.h"
#include "bind/actor.h"
#include "bind/session.h"
#include "exop/answer.h"
#include "slapd/memory.h"
#include "slapd/reply.h"
#include "slapd/stack.h"

#include "slapd/hooks.h"

/* The overlay of a database, when it has one that is in force. */
static slap_overinst *
overlay_of(BackendDB *be)
{
    slap_overinst *on = be == NULL ? NULL : ov_overlay_of(be);

    if (on == NULL || (on->on_bi.bi_flags & SLAPO_BFLAG_DISABLED) != 0 ||
        !ov_open_now(be, on))
        return NULL;
    return on;
}

/* The database that gives op's identity a role, else the first one. */
static BackendDB *
database_by_role(Operation *op)
{
    BackendDB *be, *front = op->o_bd, *first = NULL, *found = NULL;

    LDAP_STAILQ_FOREACH(be, &backendDB, be_next)
    {
        slap_overinst *on = overlay_of(be);

        if (on == NULL)
            continue;
        if (first == NULL)
            first = be;
        op->o_bd = be;
        if (ov_actor_roles(op, on) != 0)
            found = be;
        op->o_bd = front;
        if (found != NULL)
            return found;
    }
    return first;
}

static BackendDB *
database_of(struct berval *ndn)
{
    return BER_BVISEMPTY(ndn) ? NULL : select_backend(ndn, 0);
}

/* A consumer sends the client to who takes writes, as for any write. */
static int
refer(Operation *op, SlapReply *rs)
{
    BerVarray refs = op->o_bd->be_update_refs != NULL ? op->o_bd->be_update_refs
                                                      : default_referral;

    if (refs == NULL) {
        rs->sr_text = "shadow context; no update referral";
        return LDAP_UNWILLING_TO_PERFORM;
    }
    rs->sr_ref = referral_rewrite(refs, NULL, NULL, LDAP_SCOPE_DEFAULT);
    return LDAP_REFERRAL;
}

static int
check_server(Operation *op, SlapReply *rs, slap_overinst *on)
{
    edc_refusal refusal;

    if (backend_check_restrictions(op, rs, &op->ore_reqoid) != LDAP_SUCCESS)
        return rs->sr_err;
    if (op->o_txnSpec)
        return ov_deny_code(op, rs, on, EDC_S05);
    /* Before a referral as well: one that is chained arrives without what this
     * server knows of the session, that it was opened with a dead letter. */
    if (!ov_session_allows(op, on, false, &refusal))
        return ov_deny(op, rs, on, &refusal);
    return SLAP_SINGLE_SHADOW(op->o_bd) ? refer(op, rs) : LDAP_SUCCESS;
}

/* Runs one operation on a database, with a BackendDB of its own as slapd's
 * hooks have one. */
static int
run_on(Operation *op, SlapReply *rs, BackendDB *be,
    int (*run)(Operation *, SlapReply *, slap_overinst *, const void *),
    const void *request)
{
    slap_overinst *on = overlay_of(be);
    BackendDB *front = op->o_bd;
    BackendDB own;
    int rc;

    /* An identity of no such database is nobody here. */
    if (on == NULL)
        return LDAP_INSUFFICIENT_ACCESS;
    own = *be;
    own.be_flags |= SLAP_DBFLAG_OVERLAY;
    op->o_bd = &own;
    rc = check_server(op, rs, on);
    if (rc == LDAP_SUCCESS)
        rc = run(op, rs, on, request);
    op->o_bd = front;
    rs->sr_err = rc;
    return rc;
}

static int
malformed(SlapReply *rs)
{
    rs->sr_text = "the request's value is malformed";
    return LDAP_PROTOCOL_ERROR;
}

static int
wipe(Operation *op, SlapReply *rs)
{
    (void)rs;
    ov_cleanse_request(op);
    return SLAP_CB_CONTINUE;
}

/* Requests carry passwords, which nobody needs any more: but slapo-chain, which
 * sends the request after a referral as the answer goes out. */
static int
finish(Operation *op, SlapReply *rs, int rc)
{
    if (rc == LDAP_REFERRAL)
        ov_push_callback(op, NULL, wipe, NULL);
    else
        (void)wipe(op, rs);
    rs->sr_err = rc;
    return rc;
}

static int
run_claim(Operation *op, SlapReply *rs, slap_overinst *on, const void *request)
{
    return ov_claim(op, rs, on, request);
}

static int
claim_extop(Operation *op, SlapReply *rs)
{
    ov_claim_request request;

    if (!ov_read_claim(op->ore_reqdata, &request))
        return finish(op, rs, malformed(rs));
    return finish(
        op, rs, run_on(op, rs, database_by_role(op), run_claim, &request));
}

static int
run_merge(Operation *op, SlapReply *rs, slap_overinst *on, const void *request)
{
    return ov_merge(op, rs, on, request);
}

/* The database of the account that is to close, else of whoever asks. */
static BackendDB *
database_of_merge(Operation *op, const ov_merge_request *request)
{
    struct berval ndn;

    if (request->dn.n == 0)
        return database_of(&op->o_ndn);
    return ov_keep_dn(op, request->dn, &ndn) ? database_of(&ndn) : NULL;
}

static int
merge_extop(Operation *op, SlapReply *rs)
{
    ov_merge_request request;

    if (!ov_read_merge(op->ore_reqdata, &request))
        return finish(op, rs, malformed(rs));
    return finish(op, rs,
        run_on(op, rs, database_of_merge(op, &request), run_merge, &request));
}

static int
run_contest(
    Operation *op, SlapReply *rs, slap_overinst *on, const void *request)
{
    return ov_contest(op, rs, on, *(const edc_str *)request);
}

static int
contest_extop(Operation *op, SlapReply *rs)
{
    edc_str student;

    if (!ov_read_contest(op->ore_reqdata, &student))
        return finish(op, rs, malformed(rs));
    return finish(
        op, rs, run_on(op, rs, database_of(&op->o_ndn), run_contest, &student));
}

static const struct {
    struct berval oid;
    SLAP_EXTOP_MAIN_FN *run;
} operations[] = {
    {BER_BVC(OV_OID_CLAIM), claim_extop},
    {BER_BVC(OV_OID_MERGE), merge_extop},
    {BER_BVC(OV_OID_CONTEST), contest_extop},
};

/* What slapd reads of a request for one of them, critical or not; else it would
 * pass over what is not critical: who asks (RFC 4370), on whose behalf, and
 * that it is to wait for a transaction's end, which is refused. */
static const char *const controls[] = {LDAP_CONTROL_PROXY_AUTHZ,
    LDAP_CONTROL_X_SESSION_TRACKING, LDAP_CONTROL_TXN_SPEC};

void
ov_operation_chaining(void)
{
    static const char control[] = LDAP_CONTROL_X_CHAINING_BEHAVIOR;

    if (slap_find_control_id(control, NULL) != LDAP_SUCCESS)
        return;
    for (size_t i = 0; i < sizeof(operations) / sizeof(operations[0]); i++) {
        if (register_control_exop(control, operations[i].oid.bv_val) !=
            LDAP_SUCCESS)
            Debug(LDAP_DEBUG_ANY,
                "educonnect: a request for %s cannot be kept from being "
                "chained\n",
                operations[i].oid.bv_val);
    }
}

static bool
register_controls(struct berval oid)
{
    for (size_t i = 0; i < sizeof(controls) / sizeof(controls[0]); i++) {
        if (register_control_exop(controls[i], oid.bv_val) != LDAP_SUCCESS)
            return false;
    }
    return true;
}

int
ov_operation_register(void)
{
    for (size_t i = 0; i < sizeof(operations) / sizeof(operations[0]); i++) {
        if (load_extop2(&operations[i].oid, SLAP_EXOP_WRITES, operations[i].run,
                0) == 0 &&
            register_controls(operations[i].oid))
            continue;
        Debug(LDAP_DEBUG_ANY,
            "educonnect: the extended operation %s cannot be served\n",
            operations[i].oid.bv_val);
        return -1;
    }
    return 0;
}
