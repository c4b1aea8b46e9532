/* test_session.c - a restricted session: nothing but one's own new password. */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/exop.h"

/* ---- every operation there is ---- */

typedef struct target {
    const account *self;
    const account *other;
} target;

static answer
search_self(LDAP *ld, const target *t)
{
    return client_search(ld, t->self->dn);
}

static answer
search_other(LDAP *ld, const target *t)
{
    return client_search(ld, t->other->dn);
}

static answer
search_missing(LDAP *ld, const target *t)
{
    (void)t;
    return client_search(ld, "uid=nobody," PEOPLE);
}

static answer
compare_self(LDAP *ld, const target *t)
{
    return client_compare(ld, t->self->dn, "sn", "Karadec");
}

static answer
compare_own_password(LDAP *ld, const target *t)
{
    return client_compare(ld, t->self->dn, "userPassword", t->self->password);
}

static answer
add_entry(LDAP *ld, const target *t)
{
    (void)t;
    return client_ldif(
        ld, "dn: cn=new," PEOPLE "\nobjectClass: person\ncn: new\nsn: new\n");
}

static answer
delete_self(LDAP *ld, const target *t)
{
    return client_ldif(ld, "dn: %s\nchangetype: delete\n", t->self->dn);
}

static answer
modify_mobile(LDAP *ld, const target *t)
{
    return client_modify(
        ld, t->self->dn, "replace: mobile\nmobile: +33 6 11 11 11 11\n");
}

static answer
modify_password_and_mobile(LDAP *ld, const target *t)
{
    return client_modify(ld, t->self->dn,
        "replace: userPassword\nuserPassword: Dahlia-2026-Jaune\n-\n"
        "replace: mobile\nmobile: +33 6 11 11 11 11\n");
}

static answer
modify_other_password(LDAP *ld, const target *t)
{
    return client_modify(ld, t->other->dn,
        "replace: userPassword\nuserPassword: Dahlia-2026-Jaune\n");
}

static answer
exop_other_password(LDAP *ld, const target *t)
{
    return client_password(ld, t->other->dn, NULL, "Dahlia-2026-Jaune");
}

static answer
exop_other_password_with_old(LDAP *ld, const target *t)
{
    return client_password(
        ld, t->other->dn, t->other->password, "Dahlia-2026-Jaune");
}

static answer
rename_self(LDAP *ld, const target *t)
{
    return client_ldif(ld,
        "dn: %s\nchangetype: modrdn\nnewrdn: cn=Ines Karadec\n"
        "deleteoldrdn: 0\n",
        t->self->dn);
}

static answer
rename_to_password(LDAP *ld, const target *t)
{
    return client_ldif(ld,
        "dn: %s\nchangetype: modrdn\nnewrdn: userPassword=x\n"
        "deleteoldrdn: 0\n",
        t->self->dn);
}

static const struct {
    const char *name;
    answer (*send)(LDAP *ld, const target *t);
    bool controlled; /* slapo-ppolicy's control goes with this operation */
} operations[] = {
    {"search self", search_self, false},
    {"search another", search_other, false},
    {"search nobody", search_missing, false},
    {"compare", compare_self, false},
    {"compare own password", compare_own_password, false},
    {"add", add_entry, true},
    {"delete", delete_self, false},
    {"modify mobile", modify_mobile, true},
    {"modify password and more", modify_password_and_mobile, true},
    {"modify another's password", modify_other_password, true},
    {"exop on another", exop_other_password, true},
    {"exop on another with the old one", exop_other_password_with_old, true},
    {"modrdn", rename_self, false},
    {"modrdn to userPassword", rename_to_password, false},
};
#define N_OPERATIONS (sizeof(operations) / sizeof(operations[0]))

static void
expect_all_refused(LDAP *ld, const account *self, const account *other,
    int code, const char *codes, const char *control)
{
    target t = {self, other};

    for (size_t i = 0; i < N_OPERATIONS; i++) {
        answer a = operations[i].send(ld, &t);
        char *found = codes_of(a.text);

        if (a.code != code || strcmp(found, codes) != 0)
            FAIL("%s: expected %d [%s], got %d [%s] %s", operations[i].name,
                code, codes, a.code, found, a.text);
        expect_control(&a, operations[i].controlled ? control : "");
        free(found);
    }
}

/* ---- sessions ---- */

