/* test_ceiling.c - a stored hash that asks for too much is never computed.
 *
 * Nothing is timed: slapd's peak of memory in /proc tells whether two gigabytes
 * were ever touched.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* 2 GiB, four passes; whatever password it is of. */
#define COSTLY                                                                 \
    "{ARGON2}$argon2id$v=19$m=2097152,t=4,p=1$c2FsdHNhbHRzYWx0$"               \
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

#define COSTLY_DN "uid=couteux," PEOPLE

/* Memory that a bind may cost at most here, in KiB. */
#define ALLOWANCE 65536

static int
world_with_costly_hash(void **state)
{
    static const setup import = {
        .directives =
            "educonnect-role provisioner dn=uid=provisioner," STAFF_DN "\n"
            "educonnect-role registrar dn=uid=registrar," STAFF_DN "\n"
            "educonnect-role assistance group=cn=helpdesk," STAFF_DN "\n"
            "educonnect-role academy dn=uid=academy," STAFF_DN "\n"
            "educonnect-hash memory=64 time=1 parallelism=1\n"
            "educonnect-import-schemes {ARGON2} {SSHA}\n"};
    world *w = calloc(1, sizeof(*w));
    char *output = NULL;

    *state = w;
    world_begin(w, &import);
    server_stop(&w->server);
    if (server_tool(&w->server,
            "dn: " COSTLY_DN "\nobjectClass: inetOrgPerson\n"
            "objectClass: educonnectStudent\nuid: couteux\ncn: Per Gall\n"
            "sn: Gall\ngivenName: Per\neduconnectState: active\n"
            "educonnectActivatedBy: letter\nuserPassword: " COSTLY "\n",
            &output, "slapadd", "-b %s", SUFFIX) != 0)
        FAIL("slapadd: %s", output);
    free(output);
    server_start(&w->server);
    world_login(w);
    return 0;
}

static void
refused_at_write_by_everyone(void **state)
{
    static const struct {
        actor who;
        const char *codes;
    } cases[] = {
        {PROVISIONER, "P11"}, {ROOT, "P10"}, {ACADEMY, "P10"}, {HEAD1, "P10"}};
    world *w = *state;
    account a = student_in(w, "uninformed");

    for (size_t i = 0; i < 4; i++)
        expect(client_modify(w->as[cases[i].who], a.dn,
                   "replace: userPassword\nuserPassword: " COSTLY "\n"),
            LDAP_CONSTRAINT_VIOLATION, cases[i].codes);
    expect(client_ldif(w->as[PROVISIONER],
               "dn: uid=cher," PEOPLE "\nobjectClass: inetOrgPerson\n"
               "objectClass: educonnectLegalGuardian\nuid: cher\ncn: A Gall\n"
               "sn: Gall\nuserPassword: " COSTLY "\n"),
        LDAP_CONSTRAINT_VIOLATION, "P11");
    expect_stored(w->as[ROOT], a.dn, "userPassword", NULL);
    assert_int_equal(client_count(w->as[ROOT], PEOPLE, "(uid=cher)"), 0);
}

static void
expect_no_memory(world *w, long before, const char *what)
{
    long after = server_status_kib(&w->server, "VmHWM");

    if (before <= 0 || after - before > ALLOWANCE)
        FAIL("%s took %ld KiB, then %ld", what, before, after);
}

static void
a_bind_computes_nothing(void **state)
{
    world *w = *state;
    long before = server_status_kib(&w->server, "VmHWM");
    LDAP *ld = client_open(&w->server);
    answer a = client_bind(ld, COSTLY_DN, "Nimporte-Lequel-1");
    char *log;

    expect(a, LDAP_INVALID_CREDENTIALS, "");
    assert_string_equal(a.text, "");
    expect_no_memory(w, before, "a bind");
    log = server_log(&w->server);
    REQUIRE(strstr(log, "educonnect: ") != NULL);
    REQUIRE(strstr(log, "ceiling") != NULL);
    expect_stored(w->as[ROOT], COSTLY_DN, "userPassword", COSTLY);
    free(log);
    client_close(ld);
}

