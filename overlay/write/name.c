/* name.c - who takes a name that a school or a role has. */
#include "write/name.h"
#include "bind/actor.h"
#include "slapd/reply.h"

static const edc_attribute names[] = {
    EDC_AT_HEAD, EDC_AT_STUDENT_DELEGATE, EDC_AT_GUARDIAN_DELEGATE};
#define N_NAMES (sizeof(names) / sizeof(names[0]))

typedef struct taking {
    Operation *op;
    struct berval *ndn;
    bool below;
    bool refused;
} taking;

static bool
is_taken(const taking *t, const struct berval *value)
{
    return t->below ? dnIsSuffix(value, t->ndn) != 0
                    : dn_match(value, t->ndn) != 0;
}

static bool
look_at_school(void *ctx, Entry *e)
{
    taking *t = ctx;

    for (size_t i = 0; i < N_NAMES && !t->refused; i++) {
        AttributeDescription *ad = ov_ad[names[i]];
        BerVarray values = ov_nvalues(e, ad);

        for (; values != NULL && !BER_BVISNULL(values); values++) {
            if (is_taken(t, values) &&
                !access_allowed(t->op, e, ad, values, ACL_WADD, NULL))
                t->refused = true;
        }
    }
    return !t->refused;
}

/* The schools that name it; those that name somebody below it are among all
 * schools. One that cannot be looked at may name it. */
static void
look_at_schools(taking *t)
{
    AttributeAssertion class = ATTRIBUTEASSERTION_INIT;
    AttributeAssertion ava[N_NAMES];
    Filter terms[N_NAMES];
    Filter any = {.f_choice = LDAP_FILTER_OR, .f_or = &terms[0]};
    Filter school = {.f_choice = LDAP_FILTER_EQUALITY, .f_ava = &class};
    Filter all = {.f_choice = LDAP_FILTER_AND, .f_and = &school};

    memset(ava, 0, sizeof(ava));
    memset(terms, 0, sizeof(terms));
    class.aa_desc = slap_schema.si_ad_objectClass;
    class.aa_value = ov_oc[EDC_OC_SCHOOL]->soc_cname;
    for (size_t i = 0; i < N_NAMES; i++) {
        ava[i].aa_desc = ov_ad[names[i]];
        ava[i].aa_value = *t->ndn;
        terms[i].f_choice = LDAP_FILTER_EQUALITY;
        terms[i].f_ava = &ava[i];
        terms[i].f_next = i + 1 < N_NAMES ? &terms[i + 1] : NULL;
    }
    school.f_next = t->below ? NULL : &any;
    if (!ov_is_elsewhere(ov_search_below(t->op, NULL, &all, look_at_school, t)))
        t->refused = true;
}

static bool
takes_school(taking *t, unsigned roles)
{
    if ((roles & (EDC_ACADEMY | EDC_PROVISIONER)) == 0)
        look_at_schools(t);
    return t->refused;
}

static void
look_at_group(void *ctx, Entry *e)
{
    taking *t = ctx;
    BerVarray members = ov_nvalues(e, ov_ad_member);

    for (; members != NULL && !BER_BVISNULL(members); members++)
        t->refused = t->refused || is_taken(t, members);
}

/* A role's own name, its group's, or a member's. */
static bool
takes_role(taking *t, slap_overinst *on, unsigned roles, Entry *entry)
{
    for (ov_role *r = ov_instance_of(on)->roles; r != NULL; r = r->next) {
        if ((roles & (EDC_ACADEMY | r->role)) != 0)
            continue;
        t->refused = t->refused || is_taken(t, &r->ndn);
        if (r->group)
            ov_entry_look(t->op, &r->ndn, look_at_group, t);
    }
    return t->refused && !access_allowed(t->op, entry, slap_schema.si_ad_entry,
                             NULL, ACL_MANAGE, NULL);
}

int
ov_name_judge(
    Operation *op, SlapReply *rs, slap_overinst *on, Entry *entry, bool below)
{
    taking role = {.op = op, .ndn = &entry->e_nname, .below = below};
    taking school = role;
    unsigned roles = ov_actor_roles(op, on);
    edc_refusal refusal = {.codes = EDC_BIT(EDC_A02)};

    if (takes_role(&role, on, roles, entry))
        refusal.params.event = EDC_STR("educonnect-role");
    else if (takes_school(&school, roles))
        refusal.params.event = EDC_STR("educonnectHead");
    else
        return SLAP_CB_CONTINUE;
    return ov_refuse(op, rs, on, &refusal);
}
