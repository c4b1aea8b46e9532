/* carry.c - links follow a rename.
 *
 * First every entry that names the guardian names it by the new name as well
 * (nobody has that name yet, so the link is void and hidden); then the backend
 * renames; then the old name is taken out. At every point in between, and after
 * a crash at any of them, exactly one of the two links means anything.
 */
#include "link/clean.h"
#include "link/gone.h"
#include "link/link.h"
#include "slapd/log.h"
#include "slapd/memory.h"
#include "slapd/mods.h"
#include "slapd/reply.h"
#include "slapd/reserve.h"

/* One guardian that gets another name; of malloc's memory, for a branch may
 * have more of them than an operation's own holds. */
typedef struct carried {
    struct carried *next;
    struct berval old, new; /* normalised */
    struct berval new_dn;   /* as it will be shown */
} carried;

/* A rename on its way; in op's temporary memory. */
typedef struct moving {
    Operation *op;
    slap_overinst *on;
    struct berval old, new;       /* of the entry that is renamed, normalised */
    struct berval old_dn, new_dn; /* the same as they are shown */
    carried *all;
    bool decided;
} moving;

/* ---- names ---- */

static struct berval
new_name(Operation *op, struct berval *parent, struct berval *rdn)
{
    struct berval made, kept;

    build_new_dn(&made, parent, rdn, NULL);
    kept = ov_keep_bv(op, &made);
    ch_free(made.bv_val);
    return kept;
}

/* dn: the name as it is stored; the client may have spelled it otherwise. */
static void
find_new_name(moving *r, struct berval *dn)
{
    Operation *op = r->op;
    struct berval parent, nparent;

    r->old_dn = *dn;
    dnParent(dn, &parent);
    dnParent(&op->o_req_ndn, &nparent);
    if (op->orr_newSup != NULL) {
        parent = *op->orr_newSup;
        nparent = *op->orr_nnewSup;
    }
    r->new_dn = new_name(op, &parent, &op->orr_newrdn);
    r->new = new_name(op, &nparent, &op->orr_nnewrdn);
    r->old = op->o_req_ndn;
}

/* The name below the new name of an entry whose name is below the old one;
 * `own` and `old` are of the same form. */
static struct berval
below(const struct berval *own, const struct berval *old,
    const struct berval *new)
{
    struct berval name;
    ber_len_t head = own->bv_len - old->bv_len;

    name.bv_len = head + new->bv_len;
    name.bv_val = ch_malloc(name.bv_len + 1);
    memcpy(name.bv_val, own->bv_val, head);
    memcpy(name.bv_val + head, new->bv_val, new->bv_len + 1);
    return name;
}

static bool
add_guardian(void *ctx, Entry *e)
{
    moving *r = ctx;
    carried *c = ch_calloc(1, sizeof(*c));

    c->old = ov_dup(&e->e_nname);
    c->new = below(&e->e_nname, &r->old, &r->new);
    c->new_dn = below(&e->e_name, &r->old_dn, &r->new_dn);
    c->next = r->all;
    r->all = c;
    return true;
}

static void
free_carried(moving *r)
{
    carried *c;

    while ((c = r->all) != NULL) {
        r->all = c->next;
        ch_free(c->old.bv_val);
        ch_free(c->new.bv_val);
        ch_free(c->new_dn.bv_val);
        ch_free(c);
    }
}

static void
find_guardians(moving *r)
{
    AttributeAssertion ava = ATTRIBUTEASSERTION_INIT;
    Filter filter = {.f_choice = LDAP_FILTER_EQUALITY, .f_ava = &ava};

    ava.aa_desc = slap_schema.si_ad_objectClass;
    ava.aa_value = ov_oc[EDC_OC_LEGAL_GUARDIAN]->soc_cname;
    ov_search_below(r->op, &r->old, &filter, add_guardian, r);
}

/* ---- links ---- */

typedef struct referrers {
    moving *r;
    Entry **list;
    size_t n, room;
} referrers;

static bool
add_referrer(void *ctx, Entry *e)
{
    referrers *f = ctx;

    if (f->n == f->room) {
        f->room = f->room == 0 ? 16 : f->room * 2;
        f->list = ch_realloc(f->list, f->room * sizeof(*f->list));
    }
    f->list[f->n++] = entry_dup(e);
    return true;
}

/* One write that adds the new name wherever the old one is. */
static int
name_twice(moving *r, Entry *e, const carried *c)
{
    Modifications *mods = NULL;

    for (int i = 0; i < OV_N_REFERENCES; i++) {
        AttributeDescription *ad = ov_ad[ov_references[i]];

        if (ov_has_dn(e, ad, &c->old) && !ov_has_dn(e, ad, &c->new))
            ov_mods_append(&mods, LDAP_MOD_ADD, ad, &c->new_dn, 1);
    }
    return mods == NULL
               ? LDAP_SUCCESS
               : ov_modify_internal(r->op, &e->e_name, &e->e_nname, mods, NULL);
}

