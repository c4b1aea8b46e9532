/* change.c - pictures of an entry before and after a write. */
#include "write/change.h"

#include "link/void.h"
#include "slapd/memory.h"

/* Adds an attribute's values; the array has room for all of the entry's. */
static void
add_values(edc_values *values, const Attribute *a, unsigned which)
{
    for (unsigned i = 0; i < a->a_numvals; i++) {
        values->list[values->n++] = (edc_value){
            .which = which,
            .options = ov_str(&a->a_desc->ad_tags),
            .value = ov_str(&a->a_nvals[i]),
        };
    }
}

/* A new account with a password begins with a letter: who says so says what
 * will be. */
static bool
says_letter(Entry *e)
{
    BerVarray reset = ov_values(e, ov_kept[EDC_KEPT_PWD_RESET]);

    return reset != NULL && BER_BVISNULL(&reset[1]) &&
           edc_str_eq(ov_str(reset), EDC_STR("TRUE")) &&
           attr_find(e->e_attrs, slap_schema.si_ad_userPassword) != NULL;
}

/* Where an attribute's values stand, NULL: nowhere; *which: of those. */
static edc_values *
list_of(edc_picture *p, const AttributeDescription *ad, unsigned *which)
{
    unsigned kept = ov_kept_number(ad);

    *which = kept < EDC_N_KEPT ? kept : 0;
    if (kept < EDC_N_KEPT)
        return &p->kept;
    if (ov_is_password(ad))
        return &p->password;
    return ad->ad_type == ov_ad_uid->ad_type ? &p->uid : NULL;
}

static void
make_room(Operation *op, edc_picture *p, Entry *e)
{
    edc_values *all[] = {&p->uid, &p->password, &p->kept};
    unsigned which;

    for (Attribute *a = e->e_attrs; a != NULL; a = a->a_next) {
        edc_values *values = list_of(p, a->a_desc, &which);

        if (values != NULL)
            values->n += a->a_numvals;
    }
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        all[i]->list = ov_keep(op, (all[i]->n + 1) * sizeof(edc_value));
        all[i]->n = 0;
    }
}

/* Whether a link is part of the entry's own RDN. */
static bool
is_named_by_link(const struct berval *dn)
{
    struct berval copy = *dn;
    LDAPRDN rdn = NULL;
    const char *rest, *text;
    bool found = false;

    if (BER_BVISEMPTY(dn) || ldap_bv2rdn(&copy, &rdn, (char **)&rest,
                                 LDAP_DN_FORMAT_LDAP) != LDAP_SUCCESS)
        return false;
    for (int i = 0; rdn[i] != NULL; i++) {
        AttributeDescription *ad = NULL;

        if (slap_bv2ad(&rdn[i]->la_attr, &ad, &text) == LDAP_SUCCESS)
            found = found || ov_is_link(ad);
    }
    ldap_rdnfree(rdn);
    return found;
}

/* In op's memory; its values are the entry's. */
static edc_picture
take_picture(Operation *op, Entry *e, edc_means means)
{
    bool named = means != EDC_MEANS_MODIFY, letter;
    edc_picture p = {0};
    unsigned which;

    if (e == NULL)
        return p;
    make_room(op, &p, e);
    letter = means == EDC_MEANS_ADD && says_letter(e);
    p.student = ov_has_class(e, EDC_OC_STUDENT);
    p.guardian = ov_has_class(e, EDC_OC_LEGAL_GUARDIAN);
    p.link_in_name = named && is_named_by_link(&e->e_name);
    for (Attribute *a = e->e_attrs; a != NULL; a = a->a_next) {
        edc_values *values = list_of(&p, a->a_desc, &which);

        if (values != NULL &&
            !(letter && values == &p.kept && which == EDC_KEPT_PWD_RESET))
            add_values(values, a, which);
    }
    return p;
}

bool
ov_change_judge(Operation *op, ov_write *w, Entry *after,
    const edc_write *write, edc_change *change, edc_refusal *refusal)
{
    Entry *e = w->before;
    edc_picture old = take_picture(op, e, write->means);
    edc_picture new = take_picture(op, after, write->means);

    *change = edc_change_find(&old, &new);
    ov_account_read(change->was ? e : after, &w->account);
    if (!change->was)
        w->account.state = EDC_ABSENT;
    if (edc_change_asks_roles(change, write))
        ov_judge_actor(op, w);
    if (ov_is_unread(op)) {
        *refusal = (edc_refusal){.codes = EDC_BIT(ov_unread_code())};
        return false;
    }
    return edc_change_judge(change, write, &w->account, &w->request, refusal);
}
