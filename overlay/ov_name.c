/* ov_name.c - who takes a name that a school's entry names. */
#include "ov_name.h"

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
 * schools. */
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
    ov_search_below(t->op, NULL, &all, look_at_school, t);
}

bool
ov_name_allowed(
    Operation *op, slap_overinst *on, struct berval *ndn, bool below)
{
    taking t = {.op = op, .ndn = ndn, .below = below};

    if ((ov_actor_roles(op, on) & (EDC_ACADEMY | EDC_PROVISIONER)) == 0)
        look_at_schools(&t);
    return !t.refused;
}

int
ov_name_refuse(Operation *op, SlapReply *rs, slap_overinst *on)
{
    edc_refusal refusal = {.codes = EDC_BIT(EDC_A02)};

    refusal.params.event = edc_str_of(ov_ad[EDC_AT_HEAD]->ad_cname.bv_val);
    return ov_refuse(op, rs, on, &refusal);
}
