/* test_chained.c - claim, merge and contest sent to a consumer that chains:
 * they arrive whole, and as nobody but the client.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/exop.h"
#include "harness/replica.h"
#include "harness/versions.h"

#define NEW_PASSWORD "Primevere-2026-Or"

/* How the consumer goes to the provider: as whom, and whether it insists that
 * the client's identity is looked at. */
typedef struct chaining {
    const char *binddn, *password;
    const char *flags;
} chaining;

#define PORTAL "uid=portal," STAFF_DN
#define PORTAL_PASSWORD "portal-secret"

static const chaining ways[] = {
    {ROOT_DN, ROOT_PASSWORD, "override,prescriptive,proxy-authz-critical"},
    {ROOT_DN, ROOT_PASSWORD, "override,prescriptive,proxy-authz-non-critical"},
    {PORTAL, PORTAL_PASSWORD, "override,prescriptive,proxy-authz-critical"},
    {PORTAL, PORTAL_PASSWORD, "override,prescriptive,proxy-authz-non-critical"},
};
#define N_WAYS (sizeof(ways) / sizeof(ways[0]))

typedef struct pair {
    world provider;
    server consumer;
} pair;

static void
begin_consumer(pair *p, const chaining *way)
{
    static const setup usual = {
        .modules = "moduleload syncprov\nmoduleload back_ldap\n"};
    setup how = usual;
    char *syncrepl = replica_of(p->provider.server.url, 1, "");
    char *database =
        text_of("%supdateref %s\n", syncrepl, p->provider.server.url);
    char *global = text_of("overlay chain\nchain-uri %s\n"
                           "chain-idassert-bind bindmethod=simple "
                           "binddn=\"%s\" credentials=%s mode=self flags=%s\n"
                           "chain-idassert-authzFrom \"dn.subtree:" SUFFIX
                           "\"\nchain-return-error TRUE\n",
        p->provider.server.url, way->binddn, way->password, way->flags);

    how.database = database;
    how.global = global;
    server_prepare(&p->consumer, &how);
    server_start(&p->consumer);
    free(global);
    free(database);
    free(syncrepl);
}

static int
begin(void **state)
{
    static const setup provider = {
        .modules = "moduleload syncprov\n", .below = "overlay syncprov\n"};
    pair *p = calloc(1, sizeof(*p));

    world_begin(&p->provider, &provider);
    expect_ok(client_ldif(p->provider.as[ROOT],
        "dn: " PORTAL "\nobjectClass: account\n"
        "objectClass: simpleSecurityObject\nuid: portal\n"
        "userPassword: " PORTAL_PASSWORD "\n"
        "authzTo: dn.subtree:" SUFFIX "\n"));
    *state = p;
    return 0;
}

static int
end(void **state)
{
    pair *p = *state;

    world_end(&p->provider);
    free(p);
    return 0;
}

/* What is made at the provider is known at the consumer. */
static void
meet(pair *p)
{
    replicas_meet(&p->provider.server, &p->consumer);
}

/* ---- whole ---- */

static void
play_whole(pair *p, int round)
{
    world *w = &p->provider;
    char *mobile = text_of("071234567%d", round);
    claim_data claim = {
        mobile, "Karadec", "Soizic", "2011-03-09", NEW_PASSWORD, NULL};
    account a = guardian_in(w, "active"), b = guardian_in(w, "active"),
            c = new_guardian(w, COLLEGE), d = guardian_in(w, "active");
    LDAP *self, *registrar, *academy;
    answer r;

    expect_ok(client_modify(
        w->as[PROVISIONER], c.dn, "replace: mobile\nmobile: %s\n", mobile));
    meet(p);
    registrar = actor_login(&p->consumer, REGISTRAR);
    r = client_claim(registrar, &claim);
    expect_ok(r);
    assert_string_equal(r.made, c.dn);
    expect_ok(bind_once(&w->server, c.dn, NEW_PASSWORD));
    self = client_login(&p->consumer, a.dn, a.password);
    r = client_merge(self, b.uid, b.password);
    expect_ok(r);
    assert_string_equal(r.made, b.dn);
    expect_ok(client_contest(self, a.child));
    academy = actor_login(&p->consumer, ACADEMY);
    r = client_merge_of(academy, d.dn, a.dn);
    expect_ok(r);
    assert_string_equal(r.made, d.dn);
    expect_stored(w->as[ROOT], b.dn, "educonnectMergedInto", a.dn);
    expect_stored(w->as[ROOT], d.dn, "educonnectMergedInto", a.dn);
    expect_stored(w->as[ROOT], a.child, "educonnectContestedGuardian", a.dn);
    client_close(academy);
    client_close(self);
    client_close(registrar);
    free(mobile);
}

