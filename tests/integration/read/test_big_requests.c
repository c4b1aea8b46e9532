/* test_big_requests.c - a request that fills what slapd has set aside for an
 * operation's memory leaves nothing behind, whatever kind it is of.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include "harness/exop.h"
#include "harness/launch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* slapd's threads come to their own size first. What slapd itself may differ by
 * afterwards is less than what so many requests would leave: each is of some
 * hundred kilobytes. */
#define WARM 12
#define ROUNDS 24
#define GROWTH_MAX_KIB 4096

static account pupil, guardian;
static LDAP *anonymous;

static int
begin(void **state)
{
    static const setup how = {.global = "threads 2\n", .debug = 0x4000};
    world *w = calloc(1, sizeof(*w));

    *state = w;
    launch_forgetful();
    world_begin(w, &how);
    pupil = new_student(w, COLLEGE);
    guardian = new_guardian(w, COLLEGE);
    anonymous = client_open(&w->server);
    return 0;
}

static int
end(void **state)
{
    client_close(anonymous);
    return end_world(state);
}

/* `piece` n times between `begin` and `end`. */
static char *
repeated(const char *begin, unsigned n, const char *piece, const char *end)
{
    char *text = NULL;
    size_t size;
    FILE *file = open_memstream(&text, &size);

    fputs(begin, file);
    while (n-- > 0)
        fputs(piece, file);
    fputs(end, file);
    fclose(file);
    return text;
}

/* ---- searches ---- */

static void
search_with(LDAP *ld, const char *filter, char **attributes)
{
    LDAPMessage *result = NULL;

    assert_true(ldap_search_ext_s(ld, SUFFIX, LDAP_SCOPE_SUBTREE, filter,
                    attributes, 0, NULL, NULL, NULL, 0, &result) >= 0);
    ldap_msgfree(result);
}

static void
a_filter_of_many_terms(world *w)
{
    char *filter = repeated("(|(educonnectChild=o=x)", 60000, "(sn=*)", ")");

    (void)w;
    search_with(anonymous, filter, NULL);
    free(filter);
}

static void
a_filter_of_many_children(world *w)
{
    char **terms = texts_of(4000, "(educonnectChild=uid=c%07u," PEOPLE ")");
    char *filter = text_of("%s", "(|"), *more;

    for (char **t = terms; *t != NULL; t += 100) {
        char *some = repeated("", 0, "", "");

        for (int i = 0; i < 100; i++) {
            more = text_of("%s%s", some, t[i]);
            free(some);
            some = more;
        }
        more = text_of("%s%s", filter, some);
        free(filter);
        free(some);
        filter = more;
    }
    more = text_of("%s)", filter);
    search_with(w->as[STRANGER], more, NULL);
    free(more);
    free(filter);
    texts_free(terms);
}

static void
a_filter_of_the_same_child(world *w)
{
    char *term = text_of("(educonnectChild=%s)", guardian.child);
    char *filter = repeated("(|", 5000, term, "(sn=*))");

    search_with(w->as[ACADEMY], filter, NULL);
    free(filter);
    free(term);
}

static void
many_names_of_attributes(world *w)
{
    char **names = texts_of(20000, "educonnectChild");

    search_with(w->as[STRANGER], "(objectClass=*)", names);
    texts_free(names);
}

/* ---- writes ---- */

static void
modify_with(LDAP *ld, const char *attribute, const char *format, unsigned n)
{
    char **values = texts_of(n, format);
    LDAPMod mod = {.mod_op = LDAP_MOD_ADD,
        .mod_type = (char *)attribute,
        .mod_vals.modv_strvals = values};
    LDAPMod *mods[] = {&mod, NULL};

    assert_true(
        ldap_modify_ext_s(ld, pupil.dn, mods, NULL, NULL) > LDAP_SUCCESS);
    texts_free(values);
}

static void
many_guardians(world *w)
{
    modify_with(
        w->as[PROVISIONER], "educonnectGuardian", "uid=g%07u," PEOPLE, 10000);
}

static void
many_states(world *w)
{
    modify_with(w->as[PROVISIONER], "educonnectState", "state%u", 20000);
}

static void
many_passwords(world *w)
{
    modify_with(w->as[PROVISIONER], "userPassword", "Password-%u", 20000);
}

static void
a_big_entry(world *w)
{
    static char *oc[] = {
        (char *)"inetOrgPerson", (char *)"educonnectStudent", NULL};
    static char *name[] = {(char *)"new", NULL};
    char **values = texts_of(10000, "uid=g%07u," PEOPLE);
    LDAPMod mods[] = {{0, (char *)"objectClass", {oc}},
        {0, (char *)"uid", {name}}, {0, (char *)"cn", {name}},
        {0, (char *)"sn", {name}}, {0, (char *)"educonnectGuardian", {values}}};
    LDAPMod *all[] = {mods, mods + 1, mods + 2, mods + 3, mods + 4, NULL};

    assert_int_equal(
        ldap_add_ext_s(w->as[PROVISIONER], "uid=new," PEOPLE, all, NULL, NULL),
        LDAP_CONSTRAINT_VIOLATION);
    texts_free(values);
}

