/* test_samples.c - the complete samples of ldif/ work, and say the same.
 *
 * Their paths are Debian's; the test puts its own directory in their place and
 * changes nothing else. EDC_SOURCE names the top of the source tree when it is
 * not the current directory.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/launch.h"

/* A text with every `what` replaced; both are freed by their owners. */
static char *
replaced(const char *text, const char *what, const char *by)
{
    char *done = text_of("%s", ""), *longer;
    const char *at;

    while ((at = strstr(text, what)) != NULL) {
        longer = text_of("%s%.*s%s", done, (int)(at - text), text, by);
        free(done);
        done = longer;
        text = at + strlen(what);
    }
    longer = text_of("%s%s", done, text);
    free(done);
    return longer;
}

/* A file of ldif/ with the server's own paths. */
static char *
sample_for(const server *s, const char *name)
{
    const char *top = getenv("EDC_SOURCE");
    char *directory = text_of("%s/ldif", top != NULL ? top : ".");
    char *whole = realpath(directory, NULL);
    char *path = text_of("%s/%s", directory, name);
    char *text = read_file(path, NULL);
    const char *pairs[][2] = {{"/var/lib/ldap", server_path(s, "db")},
        {"/usr/lib/ldap",
            text_of("%s/modules:%s", s->directory, launch_modules())},
        {"/etc/ldap/schema", text_of("%s", launch_schema_directory())},
        {"/run/slapd/slapd.pid", server_path(s, "pid")},
        {"/run/slapd/slapd.args", server_path(s, "args")},
        {"/usr/share/doc/slapd-educonnect/examples/ldif",
            text_of("%s", whole)}};

    if (text == NULL || whole == NULL)
        FAIL("%s is not there", path);
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        char *next = replaced(text, pairs[i][0], pairs[i][1]);

        free(text);
        free((char *)pairs[i][1]);
        text = next;
    }
    free(directory);
    free(whole);
    free(path);
    return text;
}

static void
tool(server *s, const char *input, const char *name, const char *arguments)
{
    char *output = NULL;

    if (server_tool(s, input, &output, name, "%s", arguments) != 0)
        FAIL("%s %s: %s", name, arguments, output);
    free(output);
}

/* The sample of slapd.conf, with the fictional academy in its database. */
static void
prepare_file(server *s)
{
    static const setup usual = {0};
    char *path, *conf, *data = sample_ldif(true);

    server_prepare(s, &usual);
    path = server_path(s, "slapd.conf");
    conf = sample_for(s, "sample-slapd.conf");
    write_file(path, conf);
    tool(s, data, "slapadd", "-b " SUFFIX);
    free(path);
    free(conf);
    free(data);
}

/* The sample of cn=config, loaded as its first lines say; the access rules are
 * applied to it offline. */
static void
prepare_tree(server *s)
{
    static const setup tree = {.config_directory = true};
    char *config, *rules, *data = sample_ldif(true);

    server_prepare(s, &tree);
    s->converted = true;
    config = sample_for(s, "sample-config.ldif");
    rules = sample_for(s, "acl-example.ldif");
    tool(s, config, "slapadd", "-n 0");
    tool(s, rules, "slapmodify", "-n 0");
    tool(s, data, "slapadd", "-b " SUFFIX);
    free(config);
    free(rules);
    free(data);
}

/* ---- they work ---- */

static void
live_a_morning(server *s)
{
    LDAP *provisioner = actor_login(s, PROVISIONER);
    LDAP *head = actor_login(s, HEAD1), *academy = actor_login(s, ACADEMY);
    LDAP *self;
    char *dn = text_of("uid=i.karadec,%s", PEOPLE);
    char *counters =
        text_of("cn=Overlay 0,cn=Database 1,cn=Databases,%s", "cn=Monitor");
    char *seen;
    answer made, refused;

    expect_ok(client_ldif(provisioner,
        "dn: %s\nobjectClass: inetOrgPerson\nobjectClass: educonnectStudent\n"
        "uid: i.karadec\ncn: Ines Karadec\nsn: Karadec\ngivenName: Ines\n"
        "educonnectIne: 000000001AB\neduconnectBirthDate: 2011-03-09\n"
        "educonnectEnrolledAt: %s\n",
        dn, COLLEGE));
    made = client_password(head, dn, NULL, NULL);
    expect_ok(made);
    self = client_login(s, dn, made.made);
    refused = client_password(self, NULL, NULL, "court");
    expect(refused, LDAP_CONSTRAINT_VIOLATION, "P01 P03");
    /* In the language of the sample. */
    REQUIRE(strstr(refused.text, "le mot de passe est trop court") != NULL);
    expect_ok(client_password(self, NULL, NULL, "Iris-2026_Bleu"));
    expect_stored(self, dn, "educonnectState", "active");
    seen = client_read_all(academy, counters, "educonnectMonitorEvents");
    REQUIRE(strstr(seen, "activate 1") != NULL);
    free(seen);
    seen = client_read_all(head, counters, "educonnectMonitorEvents");
    assert_string_equal(seen, "");
    free(seen);
    client_close(provisioner);
    client_close(head);
    client_close(academy);
    client_close(self);
    free(counters);
    free(dn);
}