static void
they_arrive_whole(void **state)
{
    pair *p = *state;

    for (size_t i = 0; i < N_WAYS; i++) {
        begin_consumer(p, &ways[i]);
        play_whole(p, (int)i);
        server_finish(&p->consumer);
    }
}

/* ---- as the client ---- */

/* What a refusal of the provider's says here. */
static const char *
relayed(const char *codes)
{
    return slapd_does(SLAPD_DOES_CHAIN_WITHOUT_TEXT) ? "" : codes;
}

/* Whoever carries the request has every right at the provider; whoever sent it
 * has none. */
static void
expect_no_rights(pair *p, LDAP *ld, const account *a, const account *b,
    int code, const char *codes)
{
    claim_data claim = {
        "0700000000", "Personne", "Aucune", "2011-03-09", NEW_PASSWORD, NULL};

    expect(client_merge_of(ld, b->dn, a->dn), code, codes);
    expect(client_claim(ld, &claim), code, codes);
    expect_stored(p->provider.as[ROOT], b->dn, "educonnectState", "active");
    expect_stored(p->provider.as[ROOT], b->dn, "educonnectMergedInto", NULL);
}

static void
play_refused(pair *p)
{
    world *w = &p->provider;
    account a = guardian_in(w, "active"), b = guardian_in(w, "active");
    account eve = guardian_in(w, "active"), pupil = student_in(w, "active");
    account fresh = guardian_in(w, "informed");
    LDAP *ld;

    meet(p);
    ld = client_login(&p->consumer, eve.dn, eve.password);
    expect_no_rights(p, ld, &a, &b, LDAP_INSUFFICIENT_ACCESS, relayed("A02"));
    expect(client_contest(ld, a.child), LDAP_NO_SUCH_OBJECT, "");
    client_close(ld);
    ld = client_login(&p->consumer, pupil.dn, pupil.password);
    expect_no_rights(p, ld, &a, &b, LDAP_INSUFFICIENT_ACCESS, relayed("A02"));
    client_close(ld);
    ld = actor_login(&p->consumer, STRANGER);
    expect_no_rights(p, ld, &a, &b, LDAP_INSUFFICIENT_ACCESS, relayed("A02"));
    client_close(ld);
    ld = client_login(&p->consumer, fresh.dn, fresh.password);
    expect_no_rights(p, ld, &a, &b, LDAP_INSUFFICIENT_ACCESS, "S04");
    client_close(ld);
    ld = client_open(&p->consumer);
    REQUIRE(client_merge_of(ld, b.dn, a.dn).code != LDAP_SUCCESS);
    REQUIRE(client_contest(ld, a.child).code != LDAP_SUCCESS);
    client_close(ld);
    expect_stored(w->as[ROOT], b.dn, "educonnectState", "active");
    expect_stored(w->as[ROOT], a.child, "educonnectGuardian", a.dn);
}

static void
nobody_gets_the_carriers_rights(void **state)
{
    pair *p = *state;

    for (size_t i = 0; i < N_WAYS; i++) {
        begin_consumer(p, &ways[i]);
        play_refused(p);
        server_finish(&p->consumer);
    }
}

/* A client of the consumer that is somebody's proxy there: either it is that
 * somebody at the provider too, or nothing happens. */
static void
play_proxied(pair *p)
{
    world *w = &p->provider;
    account a = guardian_in(w, "active"), b = guardian_in(w, "active");
    account eve = guardian_in(w, "active");
    LDAP *sessions[2];

    meet(p);
    sessions[0] = client_login(&p->consumer, ROOT_DN, ROOT_PASSWORD);
    sessions[1] = client_login(&p->consumer, PORTAL, PORTAL_PASSWORD);
    for (int i = 0; i < 2; i++) {
        client_sends(sessions[i], SENDS_PROXY, eve.dn);
        REQUIRE(client_merge_of(sessions[i], b.dn, a.dn).code != LDAP_SUCCESS);
        REQUIRE(client_contest(sessions[i], a.child).code != LDAP_SUCCESS);
        client_close(sessions[i]);
    }
    expect_stored(w->as[ROOT], b.dn, "educonnectState", "active");
    expect_stored(w->as[ROOT], a.child, "educonnectGuardian", a.dn);
}

