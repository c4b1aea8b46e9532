/* hold.c - why no account may be opened for a student. */
#include "read/hold.h"

/* Others with the same INE that are named. */
#define OTHERS_MAX 4

/* Appends a word to a list in a buffer of OV_LIST_MAX bytes; what does not fit
 * is left out. */
static void
list_add(char *list, const char *separator, const char *word)
{
    size_t n = strlen(list);

    if (n + strlen(word) + strlen(separator) < OV_LIST_MAX)
        snprintf(
            list + n, OV_LIST_MAX - n, "%s%s", n > 0 ? separator : "", word);
}

static void
school_uai(void *ctx, Entry *e)
{
    BerVarray uai = ov_values(e, ov_ad[EDC_AT_UAI]);

    if (uai != NULL)
        list_add(ctx, ",", uai->bv_val);
}

static void
list_missing(slap_overinst *on, Entry *entry, char *list)
{
    for (char **name = ov_instance_of(on)->settings.eligibility; *name;
        name++) {
        AttributeDescription *ad = NULL;
        const char *text;

        if (slap_str2ad(*name, &ad, &text) != LDAP_SUCCESS)
            list_add(list, ",", *name);
        else if (attr_find(entry->e_attrs, ad) == NULL)
            list_add(list, ",", ad->ad_cname.bv_val);
    }
}

static void
list_schools(Operation *op, Entry *entry, char *list)
{
    Attribute *enrolled = attr_find(entry->e_attrs, ov_ad[EDC_AT_ENROLLED_AT]);

    if (enrolled == NULL || enrolled->a_numvals < 2)
        return;
    for (unsigned i = 0; i < enrolled->a_numvals; i++) {
        if (!ov_entry_look(op, &enrolled->a_nvals[i], school_uai, list))
            list_add(list, ",", enrolled->a_vals[i].bv_val);
    }
}

typedef struct others {
    const struct berval *self;
    char *list;
} others;

static bool
add_other(void *ctx, Entry *e)
{
    others *o = ctx;

    if (ov_has_class(e, EDC_OC_STUDENT) && !dn_match(&e->e_nname, o->self))
        list_add(o->list, "; ", e->e_name.bv_val);
    return true;
}

void
ov_eligibility(Operation *op, slap_overinst *on, Entry *entry, ov_hold *hold)
{
    char *missing = hold->text[0], *schools = hold->text[1];
    char *same = hold->text[2];
    BerVarray ine = ov_nvalues(entry, ov_ad[EDC_AT_INE]);
    others o = {.self = &entry->e_nname, .list = same};

    missing[0] = schools[0] = same[0] = '\0';
    list_missing(on, entry, missing);
    list_schools(op, entry, schools);
    if (ine != NULL)
        ov_search_equal(
            op, ov_ad[EDC_AT_INE], ine, OTHERS_MAX + 1, add_other, &o);
    hold->missing = edc_str_of(missing);
    hold->schools = edc_str_of(schools);
    hold->others = edc_str_of(same);
}
