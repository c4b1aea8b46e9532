/* ov_link.c - links between students and guardians, in what clients write. */
#include "ov_link.h"

#include "ov_clean.h"
#include "ov_reserve.h"
#include "ov_scan.h"

/* Looks again this often when the links change under the reader's eyes. */
#define LOOKS_MAX 4

bool
ov_touches_links(const Modifications *mods)
{
    for (; mods != NULL; mods = mods->sml_next) {
        if (ov_is_link(mods->sml_desc))
            return true;
    }
    return false;
}

/* A growing list of names, in op's temporary memory. */
typedef struct wants {
    Operation *op;
    ov_want *list;
    size_t n;
    size_t room;
} wants;

static bool
wanted(const wants *w, const struct berval *ndn)
{
    for (size_t i = 0; i < w->n; i++) {
        if (bvmatch(&w->list[i].value, ndn))
            return true;
    }
    return false;
}

static void
want(wants *w, const struct berval *ndn, ov_share share)
{
    if (w->n == w->room) {
        w->room = w->room == 0 ? 8 : w->room * 2;
        w->list = w->op->o_tmprealloc(
            w->list, w->room * sizeof(*w->list), w->op->o_tmpmemctx);
    }
    w->list[w->n] = (ov_want){.ad = ov_ad[EDC_AT_GUARDIAN], .share = share};
    ber_dupbv_x(
        &w->list[w->n++].value, (struct berval *)ndn, w->op->o_tmpmemctx);
}

/* Returns whether any was new. */
static bool
want_links(wants *w, Entry *e)
{
    size_t before = w->n;

    for (int i = 0; i < OV_N_LINKS; i++) {
        BerVarray links = ov_nvalues(e, ov_ad[ov_link_attributes[i]]);

        for (; links != NULL && !BER_BVISNULL(links); links++) {
            if (!wanted(w, links))
                want(w, links, OV_SHARED);
        }
    }
    return w->n > before;
}

static void
want_named(wants *w, const Modifications *mods)
{
    for (; mods != NULL; mods = mods->sml_next) {
        BerVarray values = mods->sml_nvalues;

        if (!ov_is_link(mods->sml_desc))
            continue;
        for (; values != NULL && !BER_BVISNULL(values); values++) {
            if (!wanted(w, values))
                want(w, values, OV_SHARED);
        }
    }
}

static void
look_for_links(void *ctx, Entry *e)
{
    (void)want_links(ctx, e);
}

bool
ov_links_reserve(Operation *op, slap_overinst *on, Entry **before)
{
    wants w = {.op = op};
    bool changed = true;

    *before = NULL;
    want_named(&w, op->orm_modlist);
    ov_entry_look(op, &op->o_req_ndn, look_for_links, &w);
    for (int i = 0; i < LOOKS_MAX && changed; i++) {
        if (!ov_reserve(op, on, w.list, w.n))
            return false;
        if (*before != NULL)
            entry_free(*before);
        *before = ov_entry_copy(op, &op->o_req_ndn);
        changed = *before != NULL && want_links(&w, *before);
    }
    return !changed;
}

bool
ov_links_reserve_new(Operation *op, slap_overinst *on, Entry *entry)
{
    wants w = {.op = op};

    want_links(&w, entry);
    return ov_reserve_name(op, on, &entry->e_nname, OV_EXCLUSIVE) &&
           ov_reserve(op, on, w.list, w.n);
}

bool
ov_links_reserve_target(
    Operation *op, slap_overinst *on, const struct berval *ndn)
{
    ov_want one = {
        .ad = ov_ad[EDC_AT_GUARDIAN], .value = *ndn, .share = OV_EXCLUSIVE};

    return ov_reserve(op, on, &one, 1);
}

static bool
names_link(const Modifications *mods, const struct berval *link)
{
    for (; mods != NULL; mods = mods->sml_next) {
        BerVarray values = mods->sml_nvalues;

        if (!ov_is_link(mods->sml_desc))
            continue;
        for (; values != NULL && !BER_BVISNULL(values); values++) {
            if (bvmatch(values, link))
                return true;
        }
    }
    return false;
}

void
ov_links_heal(Operation *op, slap_overinst *on, Entry *before, Entry *after)
{
    ov_void_moment now = ov_void_now(ov_instance_of(on));
    Modifications *heal = NULL;

    if (!ov_void_possible(ov_instance_of(on), now))
        return;
    for (int i = 0; i < OV_N_LINKS; i++) {
        AttributeDescription *ad = ov_ad[ov_link_attributes[i]];
        BerVarray links = ov_nvalues(before, ad);

        for (; links != NULL && !BER_BVISNULL(links); links++) {
            if (!names_link(op->orm_modlist, links) &&
                ov_has_dn(after, ad, links) &&
                ov_link_is_void(op, on, now, links))
                ov_mods_append(&heal, LDAP_MOD_DELETE, ad, links, 1);
        }
    }
    ov_scan_apply(after, heal);
    ov_mods_prepend(&op->orm_modlist, heal);
}
