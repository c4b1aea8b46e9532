/* mobile.c - educonnectMobileKey. */
#include "slapd/mobile.h"

#include "slapd/mods.h"
#include "slapd/schema.h"
#include "slapd/stack.h"
#include "slapd/values.h"

#include "core/text/phone.h"

/* The numbers of an entry, each once; owned. */
typedef struct numbers {
    char (*text)[EDC_PHONE_SIZE];
    struct berval *values;
    unsigned n;
} numbers;

bool
ov_is_mobile(const AttributeDescription *ad)
{
    return ov_ad_mobile != NULL && ad->ad_type == ov_ad_mobile->ad_type;
}

static size_t
count_mobiles(Entry *e)
{
    size_t n = 0;

    for (Attribute *a = e->e_attrs; a != NULL; a = a->a_next)
        n += ov_is_mobile(a->a_desc) ? a->a_numvals : 0;
    return n;
}

/* What is no number has no key. */
static size_t
read_numbers(Entry *e, uint32_t region, numbers *all)
{
    size_t n = 0;

    for (Attribute *a = e->e_attrs; a != NULL; a = a->a_next) {
        if (!ov_is_mobile(a->a_desc))
            continue;
        for (unsigned i = 0; i < a->a_numvals; i++)
            n += edc_phone_read(ov_str(&a->a_vals[i]), region, all->text[n]);
    }
    return n;
}

static void
find_numbers(Entry *e, uint32_t region, numbers *all)
{
    size_t most = count_mobiles(e), n;
    edc_str *texts = ch_calloc(most + 1, sizeof(*texts));
    size_t *first = ch_calloc(most + 1, sizeof(*first));

    *all = (numbers){.text = ch_calloc(most + 1, sizeof(*all->text)),
        .values = ch_calloc(most + 1, sizeof(*all->values))};
    n = read_numbers(e, region, all);
    for (size_t i = 0; i < n; i++)
        texts[i] = edc_str_of(all->text[i]);
    ov_values_first(texts, n, first);
    for (size_t i = 0; i < n; i++) {
        if (first[i] == i)
            all->values[all->n++] = ov_berval(texts[i]);
    }
    ch_free(first);
    ch_free(texts);
}

static void
free_numbers(numbers *all)
{
    ch_free(all->text);
    ch_free(all->values);
}

/* Whether the entry's key is of these numbers. The form has no blank or hyphen:
 * it is normal as it is. */
static bool
is_key(Entry *e, const numbers *all)
{
    const Attribute *a = attr_find(e->e_attrs, ov_kept[EDC_KEPT_MOBILE_KEY]);

    return ov_values_same(a == NULL ? NULL : a->a_vals,
        a == NULL ? 0 : a->a_numvals, all->values, all->n);
}

void
ov_mobile_mods(const ov_instance *instance, Modifications **list, Entry *before,
    Entry *after)
{
    numbers all;

    find_numbers(after, instance->settings.region, &all);
    if (before == NULL ? all.n > 0 : !is_key(before, &all))
        ov_mods_append(list, LDAP_MOD_REPLACE, ov_kept[EDC_KEPT_MOBILE_KEY],
            all.values, all.n);
    free_numbers(&all);
}

void
ov_mobile_set(const ov_instance *instance, Entry *e)
{
    numbers all;

    find_numbers(e, instance->settings.region, &all);
    if (!is_key(e, &all)) {
        attr_delete(&e->e_attrs, ov_kept[EDC_KEPT_MOBILE_KEY]);
        if (all.n > 0)
            attr_merge(e, ov_kept[EDC_KEPT_MOBILE_KEY], all.values, NULL);
    }
    free_numbers(&all);
}

void
ov_mobile_set_by_tool(BackendDB *be, Entry *e)
{
    slap_overinst *on = ov_is_tool() ? ov_overlay_of(be) : NULL;

    if (on != NULL && on->on_bi.bi_private != NULL)
        ov_mobile_set(ov_instance_of(on), e);
}