/* The other ways to have a stored hash verified. */
static void
nothing_else_computes_it_either(void **state)
{
    world *w = *state;
    long before = server_status_kib(&w->server, "VmHWM");
    LDAP *ld = client_open(&w->server), *academy;

    REQUIRE(client_bind_plain(ld, "couteux", "Nimporte-Lequel-1").code !=
            LDAP_SUCCESS);
    expect_no_memory(w, before, "SASL PLAIN");
    REQUIRE(
        client_password(ld, COSTLY_DN, "Nimporte-Lequel-1", "Iris-2026_Bleu")
            .code != LDAP_SUCCESS);
    REQUIRE(client_password(w->as[STRANGER], COSTLY_DN, "Nimporte-Lequel-1",
                "Iris-2026_Bleu")
                .code != LDAP_SUCCESS);
    REQUIRE(client_compare(
                w->as[ROOT], COSTLY_DN, "userPassword", "Nimporte-Lequel-1")
                .code == LDAP_INSUFFICIENT_ACCESS);
    academy = actor_login(&w->server, ACADEMY);
    client_sends(academy, SENDS_PPOLICY | SENDS_PROXY, COSTLY_DN);
    REQUIRE(client_password(
                academy, COSTLY_DN, "Nimporte-Lequel-1", "Iris-2026_Bleu")
                .code != LDAP_SUCCESS);
    REQUIRE(client_modify(academy, COSTLY_DN,
                "delete: userPassword\nuserPassword: Nimporte-Lequel-1\n-\n"
                "add: userPassword\nuserPassword: Iris-2026_Bleu\n")
                .code != LDAP_SUCCESS);
    expect_no_memory(w, before, "other ways");
    client_close(academy);
    client_close(ld);
}

/* The way out: somebody gives a new password; its history check must not
 * compute the old hash either. */
static void
a_reset_replaces_it_uncomputed(void **state)
{
    world *w = *state;
    long before = server_status_kib(&w->server, "VmHWM");

    expect_ok(
        client_password(w->as[ACADEMY], COSTLY_DN, NULL, "Iris-2026_Bleu"));
    expect_no_memory(w, before, "a reset");
    expect_ok(bind_once(&w->server, COSTLY_DN, "Iris-2026_Bleu"));
}

static void
imported_hashes_under_the_ceiling_bind(void **state)
{
    world *w = *state;
    account a = student_in(w, "uninformed");
    char *hash = ssha_of("Vieux-Mot-2019"), *stored;

    expect_ok(client_modify(w->as[PROVISIONER], a.dn,
        "replace: userPassword\nuserPassword: %s\n", hash));
    expect_stored(w->as[ROOT], a.dn, "userPassword", hash);
    expect_stored(w->as[ROOT], a.dn, "educonnectState", "informed");
    expect_ok(bind_once(&w->server, a.dn, "Vieux-Mot-2019"));
    stored = client_read(w->as[ROOT], a.dn, "userPassword");
    REQUIRE(strncmp(stored, "{ARGON2}$argon2id$v=19$m=64,t=1,p=1$", 36) == 0);
    expect_ok(bind_once(&w->server, a.dn, "Vieux-Mot-2019"));
    free(stored);
    free(hash);
}

static void
schemes_that_are_not_listed_are_refused(void **state)
{
    static const char *const values[] = {"{SMD5}aGFzaGhhc2hoYXNoaGFzaHNhbHQ=",
        "{MD5}aGFzaGhhc2hoYXNoaGFzaA==", "{CRYPT}$6$salt$hash",
        "{CLEARTEXT}Iris-2026_Bleu", "{SASL}someone@realm", "{UNIX}root",
        "{ SSHA}OEcQMyjVPaXyZ5/OANdRnsPwqn9zYWx0MTIzNA==",
        "$6$saltsalt$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"};
    world *w = *state;
    account a = student_in(w, "uninformed");

    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
        expect(client_modify(w->as[PROVISIONER], a.dn,
                   "replace: userPassword\nuserPassword: %s\n", values[i]),
            LDAP_CONSTRAINT_VIOLATION, "P10");
    expect_stored(w->as[ROOT], a.dn, "userPassword", NULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refused_at_write_by_everyone),
        cmocka_unit_test(a_bind_computes_nothing),
        cmocka_unit_test(nothing_else_computes_it_either),
        cmocka_unit_test(a_reset_replaces_it_uncomputed),
        cmocka_unit_test(imported_hashes_under_the_ceiling_bind),
        cmocka_unit_test(schemes_that_are_not_listed_are_refused),
    };

    return cmocka_run_group_tests(tests, world_with_costly_hash, end_world);
}
