/* test_proxied.c - proxied authorization (RFC 4370), critical or not: whoever
 * is named is judged, and what holds for whoever is bound holds too.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/exop.h"

#define DENIED LDAP_PROXIED_AUTHORIZATION_DENIED
#define NEW_PASSWORD "Primevere-2026-Or"

/* ---- requests with controls of one's own ---- */

static void
sends(LDAP *ld, const char *oid, const char *value, bool critical)
{
    LDAPControl control = {(char *)(size_t)oid,
        {value != NULL ? strlen(value) : 0, (char *)(size_t)value},
        critical ? 1 : 0};
    LDAPControl *list[] = {&control, NULL};

    ldap_set_option(ld, LDAP_OPT_SERVER_CONTROLS, list);
}

static void
sends_as(LDAP *ld, const char *dn, bool critical)
{
    char *who = text_of("dn:%s", dn);

    sends(ld, LDAP_CONTROL_PROXY_AUTHZ, who, critical);
    free(who);
}

/* ---- every operation ---- */

typedef struct scene {
    account guardian, twin; /* active, of one person */
    account pupil;          /* active */
    claim_data claim;       /* of nobody */
} scene;

static scene
new_scene(world *w)
{
    return (scene){guardian_in(w, "active"), guardian_in(w, "active"),
        student_in(w, "active"),
        {"0700000000", "Personne", "Aucune", "2011-03-09", NEW_PASSWORD, NULL}};
}

static answer
claims(LDAP *ld, const scene *s)
{
    return client_claim(ld, &s->claim);
}

static answer
merges(LDAP *ld, const scene *s)
{
    return client_merge(ld, s->twin.uid, s->twin.password);
}

static answer
merges_named(LDAP *ld, const scene *s)
{
    return client_merge_of(ld, s->twin.dn, s->guardian.dn);
}

static answer
contests(LDAP *ld, const scene *s)
{
    return client_contest(ld, s->guardian.child);
}

static answer
searches(LDAP *ld, const scene *s)
{
    return client_search(ld, s->pupil.dn);
}

static answer
compares(LDAP *ld, const scene *s)
{
    return client_compare(ld, s->pupil.dn, "sn", "Karadec");
}

static answer
modifies(LDAP *ld, const scene *s)
{
    return client_modify(
        ld, s->pupil.dn, "replace: mobile\nmobile: +33 6 11 11 11 11\n");
}

static answer
adds(LDAP *ld, const scene *s)
{
    (void)s;
    return client_ldif(
        ld, "dn: cn=new," PEOPLE "\nobjectClass: person\ncn: new\nsn: new\n");
}

static answer
deletes(LDAP *ld, const scene *s)
{
    return client_ldif(ld, "dn: %s\nchangetype: delete\n", s->pupil.dn);
}

static answer
renames(LDAP *ld, const scene *s)
{
    return client_ldif(ld,
        "dn: %s\nchangetype: modrdn\nnewrdn: cn=Ines Karadec\n"
        "deleteoldrdn: 0\n",
        s->pupil.dn);
}

static answer
changes_password(LDAP *ld, const scene *s)
{
    return client_password(ld, s->pupil.dn, NULL, NEW_PASSWORD);
}

static answer
makes_password(LDAP *ld, const scene *s)
{
    return client_password(ld, s->pupil.dn, NULL, NULL);
}

static const struct {
    const char *name;
    answer (*send)(LDAP *ld, const scene *s);
} operations[] = {{"claim", claims}, {"merge", merges},
    {"merge by name", merges_named}, {"contest", contests},
    {"search", searches}, {"compare", compares}, {"modify", modifies},
    {"add", adds}, {"delete", deletes}, {"modrdn", renames},
    {"password", changes_password}, {"password made", makes_password}};
#define N_OPERATIONS (sizeof(operations) / sizeof(operations[0]))

static void
expect_all_refused(
    LDAP *ld, const char *dn, const scene *s, int code, const char *codes)
{
    for (int critical = 0; critical < 2; critical++) {
        sends_as(ld, dn, critical != 0);
        for (size_t i = 0; i < N_OPERATIONS; i++) {
            answer a = operations[i].send(ld, s);
            char *found = codes_of(a.text);

            if (a.code != code || strcmp(found, codes) != 0)
                FAIL("%s as %s (critical %d): expected %d [%s], got %d %s",
                    operations[i].name, dn, critical, code, codes, a.code,
                    a.text);
            free(found);
        }
    }
}

static void
expect_untouched(world *w, const scene *s)
{
    expect_stored(w->as[ROOT], s->twin.dn, "educonnectState", "active");
    expect_stored(
        w->as[ROOT], s->guardian.child, "educonnectGuardian", s->guardian.dn);
    expect_stored(w->as[ROOT], s->pupil.dn, "mobile", NULL);
    expect_ok(bind_once(&w->server, s->pupil.dn, s->pupil.password));
}

/* ---- restrictions of both ---- */

