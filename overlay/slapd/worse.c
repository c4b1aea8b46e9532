/* worse.c - what is stored may contradict itself already.
 *
 * slapd's checks are given the entry and nothing of the operation, so that is
 * left here for them: the backend writes in the thread of the hook.
 */
#include "slapd/worse.h"

#include "core/account/invariant.h"
#include "slapd/entry.h"
#include "slapd/memory.h"

/* The write that this thread is at; writes may be part of one another. */
typedef struct writing {
    Operation *op;
    struct writing *outer;
} writing;

static _Thread_local writing *current;

static int
end(Operation *op, SlapReply *rs)
{
    writing *w = op->o_callback->sc_private;

    (void)rs;
    for (writing **at = &current; *at != NULL; at = &(*at)->outer) {
        if (*at == w) {
            *at = w->outer;
            break;
        }
    }
    return SLAP_CB_CONTINUE;
}

void
ov_worse_begin(Operation *op)
{
    writing *w = ov_keep(op, sizeof(*w));

    w->op = op;
    w->outer = current;
    current = w;
    ov_push_callback(op, NULL, end, w);
}

static void
look(void *ctx, Entry *e)
{
    unsigned *broken = ctx;
    edc_account account;

    ov_account_read(e, &account);
    *broken = edc_invariant_broken(&account);
}

bool
ov_worse_is(Entry *e, unsigned broken)
{
    unsigned before = 0;

    if (current == NULL)
        return true;
    if (be_shadow_update(current->op))
        return false;
    ov_entry_look(current->op, &e->e_nname, look, &before);
    return (broken & ~before) != 0;
}

typedef struct comparison {
    const Attribute *a;
    bool same;
} comparison;

static void
compare(void *ctx, Entry *e)
{
    comparison *c = ctx;
    const Attribute *stored = attr_find(e->e_attrs, c->a->a_desc);

    c->same = stored != NULL && stored->a_numvals == c->a->a_numvals;
    for (unsigned i = 0; c->same && i < c->a->a_numvals; i++)
        c->same = bvmatch(&stored->a_vals[i], &c->a->a_vals[i]);
}

bool
ov_worse_is_attribute(Entry *e, const Attribute *a)
{
    comparison c = {.a = a};

    if (current == NULL)
        return true;
    if (be_shadow_update(current->op))
        return false;
    ov_entry_look(current->op, &e->e_nname, compare, &c);
    return !c.same;
}
