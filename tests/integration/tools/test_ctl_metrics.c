/* test_ctl_metrics.c - educonnectctl metrics: figures that Prometheus reads,
 * and the check of a Nagios.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <ctype.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/tool.h"

#define BASE "-b " SUFFIX

static tool
run(world *w, actor who, const char *options)
{
    return tool_run(w, who, NULL, "metrics", BASE " %s", options);
}

/* The figure of "name" or "name{label}"; -1 when it is not there. */
static long
figure(const char *text, const char *name)
{
    size_t n = strlen(name);

    for (const char *at = text; at != NULL;) {
        if (strncmp(at, name, n) == 0 && at[n] == ' ')
            return strtol(at + n, NULL, 10);
        at = strchr(at, '\n');
        at = at == NULL ? NULL : at + 1;
    }
    return -1;
}

static bool
fits(const char *line, const char *pattern)
{
    regex_t re;
    bool good;

    assert_int_equal(regcomp(&re, pattern, REG_EXTENDED | REG_NOSUB), 0);
    good = regexec(&re, line, 0, NULL, 0) == 0;
    regfree(&re);
    return good;
}

/* Every line is a HELP, the TYPE behind it, or a sample of that name, and no
 * name comes twice. */
static void
expect_exposition(const char *text)
{
    char *copy = strdup(text), *rest = NULL, name[128] = "";
    char *seen = text_of("%s", " ");

    REQUIRE(text[0] != '\0' && text[strlen(text) - 1] == '\n');
    for (char *line = strtok_r(copy, "\n", &rest); line != NULL;
        line = strtok_r(NULL, "\n", &rest)) {
        if (strncmp(line, "# HELP ", 7) == 0) {
            char *longer, *mark;

            snprintf(name, sizeof(name), "%.*s", (int)strcspn(line + 7, " "),
                line + 7);
            mark = text_of(" %s ", name);
            REQUIRE(strstr(seen, mark) == NULL);
            longer = text_of("%s%s ", seen, name);
            free(mark);
            free(seen);
            seen = longer;
        } else if (strncmp(line, "# TYPE ", 7) == 0) {
            REQUIRE(strncmp(line + 7, name, strlen(name)) == 0);
            REQUIRE(fits(line, " (counter|gauge)$"));
        } else {
            REQUIRE(strncmp(line, name, strlen(name)) == 0);
            REQUIRE(fits(
                line, "^[a-z_]+(\\{[a-z]+=\"[A-Za-z0-9._-]+\"\\})? [0-9]+$"));
        }
    }
    free(seen);
    free(copy);
}

static void
figures_are_those_of_the_directory(void **state)
{
    world *w = *state;
    tool before = run(w, ROOT, ""), after;
    account a = guardian_in(w, "active");
    account b = guardian_in(w, "informed");

    expect_status(&before, 0);
    expect_exposition(before.out);
    expect_ok(client_modify(w->as[ASSISTANCE], a.dn,
        "replace: pwdAccountLockedTime\npwdAccountLockedTime: "
        "000001010000Z\n"));
    expect(client_password(w->as[HEAD2], b.dn, NULL, NULL), 50, "A01");
    after = run(w, ROOT, "");
    expect_status(&after, 0);
    expect_exposition(after.out);
#define GREW(name) (figure(after.out, name) - figure(before.out, name))
    assert_int_equal(GREW("educonnect_events_total{event=\"inform\"}"), 2);
    assert_int_equal(GREW("educonnect_events_total{event=\"activate\"}"), 1);
    assert_int_equal(GREW("educonnect_events_total{event=\"lock\"}"), 1);
    assert_int_equal(GREW("educonnect_refusals_total{code=\"EDC-A01\"}"), 1);
    assert_int_equal(GREW("educonnect_accounts{state=\"active\"}"), 1);
    assert_int_equal(GREW("educonnect_accounts{state=\"informed\"}"), 1);
    /* Their children. */
    assert_int_equal(GREW("educonnect_accounts{state=\"uninformed\"}"), 2);
    assert_int_equal(GREW("educonnect_accounts_locked{kind=\"permanent\"}"), 1);
    assert_true(GREW("educonnect_gate_hashes_total{end=\"done\"}") > 0);
    assert_true(
        figure(after.out,
            "educonnect_gate_milliseconds_total{phase=\"hashed\"}") >= 0);
    assert_true(
        figure(after.out,
            "educonnect_gate_milliseconds_total{phase=\"waited\"}") >= 0);
    assert_int_equal(
        figure(after.out, "educonnect_rehashes_total{outcome=\"done\"}"), 0);
    assert_int_equal(
        figure(after.out, "educonnect_rehashes_total{outcome=\"put-off\"}"), 0);
    assert_int_equal(figure(after.out, "educonnect_gate_waiting"), 0);
    assert_int_equal(figure(after.out, "educonnect_audit_failing"), 0);
    assert_true(figure(after.out,
                    "educonnect_contextcsn_timestamp_seconds{server=\"000\"}") >
                1700000000);
    assert_in_range(
        figure(after.out, "educonnect_contextcsn_age_seconds{server=\"000\"}"),
        0, 600);
    tool_free(&before);
    tool_free(&after);
}

