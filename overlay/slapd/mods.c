/* mods.c - lists of modifications. */
#include "slapd/mods.h"

#include "slapd/entry.h"
#include "slapd/stack.h"

#include "core/account/mend.h"

#include <openssl/crypto.h>

/* Places the assignments of a plan may take in a history: the configured
 * depth is at most EDC_POLICY_HISTORY_MAX. */
#define HISTORY_MAX (EDC_POLICY_HISTORY_MAX + 1)

void
ov_mods_append(Modifications **list, int op, AttributeDescription *ad,
    const struct berval *values, unsigned n)
{
    Modifications *mod = ch_calloc(1, sizeof(*mod));
    MatchingRule *mr = ad->ad_type->sat_equality;

    mod->sml_op = (short)op;
    mod->sml_flags = SLAP_MOD_INTERNAL;
    mod->sml_desc = ad;
    mod->sml_type = ad->ad_cname;
    mod->sml_numvals = n;
    if (n > 0) {
        mod->sml_values = ch_calloc(n + 1, sizeof(struct berval));
        for (unsigned i = 0; i < n; i++)
            mod->sml_values[i] = ov_dup(&values[i]);
    }
    if (n > 0 && mr != NULL && mr->smr_normalize != NULL) {
        mod->sml_nvalues = ch_calloc(n + 1, sizeof(struct berval));
        for (unsigned i = 0; i < n; i++) {
            if (mr->smr_normalize(SLAP_MR_VALUE_OF_ATTRIBUTE_SYNTAX,
                    ad->ad_type->sat_syntax, mr, &mod->sml_values[i],
                    &mod->sml_nvalues[i], NULL) != LDAP_SUCCESS)
                ber_dupbv(&mod->sml_nvalues[i], &mod->sml_values[i]);
        }
    }
    for (; *list != NULL; list = &(*list)->sml_next)
        ;
    *list = mod;
}

void
ov_mods_serial(
    Modifications **list, const edc_account *account, const char *serial)
{
    struct berval old = ov_berval(account->serial);
    struct berval new = ov_berval(edc_str_of(serial));

    if (account->serial.n > 0)
        ov_mods_append(
            list, LDAP_MOD_DELETE, ov_kept[EDC_KEPT_SERIAL], &old, 1);
    if (serial[0] != '\0')
        ov_mods_append(list, LDAP_MOD_ADD, ov_kept[EDC_KEPT_SERIAL], &new, 1);
}

static void
append_assigned(Modifications **list, const edc_plan *plan,
    const edc_assignment *set, bool there)
{
    struct berval values[2] = {ov_berval(set->value)};
    unsigned n = set->value.n > 0;

    if (set->kept == EDC_KEPT_FORMER_STATE) {
        n = (unsigned)plan->n_former;
        for (unsigned f = 0; f < n; f++)
            values[f] = ov_berval(plan->former[f]);
    }
    if (n > 0 || there)
        ov_mods_append(list, LDAP_MOD_REPLACE, ov_kept[set->kept], values, n);
}

/* Those that every event writes: the serial goes first, the key of the number
 * belongs to the number, the history may get one more. */
static bool
is_whole(const edc_plan *plan, edc_kept kept)
{
    return kept != EDC_KEPT_SERIAL && kept != EDC_KEPT_MOBILE_KEY &&
           (kept != EDC_KEPT_PASSWORD_HISTORY || !plan->remember);
}

void
ov_mods_stored(Modifications **list, Entry *entry, AttributeDescription *ad)
{
    Attribute *a = attr_find(entry->e_attrs, ad);

    ov_mods_append(list, LDAP_MOD_REPLACE, ad, a == NULL ? NULL : a->a_vals,
        a == NULL ? 0 : a->a_numvals);
}

static void
append_stored(
    Modifications **list, bool keep, Entry *entry, AttributeDescription *ad)
{
    if (keep)
        ov_mods_stored(list, entry, ad);
    else
        ov_mods_append(list, LDAP_MOD_REPLACE, ad, NULL, 0);
}

