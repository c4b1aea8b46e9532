/* test_hidden.c - who may not know of an account learns nothing of it by what
 * the overlay answers itself: a compare is answered as if there were none.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VEILED "ou=veiled," PEOPLE
#define HIDDEN "uid=hidden," PEOPLE
#define BELOW "uid=below," VEILED
#define SEEN "uid=seen," PEOPLE

/* The accounts marked secret, and an entry above one of them, are the academy's
 * alone; passwords are compared by two, of whom one has no role. */
static const setup veils = {
    .access = "access to filter=\"(employeeType=secret)\"\n"
              "    by dn.exact=\"uid=academy," STAFF_DN "\" manage\n"
              "    by dn.exact=\"uid=provisioner," STAFF_DN "\" manage\n"
              "    by * none\n"
              "access to dn.base=\"" VEILED "\"\n"
              "    by dn.exact=\"uid=provisioner," STAFF_DN "\" manage\n"
              "    by * none\n"
              "access to attrs=userPassword\n"
              "    by dn.exact=\"uid=academy," STAFF_DN "\" manage\n"
              "    by dn.exact=\"uid=provisioner," STAFF_DN "\" manage\n"
              "    by dn.exact=\"uid=stranger," STAFF_DN "\" compare\n"
              "    by * auth\n"};

static void
add(world *w, const char *dn, const char *uid, const char *mark)
{
    expect_ok(client_ldif(w->as[PROVISIONER],
        "dn: %s\nobjectClass: inetOrgPerson\nobjectClass: educonnectStudent\n"
        "objectClass: educonnectLegalGuardian\nuid: %s\ncn: X\nsn: X\n"
        "givenName: Y\neduconnectIne: %s\neduconnectBirthDate: 2001-02-03\n"
        "educonnectEnrolledAt: " COLLEGE "\n%s"
        "userPassword: Tulipe-11111_Rouge\n",
        dn, uid, uid, mark));
}

static int
begin(void **state)
{
    world *w = calloc(1, sizeof(*w));

    world_begin(w, &veils);
    expect_ok(client_ldif(w->as[ROOT],
        "dn: " VEILED "\nobjectClass: organizationalUnit\nou: veiled\n"
        "description: secret\n"));
    add(w, HIDDEN, "hidden", "employeeType: secret\n");
    add(w, BELOW, "below", "employeeType: secret\n");
    add(w, SEEN, "seen", "");
    *state = w;
    return 0;
}

/* ---- all of an answer ---- */

typedef struct heard {
    int code;
    char *matched, *text;
    size_t n_controls;
} heard;

static heard
hear(LDAP *ld, int id)
{
    LDAPMessage *message = NULL;
    LDAPControl **controls = NULL;
    heard h = {.code = -1};

    REQUIRE(ldap_result(ld, id, LDAP_MSG_ALL, NULL, &message) > 0);
    ldap_parse_result(
        ld, message, &h.code, &h.matched, &h.text, NULL, &controls, 1);
    while (controls != NULL && controls[h.n_controls] != NULL)
        h.n_controls++;
    ldap_controls_free(controls);
    return h;
}

static heard
compare(LDAP *ld, const char *dn, const char *attribute, const char *value)
{
    struct berval v = {strlen(value), (char *)value};
    int id;

    REQUIRE(ldap_compare_ext(ld, dn, attribute, &v, NULL, NULL, &id) ==
            LDAP_SUCCESS);
    return hear(ld, id);
}

static const char *
words(const char *text)
{
    return text != NULL ? text : "";
}

static void
expect_same(heard a, heard b)
{
    assert_int_equal(a.code, b.code);
    assert_string_equal(words(a.matched), words(b.matched));
    assert_string_equal(words(a.text), words(b.text));
    assert_int_equal(a.n_controls, b.n_controls);
    ldap_memfree(a.matched);
    ldap_memfree(a.text);
    ldap_memfree(b.matched);
    ldap_memfree(b.text);
}

