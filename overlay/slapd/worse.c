/* worse.c - what is stored may contradict itself already.
 *
 * slapd's checks are given the entry and nothing of the operation, so that is
 * left here for them: the backend writes in the thread of the hook.
 */
#include "slapd/worse.h"

#include "core/account/invariant.h"
#include "slapd/entry.h"
#include "slapd/memory.h"
#include "slapd/values.h"

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
    Entry *entry;
    const Attribute *a;
    bool (*bad)(Entry *e, const Attribute *a, unsigned v);
    bool worse;
} comparison;

static void
compare(void *ctx, Entry *stored)
{
    comparison *c = ctx;
    ov_value_set before = {0};

    ov_value_set_add_all(&before, ov_nvalues(stored, c->a->a_desc));
    c->worse = false;
    for (unsigned i = 0; i < c->a->a_numvals && !c->worse; i++)
        c->worse = c->bad(c->entry, c->a, i) &&
                   !ov_value_set_has(&before, &c->a->a_nvals[i]);
    ov_value_set_free(&before);
}

bool
ov_worse_is_attribute(Entry *e, const Attribute *a,
    bool (*bad)(Entry *e, const Attribute *a, unsigned v))
{
    comparison c = {.entry = e, .a = a, .bad = bad, .worse = true};

    if (current == NULL)
        return true;
    if (be_shadow_update(current->op))
        return false;
    ov_entry_look(current->op, &e->e_nname, compare, &c);
    return c.worse;
}
