/* test_config.c - every directive, in both forms, when it is set, changed and
 * refused. */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- values ---- */

#define DN(name) "dn=\"uid=" name "," STAFF_DN "\""

/* Good and bad values of each directive, NULL-terminated. */
static const struct value_table {
    const char *olc;
    const char *good[4];
    const char *bad[12];
} tables[] = {
    {"olcEduconnectRole",
        {"registrar " DN("stranger"),
            "academy group=\"cn=helpdesk," STAFF_DN "\"",
            "provisioner " DN("head2")},
        {"boss " DN("head1"), "academy", "academy uid=head1",
            "academy dn=", "academy dn=nonsense", "academy group=,,",
            "self " DN("head1"), "academy " DN("head1") " " DN("head2")}},
    {"olcEduconnectGuard", {"audit", "owner", "enforce"},
        {"strict", "on", "enforce audit", "0"}},
    {"olcEduconnectPassword",
        {"student min=10 max=64 classes=3 long=16 history=2", "guardian min=14",
            "default history=5"},
        {"teacher min=12", "student min=7", "student min=abc",
            "student min=", "student max=1025", "student classes=5",
            "student history=25", "student min=20 max=16", "student size=3",
            "student min=-12", "student min=12x"}},
    {"olcEduconnectPasswordList", {"/etc/passwd", "/etc/hostname"},
        {"/nonexistent/list", "/etc", "/etc/passwd /etc/group"}},
    {"olcEduconnectProvisional", {"lifetime=30d", "lifetime=12h"},
        {"lifetime=0d", "lifetime=90", "30d", "lifetime=x", "lifetime=-1d",
            "lifetime=40000d", "lifetime=30d lifetime=31d"}},
    {"olcEduconnectImportSchemes", {"{SSHA}", "{ARGON2} {SSHA}"},
        {"SSHA", "{CLEARTEXT}", "{NOSUCH}", "{SASL}", "{SSHA"}},
    {"olcEduconnectHash",
        {"memory=128 time=1 parallelism=1", "memory=256 time=2 parallelism=2"},
        {"memory=0 time=2 parallelism=1", "memory=7 time=1 parallelism=1",
            "memory=128 time=0 parallelism=1", "memory=128 time=1 lanes=1",
            "memory=128 time=1 parallelism=0", "memory=x",
            "memory=262145 time=2 parallelism=1",
            "memory=128 time=17 parallelism=1", "memory=-1",
            "memory=99999999999 time=1 parallelism=1"}},
    {"olcEduconnectHashCeiling",
        {"memory=131072 time=8 parallelism=4",
            "memory=524288 time=16 parallelism=8"},
        {"memory=32 time=1 parallelism=1", "memory=131072 time=0 parallelism=1",
            "memory=much time=8 parallelism=4", "cost=9"}},
    {"olcEduconnectLockout",
        {"failures=5 window=10m duration=1h",
            "failures=10 window=15m duration=15m",
            "failures=8 window=15m duration=15m tell=yes servers=3"},
        {"failures=0 window=10m duration=1h",
            "failures=65 window=10m duration=1h",
            "failures=5 window=10 duration=1h",
            "failures=5 window=0s duration=1h", "failures=five",
            "failures=5 window=10m duration=-1h", "tries=3", "servers=0",
            "servers=17", "servers=two"}},
    {"olcEduconnectCampaign", {"20260901000000Z", "20240405120000Z"},
        {"2026-09-01", "20261301000000Z", "20260230000000Z", "now",
            "20260901000000+0200", "20260901000000Z 20260902000000Z"}},
    {"olcEduconnectLegacyCutoff", {"20220101000000Z", "20210825000000Z"},
        {"2021-08-25", "20210832000000Z", "never"}},
    {"olcEduconnectEligibility", {"sn", "sn givenName educonnectIne"},
        {"noSuchAttribute", "sn noSuchAttribute"}},
    {"olcEduconnectMaxGuardians", {"1", "4"}, {"0", "-1", "many", "2 3"}},
    {"olcEduconnectLanguage", {"fr", "en"}, {"de", "fr en", "french"}},
    {"olcEduconnectClaim", {"attempts=3 window=2h", "attempts=64 window=30m"},
        {"attempts=0 window=1h", "attempts=65", "window=0s", "5", "tries=3",
            "attempts=3 attempts=4"}},
    {"olcEduconnectHashSlots", {"3", "4 queue=10"},
        {"0", "257", "two", "2 queue=-1", "2 queue=65537", "2 3", "queue=5"}},
    {"olcEduconnectVerifyCache", {"entries=5 ttl=30s", "entries=100 ttl=1h"},
        {"entries=0 ttl=1m", "on", "ttl=2d", "entries=5 entries=6"}},
    {"olcEduconnectRegion", {"262", "687"}, {"0", "330", "+33", "FR"}},
    {"olcEduconnectTestData", {"yes", "no"}, {"maybe", "1", "yes no"}},
    {"olcEduconnectMustChange", {"aware", "any"}, {"yes", "any aware"}},
    {"olcEduconnectGateProxies",
        {"192.0.2.7", "2001:db8::/32 10.0.0.0/8 ldapi"},
        {"192.0.2.7/24", "0.0.0.0/0", "portal.example.org", "[::1]"}},
    {"olcEduconnectAudit", {"syslog"},
        {"audit.log", "/etc", "/dev/null", "syslog /tmp/audit.log"}},
    {"olcEduconnectRehash", {"rate=20/s down=yes", "rate=5/s"},
        {"rate=0", "20", "rate=2/m", "down=maybe", "rate=1 rate=2"}},
};
#define N_TABLES (sizeof(tables) / sizeof(tables[0]))

