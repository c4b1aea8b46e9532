/* control.c - controls of ours on an answer, put there and taken off. */
#include "slapd/control.h"

#include "slapd/versions.h"

/* Where a control stands in an answer's array; NULL: it does not. */
static LDAPControl **
place_of(LDAPControl **all, const LDAPControl *control)
{
    while (all != NULL && *all != NULL && *all != control)
        all++;
    return all != NULL && *all != NULL ? all : NULL;
}

static LDAPControl *
same_kind(LDAPControl **all, const char *oid)
{
    for (; all != NULL && *all != NULL; all++) {
        if (strcmp((*all)->ldctl_oid, oid) == 0)
            return *all;
    }
    return NULL;
}

/* A new array without `without`, with the new one at its end. */
static LDAPControl **
longer(Operation *op, LDAPControl **all, const LDAPControl *without,
    LDAPControl *control)
{
    LDAPControl **new;
    int n = 0, kept = 0;

    while (all != NULL && all[n] != NULL)
        n++;
    new = op->o_tmpcalloc(n + 2, sizeof(*new), op->o_tmpmemctx);
    for (int i = 0; i < n; i++) {
        if (all[i] != without)
            new[kept++] = all[i];
    }
    new[kept] = control;
    return new;
}

/* Where whoever made a control frees it, it looks for it in the array: so
 * theirs stays, and has our value while the answer is sent. */
static void
add_where_controls_stay(Operation *op, SlapReply *rs, ov_controls *controls)
{
    LDAPControl *theirs = same_kind(rs->sr_ctrls, controls->control->ldctl_oid);
    LDAPControl **all;

    if (theirs != NULL) {
        controls->theirs = theirs;
        controls->their_value = theirs->ldctl_value;
        theirs->ldctl_value = controls->control->ldctl_value;
        return;
    }
    all = longer(op, rs->sr_ctrls, NULL, controls->control);
    if ((rs->sr_flags & REP_CTRLS_MUSTBEFREED) != 0)
        op->o_tmpfree(rs->sr_ctrls, op->o_tmpmemctx);
    rs->sr_ctrls = all;
    rs->sr_flags |= REP_CTRLS_MUSTBEFREED;
}

static void
remove_where_controls_stay(SlapReply *rs, ov_controls *controls)
{
    LDAPControl **at;

    if (controls->theirs != NULL) {
        if (place_of(rs->sr_ctrls, controls->theirs) != NULL)
            controls->theirs->ldctl_value = controls->their_value;
        return;
    }
    at = place_of(rs->sr_ctrls, controls->control);
    for (; at != NULL && *at != NULL; at++)
        at[0] = at[1];
}

/* The array is ours whatever has become of the answer. */
static void
remove_where_slapd_frees(Operation *op, SlapReply *rs, ov_controls *controls)
{
    if (rs->sr_ctrls == controls->mine)
        rs->sr_ctrls = controls->before;
    else if ((rs->sr_flags & REP_CTRLS_MUSTBEFREED) != 0)
        controls->control = NULL; /* slapd's to free, if it is there */
    op->o_tmpfree(controls->mine, op->o_tmpmemctx);
}

void
ov_control_add(
    Operation *op, SlapReply *rs, LDAPControl *control, ov_controls *controls)
{
    *controls = (ov_controls){.control = control};
    if (OV_CONTROLS_STAY) {
        add_where_controls_stay(op, rs, controls);
        return;
    }
    controls->before = rs->sr_ctrls;
    rs->sr_ctrls = controls->mine = longer(
        op, rs->sr_ctrls, same_kind(rs->sr_ctrls, control->ldctl_oid), control);
}

void
ov_control_give(SlapReply *rs, ov_controls *controls)
{
    if (OV_CONTROLS_STAY || controls->before != NULL)
        return;
    rs->sr_flags |= REP_CTRLS_MUSTBEFREED;
    *controls = (ov_controls){.control = NULL};
}

void
ov_control_remove(Operation *op, SlapReply *rs, ov_controls *controls)
{
    if (controls->control == NULL)
        return;
    if (OV_CONTROLS_STAY)
        remove_where_controls_stay(rs, controls);
    else
        remove_where_slapd_frees(op, rs, controls);
    op->o_tmpfree(controls->control, op->o_tmpmemctx);
    *controls = (ov_controls){.control = NULL};
}