static const struct {
    const char *attribute, *value;
} compared[] = {
    {"userPassword", "Tulipe-11111_Rouge"},
    {"userPassword", "wrong"},
    {"USERPASSWORD", "Tulipe-11111_Rouge"},
    {"2.5.4.35", "Tulipe-11111_Rouge"},
    {"userPassword;lang-fr", "Tulipe-11111_Rouge"},
    {"educonnectChild", HIDDEN},
    {"educonnectBindStatus", "must-change"},
    {"educonnectBindStatus", "ok"},
    {"educonnectAllowed", "inform"},
    {"educonnectHold", "record-incomplete:educonnectIne"},
    {"educonnectServiceAccess", "ENT"},
    {"educonnectGuardian", SEEN},
    {"educonnectContestedGuardian", SEEN},
};

#define N_COMPARED (sizeof(compared) / sizeof(compared[0]))

/* ---- tests ---- */

static void
a_hidden_account_compares_as_none(void **state)
{
    world *w = *state;
    LDAP *anonymous = client_open(&w->server);
    LDAP *who[] = {w->as[STRANGER], w->as[HEAD1], w->as[ASSISTANCE], anonymous};

    client_sends(anonymous, SENDS_PPOLICY, NULL);
    for (size_t i = 0; i < N_COMPARED; i++) {
        const char *a = compared[i].attribute, *v = compared[i].value;

        for (size_t j = 0; j < 4; j++) {
            heard none = compare(who[j], "uid=nobody," PEOPLE, a, v);

            assert_int_equal(none.code, LDAP_NO_SUCH_OBJECT);
            expect_same(compare(who[j], HIDDEN, a, v), none);
            expect_same(compare(who[j], BELOW, a, v),
                compare(who[j], "uid=nobody," VEILED, a, v));
        }
    }
    client_close(anonymous);
}

/* What slapd asks comes first; the overlay's own answer is for who passes. */
static void
a_password_is_compared_for_nobody(void **state)
{
    world *w = *state;
    static const char *const tried[] = {"Tulipe-11111_Rouge", "wrong"};

    for (size_t i = 0; i < 2; i++) {
        expect(client_compare(w->as[STRANGER], SEEN, "userPassword", tried[i]),
            LDAP_INSUFFICIENT_ACCESS, "A02");
        expect(client_compare(w->as[ACADEMY], HIDDEN, "userPassword", tried[i]),
            LDAP_INSUFFICIENT_ACCESS, "A02");
        expect_same(compare(w->as[HEAD1], SEEN, "userPassword", tried[i]),
            (heard){.code = LDAP_INSUFFICIENT_ACCESS});
    }
}

/* Searches bring nothing of ours along, computed or as a control. */
static void
a_hidden_account_is_found_by_nobody(void **state)
{
    world *w = *state;
    LDAP *ld = w->as[STRANGER];
    static const char *const filters[] = {"(educonnectChild=*)",
        "(!(educonnectChild=" SEEN "))", "(educonnectGuardian=" SEEN ")",
        "(objectClass=*)"};
    char *control;

    for (size_t i = 0; i < 4; i++)
        assert_true(client_count(ld, HIDDEN, filters[i]) <= 0);
    client_sends(ld, SENDS_USABILITY, NULL);
    control = client_entry_control(ld, SEEN, USABILITY_OID);
    assert_string_not_equal(control, "");
    free(control);
    for (int i = 0; i < 2; i++) {
        char *attributes[] = {(char *)"*", (char *)"+", NULL};
        int id;
        heard h;

        REQUIRE(ldap_search_ext(ld, i == 0 ? HIDDEN : "uid=nobody," PEOPLE,
                    LDAP_SCOPE_BASE, "(uid=*)", attributes, 0, NULL, NULL, NULL,
                    0, &id) == LDAP_SUCCESS);
        h = hear(ld, id);
        assert_int_equal(h.code, LDAP_NO_SUCH_OBJECT);
        assert_string_equal(words(h.text), "");
        assert_int_equal(h.n_controls, 0);
        ldap_memfree(h.matched);
        ldap_memfree(h.text);
    }
    client_sends(ld, SENDS_PPOLICY, NULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hidden_account_compares_as_none),
        cmocka_unit_test(a_password_is_compared_for_nobody),
        cmocka_unit_test(a_hidden_account_is_found_by_nobody),
    };

    return cmocka_run_group_tests(tests, begin, end_world);
}
