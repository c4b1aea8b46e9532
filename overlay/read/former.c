/* former.c - former passwords are nobody's to read, and a number's key is who
 * may read the number's.
 *
 * Reads, filters, compares, controls and overlays all come to one question of
 * slapd's, access_allowed(), with the attribute that they are about. slapd puts
 * it to the database's BackendInfo if that has a function for it, which the one
 * of an overlay stack has, else to the frontend's, and backends without such a
 * function leave it to the frontend while they run. So both are asked here
 * first.
 */
#include "read/former.h"

#include "slapd/schema.h"

/* slapd's own, which answer for everything else: of the frontend, and of any
 * overlay stack. */
static BI_access_allowed *frontend, *stack;

/* What descends from an attribute has its usage (RFC 4512, section 2.5.1), and
 * most that are asked about have another one. */
static bool
is_former(const AttributeDescription *ad)
{
    const AttributeType *former = ov_kept[EDC_KEPT_PASSWORD_HISTORY]->ad_type;
    const AttributeType *at = ad->ad_type;

    if (!is_at_operational(at))
        return false;
    while (at != NULL && at != former)
        at = at->sat_sup;
    return at != NULL;
}

/* Writing is another matter: the schema lets nobody. */
static bool
is_guarded(const AttributeDescription *ad, slap_access_t access)
{
    return ACL_LEVEL(access) < ACL_WRITE_ && is_former(ad);
}

/* Rules that were written before there was a key hide mobile alone. */
static bool
is_hidden_number(BI_access_allowed *below, Operation *op, Entry *e,
    AttributeDescription *ad, slap_access_t access)
{
    slap_mask_t mask;

    ACL_INIT(mask);
    return ad == ov_kept[EDC_KEPT_MOBILE_KEY] && ov_ad_mobile != NULL &&
           ACL_LEVEL(access) < ACL_WRITE_ &&
           !below(op, e, ov_ad_mobile, NULL, access, NULL, &mask);
}

/* What was cached of another question is no answer to this one. */
static int
answer(BI_access_allowed *below, Operation *op, Entry *e,
    AttributeDescription *ad, struct berval *value, slap_access_t access,
    AccessControlState *state, slap_mask_t *mask)
{
    int may;

    if (is_hidden_number(below, op, e, ad, access)) {
        ACL_INIT(*mask);
        return 0;
    }
    if (!is_guarded(ad, access))
        return below(op, e, ad, value, access, state, mask);
    may = below(op, e, ad, value, ACL_MANAGE, NULL, mask);
    if (!may)
        ACL_INIT(*mask);
    return may;
}

static int
ask_frontend(Operation *op, Entry *e, AttributeDescription *ad,
    struct berval *value, slap_access_t access, AccessControlState *state,
    slap_mask_t *mask)
{
    return answer(frontend, op, e, ad, value, access, state, mask);
}

static int
ask_stack(Operation *op, Entry *e, AttributeDescription *ad,
    struct berval *value, slap_access_t access, AccessControlState *state,
    slap_mask_t *mask)
{
    return answer(stack, op, e, ad, value, access, state, mask);
}

/* An overlay stack on the frontend comes and goes, and asks what is below. */
void
ov_former_guard(void)
{
    BackendInfo *bi = frontendDB->bd_info;

    if (overlay_is_over(frontendDB))
        bi = ((slap_overinfo *)bi->bi_private)->oi_orig;
    if (bi->bi_access_allowed == ask_frontend)
        return;
    frontend = bi->bi_access_allowed;
    bi->bi_access_allowed = ask_frontend;
}

/* Every stack has the same function. */
void
ov_former_guard_database(slap_overinst *on)
{
    BackendInfo *bi = &on->on_info->oi_bi;

    if (bi->bi_access_allowed == ask_stack)
        return;
    stack = bi->bi_access_allowed;
    bi->bi_access_allowed = ask_stack;
}

/* ---- sorting ---- */

/* RFC 2891, section 1.1: SEQUENCE OF SEQUENCE { attributeType, orderingRule
 * [0] OPTIONAL, reverseOrder [1] DEFAULT FALSE }. Nothing is asked of tags:
 * sssvlv has put a NUL behind each string that it has read here. */
static bool
sorts_by_former(struct berval *value)
{
    BerElementBuffer list, one;
    BerElement *ber = (BerElement *)&list, *inner = (BerElement *)&one;
    struct berval keys, key, name;

    ber_init2(ber, value, 0);
    if (ber_skip_element(ber, &keys) == LBER_DEFAULT)
        return false;
    ber_init2(ber, &keys, 0);
    while (ber_skip_element(ber, &key) != LBER_DEFAULT) {
        AttributeDescription *ad = NULL;
        const char *text;

        ber_init2(inner, &key, 0);
        if (ber_skip_element(inner, &name) != LBER_DEFAULT &&
            slap_bv2ad(&name, &ad, &text) == LDAP_SUCCESS && is_former(ad))
            return true;
    }
    return false;
}

bool
ov_former_sorts(Operation *op)
{
    LDAPControl **c = op->o_ctrls;

    for (; c != NULL && *c != NULL; c++) {
        if (strcmp((*c)->ldctl_oid, LDAP_CONTROL_SORTREQUEST) == 0 &&
            sorts_by_former(&(*c)->ldctl_value))
            return true;
    }
    return false;
}