void
ov_mods_plan(Modifications **list, const edc_plan *plan, Entry *entry)
{
    for (size_t i = 0; i < plan->n_set; i++)
        append_assigned(list, plan, &plan->set[i], entry != NULL);
    for (int k = 0; entry != NULL && k < EDC_N_KEPT; k++) {
        if (is_whole(plan, (edc_kept)k) && !edc_plan_assigns(plan, (edc_kept)k))
            append_stored(
                list, edc_plan_keeps(plan, (edc_kept)k), entry, ov_kept[k]);
    }
}

void
ov_mods_drop(Modifications **list, Entry *entry, AttributeDescription *ad)
{
    if (attr_find(entry->e_attrs, ad) != NULL)
        ov_mods_append(list, LDAP_MOD_REPLACE, ad, NULL, 0);
}

void
ov_mods_password(Modifications **list, edc_str stored)
{
    struct berval new = ov_berval(stored);

    ov_mods_append(list, LDAP_MOD_REPLACE, slap_schema.si_ad_userPassword, &new,
        stored.n > 0);
}

/* Values with attribute options are none that an event knows: they go with the
 * password. */
static void
drop_options(Modifications **list, Entry *entry)
{
    for (Attribute *a = entry->e_attrs; a != NULL; a = a->a_next) {
        if (ov_is_password(a->a_desc) &&
            a->a_desc != slap_schema.si_ad_userPassword)
            ov_mods_append(list, LDAP_MOD_REPLACE, a->a_desc, NULL, 0);
    }
}

void
ov_mods_event(Modifications **list, slap_overinst *on, const edc_plan *plan,
    Entry *entry, edc_str password)
{
    const unsigned another = EDC_NEW_PASSWORD | EDC_DROP_PASSWORD;

    if ((plan->effects & another) != 0) {
        ov_mods_password(list, password);
        drop_options(list, entry);
    } else if (!ov_stack_has(on, "ppolicy")) {
        append_stored(list,
            plan->from != EDC_ABSENT || (plan->effects & EDC_KEEP_PASSWORD),
            entry, slap_schema.si_ad_userPassword);
    }
    ov_mods_plan(list, plan, entry);
}

static int
by_serial(const void *a, const void *b)
{
    const struct berval *x = a, *y = b;
    size_t n = x->bv_len < y->bv_len ? x->bv_len : y->bv_len;

    return memcmp(x->bv_val, y->bv_val, n);
}

/* The stored order of values is nobody's promise, so they are sorted by the
 * serial in front of them before the oldest go. */
void
ov_mods_history(Modifications **list, Entry *entry, const edc_account *account,
    const edc_plan *plan, unsigned keep)
{
    AttributeDescription *ad = ov_kept[EDC_KEPT_PASSWORD_HISTORY];
    BerVarray stored = ov_values(entry, ad);
    struct berval values[HISTORY_MAX];
    struct berval added;
    unsigned n = 0, first;

    added.bv_len = EDC_HISTORY_PREFIX + account->password.n;
    added.bv_val = ch_malloc(added.bv_len + 1);
    edc_history_prefix(plan->serial, added.bv_val);
    memcpy(added.bv_val + EDC_HISTORY_PREFIX, account->password.p,
        account->password.n);
    added.bv_val[added.bv_len] = '\0';
    for (; stored != NULL && !BER_BVISNULL(stored) && n < HISTORY_MAX - 1;
        stored++)
        values[n++] = *stored;
    values[n++] = added;
    qsort(values, n, sizeof(values[0]), by_serial);
    first = n > keep ? n - keep : 0;
    ov_mods_append(list, LDAP_MOD_REPLACE, ad, values + first, n - first);
    ch_free(added.bv_val);
}

void
ov_mods_prepend(Modifications **list, Modifications *first)
{
    Modifications **tail = &first;

    for (; *tail != NULL; tail = &(*tail)->sml_next)
        ;
    *tail = *list;
    *list = first;
}

void
ov_mods_wipe(Modifications *list)
{
    for (Modifications *m = list; m != NULL; m = m->sml_next) {
        for (BerVarray v = m->sml_values; v != NULL && !BER_BVISNULL(v); v++)
            OPENSSL_cleanse(v->bv_val, v->bv_len);
        for (BerVarray v = m->sml_nvalues; v != NULL && !BER_BVISNULL(v); v++)
            OPENSSL_cleanse(v->bv_val, v->bv_len);
    }
    slap_mods_free(list, 1);
}