static void
the_sample_of_slapd_conf_works(void **state)
{
    server s;

    (void)state;
    prepare_file(&s);
    server_start(&s);
    live_a_morning(&s);
    server_finish(&s);
}

static void
the_sample_of_cn_config_works(void **state)
{
    server s;

    (void)state;
    prepare_tree(&s);
    server_start(&s);
    live_a_morning(&s);
    server_finish(&s);
}

/* ---- they say the same ---- */

static int
by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Makes slapd.d out of slapd.conf. */
static void
convert(server *s)
{
    char *arguments =
        text_of("-f %s/slapd.conf -F %s/slapd.d", s->directory, s->directory);

    tool(s, NULL, "slaptest", arguments);
    s->converted = true;
    free(arguments);
}

/* One spelling of what slapd spells in its own way when it converts. */
static char *
one_spelling(const char *dump, const server *s)
{
    const char *const pairs[][2] = {{s->directory, ""}, {"  ", " "}, {"\"", ""},
        {"dn.exact=", "dn.base="},
        {"group.exact=", "group/groupOfNames/member.exact="}};
    char *text = text_of("%s", dump);

    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        char *next = replaced(text, pairs[i][0], pairs[i][1]);

        free(text);
        text = next;
    }
    return text;
}

/* What slapcat shows of the configuration, sorted. */
static char *
configuration(server *s)
{
    char *dump = NULL, *text, **lines, *line, *out = text_of("%s", "");
    size_t n = 0;

    REQUIRE(
        server_tool(s, NULL, &dump, "slapcat", "-o ldif-wrap=no -n 0") == 0);
    text = one_spelling(dump, s);
    lines = calloc(strlen(text) + 1, sizeof(*lines));
    for (char *at = text; (line = strsep(&at, "\n")) != NULL;)
        lines[n++] = line;
    qsort(lines, n, sizeof(*lines), by_text);
    for (size_t i = 0; i < n; i++) {
        char *longer = text_of("%s%s\n", out, lines[i]);

        free(out);
        out = longer;
    }
    free(lines);
    free(text);
    free(dump);
    return out;
}

/* The lines of a dump with one beginning. */
static char *
about(const char *dump, const char *beginning)
{
    char *out = text_of("%s", ""), *copy = text_of("%s", dump), *line;

    for (char *at = copy; (line = strsep(&at, "\n")) != NULL;) {
        char *longer;

        if (strncmp(line, beginning, strlen(beginning)) != 0)
            continue;
        longer = text_of("%s%s\n", out, line);
        free(out);
        out = longer;
    }
    free(copy);
    return out;
}

static void
both_samples_say_the_same(void **state)
{
    static const char *const beginnings[] = {"olcEduconnect",
        "olcAccess:", "olcDbIndex:", "olcModuleLoad:", "olcOverlay:",
        "olcSuffix:", "dn: olcDatabase", "dn: olcOverlay"};
    server file, tree;
    char *a, *b;

    (void)state;
    prepare_file(&file);
    convert(&file);
    prepare_tree(&tree);
    a = configuration(&file);
    b = configuration(&tree);
    for (size_t i = 0; i < sizeof(beginnings) / sizeof(beginnings[0]); i++) {
        char *here = about(a, beginnings[i]), *there = about(b, beginnings[i]);

        if (here[0] == '\0' || strcmp(here, there) != 0)
            FAIL("slapd.conf:\n%scn=config:\n%s", here, there);
        free(here);
        free(there);
    }
    free(a);
    free(b);
    server_finish(&file);
    server_finish(&tree);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_sample_of_slapd_conf_works),
        cmocka_unit_test(the_sample_of_cn_config_works),
        cmocka_unit_test(both_samples_say_the_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