static void
provisional_sessions_may_only_change_the_password(void **state)
{
    static const char *const states[] = {"informed", "reset"};
    world *w = *state;
    account other = student_in(w, "active");

    for (int i = 0; i < 2; i++) {
        account a = student_in(w, states[i]);
        LDAP *ld = client_login(&w->server, a.dn, a.password);

        expect_all_refused(
            ld, &a, &other, LDAP_INSUFFICIENT_ACCESS, "S04", PP_MUST_CHANGE);
        expect_ok(client_whoami(ld));
        expect_ok(client_password(ld, NULL, NULL, "Coquelicot-2026-R"));
        expect_ok(client_search(ld, a.dn));
        client_close(ld);
        expect_stored(w->as[ROOT], a.dn, "mobile", NULL);
    }
    expect_ok(bind_once(&w->server, other.dn, other.password));
}

static void
own_password_by_modify_frees_the_session(void **state)
{
    world *w = *state;
    account a = guardian_in(w, "informed");
    LDAP *ld = client_login(&w->server, a.dn, a.password);

    expect_ok(client_modify(
        ld, a.dn, "replace: userPassword\nuserPassword: Coquelicot-2026-R\n"));
    expect_ok(client_search(ld, a.dn));
    expect_ok(client_modify(
        ld, a.dn, "replace: mobile\nmobile: +33 6 22 22 22 22\n"));
    client_close(ld);
}

static void
a_later_reset_reaches_an_earlier_session(void **state)
{
    world *w = *state;
    account a = student_in(w, "active"), other = student_in(w, "active");
    LDAP *ld = client_login(&w->server, a.dn, a.password);
    char own[96];

    expect_ok(client_search(ld, a.dn));
    snprintf(own, sizeof(own), "%s", a.password);
    step_inform(w, &a, HEAD1);
    expect_all_refused(
        ld, &a, &other, LDAP_INSUFFICIENT_ACCESS, "S04", PP_MUST_CHANGE);
    /* It has not shown the provisional password. */
    expect(client_password(ld, NULL, NULL, "Coquelicot-2026-R"),
        LDAP_INSUFFICIENT_ACCESS, "A03");
    expect(client_modify(ld, a.dn,
               "replace: userPassword\nuserPassword: Coquelicot-2026-R\n"),
        LDAP_INSUFFICIENT_ACCESS, "A03");
    expect(client_password(ld, a.dn, own, "Coquelicot-2026-R"),
        LDAP_UNWILLING_TO_PERFORM, "");
    expect_ok(client_password(ld, a.dn, a.password, "Coquelicot-2026-R"));
    expect_ok(client_search(ld, a.dn));
    client_close(ld);
}

static void
a_closed_account_works_no_more(void **state)
{
    static const char *const then[] = {"suspended", "closed"};
    world *w = *state;
    account other = student_in(w, "active");

    for (int i = 0; i < 2; i++) {
        account a = student_in(w, "active");
        LDAP *ld = client_login(&w->server, a.dn, a.password);
        answer r;

        step_state(w, &a, ACADEMY, then[i]);
        expect_all_refused(
            ld, &a, &other, LDAP_UNWILLING_TO_PERFORM, "S02", PP_LOCKED);
        r = client_password(ld, NULL, NULL, "Coquelicot-2026-R");
        expect(r, LDAP_UNWILLING_TO_PERFORM, "S02");
        step_state(w, &a, ACADEMY, "active");
        expect_ok(client_search(ld, a.dn));
        client_close(ld);
    }
}

static void
a_withdrawn_letter_ends_its_session(void **state)
{
    world *w = *state;
    account a = guardian_in(w, "informed");
    LDAP *ld = client_login(&w->server, a.dn, a.password);

    step_state(w, &a, HEAD1, "uninformed");
    expect(client_search(ld, a.dn), LDAP_UNWILLING_TO_PERFORM, "S02");
    expect(client_password(ld, NULL, NULL, "Coquelicot-2026-R"),
        LDAP_UNWILLING_TO_PERFORM, "S02");
    client_close(ld);
    expect_stored(w->as[ROOT], a.dn, "educonnectState", "uninformed");
}

static void
an_own_change_elsewhere_leaves_the_other_session(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");
    LDAP *first = client_login(&w->server, a.dn, a.password);

    step_activate(w, &a);
    expect_ok(client_search(first, a.dn));
    expect(client_password(first, NULL, NULL, "Coquelicot-2026-R"),
        LDAP_INSUFFICIENT_ACCESS, "A03");
    expect_ok(client_password(first, a.dn, a.password, "Coquelicot-2026-R"));
    client_close(first);
}

