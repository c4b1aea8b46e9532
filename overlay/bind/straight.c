/* straight.c - a bind that nobody below has a say in. */
#include "bind/straight.h"
#include "slapd/memory.h"

static bool
has_bind(const slap_overinst *below)
{
    return (below->on_bi.bi_flags & SLAPO_BFLAG_DISABLED) == 0 &&
           below->on_bi.bi_op_bind != NULL;
}

/* back-mdb reads its entry itself, and what was read here came by every
 * overlay: slapo-rwm, above or below, gives it another name. slapd's own glue
 * asks only where the name is another database's. */
static bool
shows_entries(const slap_overinst *one)
{
    return (one->on_bi.bi_flags & SLAPO_BFLAG_DISABLED) == 0 &&
           one->on_bi.bi_entry_get_rw != NULL &&
           strcmp(one->on_bi.bi_type, "glue") != 0;
}

static bool
are_shown_as_stored(const slap_overinfo *all)
{
    const slap_overinst *one = all->oi_list;

    while (one != NULL && !shows_entries(one))
        one = one->on_next;
    return one == NULL;
}

/* slapd cleans up what stands before its own callback when a hook ends an
 * operation, and sends the answer of a bind after that. */
static bool
is_awaited(Operation *op, const slap_overinst *on)
{
    slap_callback *cb = op->o_callback;

    while (cb != NULL && cb->sc_private != on->on_info && ov_is_pushed(cb))
        cb = cb->sc_next;
    return cb == NULL || cb->sc_private != on->on_info;
}

bool
ov_straight(Operation *op, const slap_overinst *on)
{
    const slap_overinst *below = on->on_next;

    while (below != NULL && !has_bind(below))
        below = below->on_next;
    return below == NULL && are_shown_as_stored(on->on_info) &&
           !is_awaited(op, on) &&
           strcmp(on->on_info->oi_orig->bi_type, "mdb") == 0;
}

bool
ov_straight_entry(Operation *op, Entry *e)
{
    Attribute *a = attr_find(e->e_attrs, slap_schema.si_ad_userPassword);

    return a != NULL && a->a_numvals == 1 && !is_entry_subentry(e) &&
           !is_entry_alias(e) && !is_entry_referral(e) &&
           access_allowed(op, e, a->a_desc, &a->a_vals[0], ACL_AUTH, NULL) != 0;
}

int
ov_straight_end(Operation *op, SlapReply *rs, Entry *e)
{
    ber_dupbv(&op->orb_edn, &e->e_name);
    rs->sr_err = LDAP_SUCCESS;
    return LDAP_SUCCESS;
}
