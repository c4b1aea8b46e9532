/* test_cost.c - no request costs more than in proportion to its length, and
 * who may not see something cannot tell it by what it costs.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include "harness/cost.h"
#include "harness/exop.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A pupil's entry with two guardians, whom the stranger may not see; one
 * without. */
#define HIDDEN "uid=hidden," PEOPLE
#define LONELY "uid=lonely," PEOPLE
#define UNKNOWN "uid=nobody," PEOPLE

static account pupil, guardian, twin;

static int
begin(void **state)
{
    static const setup how = {.global = "threads 2\n",
        .debug = 0x4000, /* nothing that grows with the request */
        .access = "access to dn.exact=\"" HIDDEN "\" "
                  "attrs=educonnectGuardian,entry\n"
                  "    by dn.exact=\"uid=stranger," STAFF_DN "\" none\n"
                  "    by * break\n"
                  "access to dn.subtree=\"" PEOPLE "\"\n"
                  "    by dn.exact=\"uid=stranger," STAFF_DN "\" read\n"
                  "    by * break\n"};
    static const char entry[] =
        "dn: %s\nobjectClass: inetOrgPerson\n"
        "objectClass: educonnectStudent\nuid: %s\ncn: S\nsn: S\n%s";
    world *w = calloc(1, sizeof(*w));
    account b;
    char *links;

    *state = w;
    world_begin(w, &how);
    pupil = new_student(w, COLLEGE);
    guardian = new_guardian(w, COLLEGE);
    b = new_guardian(w, COLLEGE);
    twin = b;
    links = text_of(
        "educonnectGuardian: %s\neduconnectGuardian: %s\n", guardian.dn, b.dn);
    expect_ok(client_ldif(w->as[PROVISIONER], entry, HIDDEN, "hidden", links));
    expect_ok(client_ldif(w->as[PROVISIONER], entry, LONELY, "lonely", ""));
    free(links);
    cost_begin(w);
    return 0;
}

/* Goes on after one that is not, so that one run names all. */
static void
expect_linear(world *w, const cost_case *cases, size_t n)
{
    bool linear = true;

    for (size_t i = 0; i < n; i++)
        linear = cost_is_linear(w, &cases[i]) && linear;
    assert_true(linear);
}

/* ---- many values ---- */

/* The names are invented: a link to nobody is refused by the overlay, before
 * slapd's own loops are reached. */
#define SOMEBODY "uid=g%07u," PEOPLE
#define SOME_SCHOOL "ou=s%07u," SCHOOLS

static LDAPMod
mod_of(int op, const char *attribute, char **values)
{
    return (LDAPMod){.mod_op = op,
        .mod_type = (char *)attribute,
        .mod_vals.modv_strvals = values};
}

static char *nobody[] = {(char *)UNKNOWN, NULL};

/* Sends a change, with a link to nobody behind it. */
static void
refused(LDAP *ld, LDAPMod *first, LDAPMod *second, int code)
{
    LDAPMod last = mod_of(LDAP_MOD_ADD, "educonnectGuardian", nobody);
    LDAPMod *mods[] = {first, second != NULL ? second : &last, NULL, NULL};

    if (second != NULL)
        mods[2] = &last;
    assert_int_equal(ldap_modify_ext_s(ld, pupil.dn, mods, NULL, NULL), code);
}

static void
guardians_as(LDAP *ld, unsigned n, int code)
{
    char **values = texts_of(n, SOMEBODY);
    LDAPMod mod = mod_of(LDAP_MOD_ADD, "educonnectGuardian", values);
    LDAPMod *mods[] = {&mod, NULL};

    assert_int_equal(ldap_modify_ext_s(ld, pupil.dn, mods, NULL, NULL), code);
    texts_free(values);
}

static void
guardians_without_rights(world *w, unsigned n)
{
    guardians_as(w->as[STRANGER], n, LDAP_INSUFFICIENT_ACCESS);
}

static void
guardians_by_a_provisioner(world *w, unsigned n)
{
    guardians_as(w->as[PROVISIONER], n, LDAP_CONSTRAINT_VIOLATION);
}