/* ---- Refresh (RFC 2589) ---- */

static answer
client_refresh(LDAP *ld, const char *dn)
{
    BerElement *ber = ber_alloc_t(LBER_USE_DER);
    struct berval *value = NULL;
    answer a;

    REQUIRE(ber != NULL);
    REQUIRE(ber_printf(ber, "{tsti}", (ber_tag_t)0x80U, dn, (ber_tag_t)0x81U,
                3600) != -1);
    REQUIRE(ber_flatten(ber, &value) != -1);
    ber_free(ber, 1);
    a = client_exop(ld, LDAP_EXOP_REFRESH, value);
    ber_bvfree(value);
    return a;
}

/* It is an extended operation, and writes. */
static void
refreshing_is_no_password_change(void **state)
{
    static const setup how = {
        .modules = "moduleload dds\n", .below = "overlay dds\n"};
    world w = {.serial = 0};
    account a;
    LDAP *ld;

    (void)state;
    world_begin(&w, &how);
    expect_ok(client_ldif(w.as[ROOT],
        "dn: cn=meeting," PEOPLE "\nobjectClass: device\n"
        "objectClass: dynamicObject\ncn: meeting\n"));
    a = student_in(&w, "informed");
    ld = client_login(&w.server, a.dn, a.password);
    expect(client_refresh(ld, "cn=meeting," PEOPLE), LDAP_INSUFFICIENT_ACCESS,
        "S04");
    expect(client_refresh(ld, a.dn), LDAP_INSUFFICIENT_ACCESS, "S04");
    client_close(ld);
    expect_ok(client_refresh(w.as[ROOT], "cn=meeting," PEOPLE));
    world_end(&w);
}

/* ---- one connection, one after the other ---- */

/* Portals look for a name as themselves, try the password, and are themselves
 * again, on one connection. */
static void
a_letter_does_not_stick_to_a_connection(void **state)
{
    static const actor others[] = {ACADEMY, STRANGER, ROOT, HEAD1};
    world *w = *state;
    account b = student_in(w, "active");

    expect_ok(client_ldif(w->as[ROOT],
        "dn: uid=plainportal," STAFF_DN "\nobjectClass: account\n"
        "objectClass: simpleSecurityObject\nuid: plainportal\n"
        "userPassword: plain-secret\n"));
    for (int i = 0; i < 12; i++) {
        account a = i % 3 == 0   ? student_in(w, "informed")
                    : i % 3 == 1 ? guardian_in(w, "informed")
                                 : student_in(w, "reset");
        char *dn = actor_dn(others[i % 4]);
        char *password = actor_password(others[i % 4]);
        LDAP *ld = client_login(&w->server, a.dn, a.password);

        expect(client_search(ld, b.dn), LDAP_INSUFFICIENT_ACCESS, "S04");
        expect_ok(client_bind(ld, dn, password));
        expect_ok(client_search(ld, SUFFIX));
        expect_ok(client_bind(ld, a.dn, a.password));
        expect(client_bind(ld, dn, "faux"), LDAP_INVALID_CREDENTIALS, "");
        expect_ok(client_bind(ld, a.dn, a.password));
        expect_ok(client_bind_plain(ld, "plainportal", "plain-secret"));
        expect_ok(client_search(ld, SUFFIX));
        expect_ok(client_bind(ld, a.dn, a.password));
        expect_ok(client_bind(ld, b.dn, b.password));
        expect_ok(client_search(ld, b.dn));
        expect_ok(client_bind(ld, a.dn, a.password));
        expect(client_search(ld, b.dn), LDAP_INSUFFICIENT_ACCESS, "S04");
        client_close(ld);
        free(dn);
        free(password);
    }
}

/* ---- proxied authorization ---- */

static void
a_proxied_identity_is_restricted_too(void **state)
{
    world *w = *state;
    account a = student_in(w, "informed"), other = student_in(w, "active");
    account active = student_in(w, "active");
    LDAP *ld = actor_login(&w->server, ACADEMY);

    client_sends(ld, SENDS_PPOLICY | SENDS_PROXY, active.dn);
    expect_ok(client_search(ld, active.dn));
    client_sends(ld, SENDS_PPOLICY | SENDS_PROXY, a.dn);
    expect_all_refused(
        ld, &a, &other, LDAP_INSUFFICIENT_ACCESS, "S04", PP_MUST_CHANGE);
    step_state(w, &active, ACADEMY, "suspended");
    client_sends(ld, SENDS_PPOLICY | SENDS_PROXY, active.dn);
    expect(client_search(ld, active.dn), LDAP_UNWILLING_TO_PERFORM, "S02");
    client_close(ld);
}

