/* unique.c - values that one entry only may have.
 *
 * A value is reserved from the moment it is looked for until the write is
 * answered. Two clients that bring the same one at once meet at the
 * reservation; later ones meet the stored value through the index.
 */
#include "write/unique.h"
#include "slapd/memory.h"
#include "slapd/reserve.h"
#include "slapd/values.h"

static const edc_attribute unique[] = {
    EDC_AT_UAI, EDC_AT_FEDERATED_ID, EDC_AT_SOURCE_ID};

typedef struct other {
    const struct berval *self;
    const AttributeDescription *ad;
    bool found;
} other;

static bool
is_other(void *ctx, Entry *e)
{
    other *o = ctx;

    o->found = o->found || !dn_match(&e->e_nname, o->self);
    return !o->found;
}

static bool
tell_of_other(void *ctx, Entry *e)
{
    other *o = ctx;

    if (is_other(o, e))
        return true;
    Debug(LDAP_DEBUG_ANY,
        "educonnect: \"%s\" and \"%s\" have one %s: two servers have given "
        "it (EDD-207 of educonnectctl doctor)\n",
        o->self->bv_val, e->e_nname.bv_val, o->ad->ad_cname.bv_val);
    return false;
}

void
ov_unique_follow(Operation *op, const struct berval *ndn,
    AttributeDescription *ad, BerVarray values)
{
    other o = {.self = ndn, .ad = ad};
    bool is_unique = false;

    for (size_t i = 0; i < sizeof(unique) / sizeof(unique[0]); i++)
        is_unique = is_unique || ov_ad[unique[i]] == ad;
    for (; is_unique && values != NULL && !BER_BVISNULL(values); values++)
        ov_search_equal(op, ad, values, 2, tell_of_other, &o);
}

/* The values that the entry would have and `before` has not; borrowed, the
 * array to be freed. */
static ov_want *
new_values(Entry *entry, Entry *before, AttributeDescription *ad, size_t *n)
{
    BerVarray values = ov_nvalues(entry, ad);
    Attribute *a = attr_find(entry->e_attrs, ad);
    ov_value_set old = {0};
    ov_want *wants = ch_calloc(a == NULL ? 1 : a->a_numvals, sizeof(*wants));

    *n = 0;
    if (before != NULL)
        ov_value_set_add_all(&old, ov_nvalues(before, ad));
    for (; values != NULL && !BER_BVISNULL(values); values++) {
        if (!ov_value_set_has(&old, values))
            wants[(*n)++] =
                (ov_want){.ad = ad, .value = *values, .share = OV_EXCLUSIVE};
    }
    ov_value_set_free(&old);
    return wants;
}

static edc_codes
reserve_values(Operation *op, slap_overinst *on, Entry *entry, Entry *before,
    AttributeDescription *ad)
{
    other o = {.self = &entry->e_nname};
    edc_codes codes = 0;
    size_t n;
    ov_want *wants = new_values(entry, before, ad, &n);

    if (!ov_reserve(op, on, wants, n))
        codes = EDC_BIT(EDC_B02);
    for (size_t i = 0; i < n && codes == 0; i++) {
        int rc = ov_search_equal(op, ad, &wants[i].value, 2, is_other, &o);

        codes = o.found               ? EDC_BIT(EDC_D02)
                : ov_is_elsewhere(rc) ? 0
                                      : EDC_BIT(ov_unread_code());
    }
    ch_free(wants);
    return codes;
}

edc_codes
ov_unique_reserve(Operation *op, slap_overinst *on, Entry *entry, Entry *before,
    const char **attribute)
{
    edc_codes codes = 0;

    for (size_t i = 0; i < sizeof(unique) / sizeof(unique[0]) && codes == 0;
        i++) {
        *attribute = ov_ad[unique[i]]->ad_cname.bv_val;
        codes = reserve_values(op, on, entry, before, ov_ad[unique[i]]);
    }
    return codes;
}
