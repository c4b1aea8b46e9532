/* test_schema.c - three texts of one schema, and what no entry may be.
 *
 * The schema that the module registers, schema/educonnect.schema and
 * schema/educonnect.ldif must say the same, as slapd itself understands them.
 * EDC_SOURCE names the top of the source tree when it is not the current
 * directory.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ldap_schema.h>

#define ARC "2.25.330384226632443921537185309621840029201."

static char *
source_file(const char *name)
{
    const char *top = getenv("EDC_SOURCE");
    char *path = text_of("%s/%s", top != NULL ? top : ".", name);
    char *whole = realpath(path, NULL);

    if (whole == NULL)
        FAIL("%s is not there", path);
    free(path);
    return whole;
}

/* ---- three texts ----
 *
 * slapd takes operational attributes from modules alone. What the files cannot
 * declare as the module does they carry as comments, and declare something that
 * stands in for it: a comment's number is taken instead of a declaration's.
 */

typedef struct definitions {
    char *text[128];
    size_t n;
} definitions;

static int
by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* .1 are the attributes, .2 the classes of entries; others are cn=config's and
 * cn=monitor's own. */
static bool
is_attribute(const char *text)
{
    return strncmp(text, "( " ARC "1.", strlen("( " ARC "1.")) == 0;
}

static bool
is_class(const char *text)
{
    return strncmp(text, "( " ARC "2.", strlen("( " ARC "2.")) == 0;
}

/* A definition as libldap writes it, whatever its blanks were. */
static char *
canonical(const char *text)
{
    const char *error = NULL;
    int code = 0;
    char *out, *copy;

    if (is_attribute(text)) {
        LDAPAttributeType *at =
            ldap_str2attributetype(text, &code, &error, LDAP_SCHEMA_ALLOW_ALL);

        if (at == NULL)
            FAIL("no attribute: %s", text);
        out = ldap_attributetype2str(at);
        ldap_attributetype_free(at);
    } else {
        LDAPObjectClass *oc =
            ldap_str2objectclass(text, &code, &error, LDAP_SCHEMA_ALLOW_ALL);

        if (oc == NULL)
            FAIL("no class: %s", text);
        out = ldap_objectclass2str(oc);
        ldap_objectclass_free(oc);
    }
    copy = text_of("%s", out);
    ldap_memfree(out);
    return copy;
}

static void
take_definition(definitions *d, const char *text)
{
    REQUIRE(d->n < 128);
    d->text[d->n++] = canonical(text);
}

static void
sort_definitions(definitions *d)
{
    qsort(d->text, d->n, sizeof(d->text[0]), by_text);
}

/* What a server's cn=subschema has of our arc. */
static definitions
definitions_of_server(LDAP *ld)
{
    static const char *const attributes[] = {"attributeTypes", "objectClasses"};
    definitions d = {.n = 0};

    for (int i = 0; i < 2; i++) {
        char *all = client_read_all(ld, "cn=Subschema", attributes[i]);
        char *at = all, *one;

        while ((one = strsep(&at, "|")) != NULL) {
            if (is_attribute(one) || is_class(one))
                take_definition(&d, one);
        }
        free(all);
    }
    sort_definitions(&d);
    return d;
}

/* Leaves only what stands in comments, without "#" or "# " at the begin of a
 * line, or only what does not. */
static void
keep_comments(char *text, bool comments)
{
    char *out = text;

    for (char *at = text; *at != '\0';) {
        char *end = strchr(at, '\n');
        size_t n = end == NULL ? strlen(at) : (size_t)(end - at) + 1;
        size_t mark = *at == '#' ? 1 + (at[1] == ' ') : 0;

        if ((mark != 0) == comments) {
            memmove(out, at + mark, n - mark);
            out += n - mark;
        }
        at += n;
    }
    *out = '\0';
}

/* Joins continued lines: LDIF drops the blank that continues a line, a schema
 * file keeps it. */
static void
unfold(char *text, bool ldif)
{
    char *out = text;

    for (char *at = text; *at != '\0'; at++) {
        if (*at == '\n' && (at[1] == ' ' || at[1] == '\t'))
            at += ldif ? 1 : 0;
        else
            *out++ = *at;
    }
    *out = '\0';
}

