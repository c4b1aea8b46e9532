/* test_links.c - links follow what happens to the guardian that they name. */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GUARDIAN "educonnectGuardian"
#define CHILD "educonnectChild"

/* How often a name stands in what is stored, which slapcat shows. */
static int
stored(world *w, const char *needle)
{
    char *ldif = NULL;
    int n = 0;

    assert_int_equal(
        server_tool(&w->server, NULL, &ldif, "slapcat", "-o ldif-wrap=no"), 0);
    for (char *at = ldif; (at = strstr(at, needle)) != NULL; at++)
        n++;
    free(ldif);
    return n;
}

static void
await_none_stored(world *w, const char *dn)
{
    char *line = text_of("educonnectGuardian: %s\n", dn);
    deadline d = deadline_in(60);

    while (stored(w, line) > 0)
        deadline_wait(&d, "links to be taken out");
    free(line);
}

static answer
rename_entry(LDAP *ld, const char *dn, const char *rdn, const char *parent)
{
    return client_ldif(ld,
        "dn: %s\nchangetype: modrdn\nnewrdn: %s\ndeleteoldrdn: 0\n%s%s%s", dn,
        rdn,
        parent == NULL ? "" : "newsuperior: ", parent == NULL ? "" : parent,
        parent == NULL ? "" : "\n");
}

static answer
add_guardian(LDAP *ld, const char *dn, const char *uid)
{
    return client_ldif(ld,
        "dn: %s\nobjectClass: inetOrgPerson\n"
        "objectClass: educonnectLegalGuardian\nuid: %s\ncn: Nouveau\n"
        "sn: Nouveau\n",
        dn, uid);
}

static void
link_to(world *w, const char *student, const char *guardian)
{
    expect_ok(client_modify(w->as[PROVISIONER], student,
        "add: " GUARDIAN "\n" GUARDIAN ": %s\n", guardian));
}

static void
a_deleted_guardian_takes_its_links_along(void **state)
{
    world *w = *state;
    account a = new_guardian(w, COLLEGE), b = new_guardian(w, COLLEGE);

    link_to(w, a.child, b.dn);
    expect_ok(client_delete(w->as[PROVISIONER], a.dn));
    expect_values(w->as[ACADEMY], a.child, GUARDIAN, b.dn);
    expect(client_compare(w->as[ACADEMY], a.child, GUARDIAN, a.dn),
        LDAP_COMPARE_FALSE, "");
    await_none_stored(w, a.dn);
    expect_values(w->as[ACADEMY], a.child, GUARDIAN, b.dn);
}

/* Somebody who writes all the time, and when to stop. */
typedef struct writer {
    LDAP *ld;
    char *dn;
    atomic_bool over;
    size_t n;
} writer;

static void *
write_on(void *arg)
{
    writer *w = arg;

    while (!atomic_load(&w->over)) {
        answer r = client_modify(
            w->ld, w->dn, "replace: description\ndescription: %zu\n", w->n++);

        if (r.code != LDAP_SUCCESS)
            break;
    }
    return NULL;
}

/* Links are taken out when it is quiet, and where it never is, all the same. */
static void
links_go_while_others_write(void **state)
{
    world *w = *state;
    account a = new_guardian(w, COLLEGE), b = new_guardian(w, COLLEGE);
    writer other = {.ld = actor_login(&w->server, PROVISIONER), .dn = b.child};
    pthread_t thread;

    REQUIRE(pthread_create(&thread, NULL, write_on, &other) == 0);
    expect_ok(client_delete(w->as[PROVISIONER], a.dn));
    await_none_stored(w, a.dn);
    atomic_store(&other.over, true);
    pthread_join(thread, NULL);
    assert_true(other.n > 10);
    client_close(other.ld);
}

