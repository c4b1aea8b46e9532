/* test_shutdown.c - slapd is told to end at any moment, with everything under
 * way that the overlay does later or elsewhere: binds that wait for the gate,
 * links to be taken out, services to be read, changes of passwords, the overlay
 * itself being taken away. It ends by itself with status 0, no thread of the
 * module's is left (tests/modules/threads_left.c), what is stored is whole, and
 * nothing that searches have kept is left.
 *
 * EDC_STOPS says how often; `make check-long` plays 500.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

#include "harness/launch.h"
#include "harness/links.h"
#include "harness/pending.h"
#include "harness/replica.h"

#define STOPS 24
#define GONE 8
#define BINDS 6
#define WISHES 4
#define WRONG "Faux-42-mot-du-tout"
#define SLOW                                                                   \
    "educonnect-hash memory=8192 time=2 parallelism=1\n"                       \
    "educonnect-hash-slots 1\n"
#define SERVICE "cn=Folios," SUFFIX

/* A request whose answer nobody waits for. */
typedef struct load {
    pending binds[BINDS];
    LDAP *staff, *config, *holder, *reader;
    char password[96]; /* that the holder changes to */
} load;

static unsigned seed;

static unsigned
chance(unsigned n)
{
    return (unsigned)rand_r(&seed) % n;
}

static void
wait_some(unsigned most)
{
    struct timespec t = {0, (long)chance(most * 1000) * 1000};

    nanosleep(&t, NULL);
}

/* ---- requests ---- */

static void
send_delete(LDAP *ld, const char *dn)
{
    int id;

    REQUIRE(ldap_delete_ext(ld, dn, NULL, NULL, &id) == LDAP_SUCCESS);
}

static void
send_replace(LDAP *ld, const char *dn, const char *attribute, char *value)
{
    char *values[] = {value, NULL};
    LDAPMod mod = {.mod_op = LDAP_MOD_REPLACE,
        .mod_type = (char *)attribute,
        .mod_values = values};
    LDAPMod *mods[] = {&mod, NULL};
    int id;

    REQUIRE(ldap_modify_ext(ld, dn, mods, NULL, NULL, &id) == LDAP_SUCCESS);
}

static void
send_search(LDAP *ld, const char *attribute)
{
    char *attributes[] = {(char *)attribute, NULL};
    int id;

    REQUIRE(ldap_search_ext(ld, PEOPLE, LDAP_SCOPE_SUBTREE, "(uid=*)",
                attributes, 0, NULL, NULL, NULL, 0, &id) == LDAP_SUCCESS);
}

/* ---- one round ---- */

/* Guardians with a child each, deleted one after the other: the links are to be
 * taken out, and that waits for the last of the writes. */
static void
begin_cleaning(world *w, load *l, account *guardians, size_t n)
{
    for (size_t i = 0; i < n; i++)
        guardians[i] = new_guardian(w, COLLEGE);
    for (size_t i = 0; i < n; i++)
        send_delete(l->staff, guardians[i].dn);
}

static void
begin_load(world *w, load *l, const account *a, const account *b)
{
    account guardians[3];

    l->staff = w->as[PROVISIONER];
    l->config = w->config;
    l->holder = client_login(&w->server, b->dn, b->password);
    l->reader = actor_login(&w->server, ACADEMY);
    begin_cleaning(w, l, guardians, 1 + chance(3));
    for (size_t i = 0; i < BINDS; i++)
        pending_bind(&w->server, &l->binds[i], a->dn,
            chance(2) == 0 ? WRONG : a->password);
    send_replace(l->staff, SERVICE, "labeledURI", "https://x.example.org/");
    send_search(l->reader, "educonnectServiceAccess");
    send_search(l->reader, "+");
    fresh_password(w, l->password);
    send_replace(l->holder, b->dn, "userPassword", l->password);
}

static void
end_load(world *w, load *l)
{
    for (size_t i = 0; i < BINDS; i++)
        client_close(l->binds[i].ld);
    client_close(l->holder);
    client_close(l->reader);
    client_close(w->as[PROVISIONER]);
    client_close(w->config);
    w->as[PROVISIONER] = w->config = NULL;
}

