/* read.c - all that the directory holds of one person. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ctl/dn.h"
#include "person/person.h"

/* Accounts of one person at most: more has nobody, and it ends. */
#define ENTRIES_MAX 64

/* Attributes by which other entries name people: by DN, but for the last. */
static const char *const by_dn[] = {"educonnectGuardian",
    "educonnectContestedGuardian", "educonnectHead",
    "educonnectStudentDelegate", "educonnectGuardianDelegate", "member",
    "uniqueMember", "roleOccupant", "owner", "seeAlso", "manager", "secretary",
    NULL};

/* ---- secrets ---- */

bool
person_is_secret(const char *name)
{
    static const char *const parts[] = {"password", "pwdhistory", "secret",
        "krbprincipalkey", "privatekey", "userpkcs12", NULL};
    char *small = ctl_copy(name);
    bool found = false;

    for (char *p = small; *p != '\0'; p++) {
        if (*p >= 'A' && *p <= 'Z')
            *p = (char)(*p - 'A' + 'a');
        if (*p == ';')
            *p = '\0';
    }
    for (size_t i = 0; parts[i] != NULL; i++)
        found = found || strstr(small, parts[i]) != NULL;
    free(small);
    return found;
}

/* ---- an entry of the person's own ---- */

static void
add_secret(person_entry *e, const char *name)
{
    e->secrets = ctl_resize(e->secrets, e->n_secrets + 1, sizeof(*e->secrets));
    e->secrets[e->n_secrets++] = ctl_copy(name);
}

static void
take_attribute(person_entry *e, const ctl_entry *found, const char *name)
{
    struct berval **values;

    if (person_is_secret(name)) {
        add_secret(e, name);
        return;
    }
    values = ctl_entry_values(found, name);
    ctl_change_mod(&e->all, LDAP_MOD_ADD, name);
    for (size_t i = 0; values != NULL && values[i] != NULL; i++)
        ctl_change_value(&e->all, values[i]->bv_val, values[i]->bv_len);
    ldap_value_free_len(values);
}

static bool
has_any(const ctl_entry *e, const char *attribute)
{
    struct berval **values = ctl_entry_values(e, attribute);
    bool any = values != NULL && values[0] != NULL;

    ldap_value_free_len(values);
    return any;
}

static bool
is_enrolled(const ctl_entry *e)
{
    return has_any(e, "educonnectEnrolledAt") &&
           !has_any(e, "educonnectLeftAt");
}

static bool
take_entry(void *ctx, const ctl_entry *found)
{
    person *p = ctx;
    person_entry *e;
    BerElement *ber = NULL;

    p->entries = ctl_resize(p->entries, p->n_entries + 1, sizeof(*p->entries));
    e = &p->entries[p->n_entries++];
    *e = (person_entry){.dn = ctl_copy(found->dn),
        .key = ctl_dn_key(found->dn),
        .csn = ctl_entry_first(found, "entryCSN"),
        .merged_into = ctl_entry_first(found, "educonnectMergedInto"),
        .enrolled = is_enrolled(found)};
    ctl_change_begin(&e->all, CTL_CHANGE_ADD, found->dn);
    for (char *name = ldap_first_attribute(found->ld, found->message, &ber);
        name != NULL;
        name = ldap_next_attribute(found->ld, found->message, ber)) {
        take_attribute(e, found, name);
        ldap_memfree(name);
    }
    ber_free(ber, 0);
    return true;
}

static int
read_entry(person *p, const char *dn)
{
    static const char *const all[] = {"*", "+", NULL};

    return ctl_search(
        p->c, dn, LDAP_SCOPE_BASE, "(objectClass=*)", all, take_entry, p);
}

static bool
is_own(const person *p, const char *dn)
{
    char *key = ctl_dn_key(dn);
    bool own = false;

    for (size_t i = 0; i < p->n_entries; i++)
        own = own || strcmp(p->entries[i].key, key) == 0;
    free(key);
    return own;
}

