/* service_access.c - educonnectServiceAccess: what an account opens. */
#include "read/computed.h"
#include "link/family.h"
#include "read/service.h"

/* The schools that speak for one audience of an account; freed for each entry,
 * as a search may find many. */
typedef struct schools {
    Operation *op;
    edc_school *list;
    size_t n, room;
} schools;

static void
add_school(void *ctx, Entry *e)
{
    schools *s = ctx;
    struct berval dn;

    if (!ov_has_class(e, EDC_OC_SCHOOL))
        return;
    for (size_t i = 0; i < s->n; i++) {
        if (edc_str_eq(s->list[i].dn, ov_str(&e->e_nname)))
            return;
    }
    if (s->n == s->room) {
        s->room = s->room == 0 ? 8 : s->room * 2;
        s->list = ch_realloc(s->list, s->room * sizeof(*s->list));
    }
    dn = ov_dup(&e->e_nname);
    s->list[s->n++] = (edc_school){ov_str(&dn), ov_service_levels(e)};
}

static void
add_schools_of(schools *s, Entry *student)
{
    BerVarray enrolled = ov_nvalues(student, ov_ad[EDC_AT_ENROLLED_AT]);

    for (; enrolled != NULL && !BER_BVISNULL(enrolled); enrolled++)
        ov_entry_look(s->op, enrolled, add_school, s);
}

static void
free_schools(schools *s)
{
    for (size_t i = 0; i < s->n; i++)
        ch_free((char *)s->list[i].dn.p);
    ch_free(s->list);
}

static bool
add_childs_schools(void *ctx, Entry *student, const struct berval *link)
{
    (void)link;
    add_schools_of(ctx, student);
    return true;
}

/* Services of one name are one value. */
static void
add_name(BerVarray *values, const struct ov_services *s, size_t at,
    const size_t *shown, size_t n_shown)
{
    struct berval name = ov_berval(s->list[at].service.name);

    for (size_t i = 0; i < n_shown; i++) {
        if (edc_str_eq(s->list[shown[i]].folded, s->list[at].folded))
            return;
    }
    value_add_one(values, &name);
}

static void
add_services(Operation *op, const struct ov_services *s, Entry *entry,
    const edc_account *account, BerVarray *values)
{
    schools own = {.op = op}, childrens = {.op = op};
    size_t *shown, n = 0;

    if (account->student)
        add_schools_of(&own, entry);
    if (account->guardian)
        ov_children_each(
            op, entry, SLAP_NO_LIMIT, add_childs_schools, &childrens);
    shown = ch_calloc(s->n, sizeof(*shown));
    for (size_t i = 0; i < s->n; i++) {
        if (!edc_service_access(&s->list[i].service, account,
                (edc_schools){own.list, own.n},
                (edc_schools){childrens.list, childrens.n}, op->o_time))
            continue;
        add_name(values, s, i, shown, n);
        shown[n++] = i;
    }
    ch_free(shown);
    free_schools(&own);
    free_schools(&childrens);
}

void
ov_compute_service_access(Operation *op, slap_overinst *on, Entry *entry,
    const edc_account *account, BerVarray *values)
{
    struct ov_services *s = ov_service_hold(&ov_instance_of(on)->services);

    /* Only an active account is worth looking for schools. */
    if (s != NULL && s->n > 0 && account->state == EDC_ACTIVE)
        add_services(op, s, entry, account, values);
    ov_service_release(s);
}
