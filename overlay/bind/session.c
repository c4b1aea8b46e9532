/* session.c - what a bound identity may do, judged per operation. */
#include "bind/session.h"
#include "bind/digest.h"
#include "bind/identity.h"
#include "link/void.h"
#include "slapd/hooks.h"
#include "slapd/memory.h"

#include <openssl/crypto.h>

#include "core/account/access.h"

/* Which password a connection was bound with: a digest of the stored hash, so
 * that a session opened with a former password is known. Indexed by
 * connection; c_connid tells reuse. */
typedef struct bound {
    unsigned long connid;
    edc_digest digest;
    bool provisional; /* it was a letter's */
    edc_digest name;  /* then: the same of the account's name */
} bound;

static ldap_pvt_thread_mutex_t bound_mutex;
static bound *bound_by_connection;
static int bound_size;

int
ov_session_init(void)
{
    ldap_pvt_thread_mutex_init(&bound_mutex);
    bound_size = dtblsize;
    bound_by_connection = ch_calloc((size_t)bound_size + 1, sizeof(bound));
    return 0;
}

void
ov_session_exit(void)
{
    ch_free(bound_by_connection);
    bound_by_connection = NULL;
    ldap_pvt_thread_mutex_destroy(&bound_mutex);
}

static bool
is_same(const edc_digest *a, const edc_digest *b)
{
    return CRYPTO_memcmp(a->byte, b->byte, EDC_DIGEST_SIZE) == 0;
}

static bool
has_place(const Connection *conn)
{
    return conn != NULL && conn->c_conn_idx >= 0 &&
           conn->c_conn_idx < bound_size;
}

/* The identity that the connection is bound as, in op's memory, and noted for
 * the audit trail: a Bind on the same connection may replace the original at
 * any time. */
static struct berval
bound_identity(Operation *op)
{
    struct berval copy = BER_BVNULL, dn;
    Connection *conn = op->o_conn;

    if (!has_place(conn))
        return copy;
    ldap_pvt_thread_mutex_lock(&conn->c_mutex);
    if (!BER_BVISEMPTY(&conn->c_ndn)) {
        dn = copy = ov_keep_bv(op, &conn->c_ndn);
        if (!bvmatch(&copy, &op->o_ndn))
            dn = ov_keep_bv(op, &conn->c_dn);
        ov_note_bound(op, &dn);
    }
    ldap_pvt_thread_mutex_unlock(&conn->c_mutex);
    return copy;
}

void
ov_session_bound(Operation *op, edc_str stored, bool provisional)
{
    bound now = {.connid = op->o_connid, .provisional = provisional};

    if (!has_place(op->o_conn))
        return;
    now.digest = ov_digest(stored);
    if (provisional)
        now.name = ov_digest(ov_str(&op->o_req_ndn));
    ldap_pvt_thread_mutex_lock(&bound_mutex);
    bound_by_connection[op->o_conn->c_conn_idx] = now;
    ldap_pvt_thread_mutex_unlock(&bound_mutex);
}

/* The connection must still be the account's own: a proxied identity has not
 * shown its password. */
bool
ov_session_is_bound_with(Operation *op, edc_str stored)
{
    struct berval bound_ndn = bound_identity(op);
    edc_digest digest;
    bound then;

    if (BER_BVISEMPTY(&bound_ndn) || !bvmatch(&bound_ndn, &op->o_ndn))
        return false;
    digest = ov_digest(stored);
    ldap_pvt_thread_mutex_lock(&bound_mutex);
    then = bound_by_connection[op->o_conn->c_conn_idx];
    ldap_pvt_thread_mutex_unlock(&bound_mutex);
    return then.connid == op->o_connid && is_same(&then.digest, &digest);
}

/* Whether the connection was bound as ndn with a letter's password, and which.
 * Portals bind as one after the other, and what is remembered is of the last
 * account: a bind to somebody who is none, or whom another database or SASL
 * knows, leaves it. It stays while a Bind is on its way, for operations that
 * came before. */
static bool
is_letters(Operation *op, const struct berval *ndn, bound *then)
{
    edc_digest name;

    if (!has_place(op->o_conn))
        return false;
    ldap_pvt_thread_mutex_lock(&bound_mutex);
    *then = bound_by_connection[op->o_conn->c_conn_idx];
    ldap_pvt_thread_mutex_unlock(&bound_mutex);
    if (then->connid != op->o_connid || !then->provisional)
        return false;
    name = ov_digest(ov_str(ndn));
    return is_same(&then->name, &name);
}

/* Whether that is no longer the account's. One that its holder chose leaves
 * sessions open when it is changed. */