static definitions
definitions_in(const char *name, bool ldif, bool comments)
{
    char *path = source_file(name), *text = read_file(path, NULL);
    definitions d = {.n = 0};

    keep_comments(text, comments);
    unfold(text, ldif);
    for (char *at = text; (at = strstr(at, "( " ARC)) != NULL;) {
        char *end = strchr(at, '\n');

        if (end != NULL)
            *end = '\0';
        take_definition(&d, at);
        at = end != NULL ? end + 1 : at + strlen(at);
    }
    sort_definitions(&d);
    free(text);
    free(path);
    return d;
}

/* The one of the same number, or NULL. */
static const char *
same_number(const definitions *d, const char *text)
{
    size_t n = strcspn(text + 2, " ") + 3;

    for (size_t i = 0; i < d->n; i++) {
        if (strncmp(d->text[i], text, n) == 0)
            return d->text[i];
    }
    return NULL;
}

/* What a file says that the module registers. */
static definitions
definitions_of_file(const char *name, bool ldif)
{
    definitions d = definitions_in(name, ldif, true);
    definitions declared = definitions_in(name, ldif, false);
    const size_t n = d.n;

    for (size_t i = 0; i < declared.n; i++) {
        definitions comments = d;

        comments.n = n;
        if (same_number(&comments, declared.text[i]) == NULL)
            take_definition(&d, declared.text[i]);
    }
    REQUIRE(n > 10 && d.n == declared.n);
    sort_definitions(&d);
    return d;
}

static void
cut(char *text, const char *what)
{
    char *at = strstr(text, what);

    if (at != NULL)
        memmove(at, at + strlen(what), strlen(at + strlen(what)) + 1);
}

/* What a slapd without the module is to be told of the module's own schema: no
 * operational attributes, and all that are stored allowed in accounts. */
static definitions
with_stand_ins(const definitions *module)
{
    definitions d = {.n = 0};
    char *kept = text_of("%s", "");

    for (size_t i = 0; i < module->n; i++) {
        const char *name = strstr(module->text[i], "NAME '");
        char *longer;

        if (strstr(module->text[i], " USAGE directoryOperation") == NULL)
            continue;
        name += strlen("NAME '");
        longer = text_of("%s $ %.*s", kept, (int)strcspn(name, "'"), name);
        free(kept);
        kept = longer;
    }
    for (size_t i = 0; i < module->n; i++) {
        char *text = text_of("%s", module->text[i]), *may, *end;

        cut(text, " NO-USER-MODIFICATION");
        cut(text, " USAGE directoryOperation");
        cut(text, " USAGE dSAOperation");
        if (strstr(text, "NAME 'educonnectAccount'") != NULL) {
            REQUIRE((may = strstr(text, " MAY (")) != NULL);
            REQUIRE((end = strchr(may, ')')) != NULL);
            may = text_of("%.*s%s %s", (int)(end - text), text, kept, end);
            free(text);
            text = may;
        }
        take_definition(&d, text);
        free(text);
    }
    free(kept);
    sort_definitions(&d);
    return d;
}

static void
expect_equal(const definitions *a, const definitions *b, const char *what)
{
    for (size_t i = 0; i < a->n && i < b->n; i++) {
        if (strcmp(a->text[i], b->text[i]) != 0)
            FAIL("%s:\n%s\n%s", what, a->text[i], b->text[i]);
    }
    if (a->n != b->n)
        FAIL("%s: %zu definitions and %zu", what, a->n, b->n);
}

/* What a slapd says that was started so; ldif: what it is told first. */
static definitions
definitions_of_setup(const setup *how, const char *ldif)
{
    definitions d;
    server s;
    LDAP *ld;

    server_prepare(&s, how);
    server_start(&s);
    if (ldif != NULL) {
        ld = client_login(&s, CONFIG_DN, CONFIG_PASSWORD);
        expect_ok(client_ldif(ld, "%s", ldif));
        client_close(ld);
    }
    ld = client_login(&s, ROOT_DN, ROOT_PASSWORD);
    d = definitions_of_server(ld);
    client_close(ld);
    server_finish(&s);
    return d;
}

static definitions
registered(void)
{
    static const setup module_alone = {.without_overlay = true};

    return definitions_of_setup(&module_alone, NULL);
}

