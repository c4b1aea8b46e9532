/* test_chained.c - claim, merge and contest sent to a consumer that chains:
 * they arrive whole, and as nobody but the client.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exop/carried.h"
#include "harness/replica.h"
#include "harness/versions.h"

/* How the consumer goes to the provider: as whom, and whether it insists that
 * the client's identity is looked at. */
typedef struct chaining {
    const char *binddn, *password;
    const char *flags;
} chaining;

static const chaining ways[] = {
    {ROOT_DN, ROOT_PASSWORD, "override,prescriptive,proxy-authz-critical"},
    {ROOT_DN, ROOT_PASSWORD, "override,prescriptive,proxy-authz-non-critical"},
    {PORTAL, PORTAL_PASSWORD, "override,prescriptive,proxy-authz-critical"},
    {PORTAL, PORTAL_PASSWORD, "override,prescriptive,proxy-authz-non-critical"},
};
#define N_WAYS (sizeof(ways) / sizeof(ways[0]))

static void
begin_consumer(replica_pair *p, const chaining *way)
{
    setup how = {.modules = "moduleload syncprov\nmoduleload back_ldap\n"};
    char *flags = text_of("flags=%s", way->flags);
    char *global =
        replica_chain(&p->provider.server, way->binddn, way->password, flags);

    how.global = global;
    replica_start(&p->consumer, &p->provider.server, &how, "");
    free(global);
    free(flags);
}

static int
begin(void **state)
{
    replica_pair *p = calloc(1, sizeof(*p));

    world_begin(&p->provider, &replica_plain);
    carried_add_portal(&p->provider);
    *state = p;
    return 0;
}

static int
end(void **state)
{
    replica_pair *p = *state;

    world_end(&p->provider);
    free(p);
    return 0;
}

/* ---- whole ---- */