static bool
is_outlived(Operation *op, const struct berval *ndn, const edc_account *account)
{
    edc_digest digest;
    bound then;

    if (!is_letters(op, ndn, &then))
        return false;
    digest = ov_digest(account->password);
    return !is_same(&then.digest, &digest);
}

int
ov_session_destroy(BackendDB *be, Connection *conn)
{
    (void)be;
    if (has_place(conn)) {
        ldap_pvt_thread_mutex_lock(&bound_mutex);
        memset(&bound_by_connection[conn->c_conn_idx], 0, sizeof(bound));
        ldap_pvt_thread_mutex_unlock(&bound_mutex);
    }
    return SLAP_CB_CONTINUE;
}

typedef struct judged {
    Operation *op;
    bool bound; /* the identity is the connection's own */
    bool outlived;
    const edc_settings *settings;
    int64_t now;
    bool account;
    edc_access access;
    edc_state state;
    char until[EDC_TIME_SIZE];
} judged;

static void
judge_entry(void *ctx, Entry *e)
{
    judged *j = ctx;
    edc_account account;

    if (!ov_is_account(e))
        return;
    ov_account_read(e, &account);
    j->account = true;
    j->access = edc_access_in_session(&account, j->settings, j->now);
    j->outlived = j->bound && is_outlived(j->op, &e->e_nname, &account);
    j->state = account.state;
    if (account.provisional_until != EDC_NO_TIME)
        edc_time_format(account.provisional_until, j->until);
}

/* Whether an identity can be one of this database's accounts at all. */
static bool
may_be_account(Operation *op, struct berval *ndn)
{
    BerVarray suffix = op->o_bd->be_nsuffix;

    if (BER_BVISEMPTY(ndn) || be_isroot_dn(op->o_bd, ndn))
        return false;
    for (; suffix != NULL && !BER_BVISNULL(suffix); suffix++) {
        if (dnIsSuffix(ndn, suffix))
            return true;
    }
    return false;
}

/* Whether it is known without its entry that the identity may do anything. */
static bool
is_known_free(
    Operation *op, slap_overinst *on, const struct berval *ndn, bool bound_as)
{
    bound then;

    switch (ov_identity_ask(ov_instance_of(on)->identities, ndn, op->o_time)) {
    case OV_IDENTITY_OTHER:
    case OV_IDENTITY_OPEN:
        return !(bound_as && is_letters(op, ndn, &then));
    default:
        return false;
    }
}

static void
read_identity(Operation *op, slap_overinst *on, struct berval *ndn, judged *j)
{
    ov_identities *all = ov_instance_of(on)->identities;
    ov_identity_moment since = ov_identity_now(all, ndn);
    BackendInfo *bi = ov_enter(op, on);
    bound then;

    ov_entry_look(op, ndn, judge_entry, j);
    ov_leave(op, bi);
    /* A letter's session does not become anybody's when its account is moved
     * away or deleted. */
    if (!j->account)
        j->outlived = j->bound && is_letters(op, ndn, &then);
    if (j->access == EDC_ACCESS_OK && !ov_is_unread(op))
        ov_identity_keep(all, ndn, j->now, since,
            j->account ? OV_IDENTITY_OPEN : OV_IDENTITY_OTHER);
}

/* Controls that may go with a read of one's own name: they add nothing to the
 * entry. */
static const char *const plain_controls[] = {LDAP_CONTROL_PASSWORDPOLICYREQUEST,
    LDAP_CONTROL_PAGEDRESULTS, LDAP_CONTROL_MANAGEDSAIT,
    LDAP_CONTROL_X_SESSION_TRACKING};

static bool
is_plain(const LDAPControl *control)
{
    size_t n = sizeof(plain_controls) / sizeof(plain_controls[0]);

    for (size_t i = 0; i < n; i++) {
        if (strcmp(control->ldctl_oid, plain_controls[i]) == 0)
            return true;
    }
    return false;
}

/* "1.1" or "dn", which no attribute is called, and nothing else. */
static bool
names_nothing(const AttributeName *all)
{
    if (all == NULL || BER_BVISNULL(&all->an_name))
        return false;
    for (; !BER_BVISNULL(&all->an_name); all++) {
        if (strcmp(all->an_name.bv_val, LDAP_NO_ATTRS) != 0 &&
            strcasecmp(all->an_name.bv_val, "dn") != 0)
            return false;
    }
    return true;
}

/* Whether op reads the name of its own identity and no more, as clients do to
 * see that they are bound. */
