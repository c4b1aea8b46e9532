/* test_audit.c - the audit trail: a line for each event, nothing secret in any,
 * nothing lost by rotation, and nothing refused for it.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

#include "harness/exop.h"
#include "harness/replica.h"
#include "harness/trio.h"

#define GUESSED "42-mot-du-tout"
#define WRONG "Faux-" GUESSED /* as bind_wrongly() begins */
#define FAILURES 10

static int
begin(void **state)
{
    static const setup how = {.ldapi = true};

    return world_of(state, &how);
}

static void
keep_trail(world *w, const char *where)
{
    expect_ok(world_configure(
        w, "replace: olcEduconnectAudit\nolcEduconnectAudit: %s\n", where));
}

/* A trail in a file of its own; allocated. */
static char *
new_trail(world *w)
{
    char *name = text_of("trail-%u", w->serial++);
    char *path = server_path(&w->server, name);

    keep_trail(w, path);
    free(name);
    return path;
}

static size_t
count_lines(const char *path)
{
    char *text = read_file(path, NULL);
    size_t n = 0;

    for (const char *p = text; p != NULL && *p != '\0'; p++)
        n += *p == '\n';
    free(text);
    return n;
}

/* The n-th line from behind, 0 the last; of what stands there now. */
static json_t *
line_from_behind(const char *path, size_t n)
{
    size_t length;
    char *text = read_file(path, &length), *begin;
    json_t *line;

    if (text == NULL)
        FAIL("there is no %s", path);
    REQUIRE(length > 0 && text[length - 1] == '\n');
    text[length - 1] = '\0';
    while (n-- > 0)
        *strrchr(text, '\n') = '\0';
    begin = strrchr(text, '\n');
    begin = begin == NULL ? text : begin + 1;
    line = json_loads(begin, JSON_REJECT_DUPLICATES, NULL);
    if (line == NULL)
        FAIL("no JSON: %s", begin);
    free(text);
    return line;
}

/* NULL: the field is not there. */
static void
expect_field(const json_t *line, const char *name, const char *wanted)
{
    const char *found = json_string_value(json_object_get(line, name));

    if ((found == NULL) != (wanted == NULL) ||
        (found != NULL && strcmp(found, wanted) != 0))
        FAIL("%s is %s, not %s in %s", name,
            found == NULL ? "not there" : found,
            wanted == NULL ? "not there" : wanted, json_dumps(line, 0));
}

typedef struct wanted {
    const char *event, *from, *to, *by, *school, *into;
    bool relax;
} wanted;

/* The last line is of this account, and says this. */
static void
expect_line(world *w, const char *path, const account *a, const wanted *x)
{
    json_t *line = line_from_behind(path, 0);
    char *id = client_read(w->as[ROOT], a->dn, "entryUUID");

    expect_field(line, "event", x->event);
    expect_field(line, "login", a->uid);
    if (id != NULL)
        expect_field(line, "id", id);
    expect_field(line, "from", x->from);
    expect_field(line, "to", x->to);
    expect_field(line, "by", x->by);
    expect_field(line, "school", x->school);
    expect_field(line, "into", x->into);
    expect_field(line, "address", "127.0.0.1");
    expect_field(line, "peer", NULL);
    expect_field(line, "via", NULL);
    assert_int_equal(json_is_true(json_object_get(line, "relax")), x->relax);
    free(id);
    json_decref(line);
}

static char *names[N_ACTORS];

static void
name_actors(void)
{
    for (int i = 0; i < N_ACTORS; i++)
        if (names[i] == NULL)
            names[i] = actor_dn((actor)i);
}

/* ---- what is told ---- */