static void
a_proxied_identity_is_restricted(void **state)
{
    static const struct {
        const char *state;
        int code;
        const char *codes;
    } cases[] = {
        {"uninformed", LDAP_UNWILLING_TO_PERFORM, "S02"},
        {"informed", LDAP_INSUFFICIENT_ACCESS, "S04"},
        {"reset", LDAP_INSUFFICIENT_ACCESS, "S04"},
        {"suspended", LDAP_UNWILLING_TO_PERFORM, "S02"},
        {"closed", LDAP_UNWILLING_TO_PERFORM, "S02"},
    };
    world *w = *state;
    scene s = new_scene(w);
    LDAP *ld = actor_login(&w->server, ACADEMY);

    for (size_t i = 0; i < 5; i++) {
        account a = i % 2 == 0 ? student_in(w, cases[i].state)
                               : guardian_in(w, cases[i].state);

        expect_all_refused(ld, a.dn, &s, cases[i].code, cases[i].codes);
    }
    client_close(ld);
    expect_untouched(w, &s);
}

/* Whoever may be anybody stays whom the letter has let in. */
static void
the_bound_identity_is_restricted_too(void **state)
{
    static const actor others[] = {
        ROOT, ACADEMY, REGISTRAR, ASSISTANCE, PROVISIONER, HEAD1, STRANGER};
    world *w = *state;
    scene s = new_scene(w);

    for (int i = 0; i < 2; i++) {
        account a = student_in(w, i == 0 ? "informed" : "reset");
        LDAP *ld = client_login(&w->server, a.dn, a.password);

        expect_ok(client_modify(w->as[ROOT], a.dn,
            "add: authzTo\nauthzTo: dn.subtree:" SUFFIX "\n"));
        for (size_t k = 0; k < 7; k++) {
            char *dn = actor_dn(others[k]);

            expect_all_refused(ld, dn, &s, LDAP_INSUFFICIENT_ACCESS, "S04");
            free(dn);
        }
        expect_all_refused(
            ld, s.guardian.dn, &s, LDAP_INSUFFICIENT_ACCESS, "S04");
        step_state(w, &a, ACADEMY, i == 0 ? "suspended" : "closed");
        expect_all_refused(
            ld, s.guardian.dn, &s, LDAP_UNWILLING_TO_PERFORM, "S02");
        client_close(ld);
    }
    expect_untouched(w, &s);
}

/* ---- who is judged ---- */

static void
who_may_not_is_refused(void **state)
{
    world *w = *state;
    scene s = new_scene(w);
    char *academy = actor_dn(ACADEMY), *registrar = actor_dn(REGISTRAR);
    LDAP *ld = actor_login(&w->server, STRANGER);

    expect_all_refused(ld, academy, &s, DENIED, "");
    expect_all_refused(ld, registrar, &s, DENIED, "");
    expect_all_refused(ld, ROOT_DN, &s, DENIED, "");
    client_close(ld);
    ld = client_login(&w->server, s.guardian.dn, s.guardian.password);
    expect_all_refused(ld, s.twin.dn, &s, DENIED, "");
    client_close(ld);
    expect_untouched(w, &s);
    free(registrar);
    free(academy);
}

/* rootdn as somebody is that somebody. */
static void
more_rights_do_not_stay(void **state)
{
    world *w = *state;
    scene s = new_scene(w);
    account eve = guardian_in(w, "active");
    char *names[] = {actor_dn(STRANGER), text_of("%s", eve.dn)};
    LDAP *sessions[] = {client_login(&w->server, ROOT_DN, ROOT_PASSWORD),
        actor_login(&w->server, ACADEMY)};

    expect_ok(client_modify(w->as[ROOT], "uid=academy," STAFF_DN,
        "add: authzTo\nauthzTo: dn.children:" STAFF_DN "\n"));
    for (int i = 0; i < 8; i++) {
        LDAP *ld = sessions[i % 2];

        sends_as(ld, names[i / 2 % 2], i / 4 == 1);
        expect(merges_named(ld, &s), LDAP_INSUFFICIENT_ACCESS, "A02");
        expect(claims(ld, &s), LDAP_INSUFFICIENT_ACCESS, "A02");
        expect(contests(ld, &s),
            i / 2 % 2 == 0 ? LDAP_INSUFFICIENT_ACCESS : LDAP_NO_SUCH_OBJECT,
            i / 2 % 2 == 0 ? "A02" : "");
    }
    /* As nobody. */
    for (int i = 0; i < 4; i++) {
        LDAP *ld = sessions[i % 2];

        sends(ld, LDAP_CONTROL_PROXY_AUTHZ, "", i / 2 == 1);
        expect(merges_named(ld, &s), LDAP_STRONG_AUTH_REQUIRED, "");
        expect(claims(ld, &s), LDAP_STRONG_AUTH_REQUIRED, "");
        expect(contests(ld, &s), LDAP_INSUFFICIENT_ACCESS, "");
    }
    expect_ok(client_modify(w->as[ROOT], "uid=academy," STAFF_DN,
        "delete: authzTo\nauthzTo: dn.children:" STAFF_DN "\n"));
    client_close(sessions[0]);
    client_close(sessions[1]);
    free(names[0]);
    free(names[1]);
    expect_untouched(w, &s);
}