/* ---- accounts that were merged into one ---- */

typedef struct names {
    char *dn[ENTRIES_MAX];
    size_t n;
} names;

static bool
take_name(void *ctx, const ctl_entry *e)
{
    names *found = ctx;

    found->dn[found->n++] = ctl_copy(e->dn);
    return found->n < ENTRIES_MAX;
}

static int
read_merged(person *p, const char *into)
{
    static const char *const nothing[] = {LDAP_NO_ATTRS, NULL};
    char *filter = ctl_filter("educonnectMergedInto", into);
    names found = {.n = 0};
    int rc = ctl_search(p->c, p->c->base, LDAP_SCOPE_SUBTREE, filter, nothing,
        take_name, &found);

    for (size_t i = 0; i < found.n; i++) {
        if (rc == LDAP_SUCCESS && !is_own(p, found.dn[i]) &&
            p->n_entries < ENTRIES_MAX)
            rc = read_entry(p, found.dn[i]);
        free(found.dn[i]);
    }
    free(filter);
    return rc;
}

/* ---- who names them ---- */

static void
add_mention(person *p, const ctl_entry *e, const char *attribute,
    const struct berval *value)
{
    p->mentions =
        ctl_resize(p->mentions, p->n_mentions + 1, sizeof(*p->mentions));
    p->mentions[p->n_mentions++] = (person_mention){.dn = ctl_copy(e->dn),
        .attribute = ctl_copy(attribute),
        .value = ctl_copy_n(value->bv_val, value->bv_len),
        .enrolled = strcasecmp(attribute, by_dn[0]) == 0 && is_enrolled(e)};
}

/* Of the attributes that may name people, the values that name this one. */
static bool
take_mentions(void *ctx, const ctl_entry *e)
{
    person *p = ctx;

    if (is_own(p, e->dn))
        return true;
    for (size_t i = 0; by_dn[i] != NULL; i++) {
        struct berval **values = ctl_entry_values(e, by_dn[i]);

        for (size_t v = 0; values != NULL && values[v] != NULL; v++) {
            char *dn = ctl_copy_n(values[v]->bv_val, values[v]->bv_len);

            if (is_own(p, dn))
                add_mention(p, e, by_dn[i], values[v]);
            free(dn);
        }
        ldap_value_free_len(values);
    }
    return true;
}

/* "(|(educonnectGuardian=<DN>)...)" of every entry; allocated. */
static char *
mention_filter(const person *p)
{
    char *all = ctl_copy(""), *filter;

    for (size_t e = 0; e < p->n_entries; e++) {
        for (size_t i = 0; by_dn[i] != NULL; i++) {
            char *one = ctl_filter(by_dn[i], p->entries[e].dn);
            char *longer = ctl_format("%s%s", all, one);

            free(one);
            free(all);
            all = longer;
        }
    }
    filter = ctl_format("(|%s)", all);
    free(all);
    return filter;
}

static int
read_mentions(person *p)
{
    const char *wanted[sizeof(by_dn) / sizeof(by_dn[0]) + 2];
    char *filter = mention_filter(p);
    size_t n = 0;
    int rc;

    for (; by_dn[n] != NULL; n++)
        wanted[n] = by_dn[n];
    wanted[n++] = "educonnectEnrolledAt";
    wanted[n++] = "educonnectLeftAt";
    wanted[n] = NULL;
    rc = ctl_search(
        p->c, p->c->base, LDAP_SCOPE_SUBTREE, filter, wanted, take_mentions, p);
    free(filter);
    return rc;
}

/* ---- all of it ---- */

