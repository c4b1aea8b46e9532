/* test_ctl_history.c - educonnectctl history: who did what, from the trail and
 * from accesslog, which tell the same, and neither a secret.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "harness/exop.h"
#include "harness/replica.h"
#include "harness/tool.h"

#define LOG "--log cn=log -b " SUFFIX

static char *trail;

static int
begin(void **state)
{
    static const setup how = {.modules = REPLICA_MODULES,
        .databases = REPLICA_LOG "access to * by * none\n",
        .below = "overlay accesslog\nlogdb cn=log\nlogops writes\n"
                 "logsuccess TRUE\n"};
    world *w = calloc(1, sizeof(*w));

    world_begin(w, &how);
    trail = server_path(&w->server, "trail");
    expect_ok(world_configure(
        w, "replace: olcEduconnectAudit\nolcEduconnectAudit: %s\n", trail));
    *state = w;
    return 0;
}

static tool
from_file(const char *word, const char *more)
{
    return tool_run_plain(
        NULL, "history", "--file %s %s '%s'", trail, more, word);
}

static tool
from_log(world *w, const char *word, const char *more)
{
    return tool_run(w, ROOT, NULL, "history", LOG " %s '%s'", more, word);
}

/* "inform uninformed informed|activate informed active|..."; allocated. */
static char *
told(const char *out)
{
    char *copy = strdup(out), *all = text_of("%s", ""), *rest = NULL;

    for (char *line = strtok_r(copy, "\n", &rest); line != NULL;
        line = strtok_r(NULL, "\n", &rest)) {
        json_t *o = json_loads(line, 0, NULL);
        const char *from = json_string_value(json_object_get(o, "from"));
        char *longer;

        if (o == NULL)
            FAIL("no JSON: %s", line);
        longer = text_of("%s%s %s %s|", all,
            json_string_value(json_object_get(o, "event")),
            from == NULL ? "none" : from,
            json_string_value(json_object_get(o, "to")));
        json_decref(o);
        free(all);
        all = longer;
    }
    free(copy);
    return all;
}

/* A life with most of the events, and the secrets of it. */
static account
whole_life(world *w)
{
    account a = new_guardian(w, COLLEGE);
    LDAP *self;
    char new[96];

    step_inform(w, &a, HEAD1);
    step_inform(w, &a, HEAD1);
    step_activate(w, &a);
    self = client_login(&w->server, a.dn, a.password);
    fresh_password(w, new);
    expect_ok(client_password(self, a.dn, a.password, new));
    tool_secret(new);
    client_close(self);
    step_state(w, &a, ASSISTANCE, "suspended");
    step_state(w, &a, ASSISTANCE, "active");
    expect_ok(client_modify(w->as[ASSISTANCE], a.dn,
        "replace: pwdAccountLockedTime\npwdAccountLockedTime: "
        "000001010000Z\n"));
    expect_ok(
        client_modify(w->as[HEAD1], a.dn, "delete: pwdAccountLockedTime\n"));
    deadline_next_second();
    expect_ok(client_password(w->as[ACADEMY], a.dn, NULL, NULL));
    fresh_password(w, a.password);
    expect_ok(client_replace(w->as[REGISTRAR], a.dn, "userPassword", a.password,
        strlen(a.password)));
    step_state(w, &a, PROVISIONER, "closed");
    step_state(w, &a, ACADEMY, "active");
    return a;
}

static void
both_tell_the_same(void **state)
{
    world *w = *state;
    account a = whole_life(w);
    tool file = from_file(a.uid, "--json"), log = from_log(w, a.uid, "--json");
    char *first, *second,
        *hash = client_read(w->as[ROOT], a.dn, "userPassword");

    expect_status(&file, 0);
    expect_status(&log, 0);
    first = told(file.out);
    second = told(log.out);
    assert_string_equal(first,
        "create none uninformed|inform uninformed informed|"
        "inform informed informed|activate informed active|"
        "change active active|suspend active suspended|"
        "resume suspended active|lock active active|unlock active active|"
        "academy-reset active reset|recover reset active|"
        "close active closed|reopen closed active|");
    assert_string_equal(first, second);
    REQUIRE(strstr(log.out, "argon2") == NULL);
    REQUIRE(strstr(log.out, hash) == NULL);
    free(hash);
    free(first);
    free(second);
    tool_free(&file);
    tool_free(&log);
}

