/* test_child_filter.c - filters that speak of educonnectChild: under and, or
 * and not, with limits, pages and ACLs.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GUARDIANS 40

static account parents[GUARDIANS];

/* The last three have no child left; the stranger may not read who the
 * guardians of the first two's children are; the registrar may not search by
 * name. */
static int
families(void **state)
{
    static const setup how = {
        .access = "access to dn.regex=\"^uid=secret.,\" "
                  "attrs=educonnectGuardian\n"
                  "    by dn.exact=\"uid=stranger," STAFF_DN "\" none\n"
                  "    by * break\n"
                  "access to attrs=entryDN,uid\n"
                  "    by dn.exact=\"uid=registrar," STAFF_DN "\" none\n"
                  "    by * break\n"};
    world *w = calloc(1, sizeof(*w));

    *state = w;
    world_begin(w, &how);
    for (int i = 0; i < GUARDIANS; i++) {
        parents[i] = new_guardian(w, COLLEGE);
        if (i >= GUARDIANS - 3)
            expect_ok(client_modify(w->as[PROVISIONER], parents[i].child,
                "delete: educonnectGuardian\n"));
        if (i < 2) {
            expect_ok(client_ldif(w->as[PROVISIONER],
                "dn: %s\nchangetype: delete\n", parents[i].child));
            snprintf(parents[i].child, sizeof(parents[i].child),
                "uid=secret%d," PEOPLE, i);
            expect_ok(client_ldif(w->as[PROVISIONER],
                "dn: %s\nobjectClass: inetOrgPerson\n"
                "objectClass: educonnectStudent\nuid: secret%d\ncn: S\n"
                "sn: Secret\neduconnectGuardian: %s\n",
                parents[i].child, i, parents[i].dn));
        }
    }
    return 0;
}

static int
count(LDAP *ld, const char *format, const char *value)
{
    char *filter = text_of(format, value);
    int n = client_count(ld, SUFFIX, filter);

    free(filter);
    return n;
}

static void
a_child_finds_its_guardians(void **state)
{
    world *w = *state;
    LDAP *ld = w->as[ACADEMY];
    const account *a = &parents[5], *b = &parents[6];

    assert_int_equal(count(ld, "(educonnectChild=%s)", a->child), 1);
    assert_int_equal(count(ld, "(educonnectChild=%s)", a->dn), 0);
    assert_int_equal(
        count(ld, "(educonnectChild=%s)", "uid=personne," PEOPLE), 0);
    expect_ok(client_modify(w->as[PROVISIONER], a->child,
        "add: educonnectGuardian\neduconnectGuardian: %s\n", b->dn));
    assert_int_equal(count(ld, "(educonnectChild=%s)", a->child), 2);
    assert_int_equal(
        count(ld, "(&(educonnectChild=%s)(uid=resp*))", a->child), 2);
    assert_int_equal(
        count(ld, "(&(educonnectChild=%s)(uid=eleve*))", a->child), 0);
    expect_ok(client_modify(w->as[PROVISIONER], a->child,
        "delete: educonnectGuardian\neduconnectGuardian: %s\n", b->dn));
}

static void
terms_combine(void **state)
{
    world *w = *state;
    LDAP *ld = w->as[ACADEMY];
    int all = client_count(ld, SUFFIX, "(objectClass=*)");

    assert_int_equal(count(ld, "(educonnectChild=*)%s", ""), GUARDIANS - 3);
    assert_int_equal(
        count(ld, "(!(educonnectChild=*))%s", ""), all - (GUARDIANS - 3));
    assert_int_equal(
        count(ld,
            "(&(objectClass=educonnectLegalGuardian)(!(educonnectChild=*)))%s",
            ""),
        3);
    assert_int_equal(
        count(ld, "(|(educonnectChild=%s)(uid=head1))", parents[7].child), 2);
    assert_int_equal(count(ld, "(&(educonnectChild=*)(!(educonnectChild=%s)))",
                         parents[7].child),
        GUARDIANS - 4);
    assert_int_equal(
        count(ld, "(!(|(educonnectChild=%s)(uid=*)))", parents[7].child),
        client_count(ld, SUFFIX, "(!(uid=*))"));
    assert_int_equal(
        count(ld, "(!(!(educonnectChild=%s)))", parents[7].child), 1);
    assert_int_equal(
        client_count(ld, PEOPLE, "(educonnectChild=*)"), GUARDIANS - 3);
    assert_int_equal(client_count(ld, STAFF_DN, "(educonnectChild=*)"), 0);
}