/* An account that is gone is no one to be merged into. */
static int
check_heir(person *p)
{
    static const char *const nothing[] = {LDAP_NO_ATTRS, NULL};
    names found = {.n = 0};
    char *heir = p->n_entries == 0 ? NULL : p->entries[0].merged_into;
    int rc;

    if (heir == NULL)
        return LDAP_SUCCESS;
    rc = ctl_search(p->c, heir, LDAP_SCOPE_BASE, "(objectClass=*)", nothing,
        take_name, &found);
    if (found.n == 0 && (rc == LDAP_SUCCESS || rc == LDAP_NO_SUCH_OBJECT)) {
        free(heir);
        p->entries[0].merged_into = NULL;
        rc = LDAP_SUCCESS;
    }
    if (found.n > 0)
        free(found.dn[0]);
    return rc;
}

ctl_exit
person_read(person *p, const char *word)
{
    char *dn = ctl_find_account(p->c, word, word);
    int rc;

    if (dn == NULL)
        return CTL_REFUSED;
    rc = read_entry(p, dn);
    for (size_t i = 0; rc == LDAP_SUCCESS && i < p->n_entries; i++) {
        /* The array moves while it grows. */
        char *into = ctl_copy(p->entries[i].dn);

        rc = read_merged(p, into);
        free(into);
    }
    if (rc == LDAP_SUCCESS)
        rc = check_heir(p);
    if (rc == LDAP_SUCCESS)
        rc = read_mentions(p);
    free(dn);
    if (rc == LDAP_NO_SUCH_OBJECT || (rc == LDAP_SUCCESS && p->n_entries == 0))
        return ctl_fail(
            p->c, CTL_REFUSED, "%s: no such account, or not to be read", word);
    return rc == LDAP_SUCCESS
               ? CTL_OK
               : ctl_fail_ldap(p->c, CTL_SERVER, p->c->ld, rc, word);
}

static bool
count_one(void *ctx, const ctl_entry *e)
{
    (void)e;
    ++*(size_t *)ctx;
    return true;
}

/* slapd's filters have three values: that of an attribute which may not be
 * searched is neither true nor false, and so is its negation. */
ctl_exit
person_see(const person *p)
{
    static const char *const nothing[] = {LDAP_NO_ATTRS, NULL};

    for (size_t i = 0; i < p->n_entries; i++) {
        const char *dn = p->entries[i].dn;
        size_t n = 0;
        int rc = ctl_search(p->c, dn, LDAP_SCOPE_BASE,
            "(|(!(educonnectEnrolledAt=*))(educonnectLeftAt=*))", nothing,
            count_one, &n);

        if (rc != LDAP_SUCCESS)
            return ctl_fail_ldap(p->c, CTL_SERVER, p->c->ld, rc, dn);
        if (n == 0)
            return ctl_fail(p->c, CTL_REFUSED,
                "%s: whether a school holds it is hidden from this identity",
                dn);
    }
    return CTL_OK;
}

unsigned
person_duties(const person *p)
{
    unsigned duties = 0;

    for (size_t i = 0; i < p->n_entries; i++) {
        if (p->entries[i].enrolled)
            duties |= 1U << PERSON_DUTY_ENROLLED;
    }
    for (size_t i = 0; i < p->n_mentions; i++) {
        if (p->mentions[i].enrolled)
            duties |= 1U << PERSON_DUTY_GUARDIAN;
    }
    if (p->n_entries > 0 && p->entries[0].merged_into != NULL)
        duties |= 1U << PERSON_DUTY_MERGED;
    return duties;
}

void
person_free(person *p)
{
    for (size_t i = 0; i < p->n_entries; i++) {
        person_entry *e = &p->entries[i];

        for (size_t s = 0; s < e->n_secrets; s++)
            free(e->secrets[s]);
        free(e->secrets);
        ctl_change_free(&e->all);
        free(e->merged_into);
        free(e->csn);
        free(e->key);
        free(e->dn);
    }
    for (size_t i = 0; i < p->n_mentions; i++) {
        free(p->mentions[i].dn);
        free(p->mentions[i].attribute);
        free(p->mentions[i].value);
    }
    free(p->entries);
    free(p->mentions);
}
