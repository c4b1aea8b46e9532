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

static void
add_attribute(edc_picture *p, const Attribute *a, bool letter)
{
    unsigned kept = ov_kept_number(a->a_desc);

    if (letter && kept == EDC_KEPT_PWD_RESET)
        return;
    if (kept < EDC_N_KEPT)
        add_values(&p->kept, a, kept);
    else if (ov_is_password(a->a_desc))
        add_values(&p->password, a, 0);
    else if (a->a_desc->ad_type == ov_ad_uid->ad_type)
        add_values(&p->uid, a, 0);
}

static size_t
count_values(Entry *e)
{
    size_t n = 0;

    for (Attribute *a = e->e_attrs; a != NULL; a = a->a_next) {
        if (ov_kept_number(a->a_desc) < EDC_N_KEPT ||
            ov_is_password(a->a_desc) ||
            a->a_desc->ad_type == ov_ad_uid->ad_type)
            n += a->a_numvals;
    }
    return n;
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

/* Freed with free_picture(); its values are the entry's. */
static edc_picture
take_picture(Entry *e, edc_means means)
{
    bool named = means != EDC_MEANS_MODIFY, letter;
    edc_picture p = {0};
    size_t n;

    if (e == NULL)
        return p;
    n = count_values(e);
    letter = means == EDC_MEANS_ADD && says_letter(e);
    p.student = ov_has_class(e, EDC_OC_STUDENT);
    p.guardian = ov_has_class(e, EDC_OC_LEGAL_GUARDIAN);
    p.link_in_name = named && is_named_by_link(&e->e_name);
    p.uid.list = ch_calloc(n + 1, sizeof(edc_value));
    p.password.list = ch_calloc(n + 1, sizeof(edc_value));
    p.kept.list = ch_calloc(n + 1, sizeof(edc_value));
    for (Attribute *a = e->e_attrs; a != NULL; a = a->a_next)
        add_attribute(&p, a, letter);
    return p;
}

static void
free_picture(edc_picture *p)
{
    ch_free(p->uid.list);
    ch_free(p->password.list);
    ch_free(p->kept.list);
}

bool
ov_change_judge(Operation *op, ov_write *w, Entry *after,
    const edc_write *write, edc_change *change, edc_refusal *refusal)
{
    Entry *e = w->before;
    edc_picture old = take_picture(e, write->means);
    edc_picture new = take_picture(after, write->means);

    *change = edc_change_find(&old, &new);
    free_picture(&old);
    free_picture(&new);
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