static void
filters_do_not_see_what_is_void(void **state)
{
    world *w = *state;
    account a = new_guardian(w, COLLEGE);
    char *is = text_of("(" GUARDIAN "=%s)", a.dn);
    char *is_not = text_of("(&(uid=%s)(!(" GUARDIAN "=%s)))",
        strtok(strdupa(a.child + 4), ","), a.dn);

    assert_int_equal(client_count(w->as[ACADEMY], PEOPLE, is), 1);
    assert_int_equal(client_count(w->as[ACADEMY], PEOPLE, is_not), 0);
    expect_ok(client_delete(w->as[PROVISIONER], a.dn));
    assert_int_equal(client_count(w->as[ACADEMY], PEOPLE, is), 0);
    assert_int_equal(client_count(w->as[ACADEMY], PEOPLE, is_not), 1);
    free(is);
    free(is_not);
}

static void
a_refused_delete_changes_nothing(void **state)
{
    world *w = *state;
    account a = new_guardian(w, COLLEGE), b = guardian_in(w, "active");
    LDAP *self = client_login(&w->server, b.dn, b.password);

    expect(client_delete(self, a.dn), LDAP_INSUFFICIENT_ACCESS, "");
    client_close(self);
    expect_values(w->as[ACADEMY], a.child, GUARDIAN, a.dn);
    expect_values(w->as[ACADEMY], a.dn, CHILD, a.child);
}

static void
nobody_inherits_a_link(void **state)
{
    world *w = *state;
    account a = new_guardian(w, COLLEGE), b = new_guardian(w, COLLEGE);

    expect_ok(client_delete(w->as[PROVISIONER], a.dn));
    expect_ok(add_guardian(w->as[PROVISIONER], a.dn, a.uid));
    expect_values(w->as[ACADEMY], a.dn, CHILD, "");
    expect_values(w->as[ACADEMY], a.child, GUARDIAN, "");
    expect_ok(add_guardian(w->as[PROVISIONER], "cn=Nouveau," PEOPLE, "n1"));
    link_to(w, a.child, "cn=Nouveau," PEOPLE);
    expect_ok(client_delete(w->as[PROVISIONER], "cn=Nouveau," PEOPLE));
    expect_ok(client_modify(w->as[ROOT], b.dn, "add: cn\ncn: Nouveau\n"));
    expect_ok(rename_entry(w->as[PROVISIONER], b.dn, "cn=Nouveau", NULL));
    expect_values(w->as[ACADEMY], "cn=Nouveau," PEOPLE, CHILD, b.child);
    expect_values(w->as[ACADEMY], a.child, GUARDIAN, "");
    link_to(w, a.child, "cn=Nouveau," PEOPLE);
    expect_values(w->as[ACADEMY], a.child, GUARDIAN, "cn=Nouveau," PEOPLE);
    expect_ok(client_delete(w->as[PROVISIONER], "cn=Nouveau," PEOPLE));
}

static void
a_rename_carries_links(void **state)
{
    world *w = *state;
    account a = new_guardian(w, COLLEGE), b = new_guardian(w, COLLEGE);
    account second = new_student(w, COLLEGE);
    char *old = text_of("%s", a.dn), *new = text_of("cn=Renomme," PEOPLE);
    char *both = text_of("%s|%s", a.child, second.dn);
    char *of_second = text_of("%s|%s", new, b.dn);

    link_to(w, second.dn, b.dn);
    link_to(w, second.dn, a.dn);
    expect_ok(client_modify(w->as[ROOT], a.dn, "add: cn\ncn: Renomme\n"));
    expect_ok(rename_entry(w->as[PROVISIONER], a.dn, "cn=Renomme", NULL));
    expect_values(w->as[ACADEMY], a.child, GUARDIAN, new);
    expect_values(w->as[ACADEMY], second.dn, GUARDIAN, of_second);
    expect_values(w->as[ACADEMY], new, CHILD, both);
    await_none_stored(w, old);
    expect_values(w->as[ACADEMY], second.dn, GUARDIAN, of_second);
    free(old);
    free(new);
    free(both);
    free(of_second);
}