static void
a_hidden_link_is_no_child(void **state)
{
    world *w = *state;
    LDAP *stranger = w->as[STRANGER];
    char *seen = client_read_all(stranger, parents[0].dn, "educonnectChild");

    assert_string_equal(seen, "");
    free(seen);
    assert_int_equal(
        count(stranger, "(educonnectChild=%s)", parents[0].child), 0);
    assert_int_equal(
        count(stranger, "(educonnectChild=*)%s", ""), GUARDIANS - 5);
    assert_int_equal(
        count(stranger,
            "(&(objectClass=educonnectLegalGuardian)(!(educonnectChild=*)))%s",
            ""),
        5);
    expect(client_compare(
               stranger, parents[0].dn, "educonnectChild", parents[0].child),
        LDAP_NO_SUCH_ATTRIBUTE, "");
    expect(client_compare(w->as[ACADEMY], parents[0].dn, "educonnectChild",
               parents[0].child),
        LDAP_COMPARE_TRUE, "");
}

/* What the backend finds guardians by is none of the reader's business. */
static void
names_need_not_be_searchable(void **state)
{
    world *w = *state;
    LDAP *registrar = w->as[REGISTRAR];
    const char *child = parents[8].child;

    assert_int_equal(count(registrar, "(uid=%s)", parents[8].uid), 0);
    assert_int_equal(count(registrar, "(educonnectChild=%s)", child), 1);
    assert_int_equal(
        count(registrar, "(|(educonnectChild=%s)(uid=head1))", child), 1);
    assert_int_equal(
        count(registrar, "(&(educonnectChild=%s)(uid=*))", child), 0);
    assert_int_equal(count(registrar, "(educonnectChild=%s)", SUFFIX), 0);
}

static void
other_matches_are_true_or_nothing(void **state)
{
    world *w = *state;
    LDAP *ld = w->as[ACADEMY];

    assert_int_equal(count(ld, "(educonnectChild:distinguishedNameMatch:=%s)",
                         parents[9].child),
        1);
    assert_int_equal(
        count(ld, "(educonnectChild;x-a=%s)", parents[9].child), 0);
    assert_int_equal(count(ld, "(educonnectChild=*%s)", PEOPLE), 0);
    assert_int_equal(count(ld, "(educonnectChild=no name%s)", ""), 0);
}

/* Result code and number of entries of one search. */
static int
limited(LDAP *ld, const char *filter, int limit, int *n)
{
    char *attrs[] = {"1.1", NULL};
    LDAPMessage *result = NULL;
    int rc = ldap_search_ext_s(ld, SUFFIX, LDAP_SCOPE_SUBTREE, filter, attrs, 0,
        NULL, NULL, NULL, limit, &result);

    *n = result == NULL ? 0 : ldap_count_entries(ld, result);
    ldap_msgfree(result);
    return rc;
}

static void
limits_count_what_is_sent(void **state)
{
    static const char *const filters[] = {
        "(educonnectChild=*)", "(!(!(educonnectChild=*)))"};
    world *w = *state;
    int n;

    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(limited(w->as[ACADEMY], filters[i], GUARDIANS - 3, &n),
            LDAP_SUCCESS);
        assert_int_equal(n, GUARDIANS - 3);
        assert_int_equal(limited(w->as[ACADEMY], filters[i], GUARDIANS - 4, &n),
            LDAP_SIZELIMIT_EXCEEDED);
        assert_int_equal(n, GUARDIANS - 4);
    }
    assert_int_equal(limited(w->as[ACADEMY],
                         "(&(objectClass=educonnectLegalGuardian)"
                         "(!(educonnectChild=*)))",
                         3, &n),
        LDAP_SUCCESS);
    assert_int_equal(n, 3);
}

/* How a search went that was read page by page. */
typedef struct paging {
    int total;
    int pages;
    int rc;
} paging;

/* One page; the cookie is the one to go on with. */
static void
next_page(LDAP *ld, const char *filter, int size, int limit,
    struct berval *cookie, paging *p)
{
    char *attrs[] = {"1.1", NULL};
    LDAPControl *page = NULL, **answers = NULL, *wanted[2] = {NULL, NULL};
    LDAPMessage *result = NULL;
    LDAPControl *found;

