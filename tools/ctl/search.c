/* search.c - reading the directory, page by page; finding one entry. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ctl/catalog.h"
#include "ctl/dn.h"
#include "ctl/ctl.h"

#define PAGE 1000

struct berval **
ctl_entry_values(const ctl_entry *e, const char *attribute)
{
    return ldap_get_values_len(e->ld, e->message, attribute);
}

char *
ctl_entry_first(const ctl_entry *e, const char *attribute)
{
    struct berval **values = ctl_entry_values(e, attribute);
    char *first = NULL;

    if (values != NULL && values[0] != NULL)
        first = ctl_copy_n(values[0]->bv_val, values[0]->bv_len);
    if (values != NULL)
        ldap_value_free_len(values);
    return first;
}

bool
ctl_entry_has(const ctl_entry *e, const char *attribute, const char *value)
{
    struct berval **values = ctl_entry_values(e, attribute);
    size_t n = strlen(value);
    bool has = false;

    for (size_t i = 0; values != NULL && values[i] != NULL && !has; i++)
        has = values[i]->bv_len == n &&
              strncasecmp(values[i]->bv_val, value, n) == 0;
    if (values != NULL)
        ldap_value_free_len(values);
    return has;
}

/* ---- pages ---- */

/* One page. Sets *cookie to what the next one needs, empty after the last.
 * cn=config and cn=monitor know no pages: they may give everything at once. */
static int
page(ctl *c, const char *base, int scope, const char *filter,
    const char *const *attributes, struct berval *cookie, LDAPMessage **found)
{
    LDAPControl *paged = NULL;
    LDAPControl *controls[2] = {NULL, NULL};
    LDAPControl **answered = NULL;
    LDAPControl *answer;
    ber_int_t estimate;
    int result = ldap_create_page_control(c->ld, PAGE, cookie, 0, &paged);

    *found = NULL;
    if (result != LDAP_SUCCESS)
        return result;
    controls[0] = paged;
    result = ldap_search_ext_s(c->ld, base, scope, filter, (char **)attributes,
        0, controls, NULL, NULL, LDAP_NO_LIMIT, found);
    ldap_control_free(paged);
    ber_memfree(cookie->bv_val);
    *cookie = (struct berval){0, NULL};
    if (result != LDAP_SUCCESS)
        return result;
    result =
        ldap_parse_result(c->ld, *found, NULL, NULL, NULL, NULL, &answered, 0);
    answer = ldap_control_find(LDAP_CONTROL_PAGEDRESULTS, answered, NULL);
    if (result == LDAP_SUCCESS && answer != NULL)
        result =
            ldap_parse_pageresponse_control(c->ld, answer, &estimate, cookie);
    ldap_controls_free(answered);
    return result;
}

static bool
each_of(ctl *c, LDAPMessage *found,
    bool (*each)(void *ctx, const ctl_entry *entry), void *ctx)
{
    bool go = true;

    for (LDAPMessage *m = ldap_first_entry(c->ld, found); m != NULL && go;
        m = ldap_next_entry(c->ld, m)) {
        char *dn = ldap_get_dn(c->ld, m);
        ctl_entry e = {c->ld, m, dn};

        c->shown = true;
        if (dn != NULL)
            go = each(ctx, &e);
        ldap_memfree(dn);
    }
    return go;
}

int
ctl_search(ctl *c, const char *base, int scope, const char *filter,
    const char *const *attributes,
    bool (*each)(void *ctx, const ctl_entry *entry), void *ctx)
{
    struct berval cookie = {0, NULL};
    LDAPMessage *found;
    bool go;
    int result;

    do {
        result = page(c, base, scope, filter, attributes, &cookie, &found);
        go = found == NULL || each_of(c, found, each, ctx);
        ldap_msgfree(found);
    } while (result == LDAP_SUCCESS && go && cookie.bv_len > 0);
    ber_memfree(cookie.bv_val);
    return result;
}

/* ---- finding one ---- */

char *
ctl_filter(const char *attribute, const char *value)
{
    struct berval in = {strlen(value), (char *)value};
    struct berval out = {0, NULL};
    char *filter;

    if (ldap_bv2escaped_filter_value(&in, &out) != 0)
        return ctl_format("(!(objectClass=*))");
    filter =
        ctl_format("(%s=%s)", attribute, out.bv_val == NULL ? "" : out.bv_val);
    ldap_memfree(out.bv_val);
    return filter;
}

