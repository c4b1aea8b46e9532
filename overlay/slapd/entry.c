/* entry.c - reading entries inside a hook, and operations of our own. */
#include "slapd/entry.h"
#include "slapd/memory.h"
#include "slapd/reply.h"

#include <stddef.h>

/* Key of the mark that our own operations carry in o_extra. */
static int own_operation;

BackendInfo *
ov_enter(Operation *op, slap_overinst *on)
{
    BackendInfo *bi = op->o_bd->bd_info;

    op->o_bd->bd_info = (BackendInfo *)on->on_info;
    return bi;
}

void
ov_leave(Operation *op, BackendInfo *bi)
{
    op->o_bd->bd_info = bi;
}

/* Nobody takes what could not be looked at for what is not there. */
static int
note(Operation *op, int rc)
{
    if (ov_is_elsewhere(rc))
        return rc;
    ov_note_unread(op);
    Debug(LDAP_DEBUG_ANY,
        "%s educonnect: what this is judged by cannot be read: %d (%s)\n",
        op->o_log_prefix, rc, ldap_err2string(rc));
    return rc;
}

int
ov_entry_look_at(Operation *op, struct berval *ndn,
    void (*look)(void *ctx, Entry *e), void *ctx)
{
    Entry *e = NULL;
    int rc = note(op, be_entry_get_rw(op, ndn, NULL, NULL, 0, &e));

    if (rc != LDAP_SUCCESS)
        return rc;
    if (e == NULL)
        return LDAP_NO_SUCH_OBJECT;
    look(ctx, e);
    be_entry_release_r(op, e);
    return LDAP_SUCCESS;
}

bool
ov_entry_look(Operation *op, struct berval *ndn,
    void (*look)(void *ctx, Entry *e), void *ctx)
{
    return ov_entry_look_at(op, ndn, look, ctx) == LDAP_SUCCESS;
}

static void
just_look(void *ctx, Entry *e)
{
    (void)ctx;
    (void)e;
}

bool
ov_entry_exists(Operation *op, struct berval *ndn)
{
    return ov_entry_look(op, ndn, just_look, NULL);
}

static void
copy_entry(void *ctx, Entry *e)
{
    Entry **copy = ctx;

    *copy = entry_dup(e);
}

bool
ov_is_elsewhere(int rc)
{
    switch (rc) {
    case LDAP_SUCCESS:
    case LDAP_NO_SUCH_OBJECT:
    case LDAP_NO_RESULTS_RETURNED: /* back-ldap: hidden by access rules */
    case LDAP_REFERRAL:
    case LDAP_STRONG_AUTH_REQUIRED:
    case LDAP_CONFIDENTIALITY_REQUIRED:
    case LDAP_INAPPROPRIATE_AUTH:
    case LDAP_INSUFFICIENT_ACCESS:
    case LDAP_UNWILLING_TO_PERFORM: /* a backend that gives no entries out */
        return true;
    default:
        return false;
    }
}

Entry *
ov_entry_copy(Operation *op, struct berval *ndn)
{
    Entry *copy = NULL;

    (void)ov_entry_look(op, ndn, copy_entry, &copy);
    return copy;
}

BerVarray
ov_values(Entry *e, AttributeDescription *ad)
{
    Attribute *a = attr_find(e->e_attrs, ad);

    return a == NULL ? NULL : a->a_vals;
}

BerVarray
ov_nvalues(Entry *e, AttributeDescription *ad)
{
    Attribute *a = attr_find(e->e_attrs, ad);

    return a == NULL ? NULL : a->a_nvals;
}

bool
ov_has_dn(Entry *e, AttributeDescription *ad, const struct berval *ndn)
{
    BerVarray dns = ov_nvalues(e, ad);

    for (; dns != NULL && !BER_BVISNULL(dns); dns++) {
        if (dn_match(dns, ndn))
            return true;
    }
    return false;
}

/* An operation without a client's connection is known to nobody else. */
Operation
ov_op_copy(Operation *op)
{
    Connection *conn = op->o_conn;
    Operation copy;

    if (conn == NULL || conn->c_conn_idx < 0)
        return *op;
    ldap_pvt_thread_mutex_lock(&conn->c_mutex);
    copy = *op;
    ldap_pvt_thread_mutex_unlock(&conn->c_mutex);
    return copy;
}