static void
letters_and_passwords_are_told(void **state)
{
    world *w = *state;
    char *path = new_trail(w);
    account a = new_guardian(w, COLLEGE);
    LDAP *self;
    char new[96];

    /* The child comes first, then the guardian, or the other way round. */
    REQUIRE(count_lines(path) == 2);
    step_inform(w, &a, HEAD1);
    expect_line(w, path, &a,
        &(wanted){"inform", "uninformed", "informed", names[HEAD1], COLLEGE_UAI,
            NULL, false});
    step_activate(w, &a);
    expect_line(w, path, &a,
        &(wanted){"activate", "informed", "active", a.dn, NULL, NULL, false});
    self = client_login(&w->server, a.dn, a.password);
    fresh_password(w, new);
    expect_ok(client_password(self, a.dn, a.password, new));
    client_close(self);
    expect_line(w, path, &a,
        &(wanted){"change", "active", "active", a.dn, NULL, NULL, false});
    client_sends(w->as[ACADEMY], SENDS_RELAX, NULL);
    fresh_password(w, new);
    expect_ok(
        client_replace(w->as[ACADEMY], a.dn, "userPassword", new, strlen(new)));
    client_sends(w->as[ACADEMY], SENDS_PPOLICY, NULL);
    expect_line(w, path, &a,
        &(wanted){"academy-reset", "active", "reset", names[ACADEMY], NULL,
            NULL, true});
    free(path);
}

static void
states_and_locks_are_told(void **state)
{
    world *w = *state;
    account a = guardian_in(w, "active");
    char *path = new_trail(w);

    step_state(w, &a, ASSISTANCE, "suspended");
    expect_line(w, path, &a,
        &(wanted){"suspend", "active", "suspended", names[ASSISTANCE], NULL,
            NULL, false});
    step_state(w, &a, ASSISTANCE, "active");
    expect_line(w, path, &a,
        &(wanted){"resume", "suspended", "active", names[ASSISTANCE], NULL,
            NULL, false});
    expect_ok(client_modify(w->as[ASSISTANCE], a.dn,
        "replace: pwdAccountLockedTime\npwdAccountLockedTime: "
        "000001010000Z\n"));
    expect_line(w, path, &a,
        &(wanted){
            "lock", "active", "active", names[ASSISTANCE], NULL, NULL, false});
    expect_ok(
        client_modify(w->as[HEAD1], a.dn, "delete: pwdAccountLockedTime\n"));
    expect_line(w, path, &a,
        &(wanted){"unlock", "active", "active", names[HEAD1], COLLEGE_UAI, NULL,
            false});
    bind_wrongly(&w->server, &a, GUESSED, FAILURES);
    free(client_await(w->as[ROOT], a.dn, "pwdAccountLockedTime"));
    for (deadline d = deadline_in(20); count_lines(path) < 5;)
        deadline_wait(&d, "the line of the lock");
    expect_line(w, path, &a,
        &(wanted){
            "lock-out", "active", "active", "anonymous", NULL, NULL, false});
    step_state(w, &a, PROVISIONER, "closed");
    expect_line(w, path, &a,
        &(wanted){"close", "active", "closed", names[PROVISIONER], NULL, NULL,
            false});
    expect_ok(client_delete(w->as[ROOT], a.dn));
    expect_line(w, path, &a,
        &(wanted){"delete", "closed", "none", names[ROOT], NULL, NULL, false});
    free(path);
}

static void
families_are_told(void **state)
{
    world *w = *state;
    account kept = guardian_in(w, "active"), other = guardian_in(w, "informed");
    account child = {.uid = ""};
    LDAP *self = client_login(&w->server, kept.dn, kept.password);
    char *path = new_trail(w);
    char *uid = client_read(w->as[ROOT], kept.child, "uid");

    expect_ok(client_merge(self, other.uid, other.password));
    expect_line(w, path, &other,
        &(wanted){
            "merge", "informed", "closed", kept.dn, NULL, kept.dn, false});
    expect_ok(client_contest(self, kept.child));
    snprintf(child.uid, sizeof(child.uid), "%s", uid);
    snprintf(child.dn, sizeof(child.dn), "%s", kept.child);
    expect_line(w, path, &child,
        &(wanted){"contest", "uninformed", "uninformed", kept.dn, NULL, kept.dn,
            false});
    client_close(self);
    free(uid);
    free(path);
}

