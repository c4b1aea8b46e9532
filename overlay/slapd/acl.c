/* acl.c - what slapd's access rules say of a write, before anything else. */
#include "slapd/acl.h"
#include "slapd/excerpt.h"

#include "slapd/entry.h"

/* One question, for the callbacks that look at an entry. */
typedef struct question {
    Operation *op;
    bool (*wanted)(const AttributeDescription *ad);
    ov_acl acl;
    slap_access_t access; /* to a parent's children */
    const char *text;     /* when it is refused */
} question;

static void
deny(ov_acl *acl, const char *text)
{
    if (acl->allowed)
        acl->text = text;
    acl->allowed = false;
}

static void
look_at_parent(void *ctx, Entry *e)
{
    question *q = ctx;

    if (!access_allowed(
            q->op, e, slap_schema.si_ad_children, NULL, q->access, NULL))
        deny(&q->acl, q->text);
}

/* No parent: the backend says so. */
static void
ask_parent(question *q, slap_access_t access, const char *text)
{
    struct berval parent;

    if (!q->acl.allowed || be_issuffix(q->op->o_bd, &q->op->o_req_ndn))
        return;
    q->access = access;
    q->text = text;
    dnParent(&q->op->o_req_ndn, &parent);
    ov_entry_look(q->op, &parent, look_at_parent, q);
}

/* ---- Modify ---- */

static void
look_at_modified(void *ctx, Entry *e)
{
    question *q = ctx;

    q->acl.ours = ov_is_account(e);
    if (!acl_check_modlist(q->op, e, q->op->orm_modlist))
        deny(&q->acl, NULL);
    else if (q->wanted != NULL)
        q->acl.seen = ov_excerpt(q->op, e, q->wanted);
}

ov_acl
ov_acl_modify(Operation *op, bool (*wanted)(const AttributeDescription *ad))
{
    question q = {.op = op, .wanted = wanted, .acl.allowed = true};

    q.acl.found = ov_entry_look(op, &op->o_req_ndn, look_at_modified, &q);
    return q.acl;
}

/* ---- ModRDN ---- */

static bool
is_ours(const AttributeDescription *ad)
{
    if (ad->ad_type == slap_schema.si_ad_objectClass->ad_type)
        return true;
    for (int i = 0; i < EDC_N_ATTRIBUTES; i++) {
        if (ov_ad[i]->ad_type == ad->ad_type)
            return true;
    }
    return false;
}

static bool
has_value(Entry *e, const Modifications *m)
{
    Attribute *a = attr_find(e->e_attrs, m->sml_desc);
    unsigned flags = SLAP_MR_EQUALITY;
    unsigned slot;

    flags |= m->sml_desc == slap_schema.si_ad_objectClass
                 ? SLAP_MR_VALUE_OF_ATTRIBUTE_SYNTAX
                 : SLAP_MR_VALUE_OF_ASSERTION_SYNTAX;
    if (m->sml_nvalues != NULL)
        flags |= SLAP_MR_ASSERTED_VALUE_NORMALIZED_MATCH |
                 SLAP_MR_ATTRIBUTE_VALUE_NORMALIZED_MATCH;
    return a != NULL &&
           attr_valfind(a, flags,
               m->sml_nvalues != NULL ? m->sml_nvalues : m->sml_values, &slot,
               NULL) == LDAP_SUCCESS;
}

static bool
adds_ours(const Modifications *m)
{
    return m->sml_op == SLAP_MOD_SOFTADD && is_ours(m->sml_desc);
}

static bool
may_add(Operation *op, Entry *e, const Modifications *m)
{
    return !adds_ours(m) || has_value(e, m) ||
           access_allowed(op, e, m->sml_desc,
               m->sml_nvalues != NULL ? m->sml_nvalues : m->sml_values,
               ACL_WADD, NULL) != 0;
}

static void
look_at_renamed(void *ctx, Entry *e)
{
    question *q = ctx;
    Operation *op = q->op;
    int below = LDAP_COMPARE_FALSE;

    if (!access_allowed(op, e, slap_schema.si_ad_entry, NULL, ACL_WRITE, NULL))
        deny(&q->acl, "no write access to old entry");
    q->acl.ours = q->acl.ours || ov_is_account(e);
    q->acl.leaf =
        op->o_bd->be_has_subordinates == NULL ||
        op->o_bd->be_has_subordinates(op, e, &below) != LDAP_SUCCESS ||
        below != LDAP_COMPARE_TRUE;
}

static void
look_at_rdn(void *ctx, Entry *e)
{
    question *q = ctx;
    Operation *op = q->op;

    if (!acl_check_modlist(op, e, op->orr_modlist))
        deny(&q->acl, NULL);
    for (Modifications *m = op->orr_modlist; m != NULL; m = m->sml_next) {
        if (q->acl.allowed && !may_add(op, e, m))
            deny(&q->acl, NULL);
    }
}

static bool
is_other_parent(Operation *op)
{
    struct berval parent;

    dnParent(&op->o_req_ndn, &parent);
    return op->orr_newSup != NULL && !dn_match(&parent, op->orr_nnewSup);
}

ov_acl
ov_acl_rename(Operation *op)
{
    question q = {.op = op, .acl.allowed = true};

    for (Modifications *m = op->orr_modlist; m != NULL; m = m->sml_next)
        q.acl.ours = q.acl.ours || adds_ours(m);
    ask_parent(&q, op->orr_newSup == NULL ? ACL_WRITE : ACL_WDEL,
        "no write access to parent's children");
    q.acl.found = ov_entry_look(op, &op->o_req_ndn, look_at_renamed, &q);
    if (q.acl.allowed && is_other_parent(op)) {
        q.access = ACL_WADD;
        q.text = "no write access to new superior's children";
        ov_entry_look(op, op->orr_nnewSup, look_at_parent, &q);
    }
    if (q.acl.allowed)
        ov_entry_look(op, &op->o_req_ndn, look_at_rdn, &q);
    return q.acl;
}

/* ---- Delete ---- */

static void
look_at_deleted(void *ctx, Entry *e)
{
    question *q = ctx;

    q->acl.ours = ov_is_account(e);
    if (!access_allowed(
            q->op, e, slap_schema.si_ad_entry, NULL, ACL_WDEL, NULL))
        deny(&q->acl, "no write access to entry");
}

ov_acl
ov_acl_delete(Operation *op)
{
    question q = {.op = op, .acl.allowed = true};

    ask_parent(&q, ACL_WDEL, "no write access to parent");
    q.acl.found = ov_entry_look(op, &op->o_req_ndn, look_at_deleted, &q);
    return q.acl;
}

/* ---- Add ---- */

ov_acl
ov_acl_add(Operation *op)
{
    question q = {.op = op, .acl = {.found = true, .allowed = true}};
    Entry *e = op->ora_e;

    ask_parent(&q, ACL_WADD, "no write access to parent");
    if (!access_allowed(op, e, slap_schema.si_ad_entry, NULL, ACL_WADD, NULL))
        deny(&q.acl, "no write access to entry");
    if (q.acl.allowed && !acl_check_modlist(op, e, op->ora_modlist))
        deny(&q.acl, "no write access to attribute");
    return q.acl;
}