static void
come_and_go(
    LDAP *ld, const char *attribute, const char *format, unsigned n, int code)
{
    char **values = texts_of(n, format);
    LDAPMod add = mod_of(LDAP_MOD_ADD, attribute, values);
    LDAPMod delete = mod_of(LDAP_MOD_DELETE, attribute, values);

    refused(ld, &add, &delete, code);
    texts_free(values);
}

static void
schools_come_and_go_without_rights(world *w, unsigned n)
{
    come_and_go(w->as[STRANGER], "educonnectEnrolledAt", SOME_SCHOOL, n,
        LDAP_INSUFFICIENT_ACCESS);
}

static void
schools_come_and_go(world *w, unsigned n)
{
    come_and_go(w->as[PROVISIONER], "educonnectEnrolledAt", SOME_SCHOOL, n,
        LDAP_CONSTRAINT_VIOLATION);
}

static void
guardians_come_and_go(world *w, unsigned n)
{
    come_and_go(w->as[PROVISIONER], "educonnectGuardian", SOMEBODY, n,
        LDAP_CONSTRAINT_VIOLATION);
}

static void
contesting_guardians(world *w, unsigned n)
{
    char **values = texts_of(n, SOMEBODY);
    LDAPMod mod =
        mod_of(LDAP_MOD_REPLACE, "educonnectContestedGuardian", values);

    refused(w->as[PROVISIONER], &mod, NULL, LDAP_CONSTRAINT_VIOLATION);
    texts_free(values);
}

static void
sources(world *w, unsigned n)
{
    char **values = texts_of(n, "aaf$%07u");
    LDAPMod mod = mod_of(LDAP_MOD_ADD, "educonnectSourceId", values);

    refused(w->as[PROVISIONER], &mod, NULL, LDAP_CONSTRAINT_VIOLATION);
    texts_free(values);
}

static void
classes(world *w, unsigned n)
{
    static char *names[] = {
        (char *)"educonnectStudent", (char *)"person", NULL};
    char **values = texts_of(n, "1.2.3.%u");
    LDAPMod mod = mod_of(LDAP_MOD_ADD, "objectClass", values);
    LDAPMod gone = mod_of(LDAP_MOD_DELETE, "objectClass", names);
    LDAPMod *mods[] = {&mod, &gone, NULL};

    ldap_modify_ext_s(w->as[PROVISIONER], pupil.dn, mods, NULL, NULL);
    texts_free(values);
}

static void
many_modifications(world *w, unsigned n)
{
    char **values = texts_of(n, SOME_SCHOOL);
    char **one = calloc(2 * (size_t)n, sizeof(char *));
    LDAPMod *all = calloc(n + 1, sizeof(*all));
    LDAPMod **mods = calloc(n + 2, sizeof(LDAPMod *));

    for (unsigned i = 0; i < n; i++) {
        one[2 * i] = values[i];
        all[i] = mod_of(LDAP_MOD_ADD, "educonnectEnrolledAt", one + 2 * i);
        mods[i] = &all[i];
    }
    all[n] = mod_of(LDAP_MOD_ADD, "educonnectGuardian", nobody);
    mods[n] = &all[n];
    assert_int_equal(
        ldap_modify_ext_s(w->as[PROVISIONER], pupil.dn, mods, NULL, NULL),
        LDAP_CONSTRAINT_VIOLATION);
    free(mods);
    free(all);
    free(one);
    texts_free(values);
}

static void
add_as(LDAP *ld, const char *attribute, const char *format, unsigned n)
{
    static char *oc[] = {
        (char *)"inetOrgPerson", (char *)"educonnectStudent", NULL};
    static char *name[] = {(char *)"new", NULL};
    char **values = texts_of(n, format);
    LDAPMod mods[] = {mod_of(0, "objectClass", oc), mod_of(0, "uid", name),
        mod_of(0, "cn", name), mod_of(0, "sn", name),
        mod_of(0, attribute, values), mod_of(0, "educonnectGuardian", nobody)};
    LDAPMod *all[] = {
        mods, mods + 1, mods + 2, mods + 3, mods + 4, mods + 5, NULL};

    if (strcmp(attribute, "educonnectGuardian") == 0)
        all[5] = NULL;
    assert_int_not_equal(
        ldap_add_ext_s(ld, "uid=new," PEOPLE, all, NULL, NULL), LDAP_SUCCESS);
    texts_free(values);
}