/* Being somebody's proxy does not prove that somebody's password. */
static void
a_proxy_does_not_choose_passwords(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");
    LDAP *ld = actor_login(&w->server, ACADEMY);

    client_sends(ld, SENDS_PPOLICY | SENDS_PROXY, a.dn);
    expect(client_modify(ld, a.dn,
               "replace: userPassword\nuserPassword: Coquelicot-2026-R\n"),
        LDAP_INSUFFICIENT_ACCESS, "A03");
    client_close(ld);
    expect_ok(bind_once(&w->server, a.dn, a.password));
}

static void
a_restricted_session_does_not_hide_behind_a_proxy(void **state)
{
    world *w = *state;
    account a = student_in(w, "informed"), friend = student_in(w, "active");
    LDAP *ld;

    expect_ok(client_modify(
        w->as[ROOT], a.dn, "add: authzTo\nauthzTo: dn.exact:%s\n", friend.dn));
    ld = client_login(&w->server, a.dn, a.password);
    client_sends(ld, SENDS_PPOLICY | SENDS_PROXY, friend.dn);
    expect(client_search(ld, friend.dn), LDAP_INSUFFICIENT_ACCESS, "S04");
    expect(client_modify(
               ld, friend.dn, "replace: mobile\nmobile: +33 6 33 33 33 33\n"),
        LDAP_INSUFFICIENT_ACCESS, "S04");
    client_close(ld);
    expect_stored(w->as[ROOT], friend.dn, "mobile", NULL);
}

/* ---- SASL ---- */

/* Whatever SASL PLAIN says, no session comes out of it that works. */
static void
sasl_plain_does_not_get_around(void **state)
{
    static const char *const states[] = {
        "uninformed", "informed", "reset", "suspended", "closed"};
    world *w = *state;

    expect_ok(client_ldif(w->as[ROOT],
        "dn: uid=plainuser," STAFF_DN "\nobjectClass: account\n"
        "objectClass: simpleSecurityObject\nuid: plainuser\n"
        "userPassword: plain-secret\n"));
    for (int i = 0; i < 5; i++) {
        account a = student_in(w, states[i]);
        LDAP *ld = client_open(&w->server);
        answer bind = client_bind_plain(ld, a.uid, a.password);
        answer search = client_search(ld, a.dn);

        if (search.code == LDAP_SUCCESS)
            FAIL("%s: SASL PLAIN gave %d and a working session", states[i],
                bind.code);
        REQUIRE(bind.code != LDAP_SUCCESS || search.code == LDAP_SUCCESS ||
                strstr(search.text, "EDC-S0") != NULL);
        client_close(ld);
    }
}

/* The proof that SASL PLAIN is on at all in these tests. */
static void
sasl_plain_works_for_others(void **state)
{
    world *w = *state;
    LDAP *ld = client_open(&w->server);

    expect_ok(client_bind_plain(ld, "plainuser", "plain-secret"));
    expect_ok(client_search(ld, SUFFIX));
    client_close(ld);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(provisional_sessions_may_only_change_the_password),
        cmocka_unit_test(own_password_by_modify_frees_the_session),
        cmocka_unit_test(a_later_reset_reaches_an_earlier_session),
        cmocka_unit_test(a_closed_account_works_no_more),
        cmocka_unit_test(a_withdrawn_letter_ends_its_session),
        cmocka_unit_test(an_own_change_elsewhere_leaves_the_other_session),
        cmocka_unit_test(refreshing_is_no_password_change),
        cmocka_unit_test(a_letter_does_not_stick_to_a_connection),
        cmocka_unit_test(a_proxied_identity_is_restricted_too),
        cmocka_unit_test(a_proxy_does_not_choose_passwords),
        cmocka_unit_test(a_restricted_session_does_not_hide_behind_a_proxy),
        cmocka_unit_test(sasl_plain_does_not_get_around),
        cmocka_unit_test(sasl_plain_works_for_others),
    };

    return cmocka_run_group_tests(tests, usual_world, end_world);
}