static void
the_three_texts_are_equal(void **state)
{
    definitions module = registered();
    definitions file = definitions_of_file("schema/educonnect.schema", false);
    definitions ldif = definitions_of_file("schema/educonnect.ldif", true);

    (void)state;
    assert_true(module.n > 30);
    expect_equal(&module, &file, "the module and educonnect.schema");
    expect_equal(&module, &ldif, "the module and educonnect.ldif");
}

static void
slapd_without_the_module_loads_the_files(void **state)
{
    char *path = source_file("schema/educonnect.schema");
    char *include = text_of("include %s\n", path);
    char *ldif_path = source_file("schema/educonnect.ldif");
    char *ldif = read_file(ldif_path, NULL), *record = strstr(ldif, "\ndn:");
    setup by_include = {.without = true, .global = include};
    static const setup bare = {.without = true};
    definitions module = registered(), wanted = with_stand_ins(&module);
    definitions included = definitions_of_setup(&by_include, NULL), added;

    (void)state;
    REQUIRE(record != NULL);
    added = definitions_of_setup(&bare, record + 1);
    expect_equal(&wanted, &included, "educonnect.schema in a bare slapd");
    expect_equal(&wanted, &added, "educonnect.ldif in a bare slapd");
    free(path);
    free(include);
    free(ldif_path);
    free(ldif);
}

/* Whether one of the definitions has a name and a word in it. */
static bool
defined(const definitions *d, const char *name, const char *word)
{
    char *named = text_of(" NAME '%s' ", name);
    bool found = false;

    for (size_t i = 0; i < d->n && !found; i++)
        found = strstr(d->text[i], named) != NULL &&
                strstr(d->text[i], word) != NULL;
    free(named);
    return found;
}

/* What the manual page promises, in slapd's own words. */
static void
the_schema_is_the_promised_one(void **state)
{
    static const char *const attributes[] = {"educonnectIne",
        "educonnectBirthDate", "educonnectEnrolledAt", "educonnectClass",
        "educonnectGuardian", "educonnectContestedGuardian", "educonnectUai",
        "educonnectSchoolLevel", "educonnectHead", "educonnectStudentDelegate",
        "educonnectGuardianDelegate", "educonnectFederatedId",
        "educonnectLegacyId", "educonnectAudience", "educonnectServiceSchool",
        "educonnectOpensAt", "educonnectClosesAt", "educonnectState",
        "educonnectStateSince", "educonnectActivatedBy", "educonnectInformedBy",
        "educonnectProvisionalUntil", "educonnectFormerState",
        "educonnectMergedInto", "educonnectPasswordHistory"};
    static const char *const classes[] = {"educonnectAccount",
        "educonnectStudent", "educonnectLegalGuardian", "educonnectSchool",
        "educonnectService"};
    definitions module = registered();

    (void)state;
    for (size_t i = 0; i < sizeof(attributes) / sizeof(attributes[0]); i++) {
        if (!defined(&module, attributes[i], "SYNTAX"))
            FAIL("no attribute %s", attributes[i]);
    }
    for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
        if (!defined(&module, classes[i], "AUXILIARY"))
            FAIL("no auxiliary class %s", classes[i]);
    }
}

/* ---- what no client may write ---- */

static void
codes_of_schools_are_checked(void **state)
{
    static const char *const bad[] = {"9990001A", "999001X", "99900011X",
        "9990001x9", "ABCDEFGH", "9990001", "9990001I"};
    world *w = *state;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        expect(client_ldif(w->as[PROVISIONER],
                   "dn: ou=faux," SCHOOLS "\nobjectClass: organizationalUnit\n"
                   "objectClass: educonnectSchool\nou: faux\n"
                   "educonnectUai: %s\n",
                   bad[i]),
            LDAP_CONSTRAINT_VIOLATION, "D01");
    expect(client_modify(w->as[PROVISIONER], LYCEE,
               "replace: educonnectUai\neduconnectUai: 9990002X\n"),
        LDAP_CONSTRAINT_VIOLATION, "D01");
    expect(client_modify(w->as[PROVISIONER], LYCEE,
               "replace: educonnectUai\neduconnectUai: " COLLEGE_UAI "\n"),
        LDAP_CONSTRAINT_VIOLATION, "D02");
    expect(client_modify(w->as[PROVISIONER], LYCEE,
               "replace: educonnectSchoolLevel\n"
               "educonnectSchoolLevel: universite\n"),
        LDAP_CONSTRAINT_VIOLATION, "D01");
    expect_ok(client_ldif(w->as[PROVISIONER],
        "dn: ou=ecole," SCHOOLS "\nobjectClass: organizationalUnit\n"
        "objectClass: educonnectSchool\nou: ecole\n"
        "educonnectUai: 9990003Z\neduconnectSchoolLevel: ecole\n"));
    expect_stored(w->as[ROOT], LYCEE, "educonnectUai", LYCEE_UAI);
}

