/* test_hash_others.c - hashes that are no account's: the rootdn's, those of
 * entries with several passwords, those that slapd itself asks for. They go
 * through the gate as well, and mean what they mean without it.
 *
 * How often the gate computed is read in cn=monitor.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"
#include "harness/gate.h"
#include "harness/pending.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#define SERVICE "uid=ent," STAFF_DN
#define WRONG "Faux-42-mot-du-tout"
#define THREADS 4
#define MANY 20

static int
begin(void **state)
{
    static const setup few = {
        .global = "threads 4\npassword-hash {ARGON2}\n", .holds = true};
    world *w = calloc(1, sizeof(*w));

    world_begin(w, &few);
    *state = w;
    return 0;
}

/* A password with its hash, as accounts have them. */
typedef struct secret {
    char clear[96];
    char *hash;
} secret;

static secret
make_secret(world *w)
{
    account a = student_in(w, "active");
    secret s = {.hash = client_read(w->as[ROOT], a.dn, "userPassword")};

    assert_non_null(s.hash);
    snprintf(s.clear, sizeof(s.clear), "%s", a.password);
    return s;
}

/* A bind that is answered like this after so many visits to the gate. */
static void
expect_bind(
    world *w, const char *dn, const char *password, int code, int visits)
{
    long before = gate_counter(w, "done");

    expect(bind_once(&w->server, dn, password), code, "");
    assert_int_equal(gate_counter(w, "done") - before, visits);
}

/* More of them wait than slapd has threads, and it answers everything else. */
static void
expect_parked(world *w, const char *dn)
{
    pending p[MANY];

    gate_configure(w, "1");
    gate_hold(w, true);
    for (size_t i = 0; i < MANY; i++) {
        pending_bind(&w->server, &p[i], dn, WRONG);
        if (i == 0)
            gate_held(w);
    }
    gate_await(w, "waiting", MANY - 1);
    for (int i = 0; i < 100; i++)
        expect_ok(client_search(w->as[ACADEMY], dn));
    assert_int_equal(gate_counter(w, "waiting"), MANY - 1);
    gate_hold(w, false);
    for (size_t i = 0; i < MANY; i++)
        assert_int_equal(pending_result(&p[i]), LDAP_INVALID_CREDENTIALS);
}

/* ---- the rootdn ---- */

static void
set_root(world *w, const char *dn, const char *rootpw)
{
    char *overlay = world_overlay_dn(w);

    expect_ok(client_modify(w->config, strchr(overlay, ',') + 1,
        "replace: olcRootDN\nolcRootDN: %s\n-\n"
        "replace: olcRootPW\nolcRootPW: %s\n",
        dn, rootpw));
    free(overlay);
}

static void
the_rootdn_waits_like_others(void **state)
{
    world *w = *state;
    secret root, own;
    char *dn = text_of("uid=racine,%s", STAFF_DN);

    gate_slow(w, true);
    root = make_secret(w);
    own = make_secret(w);
    gate_slow(w, false);
    set_root(w, dn, root.hash);
    expect_bind(w, dn, root.clear, LDAP_SUCCESS, 1);
    expect_bind(w, dn, WRONG, LDAP_INVALID_CREDENTIALS, 1);
    expect_ok(client_ldif(w->as[PROVISIONER],
        "dn: %s\nobjectClass: inetOrgPerson\nuid: racine\ncn: racine\n"
        "sn: racine\nuserPassword: %s\n",
        dn, own.hash));
    expect_bind(w, dn, root.clear, LDAP_SUCCESS, 1);
    expect_bind(w, dn, own.clear, LDAP_SUCCESS, 1);
    expect_bind(w, dn, WRONG, LDAP_INVALID_CREDENTIALS, 1);
    expect_parked(w, dn);
    set_root(w, ROOT_DN, ROOT_PASSWORD);
    expect_bind(w, dn, root.clear, LDAP_INVALID_CREDENTIALS, 1);
    free(root.hash);
    free(own.hash);
    free(dn);
}

