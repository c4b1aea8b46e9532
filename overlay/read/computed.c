/* computed.c - attributes that are answered and never stored: the table of
 * them, and educonnectChild.
 */
#include "read/computed.h"

#include "link/family.h"
#include "slapd/memory.h"

static const struct {
    edc_attribute attribute;
    ov_compute compute;
} table[] = {
    {EDC_AT_CHILD, ov_compute_child}, /* OV_COMPUTED_CHILD */
    {EDC_AT_SERVICE_ACCESS,
        ov_compute_service_access}, /* OV_COMPUTED_SERVICES */
    {EDC_AT_HOLD, ov_compute_hold},
    {EDC_AT_BIND_STATUS, ov_compute_bind_status},
    {EDC_AT_ALLOWED, ov_compute_allowed},
};

#define ROWS (sizeof(table) / sizeof(table[0]))

unsigned
ov_computed_row(const AttributeDescription *ad)
{
    for (size_t i = 0; i < ROWS; i++) {
        if (ov_ad[table[i].attribute]->ad_type == ad->ad_type)
            return 1u << i;
    }
    return 0;
}

unsigned
ov_computed_asked(AttributeName *attrs, slap_mask_t flags)
{
    unsigned asked = 0;

    for (size_t i = 0; i < ROWS; i++) {
        if (SLAP_OPATTRS(flags) ||
            (attrs != NULL && ad_inlist(ov_ad[table[i].attribute], attrs)))
            asked |= 1u << i;
    }
    return asked;
}

/* Values of a DN syntax are normalised as such; the rest by their rule. */
static void
append_attribute(Attribute **list, AttributeDescription *ad, BerVarray values)
{
    Entry holder = {0};

    if (attr_merge_normalize(&holder, ad, values, NULL) != LDAP_SUCCESS) {
        attrs_free(holder.e_attrs);
        return;
    }
    for (; *list != NULL; list = &(*list)->a_next)
        ;
    *list = holder.e_attrs;
}

void
ov_computed_add(Operation *op, slap_overinst *on, Entry *entry, unsigned asked,
    slap_access_t access, Attribute **list)
{
    edc_account account;

    if (asked == 0 || !ov_is_account(entry))
        return;
    /* An entry that is not shown costs nothing. */
    if (access == ACL_READ &&
        !access_allowed(op, entry, slap_schema.si_ad_entry, NULL, access, NULL))
        return;
    ov_account_read(entry, &account);
    for (size_t i = 0; i < ROWS; i++) {
        BerVarray values = NULL;

        if ((asked & (1u << i)) == 0 ||
            !access_allowed(
                op, entry, ov_ad[table[i].attribute], NULL, access, NULL))
            continue;
        table[i].compute(op, on, entry, &account, &values);
        if (values != NULL && !ov_is_unread(op))
            append_attribute(list, ov_ad[table[i].attribute], values);
        ber_bvarray_free(values);
    }
}

bool
ov_child_is_shown(Operation *op, Entry *student, struct berval *link)
{
    int entry = access_allowed(
        op, student, slap_schema.si_ad_entry, NULL, ACL_READ, NULL);
    int value = access_allowed(
        op, student, ov_ad[EDC_AT_GUARDIAN], link, ACL_READ, NULL);

    return entry != 0 && value != 0;
}

/* A guardian may have been given any number of children. */
typedef struct children {
    Operation *op;
    BerVarray values;
    size_t n, room;
} children;

/* A child is shown to whoever may read the link itself. */
static bool
add_child(void *ctx, Entry *student, const struct berval *link)
{
    children *c = ctx;
    struct berval value = *link;

    if (!ov_child_is_shown(c->op, student, &value))
        return true;
    if (c->n + 1 >= c->room) {
        c->room = c->room == 0 ? 8 : c->room * 2;
        c->values = ch_realloc(c->values, c->room * sizeof(*c->values));
    }
    c->values[c->n++] = ov_dup(&student->e_name);
    BER_BVZERO(&c->values[c->n]);
    return true;
}

void
ov_compute_child(Operation *op, slap_overinst *on, Entry *entry,
    const edc_account *account, BerVarray *values)
{
    children c = {.op = op};

    (void)on;
    if (account->guardian)
        ov_children_each(op, entry, SLAP_NO_LIMIT, add_child, &c);
    *values = c.values;
}