static void
they_arrive_whole(void **state)
{
    replica_pair *p = *state;
    carried c;

    for (size_t i = 0; i < N_WAYS; i++) {
        begin_consumer(p, &ways[i]);
        carried_begin(&c, &p->provider, (int)i);
        replica_pair_meet(p);
        carried_arrive(&c, &p->provider, &p->consumer);
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
play_refused(replica_pair *p)
{
    world *w = &p->provider;
    account a = guardian_in(w, "active"), b = guardian_in(w, "active");
    account eve = guardian_in(w, "active"), pupil = student_in(w, "active");
    account fresh = guardian_in(w, "informed");
    LDAP *ld;

    replica_pair_meet(p);
    ld = client_login(&p->consumer, eve.dn, eve.password);
    carried_refused(w, ld, &a, &b, LDAP_INSUFFICIENT_ACCESS, relayed("A02"));
    expect(client_contest(ld, a.child), LDAP_NO_SUCH_OBJECT, "");
    client_close(ld);
    ld = client_login(&p->consumer, pupil.dn, pupil.password);
    carried_refused(w, ld, &a, &b, LDAP_INSUFFICIENT_ACCESS, relayed("A02"));
    client_close(ld);
    ld = actor_login(&p->consumer, STRANGER);
    carried_refused(w, ld, &a, &b, LDAP_INSUFFICIENT_ACCESS, relayed("A02"));
    client_close(ld);
    ld = client_login(&p->consumer, fresh.dn, fresh.password);
    carried_refused(w, ld, &a, &b, LDAP_INSUFFICIENT_ACCESS, "S04");
    client_close(ld);
    ld = client_open(&p->consumer);
    REQUIRE(client_merge_of(ld, b.dn, a.dn).code != LDAP_SUCCESS);
    REQUIRE(client_contest(ld, a.child).code != LDAP_SUCCESS);
    client_close(ld);
    carried_nothing(w, &a, &b);
}

static void
nobody_gets_the_carriers_rights(void **state)
{
    replica_pair *p = *state;

    for (size_t i = 0; i < N_WAYS; i++) {
        begin_consumer(p, &ways[i]);
        play_refused(p);
        server_finish(&p->consumer);
    }
}

/* A client of the consumer that is somebody's proxy there: either it is that
 * somebody at the provider too, or nothing happens. */
static void
play_proxied(replica_pair *p)
{
    world *w = &p->provider;
    account a = guardian_in(w, "active"), b = guardian_in(w, "active");
    account eve = guardian_in(w, "active");
    LDAP *sessions[2];

    replica_pair_meet(p);
    sessions[0] = client_login(&p->consumer, ROOT_DN, ROOT_PASSWORD);
    sessions[1] = client_login(&p->consumer, PORTAL, PORTAL_PASSWORD);
    for (int i = 0; i < 2; i++) {
        client_sends(sessions[i], SENDS_PROXY, eve.dn);
        REQUIRE(client_merge_of(sessions[i], b.dn, a.dn).code != LDAP_SUCCESS);
        REQUIRE(client_contest(sessions[i], a.child).code != LDAP_SUCCESS);
        client_close(sessions[i]);
    }
    carried_nothing(w, &a, &b);
}

static void
a_proxy_of_the_consumers_is_no_more(void **state)
{
    replica_pair *p = *state;

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
    replica_pair *p = *state;
    world *w = &p->provider;
    account a = guardian_in(w, "informed"), b = guardian_in(w, "active");
    LDAP *ld;

    begin_consumer(p, &ways[0]);
    replica_pair_meet(p);
    ld = client_login(&p->consumer, a.dn, a.password);
    step_activate(w, &a);
    replica_pair_meet(p);
    expect(client_contest(ld, a.child), LDAP_INSUFFICIENT_ACCESS, "A03");
    expect(
        client_merge(ld, b.uid, b.password), LDAP_INSUFFICIENT_ACCESS, "A03");
    expect_ok(bind_once(&p->consumer, a.dn, a.password));
    carried_nothing(w, &a, &b);
    client_close(ld);
    server_finish(&p->consumer);
}

static void
expect_dead(LDAP *ld, const account *a)
{
    expect(client_modify(ld, a->dn, "replace: mail\nmail: x@example.org\n"),
        LDAP_INSUFFICIENT_ACCESS, "A03");
    expect(client_modify(ld, a->child, "replace: description\n"),
        LDAP_INSUFFICIENT_ACCESS, "A03");
    expect(
        client_ldif(ld, "dn: uid=ajout," PEOPLE "\nobjectClass: inetOrgPerson\n"
                        "uid: ajout\ncn: x\nsn: x\n"),
        LDAP_INSUFFICIENT_ACCESS, "A03");
    expect(client_ldif(ld, "dn: %s\nchangetype: delete\n", a->child),
        LDAP_INSUFFICIENT_ACCESS, "A03");
    expect(client_ldif(ld,
               "dn: %s\nchangetype: modrdn\nnewrdn: uid=autre\n"
               "deleteoldrdn: 1\n",
               a->child),
        LDAP_INSUFFICIENT_ACCESS, "A03");
    expect(client_password(ld, a->child, NULL, NEW_PASSWORD),
        LDAP_INSUFFICIENT_ACCESS, "A03");
}

/* What the provider lets a holder do it lets whoever the consumer says to be
 * the holder. */
static void
a_dead_letters_session_writes_nothing(void **state)
{
    static const char *const states[] = {"informed", "reset"};
    replica_pair *p = *state;
    world *w = &p->provider;

    begin_consumer(p, &ways[2]);
    for (int i = 0; i < 2; i++) {
        account a = guardian_in(w, states[i]);
        LDAP *dead, *alive;

        replica_pair_meet(p);
        dead = client_login(&p->consumer, a.dn, a.password);
        /* While it is valid the provider says what it is good for. */
        expect(
            client_modify(dead, a.dn, "replace: mail\nmail: x@example.org\n"),
            LDAP_INSUFFICIENT_ACCESS, "S04");
        step_activate(w, &a);
        replica_pair_meet(p);
        expect_dead(dead, &a);
        expect_stored(w->as[ACADEMY], a.dn, "mail", NULL);
        /* Who knows the password may change it all the same. */
        expect_ok(client_modify(dead, a.dn,
            "delete: userPassword\nuserPassword: %s\n-\n"
            "add: userPassword\nuserPassword: " NEW_PASSWORD "\n",
            a.password));
        replica_pair_meet(p);
        alive = client_login(&p->consumer, a.dn, NEW_PASSWORD);
        expect_ok(
            client_modify(alive, a.dn, "replace: mail\nmail: y@example.org\n"));
        expect_stored(w->as[ACADEMY], a.dn, "mail", "y@example.org");
        client_close(alive);
        client_close(dead);
    }
    server_finish(&p->consumer);
}

/* The carrier has not shown the client's password. */
static void
an_own_password_needs_the_old_one(void **state)
{
    static const char *const states[] = {"informed", "reset", "active"};
    replica_pair *p = *state;
    world *w = &p->provider;

    begin_consumer(p, &ways[0]);
    for (int i = 0; i < 3; i++) {
        account a = i == 1 ? student_in(w, "reset") : guardian_in(w, states[i]);
        LDAP *ld;
        answer r;

        replica_pair_meet(p);
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
    replica_pair *p = *state;
    world *w = &p->provider;
    char *password = actor_password(STRANGER);
    chaining way = nobody;
    account a = guardian_in(w, "active"), b = guardian_in(w, "active");
    LDAP *ld;

    way.password = password;
    begin_consumer(p, &way);
    replica_pair_meet(p);
    ld = client_login(&p->consumer, a.dn, a.password);
    REQUIRE(client_merge(ld, b.uid, b.password).code != LDAP_SUCCESS);
    REQUIRE(client_merge_of(ld, b.dn, a.dn).code != LDAP_SUCCESS);
    REQUIRE(client_contest(ld, a.child).code != LDAP_SUCCESS);
    client_close(ld);
    carried_nothing(w, &a, &b);
    server_finish(&p->consumer);
    free(password);
}

/* "referralsRequired" of draft-sermersheim-ldap-chaining: the consumer answers
 * itself, and says where to go. */
static void
who_wants_the_referral_gets_it(void **state)
{
    replica_pair *p = *state;
    account a = guardian_in(&p->provider, "active");
    account b = guardian_in(&p->provider, "active");
    LDAPControl wish = {.ldctl_oid = LDAP_CONTROL_X_CHAINING_BEHAVIOR,
        .ldctl_value = {5, "\x30\x03\x0a\x01\x03"}};
    LDAPControl *controls[] = {&wish, NULL};
    LDAP *ld;

    begin_consumer(p, &ways[0]);
    replica_pair_meet(p);
    ld = actor_login(&p->consumer, ACADEMY);
    ldap_set_option(ld, LDAP_OPT_REFERRALS, LDAP_OPT_OFF);
    ldap_set_option(ld, LDAP_OPT_SERVER_CONTROLS, controls);
    expect(client_merge_of(ld, b.dn, a.dn), LDAP_REFERRAL, "");
    expect(client_contest(ld, a.child), LDAP_REFERRAL, "");
    carried_nothing(&p->provider, &a, &b);
    ldap_set_option(ld, LDAP_OPT_SERVER_CONTROLS, NULL);
    expect_ok(client_merge_of(ld, b.dn, a.dn));
    client_close(ld);
    server_finish(&p->consumer);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(they_arrive_whole),
        cmocka_unit_test(nobody_gets_the_carriers_rights),
        cmocka_unit_test(a_proxy_of_the_consumers_is_no_more),
        cmocka_unit_test(a_dead_letters_session_carries_nothing),
        cmocka_unit_test(a_dead_letters_session_writes_nothing),
        cmocka_unit_test(an_own_password_needs_the_old_one),
        cmocka_unit_test(a_carrier_without_the_right_is_refused),
        cmocka_unit_test(who_wants_the_referral_gets_it),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
