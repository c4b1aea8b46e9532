/* test_bind_refused.c - who else hears of a bind that is refused, and names
 * that change hands while a bind waits.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"
#include "harness/gate.h"
#include "harness/pending.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/replica.h"

#define WRONG "Faux-42-mot-du-tout"
#define IMPORTED "Importe-2026-Ailleurs"
#define WAITING 6
#define TRIES 5

/* ---- overlays that watch ---- */

#define LOG "overlay accesslog\nlogdb cn=log\nlogops session\n"
#define POLICY "cn=policy," SUFFIX

static int
logged(world *w, const char *dn, int result)
{
    char *filter =
        text_of("(&(reqType=bind)(reqDN=%s)(reqResult=%d))", dn, result);
    int n = client_count(w->as[ROOT], "cn=log", filter);

    free(filter);
    return n;
}

static void
expect_logged_once(world *w, const char *dn, const char *password, int code)
{
    int before = logged(w, dn, code);
    answer a = bind_once(&w->server, dn, password);

    assert_int_equal(a.code, code);
    assert_int_equal(logged(w, dn, code), before + 1);
}

static void
binds_are_logged(const setup *how)
{
    static const char *const states[] = {
        "uninformed", "informed", "active", "reset", "suspended", "closed"};
    world w = {.serial = 0};
    deadline d = deadline_in(60);

    world_begin(&w, how);
    /* accesslog makes its log's root by a task of its own. */
    while (client_count(w.as[ROOT], "cn=log", "(objectClass=*)") < 1)
        deadline_wait(&d, "the log to begin");
    for (size_t i = 0; i < 6; i++) {
        account a =
            i % 2 == 0 ? student_in(&w, states[i]) : guardian_in(&w, states[i]);

        expect_logged_once(&w, a.dn, WRONG, 49);
        expect_logged_once(&w, a.dn, "\xff\xfe", 49);
        if (i > 0)
            expect_logged_once(&w, a.dn, a.password, i < 4 ? 0 : 49);
    }
    expect_logged_once(&w, "uid=nobody," PEOPLE, WRONG, 49);
    expect_logged_once(&w, "uid=academy," STAFF_DN, WRONG, 49);
    world_end(&w);
}

static void
a_log_below_or_above_has_every_bind_once(void **state)
{
    (void)state;
    binds_are_logged(&(setup){
        .modules = REPLICA_MODULES, .databases = REPLICA_LOG, .below = LOG});
    binds_are_logged(&(setup){
        .modules = REPLICA_MODULES, .databases = REPLICA_LOG, .above = LOG});
}

/* A policy below counts for entries that are no accounts, and writes nothing of
 * a guess at one that is. */
static void
a_policy_below_counts_no_guess_at_accounts(void **state)
{
    static const setup how = {
        .below = "overlay ppolicy\nppolicy_default " POLICY "\n",
        .database = "lastbind on\n"};
    world w = {.serial = 0};
    account a, none;
    char *csn, *staff, *last;

    (void)state;
    world_begin(&w, &how);
    expect_ok(client_ldif(w.as[ROOT],
        "dn: " POLICY "\nobjectClass: device\nobjectClass: pwdPolicy\n"
        "cn: policy\npwdAttribute: userPassword\npwdLockout: TRUE\n"
        "pwdMaxFailure: 2\n"));
    staff = actor_dn(STRANGER);
    a = student_in(&w, "active");
    none = student_in(&w, "uninformed");
    csn = client_read(w.as[ROOT], a.dn, "entryCSN");
    for (int i = 0; i < 4; i++) {
        expect(bind_once(&w.server, a.dn, WRONG), 49, "");
        expect(bind_once(&w.server, none.dn, WRONG), 49, "");
        expect(bind_once(&w.server, staff, WRONG), 49, "");
    }
    expect_stored(w.as[ROOT], a.dn, "entryCSN", csn);
    expect_stored(w.as[ROOT], a.dn, "pwdFailureTime", NULL);
    expect_stored(w.as[ROOT], a.dn, "pwdLastSuccess", NULL);
    expect_stored(w.as[ROOT], none.dn, "pwdFailureTime", NULL);
    expect(bind_once(&w.server, staff, "staff-secret-of-stranger"), 49, "");
    expect_ok(bind_once(&w.server, a.dn, a.password));
    last = client_read(w.as[ROOT], a.dn, "pwdLastSuccess");
    assert_non_null(last);
    free(last);
    free(csn);
    free(staff);
    world_end(&w);
}

/* ---- names that change hands ---- */

static void
make_slow(world *w, bool slow)
{
    expect_ok(world_configure(w,
        "replace: olcEduconnectHashSlots\nolcEduconnectHashSlots: 1\n-\n"
        "replace: olcEduconnectHash\nolcEduconnectHash: memory=%s\n",
        slow ? "65536 time=4" : "128 time=1"));
}

