/* ov_unique.c - values that one entry only may have, without a lock.
 *
 * A value is reserved from the moment it is looked for until the write is
 * answered. Two clients that bring the same one at once meet at the
 * reservation, one of them is told to try again; later ones meet the stored
 * value through the index.
 */
#include "ov_ops.h"

static const edc_attribute unique[] = {EDC_AT_UAI, EDC_AT_FEDERATED_ID};

struct ov_reservation {
    struct ov_reservation *next;
    AttributeDescription *ad;
    struct berval value; /* normalised; owned */
    const void *owner;
};

typedef struct holder {
    slap_overinst *on;
    bool held;
} holder;

static void
release(holder *h)
{
    ov_instance *instance = ov_instance_of(h->on);
    struct ov_reservation **r, *gone;

    if (!h->held)
        return;
    h->held = false;
    ldap_pvt_thread_mutex_lock(&instance->reservations_mutex);
    for (r = &instance->reservations; *r != NULL;) {
        if ((*r)->owner != h) {
            r = &(*r)->next;
            continue;
        }
        gone = *r;
        *r = gone->next;
        ch_free(gone->value.bv_val);
        ch_free(gone);
    }
    ldap_pvt_thread_mutex_unlock(&instance->reservations_mutex);
}

/* Before the client is answered: what it does next must not meet its own
 * reservation. */
static int
release_response(Operation *op, SlapReply *rs)
{
    if (rs->sr_type == REP_RESULT)
        release(op->o_callback->sc_private);
    return SLAP_CB_CONTINUE;
}

static int
release_cleanup(Operation *op, SlapReply *rs)
{
    (void)rs;
    release(op->o_callback->sc_private);
    return SLAP_CB_CONTINUE;
}

static bool
reserve(holder *h, AttributeDescription *ad, const struct berval *value)
{
    ov_instance *instance = ov_instance_of(h->on);
    struct ov_reservation *mine = ch_calloc(1, sizeof(*mine));
    struct ov_reservation *r;

    mine->ad = ad;
    mine->owner = h;
    mine->value = ov_dup(value);
    ldap_pvt_thread_mutex_lock(&instance->reservations_mutex);
    for (r = instance->reservations; r != NULL; r = r->next) {
        if (r->ad == ad && r->owner != h && bvmatch(&r->value, value))
            break;
    }
    if (r == NULL) {
        mine->next = instance->reservations;
        instance->reservations = mine;
    }
    ldap_pvt_thread_mutex_unlock(&instance->reservations_mutex);
    if (r != NULL) {
        ch_free(mine->value.bv_val);
        ch_free(mine);
    }
    return r == NULL;
}

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
reserve_value(Operation *op, holder *h, AttributeDescription *ad,
    const struct berval *value, Entry *entry)
{
    other o = {.self = &entry->e_nname};

    if (!reserve(h, ad, value))
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
    holder *h = op->o_tmpcalloc(1, sizeof(*h), op->o_tmpmemctx);
    edc_codes codes = 0;

    h->on = on;
    for (size_t i = 0; i < sizeof(unique) / sizeof(unique[0]); i++) {
        AttributeDescription *ad = ov_ad[unique[i]];
        BerVarray values = ov_nvalues(entry, ad);

        for (; values != NULL && !BER_BVISNULL(values) && codes == 0;
             values++) {
            if (has_value(before, ad, values))
                continue;
            if (!h->held) {
                h->held = true;
                ov_push_callback(op, release_response, release_cleanup, h);
            }
            codes = reserve_value(op, h, ad, values, entry);
            *attribute = ad->ad_cname.bv_val;
        }
    }
    return codes;
}
