/* whole.c - of what was written here and what plain syncrepl brings, one whole.
 *
 * As slapd has it when nothing comes between its comparison and its write: the
 * newer entry is kept, by entryCSN, and nothing of the older one.
 */
#include "write/whole.h"

#include "slapd/apply.h"
#include "slapd/excerpt.h"
#include "slapd/mods.h"
#include "slapd/values.h"

static const struct berval *
stored_csn(Entry *e)
{
    return ov_values(e, slap_schema.si_ad_entryCSN);
}

static bool
names(const Modifications *mods, const AttributeDescription *ad)
{
    while (mods != NULL && mods->sml_desc != ad)
        mods = mods->sml_next;
    return mods != NULL;
}

/* What a server keeps for itself, such as slapo-lastbind's times, is no part
 * of what was written. */
static bool
is_written(const Modifications *mods, const AttributeDescription *ad)
{
    return !is_at_operational(ad->ad_type) || ov_is_kept(ad) || names(mods, ad);
}

static bool
is_same(const Attribute *a, const Attribute *b)
{
    return b != NULL &&
           ov_values_same(a->a_vals, a->a_numvals, b->a_vals, b->a_numvals);
}

/* All that makes the stored entry the one that arrives. */
static Modifications *
difference(Entry *stored, Entry *arrives, const Modifications *mods)
{
    Modifications *list = NULL;

    for (Attribute *a = arrives->e_attrs; a != NULL; a = a->a_next) {
        if (is_written(mods, a->a_desc) &&
            !is_same(a, attr_find(stored->e_attrs, a->a_desc)))
            ov_mods_append(
                &list, LDAP_MOD_REPLACE, a->a_desc, a->a_vals, a->a_numvals);
    }
    for (Attribute *a = stored->e_attrs; a != NULL; a = a->a_next) {
        if (is_written(mods, a->a_desc) &&
            attr_find(arrives->e_attrs, a->a_desc) == NULL)
            ov_mods_append(&list, LDAP_MOD_REPLACE, a->a_desc, NULL, 0);
    }
    return list;
}

static Modifications *
bring_arriving(
    Operation *op, Entry *stored, Entry *seen, const Modifications *mods)
{
    Entry *arrives = ov_shadow(op, seen);

    ov_scan_apply_all(op, arrives, mods);
    return difference(stored, arrives, mods);
}

/* The write goes on: it tells slapd that what it brings has been here. */
static Modifications *
keep_stored(Entry *stored)
{
    Modifications *list = NULL;

    ov_mods_append(&list, LDAP_MOD_REPLACE, slap_schema.si_ad_entryCSN,
        stored_csn(stored), 1);
    return list;
}

static const struct berval *
arriving_csn(const Modifications *m)
{
    while (m != NULL &&
           (m->sml_desc != slap_schema.si_ad_entryCSN || m->sml_numvals == 0))
        m = m->sml_next;
    return m == NULL ? NULL : &m->sml_values[0];
}

static void
put_right(Operation *op, Entry *seen, Entry *stored)
{
    const struct berval *before = stored_csn(seen), *now = stored_csn(stored);
    const struct berval *arrives = arriving_csn(op->orm_modlist);
    Modifications *list;

    if (before == NULL || now == NULL || arrives == NULL ||
        bvmatch(before, now))
        return;
    list = ber_bvcmp(arrives, now) > 0
               ? bring_arriving(op, stored, seen, op->orm_modlist)
               : keep_stored(stored);
    slap_mods_free(op->orm_modlist, 1);
    op->orm_modlist = list;
}

void
ov_whole_bring(Operation *op, Entry *seen)
{
    Entry *stored = ov_excerpt_of(op, &op->o_req_ndn);

    if (stored != NULL)
        put_right(op, seen, stored);
}