/* What an operation of our own is made of; lives on the caller's stack. */
typedef struct own_op {
    Operation op;
    Opheader header;
    OpExtra mark;
    slap_callback callback;
    const char **text; /* where a Modify's words go; NULL: nowhere */
} own_op;

/* Begins an operation as rootdn on the whole database, without the client's
 * controls, its abandonment or its CSN. */
static void
own_begin(own_op *own, Operation *op, ber_tag_t tag, slap_response *response,
    void *ctx)
{
    BackendDB *be = op->o_bd->bd_self;

    own->op = ov_op_copy(op);
    own->header = *op->o_hdr;
    own->op.o_hdr = &own->header;
    own->op.o_bd = be;
    own->op.o_tag = tag;
    own->op.o_dn = be->be_rootdn;
    own->op.o_ndn = be->be_rootndn;
    own->text = NULL;
    own->callback = (slap_callback){
        .sc_response = response,
        .sc_private = ctx,
    };
    own->op.o_callback = &own->callback;
    memset(own->op.o_ctrlflag, 0, sizeof(own->op.o_ctrlflag));
    own->op.o_ctrls = NULL;
    own->op.o_managedsait = SLAP_CONTROL_NONCRITICAL;
    own->op.o_abandon = 0;
    own->op.o_do_not_cache = 1;
    BER_BVZERO(&own->op.o_csn);
    slap_op_time(&own->op.o_time, &own->op.o_tincr);
    memset(&own->op.o_request, 0, sizeof(own->op.o_request));
    own->mark.oe_key = &own_operation;
    LDAP_SLIST_INSERT_HEAD(&own->op.o_extra, &own->mark, oe_next);
}

bool
ov_is_internal(Operation *op)
{
    OpExtra *extra;

    LDAP_SLIST_FOREACH(extra, &op->o_extra, oe_next)
    {
        if (extra->oe_key == &own_operation)
            return true;
    }
    return false;
}

typedef struct search_ctx {
    Operation *outer;
    bool (*found)(void *ctx, Entry *e);
    void *ctx;
    bool stopped;
} search_ctx;

/* What is found may be followed up by the operation that asked: it reads in
 * the search's own transaction then. */
static bool
follow_up(search_ctx *s, Operation *op, Entry *e)
{
    Operation *outer = s->outer;
    Operation before = {.o_extra = outer->o_extra};
    bool more;

    outer->o_extra = op->o_extra;
    more = s->found(s->ctx, e);
    outer->o_extra = before.o_extra;
    return more;
}

static int
search_response(Operation *op, SlapReply *rs)
{
    search_ctx *s = op->o_callback->sc_private;

    if (rs->sr_type != REP_SEARCH || rs->sr_entry == NULL)
        return 0;
    if (!s->stopped)
        s->stopped = !follow_up(s, op, rs->sr_entry);
    return s->stopped ? LDAP_SIZELIMIT_EXCEEDED : 0;
}

/* Shares the reader transaction of the operation it is part of: back-mdb has
 * one a thread, and both then see the same database. */
int
ov_search_below(Operation *op, struct berval *ndn, Filter *filter,
    bool (*found)(void *ctx, Entry *e), void *ctx)
{
    own_op own;
    SlapReply rs = {.sr_type = REP_RESULT};
    search_ctx s = {.outer = op, .found = found, .ctx = ctx};

    own_begin(&own, op, LDAP_REQ_SEARCH, search_response, &s);
    own.op.o_req_dn = own.op.o_req_ndn =
        ndn != NULL ? *ndn : own.op.o_bd->be_nsuffix[0];
    own.op.ors_scope = LDAP_SCOPE_SUBTREE;
    own.op.ors_deref = LDAP_DEREF_NEVER;
    own.op.ors_slimit = SLAP_NO_LIMIT;
    own.op.ors_tlimit = SLAP_NO_LIMIT;
    own.op.ors_filter = filter;
    filter2bv_x(&own.op, filter, &own.op.ors_filterstr);
    own.op.o_bd->be_search(&own.op, &rs);
    own.op.o_tmpfree(own.op.ors_filterstr.bv_val, own.op.o_tmpmemctx);
    return s.stopped ? LDAP_SUCCESS : note(op, rs.sr_err);
}