static const struct directive {
    const char *name;
    const char *olc;
    bool many;
} directives[] = {
#define EDC_DIRECTIVE(id, name, olc, many, syntax, def, source, about)         \
    {name, olc, many},
#include "core/settings/directives.def"
#undef EDC_DIRECTIVE
};
#define N_DIRECTIVES (sizeof(directives) / sizeof(directives[0]))

static const struct directive *
directive_of(const char *olc)
{
    for (size_t i = 0; i < N_DIRECTIVES; i++) {
        if (strcmp(directives[i].olc, olc) == 0)
            return &directives[i];
    }
    FAIL("there is no %s", olc);
}

static void
every_directive_is_tested(void **state)
{
    (void)state;
    assert_int_equal(N_DIRECTIVES, N_TABLES);
    for (size_t i = 0; i < N_TABLES; i++)
        assert_non_null(directive_of(tables[i].olc));
}

/* ---- cn=config ---- */

static char *
config_values(world *w, const char *olc)
{
    char *dn = world_overlay_dn(w);
    char *values = client_read_all(w->config, dn, olc);

    free(dn);
    return values;
}

static answer
add_value(world *w, const struct directive *d, const char *value)
{
    return world_configure(w, "%s: %s\n%s: %s\n", d->many ? "add" : "replace",
        d->olc, d->olc, value);
}

/* Writes values as cn=config showed them, joined by '|'. */
static answer
write_values(world *w, const char *olc, const char *values)
{
    char *lines = text_of("replace: %s\n", olc);
    char *list = text_of("%s", values), *at = list, *one;
    answer a;

    while (values[0] != '\0' && (one = strsep(&at, "|")) != NULL) {
        char *longer = text_of("%s%s: %s\n", lines, olc, one);

        free(lines);
        lines = longer;
    }
    a = world_configure(w, "%s", lines);
    free(lines);
    free(list);
    return a;
}

/* What cn=config shows of a value is a value: it can be written again. */
static void
expect_rewritable(world *w, const struct directive *d)
{
    char *before = config_values(w, d->olc), *after;

    expect_ok(write_values(w, d->olc, before));
    after = config_values(w, d->olc);
    assert_string_equal(before, after);
    free(before);
    free(after);
}