static void
a_person_reads_who_reset_it(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");
    char *head = actor_dn(HEAD1);
    tool t;

    deadline_next_second();
    expect_ok(client_password(w->as[HEAD1], a.dn, NULL, NULL));
    t = from_file(a.uid, "");
    expect_status(&t, 0);
    expect_texts(t.out, "time (UTC)", "school-reset", "active -> reset",
        COLLEGE_UAI, "127.0.0.1", head);
    tool_free(&t);
    t = from_log(w, a.uid, "");
    expect_status(&t, 0);
    expect_texts(t.out, "school-reset", "active -> reset", COLLEGE_UAI, head);
    tool_free(&t);
    free(head);
}

/* What the overlay writes by itself. */
static void
what_nobody_sent_is_told(void **state)
{
    world *w = *state;
    account kept = guardian_in(w, "active"), other = guardian_in(w, "informed");
    LDAP *self = client_login(&w->server, kept.dn, kept.password);
    tool t;

    expect_ok(client_merge(self, other.uid, other.password));
    expect_ok(client_contest(self, kept.child));
    client_close(self);
    for (int i = 0; i < 10; i++) {
        char *wrong = text_of("Faux-%d-mot", i);

        expect(bind_once(&w->server, kept.dn, wrong), 49, "");
        free(wrong);
    }
    free(client_await(w->as[ROOT], kept.dn, "pwdAccountLockedTime"));
    t = from_log(w, kept.dn, "");
    expect_texts(t.out, "lock-out", "active -> active");
    tool_free(&t);
    t = from_log(w, other.dn, "");
    expect_texts(t.out, "merge", "informed -> closed");
    tool_free(&t);
    t = from_log(w, kept.child, "");
    expect_texts(t.out, "contest");
    tool_free(&t);
    expect_ok(client_delete(w->as[ROOT], other.dn));
    t = from_log(w, other.dn, "");
    expect_texts(t.out, "delete", "closed -> none");
    tool_free(&t);
}

/* An entry of before the overlay becomes an account, is one no more, and
 * becomes one without a password. */
static void
what_is_adopted_is_told(void **state)
{
#define CLASS "objectClass\nobjectClass: educonnectStudent\n"
    world *w = *state;
    char *hash = ssha_of("ancien-secret");
    char *uid = text_of("ancien%u", ++w->serial), *first, *second;
    char *dn = text_of("cn=%s," SUFFIX, uid);
    tool file, log;

    expect_ok(world_configure(w, "replace: olcEduconnectImportSchemes\n"
                                 "olcEduconnectImportSchemes: {SSHA}\n"));
    expect_ok(client_ldif(w->as[ROOT],
        "dn: %s\nobjectClass: inetOrgPerson\nuid: %s\ncn: %s\nsn: a\n"
        "userPassword: %s\n",
        dn, uid, uid, hash));
    client_sends(w->as[ROOT], SENDS_RELAX, NULL);
    expect_ok(client_modify(w->as[ROOT], dn, "add: " CLASS));
    expect_ok(client_modify(w->as[ROOT], dn, "delete: " CLASS));
    client_sends(w->as[ROOT], 0, NULL);
    expect_ok(client_modify(
        w->as[ROOT], dn, "delete: userPassword\n-\ndelete: uid\n"));
    expect_ok(client_modify(
        w->as[ROOT], dn, "add: " CLASS "-\nadd: uid\nuid: %s\n", uid));
    file = from_file(uid, "--json");
    log = from_log(w, uid, "--json");
    expect_status(&file, 0);
    expect_status(&log, 0);
    first = told(file.out);
    second = told(log.out);
    assert_string_equal(first,
        "migrate none active|release active none|create none uninformed|");
    assert_string_equal(first, second);
    REQUIRE(strstr(log.out, hash) == NULL);
    tool_free(&file);
    tool_free(&log);
    free(second);
    free(first);
    free(dn);
    free(uid);
    free(hash);
#undef CLASS
}