static void
a_refused_rename_leaves_links(void **state)
{
    world *w = *state;
    account a = new_guardian(w, COLLEGE), b = guardian_in(w, "active");
    LDAP *other = client_login(&w->server, b.dn, b.password);

    expect_ok(add_guardian(w->as[PROVISIONER], "cn=Pris," PEOPLE, "pris"));
    link_to(w, b.child, "cn=Pris," PEOPLE);
    expect(rename_entry(w->as[PROVISIONER], a.dn, "cn=Pris", NULL),
        LDAP_ALREADY_EXISTS, "");
    expect(rename_entry(other, a.dn, "cn=vole", NULL), LDAP_INSUFFICIENT_ACCESS,
        "");
    client_close(other);
    expect(rename_entry(
               w->as[PROVISIONER], a.dn, "cn=vole", "ou=nulle-part," SUFFIX),
        LDAP_NO_SUCH_OBJECT, "");
    await_none_stored(w, "cn=vole," PEOPLE);
    await_none_stored(w, "cn=vole,ou=nulle-part," SUFFIX);
    expect_values(w->as[ACADEMY], a.child, GUARDIAN, a.dn);
    expect_values(w->as[ACADEMY], a.dn, CHILD, a.child);
    expect_values(w->as[ACADEMY], "cn=Pris," PEOPLE, CHILD, b.child);
}

static void
a_subtree_carries_the_links_into_it(void **state)
{
    world *w = *state;
    account inside = {0}, student = new_student(w, COLLEGE);
    char *moved, *within = text_of("uid=dedans,ou=fratrie," PEOPLE);

    expect_ok(client_ldif(w->as[PROVISIONER],
        "dn: ou=fratrie," PEOPLE "\nobjectClass: organizationalUnit\n"
        "ou: fratrie\n"));
    snprintf(inside.dn, sizeof(inside.dn), "%s", within);
    expect_ok(add_guardian(w->as[PROVISIONER], inside.dn, "dedans"));
    link_to(w, student.dn, inside.dn);
    expect_ok(client_ldif(w->as[PROVISIONER],
        "dn: uid=enfant,ou=fratrie," PEOPLE "\nobjectClass: inetOrgPerson\n"
        "objectClass: educonnectStudent\nuid: enfant\ncn: E\nsn: E\n" GUARDIAN
        ": %s\n",
        inside.dn));
    expect_ok(rename_entry(
        w->as[PROVISIONER], "ou=fratrie," PEOPLE, "ou=famille", SUFFIX));
    moved = text_of("uid=dedans,ou=famille," SUFFIX);
    expect_values(w->as[ACADEMY], student.dn, GUARDIAN, moved);
    expect_values(
        w->as[ACADEMY], "uid=enfant,ou=famille," SUFFIX, GUARDIAN, moved);
    await_none_stored(w, within);
    expect_values(
        w->as[ACADEMY], "uid=enfant,ou=famille," SUFFIX, GUARDIAN, moved);
    free(moved);
    free(within);
}

/* The client's spelling of a name is not the stored one's. */
static void
names_may_be_spelled_otherwise(void **state)
{
    world *w = *state;
    account a = new_student(w, COLLEGE), b = new_student(w, COLLEGE);

    expect_ok(client_ldif(w->as[PROVISIONER],
        "dn: ou=Deux Mots," PEOPLE "\nobjectClass: organizationalUnit\n"
        "ou: Deux Mots\n"));
    expect_ok(add_guardian(
        w->as[PROVISIONER], "cn=Un Nom,ou=Deux Mots," PEOPLE, "unnom"));
    expect_ok(
        add_guardian(w->as[PROVISIONER], "cn=Long Nom," PEOPLE, "longnom"));
    link_to(w, a.dn, "CN=un nom, OU=deux    mots," PEOPLE);
    link_to(w, b.dn, "cn=Long Nom," PEOPLE);
    expect_ok(rename_entry(w->as[PROVISIONER],
        "OU=DEUX                                        mots," PEOPLE,
        "ou=trois", NULL));
    expect_values(w->as[ACADEMY], a.dn, GUARDIAN, "cn=Un Nom,ou=trois," PEOPLE);
    expect_ok(rename_entry(w->as[PROVISIONER],
        "cn=long                                             nom," PEOPLE,
        "cn=Court", NULL));
    expect_values(w->as[ACADEMY], b.dn, GUARDIAN, "cn=Court," PEOPLE);
    expect_values(w->as[ACADEMY], "cn=Court," PEOPLE, CHILD, b.dn);
}