static void
a_claim_is_told(void **state)
{
    world *w = *state;
    account a = new_guardian(w, COLLEGE);
    char *path = new_trail(w), *birth, *sn, *given;
    claim_data c = {"0612349977", NULL, NULL, NULL, "Primevere-2026-Or", NULL};

    expect_ok(client_modify(
        w->as[PROVISIONER], a.dn, "replace: mobile\nmobile: %s\n", c.mobile));
    c.sn = sn = client_read(w->as[ROOT], a.dn, "sn");
    c.given_name = given = client_read(w->as[ROOT], a.dn, "givenName");
    c.dates = birth = client_read(w->as[ROOT], a.child, "educonnectBirthDate");
    expect_ok(client_claim(w->as[REGISTRAR], &c));
    expect_line(w, path, &a,
        &(wanted){"claim", "uninformed", "active", names[REGISTRAR], NULL, NULL,
            false});
    free(birth);
    free(given);
    free(sn);
    free(path);
}

static void
a_new_hash_is_told(void **state)
{
    world *w = *state;
    account a = guardian_in(w, "active");
    char *path = new_trail(w);

    expect_ok(world_configure(w,
        "replace: olcEduconnectHash\n"
        "olcEduconnectHash: memory=256 time=1 parallelism=1\n"));
    expect_ok(bind_once(&w->server, a.dn, a.password));
    expect_line(w, path, &a,
        &(wanted){"rehash", "active", "active", a.dn, NULL, NULL, false});
    expect_ok(bind_once(&w->server, a.dn, a.password));
    assert_int_equal(count_lines(path), 1);
    free(path);
}

/* Who bound, where somebody acts for another. */
static void
who_speaks_for_another_is_told(void **state)
{
    world *w = *state;
    account a = guardian_in(w, "active");
    char *path = new_trail(w);
    json_t *line;

    expect_ok(client_modify(w->as[ROOT], names[REGISTRAR],
        "replace: authzTo\nauthzTo: dn.exact:%s\n", names[ASSISTANCE]));
    client_sends(w->as[REGISTRAR], SENDS_PROXY, names[ASSISTANCE]);
    step_state(w, &a, REGISTRAR, "suspended");
    line = line_from_behind(path, 0);
    expect_field(line, "by", names[ASSISTANCE]);
    expect_field(line, "via", names[REGISTRAR]);
    json_decref(line);
    client_sends(w->as[REGISTRAR], SENDS_PPOLICY, NULL);
    free(path);
}

static void
refused_is_not_told(void **state)
{
    world *w = *state;
    account a = guardian_in(w, "active");
    char *path = new_trail(w);

    expect(client_password(w->as[HEAD1], a.dn, NULL, NULL), 53, "G02");
    expect(client_modify(w->as[STRANGER], a.dn,
               "replace: educonnectState\neduconnectState: closed\n"),
        50, "A02");
    expect(bind_once(&w->server, a.dn, WRONG), 49, "");
    expect_ok(bind_once(&w->server, a.dn, a.password));
    assert_int_equal(count_lines(path), 0);
    free(path);
}

/* ---- from where ---- */

