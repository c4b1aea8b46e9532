/* filter.c - filters that speak of what is not stored.
 *
 * The backend gets a filter that it can evaluate and that matches no entry too
 * few (read/widen.c); what it finds is tested again with the client's own
 * filter, on the entry as the client would see it (read/view.c).
 *
 * A filter may ask for the guardians of any name. Whether there is such a
 * student, and with which guardians, must show neither in the answer nor in the
 * time that it takes to whoever may not read the student's links: an unknown
 * name, a student without guardians and one whose guardians are hidden cost one
 * reading and as many questions to slapd's access rules.
 */
#include "link/family.h"
#include "link/void.h"
#include "read/computed.h"
#include "read/widen.h"
#include "slapd/memory.h"

/* One search whose filter is widened. */
typedef struct search {
    Operation *op;
    slap_overinst *on;
    AttributeDescription *links[OV_N_LINKS];
    bool asked; /* whether the base may be searched */
    bool allowed;
} search;

static void *
keep(void *ctx, size_t n)
{
    search *s = ctx;

    return ov_keep(s->op, n);
}

static void
look_at_base(void *ctx, Entry *e)
{
    search *s = ctx;

    s->allowed = access_allowed(s->op, e, slap_schema.si_ad_entry, NULL,
                     ACL_SEARCH, NULL) != 0;
}

/* Where the base may not be searched the backend says so, whatever the
 * filter. */
static bool
may_search(search *s)
{
    if (!s->asked)
        ov_entry_look(s->op, &s->op->o_req_ndn, look_at_base, s);
    s->asked = true;
    return s->allowed;
}

/* The guardian that a link means, by name. Where slapd's access rules keep the
 * reader from searching by name, the backend would miss one: then everything
 * is looked at. */
static void
add_guardian(search *s, struct berval *link, ov_guardians *found)
{
    AttributeDescription *name = slap_schema.si_ad_entryDN;
    Entry *guardian = ov_guardian_of_link(s->op, link);

    if (guardian == NULL)
        return;
    found->any = found->any || !access_allowed(s->op, guardian, name,
                                   &guardian->e_nname, ACL_SEARCH, NULL);
    found->names[found->n++] = ov_keep_bv(s->op, &guardian->e_nname);
    entry_free(guardian);
}

/* The links that the reader may read. What is missing of the number that there
 * may be is asked about as well, by the entry's own name. */
static void
add_guardians(search *s, Entry *e, Attribute *links, ov_guardians *found)
{
    size_t n = links == NULL ? 0 : links->a_numvals;
    size_t most = ov_instance_of(s->on)->settings.max_guardians;

    found->names = ov_keep(s->op, (n + 1) * sizeof(*found->names));
    for (size_t i = 0; i < n || i < most; i++) {
        struct berval link = i < n ? links->a_nvals[i] : e->e_nname;

        if (ov_child_is_shown(s->op, e, &link) && i < n)
            add_guardian(s, &link, found);
    }
}

/* In place of a student that there is not, the database's own entry is read: as
 * large as it is, and not as the client chooses, who may ask about many. */
static void
look_up(void *ctx, struct berval *child, ov_guardians *found)
{
    search *s = ctx;
    Attribute *links = NULL;
    Entry *e;

    if (!may_search(s))
        return;
    e = ov_entry_copy(s->op, child);
    if (e != NULL)
        links = attr_find(e->e_attrs, ov_ad[EDC_AT_GUARDIAN]);
    else
        e = ov_entry_copy(s->op, &s->op->o_bd->be_nsuffix[0]);
    if (e == NULL)
        return;
    add_guardians(s, e, links, found);
    entry_free(e);
}

static ov_widener
widener(search *s)
{
    for (int i = 0; i < OV_N_LINKS; i++)
        s->links[i] = ov_ad[ov_link_attributes[i]];
    return (ov_widener){
        .child = ov_ad[EDC_AT_CHILD],
        .links = s->links,
        .n_links = OV_N_LINKS,
        .name = slap_schema.si_ad_entryDN,
        .class = slap_schema.si_ad_objectClass,
        .guardian_class = ov_oc[EDC_OC_LEGAL_GUARDIAN]->soc_cname,
        .keep = keep,
        .look_up = look_up,
        .ctx = s,
    };
}

Filter *
ov_filter_widen(Operation *op, slap_overinst *on, Filter *f)
{
    search s = {.op = op, .on = on};
    ov_widener w = widener(&s);

    return ov_widen_needed(&w, f) ? ov_widen(&w, f) : NULL;
}