static void
new_entry_without_rights(world *w, unsigned n)
{
    add_as(w->as[STRANGER], "educonnectGuardian", SOMEBODY, n);
}

static void
new_entry_with_guardians(world *w, unsigned n)
{
    add_as(w->as[PROVISIONER], "educonnectGuardian", SOMEBODY, n);
}

static void
new_entry_with_schools(world *w, unsigned n)
{
    add_as(w->as[PROVISIONER], "educonnectEnrolledAt", SOME_SCHOOL, n);
}

static void
new_entry_with_sources(world *w, unsigned n)
{
    add_as(w->as[PROVISIONER], "educonnectSourceId", "aaf$%07u", n);
}

/* Each has its key. */
static void
numbers_of_a_mobile(world *w, unsigned n)
{
    char **values = texts_of(n, "+33 6%08u (maman)");
    LDAPMod mod = mod_of(LDAP_MOD_REPLACE, "mobile", values);
    LDAPMod *mods[] = {&mod, NULL};

    assert_int_equal(
        ldap_modify_ext_s(w->as[PROVISIONER], guardian.dn, mods, NULL, NULL),
        LDAP_SUCCESS);
    texts_free(values);
}

static const cost_case with_values[] = {
    {"guardians, without rights", guardians_without_rights, 1000},
    {"guardians, by a provisioner", guardians_by_a_provisioner, 1000},
    {"guardians that come and go", guardians_come_and_go, 1000},
    {"schools that come and go, without rights",
        schools_come_and_go_without_rights, 1000},
    {"schools that come and go", schools_come_and_go, 1000},
    {"contesting guardians", contesting_guardians, 500},
    {"records of sources", sources, 100},
    {"object classes", classes, 1000},
    {"modifications in one request", many_modifications, 1000},
    {"a new entry, without rights", new_entry_without_rights, 1000},
    {"a new entry with guardians", new_entry_with_guardians, 1000},
    {"a new entry with schools", new_entry_with_schools, 1000},
    {"a new entry with sources", new_entry_with_sources, 100},
    {"numbers of a mobile", numbers_of_a_mobile, 100},
};

static void
values_cost_what_they_are_long(void **state)
{
    expect_linear(
        *state, with_values, sizeof(with_values) / sizeof(with_values[0]));
}

/* ---- filters and lists of attributes ---- */

/* "(|<term><term>...)", each term made of its number. */
static char *
filter_of(unsigned n, const char *format)
{
    char **terms = texts_of(n, format);
    char *text = NULL;
    size_t size;
    FILE *file = open_memstream(&text, &size);

    fputs("(|", file);
    for (unsigned i = 0; i < n; i++)
        fputs(terms[i], file);
    fputs(")", file);
    fclose(file);
    texts_free(terms);
    return text;
}

static void
search_for(LDAP *ld, const char *base, int scope, const char *filter,
    char **attributes)
{
    LDAPMessage *result = NULL;

    assert_int_equal(ldap_search_ext_s(ld, base, scope, filter, attributes, 0,
                         NULL, NULL, NULL, 0, &result),
        LDAP_SUCCESS);
    ldap_msgfree(result);
}

static void
search_terms(world *w, unsigned n, const char *format)
{
    char *filter = filter_of(n, format);

    search_for(w->as[STRANGER], SUFFIX, LDAP_SCOPE_SUBTREE, filter, NULL);
    free(filter);
}

static void
different_children(world *w, unsigned n)
{
    search_terms(w, n, "(educonnectChild=uid=c%07u," PEOPLE ")");
}

static void
the_same_child(world *w, unsigned n)
{
    search_terms(w, n, "(educonnectChild=" HIDDEN ")");
}

static void
a_visible_child(world *w, unsigned n)
{
    char *format = text_of("(educonnectChild=%s)", pupil.dn);

    search_terms(w, n, format);
    free(format);
}

static void
children_below_not(world *w, unsigned n)
{
    search_terms(w, n, "(!(educonnectChild=uid=c%07u," PEOPLE "))");
}