static void
a_portal_and_its_client_are_told(void **state)
{
    world *w = *state;
    account a = guardian_in(w, "active");
    char *path = new_trail(w);
    struct berval session = {0, (char *)""};
    LDAPControl *control = NULL, *controls[2] = {NULL, NULL};
    json_t *line;

    expect_ok(world_configure(w, "replace: olcEduconnectGateProxies\n"
                                 "olcEduconnectGateProxies: 127.0.0.1\n"));
    assert_int_equal(
        ldap_create_session_tracking_control(w->as[ASSISTANCE],
            (char *)"192.0.2.9", (char *)"portal",
            (char *)LDAP_CONTROL_X_SESSION_TRACKING_RADIUS_ACCT_SESSION_ID,
            &session, &control),
        LDAP_SUCCESS);
    controls[0] = control;
    assert_int_equal(
        ldap_set_option(w->as[ASSISTANCE], LDAP_OPT_SERVER_CONTROLS, controls),
        LDAP_OPT_SUCCESS);
    step_state(w, &a, ASSISTANCE, "suspended");
    line = line_from_behind(path, 0);
    expect_field(line, "address", "192.0.2.9");
    expect_field(line, "peer", "127.0.0.1");
    json_decref(line);
    /* Who is not believed is himself. */
    expect_ok(world_configure(w, "replace: olcEduconnectGateProxies\n"
                                 "olcEduconnectGateProxies: 192.0.2.1\n"));
    step_state(w, &a, ASSISTANCE, "active");
    line = line_from_behind(path, 0);
    expect_field(line, "address", "127.0.0.1");
    expect_field(line, "peer", NULL);
    json_decref(line);
    ldap_control_free(control);
    client_sends(w->as[ASSISTANCE], SENDS_PPOLICY, NULL);
    free(path);
}

static void
a_value_is_never_more_than_a_value(void **state)
{
    static const char *const logins[] = {"x\",\"by\":\"y", "x\n{\"event\":1}",
        "x\\", "zo\xc3\xa9\xe2\x80\xae", "x\x1b[31m"};
    world *w = *state;
    char *path = new_trail(w);

    for (size_t i = 0; i < sizeof(logins) / sizeof(logins[0]); i++) {
        char *uid = client_line("uid", logins[i]);
        json_t *line;
        answer r = client_ldif(w->as[PROVISIONER],
            "dn: cn=odd%zu," PEOPLE "\nobjectClass: inetOrgPerson\n"
            "objectClass: educonnectLegalGuardian\ncn: odd%zu\nsn: Odd\n%s",
            i, i, uid);

        expect_ok(r);
        assert_int_equal(count_lines(path), i + 1);
        line = line_from_behind(path, 0);
        expect_field(line, "login", logins[i]);
        expect_field(line, "by", names[PROVISIONER]);
        json_decref(line);
        free(uid);
    }
    free(path);
}

/* ---- files that come and go ---- */

static void
suspend_and_resume(world *w, account *a)
{
    step_state(w, a, ASSISTANCE, "suspended");
    step_state(w, a, ASSISTANCE, "active");
}

static void
rotation_loses_nothing(void **state)
{
    world *w = *state;
    account a = guardian_in(w, "active");
    char *path = new_trail(w), *moved = text_of("%s.1", path);
    struct stat st;

    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777 & ~0640U, 0);
    suspend_and_resume(w, &a);
    assert_int_equal(rename(path, moved), 0);
    suspend_and_resume(w, &a);
    assert_int_equal(count_lines(moved), 2);
    assert_int_equal(count_lines(path), 2);
    /* logrotate's create, and its copytruncate. */
    assert_int_equal(rename(path, moved), 0);
    write_file(path, "");
    suspend_and_resume(w, &a);
    assert_int_equal(count_lines(path), 2);
    assert_int_equal(truncate(path, 0), 0);
    suspend_and_resume(w, &a);
    assert_int_equal(count_lines(path), 2);
    json_decref(line_from_behind(path, 1));
    free(moved);
    free(path);
}