static void
a_renamed_student_keeps_guardians(void **state)
{
    world *w = *state;
    account a = new_guardian(w, COLLEGE);
    char *new = text_of("cn=Ines Karadec," PEOPLE);

    expect_ok(
        rename_entry(w->as[PROVISIONER], a.child, "cn=Ines Karadec", NULL));
    expect_values(w->as[ACADEMY], a.dn, CHILD, new);
    expect_ok(client_delete(w->as[PROVISIONER], new));
    free(new);
}

/* More links than one batch of the cleaning takes. */
static void
many_links_go_too(void **state)
{
    enum { MANY = 150 };
    world *w = *state;
    account a = new_guardian(w, COLLEGE), s[MANY];
    char *old = text_of("%s", a.dn);

    for (int i = 0; i < MANY; i++) {
        s[i] = new_student(w, COLLEGE);
        link_to(w, s[i].dn, a.dn);
    }
    expect_ok(client_modify(w->as[ROOT], a.dn, "add: cn\ncn: Nombreux\n"));
    expect_ok(rename_entry(w->as[PROVISIONER], a.dn, "cn=Nombreux", NULL));
    for (int i = 0; i < MANY; i++)
        expect_values(w->as[ACADEMY], s[i].dn, GUARDIAN, "cn=Nombreux," PEOPLE);
    await_none_stored(w, old);
    expect_ok(client_delete(w->as[PROVISIONER], "cn=Nombreux," PEOPLE));
    for (int i = 0; i < MANY; i++)
        expect_values(w->as[ACADEMY], s[i].dn, GUARDIAN, "");
    await_none_stored(w, "cn=Nombreux," PEOPLE);
    free(old);
}

/* What a crash in the middle leaves: slapadd stores it as well. */
static void
void_links_are_hidden_after_a_start(void **state)
{
    world *w = *state;
    account a = new_guardian(w, COLLEGE);
    char *text =
        text_of("dn: uid=orphelin," PEOPLE "\nobjectClass: inetOrgPerson\n"
                "objectClass: educonnectStudent\nuid: orphelin\n"
                "cn: O\nsn: O\n" GUARDIAN ": uid=fantome," PEOPLE "\n" GUARDIAN
                ": %s\n",
            a.dn);
    account b;

    server_stop(&w->server);
    assert_int_equal(server_tool(&w->server, text, NULL, "slapadd", "-q"), 0);
    server_start(&w->server);
    world_login(w);
    expect_values(w->as[ACADEMY], "uid=orphelin," PEOPLE, GUARDIAN, a.dn);
    assert_int_equal(client_count(w->as[ACADEMY], PEOPLE,
                         "(" GUARDIAN "=uid=fantome," PEOPLE ")"),
        0);
    assert_int_equal(stored(w, "uid=fantome"), 1);
    b = new_guardian(w, COLLEGE);
    link_to(w, "uid=orphelin," PEOPLE, b.dn);
    assert_int_equal(stored(w, "uid=fantome"), 0);
    free(text);
}

/* Terms about a name, and how many they find: of a link to nobody, of one to a
 * guardian, of the name of a child. */