static void
set_good_values(world *w, const struct value_table *t)
{
    const struct directive *d = directive_of(t->olc);

    for (size_t i = 0; i < 4 && t->good[i] != NULL; i++) {
        answer a = add_value(w, d, t->good[i]);
        char *shown;

        if (a.code != LDAP_SUCCESS)
            FAIL("%s: %s refused: %d %s", t->olc, t->good[i], a.code, a.text);
        shown = config_values(w, t->olc);
        if (shown[0] == '\0' && strcmp(t->good[i], "enforce") != 0 &&
            strcmp(t->good[i], "en") != 0 &&
            strcmp(t->good[i], "20210825000000Z") != 0 &&
            strncmp(t->good[i], "failures=10 ", 12) != 0)
            FAIL("%s: %s is not shown", t->olc, t->good[i]);
        if (shown[0] != '\0')
            expect_rewritable(w, d);
        free(shown);
    }
}

static void
good_values_are_taken_and_shown(void **state)
{
    world *w = *state;

    for (size_t i = 0; i < N_TABLES; i++) {
        char *before = config_values(w, tables[i].olc), *after;

        set_good_values(w, &tables[i]);
        expect_ok(write_values(w, tables[i].olc, before));
        after = config_values(w, tables[i].olc);
        assert_string_equal(before, after);
        free(before);
        free(after);
    }
}

static void
bad_values_are_refused_with_the_reason(void **state)
{
    world *w = *state;

    for (size_t i = 0; i < N_TABLES; i++) {
        const struct directive *d = directive_of(tables[i].olc);
        char *before = config_values(w, d->olc);

        for (size_t j = 0; j < 12 && tables[i].bad[j] != NULL; j++) {
            answer a = add_value(w, d, tables[i].bad[j]);
            char *after = config_values(w, d->olc);

            if (a.code == LDAP_SUCCESS)
                FAIL("%s: %s was taken", d->olc, tables[i].bad[j]);
            if (strlen(a.text) < 12)
                FAIL("%s: %s was refused without a reason: %s", d->olc,
                    tables[i].bad[j], a.text);
            assert_string_equal(before, after);
            free(after);
        }
        free(before);
    }
}

/* ---- slapd.conf ---- */

static char *
slaptest_with(world *w, const char *line, int *status)
{
    char *conf = server_path(&w->server, "slapd.conf");
    char *other = server_path(&w->server, "other.conf");
    char *text = read_file(conf, NULL), *output = NULL;
    char *longer = text_of("%s%s\n", text, line);

    write_file(other, longer);
    *status =
        server_tool(&w->server, NULL, &output, "slaptest", "-f %s", other);
    free(conf);
    free(other);
    free(text);
    free(longer);
    return output;
}

static bool
stands_already(const char *olc)
{
    return strcmp(olc, "olcEduconnectHash") == 0;
}

static void
slapd_conf_takes_and_refuses_the_same(void **state)
{
    world *w = *state;

    for (size_t i = 0; i < N_TABLES; i++) {
        const struct directive *d = directive_of(tables[i].olc);

        for (size_t j = 0; j < 4 && tables[i].good[j] != NULL; j++) {
            char *line = text_of("%s %s", d->name, tables[i].good[j]);
            int status;
            char *output = slaptest_with(w, line, &status);

            if (status != 0 && !stands_already(d->olc))
                FAIL("%s: %s", line, output);
            free(output);
            free(line);
        }
        for (size_t j = 0; j < 12 && tables[i].bad[j] != NULL; j++) {
            char *line = text_of("%s %s", d->name, tables[i].bad[j]);
            int status;
            char *output = slaptest_with(w, line, &status);

            if (status == 0)
                FAIL("slaptest took: %s", line);
            if (strstr(output, d->name) == NULL)
                FAIL("slaptest refused \"%s\" without naming it:\n%s", line,
                    output);
            free(output);
            free(line);
        }
    }
}

static void
words_that_are_no_directive_are_unknown(void **state)
{
    static const char *const lines[] = {
        "educonnect-nonsense 1", "educonnect-verify 1"};
    world *w = *state;

    for (size_t i = 0; i < 2; i++) {
        int status;
        char *output = slaptest_with(w, lines[i], &status);

        assert_int_not_equal(status, 0);
        free(output);
    }
}

/* ---- effect at run time ---- */

