/* link.c - links between students and guardians, in what clients write. */
#include "link/link.h"
#include "link/clean.h"
#include "link/late.h"
#include "slapd/apply.h"
#include "slapd/excerpt.h"
#include "slapd/mods.h"
#include "slapd/reserve.h"
#include "slapd/values.h"

/* Looks again this often when the links change under the reader's eyes. */
#define LOOKS_MAX 5

bool
ov_touches_links(const Modifications *mods)
{
    for (; mods != NULL; mods = mods->sml_next) {
        if (ov_is_link(mods->sml_desc))
            return true;
    }
    return false;
}

/* The names in an entry's links. More guardians than there may be are refused
 * whatever becomes of any of them, so that they are not looked at. */
static void
add_links(ov_value_set *names, slap_overinst *on, Entry *e)
{
    for (int i = 0; i < OV_N_LINKS; i++) {
        AttributeDescription *ad = ov_ad[ov_link_attributes[i]];

        if (ad != ov_ad[EDC_AT_GUARDIAN] || !ov_links_are_many(on, e))
            ov_value_set_add_all(names, ov_nvalues(e, ad));
    }
}

bool
ov_links_are_many(slap_overinst *on, Entry *e)
{
    Attribute *a = attr_find(e->e_attrs, ov_ad[EDC_AT_GUARDIAN]);

    return a != NULL &&
           a->a_numvals > ov_instance_of(on)->settings.max_guardians;
}

static bool
reserve_names(Operation *op, slap_overinst *on, ov_value_set *names)
{
    size_t n = ov_value_set_distinct(names);
    ov_want *wants = ch_calloc(n + 1, sizeof(*wants));
    bool done;

    for (size_t i = 0; i < n; i++)
        wants[i] = (ov_want){.ad = ov_ad[EDC_AT_GUARDIAN],
            .value = ov_berval(names->list[i].value),
            .share = OV_SHARED};
    done = ov_reserve(op, on, wants, n);
    ch_free(wants);
    return done;
}

/* What the client itself says of links. */
static void
add_named(ov_value_set *names, const Modifications *mods)
{
    for (; mods != NULL; mods = mods->sml_next) {
        if (ov_is_link(mods->sml_desc))
            ov_value_set_add_all(names, mods->sml_nvalues);
    }
}

/* What the entry names, and what the client says. */
static bool
reserve_links(Operation *op, slap_overinst *on, Entry *e)
{
    ov_value_set names = {0};
    bool done;

    add_links(&names, on, e);
    add_named(&names, op->orm_modlist);
    done = reserve_names(op, on, &names);
    ov_value_set_free(&names);
    return done;
}

static bool
same_links(Entry *a, Entry *b)
{
    for (int i = 0; i < OV_N_LINKS; i++) {
        if (!ov_same_values(a, b, ov_ad[ov_link_attributes[i]]))
            return false;
    }
    return true;
}

typedef struct seen {
    Operation *op;
    Entry *links; /* the entry with its links alone; NULL: there is none */
} seen;

static void
look(void *ctx, Entry *e)
{
    seen *s = ctx;

    s->links = ov_excerpt(s->op, e, ov_is_link);
}

bool
ov_links_reserve(Operation *op, slap_overinst *on, Entry *links, Entry **before)
{
    seen s = {.op = op, .links = links};

    *before = NULL;
    if (links == NULL && !ov_entry_look(op, &op->o_req_ndn, look, &s))
        return true;
    for (int i = 0; i < LOOKS_MAX; i++) {
        if (!reserve_links(op, on, s.links))
            return false;
        *before = ov_excerpt_of(op, &op->o_req_ndn);
        if (*before == NULL || same_links(*before, s.links))
            return true;
        s.links = *before;
        *before = NULL;
    }
    return false;
}

bool
ov_links_reserve_new(Operation *op, slap_overinst *on, Entry *entry)
{
    ov_value_set names = {0};
    bool done;

    add_links(&names, on, entry);
    done = ov_reserve_name(op, on, &entry->e_nname, OV_EXCLUSIVE) &&
           reserve_names(op, on, &names);
    ov_value_set_free(&names);
    return done;
}

bool
ov_links_reserve_target(
    Operation *op, slap_overinst *on, const struct berval *ndn)
{
    ov_want one = {
        .ad = ov_ad[EDC_AT_GUARDIAN], .value = *ndn, .share = OV_EXCLUSIVE};

    return ov_reserve(op, on, &one, 1);
}

/* Links that are said again, or anew, are none that came late. */
static void
confirm_named(slap_overinst *on, Entry *e, const Modifications *mods)
{
    for (; mods != NULL; mods = mods->sml_next) {
        if (ov_is_link(mods->sml_desc) && mods->sml_op != LDAP_MOD_DELETE)
            ov_late_confirm(on, &e->e_nname, mods->sml_nvalues);
    }
}

/* One modification for the void links of one attribute. */
static void
heal(Operation *op, slap_overinst *on, ov_void_moment now, ov_value_set *named,
    BerVarray links, Attribute *after, Modifications **mods)
{
    ov_value_set there = {0};
    struct berval *gone = NULL;
    unsigned n = 0;

    if (links == NULL || after == NULL)
        return;
    ov_value_set_add_all(&there, after->a_nvals);
    for (; !BER_BVISNULL(links); links++) {
        if (ov_value_set_has(named, links) ||
            !ov_value_set_has(&there, links) ||
            !ov_link_is_void(op, on, now, links))
            continue;
        gone = ch_realloc(gone, (n + 1) * sizeof(*gone));
        gone[n++] = *links;
    }
    if (n > 0)
        ov_mods_append(mods, LDAP_MOD_DELETE, after->a_desc, gone, n);
    ch_free(gone);
    ov_value_set_free(&there);
}

void
ov_links_heal(Operation *op, slap_overinst *on, Entry *before, Entry *after)
{
    ov_void_moment now = ov_void_now(ov_instance_of(on));
    ov_value_set named = {0};
    Modifications *mods = NULL;

    confirm_named(on, before, op->orm_modlist);
    if (!ov_void_possible(ov_instance_of(on), now))
        return;
    add_named(&named, op->orm_modlist);
    for (int i = 0; i < OV_N_LINKS; i++) {
        AttributeDescription *ad = ov_ad[ov_link_attributes[i]];

        heal(op, on, now, &named, ov_nvalues(before, ad),
            attr_find(after->e_attrs, ad), &mods);
    }
    ov_value_set_free(&named);
    ov_scan_apply(op, after, mods);
    ov_mods_prepend(&op->orm_modlist, mods);
}