/* What stands where the search begins is the client's choice as well. */
static void
children_asked_at_a_large_entry(world *w, unsigned n)
{
    static const char large[] = "cn=large," STAFF_DN;
    char *class[] = {(char *)"groupOfNames", NULL};
    char **members = texts_of(n, SOMEBODY);
    LDAPMod mods[] = {mod_of(LDAP_MOD_ADD, "objectClass", class),
        mod_of(LDAP_MOD_ADD, "member", members)};
    LDAPMod *all[] = {mods, mods + 1, NULL};
    char *filter = filter_of(n, "(educonnectChild=uid=c%07u," PEOPLE ")");

    assert_int_equal(ldap_add_ext_s(w->as[PROVISIONER], large, all, NULL, NULL),
        LDAP_SUCCESS);
    search_for(w->as[STRANGER], large, LDAP_SCOPE_BASE, filter, NULL);
    assert_int_equal(
        ldap_delete_ext_s(w->as[PROVISIONER], large, NULL, NULL), LDAP_SUCCESS);
    free(filter);
    texts_free(members);
}

static void
names_of_attributes(world *w, unsigned n)
{
    char **names = texts_of(n, "educonnectChild;x-%07u");

    search_for(
        w->as[STRANGER], SUFFIX, LDAP_SCOPE_BASE, "(objectClass=*)", names);
    texts_free(names);
}

static void
the_same_attribute(world *w, unsigned n)
{
    char **names = texts_of(n, "educonnectChild");

    search_for(
        w->as[STRANGER], SUFFIX, LDAP_SCOPE_BASE, "(objectClass=*)", names);
    texts_free(names);
}

static const cost_case with_filters[] = {
    {"terms about different children", different_children, 250},
    {"terms about the same child", the_same_child, 1000},
    {"terms about a child that is seen", a_visible_child, 1000},
    {"negated terms", children_below_not, 250},
    {"terms at a large entry", children_asked_at_a_large_entry, 250},
    {"names of attributes", names_of_attributes, 1000},
    {"one name of an attribute", the_same_attribute, 1000},
};

static void
filters_cost_what_they_are_long(void **state)
{
    expect_linear(
        *state, with_filters, sizeof(with_filters) / sizeof(with_filters[0]));
}

/* ---- long values ---- */

static char *
long_text(unsigned n, const char *piece, const char *end)
{
    size_t length = strlen(piece);
    char *text = malloc(n * length + strlen(end) + 1);

    for (unsigned i = 0; i < n; i++)
        memcpy(text + i * length, piece, length);
    strcpy(text + n * length, end);
    return text;
}

/* slapd takes names of up to 8192 bytes. */
static char *
long_name(unsigned n)
{
    return long_text(n, "ou=a,", PEOPLE);
}

static void
a_long_password(world *w, unsigned n)
{
    char *password = long_text(n, "Aa1-", "");

    assert_int_not_equal(client_replace(w->as[PROVISIONER], pupil.dn,
                             "userPassword", password, strlen(password))
                             .code,
        LDAP_SUCCESS);
    free(password);
}

/* Too short: refused once everything is looked at, and not hashed. */
static void
a_password_with_names(world *w, unsigned n)
{
    char **names = texts_of(n, "Name%07u");
    char *short_one[] = {(char *)"Zz1-", NULL};
    LDAPMod mods[] = {mod_of(LDAP_MOD_ADD, "givenName", names),
        mod_of(LDAP_MOD_REPLACE, "userPassword", short_one)};
    LDAPMod *all[] = {mods, mods + 1, NULL};

    assert_int_equal(
        ldap_modify_ext_s(w->as[PROVISIONER], pupil.dn, all, NULL, NULL),
        LDAP_CONSTRAINT_VIOLATION);
    texts_free(names);
}

static void
a_long_link(world *w, unsigned n)
{
    char *name = long_name(n);
    char *values[] = {name, NULL};
    LDAPMod mod = mod_of(LDAP_MOD_ADD, "educonnectGuardian", values);
    LDAPMod *mods[] = {&mod, NULL};

    assert_int_equal(
        ldap_modify_ext_s(w->as[PROVISIONER], pupil.dn, mods, NULL, NULL),
        LDAP_CONSTRAINT_VIOLATION);
    free(name);
}

static void
a_long_name_to_compare(world *w, unsigned n)
{
    char *name = long_name(n);

    client_compare(w->as[STRANGER], pupil.dn, "educonnectChild", name);
    free(name);
}