static void
take_overlay_away(world *w)
{
    char *overlay = world_overlay_dn(w);
    int id;

    REQUIRE(
        ldap_delete_ext(w->config, overlay, NULL, NULL, &id) == LDAP_SUCCESS);
    free(overlay);
}

/* Told to end gently (gentlehup), slapd waits for its clients to go. */
static void
stop_somehow(world *w, load *l)
{
    static const int signals[] = {SIGTERM, SIGINT, SIGHUP};
    int signal = signals[chance(3)];

    wait_some(60);
    if (signal != SIGHUP) {
        server_stop_by(&w->server, signal);
        end_load(w, l);
        return;
    }
    server_check_alive(&w->server);
    kill(w->server.pid, SIGHUP);
    wait_some(10);
    end_load(w, l);
    server_await_end(&w->server);
}

static void
start_again(world *w)
{
    server_start(&w->server);
    w->as[PROVISIONER] = actor_login(&w->server, PROVISIONER);
    w->config = client_login(&w->server, CONFIG_DN, CONFIG_PASSWORD);
}

/* Both directions of the links say the same, and the account opens with the
 * password that it had or the one that was on its way. */
static void
check_stored(world *w, const load *l, account *b)
{
    LDAP *ld = actor_login(&w->server, ACADEMY);
    char why[400];

    assert_int_equal(read_both_directions(ld, why, sizeof(why)), LDAP_SUCCESS);
    assert_string_equal(why, "");
    client_close(ld);
    if (bind_once(&w->server, b->dn, b->password).code == LDAP_SUCCESS)
        return;
    memcpy(b->password, l->password, sizeof(b->password));
    expect_ok(bind_once(&w->server, b->dn, b->password));
}

static int
begin(void **state)
{
    static setup slow = {.global = "gentlehup on\n"};
    world *w = calloc(1, sizeof(*w));

    slow.directives = text_of("%s" SLOW, usual_roles());
    world_begin(w, &slow);
    expect_ok(client_ldif(w->as[PROVISIONER],
        "dn: " SERVICE "\nobjectClass: applicationProcess\n"
        "objectClass: educonnectService\ncn: Folios\n"
        "labeledURI: https://folios.example.org/\n"
        "educonnectAudience: student\neduconnectSchoolLevel: college\n"));
    *state = w;
    return 0;
}

static void
ends_cleanly_at_any_moment(void **state)
{
    world *w = *state;
    const char *wanted = getenv("EDC_STOPS");
    long stops = wanted != NULL ? atol(wanted) : STOPS;
    account a = student_in(w, "active"), b = student_in(w, "active");

    seed = (unsigned)time(NULL);
    printf("%ld stops, seed %u\n", stops, seed);
    for (int who = 0; who < N_ACTORS; who++) {
        if (who == PROVISIONER)
            continue;
        client_close(w->as[who]);
        w->as[who] = NULL;
    }
    for (long i = 0; i < stops; i++) {
        load l;

        begin_load(w, &l, &a, &b);
        if (chance(3) == 0)
            take_overlay_away(w);
        stop_somehow(w, &l);
        start_again(w);
        check_stored(w, &l, &b);
    }
}

/* Changes of the configuration, each of which wants slapd to pause, one after
 * the other. */
static void
begin_wishes(world *w, LDAP *ld[WISHES])
{
    for (int i = 0; i < WISHES; i++) {
        ld[i] = client_login(&w->server, CONFIG_DN, CONFIG_PASSWORD);
        for (int n = 0; n < WISHES; n++)
            send_replace(ld[i], "cn=config", "olcIdleTimeout", "3000");
    }
}

/* Taken away and put back by cn=config, with as much under way, time and
 * again, while others want slapd to pause; then slapd ends. */
