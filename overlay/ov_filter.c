/* ov_filter.c - filters that speak of what is not stored.
 *
 * The backend gets a filter that it can evaluate and that matches no entry too
 * few; what it finds is tested again with the client's own filter, on the entry
 * as the client would see it (ov_view.c). Which replacement is too wide depends
 * on how many negations a term stands under.
 */
#include "ov_computed.h"

#include "ov_family.h"
#include "ov_void.h"

static bool
speaks_of(const Filter *f, bool (*wanted)(const AttributeDescription *ad))
{
    switch (f->f_choice) {
    case LDAP_FILTER_AND:
    case LDAP_FILTER_OR:
        for (f = f->f_list; f != NULL; f = f->f_next) {
            if (speaks_of(f, wanted))
                return true;
        }
        return false;
    case LDAP_FILTER_NOT:
        return speaks_of(f->f_not, wanted);
    case LDAP_FILTER_PRESENT:
        return wanted(f->f_desc);
    case LDAP_FILTER_EQUALITY:
    case LDAP_FILTER_GE:
    case LDAP_FILTER_LE:
    case LDAP_FILTER_APPROX:
        return wanted(f->f_av_desc);
    case LDAP_FILTER_SUBSTRINGS:
        return wanted(f->f_sub_desc);
    case LDAP_FILTER_EXT:
        return f->f_mr_desc != NULL && wanted(f->f_mr_desc);
    default:
        return false;
    }
}

static bool
is_child(const AttributeDescription *ad)
{
    return ad->ad_type == ov_ad[EDC_AT_CHILD]->ad_type;
}

static bool
is_child_or_link(const AttributeDescription *ad)
{
    return is_child(ad) || ov_is_link(ad);
}

bool
ov_filter_needs_view(const Filter *f)
{
    return speaks_of(f, is_child_or_link);
}

static Filter *
new_filter(Operation *op, ber_tag_t choice)
{
    Filter *f = op->o_tmpcalloc(1, sizeof(*f), op->o_tmpmemctx);

    f->f_choice = choice;
    return f;
}

static Filter *
constant(Operation *op, ber_int_t result)
{
    Filter *f = new_filter(op, SLAPD_FILTER_COMPUTED);

    f->f_result = result;
    return f;
}

static Filter *
equals(Operation *op, AttributeDescription *ad, const struct berval *value)
{
    Filter *f = new_filter(op, LDAP_FILTER_EQUALITY);

    f->f_ava = op->o_tmpcalloc(1, sizeof(*f->f_ava), op->o_tmpmemctx);
    f->f_av_desc = ad;
    ber_dupbv_x(&f->f_av_value, (struct berval *)value, op->o_tmpmemctx);
    return f;
}

/* The guardians of one student, by their names. Where slapd's access rules keep
 * the reader from searching by name, the backend would miss one: then
 * everything is looked at. */
static Filter *
guardians_of(Operation *op, struct berval *student)
{
    Filter *any = new_filter(op, LDAP_FILTER_OR);
    Filter **tail = &any->f_or;
    Entry *e = ov_entry_copy(op, student);
    BerVarray links = e == NULL ? NULL : ov_nvalues(e, ov_ad[EDC_AT_GUARDIAN]);
    AttributeDescription *name = slap_schema.si_ad_entryDN;
    bool searchable = true;

    for (; links != NULL && !BER_BVISNULL(links); links++) {
        Entry *guardian = ov_guardian_of_link(op, links);

        if (guardian == NULL)
            continue;
        searchable = searchable && access_allowed(op, guardian, name,
                                       &guardian->e_nname, ACL_SEARCH, NULL);
        *tail = equals(op, name, &guardian->e_nname);
        tail = &(*tail)->f_next;
        entry_free(guardian);
    }
    if (e != NULL)
        entry_free(e);
    if (!searchable)
        return constant(op, LDAP_COMPARE_TRUE);
    return any->f_or != NULL ? any : constant(op, LDAP_COMPARE_FALSE);
}

static Filter *
widen_child(Operation *op, Filter *f)
{
    switch (f->f_choice) {
    case LDAP_FILTER_PRESENT:
        return equals(op, slap_schema.si_ad_objectClass,
            &ov_oc[EDC_OC_LEGAL_GUARDIAN]->soc_cname);
    case LDAP_FILTER_EQUALITY:
        return guardians_of(op, &f->f_av_value);
    default:
        return constant(op, LDAP_COMPARE_TRUE);
    }
}

static Filter *widen(Operation *op, Filter *f, bool positive);

static Filter *
widen_list(Operation *op, Filter *f, bool positive)
{
    Filter *copy = new_filter(op, f->f_choice);
    Filter **tail = &copy->f_list;

    for (f = f->f_list; f != NULL; f = f->f_next) {
        *tail = widen(op, f, positive);
        tail = &(*tail)->f_next;
    }
    return copy;
}

static Filter *
share_leaf(Operation *op, const Filter *f)
{
    Filter *copy = new_filter(op, f->f_choice);

    *copy = *f;
    copy->f_next = NULL;
    return copy;
}

static Filter *
widen(Operation *op, Filter *f, bool positive)
{
    Filter *copy;

    switch (f->f_choice) {
    case LDAP_FILTER_AND:
    case LDAP_FILTER_OR:
        return widen_list(op, f, positive);
    case LDAP_FILTER_NOT:
        copy = new_filter(op, f->f_choice);
        copy->f_not = widen(op, f->f_not, !positive);
        return copy;
    default:
        break;
    }
    if (speaks_of(f, is_child))
        return positive ? widen_child(op, f) : constant(op, LDAP_COMPARE_FALSE);
    /* What is stored of links is what is seen, and possibly more. */
    if (!positive && speaks_of(f, ov_is_link))
        return constant(op, LDAP_COMPARE_FALSE);
    return share_leaf(op, f);
}

Filter *
ov_filter_widen(Operation *op, Filter *f)
{
    return widen(op, f, true);
}
