/* ov_unique.c - values that one entry only may have.
 *
 * A value is reserved from the moment it is looked for until the write is
 * answered. Two clients that bring the same one at once meet at the
 * reservation; later ones meet the stored value through the index.
 */
#include "ov_ops.h"
#include "ov_reserve.h"

static const edc_attribute unique[] = {
    EDC_AT_UAI, EDC_AT_FEDERATED_ID, EDC_AT_SOURCE_ID};

typedef struct other {
    const struct berval *self;
    bool found;
} other;

static bool
is_other(void *ctx, Entry *e)
{
    other *o = ctx;

    o->found = o->found || !dn_match(&e->e_nname, o->self);
    return !o->found;
}

static edc_codes
reserve_value(Operation *op, slap_overinst *on, AttributeDescription *ad,
    const struct berval *value, Entry *entry)
{
    ov_want want = {.ad = ad, .value = *value, .share = OV_EXCLUSIVE};
    other o = {.self = &entry->e_nname};

    if (!ov_reserve(op, on, &want, 1))
        return EDC_BIT(EDC_B02);
    ov_search_equal(op, ad, value, 2, is_other, &o);
    return o.found ? EDC_BIT(EDC_D02) : 0;
}

static bool
has_value(Entry *entry, AttributeDescription *ad, const struct berval *value)
{
    BerVarray values = entry == NULL ? NULL : ov_nvalues(entry, ad);

    for (; values != NULL && !BER_BVISNULL(values); values++) {
        if (bvmatch(values, value))
            return true;
    }
    return false;
}

edc_codes
ov_unique_reserve(Operation *op, slap_overinst *on, Entry *entry, Entry *before,
    const char **attribute)
{
    edc_codes codes = 0;

    for (size_t i = 0; i < sizeof(unique) / sizeof(unique[0]); i++) {
        AttributeDescription *ad = ov_ad[unique[i]];
        BerVarray values = ov_nvalues(entry, ad);

        for (; values != NULL && !BER_BVISNULL(values) && codes == 0;
             values++) {
            if (has_value(before, ad, values))
                continue;
            codes = reserve_value(op, on, ad, values, entry);
            *attribute = ad->ad_cname.bv_val;
        }
    }
    return codes;
}
