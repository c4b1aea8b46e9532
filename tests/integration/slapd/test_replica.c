/* test_replica.c - what a consumer receives it keeps untouched, and its binds
 * obey. */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/exop.h"
#include "harness/replica.h"

/* ---- binds ---- */

static const struct {
    const char *state;
    int code;
    const char *codes;
    const char *control;
} binds[] = {
    {"informed", LDAP_SUCCESS, "", PP_MUST_CHANGE},
    {"active", LDAP_SUCCESS, "", PP_NONE},
    {"reset", LDAP_SUCCESS, "", PP_MUST_CHANGE},
    {"suspended", LDAP_INVALID_CREDENTIALS, "S02", PP_LOCKED},
    {"closed", LDAP_INVALID_CREDENTIALS, "S02", PP_LOCKED},
};
#define N_BINDS 5

static void
expect_consumer_binds(replica_pair *p, account *accounts)
{
    for (size_t i = 0; i < N_BINDS; i++) {
        answer r =
            bind_once(&p->consumer, accounts[i].dn, accounts[i].password);

        expect(r, binds[i].code, binds[i].codes);
        expect_control(&r, binds[i].control);
        expect(bind_once(&p->consumer, accounts[i].dn, "wrong"),
            LDAP_INVALID_CREDENTIALS, "");
    }
}

static void
expect_restricted_there(replica_pair *p, const account *informed)
{
    LDAP *ld = client_login(&p->consumer, informed->dn, informed->password);

    expect(client_search(ld, informed->dn), LDAP_INSUFFICIENT_ACCESS, "S04");
    client_close(ld);
}

/* Writes belong to the provider: a referral, and nothing stored. */
static void
expect_referred(replica_pair *p, const account *active)
{
    LDAP *ld = client_login(&p->consumer, active->dn, active->password);
    answer r = client_modify(ld, active->dn,
        "replace: userPassword\nuserPassword: Iris-2026_Bleu\n");

    assert_int_equal(r.code, LDAP_REFERRAL);
    client_close(ld);
}

/* ---- everything, by both kinds of replication ---- */

/* Numbers and their keys, also those in a name. */
static void
write_numbers(world *w)
{
    account a = new_guardian(w, COLLEGE);

    expect_ok(client_modify(w->as[PROVISIONER], a.dn,
        "replace: mobile\nmobile: 06.12.34.56.78\nmobile: 0692 12 34 56\n"));
    expect_ok(client_ldif(w->as[ROOT],
        "dn: %s\nchangetype: modrdn\nnewrdn: uid=%s+mobile=0690123456\n"
        "deleteoldrdn: 1\n",
        a.dn, a.uid));
    assert_int_equal(client_count(w->as[ROOT], PEOPLE,
                         "(educonnectMobileKey=+590690123456)"),
        1);
    a = new_guardian(w, COLLEGE);
    expect_ok(client_modify(w->as[PROVISIONER], a.dn, "delete: mobile\n"));
}

static void
live_through_all_events(world *w, account *accounts)
{
    write_numbers(w);
    for (size_t i = 0; i < N_BINDS; i++)
        accounts[i] = i % 2 == 0 ? student_in(w, binds[i].state)
                                 : guardian_in(w, binds[i].state);
}

/* Those of the extended operations, each once. */
static void
use_operations(world *w)
{
    account claimed = new_guardian(w, COLLEGE), a = guardian_in(w, "active");
    account b = guardian_in(w, "informed");
    claim_data claim = {"0712345678", "Karadec", "Soizic", "2011-03-09",
        "Primevere-2026-Or", NULL};
    LDAP *self = client_login(&w->server, a.dn, a.password);

    expect_ok(client_modify(w->as[PROVISIONER], claimed.dn,
        "replace: mobile\nmobile: %s\n", claim.mobile));
    expect_ok(client_claim(w->as[REGISTRAR], &claim));
    expect_ok(client_merge(self, b.uid, b.password));
    expect_ok(client_contest(self, b.child));
    client_close(self);
}

/* They are writes: the consumer does none. */
static void
expect_operations_referred(replica_pair *p, const account *active)
{
    LDAP *self = client_login(&p->consumer, active->dn, active->password);
    LDAP *registrar = actor_login(&p->consumer, REGISTRAR);
    claim_data claim = {"0799999999", "Karadec", "Soizic", "2011-03-09",
        "Primevere-2026-Or", NULL};

    assert_int_equal(client_claim(registrar, &claim).code, LDAP_REFERRAL);
    assert_int_equal(client_merge(self, "nemo", "x").code, LDAP_REFERRAL);
    assert_int_equal(client_contest(self, active->dn).code, LDAP_REFERRAL);
    client_close(registrar);
    client_close(self);
}