/* An account that is the rootdn is judged by rootpw and the backend alone. */
static void
an_account_that_is_the_rootdn_is_not_judged(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");
    secret root = make_secret(w);
    LDAP *ld;

    step_state(w, &a, ACADEMY, "suspended");
    set_root(w, a.dn, root.hash);
    expect_bind(w, a.dn, root.clear, LDAP_SUCCESS, 1);
    expect_bind(w, a.dn, a.password, LDAP_SUCCESS, 1);
    for (int i = 0; i < 12; i++)
        expect_bind(w, a.dn, WRONG, LDAP_INVALID_CREDENTIALS, 1);
    ld = client_login(&w->server, a.dn, root.clear);
    expect_ok(client_modify(ld, "uid=stranger," STAFF_DN,
        "replace: description\ndescription: by the rootdn\n"));
    client_close(ld);
    /* One that needs no hash gets none. */
    set_root(w, a.dn, ROOT_PASSWORD);
    expect_bind(w, a.dn, ROOT_PASSWORD, LDAP_SUCCESS, 0);
    expect_bind(w, a.dn, WRONG, LDAP_INVALID_CREDENTIALS, 1);
    set_root(w, ROOT_DN, ROOT_PASSWORD);
    expect(bind_once(&w->server, a.dn, a.password), LDAP_INVALID_CREDENTIALS,
        "S02");
    free(root.hash);
}

/* ---- several passwords ---- */

static void
each_of_several_passwords_opens(void **state)
{
    world *w = *state;
    char *quick = ssha_of("Troisieme-33-porte");
    secret one, two;

    gate_slow(w, true);
    one = make_secret(w);
    two = make_secret(w);
    gate_slow(w, false);
    expect_ok(client_ldif(w->as[PROVISIONER],
        "dn: " SERVICE "\nobjectClass: inetOrgPerson\nuid: ent\ncn: ent\n"
        "sn: ent\nuserPassword: %s\nuserPassword: %s\nuserPassword: %s\n",
        quick, one.hash, two.hash));
    expect_bind(w, SERVICE, one.clear, LDAP_SUCCESS, 1);
    expect_bind(w, SERVICE, two.clear, LDAP_SUCCESS, 1);
    expect_bind(w, SERVICE, "Troisieme-33-porte", LDAP_SUCCESS, 1);
    expect_bind(w, SERVICE, WRONG, LDAP_INVALID_CREDENTIALS, 1);
    expect_parked(w, SERVICE);
    expect_ok(
        client_ldif(w->as[ROOT], "dn: " SERVICE "\nchangetype: delete\n"));
    free(one.hash);
    free(two.hash);
    free(quick);
}

/* ---- what slapd itself hashes ---- */

static void
expect_password(
    world *w, const char *old, const char *new, int code, int visits)
{
    long before = gate_counter(w, "done");

    expect(client_password(w->as[ROOT], SERVICE, old, new), code, "");
    assert_int_equal(gate_counter(w, "done") - before, visits);
}

static void
slapd_hashes_behind_the_gate_where_there_is_room(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");
    pending p[2];
    char *stored;

    expect_ok(client_ldif(w->as[ROOT],
        "dn: " SERVICE "\nobjectClass: inetOrgPerson\nuid: ent\ncn: ent\n"
        "sn: ent\n"));
    expect_password(w, NULL, "Premiere-11-porte", LDAP_SUCCESS, 1);
    stored = client_read(w->as[ROOT], SERVICE, "userPassword");
    assert_memory_equal(stored, "{ARGON2}", 8);
    free(stored);
    expect_bind(w, SERVICE, "Premiere-11-porte", LDAP_SUCCESS, 1);
    expect_password(
        w, "Premiere-11-porte", "Deuxieme-22-porte", LDAP_SUCCESS, 2);
    expect_password(w, WRONG, "x", LDAP_UNWILLING_TO_PERFORM, 1);
    /* Without room it is done all the same, and never wrongly. */
    gate_configure(w, "1 queue=1");
    gate_slow(w, true);
    pending_bind(&w->server, &p[0], a.dn, WRONG);
    gate_await(w, "running", 1);
    pending_bind(&w->server, &p[1], a.dn, WRONG);
    gate_await(w, "waiting", 1);
    expect_ok(client_password(
        w->as[ROOT], SERVICE, "Deuxieme-22-porte", "Troisieme-33-porte"));
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(pending_result(&p[i]), LDAP_INVALID_CREDENTIALS);
    gate_slow(w, false);
    gate_configure(w, "1");
    expect_bind(w, SERVICE, "Troisieme-33-porte", LDAP_SUCCESS, 1);
    expect_ok(
        client_ldif(w->as[ROOT], "dn: " SERVICE "\nchangetype: delete\n"));
}