static bool
carry_one(moving *r, carried *c)
{
    referrers f = {.r = r};
    bool done = true;

    if (!ov_clean_now(r->op, r->on, &c->new))
        return false;
    ov_gone_born(ov_instance_of(r->on), &c->new, NULL);
    ov_referrers_each(r->op, &c->old, add_referrer, &f);
    done = !ov_is_unread(r->op);
    if (f.n > 0) {
        ov_void_mark(ov_instance_of(r->on), &c->new);
        ov_void_mark(ov_instance_of(r->on), &c->old);
    }
    for (size_t i = 0; i < f.n; i++) {
        int rc = done ? name_twice(r, f.list[i], c) : LDAP_SUCCESS;

        done = done && (rc == LDAP_SUCCESS || rc == LDAP_NO_SUCH_OBJECT ||
                           rc == LDAP_TYPE_OR_VALUE_EXISTS);
        entry_free(f.list[i]);
    }
    ch_free(f.list);
    return done;
}

/* ---- the backend's answer ---- */

/* The names that nobody has now. */
static void
settle(moving *r, bool renamed)
{
    ov_instance *instance = ov_instance_of(r->on);

    if (r->decided)
        return;
    r->decided = true;
    for (carried *c = r->all; c != NULL; c = c->next) {
        ov_void_forget(instance, renamed ? &c->new : &c->old);
        ov_clean_later(r->on, renamed ? &c->old : &c->new);
    }
}

static int
rename_response(Operation *op, SlapReply *rs)
{
    if (rs->sr_type == REP_RESULT)
        settle(op->o_callback->sc_private, rs->sr_err == LDAP_SUCCESS);
    return SLAP_CB_CONTINUE;
}

/* No answer: abandoned, so nothing is known of the rename; both names are
 * looked at. */
static int
rename_cleanup(Operation *op, SlapReply *rs)
{
    moving *r = op->o_callback->sc_private;

    (void)rs;
    for (carried *c = r->decided ? NULL : r->all; c != NULL; c = c->next) {
        ov_clean_later(r->on, &c->old);
        ov_clean_later(r->on, &c->new);
    }
    r->decided = true;
    free_carried(r);
    return SLAP_CB_CONTINUE;
}

/* ---- the rename ---- */

static bool
reserve_links(moving *r, Entry *entry, bool leaf)
{
    ov_want every = {.ad = ov_ad[EDC_AT_GUARDIAN], .share = OV_EXCLUSIVE};

    return leaf ? ov_links_reserve_new(r->op, r->on, entry)
                : ov_reserve(r->op, r->on, &every, 1);
}

void
ov_carry_names(
    Operation *op, Entry *entry, struct berval *dn, struct berval *ndn)
{
    moving r = {.op = op};

    find_new_name(&r, &entry->e_name);
    *dn = r.new_dn;
    *ndn = r.new;
}

void
ov_carry_each(Operation *op, struct berval *dn,
    void (*each)(void *ctx, const struct berval *old, const struct berval *new),
    void *ctx)
{
    moving r = {.op = op};

    find_new_name(&r, dn);
    if (!dn_match(&r.old, &r.new))
        find_guardians(&r);
    for (const carried *c = r.all; c != NULL; c = c->next)
        each(ctx, &c->old, &c->new);
    free_carried(&r);
}

bool
ov_carry_reserve(Operation *op, slap_overinst *on)
{
    moving r = {.op = op, .on = on};

    find_new_name(&r, &op->o_req_dn);
    return ov_reserve_name(op, on, &r.old, OV_EXCLUSIVE) &&
           ov_reserve_name(op, on, &r.new, OV_EXCLUSIVE);
}

int
ov_carry(
    Operation *op, SlapReply *rs, slap_overinst *on, Entry *entry, bool leaf)
{
    moving *r = ov_keep(op, sizeof(*r));
    bool done = true;

    r->op = op;
    r->on = on;
    find_new_name(r, &entry->e_name);
    if (!reserve_links(r, entry, leaf))
        return ov_refuse_code(op, rs, on, EDC_B02);
    /* A taken name is the backend's to refuse; a change of case is no other
     * name. */
    if (dn_match(&r->old, &r->new) || ov_entry_exists(op, &r->new))
        return SLAP_CB_CONTINUE;
    find_guardians(r);
    if (ov_is_unread(op)) {
        free_carried(r);
        return ov_refuse_code(op, rs, on, ov_unread_code());
    }
    if (r->all == NULL)
        return SLAP_CB_CONTINUE;
    if (op->o_txnSpec) {
        free_carried(r);
        return ov_refuse_code(op, rs, on, EDC_S05);
    }
    ov_push_callback(op, rename_response, rename_cleanup, r);
    for (carried *c = r->all; c != NULL && done; c = c->next)
        done = carry_one(r, c);
    return done ? SLAP_CB_CONTINUE
                : ov_refuse_code(op, rs, on, ov_unread_code());
}