#define MATCH "distinguishedNameMatch"
static const struct {
    const char *filter;
    int of_void, of_link, of_child;
} terms[] = {
    {"(" GUARDIAN "=%s)", 0, 1, 0},
    {"(" GUARDIAN ":" MATCH ":=%s)", 0, 1, 0},
    {"(" GUARDIAN ":2.5.13.1:=%s)", 0, 1, 0},
    {"(" GUARDIAN ":=%s)", 0, 1, 0},
    {"(" GUARDIAN ":dn:" MATCH ":=%s)", 0, 1, 0},
    {"(EDUCONNECTGUARDIAN:dn:=%s)", 0, 1, 0},
    {"(:" MATCH ":=%s)", 0, 1, 1},
    {"(:2.5.13.1:=%s)", 0, 1, 1},
    {"(:dn:" MATCH ":=%s)", 0, 1, 1},
    {"(!(!(:" MATCH ":=%s)))", 0, 1, 1},
    {"(|(sn=personne)(:" MATCH ":=%s))", 0, 1, 1},
    {"(&(sn=*)(:" MATCH ":=%s))", 0, 1, 1},
    {"(educonnectChild:" MATCH ":=%s)", 0, 0, 1},
    {"(educonnectChild:dn:2.5.13.1:=%s)", 0, 0, 1},
    {"(educonnectChild=%s)", 0, 0, 1},
    {"(:caseIgnoreMatch:=%s)", 0, 0, 0},
    {"(" GUARDIAN ";lang-fr=%s)", 0, 0, 0},
    {"(" GUARDIAN ";lang-fr:" MATCH ":=%s)", 0, 0, 0},
    {"(" GUARDIAN "=*%s*)", 0, 0, 0},
    {"(" GUARDIAN ">=%s)", 0, 0, 0},
    {"(" GUARDIAN "<=%s)", 0, 0, 0},
    {"(:dnSubtreeMatch:=%s)", 0, 1, 1},
    {"(" GUARDIAN ":dnSubtreeMatch:=%s)", 0, 1, 0},
};

static int
found_by(LDAP *ld, const char *format, const char *name)
{
    const char *at = strstr(format, "%s");
    char *filter =
        text_of("%.*s%s%s", (int)(at - format), format, name, at + 2);
    int n = client_count(ld, PEOPLE, filter);

    free(filter);
    return n;
}

/* However a filter is spelled it finds what is seen: nothing of links to
 * nobody, to children what may be read of them. */
static void
a_filter_of_any_form_finds_what_is_seen(void **state)
{
    world *w = *state;
    account a = new_guardian(w, COLLEGE);
    char *text =
        text_of("dn: uid=seul," PEOPLE "\nobjectClass: inetOrgPerson\n"
                "objectClass: educonnectStudent\nuid: seul\n"
                "cn: O\nsn: Seul\n" GUARDIAN ": uid=ombre," PEOPLE "\n");

    server_stop(&w->server);
    assert_int_equal(server_tool(&w->server, text, NULL, "slapadd", "-q"), 0);
    server_start(&w->server);
    world_login(w);
    for (size_t i = 0; i < sizeof(terms) / sizeof(terms[0]); i++) {
        int of_void =
            found_by(w->as[ACADEMY], terms[i].filter, "uid=ombre," PEOPLE);
        int of_link = found_by(w->as[ACADEMY], terms[i].filter, a.dn);
        int of_child = found_by(w->as[ACADEMY], terms[i].filter, a.child);

        if (of_void != terms[i].of_void || of_link != terms[i].of_link ||
            of_child != terms[i].of_child)
            FAIL("%s: wanted %d %d %d, got %d %d %d", terms[i].filter,
                terms[i].of_void, terms[i].of_link, terms[i].of_child, of_void,
                of_link, of_child);
    }
    assert_int_equal(
        client_count(w->as[ACADEMY], PEOPLE, "(&(sn=Seul)(!(" GUARDIAN "=*)))"),
        1);
    assert_int_equal(client_count(w->as[ACADEMY], PEOPLE,
                         "(&(sn=Seul)(!(:" MATCH ":=uid=ombre," PEOPLE ")))"),
        1);
    free(text);
}

/* What is judged is what a list of modifications leaves, in its order: two
 * guardians at most (educonnect-max-guardians), whatever came and went. */