/* A portal without a role of its own is whom it names. */
static void
a_portal_acts_for_others(void **state)
{
    world *w = *state;
    LDAP *ld = actor_login(&w->server, STRANGER);
    char *portal = actor_dn(STRANGER), *registrar = actor_dn(REGISTRAR);

    expect_ok(client_modify(
        w->as[ROOT], portal, "add: authzTo\nauthzTo: dn.subtree:" SUFFIX "\n"));
    for (int critical = 0; critical < 2; critical++) {
        scene s = new_scene(w);
        account c = new_guardian(w, COLLEGE);
        char *mobile = text_of("071234567%d", critical);
        claim_data claim = {
            mobile, "Karadec", "Soizic", "2011-03-09", NEW_PASSWORD, NULL};
        answer a;

        expect_ok(client_modify(
            w->as[PROVISIONER], c.dn, "replace: mobile\nmobile: %s\n", mobile));
        ldap_set_option(ld, LDAP_OPT_SERVER_CONTROLS, NULL);
        expect(client_claim(ld, &claim), LDAP_INSUFFICIENT_ACCESS, "A02");
        sends_as(ld, registrar, critical != 0);
        a = client_claim(ld, &claim);
        expect_ok(a);
        assert_string_equal(a.made, c.dn);
        sends_as(ld, s.guardian.dn, critical != 0);
        expect(merges_named(ld, &s), LDAP_INSUFFICIENT_ACCESS, "A02");
        expect_ok(merges(ld, &s));
        expect_stored(
            w->as[ROOT], s.twin.dn, "educonnectMergedInto", s.guardian.dn);
        expect_ok(contests(ld, &s));
        expect_stored(w->as[ROOT], s.guardian.child,
            "educonnectContestedGuardian", s.guardian.dn);
        free(mobile);
    }
    client_close(ld);
    expect_ok(client_modify(w->as[ROOT], portal, "delete: authzTo\n"));
    free(registrar);
    free(portal);
}

/* ---- other controls ---- */

static void
controls_that_are_none(void **state)
{
    static const struct {
        const char *oid, *value;
        int code[2]; /* not critical, critical */
    } cases[] = {
        {LDAP_CONTROL_PROXY_AUTHZ, NULL, {2, 2}},
        {LDAP_CONTROL_PROXY_AUTHZ, "dn:no dn", {DENIED, DENIED}},
        {LDAP_CONTROL_PROXY_AUTHZ, "nobody", {DENIED, DENIED}},
        {LDAP_CONTROL_TXN_SPEC, "", {2, 53}},
        {LDAP_CONTROL_TXN_SPEC, "x", {2, 0x4121}},
        {LDAP_CONTROL_X_SESSION_TRACKING, NULL, {2, 2}},
        {LDAP_CONTROL_ASSERT, "x", {32, 12}},
        {LDAP_CONTROL_PRE_READ, "x", {32, 12}},
        {LDAP_CONTROL_POST_READ, "x", {32, 12}},
        {LDAP_CONTROL_MANAGEDSAIT, NULL, {32, 12}},
        {LDAP_CONTROL_RELAX, NULL, {32, 12}},
        {LDAP_CONTROL_NOOP, NULL, {32, 12}},
        {LDAP_CONTROL_DONTUSECOPY, NULL, {32, 12}},
    };
    world *w = *state;
    LDAP *ld = actor_login(&w->server, ACADEMY);

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        for (int critical = 0; critical < 2; critical++) {
            answer a;

            sends(ld, cases[i].oid, cases[i].value, critical != 0);
            a = client_merge_of(
                ld, "uid=nobody," PEOPLE, "uid=personne," PEOPLE);
            if (a.code != cases[i].code[critical])
                FAIL("%s (critical %d): expected %d, got %d %s", cases[i].oid,
                    critical, cases[i].code[critical], a.code, a.text);
        }
    }
    client_close(ld);
}

/* Whose request it is stands in the log. */
static void
session_tracking_is_logged(void **state)
{
    static char value[] = "\x30\x28\x04\x07"
                          "192.0.2"
                          "\x04\x06portal\x04\x0f"
                          "1.3.6.1.4.1.1.1"
                          "\x04\x04zoe1";
    world *w = *state;
    LDAP *ld = actor_login(&w->server, ACADEMY);
    char *log;

    sends(ld, LDAP_CONTROL_X_SESSION_TRACKING, value, false);
    expect(client_merge_of(ld, "uid=nobody," PEOPLE, "uid=personne," PEOPLE),
        32, "");
    client_close(ld);
    log = server_log(&w->server);
    REQUIRE(strstr(log, "[IP=192.0.2 NAME=portal") != NULL);
    free(log);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_proxied_identity_is_restricted),
        cmocka_unit_test(the_bound_identity_is_restricted_too),
        cmocka_unit_test(who_may_not_is_refused),
        cmocka_unit_test(more_rights_do_not_stay),
        cmocka_unit_test(a_portal_acts_for_others),
        cmocka_unit_test(controls_that_are_none),
        cmocka_unit_test(session_tracking_is_logged),
    };

    return cmocka_run_group_tests(tests, usual_world, end_world);
}