static void
a_file_is_replaced_whole(void **state)
{
    world *w = *state;
    char *path = server_path(&w->server, "educonnect.prom"), *text;
    char *options = text_of("--no-accounts -o %s", path);
    struct stat st;
    tool t;

    write_file(path, "stale\n");
    t = run(w, ROOT, options);
    expect_status(&t, 0);
    assert_string_equal(t.out, "");
    text = read_file(path, NULL);
    expect_exposition(text);
    REQUIRE(strstr(text, "educonnect_accounts{") == NULL);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0644);
    free(text);
    tool_free(&t);
    /* What cannot be read replaces nothing. */
    write_file(path, "stale\n");
    t = tool_run(w, ROOT, NULL, "metrics", "-b dc=nowhere %s", options);
    expect_status(&t, 3);
    text = read_file(path, NULL);
    assert_string_equal(text, "stale\n");
    free(text);
    tool_free(&t);
    free(options);
    free(path);
}

static void
it_is_a_plugin(void **state)
{
    static const struct {
        const char *options;
        int status;
        const char *out;
    } rows[] = {
        {"--check", 0,
            "^EDUCONNECT OK - waiting 0, guessing 0, audit 0, locked [0-9]+, "
            "age [0-9]+ \\| waiting=0;100;200;0 guessing=0;5;;0 audit=0;;0;0 "
            "locked=[0-9]+;;;0 age=[0-9]+;;;0\n$"},
        {"--check -w locked=0", 1,
            "^EDUCONNECT WARNING - .* locked 1 \\(WARNING\\), .* "
            "locked=1;0;;0 .*\n$"},
        {"--check -w locked=0 -c locked=0", 2,
            "^EDUCONNECT CRITICAL - .* locked 1 \\(CRITICAL\\)"},
        {"--check --warning locked=1 --critical waiting=-", 0,
            "waiting=0;100;;0"},
        {"--check --no-accounts -w locked=0", 0, "^EDUCONNECT OK - "},
        {"--check -w locked=0 -w locked=-", 0, "^EDUCONNECT OK - "},
    };
    world *w = *state;
    account a = guardian_in(w, "active");
    tool t = run(w, ROOT, "");

    if (figure(t.out, "educonnect_accounts_locked{kind=\"permanent\"}") == 0)
        expect_ok(client_modify(w->as[ASSISTANCE], a.dn,
            "replace: pwdAccountLockedTime\npwdAccountLockedTime: "
            "000001010000Z\n"));
    tool_free(&t);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        t = run(w, ROOT, rows[i].options);
        expect_status(&t, rows[i].status);
        if (!fits(t.out, rows[i].out))
            FAIL("%s: %s", rows[i].options, t.out);
        tool_free(&t);
    }
}

static void
what_is_not_known_is_unknown(void **state)
{
    world *w = *state;
    tool t = tool_run(w, ROOT, NULL, "metrics", "-b dc=nowhere --check");

    expect_status(&t, 3);
    expect_text(t.out, "EDUCONNECT UNKNOWN - no counters");
    tool_free(&t);
    t = tool_run_plain(NULL, "metrics", "-H ldap://127.0.0.1:1 --check");
    expect_status(&t, 3);
    expect_text(t.out, "EDUCONNECT UNKNOWN - ");
    tool_free(&t);
}

static void
what_is_wrong_is_said(void **state)
{
    static const char *const wrong[] = {"x", "--check -o x", "-w waiting=1",
        "--check -w waiting", "--check -w waiting=", "--check -w waiting=-1",
        "--check -w waiting=1x", "--check -c nothing=1",
        "--check -c waiting=99999999999999999999"};

    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        tool t = tool_run_plain(NULL, "metrics", "%s", wrong[i]);

        expect_status(&t, 2);
        tool_free(&t);
    }
}

static int
begin(void **state)
{
    static const setup how = {
        .modules = "moduleload syncprov\n", .below = "overlay syncprov\n"};
    world *w = calloc(1, sizeof(*w));

    world_begin(w, &how);
    /* The first entry whose write makes a contextCSN. */
    (void)new_guardian(w, COLLEGE);
    *state = w;
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(figures_are_those_of_the_directory),
        cmocka_unit_test(a_file_is_replaced_whole),
        cmocka_unit_test(it_is_a_plugin),
        cmocka_unit_test(what_is_not_known_is_unknown),
        cmocka_unit_test(what_is_wrong_is_said),
    };

    return cmocka_run_group_tests(tests, begin, end_world);
}
