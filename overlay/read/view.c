/* view.c - entries as they are to be seen: with what is computed, without
 * links that name nobody.
 */
#include "link/void.h"
#include "read/computed.h"
#include "read/service.h"
#include "slapd/memory.h"

#include <limits.h>

/* One search. */
typedef struct view {
    slap_overinst *on;
    unsigned asked; /* rows of the table of computed attributes */
    ov_void_moment since;
    Filter *filter; /* the client's, when the backend has another one */
    bool begun;     /* the backend has decided on the size limit */
    bool over;      /* nothing more is to be seen */
    int size_limit; /* the client's, which counts what is sent */
} view;

/* Replication gets what is stored: a consumer's search here, and what this
 * server as a consumer compares with what has come. */
static bool
is_sync(Operation *op)
{
    return op->o_ctrlflag[slap_cids.sc_LDAPsync] > SLAP_CONTROL_IGNORED ||
           be_shadow_update(op);
}

/* The limit is counted here where found entries may not be sent: slapd would
 * look at it before it knows. */
static bool
over_limit(Operation *op, SlapReply *rs, view *v)
{
    if (!v->begun) {
        v->begun = true;
        v->size_limit = op->ors_slimit;
        op->ors_slimit = SLAP_NO_LIMIT;
    }
    return v->size_limit >= 0 && rs->sr_nentries >= v->size_limit;
}

/* slapd counts a limit through all pages. Where it ends with this page, only
 * what is left to look at tells whether something is left out: the backend
 * must not end the page before that is known. No page grows by this: the limit
 * is not higher than the page then. */
static void
look_beyond_page(Operation *op, SlapReply *rs, view *v)
{
    PagedResultsState *page = op->o_pagedresults_state;

    if (get_pagedresults(op) > SLAP_CONTROL_IGNORED && v->size_limit >= 0 &&
        rs->sr_nentries + 1 >= v->size_limit)
        page->ps_size = INT_MAX;
}

static void
merge(Entry *e, Attribute *list)
{
    Attribute **tail = &e->e_attrs;

    for (; *tail != NULL; tail = &(*tail)->a_next)
        ;
    *tail = list;
}

/* Makes the entry what the filter is about. Returns whether it matches. */
static bool
matches(Operation *op, SlapReply *rs, view *v)
{
    Attribute *child = NULL;

    ov_computed_add(
        op, v->on, rs->sr_entry, OV_COMPUTED_CHILD, ACL_SEARCH, &child);
    if (child != NULL) {
        rs_entry2modifiable(op, rs, v->on);
        merge(rs->sr_entry, child);
    }
    return test_filter(op, rs->sr_entry, v->filter) == LDAP_COMPARE_TRUE;
}

static void
hide_voids(Operation *op, SlapReply *rs, view *v)
{
    if (!ov_void_possible(ov_instance_of(v->on), v->since) ||
        !ov_void_found(op, v->on, v->since, rs->sr_entry))
        return;
    rs_entry2modifiable(op, rs, v->on);
    ov_void_strip(op, v->on, v->since, rs->sr_entry);
}

/* Returns what the callback returns. */
static int
show(Operation *op, SlapReply *rs, view *v)
{
    unsigned asked = v->asked;

    hide_voids(op, rs, v);
    if (v->filter != NULL) {
        bool over = over_limit(op, rs, v);

        if (!matches(op, rs, v))
            return LDAP_SUCCESS;
        if (over)
            return LDAP_SIZELIMIT_EXCEEDED;
        look_beyond_page(op, rs, v);
        asked &= ~OV_COMPUTED_CHILD;
    }
    ov_computed_add(
        op, v->on, rs->sr_entry, asked, ACL_READ, &rs->sr_operational_attrs);
    return SLAP_CB_CONTINUE;
}

/* What slapd frees is the client's filter. */
static void
give_back(Operation *op, view *v)
{
    v->over = true;
    if (v->filter == NULL)
        return;
    op->ors_filter = v->filter;
    if (v->begun)
        op->ors_slimit = v->size_limit;
    v->filter = NULL;
}

static int
view_response(Operation *op, SlapReply *rs)
{
    view *v = op->o_callback->sc_private;
    BackendInfo *bi = op->o_bd->bd_info;
    int rc = SLAP_CB_CONTINUE;

    if (rs->sr_type == REP_SEARCH && v->over) {
        rc = LDAP_SUCCESS;
    } else if (rs->sr_type == REP_SEARCH) {
        op->o_bd->bd_info = (BackendInfo *)v->on->on_info;
        rc = show(op, rs, v);
        op->o_bd->bd_info = bi;
    } else if (rs->sr_type == REP_RESULT) {
        give_back(op, v);
    }
    return rc;
}

static int
view_cleanup(Operation *op, SlapReply *rs)
{
    if (ov_is_over(op, rs, LDAP_REQ_SEARCH))
        give_back(op, op->o_callback->sc_private);
    return SLAP_CB_CONTINUE;
}

void
ov_view_search(Operation *op, slap_overinst *on)
{
    BackendInfo *bi;
    Filter *wider;
    view *v;

    if (is_sync(op))
        return;
    v = ov_keep(op, sizeof(*v));
    v->on = on;
    v->since = ov_void_now(ov_instance_of(on));
    v->asked = ov_computed_asked(op->ors_attrs, slap_attr_flags(op->ors_attrs));
    bi = ov_enter(op, on);
    if ((v->asked & OV_COMPUTED_SERVICES) != 0)
        ov_service_refresh(op, on);
    wider = ov_filter_widen(op, on, op->ors_filter);
    if (wider != NULL) {
        v->filter = op->ors_filter;
        op->ors_filter = wider;
    }
    ov_leave(op, bi);
    ov_push_callback(op, view_response, view_cleanup, v);
}