static void
changes_take_effect_at_once(void **state)
{
    world *w = *state;
    account a = student_in(w, "uninformed");
    answer r;

    expect(client_password(w->as[HEAD1], a.dn, NULL, "Rose-12"),
        LDAP_CONSTRAINT_VIOLATION, "P01");
    expect_ok(
        world_configure(w, "add: olcEduconnectPassword\n"
                           "olcEduconnectPassword: student min=8 classes=2\n"));
    r = client_password(w->as[HEAD1], a.dn, NULL, "Rose-12");
    expect(r, LDAP_CONSTRAINT_VIOLATION, "P01");
    REQUIRE(strstr(r.text, "at least 8 characters") != NULL);
    expect_ok(client_password(w->as[HEAD1], a.dn, NULL, "Rose-123"));
    expect_ok(world_configure(
        w, "replace: olcEduconnectLanguage\nolcEduconnectLanguage: fr\n"));
    r = client_password(w->as[HEAD1], a.dn, NULL, "Rose-12");
    expect(r, LDAP_CONSTRAINT_VIOLATION, "P01");
    REQUIRE(strstr(r.text, "trop court") != NULL);
    expect_ok(world_configure(w, "delete: olcEduconnectPassword\n-\n"
                                 "delete: olcEduconnectLanguage\n"));
    r = client_password(w->as[HEAD1], a.dn, NULL, "Rose-456");
    expect(r, LDAP_CONSTRAINT_VIOLATION, "P01");
    REQUIRE(strstr(r.text, "at least 12 characters") != NULL);
}

static void
roles_come_and_go(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");
    char *before = config_values(w, "olcEduconnectRole");

    expect(client_password(w->as[STRANGER], a.dn, NULL, NULL),
        LDAP_INSUFFICIENT_ACCESS, "A02");
    expect_ok(
        world_configure(w, "add: olcEduconnectRole\n"
                           "olcEduconnectRole: academy " DN("stranger") "\n"));
    expect_ok(client_password(w->as[STRANGER], a.dn, NULL, NULL));
    expect_ok(write_values(w, "olcEduconnectRole", before));
    free(before);
    expect(client_password(w->as[STRANGER], a.dn, NULL, NULL),
        LDAP_INSUFFICIENT_ACCESS, "A02");
    expect_ok(client_modify(w->as[ROOT], "cn=helpdesk," STAFF_DN,
        "add: member\nmember: uid=stranger," STAFF_DN "\n"));
    expect_ok(client_modify(w->as[STRANGER], a.dn,
        "replace: educonnectState\neduconnectState: suspended\n"));
    expect_ok(client_modify(w->as[ROOT], "cn=helpdesk," STAFF_DN,
        "delete: member\nmember: uid=stranger," STAFF_DN "\n"));
    expect(client_modify(w->as[STRANGER], a.dn,
               "replace: educonnectState\neduconnectState: reset\n"),
        LDAP_INSUFFICIENT_ACCESS, "A02");
}

static void
audit_lets_pass_and_logs(void **state)
{
    world *w = *state;
    account a = new_guardian(w, COLLEGE), second = new_student(w, LYCEE);
    char *log;

    expect_ok(client_modify(w->as[PROVISIONER], second.dn,
        "add: educonnectGuardian\neduconnectGuardian: %s\n", a.dn));
    step_inform(w, &a, HEAD1);
    expect_ok(world_configure(
        w, "replace: olcEduconnectGuard\nolcEduconnectGuard: audit\n"));
    step_inform(w, &a, HEAD2);
    expect_ok(world_configure(w, "delete: olcEduconnectGuard\n"));
    expect_stored(w->as[ROOT], a.dn, "educonnectInformedBy", LYCEE_UAI);
    log = server_log(&w->server);
    REQUIRE(strstr(log, a.dn) != NULL && strstr(log, "EDC-G01") != NULL);
    free(log);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_directive_is_tested),
        cmocka_unit_test(good_values_are_taken_and_shown),
        cmocka_unit_test(bad_values_are_refused_with_the_reason),
        cmocka_unit_test(slapd_conf_takes_and_refuses_the_same),
        cmocka_unit_test(words_that_are_no_directive_are_unknown),
        cmocka_unit_test(changes_take_effect_at_once),
        cmocka_unit_test(roles_come_and_go),
        cmocka_unit_test(audit_lets_pass_and_logs),
    };

    return cmocka_run_group_tests(tests, usual_world, end_world);
}