static void
what_cannot_be_written_refuses_nothing(void **state)
{
    world *w = *state;
    account a = guardian_in(w, "active");
    char *folder = server_path(&w->server, "logs");
    char *away = server_path(&w->server, "logs-away");
    char *path = text_of("%s/audit", folder), *log;

    assert_int_equal(mkdir(folder, 0700), 0);
    keep_trail(w, path);
    suspend_and_resume(w, &a);
    assert_int_equal(rename(folder, away), 0);
    suspend_and_resume(w, &a);
    suspend_and_resume(w, &a);
    assert_int_equal(
        monitor_counter(w, "educonnectMonitorAudit", "failing"), 1);
    assert_int_equal(monitor_counter(w, "educonnectMonitorAudit", "lost"), 4);
    assert_int_equal(rename(away, folder), 0);
    suspend_and_resume(w, &a);
    assert_int_equal(count_lines(path), 4);
    assert_int_equal(
        monitor_counter(w, "educonnectMonitorAudit", "failing"), 0);
    /* A name that is no plain file's any more. */
    assert_int_equal(unlink(path), 0);
    assert_int_equal(symlink("/etc/hostname", path), 0);
    step_state(w, &a, ASSISTANCE, "suspended");
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkfifo(path, 0600), 0);
    step_state(w, &a, ASSISTANCE, "active");
    assert_int_equal(monitor_counter(w, "educonnectMonitorAudit", "lost"), 6);
    log = server_log(&w->server);
    REQUIRE(strstr(log, "the audit trail cannot be written to") != NULL);
    REQUIRE(strstr(log, "again; 4 lines were lost") != NULL);
    REQUIRE(strstr(log, "it is a symbolic link") != NULL);
    free(log);
    assert_int_equal(unlink(path), 0);
    free(path);
    free(away);
    free(folder);
}

/* A trail that goes elsewhere, or is kept no more, lacks no line. */
static void
it_fails_no_longer_than_it_is_kept(void **state)
{
    world *w = *state;
    account a = guardian_in(w, "active");
    char *folder = server_path(&w->server, "elsewhere");
    char *path = text_of("%s/audit", folder);

    for (int none = 0; none < 2; none++) {
        assert_int_equal(mkdir(folder, 0700), 0);
        keep_trail(w, path);
        assert_int_equal(unlink(path), 0);
        assert_int_equal(rmdir(folder), 0);
        suspend_and_resume(w, &a);
        assert_int_equal(
            monitor_counter(w, "educonnectMonitorAudit", "failing"), 1);
        if (none)
            expect_ok(world_configure(w, "delete: olcEduconnectAudit\n"));
        else
            keep_trail(w, "syslog");
        suspend_and_resume(w, &a);
        assert_int_equal(
            monitor_counter(w, "educonnectMonitorAudit", "failing"), 0);
    }
    free(path);
    free(folder);
}

static void
it_comes_and_goes_at_run_time(void **state)
{
    world *w = *state;
    account a = guardian_in(w, "active");
    char *first = new_trail(w), *second, *link, *refused;

    suspend_and_resume(w, &a);
    second = new_trail(w);
    suspend_and_resume(w, &a);
    assert_int_equal(count_lines(first), 2);
    assert_int_equal(count_lines(second), 2);
    link = text_of("%s-link", second);
    assert_int_equal(symlink(second, link), 0);
    refused =
        text_of("replace: olcEduconnectAudit\nolcEduconnectAudit: %s\n", link);
    expect(world_configure(w, "%s", refused), 80, "");
    expect(world_configure(w, "replace: olcEduconnectAudit\n"
                              "olcEduconnectAudit: /nonexistent/audit.log\n"),
        80, "");
    suspend_and_resume(w, &a);
    assert_int_equal(count_lines(second), 4);
    keep_trail(w, "syslog");
    suspend_and_resume(w, &a);
    expect_ok(world_configure(w, "delete: olcEduconnectAudit\n"));
    suspend_and_resume(w, &a);
    assert_int_equal(count_lines(first) + count_lines(second), 6);
    free(refused);
    free(link);
    free(second);
    free(first);
}

/* A disk without room takes the beginning of a line. What stands for one: slapd
 * may write no file beyond this size, and the trail is nearly as long. */
#define ROOM (64L * 1024 * 1024)
#define REST 50

