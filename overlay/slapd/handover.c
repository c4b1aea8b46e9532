/* handover.c - what a Password Modify hands down to the Modify that it becomes.
 */
#include "slapd/handover.h"
#include "slapd/memory.h"

static int exop_key;

void
ov_exop_hand(Operation *op, ov_exop_extra *extra)
{
    extra->extra.oe_key = &exop_key;
    LDAP_SLIST_INSERT_HEAD(&op->o_extra, &extra->extra, oe_next);
}

void
ov_exop_take_back(Operation *op, ov_exop_extra *extra)
{
    LDAP_SLIST_REMOVE(&op->o_extra, &extra->extra, OpExtra, oe_next);
}

ov_exop *
ov_exop_of(Operation *op)
{
    OpExtra *extra;

    LDAP_SLIST_FOREACH(extra, &op->o_extra, oe_next)
    {
        if (extra->oe_key == &exop_key)
            return &((ov_exop_extra *)extra)->exop;
    }
    return NULL;
}

bool
ov_is_given_up(Operation *op)
{
    ov_exop *exop = ov_exop_of(op);

    return ov_is_abandoned(exop == NULL ? op : exop->client);
}