static void
birth_dates_are_checked(void **state)
{
    static const char *const bad[] = {"2011-02-29", "09/03/2011", "20110309",
        "2011-3-9", "2011-13-01", "2011-00-10", "1899-12-31", "2200-01-01",
        "2011-03-09Z"};
    world *w = *state;
    account a = student_in(w, "uninformed");

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        expect(client_modify(w->as[PROVISIONER], a.dn,
                   "replace: educonnectBirthDate\neduconnectBirthDate: %s\n",
                   bad[i]),
            LDAP_CONSTRAINT_VIOLATION, "D01");
    expect_ok(client_modify(w->as[PROVISIONER], a.dn,
        "replace: educonnectBirthDate\neduconnectBirthDate: 2012-02-29\n"));
}

static void
federated_identities_are_unique(void **state)
{
    world *w = *state;
    account a = guardian_in(w, "active"), b = guardian_in(w, "active");

    expect_ok(client_modify(w->as[PROVISIONER], a.dn,
        "add: educonnectFederatedId\neduconnectFederatedId: fc-0815\n"));
    expect(client_modify(w->as[PROVISIONER], b.dn,
               "add: educonnectFederatedId\neduconnectFederatedId: fc-0815\n"),
        LDAP_CONSTRAINT_VIOLATION, "D02");
    expect_ok(client_modify(
        w->as[PROVISIONER], a.dn, "delete: educonnectFederatedId\n"));
    expect_ok(client_modify(w->as[PROVISIONER], b.dn,
        "add: educonnectFederatedId\neduconnectFederatedId: fc-0815\n"));
}

static void
a_login_is_given_once(void **state)
{
    world *w = *state;
    account a = guardian_in(w, "active");

    expect(client_modify(
               w->as[PROVISIONER], a.dn, "replace: uid\nuid: autre-nom\n"),
        LDAP_UNWILLING_TO_PERFORM, "D03");
    expect(client_modify(w->as[PROVISIONER], a.dn, "add: uid\nuid: second\n"),
        LDAP_UNWILLING_TO_PERFORM, "D03");
    expect(client_ldif(w->as[PROVISIONER],
               "dn: %s\nchangetype: modrdn\nnewrdn: uid=autre-nom\n"
               "deleteoldrdn: 1\n",
               a.dn),
        LDAP_UNWILLING_TO_PERFORM, "D03");
    expect(client_modify(w->as[PROVISIONER], a.dn,
               "delete: objectClass\nobjectClass: educonnectLegalGuardian\n"),
        LDAP_UNWILLING_TO_PERFORM, "D03");
    expect(client_ldif(w->as[PROVISIONER],
               "dn: %s\nchangetype: modrdn\nnewrdn: userPassword=secret\n"
               "deleteoldrdn: 0\n",
               a.dn),
        LDAP_UNWILLING_TO_PERFORM, "S01");
    expect(client_ldif(w->as[ROOT],
               "dn: %s\nchangetype: modrdn\n"
               "newrdn: uid=%s+userPassword=secret\ndeleteoldrdn: 0\n",
               a.dn, a.uid),
        LDAP_UNWILLING_TO_PERFORM, "S01");
    expect_ok(bind_once(&w->server, a.dn, a.password));
    expect(bind_once(&w->server, a.dn, "secret"), LDAP_INVALID_CREDENTIALS, "");
}

/* A new RDN of another attribute is nobody's business. */
static void
an_account_may_move(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");
    char *moved = text_of("cn=Ines Karadec,ou=schools," SUFFIX);

    expect_ok(client_ldif(w->as[PROVISIONER],
        "dn: %s\nchangetype: modrdn\nnewrdn: cn=Ines Karadec\n"
        "deleteoldrdn: 0\nnewsuperior: ou=schools," SUFFIX "\n",
        a.dn));
    expect_ok(bind_once(&w->server, moved, a.password));
    expect_stored(w->as[ROOT], moved, "educonnectState", "active");
    free(moved);
}