static void
a_full_disk_cuts_one_line_and_no_other(void **state)
{
    static const setup how = {.ldapi = false};
    struct rlimit limit = {ROOM, ROOM};
    const char *wrapper = getenv("EDC_SLAPD_WRAPPER");
    world w = {.serial = 0};
    account a;
    char *path, *text;
    size_t length;

    (void)state;
    /* Under valgrind it is valgrind's to run. */
    if (wrapper != NULL && wrapper[0] != '\0')
        skip();
    setenv("EDC_SLAPD_WRAPPER", "env --ignore-signal=XFSZ", 1);
    world_begin(&w, &how);
    unsetenv("EDC_SLAPD_WRAPPER");
    a = guardian_in(&w, "active");
    path = new_trail(&w);
    assert_int_equal(truncate(path, ROOM - REST), 0);
    assert_int_equal(prlimit(w.server.pid, RLIMIT_FSIZE, &limit, NULL), 0);
    suspend_and_resume(&w, &a);
    assert_int_equal(monitor_counter(&w, "educonnectMonitorAudit", "lost"), 2);
    text = read_file(path, &length);
    assert_int_equal(length, ROOM);
    REQUIRE(strncmp(text + ROOM - REST, "{\"time\":", 8) == 0);
    free(text);
    /* Somebody makes room, and keeps the end: it is no part of a line. */
    write_file(path, "{\"time\":\"20");
    suspend_and_resume(&w, &a);
    assert_int_equal(count_lines(path), 3);
    json_decref(line_from_behind(path, 0));
    json_decref(line_from_behind(path, 1));
    assert_int_equal(
        monitor_counter(&w, "educonnectMonitorAudit", "failing"), 0);
    free(path);
    world_end(&w);
}

/* ---- secrets ---- */

/* Whether a text has this, in clear or in base64. */
static void
expect_unseen(const char *text, const char *secret)
{
    if (secret != NULL && secret[0] != '\0' && strstr(text, secret) != NULL)
        FAIL("the trail has the secret %s", secret);
}

static void
one_life(world *w, unsigned seed, char **seen, size_t *n)
{
    account a =
        seed % 2 == 0 ? student_in(w, "active") : guardian_in(w, "active");
    LDAP *self = client_login(&w->server, a.dn, a.password);
    char new[96];
    answer made;

    seen[(*n)++] = strdup(a.provisional);
    seen[(*n)++] = strdup(a.password);
    seen[(*n)++] = client_read(w->as[ROOT], a.dn, "userPassword");
    fresh_password(w, new);
    expect_ok(client_password(self, a.dn, a.password, new));
    client_close(self);
    seen[(*n)++] = strdup(new);
    seen[(*n)++] = client_read(w->as[ROOT], a.dn, "userPassword");
    bind_wrongly(&w->server, &a, GUESSED, (int)(seed % FAILURES));
    made = client_password(w->as[ACADEMY], a.dn, NULL, NULL);
    expect_ok(made);
    seen[(*n)++] = strdup(made.made);
    seen[(*n)++] = client_read(w->as[ROOT], a.dn, "userPassword");
    seen[(*n)++] = client_read(w->as[ROOT], a.dn, "educonnectIne");
    if (seed % 3 == 0)
        expect_ok(client_modify(w->as[ROOT], a.dn,
            "replace: educonnectState\neduconnectState: closed\n"));
}

static void
no_secret_is_in_it(void **state)
{
    world *w = *state;
    char *path = new_trail(w), *text, *seen[12 * 8];
    size_t n = 0;

    for (unsigned i = 0; i < 12; i++)
        one_life(w, i, seen, &n);
    text = read_file(path, NULL);
    REQUIRE(count_lines(path) > 12 * 4);
    expect_unseen(text, WRONG);
    expect_unseen(text, "argon2");
    expect_unseen(text, "$argon");
    while (n > 0) {
        expect_unseen(text, seen[--n]);
        free(seen[n]);
    }
    free(text);
    free(path);
}

/* ---- other servers ---- */

