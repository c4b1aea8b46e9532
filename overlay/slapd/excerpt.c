/* excerpt.c - some attributes of an entry, in one piece of memory. */
#include "slapd/excerpt.h"
#include "slapd/memory.h"

#include <stddef.h>

/* What is filled: the structures first, which want to be aligned, then the
 * bytes. */
typedef struct space {
    Attribute *attributes;
    struct berval *values;
    char *bytes;
} space;

typedef struct need {
    size_t attributes, values, bytes;
} need;

static void
count_values(need *n, const struct berval *values, unsigned number)
{
    n->values += number + 1;
    for (unsigned i = 0; i < number; i++)
        n->bytes += values[i].bv_len + 1;
}

static need
needed_by(const Entry *e, bool (*wanted)(const AttributeDescription *ad))
{
    need n = {.bytes = e->e_name.bv_len + 1 + e->e_nname.bv_len + 1};

    for (const Attribute *a = e->e_attrs; a != NULL; a = a->a_next) {
        if (!wanted(a->a_desc))
            continue;
        n.attributes++;
        count_values(&n, a->a_vals, a->a_numvals);
        if (a->a_nvals != a->a_vals)
            count_values(&n, a->a_nvals, a->a_numvals);
    }
    return n;
}

static struct berval
put_bytes(space *s, const struct berval *from)
{
    struct berval copy = {.bv_len = from->bv_len, .bv_val = s->bytes};

    if (from->bv_len > 0)
        memcpy(s->bytes, from->bv_val, from->bv_len);
    s->bytes[from->bv_len] = '\0';
    s->bytes += from->bv_len + 1;
    return copy;
}

/* The list ends with a null one, as the memory is. */
static struct berval *
put_values(space *s, const struct berval *values, unsigned number)
{
    struct berval *copies = s->values;

    for (unsigned i = 0; i < number; i++)
        copies[i] = put_bytes(s, &values[i]);
    s->values += number + 1;
    return copies;
}

static Attribute *
put_attribute(space *s, const Attribute *a)
{
    Attribute *copy = s->attributes++;

    copy->a_desc = a->a_desc;
    copy->a_numvals = a->a_numvals;
    copy->a_flags = a->a_flags & SLAP_ATTR_PERSISTENT_FLAGS;
    copy->a_vals = put_values(s, a->a_vals, a->a_numvals);
    copy->a_nvals = a->a_nvals == a->a_vals
                        ? copy->a_vals
                        : put_values(s, a->a_nvals, a->a_numvals);
    return copy;
}

Entry *
ov_excerpt(Operation *op, const Entry *e,
    bool (*wanted)(const AttributeDescription *ad))
{
    need n = needed_by(e, wanted);
    Entry *copy = ov_keep(op, sizeof(*copy) + n.attributes * sizeof(Attribute) +
                                  n.values * sizeof(struct berval) + n.bytes);
    Attribute **link = &copy->e_attrs;
    space s = {.attributes = (Attribute *)(copy + 1)};

    s.values = (struct berval *)(s.attributes + n.attributes);
    s.bytes = (char *)(s.values + n.values);
    copy->e_id = e->e_id;
    copy->e_ocflags = e->e_ocflags;
    copy->e_name = put_bytes(&s, &e->e_name);
    copy->e_nname = put_bytes(&s, &e->e_nname);
    for (const Attribute *a = e->e_attrs; a != NULL; a = a->a_next) {
        if (!wanted(a->a_desc))
            continue;
        *link = put_attribute(&s, a);
        link = &(*link)->a_next;
    }
    return copy;
}