    assert_int_equal(ldap_create_page_control(ld, size,
                         cookie->bv_len > 0 ? cookie : NULL, 1, &page),
        LDAP_SUCCESS);
    wanted[0] = page;
    ldap_search_ext_s(ld, SUFFIX, LDAP_SCOPE_SUBTREE, filter, attrs, 0, wanted,
        NULL, NULL, limit, &result);
    assert_non_null(result);
    assert_true(ldap_count_entries(ld, result) <= size);
    p->total += ldap_count_entries(ld, result);
    assert_int_equal(
        ldap_parse_result(ld, result, &p->rc, NULL, NULL, NULL, &answers, 1),
        LDAP_SUCCESS);
    ldap_memfree(cookie->bv_val);
    *cookie = (struct berval){0, NULL};
    found = ldap_control_find(LDAP_CONTROL_PAGEDRESULTS, answers, NULL);
    /* A page that is no smaller than the limit is none to slapd. */
    if (found == NULL)
        assert_true(p->rc != LDAP_SUCCESS || (limit > 0 && size >= limit));
    else
        assert_int_equal(
            ldap_parse_pageresponse_control(ld, found, NULL, cookie),
            LDAP_SUCCESS);
    ldap_controls_free(answers);
    ldap_control_free(page);
    p->pages++;
}

static paging
through_pages(LDAP *ld, const char *filter, int size, int limit)
{
    paging p = {0};
    struct berval cookie = {0, NULL};

    do
        next_page(ld, filter, size, limit, &cookie, &p);
    while (cookie.bv_len > 0 && p.pages <= GUARDIANS);
    ldap_memfree(cookie.bv_val);
    return p;
}

static void
pages_bring_everything_once(void **state)
{
    world *w = *state;
    paging p = through_pages(w->as[ACADEMY], "(educonnectChild=*)", 7, 0);

    assert_int_equal(p.rc, LDAP_SUCCESS);
    assert_int_equal(p.total, GUARDIANS - 3);
    assert_true(p.pages >= (GUARDIANS - 3 + 6) / 7);
    p = through_pages(w->as[STRANGER], "(educonnectChild=*)", 4, 0);
    assert_int_equal(p.total, GUARDIANS - 5);
}

/* Pages and a limit together, as slapd has them for what is stored. */
static void
limited_pages_are_those_of_a_stored_attribute(void **state)
{
    static const int limits[] = {1, 3, 7, 36, 37, 38}, sizes[] = {1, 5, 37, 50};
    world *w = *state;
    LDAP *ld = w->as[ACADEMY];

    for (int i = 0; i < GUARDIANS - 3; i++)
        expect_ok(client_modify(w->as[ROOT], parents[i].dn,
            "replace: description\ndescription: parent\n"));
    for (size_t l = 0; l < sizeof(limits) / sizeof(limits[0]); l++) {
        for (size_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++) {
            paging stored =
                through_pages(ld, "(description=parent)", sizes[s], limits[l]);
            paging computed =
                through_pages(ld, "(educonnectChild=*)", sizes[s], limits[l]);

            if (stored.rc != computed.rc || stored.total != computed.total)
                FAIL("pages of %d, limit %d: %d with %d, %d with %d", sizes[s],
                    limits[l], stored.total, stored.rc, computed.total,
                    computed.rc);
        }
    }
}

/* The operation ends with another filter in place than it began with. */
static void
abandoned_searches_harm_nothing(void **state)
{
    world *w = *state;
    LDAP *ld = client_login(&w->server, ROOT_DN, ROOT_PASSWORD);
    char *attrs[] = {"+", NULL};
    int id;

    for (int i = 0; i < 200; i++) {
        assert_int_equal(
            ldap_search_ext(ld, SUFFIX, LDAP_SCOPE_SUBTREE,
                "(|(educonnectChild=*)(!(educonnectChild=" SUFFIX ")))", attrs,
                0, NULL, NULL, NULL, 0, &id),
            LDAP_SUCCESS);
        assert_int_equal(ldap_abandon_ext(ld, id, NULL, NULL), LDAP_SUCCESS);
    }
    assert_int_equal(
        ldap_search_ext(ld, SUFFIX, LDAP_SCOPE_SUBTREE, "(educonnectChild=*)",
            attrs, 0, NULL, NULL, NULL, 0, &id),
        LDAP_SUCCESS);
    client_close(ld);
    assert_int_equal(
        client_count(w->as[ACADEMY], SUFFIX, "(educonnectChild=*)"),
        GUARDIANS - 3);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_child_finds_its_guardians),
        cmocka_unit_test(terms_combine),
        cmocka_unit_test(a_hidden_link_is_no_child),
        cmocka_unit_test(names_need_not_be_searchable),
        cmocka_unit_test(other_matches_are_true_or_nothing),
        cmocka_unit_test(limits_count_what_is_sent),
        cmocka_unit_test(pages_bring_everything_once),
        cmocka_unit_test(limited_pages_are_those_of_a_stored_attribute),
        cmocka_unit_test(abandoned_searches_harm_nothing),
    };

    return cmocka_run_group_tests_name(
        "child_filter", tests, families, end_world);
}