/* So many wrong binds: one is computed, half of them or more wait. */
static void
fill(world *w, pending *p, int n, const char *dn)
{
    pending_bind(&w->server, &p[0], dn, WRONG);
    gate_await(w, "running", 1);
    for (int i = 1; i < n; i++)
        pending_bind(&w->server, &p[i], dn, WRONG);
    gate_await(w, "waiting", n / 2);
}

/* Who finds no room has no answer to the question of the control. */
static void
a_busy_bind_has_no_control(void **state)
{
    static const char *const names[] = {"uid=nobody," PEOPLE, NULL};
    world w = {.serial = 0};
    pending p[2];
    account a;

    (void)state;
    world_begin(&w, NULL);
    a = student_in(&w, "active");
    expect_ok(world_configure(&w, "replace: olcEduconnectHash\n"
                                  "olcEduconnectHash: memory=131072 time=8\n-\n"
                                  "replace: olcEduconnectHashSlots\n"
                                  "olcEduconnectHashSlots: 1 queue=1\n"));
    fill(&w, p, 2, a.dn);
    for (size_t i = 0; i < 2; i++) {
        answer r =
            bind_once(&w.server, names[i] != NULL ? names[i] : a.dn, WRONG);

        expect(r, LDAP_BUSY, "B01");
        expect_control(&r, "");
    }
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(pending_result(&p[i]), LDAP_INVALID_CREDENTIALS);
    world_end(&w);
}

/* A suspended account that opens with IMPORTED as soon as nobody looks at its
 * state. It is made elsewhere and comes by its name in one step, for which
 * nothing is hashed. */
static void
add_suspended(world *w, const char *uid)
{
    char *stored = ssha_of(IMPORTED), *dn = text_of("uid=%s," SCHOOLS, uid);

    expect_ok(client_ldif(w->as[PROVISIONER],
        "dn: %s\nobjectClass: inetOrgPerson\n"
        "objectClass: educonnectLegalGuardian\nuid: %s\ncn: N\nsn: N\n"
        "userPassword: %s\n",
        dn, uid, stored));
    expect_ok(client_modify(w->as[ACADEMY], dn,
        "replace: educonnectState\neduconnectState: suspended\n"));
    free(dn);
    free(stored);
}

static void
move_here(world *w, const char *uid)
{
    expect_ok(client_ldif(w->as[ROOT],
        "dn: uid=%s," SCHOOLS "\nchangetype: modrdn\nnewrdn: uid=%s\n"
        "deleteoldrdn: 0\nnewsuperior: " PEOPLE "\n",
        uid, uid));
}

/* One with a password that the gate is asked about. */
static void
add_both(world *w, const char *uid)
{
    add_suspended(w, uid);
    expect_ok(client_ldif(w->as[ROOT],
        "dn: uid=%s," PEOPLE "\nobjectClass: account\n"
        "objectClass: simpleSecurityObject\nuid: %s\n"
        "userPassword: {ARGON2}$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$"
        "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE\n",
        uid, uid));
}

static void
replace(world *w, const char *uid)
{
    expect_ok(client_ldif(
        w->as[ROOT], "dn: uid=%s," PEOPLE "\nchangetype: delete\n", uid));
    move_here(w, uid);
}

/* Whether the name changed while its bind waited; tried again when the machine
 * was too slow for that. */
static bool
changes_while_a_bind_waits(world *w, int n,
    void (*before)(world *w, const char *uid),
    void (*change)(world *w, const char *uid))
{
    account filler = student_in(w, "active");
    char *uid = text_of("hand%d", n), *dn = text_of("uid=%s," PEOPLE, uid);
    pending p[WAITING], one;
    bool waited;

    before(w, uid);
    make_slow(w, true);
    fill(w, p, WAITING, filler.dn);
    pending_bind(&w->server, &one, dn, IMPORTED);
    change(w, uid);
    waited = gate_counter(w, "waiting") >= 1;
    REQUIRE(pending_result(&one) != LDAP_SUCCESS);
    for (size_t i = 0; i < WAITING; i++)
        (void)pending_result(&p[i]);
    make_slow(w, false);
    expect(bind_once(&w->server, dn, IMPORTED), 49, "S02");
    free(dn);
    free(uid);
    return waited;
}

static void
a_name_that_changes_hands_is_judged_anew(void **state)
{
    char *directives =
        text_of("%seduconnect-import-schemes {SSHA}\n", usual_directives());
    setup how = {.directives = directives};
    world w = {.serial = 0};
    int n = 0, tries = 0;

    (void)state;
    world_begin(&w, &how);
    while (!changes_while_a_bind_waits(&w, n++, add_suspended, move_here))
        REQUIRE(++tries < TRIES);
    while (!changes_while_a_bind_waits(&w, n++, add_both, replace))
        REQUIRE(++tries < TRIES);
    world_end(&w);
    free(directives);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_log_below_or_above_has_every_bind_once),
        cmocka_unit_test(a_policy_below_counts_no_guess_at_accounts),
        cmocka_unit_test(a_busy_bind_has_no_control),
        cmocka_unit_test(a_name_that_changes_hands_is_judged_anew),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