/* ---- the operations with a name in them ---- */

static void
a_long_name_to_contest(world *w)
{
    char *name = repeated("", 300000, "ou=a,", PEOPLE);

    assert_true(client_contest(w->as[STRANGER], name).code > LDAP_SUCCESS);
    free(name);
}

static void
long_names_to_merge(world *w)
{
    char *name = repeated("", 300000, "ou=a,", PEOPLE);

    assert_true(
        client_merge_of(w->as[PROVISIONER], name, name).code > LDAP_SUCCESS);
    assert_true(
        client_merge(w->as[STRANGER], name, "secret").code > LDAP_SUCCESS);
    free(name);
}

static void
a_long_name_to_compare(world *w)
{
    char *value = repeated("", 200000, "a", "");

    assert_true(
        client_compare(w->as[STRANGER], guardian.dn, "educonnectHold", value)
            .code > LDAP_SUCCESS);
    free(value);
}

static void
a_long_password(world *w)
{
    char *value = repeated("", 200000, "a", "");

    assert_true(
        client_password(w->as[PROVISIONER], pupil.dn, NULL, value).code >
        LDAP_SUCCESS);
    assert_true(client_bind(anonymous, pupil.dn, value).code > LDAP_SUCCESS);
    free(value);
}

/* slapd changes the password of what is no account itself, and forgets the
 * operation's callbacks for that. Whoever asks has a long name. */
static void
passwords_of_no_account(world *w)
{
    static LDAP *somebody;
    char *other = actor_dn(HEAD2);

    if (somebody == NULL) {
        char *part = repeated("cn=", 100, "ab", ""), *dn = text_of(PEOPLE);

        for (int i = 0; i < 12; i++) {
            char *below = text_of("%s,%s", part, dn);

            expect_ok(client_ldif(w->as[ROOT],
                "dn: %s\nobjectClass: person\n%.2s: %s\nsn: x\n"
                "userPassword: secret\n",
                below, part, part + 3));
            free(dn);
            dn = below;
        }
        somebody = client_login(&w->server, dn, "secret");
        free(dn);
        free(part);
    }
    for (int i = 0; i < 150; i++)
        expect(client_password(somebody, other, NULL, "Autre-2026-Or"),
            LDAP_INSUFFICIENT_ACCESS, "");
    free(other);
}

static void
expect_nothing_left(world *w, const char *what, void (*run)(world *w))
{
    long before, after;

    for (int i = 0; i < WARM; i++)
        run(w);
    before = server_status_kib(&w->server, "VmRSS");
    for (int i = 0; i < ROUNDS; i++)
        run(w);
    after = server_status_kib(&w->server, "VmRSS");
    printf("%-32s %ld KiB\n", what, after - before);
    fflush(stdout);
    if (after - before > GROWTH_MAX_KIB)
        FAIL("%d of %s: %ld KiB more", ROUNDS, what, after - before);
}

#define LEAVES_NOTHING(kind)                                                   \
    static void kind##_leaves_nothing(void **state)                            \
    {                                                                          \
        expect_nothing_left(*state, #kind, kind);                              \
    }

LEAVES_NOTHING(a_filter_of_many_terms)
LEAVES_NOTHING(a_filter_of_many_children)
LEAVES_NOTHING(a_filter_of_the_same_child)
LEAVES_NOTHING(many_names_of_attributes)
LEAVES_NOTHING(many_guardians)
LEAVES_NOTHING(many_states)
LEAVES_NOTHING(many_passwords)
LEAVES_NOTHING(a_big_entry)
LEAVES_NOTHING(a_long_name_to_contest)
LEAVES_NOTHING(long_names_to_merge)
LEAVES_NOTHING(a_long_name_to_compare)
LEAVES_NOTHING(a_long_password)
LEAVES_NOTHING(passwords_of_no_account)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_filter_of_many_terms_leaves_nothing),
        cmocka_unit_test(a_filter_of_many_children_leaves_nothing),
        cmocka_unit_test(a_filter_of_the_same_child_leaves_nothing),
        cmocka_unit_test(many_names_of_attributes_leaves_nothing),
        cmocka_unit_test(many_guardians_leaves_nothing),
        cmocka_unit_test(many_states_leaves_nothing),
        cmocka_unit_test(many_passwords_leaves_nothing),
        cmocka_unit_test(a_big_entry_leaves_nothing),
        cmocka_unit_test(a_long_name_to_contest_leaves_nothing),
        cmocka_unit_test(long_names_to_merge_leaves_nothing),
        cmocka_unit_test(a_long_name_to_compare_leaves_nothing),
        cmocka_unit_test(a_long_password_leaves_nothing),
        cmocka_unit_test(passwords_of_no_account_leaves_nothing),
    };

    return cmocka_run_group_tests_name("big requests", tests, begin, end);
}