static void
a_proxy_of_the_consumers_is_no_more(void **state)
{
    pair *p = *state;

    for (size_t i = 0; i < N_WAYS; i++) {
        begin_consumer(p, &ways[i]);
        play_proxied(p);
        server_finish(&p->consumer);
    }
}

/* The provider does not know with what the consumer's session was opened. */
static void
a_dead_letters_session_carries_nothing(void **state)
{
    pair *p = *state;
    world *w = &p->provider;
    account a = guardian_in(w, "informed"), b = guardian_in(w, "active");
    LDAP *ld;

    begin_consumer(p, &ways[0]);
    meet(p);
    ld = client_login(&p->consumer, a.dn, a.password);
    step_activate(w, &a);
    meet(p);
    expect(client_contest(ld, a.child), LDAP_INSUFFICIENT_ACCESS, "A03");
    expect(
        client_merge(ld, b.uid, b.password), LDAP_INSUFFICIENT_ACCESS, "A03");
    expect_ok(bind_once(&p->consumer, a.dn, a.password));
    expect_stored(w->as[ROOT], a.child, "educonnectGuardian", a.dn);
    expect_stored(w->as[ROOT], b.dn, "educonnectState", "active");
    client_close(ld);
    server_finish(&p->consumer);
}

/* The carrier has not shown the client's password. */
static void
an_own_password_needs_the_old_one(void **state)
{
    static const char *const states[] = {"informed", "reset", "active"};
    pair *p = *state;
    world *w = &p->provider;

    begin_consumer(p, &ways[0]);
    for (int i = 0; i < 3; i++) {
        account a = i == 1 ? student_in(w, "reset") : guardian_in(w, states[i]);
        LDAP *ld;
        answer r;

        meet(p);
        ld = client_login(&p->consumer, a.dn, a.password);
        r = client_modify(ld, a.dn,
            "replace: userPassword\nuserPassword: " NEW_PASSWORD "\n");
        expect(r, LDAP_INSUFFICIENT_ACCESS, "A03");
        REQUIRE(strstr(r.text, "through a proxy") != NULL);
        expect_ok(client_modify(ld, a.dn,
            "delete: userPassword\nuserPassword: %s\n-\n"
            "add: userPassword\nuserPassword: " NEW_PASSWORD "\n",
            a.password));
        expect_ok(bind_once(&w->server, a.dn, NEW_PASSWORD));
        expect_ok(client_password(ld, NULL, NEW_PASSWORD, "Ancolie-2026_Vert"));
        expect_ok(bind_once(&w->server, a.dn, "Ancolie-2026_Vert"));
        client_close(ld);
    }
    server_finish(&p->consumer);
}

/* Who may carry nobody's requests carries none. */
static void
a_carrier_without_the_right_is_refused(void **state)
{
    static const chaining nobody = {"uid=stranger," STAFF_DN, "?",
        "override,prescriptive,proxy-authz-non-critical"};
    pair *p = *state;
    world *w = &p->provider;
    char *password = actor_password(STRANGER);
    chaining way = nobody;
    account a = guardian_in(w, "active"), b = guardian_in(w, "active");
    LDAP *ld;

    way.password = password;
    begin_consumer(p, &way);
    meet(p);
    ld = client_login(&p->consumer, a.dn, a.password);
    REQUIRE(client_merge(ld, b.uid, b.password).code != LDAP_SUCCESS);
    REQUIRE(client_merge_of(ld, b.dn, a.dn).code != LDAP_SUCCESS);
    REQUIRE(client_contest(ld, a.child).code != LDAP_SUCCESS);
    client_close(ld);
    expect_stored(w->as[ROOT], b.dn, "educonnectState", "active");
    expect_stored(w->as[ROOT], a.child, "educonnectGuardian", a.dn);
    server_finish(&p->consumer);
    free(password);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(they_arrive_whole),
        cmocka_unit_test(nobody_gets_the_carriers_rights),
        cmocka_unit_test(a_proxy_of_the_consumers_is_no_more),
        cmocka_unit_test(a_dead_letters_session_carries_nothing),
        cmocka_unit_test(an_own_password_needs_the_old_one),
        cmocka_unit_test(a_carrier_without_the_right_is_refused),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