/* ---- what is computed ---- */

static void
expect_there(
    replica_pair *p, const char *dn, const char *attribute, const char *values)
{
    LDAP *ld;
    char *got;

    replica_pair_meet(p);
    ld = actor_login(&p->consumer, ACADEMY);
    got = client_read_all(ld, dn, attribute);
    if (strcmp(got, values) != 0)
        FAIL("%s of %s: \"%s\", not \"%s\"", attribute, dn, got, values);
    free(got);
    client_close(ld);
}

/* The provider takes links out after its answer. */
static void
await_links_gone(replica_pair *p, const char *guardian)
{
    char *line = text_of("educonnectGuardian: %s\n", guardian);
    deadline d = deadline_in(20);

    for (bool there = true; there;) {
        char *dump = replica_dump(&p->provider.server);

        there = strstr(dump, line) != NULL;
        free(dump);
        if (there)
            deadline_wait(&d, "links to be taken out");
    }
    free(line);
}

/* A consumer computes for itself, from what has arrived. */
static void
expect_consumer_computes(replica_pair *p)
{
    world *w = &p->provider;
    account a = guardian_in(w, "active");
    const char *new_dn = "cn=Ailleurs," PEOPLE;

    expect_ok(client_ldif(w->as[ACADEMY],
        "dn: cn=ent," SUFFIX "\nobjectClass: applicationProcess\n"
        "objectClass: educonnectService\ncn: ent\n"
        "labeledURI: https://ent.example\neduconnectAudience: guardian\n"));
    expect_there(p, a.dn, "educonnectChild", a.child);
    expect_there(p, a.dn, "educonnectServiceAccess", "ent");
    expect_there(p, a.dn, "educonnectBindStatus", "ok");
    expect_ok(client_modify(w->as[ACADEMY], "cn=ent," SUFFIX,
        "replace: educonnectAudience\neduconnectAudience: student\n"));
    expect_there(p, a.dn, "educonnectServiceAccess", "");
    expect_ok(client_modify(w->as[ROOT], a.dn, "add: cn\ncn: Ailleurs\n"));
    expect_ok(client_ldif(w->as[PROVISIONER],
        "dn: %s\nchangetype: modrdn\nnewrdn: cn=Ailleurs\ndeleteoldrdn: 0\n",
        a.dn));
    expect_there(p, a.child, "educonnectGuardian", new_dn);
    expect_there(p, new_dn, "educonnectChild", a.child);
    expect_ok(client_ldif(
        w->as[PROVISIONER], "dn: %s\nchangetype: delete\n", new_dn));
    expect_there(p, a.child, "educonnectGuardian", "");
    await_links_gone(p, new_dn);
    expect_ok(client_ldif(
        w->as[ACADEMY], "dn: cn=ent," SUFFIX "\nchangetype: delete\n"));
}

static void
replicate(const setup *provider, const char *extra)
{
    replica_pair p;
    account accounts[N_BINDS], late;
    LDAP *reader; /* the consumer's rootdn */
    char *csn;

    replica_pair_begin(&p, provider, extra);
    live_through_all_events(&p.provider, accounts);
    replicas_agree(&p.provider.server, &p.consumer);
    expect_consumer_binds(&p, accounts);
    expect_restricted_there(&p, &accounts[0]);
    expect_referred(&p, &accounts[1]);
    use_operations(&p.provider);
    expect_operations_referred(&p, &accounts[1]);
    expect_consumer_computes(&p);
    replicas_agree(&p.provider.server, &p.consumer);

    /* What happens while the consumer is away. */
    server_stop(&p.consumer);
    late = guardian_in(&p.provider, "reset");
    step_activate(&p.provider, &late);
    step_state(&p.provider, &late, ACADEMY, "suspended");
    step_state(&p.provider, &accounts[3], ACADEMY, "active");
    step_state(&p.provider, &accounts[3], ACADEMY, "suspended");
    step_activate(&p.provider, &accounts[0]);
    step_inform(&p.provider, &accounts[0], ACADEMY);
    server_start(&p.consumer);
    replicas_agree(&p.provider.server, &p.consumer);
    expect_consumer_binds(&p, accounts);
    expect(bind_once(&p.consumer, late.dn, late.password),
        LDAP_INVALID_CREDENTIALS, "S02");

    /* A weak hash is not made again by a consumer: it does not write. */
    csn = client_read(p.provider.as[ROOT], accounts[1].dn, "entryCSN");
    expect_ok(bind_once(&p.consumer, accounts[1].dn, accounts[1].password));
    reader = client_login(&p.consumer, ROOT_DN, ROOT_PASSWORD);
    expect_stored(reader, accounts[1].dn, "entryCSN", csn);
    client_close(reader);
    free(csn);
    replica_pair_end(&p);
}