/* Of two accounts that have no name in common. */
static void
many_names_to_merge(world *w, unsigned n)
{
    const char *const names[] = {"A-%07u", "B-%07u"};
    const char *const dns[] = {guardian.dn, twin.dn};

    for (int i = 0; i < 2; i++) {
        char **values = texts_of(n, names[i]);
        LDAPMod mod = mod_of(LDAP_MOD_REPLACE, "sn", values);
        LDAPMod *mods[] = {&mod, NULL};

        assert_int_equal(
            ldap_modify_ext_s(w->as[PROVISIONER], dns[i], mods, NULL, NULL),
            LDAP_SUCCESS);
        texts_free(values);
    }
    assert_int_not_equal(
        client_merge_of(w->as[ACADEMY], twin.dn, guardian.dn).code,
        LDAP_SUCCESS);
}

static const cost_case with_length[] = {
    {"a long password", a_long_password, 10000},
    {"a password and many names", a_password_with_names, 500},
    {"a long link", a_long_link, 250},
    {"a long name to compare", a_long_name_to_compare, 250},
    {"names of two to merge", many_names_to_merge, 100},
};

static void
length_costs_its_length(void **state)
{
    expect_linear(
        *state, with_length, sizeof(with_length) / sizeof(with_length[0]));
}

/* ---- what cost tells ---- */

typedef struct question {
    world *w;
    const char *name;
    void (*run)(world *w, const char *name);
} question;

static void
ask(void *ctx)
{
    question *q = ctx;

    q->run(q->w, q->name);
}

/* The least of some: slapd's threads each come to their own first, and it does
 * something by itself now and then. */
static unsigned long long
cost_of_filter(
    world *w, void (*run)(world *w, const char *name), const char *name)
{
    question q = {w, name, run};
    unsigned long long least = 0;

    for (int i = 0; i < 5; i++) {
        unsigned long long cost = cost_of(w, ask, &q);

        if (i == 0 || cost < least)
            least = cost;
    }
    return least;
}

static void
ask_often(world *w, const char *name)
{
    char *format = text_of("(educonnectChild=%s)", name);

    search_terms(w, 1000, format);
    free(format);
}

static void
ask_again(world *w, const char *name)
{
    char *filter = text_of("(educonnectChild=%s)", name);

    for (int i = 0; i < 50; i++)
        search_for(w->as[STRANGER], PEOPLE, LDAP_SCOPE_SUBTREE, filter, NULL);
    free(filter);
}

static void
ask_by_compare(world *w, const char *name)
{
    for (int i = 0; i < 50; i++)
        client_compare(w->as[STRANGER], guardian.dn, "educonnectChild", name);
}

/* slapd itself takes a little longer or shorter to read one entry or
 * another. */
static void
expect_alike(world *w, const char *what,
    void (*run)(world *w, const char *name), unsigned percent)
{
    unsigned long long hidden = cost_of_filter(w, run, HIDDEN);
    unsigned long long lonely = cost_of_filter(w, run, LONELY);
    unsigned long long unknown = cost_of_filter(w, run, UNKNOWN);
    unsigned long long least = hidden < lonely ? hidden : lonely;
    unsigned long long most = hidden > lonely ? hidden : lonely;

    least = unknown < least ? unknown : least;
    most = unknown > most ? unknown : most;
    printf("%-22s hidden %llu, without guardians %llu, unknown %llu\n", what,
        hidden, lonely, unknown);
    if ((most - least) * 100 > least * percent)
        FAIL("%s: hidden %llu, without guardians %llu, unknown %llu", what,
            hidden, lonely, unknown);
}

static void
what_is_hidden_costs_what_nothing_costs(void **state)
{
    world *w = *state;

    expect_alike(w, "asked often", ask_often, 1);
    expect_alike(w, "asked again and again", ask_again, 8);
    expect_alike(w, "compared", ask_by_compare, 5);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_cost_what_they_are_long),
        cmocka_unit_test(filters_cost_what_they_are_long),
        cmocka_unit_test(length_costs_its_length),
        cmocka_unit_test(what_is_hidden_costs_what_nothing_costs),
    };

    return cmocka_run_group_tests_name("cost", tests, begin, end_world);
}