static bool
reads_own_name(const Operation *op)
{
    const Filter *filter;

    if (op->o_tag != LDAP_REQ_SEARCH || op->ors_scope != LDAP_SCOPE_BASE ||
        op->ors_deref != LDAP_DEREF_NEVER || op->ors_attrsonly != 0 ||
        !bvmatch(&op->o_req_ndn, &op->o_ndn) || !names_nothing(op->ors_attrs))
        return false;
    filter = op->ors_filter;
    if (filter->f_choice != LDAP_FILTER_PRESENT ||
        filter->f_desc != slap_schema.si_ad_objectClass)
        return false;
    for (LDAPControl **c = op->o_ctrls; c != NULL && *c != NULL; c++) {
        if (!is_plain(*c))
            return false;
    }
    return true;
}

static bool
identity_allows(Operation *op, slap_overinst *on, struct berval *ndn,
    bool bound, bool own_password, edc_refusal *refusal)
{
    judged *j;

    if (!may_be_account(op, ndn) || is_known_free(op, on, ndn, bound))
        return true;
    j = ov_keep(op, sizeof(*j));
    j->op = op;
    j->bound = bound;
    j->settings = &ov_instance_of(on)->settings;
    j->now = op->o_time;
    j->access = EDC_ACCESS_OK;
    read_identity(op, on, ndn, j);
    if (ov_is_unread(op)) {
        *refusal = (edc_refusal){.codes = EDC_BIT(ov_unread_code())};
        return false;
    }
    if (own_password &&
        (j->access == EDC_ACCESS_OK || j->access == EDC_ACCESS_MUST_CHANGE))
        return true;
    if (j->access == EDC_ACCESS_MUST_CHANGE && !j->outlived &&
        reads_own_name(op))
        return true;
    if (j->access == EDC_ACCESS_OK && j->outlived) {
        *refusal = (edc_refusal){.codes = EDC_BIT(EDC_A03)};
        return false;
    }
    if (j->access == EDC_ACCESS_OK)
        return true;
    *refusal = (edc_refusal){.codes = EDC_BIT(edc_access_code(j->access))};
    refusal->params.state =
        edc_str_of(edc_access_state_word(j->access, j->state));
    refusal->params.until = edc_str_of(j->until);
    return false;
}

/* What slapd and other overlays do as the database's own identity, on the
 * connection that they were asked on, is no client's. */
static bool
is_servers_own(Operation *op)
{
    return be_isroot(op) &&
           op->o_ctrlflag[slap_cids.sc_proxyAuthz] <= SLAP_CONTROL_IGNORED;
}

/* A proxied identity does not lift what holds for the one that is bound. */
bool
ov_session_allows(
    Operation *op, slap_overinst *on, bool own_password, edc_refusal *refusal)
{
    struct berval bound_ndn = bound_identity(op);
    bool own = !BER_BVISEMPTY(&bound_ndn) && bvmatch(&bound_ndn, &op->o_ndn);
    /* A Bind that came after op may have taken the connection's identity away
     * already: op's own is what it was, unless it names another. */
    bool shown =
        own || op->o_ctrlflag[slap_cids.sc_proxyAuthz] <= SLAP_CONTROL_IGNORED;

    ov_monitor_attach(op, on);
    ov_void_begin(on);
    if (!identity_allows(op, on, &op->o_ndn, shown, own_password, refusal))
        return false;
    return own || BER_BVISEMPTY(&bound_ndn) || is_servers_own(op) ||
           identity_allows(op, on, &bound_ndn, true, false, refusal);
}

bool
ov_session_sends_on(
    Operation *op, slap_overinst *on, bool own_password, edc_refusal *refusal)
{
    const edc_codes known_here =
        EDC_BIT(EDC_A03) | EDC_BIT(EDC_X01) | EDC_BIT(EDC_B01);
    struct berval bound_ndn = bound_identity(op);
    bool own;
    bound then;

    if (BER_BVISEMPTY(&bound_ndn) || is_servers_own(op))
        return true;
    own = bvmatch(&bound_ndn, &op->o_ndn);
    if (own && !is_letters(op, &bound_ndn, &then))
        return true;
    if (identity_allows(op, on, &bound_ndn, true, own_password && own, refusal))
        return true;
    return own && (refusal->codes & known_here) == 0;
}

int
ov_session_judge(
    Operation *op, SlapReply *rs, slap_overinst *on, bool own_password)
{
    edc_refusal refusal;

    if (ov_session_allows(op, on, own_password, &refusal))
        return SLAP_CB_CONTINUE;
    return ov_refuse(op, rs, on, &refusal);
}