typedef struct only {
    char *dn;
    size_t n;
} only;

static bool
keep_first(void *ctx, const ctl_entry *e)
{
    only *o = ctx;

    if (o->n++ == 0)
        o->dn = ctl_copy(e->dn);
    return o->n < 2;
}

/* The only entry with these filters, or NULL after saying which word it was. */
static char *
find_only(ctl *c, const char *base, int scope, const char *filter,
    const char *word, const char *what)
{
    static const char *const nothing[] = {LDAP_NO_ATTRS, NULL};
    only o = {NULL, 0};
    int result = ctl_search(c, base, scope, filter, nothing, keep_first, &o);

    if (result != LDAP_SUCCESS && result != LDAP_NO_SUCH_OBJECT) {
        ctl_fail_ldap(c, CTL_SERVER, c->ld, result, word);
    } else if (o.n == 0) {
        ctl_warn(c, "%s: no such %s, or not to be read", word, what);
    } else if (o.n > 1) {
        ctl_warn(c, "%s: more than one %s; name its DN", word, what);
    } else {
        return o.dn;
    }
    free(o.dn);
    return NULL;
}

bool
ctl_is_account_word(const char *word)
{
    for (const char *p = word; *p != '\0'; p++) {
        if ((unsigned char)*p < 0x20 || *p == 0x7f)
            return false;
    }
    return ctl_is_dn(word) || strpbrk(word, " ;,:\"") == NULL;
}

#define ACCOUNT                                                                \
    "(|(objectClass=educonnectStudent)(objectClass=educonnectLegalGuardian))"

/* Accounts with this login or source id; allocated. */
static char *
filter_of_login(const char *word)
{
    char *uid = ctl_filter("uid", word);
    char *source = ctl_filter("educonnectSourceId", word);
    char *filter = ctl_format("(&" ACCOUNT "(|%s%s))", uid, source);

    free(source);
    free(uid);
    return filter;
}

char *
ctl_find_account(ctl *c, const char *word, const char *shown)
{
    char *filter, *dn;

    if (ctl_is_dn(word))
        return find_only(
            c, word, LDAP_SCOPE_BASE, ACCOUNT, shown, catalog_text("account"));
    filter = filter_of_login(word);
    dn = find_only(
        c, c->base, LDAP_SCOPE_SUBTREE, filter, shown, catalog_text("account"));
    free(filter);
    return dn;
}

char *
ctl_look_for_account(ctl *c, const char *word, bool *other)
{
    static const char *const nothing[] = {LDAP_NO_ATTRS, NULL};
    char *filter = filter_of_login(word);
    only o = {NULL, 0};
    int result = ctl_search(
        c, c->base, LDAP_SCOPE_SUBTREE, filter, nothing, keep_first, &o);

    free(filter);
    *other =
        o.n > 1 || (result != LDAP_SUCCESS && result != LDAP_NO_SUCH_OBJECT);
    if (o.n == 1 && !*other)
        return o.dn;
    free(o.dn);
    return NULL;
}

char *
ctl_find_person(ctl *c, const char *word)
{
    char *filter, *dn;

    if (ctl_is_dn(word))
        return find_only(c, word, LDAP_SCOPE_BASE, "(objectClass=*)", word,
            catalog_text("entry"));
    filter = ctl_filter("uid", word);
    dn = find_only(
        c, c->base, LDAP_SCOPE_SUBTREE, filter, word, catalog_text("login"));
    free(filter);
    return dn;
}

char *
ctl_find_school(ctl *c, const char *uai)
{
    char *is_uai, *filter, *dn;

    if (ctl_is_dn(uai))
        return ctl_copy(uai);
    is_uai = ctl_filter("educonnectUai", uai);
    filter = ctl_format("(&(objectClass=educonnectSchool)%s)", is_uai);
    dn = find_only(
        c, c->base, LDAP_SCOPE_SUBTREE, filter, uai, catalog_text("school"));
    free(filter);
    free(is_uai);
    return dn;
}