typedef struct limited {
    bool (*found)(void *ctx, Entry *e);
    void *ctx;
    int left;
} limited;

static bool
found_limited(void *ctx, Entry *e)
{
    limited *l = ctx;

    return l->found(l->ctx, e) && (l->left == SLAP_NO_LIMIT || --l->left > 0);
}

int
ov_search_equal(Operation *op, AttributeDescription *ad,
    const struct berval *value, int limit, bool (*found)(void *ctx, Entry *e),
    void *ctx)
{
    AttributeAssertion ava = ATTRIBUTEASSERTION_INIT;
    Filter filter = {.f_choice = LDAP_FILTER_EQUALITY, .f_ava = &ava};
    limited l = {.found = found, .ctx = ctx, .left = limit};

    ava.aa_desc = ad;
    ava.aa_value = *value;
    return ov_search_below(op, NULL, &filter, found_limited, &l);
}

/* Whether another serial is stored than one that was read. */
typedef struct serial_look {
    edc_str serial;
    bool differs;
} serial_look;

static void
look_at_serial(void *ctx, Entry *e)
{
    serial_look *look = ctx;
    BerVarray stored = ov_values(e, ov_kept[EDC_KEPT_SERIAL]);
    edc_str now = {NULL, 0};

    if (stored != NULL)
        now = ov_str(stored);
    look->differs = !edc_str_eq(now, look->serial);
}

/* A backend says it with these; what the words are about is no sign:
 * slapo-constraint names the first attribute of the list. */
bool
ov_lost_race(Operation *op, int rc, struct berval *ndn, edc_str serial)
{
    serial_look look = {.serial = serial};

    if (rc == LDAP_NO_SUCH_ATTRIBUTE || rc == LDAP_TYPE_OR_VALUE_EXISTS ||
        rc == LDAP_CONSTRAINT_VIOLATION)
        ov_entry_look(op, ndn, look_at_serial, &look);
    return look.differs;
}

/* The words are gone when the backend returns. Its sc_private stays NULL:
 * slapo-ppolicy takes a null callback with one for the Password Modify exop. */
static int
modify_response(Operation *op, SlapReply *rs)
{
    own_op *own =
        (own_op *)((char *)op->o_callback - offsetof(own_op, callback));

    if (rs->sr_type == REP_RESULT && rs->sr_err != LDAP_SUCCESS &&
        own->text != NULL)
        *own->text = ov_lasting_text(rs->sr_text);
    return 0;
}

/* Whether the serial is tested, and for which value (empty: that there is
 * none), in op's memory. */
static bool
tested_serial(Operation *op, const Modifications *mods, edc_str *serial)
{
    *serial = (edc_str){NULL, 0};
    if (mods == NULL || mods->sml_desc != ov_kept[EDC_KEPT_SERIAL])
        return false;
    if (mods->sml_op == LDAP_MOD_DELETE)
        *serial = ov_tmp(op, ov_str(&mods->sml_values[0]));
    return true;
}

int
ov_modify_internal(Operation *op, struct berval *dn, struct berval *ndn,
    Modifications *mods, const char **text)
{
    own_op own;
    SlapReply rs = {.sr_type = REP_RESULT};
    edc_str serial;
    bool tested = tested_serial(op, mods, &serial);

    own_begin(&own, op, LDAP_REQ_MODIFY, modify_response, NULL);
    own.op.o_req_dn = *dn;
    own.op.o_req_ndn = *ndn;
    own.op.orm_modlist = mods;
    own.text = text;
    own.op.o_bd->be_modify(&own.op, &rs);
    slap_mods_free(own.op.orm_modlist, 1);
    return tested && ov_lost_race(op, rs.sr_err, ndn, serial) ? OV_LOST_RACE
                                                              : rs.sr_err;
}