/* ---- two databases ---- */

#define NET "dc=example,dc=net"
#define NET_ADMIN "cn=admin," NET
#define NET_PASSWORD "net-secret"

/* The harness finds the first one's gate. */
static const setup two_databases = {.global = "threads 4\n",
    .holds = true,
    .databases = "database mdb\nsuffix " NET "\ndirectory %s/log-db\n"
                 "dbnosync\nrootdn " NET_ADMIN "\nrootpw " NET_PASSWORD "\n"
                 "overlay educonnect\n"
                 "educonnect-role provisioner dn=" NET_ADMIN "\n"
                 "educonnect-role academy dn=" NET_ADMIN "\n"
                 "educonnect-eligibility sn\n"
                 "educonnect-hash-slots 1\n"
                 "educonnect-hash memory=128 time=1\n"};

static void
add_to_net(LDAP *ld)
{
    expect_ok(client_ldif(ld,
        "dn: " NET "\nobjectClass: organization\nobjectClass: dcObject\n"
        "dc: example\no: net\n"));
    for (int i = 0; i < THREADS - 1; i++)
        expect_ok(client_ldif(ld,
            "dn: uid=net%d," NET "\nobjectClass: inetOrgPerson\n"
            "objectClass: educonnectStudent\nuid: net%d\ncn: Ines Karadec\n"
            "sn: Karadec\ngivenName: Ines\neduconnectIne: 12345678%dAB\n"
            "educonnectBirthDate: 2011-03-09\n",
            i, i, i));
}

/* A new letter, whose hash a worker waits for. */
static void
send_letter(pending *p, LDAP *ld, const char *dn)
{
    struct berval user = {strlen(dn), (char *)dn};

    p->ld = ld;
    REQUIRE(
        ldap_passwd(ld, &user, NULL, NULL, NULL, NULL, &p->id) == LDAP_SUCCESS);
}

static void
workers_that_wait_are_counted_together(void **state)
{
    world w = {.serial = 0};
    pending p[THREADS - 1];
    account a;
    LDAP *ld;

    (void)state;
    world_begin(&w, &two_databases);
    a = student_in(&w, "active");
    ld = client_login(&w.server, NET_ADMIN, NET_PASSWORD);
    add_to_net(ld);
    client_close(ld);
    gate_hold(&w, true);
    for (int i = 0; i < THREADS - 1; i++) {
        char *dn = text_of("uid=net%d," NET, i);

        send_letter(
            &p[i], client_login(&w.server, NET_ADMIN, NET_PASSWORD), dn);
        free(dn);
        if (i == 0)
            gate_held(&w);
    }
    gate_await(&w, "waiting", THREADS - 2);
    /* The last worker is kept free by the other database, too. */
    expect(client_password(w.as[ACADEMY], a.dn, NULL, NULL), LDAP_BUSY, "B01");
    gate_hold(&w, false);
    for (int i = 0; i < THREADS - 1; i++)
        assert_int_equal(pending_result(&p[i]), LDAP_SUCCESS);
    expect_ok(client_password(w.as[ACADEMY], a.dn, NULL, NULL));
    world_end(&w);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_rootdn_waits_like_others),
        cmocka_unit_test(an_account_that_is_the_rootdn_is_not_judged),
        cmocka_unit_test(each_of_several_passwords_opens),
        cmocka_unit_test(slapd_hashes_behind_the_gate_where_there_is_room),
        cmocka_unit_test(workers_that_wait_are_counted_together),
    };

    return cmocka_run_group_tests(tests, begin, end_world);
}