/* A person who had a password already becomes no account by the way. */
static void
an_entry_with_a_password_becomes_no_account(void **state)
{
    world *w = *state;
    const char *dn = "uid=ancien," PEOPLE;

    expect_ok(client_ldif(w->as[ROOT],
        "dn: %s\nobjectClass: inetOrgPerson\nuid: ancien\ncn: Io Le\nsn: Le\n"
        "userPassword: court\n",
        dn));
    REQUIRE(client_modify(w->as[PROVISIONER], dn,
                "add: objectClass\nobjectClass: educonnectLegalGuardian\n")
                .code != LDAP_SUCCESS);
    REQUIRE(client_modify(w->as[ROOT], dn,
                "add: objectClass\nobjectClass: educonnectLegalGuardian\n-\n"
                "add: educonnectState\neduconnectState: active\n")
                .code != LDAP_SUCCESS);
    assert_int_equal(client_count(w->as[ROOT], PEOPLE,
                         "(&(uid=ancien)(objectClass=educonnectAccount))"),
        0);
}

/* A new RDN brings a value as well. */
static void
names_bring_no_way_around(void **state)
{
    world *w = *state;
    account a = new_student(w, COLLEGE), b = new_guardian(w, COLLEGE);

    expect(client_ldif(w->as[ROOT],
               "dn: %s\nchangetype: modrdn\n"
               "newrdn: educonnectGuardian=uid=personne\\,dc=x\n"
               "deleteoldrdn: 0\n",
               a.dn),
        LDAP_CONSTRAINT_VIOLATION, "D01");
    expect(client_ldif(w->as[ROOT],
               "dn: " COLLEGE "\nchangetype: modrdn\n"
               "newrdn: educonnectUai=" LYCEE_UAI "\ndeleteoldrdn: 0\n"),
        LDAP_CONSTRAINT_VIOLATION, "D02");
    expect_ok(client_modify(w->as[PROVISIONER], a.dn,
        "add: educonnectFederatedId\neduconnectFederatedId: urn:un\n"));
    expect(client_ldif(w->as[ROOT],
               "dn: %s\nchangetype: modrdn\n"
               "newrdn: educonnectFederatedId=urn:un\ndeleteoldrdn: 0\n",
               b.dn),
        LDAP_CONSTRAINT_VIOLATION, "D02");
    expect_ok(client_ldif(w->as[ROOT],
        "dn: %s\nchangetype: modrdn\n"
        "newrdn: educonnectFederatedId=urn:deux\ndeleteoldrdn: 0\n",
        b.dn));
}

/* A link with an option would be one to who searches, and none to who judges
 * links. */
static void
no_attribute_has_options(void **state)
{
    static const char *const lines[] = {
        "educonnectGuardian;lang-fr: uid=personne," PEOPLE,
        "educonnectContestedGuardian;lang-fr: uid=personne," PEOPLE,
        "educonnectEnrolledAt;lang-fr: " COLLEGE,
        "educonnectIne;lang-fr: 000000001AA",
        "educonnectFederatedId;lang-fr: urn:x", "educonnectClass;lang-fr: 6A"};
    world *w = *state;
    account a = new_student(w, COLLEGE);

    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        char *name = strndup(lines[i], strcspn(lines[i], ":"));
        answer r =
            client_modify(w->as[ROOT], a.dn, "add: %s\n%s\n", name, lines[i]);

        expect(r, LDAP_CONSTRAINT_VIOLATION, "D01");
        free(name);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_three_texts_are_equal),
        cmocka_unit_test(slapd_without_the_module_loads_the_files),
        cmocka_unit_test(the_schema_is_the_promised_one),
        cmocka_unit_test(codes_of_schools_are_checked),
        cmocka_unit_test(birth_dates_are_checked),
        cmocka_unit_test(federated_identities_are_unique),
        cmocka_unit_test(a_login_is_given_once),
        cmocka_unit_test(names_bring_no_way_around),
        cmocka_unit_test(no_attribute_has_options),
        cmocka_unit_test(an_account_may_move),
        cmocka_unit_test(an_entry_with_a_password_becomes_no_account),
    };

    return cmocka_run_group_tests(tests, usual_world, end_world);
}