static void
rotated_and_syslogs_files_are_read(void **state)
{
    static const char good[] =
        "{\"time\":\"2026-01-02T03:04:05.000001Z\",\"event\":\"close\","
        "\"login\":\"zoe\",\"id\":\"aa\",\"from\":\"active\","
        "\"to\":\"closed\"}\n";
    static const char more[] =
        "Jan  1 00:00:00 srv slapd[1]: conn=1 op=2 MOD\n"
        "Jan  1 00:00:00 srv slapd[1]: educonnect: "
        "{\"time\":\"2026-01-01T00:00:00.000001Z\",\"event\":\"suspend\","
        "\"login\":\"Zoe\",\"by\":\"\\u001b[31mred\",\"id\":\"aa\"}\n"
        "{\"time\":\"2026-01-01T00:00:00.0000\n"
        "{\"time\":\"2026-01-01T00:00:01.000001Z\",\"event\":\"close\","
        "\"login\":\"zoe.other\",\"id\":\"bb\"}\n";
    world *w = *state;
    char *first = server_path(&w->server, "audit");
    char *second = server_path(&w->server, "audit.1");
    tool t;

    write_file(first, good);
    write_file(second, more);
    t = tool_run_plain(
        NULL, "history", "--file %s --file %s zoe", first, second);
    expect_status(&t, 0);
    expect_texts(t.out, "2026-01-01 00:00:00  suspend", "\\x1b[31mred",
        "2026-01-02 03:04:05  close");
    REQUIRE(strstr(t.out, "suspend") < strstr(t.out, "close"));
    REQUIRE(strstr(t.out, "00:00:01") == NULL);
    expect_text(t.err, "1 lines of the trail cannot be read");
    tool_free(&t);
    t = tool_run_plain(good, "history", "--file - aa");
    expect_status(&t, 0);
    expect_text(t.out, "active -> closed");
    assert_string_equal(t.err, "");
    tool_free(&t);
    /* A login that was given anew. */
    t = tool_run_plain("{\"time\":\"2026-01-03T00:00:00.000001Z\",\"event\":"
                       "\"create\",\"login\":\"zoe\",\"id\":\"cc\"}\n",
        "history", "--file %s --file - zoe", first);
    expect_status(&t, 0);
    expect_texts(t.out, "close", "create");
    expect_text(t.err, "several accounts");
    tool_free(&t);
    free(second);
    free(first);
}

static void
what_is_wrong_is_said(void **state)
{
    world *w = *state;
    account a = new_guardian(w, COLLEGE);
    tool t = tool_run_plain(NULL, "history", "--file /nonexistent zoe");

    expect_status(&t, 5);
    tool_free(&t);
    t = tool_run_plain("", "history", "--file - zoe");
    expect_status(&t, 1);
    expect_text(t.err, "nothing is recorded of this account there");
    tool_free(&t);
    t = tool_run_plain(NULL, "history", "--file x --log cn=log zoe");
    expect_status(&t, 2);
    tool_free(&t);
    t = tool_run_plain(NULL, "history", "--file x");
    expect_status(&t, 2);
    tool_free(&t);
    t = tool_run(w, ROOT, NULL, "history", "-b " SUFFIX " %s", a.uid);
    expect_status(&t, 3);
    expect_text(t.err, "cn=accesslog: there is no such log");
    tool_free(&t);
    /* Who may not read the log learns nothing of it. */
    t = tool_run(w, STRANGER, NULL, "history", LOG " %s", a.dn);
    REQUIRE(t.status != 0 && t.out[0] == '\0');
    tool_free(&t);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_tell_the_same),
        cmocka_unit_test(a_person_reads_who_reset_it),
        cmocka_unit_test(what_nobody_sent_is_told),
        cmocka_unit_test(what_is_adopted_is_told),
        cmocka_unit_test(rotated_and_syslogs_files_are_read),
        cmocka_unit_test(what_is_wrong_is_said),
    };
    int failed = cmocka_run_group_tests(tests, begin, end_world);

    free(trail);
    return failed;
}
