/* record.c - a school record: its links and the people in it. */
#include "write/record.h"
#include "link/family.h"
#include "link/gone.h"
#include "link/link.h"
#include "link/void.h"
#include "slapd/memory.h"
#include "slapd/values.h"

/* People whose names a password may not contain, beside the holder. */
#define LINKED_MAX 16

/* The guardians who said not to be this student's, under whatever name; each
 * looked up once. Filled in by the first who asks. */
typedef struct contests {
    Entry *student;
    ov_value_set names;
    Entry **guardians; /* whose names these are */
    size_t n;
    bool known;
} contests;

static void
find_contests(Operation *op, contests *c)
{
    Attribute *a =
        attr_find(c->student->e_attrs, ov_ad[EDC_AT_CONTESTED_GUARDIAN]);
    size_t n = a == NULL ? 0 : a->a_numvals;

    c->known = true;
    c->guardians = ch_calloc(n + 1, sizeof(Entry *));
    for (size_t i = 0; i < n; i++) {
        Entry *guardian = ov_guardian_of_link(op, &a->a_nvals[i]);

        if (guardian == NULL)
            continue;
        c->guardians[c->n++] = guardian;
        ov_value_set_add(&c->names, &guardian->e_nname);
    }
}

static void
free_contests(contests *c)
{
    for (size_t i = 0; i < c->n; i++)
        entry_free(c->guardians[i]);
    ch_free(c->guardians);
    ov_value_set_free(&c->names);
}

static bool
is_contested(Operation *op, contests *c, struct berval *link)
{
    Entry *meant;
    bool contested;

    if (!c->known)
        find_contests(op, c);
    meant = c->n == 0 ? NULL : ov_guardian_of_link(op, link);
    if (meant == NULL)
        return false;
    contested = ov_value_set_has(&c->names, &meant->e_nname);
    entry_free(meant);
    return contested;
}

edc_codes
ov_links_check(Operation *op, slap_overinst *on, Entry *entry, Entry *before)
{
    BerVarray links = ov_nvalues(entry, ov_ad[EDC_AT_GUARDIAN]);
    contests contested = {.student = entry};
    edc_codes codes = 0;

    if (ov_links_are_many(on, entry))
        return EDC_BIT(EDC_L02);
    for (; links != NULL && !BER_BVISNULL(links); links++) {
        if (dn_match(links, &entry->e_nname)) {
            if (!ov_has_class(entry, EDC_OC_LEGAL_GUARDIAN))
                codes |= EDC_BIT(EDC_L03);
            continue;
        }
        if (before != NULL &&
            ov_has_dn(before, ov_ad[EDC_AT_GUARDIAN], links) &&
            !ov_link_is_void(op, on, ov_void_now(ov_instance_of(on)), links))
            continue;
        if (!ov_names_guardian(op, links))
            codes |= EDC_BIT(EDC_L01);
        else if (ov_gone_is_ahead(op, on, links))
            codes |= EDC_BIT(EDC_B03);
        if (is_contested(op, &contested, links))
            codes |= EDC_BIT(EDC_L04);
    }
    free_contests(&contested);
    return ov_is_unread(op) ? EDC_BIT(ov_unread_code()) : codes;
}

edc_codes
ov_contests_check(Operation *op, slap_overinst *on, Entry *entry, Entry *before)
{
    AttributeDescription *ad = ov_ad[EDC_AT_CONTESTED_GUARDIAN];
    BerVarray names = ov_nvalues(entry, ad);
    ov_value_set there = {0};
    edc_codes codes = 0;

    ov_value_set_add_all(
        &there, before == NULL ? NULL : ov_nvalues(before, ad));
    for (; codes == 0 && names != NULL && !BER_BVISNULL(names); names++) {
        if (!ov_value_set_has(&there, names) && ov_gone_is_ahead(op, on, names))
            codes = EDC_BIT(EDC_B03);
    }
    ov_value_set_free(&there);
    return ov_is_unread(op) ? EDC_BIT(ov_unread_code()) : codes;
}

static edc_str *
ranges_of(Entry *e, AttributeDescription *ad, size_t *n)
{
    Attribute *a = attr_find(e->e_attrs, ad);
    edc_str *ranges;

    *n = a == NULL ? 0 : a->a_numvals;
    if (*n == 0)
        return NULL;
    ranges = ch_calloc(*n, sizeof(*ranges));
    for (size_t i = 0; i < *n; i++)
        ranges[i] = ov_str(&a->a_vals[i]);
    return ranges;
}

static void
add_person(ov_people *people, Entry *e)
{
    edc_person *p = &people->people[people->n++];
    BerVarray birth = ov_values(e, ov_ad[EDC_AT_BIRTH_DATE]);

    p->uid = ranges_of(e, ov_ad_uid, &p->n_uid);
    p->sn = ranges_of(e, ov_ad_sn, &p->n_sn);
    p->given_name = ranges_of(e, ov_ad_given_name, &p->n_given_name);
    p->birthdate = birth == NULL ? (edc_str){NULL, 0} : ov_str(birth);
}

static bool
add_linked(void *ctx, Entry *e)
{
    ov_people *people = ctx;

    if (people->n_entries >= LINKED_MAX)
        return false;
    people->entries[people->n_entries] = entry_dup(e);
    add_person(people, people->entries[people->n_entries]);
    people->n_entries++;
    return true;
}

static bool
add_child(void *ctx, Entry *e, const struct berval *link)
{
    (void)link;
    return add_linked(ctx, e);
}

static void
add_guardian(void *ctx, Entry *e)
{
    add_linked(ctx, e);
}

void
ov_people_find(Operation *op, Entry *entry, ov_people *people)
{
    BerVarray links = ov_nvalues(entry, ov_ad[EDC_AT_GUARDIAN]);

    *people = (ov_people){
        .people = ch_calloc(LINKED_MAX + 1, sizeof(edc_person)),
        .entries = ch_calloc(LINKED_MAX, sizeof(Entry *)),
    };
    add_person(people, entry);
    for (;
        links != NULL && !BER_BVISNULL(links) && people->n_entries < LINKED_MAX;
        links++)
        ov_entry_look(op, links, add_guardian, people);
    ov_children_each(op, entry, LINKED_MAX, add_child, people);
}

void
ov_people_free(ov_people *people)
{
    for (size_t i = 0; i < people->n; i++) {
        ch_free((void *)people->people[i].uid);
        ch_free((void *)people->people[i].sn);
        ch_free((void *)people->people[i].given_name);
    }
    for (size_t i = 0; i < people->n_entries; i++)
        entry_free(people->entries[i]);
    ch_free(people->people);
    ch_free(people->entries);
}