static void
consumers_do_not_tell_it_again(void **state)
{
    replica_pair p;
    account a;
    char *path, *other, *dn;
    LDAP *config;

    (void)state;
    replica_pair_begin(&p, &replica_plain, "");
    path = new_trail(&p.provider);
    other = server_path(&p.consumer, "trail");
    config = client_login(&p.consumer, CONFIG_DN, CONFIG_PASSWORD);
    dn = world_overlay_dn(&p.provider);
    /* There is no syncprov before it. */
    strstr(dn, "{1}")[1] = '0';
    expect_ok(client_modify(config, dn,
        "replace: olcEduconnectAudit\nolcEduconnectAudit: %s\n", other));
    a = guardian_in(&p.provider, "active");
    suspend_and_resume(&p.provider, &a);
    replica_pair_meet(&p);
    REQUIRE(count_lines(path) > 4);
    assert_int_equal(count_lines(other), 0);
    client_close(config);
    free(dn);
    free(other);
    free(path);
    replica_pair_end(&p);
}

/* A lock by guesses at a consumer is the provider's to write. */
static void
a_lock_that_is_handed_on_is_told_once(void **state)
{
    trio t;
    account a;
    char *path, *other;
    json_t *line;

    (void)state;
    trio_begin(&t, TRIO_CHAINED, 2, NULL);
    a = guardian_in(&t.side[0], "active");
    trio_meet(&t);
    path = new_trail(&t.side[0]);
    other = new_trail(&t.side[1]);
    bind_wrongly(&t.side[1].server, &a, GUESSED, FAILURES);
    for (deadline d = deadline_in(60); count_lines(path) < 1;)
        deadline_wait(&d, "the line of the lock");
    trio_meet(&t);
    line = line_from_behind(path, 0);
    expect_field(line, "event", "lock-out");
    expect_field(line, "login", a.uid);
    expect_field(line, "from", "active");
    REQUIRE(json_object_get(line, "by") != NULL);
    assert_int_equal(count_lines(path), 1);
    assert_int_equal(count_lines(other), 0);
    json_decref(line);
    free(other);
    free(path);
    trio_end(&t);
}

static void
a_slapd_without_its_disk_starts(void **state)
{
    static char directives[512];
    static const setup how = {.directives = directives};
    world w = {.serial = 0};
    account a;
    char *log;

    (void)state;
    snprintf(directives, sizeof(directives),
        "%seduconnect-audit /nonexistent/audit.log\n", usual_directives());
    world_begin(&w, &how);
    a = guardian_in(&w, "active");
    expect_ok(bind_once(&w.server, a.dn, a.password));
    log = server_log(&w.server);
    REQUIRE(strstr(log, "the audit trail cannot be written to "
                        "\"/nonexistent/audit.log\": No such file") != NULL);
    free(log);
    world_end(&w);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(letters_and_passwords_are_told),
        cmocka_unit_test(states_and_locks_are_told),
        cmocka_unit_test(families_are_told),
        cmocka_unit_test(a_claim_is_told),
        cmocka_unit_test(a_new_hash_is_told),
        cmocka_unit_test(who_speaks_for_another_is_told),
        cmocka_unit_test(refused_is_not_told),
        cmocka_unit_test(a_portal_and_its_client_are_told),
        cmocka_unit_test(a_value_is_never_more_than_a_value),
        cmocka_unit_test(rotation_loses_nothing),
        cmocka_unit_test(what_cannot_be_written_refuses_nothing),
        cmocka_unit_test(it_fails_no_longer_than_it_is_kept),
        cmocka_unit_test(it_comes_and_goes_at_run_time),
        cmocka_unit_test(a_full_disk_cuts_one_line_and_no_other),
        cmocka_unit_test(no_secret_is_in_it),
        cmocka_unit_test(consumers_do_not_tell_it_again),
        cmocka_unit_test(a_lock_that_is_handed_on_is_told_once),
        cmocka_unit_test(a_slapd_without_its_disk_starts),
    };

    name_actors();
    return cmocka_run_group_tests(tests, begin, end_world);
}
