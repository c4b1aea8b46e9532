/* excerpt.c - entries, or some of their attributes, in an operation's memory.
 */
#include "slapd/excerpt.h"
#include "slapd/entry.h"
#include "slapd/memory.h"

/* A list of values and what they are; the list ends with a null one, as the
 * memory is. */
static size_t
needed_by(const struct berval *values, unsigned number)
{
    size_t n = (number + 1) * sizeof(*values);

    for (unsigned i = 0; i < number; i++)
        n += values[i].bv_len + 1;
    return n;
}

/* Puts copies of the values at `to`, the list first, which wants to be
 * aligned. */
static struct berval *
put_values(void *to, const struct berval *values, unsigned number)
{
    struct berval *copies = to;
    char *bytes = (char *)(copies + number + 1);

    for (unsigned i = 0; i < number; i++) {
        copies[i].bv_val = bytes;
        copies[i].bv_len = values[i].bv_len;
        if (values[i].bv_len > 0)
            memcpy(bytes, values[i].bv_val, values[i].bv_len);
        bytes += values[i].bv_len + 1;
    }
    return copies;
}

/* One with the same values; more: bytes that follow it. */
static Attribute *
share_attribute(Operation *op, const Attribute *a, size_t more)
{
    Attribute *share = ov_keep(op, sizeof(*share) + more);

    share->a_desc = a->a_desc;
    share->a_vals = a->a_vals;
    share->a_nvals = a->a_nvals;
    share->a_numvals = a->a_numvals;
    share->a_flags = a->a_flags & SLAP_ATTR_PERSISTENT_FLAGS;
    return share;
}

static Attribute *
copy_attribute(Operation *op, const Attribute *a)
{
    Attribute *copy =
        share_attribute(op, a, needed_by(a->a_vals, a->a_numvals));

    copy->a_vals = put_values(copy + 1, a->a_vals, a->a_numvals);
    copy->a_nvals = copy->a_vals;
    if (a->a_nvals != a->a_vals)
        copy->a_nvals =
            put_values(ov_keep(op, needed_by(a->a_nvals, a->a_numvals)),
                a->a_nvals, a->a_numvals);
    return copy;
}

Entry *
ov_excerpt(Operation *op, const Entry *e,
    bool (*wanted)(const AttributeDescription *ad))
{
    Entry *copy = ov_keep(op, sizeof(*copy));
    Attribute **link = &copy->e_attrs;

    copy->e_id = e->e_id;
    copy->e_ocflags = e->e_ocflags;
    copy->e_name = ov_keep_bv(op, &e->e_name);
    copy->e_nname = ov_keep_bv(op, &e->e_nname);
    for (const Attribute *a = e->e_attrs; a != NULL; a = a->a_next) {
        if (wanted != NULL && !wanted(a->a_desc))
            continue;
        *link = copy_attribute(op, a);
        link = &(*link)->a_next;
    }
    return copy;
}

typedef struct whole {
    Operation *op;
    Entry *copy;
} whole;

static void
copy_whole(void *ctx, Entry *e)
{
    whole *w = ctx;

    w->copy = ov_excerpt(w->op, e, NULL);
}

Entry *
ov_excerpt_of(Operation *op, struct berval *ndn)
{
    whole w = {.op = op};

    (void)ov_entry_look(op, ndn, copy_whole, &w);
    return w.copy;
}

Entry *
ov_shadow(Operation *op, const Entry *e)
{
    Entry *shadow = ov_keep(op, sizeof(*shadow));
    Attribute **link = &shadow->e_attrs;

    shadow->e_id = e->e_id;
    shadow->e_ocflags = e->e_ocflags;
    shadow->e_name = e->e_name;
    shadow->e_nname = e->e_nname;
    for (const Attribute *a = e->e_attrs; a != NULL; a = a->a_next) {
        *link = share_attribute(op, a, 0);
        link = &(*link)->a_next;
    }
    return shadow;
}