static void
ends_cleanly_after_the_overlay_went(void **state)
{
    world *w = *state;
    account a = student_in(w, "active"), b = student_in(w, "active");
    char *dn = world_overlay_dn(w), *parent = strchr(dn, ',') + 1;

    for (int i = 0; i < GONE; i++) {
        LDAP *wishes[WISHES];
        load l;

        begin_load(w, &l, &a, &b);
        wait_some(60);
        begin_wishes(w, wishes);
        expect_ok(client_ldif(w->config, "dn: %s\nchangetype: delete\n", dn));
        expect_ok(client_ldif(w->config,
            "dn: olcOverlay=educonnect,%s\nobjectClass: olcOverlayConfig\n"
            "objectClass: olcEduconnectConfig\nolcOverlay: educonnect\n"
            "olcEduconnectHash: memory=8192 time=2\n"
            "olcEduconnectHashSlots: 1\n"
            "olcEduconnectRole: provisioner dn=uid=provisioner," STAFF_DN "\n",
            parent));
        end_load(w, &l);
        for (int n = 0; n < WISHES; n++)
            client_close(wishes[n]);
        w->as[PROVISIONER] = actor_login(&w->server, PROVISIONER);
        w->config = client_login(&w->server, CONFIG_DN, CONFIG_PASSWORD);
        check_stored(w, &l, &b);
    }
    server_stop(&w->server);
    free(dn);
}

/* The module that looks sees one that is left, and is loaded here. */
static void
a_thread_that_is_left_is_seen(void **state)
{
    static const setup bare = {.without = true};
    char *path = launch_test_module("threads_left"), *conf, *text, *at;
    server s;
    int status = 0;

    (void)state;
    assert_non_null(path);
    server_prepare(&s, &bare);
    conf = server_path(&s, "slapd.conf");
    text = read_file(conf, NULL);
    at = strstr(text, path);
    assert_non_null(at);
    at += strlen(path);
    at = text_of("%.*s leave%s", (int)(at - text), text, at);
    write_file(conf, at);
    server_start(&s);
    kill(s.pid, SIGTERM);
    assert_int_equal(waitpid(s.pid, &status, 0), s.pid);
    s.pid = 0;
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 70);
    server_finish(&s);
    free(at);
    free(text);
    free(conf);
    free(path);
}

/* Of a slapd that closes LMDB meanwhile, with whatever configuration. */
static void
a_worker_that_ends_late_is_no_fault(void **state)
{
    static const setup bare = {.without = true};
    LDAP *root;
    char *log;
    server s;

    (void)state;
    server_prepare(&s, &bare);
    s.late = true;
    server_start(&s);
    root = client_login(&s, ROOT_DN, ROOT_PASSWORD);
    expect_ok(client_ldif(root,
        "dn: " SUFFIX "\nobjectClass: dcObject\n"
        "objectClass: organization\no: Tests\ndc: example\n"));
    expect_ok(client_search(root, SUFFIX));
    client_close(root);
    server_stop(&s);
    log = server_log(&s);
    assert_non_null(strstr(log, "a thread that slapd had forgotten"));
    free(log);
    server_finish(&s);
}

/* ---- what nobody gives back ---- */

/* A consumer that comes again with what it knows: syncprov sends the rest of a
 * list from its response to a result. Under AddressSanitizer the log tells what
 * the searches within have left. */
static void
refreshes_leave_nothing_behind(void **state)
{
    account a;
    char *csn, *command;
    world w;

    (void)state;
    world_begin(&w, &replica_plain);
    a = new_student(&w, COLLEGE);
    csn = client_read(w.as[ROOT], a.dn, "entryCSN");
    a = new_student(&w, COLLEGE);
    command = text_of("ldapsearch -x -H %s -D " ROOT_DN " -w " ROOT_PASSWORD
                      " -b " SUFFIX " -E '!sync=ro/rid=001,csn=%s' uid |"
                      " grep -q '^uid: %s$'",
        w.server.url, csn, a.uid);
    for (int i = 0; i < 3; i++)
        assert_int_equal(system(command), 0);
    free(command);
    free(csn);
    world_end(&w);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            ends_cleanly_at_any_moment, begin, end_world),
        cmocka_unit_test_setup_teardown(
            ends_cleanly_after_the_overlay_went, begin, end_world),
        cmocka_unit_test(a_thread_that_is_left_is_seen),
        cmocka_unit_test(a_worker_that_ends_late_is_no_fault),
        cmocka_unit_test(refreshes_leave_nothing_behind),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