static void
what_comes_and_goes_is_judged_by_what_is_left(void **state)
{
    world *w = *state;
    LDAP *ld = w->as[PROVISIONER];
    account g[3] = {new_guardian(w, COLLEGE), new_guardian(w, COLLEGE),
        new_guardian(w, COLLEGE)};
    account pupil = new_student(w, COLLEGE);
    struct {
        const char *ops; /* +a -a: add, delete; =ab: replace; !: delete all */
        int code;
        const char *codes, *left;
    } steps[] = {
        {"=a", 0, "", "a"},
        {"+b +c", 19, "L02", "a"},
        {"+b +c -a", 0, "", "bc"},
        {"-b +a -c", 0, "", "a"},
        {"+b -b +b", 0, "", "ab"},
        {"! +c", 0, "", "c"},
        {"=ab +c", 19, "L02", "c"},
        {"=abc =a", 0, "", "a"},
        {"+b ! +c +a", 0, "", "ac"},
        {"=abc", 19, "L02", "ac"},
        {"=abc -b", 0, "", "ac"},
        {"!", 0, "", ""},
    };

    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        char *ldif = text_of("%s", ""), *more;
        char left[256] = "";

        for (const char *p = steps[i].ops; *p != '\0'; p++) {
            if (strchr("+-=!", *p) != NULL)
                more = text_of("%s%s%s: " GUARDIAN "\n", ldif,
                    *ldif == '\0' ? "" : "-\n",
                    *p == '+'   ? "add"
                    : *p == '=' ? "replace"
                                : "delete");
            else if (*p != ' ')
                more = text_of("%s" GUARDIAN ": %s\n", ldif, g[*p - 'a'].dn);
            else
                continue;
            free(ldif);
            ldif = more;
        }
        expect(client_modify(ld, pupil.dn, "%s", ldif), steps[i].code,
            steps[i].codes);
        for (const char *p = steps[i].left; *p != '\0'; p++) {
            strcat(left, left[0] == '\0' ? "" : "|");
            strcat(left, g[*p - 'a'].dn);
        }
        expect_values(ld, pupil.dn, GUARDIAN, left);
        free(ldif);
    }
}

/* A link with attribute options would be one that nobody counts. */
static void
a_link_has_no_options(void **state)
{
    static const char *const names[] = {GUARDIAN ";lang-fr",
        GUARDIAN ";x-secret", "educonnectContestedGuardian;lang-fr",
        "EDUCONNECTGUARDIAN;binary;lang-fr"};
    world *w = *state;
    account a = new_guardian(w, COLLEGE), pupil = new_student(w, COLLEGE);

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        answer modified = client_modify(w->as[PROVISIONER], pupil.dn,
            "add: %s\n%s: %s\n", names[i], names[i], a.dn);
        answer added = client_ldif(w->as[PROVISIONER],
            "dn: uid=option%zu," PEOPLE "\nobjectClass: inetOrgPerson\n"
            "objectClass: educonnectStudent\nuid: option%zu\ncn: O\nsn: O\n"
            "%s: %s\n",
            i, i, names[i], a.dn);

        if (modified.code == LDAP_SUCCESS || added.code == LDAP_SUCCESS)
            FAIL("%s: %d, %d", names[i], modified.code, added.code);
    }
    expect_values(w->as[ACADEMY], a.dn, "educonnectChild", a.child);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_deleted_guardian_takes_its_links_along),
        cmocka_unit_test(links_go_while_others_write),
        cmocka_unit_test(filters_do_not_see_what_is_void),
        cmocka_unit_test(a_refused_delete_changes_nothing),
        cmocka_unit_test(nobody_inherits_a_link),
        cmocka_unit_test(a_rename_carries_links),
        cmocka_unit_test(a_refused_rename_leaves_links),
        cmocka_unit_test(a_subtree_carries_the_links_into_it),
        cmocka_unit_test(names_may_be_spelled_otherwise),
        cmocka_unit_test(a_renamed_student_keeps_guardians),
        cmocka_unit_test(many_links_go_too),
        cmocka_unit_test(void_links_are_hidden_after_a_start),
        cmocka_unit_test(a_link_has_no_options),
        cmocka_unit_test(a_filter_of_any_form_finds_what_is_seen),
        cmocka_unit_test(what_comes_and_goes_is_judged_by_what_is_left),
    };

    return cmocka_run_group_tests_name("links", tests, usual_world, end_world);
}