static void
plain_syncrepl(void **state)
{
    (void)state;
    replicate(&replica_plain, "");
}

static void
delta_syncrepl(void **state)
{
    (void)state;
    replicate(&replica_delta, REPLICA_DELTA);
}

/* A branch with a guardian in it gets another name on a provider that carries
 * no links: what names nobody is shown to nobody. */
static void
a_renamed_branch_leaves_links_void(void **state)
{
    static const setup bare = {.modules = "moduleload syncprov\n",
        .below = "overlay syncprov\n",
        .without_overlay = true};
    static const char child[] = "uid=fille," PEOPLE;
    replica_pair p;
    world *w = &p.provider;

    (void)state;
    replica_pair_begin(&p, &bare, "");
    expect_ok(client_ldif(w->as[ROOT],
        "dn: ou=branche," SUFFIX "\nobjectClass: organizationalUnit\n"
        "ou: branche\n"));
    expect_ok(client_ldif(w->as[ROOT],
        "dn: uid=mere,ou=branche," SUFFIX "\nobjectClass: inetOrgPerson\n"
        "objectClass: educonnectLegalGuardian\nuid: mere\n"
        "cn: Soizic Karadec\nsn: Karadec\ngivenName: Soizic\n"
        "educonnectState: uninformed\n"));
    expect_ok(client_ldif(w->as[ROOT],
        "dn: %s\nobjectClass: inetOrgPerson\nobjectClass: educonnectStudent\n"
        "uid: fille\ncn: Ines Karadec\nsn: Karadec\n"
        "educonnectState: uninformed\n"
        "educonnectGuardian: uid=mere,ou=branche," SUFFIX "\n",
        child));
    expect_there(
        &p, child, "educonnectGuardian", "uid=mere,ou=branche," SUFFIX);
    expect_ok(client_ldif(w->as[ROOT],
        "dn: ou=branche," SUFFIX "\nchangetype: modrdn\nnewrdn: ou=rameau\n"
        "deleteoldrdn: 1\n"));
    expect_there(&p, "ou=rameau," SUFFIX, "ou", "rameau");
    expect_there(&p, child, "educonnectGuardian", "");
    replica_pair_end(&p);
}

/* A lock that the provider wrote holds on the consumer; a consumer's own
 * guesses are counted there too. */
static void
locks_hold_on_a_consumer(void **state)
{
    replica_pair p;
    account a, b;

    (void)state;
    replica_pair_begin(&p, &replica_plain, "");
    a = student_in(&p.provider, "active");
    b = student_in(&p.provider, "active");
    replica_pair_meet(&p);
    for (int i = 0; i < 10; i++) {
        char *guess = text_of("Mauvaise-Reponse-%d", i);

        bind_once(&p.provider.server, a.dn, guess);
        bind_once(&p.consumer, b.dn, guess);
        free(guess);
    }
    free(client_await(p.provider.as[ROOT], a.dn, "pwdAccountLockedTime"));
    replica_pair_meet(&p);
    expect(
        bind_once(&p.consumer, a.dn, a.password), LDAP_INVALID_CREDENTIALS, "");
    expect(
        bind_once(&p.consumer, b.dn, b.password), LDAP_INVALID_CREDENTIALS, "");
    expect_ok(client_modify(
        p.provider.as[ASSISTANCE], a.dn, "delete: pwdAccountLockedTime\n"));
    replica_pair_meet(&p);
    expect_ok(bind_once(&p.consumer, a.dn, a.password));
    replica_pair_end(&p);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_syncrepl),
        cmocka_unit_test(delta_syncrepl),
        cmocka_unit_test(a_renamed_branch_leaves_links_void),
        cmocka_unit_test(locks_hold_on_a_consumer),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
