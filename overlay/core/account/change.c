/* change.c - what a write makes of an entry. */
#include "core/account/change.h"

#include <stdlib.h>
#include <string.h>

static int
compare(edc_str a, edc_str b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int order = n == 0 ? 0 : memcmp(a.p, b.p, n);

    if (order != 0 || a.n == b.n)
        return order;
    return a.n < b.n ? -1 : 1;
}

static int
in_order(const void *a, const void *b)
{
    const edc_value *x = a, *y = b;
    int order;

    if (x->which != y->which)
        return x->which < y->which ? -1 : 1;
    order = compare(x->options, y->options);
    return order != 0 ? order : compare(x->value, y->value);
}

/* Directories keep no order among values. */
static bool
differ(edc_values *before, edc_values *after)
{
    if (before->n != after->n)
        return true;
    if (before->n == 0)
        return false;
    qsort(before->list, before->n, sizeof(*before->list), in_order);
    qsort(after->list, after->n, sizeof(*after->list), in_order);
    for (size_t i = 0; i < before->n; i++) {
        if (in_order(&before->list[i], &after->list[i]) != 0)
            return true;
    }
    return false;
}

static bool
is_account(const edc_picture *p)
{
    return p->student || p->guardian;
}

static bool
has_options(const edc_values *values)
{
    for (size_t i = 0; i < values->n; i++) {
        if (values->list[i].options.n > 0)
            return true;
    }
    return false;
}

edc_change
edc_change_find(edc_picture *before, edc_picture *after)
{
    edc_change c = {.was = is_account(before), .is = is_account(after)};

    c.link = after->link_in_name && !before->link_in_name;
    c.lost = (before->student && !after->student) ||
             (before->guardian && !after->guardian);
    c.gained = c.was && ((after->student && !before->student) ||
                            (after->guardian && !before->guardian));
    c.ended = c.was && !c.is;
    c.keyed = c.is && !c.was && after->password.n > 0;
    c.option = c.is && !c.was && has_options(&after->uid);
    if (c.was || c.is) {
        c.uid = differ(&before->uid, &after->uid);
        c.password = differ(&before->password, &after->password);
        c.kept = differ(&before->kept, &after->kept);
    }
    return c;
}

static const edc_wish wishes[] = {
    EDC_WISH_PASSWORD, EDC_WISH_STATE, EDC_WISH_UNLOCK, EDC_WISH_LOCK};
#define N_WISHES (sizeof(wishes) / sizeof(wishes[0]))

/* Whether it writes what only events and the overlay write. */
static bool
is_governed(const edc_change *c, const edc_write *w)
{
    return w->wishes != 0 || w->names_kept.n > 0 || c->password || c->kept;
}

bool
edc_change_asks_roles(const edc_change *c, const edc_write *w)
{
    return (c->is && !c->was) || (c->was && (c->ended || is_governed(c, w)));
}

static bool
refuse(edc_refusal *refusal, edc_code code, edc_str attribute)
{
    refusal->codes = EDC_BIT(code);
    refusal->params.attributes = attribute;
    return false;
}

/* Each thing that is written asks for a role of its own; what no wish stands
 * for, for any at all. */
static bool
roles_allow(const edc_change *c, const edc_write *w, const edc_request *request,
    edc_refusal *refusal)
{
    if (!c->was)
        return edc_wish_allowed(request, EDC_WISH_CREATE, refusal);
    for (size_t i = 0; i < N_WISHES; i++) {
        if ((w->wishes & (1U << wishes[i])) != 0 &&
            !edc_wish_allowed(request, wishes[i], refusal))
            return false;
    }
    if (c->password && !edc_wish_allowed(request, EDC_WISH_PASSWORD, refusal))
        return false;
    if (c->ended && w->means == EDC_MEANS_MODIFY && request->relax &&
        !edc_wish_allowed(request, EDC_WISH_RELEASE, refusal))
        return false;
    if (request->roles != 0 || !(c->kept || w->names_kept.n > 0))
        return true;
    refusal->params.event =
        w->names_kept.n > 0 ? w->names_kept : EDC_STR("educonnectState");
    return refuse(refusal, request->school_identity ? EDC_A01 : EDC_A02,
        (edc_str){NULL, 0});
}

/* An account stays one, of the same kind, until it is deleted; a Modify may
 * give it the other class as well. One that may be released says the table. */
static bool
class_stays(const edc_change *c, const edc_write *w, const edc_request *request)
{
    if (w->means != EDC_MEANS_MODIFY)
        return !c->lost && !c->gained;
    return !c->lost || (c->ended && request->relax);
}

/* Whether it is the entry of before the overlay that becomes an account. */
static bool
is_adopted(const edc_change *c, const edc_write *w)
{
    return c->keyed && w->means == EDC_MEANS_MODIFY;
}

/* What cannot be written so, by whomever. */
static bool
shape_allows(const edc_change *c, const edc_write *w)
{
    bool creates = c->is && !c->was;

    if (w->names_kept.n > 0 || c->kept)
        return false;
    if (creates)
        return w->means == EDC_MEANS_ADD ||
               (w->means == EDC_MEANS_MODIFY && w->wishes == 0);
    return !c->password && !(c->ended && w->wishes != 0);
}

bool
edc_change_judge(const edc_change *c, const edc_write *w,
    const edc_account *account, const edc_request *request,
    edc_refusal *refusal)
{
    bool account_write = c->was || c->is;

    *refusal = (edc_refusal){0};
    refusal->params.event = EDC_STR("this change");
    refusal->params.state =
        edc_str_of(edc_state_name(c->was ? account->state : EDC_ABSENT));
    if (edc_change_asks_roles(c, w) && !roles_allow(c, w, request, refusal))
        return false;
    if (w->transaction && account_write)
        return refuse(refusal, EDC_S05, (edc_str){NULL, 0});
    if (!class_stays(c, w, request))
        return refuse(refusal, EDC_D03, EDC_STR("objectClass"));
    if (c->was && c->uid)
        return refuse(refusal, EDC_D03, EDC_STR("uid"));
    if (c->option)
        return refuse(refusal, EDC_D01, EDC_STR("uid"));
    if (c->link)
        return refuse(refusal, EDC_D01, EDC_STR("educonnectGuardian"));
    if (is_adopted(c, w) && !request->relax)
        return refuse(refusal, EDC_S06, (edc_str){NULL, 0});
    if (account_write && !shape_allows(c, w))
        return refuse(refusal, EDC_S01, (edc_str){NULL, 0});
    return true;
}
