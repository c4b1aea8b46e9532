/* test_hash_stack.c - binds that wait, among slapd's own overlays: each sees a
 * bind once, whether it waited or not, and may be taken away meanwhile.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"
#include "harness/gate.h"
#include "harness/pending.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#include "harness/replica.h"

#define WRONG "Faux-42-mot-du-tout"
#define WAITING 4
#define LOG "overlay accesslog\nlogdb cn=log\nlogops all\n"
#define VIRTUAL "dc=virtual,dc=org"

static const setup stacks[] = {
    {.modules = REPLICA_MODULES,
        .global = "threads 4\n",
        .holds = true,
        .databases = REPLICA_LOG,
        .below = LOG,
        .above = "overlay ppolicy\n"},
    {.modules = REPLICA_MODULES,
        .global = "threads 4\n",
        .holds = true,
        .databases = REPLICA_LOG,
        .below = "overlay ppolicy\n",
        .above = LOG},
};

/* The directory under another name too; slapd writes when somebody bound. */
static const setup relayed = {
    .modules = "moduleload back_relay\nmoduleload rwm\n",
    .global = "threads 4\n",
    .holds = true,
    .databases = "database relay\nsuffix " VIRTUAL "\n"
                 "relay " SUFFIX "\noverlay rwm\n"
                 "rwm-suffixmassage " SUFFIX "\n",
    .database = "lastbind on\n"};

static void
make_slow(world *w, bool slow)
{
    expect_ok(world_configure(w,
        "replace: olcEduconnectHashSlots\nolcEduconnectHashSlots: 1\n-\n"
        "replace: olcEduconnectHash\nolcEduconnectHash: memory=%s\n",
        slow ? "32768 time=4" : "128 time=1"));
}

/* They are held, until the test lets them go. */
static void
fill(world *w, pending p[WAITING], const char *dn)
{
    gate_hold(w, true);
    for (size_t i = 0; i < WAITING; i++) {
        pending_bind(&w->server, &p[i], dn, WRONG);
        if (i == 0)
            gate_held(w);
    }
    gate_await(w, "waiting", WAITING - 1);
}

/* DN in cn=config of the overlay of a class; allocated. */
static char *
overlay_dn(world *w, const char *class)
{
    char *filter = text_of("(objectClass=%s)", class), *dn, *copy;
    LDAPMessage *found = NULL;

    REQUIRE(ldap_search_ext_s(w->config, CONFIG_DN, LDAP_SCOPE_SUBTREE, filter,
                NULL, 0, NULL, NULL, NULL, 0, &found) == LDAP_SUCCESS);
    REQUIRE(ldap_count_entries(w->config, found) == 1);
    dn = ldap_get_dn(w->config, ldap_first_entry(w->config, found));
    copy = text_of("%s", dn);
    ldap_memfree(dn);
    ldap_msgfree(found);
    free(filter);
    return copy;
}

/* ---- tests ---- */

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
every_bind_is_logged_once(world *w)
{
    account a = student_in(w, "active"), b = student_in(w, "active");
    int right = logged(w, a.dn, 0);
    pending p[WAITING], one;

    make_slow(w, true);
    fill(w, p, b.dn);
    pending_bind(&w->server, &one, a.dn, a.password);
    gate_await(w, "waiting", WAITING);
    gate_hold(w, false);
    for (size_t i = 0; i < WAITING; i++)
        assert_int_equal(pending_result(&p[i]), LDAP_INVALID_CREDENTIALS);
    assert_int_equal(pending_result(&one), LDAP_SUCCESS);
    make_slow(w, false);
    assert_int_equal(logged(w, b.dn, 49), WAITING);
    assert_int_equal(logged(w, a.dn, 0), right + 1);
}

/* It ends by itself, with status 0, and its databases close in any order. */
static void
it_ends_while_binds_wait(world *w)
{
    account a = student_in(w, "active");
    pending p[WAITING];

    make_slow(w, true);
    fill(w, p, a.dn);
    gate_hold(w, false);
    server_stop(&w->server);
    for (size_t i = 0; i < WAITING; i++)
        client_close(p[i].ld);
    server_start(&w->server);
    world_login(w);
    make_slow(w, false);
}

static void
an_overlay_goes_while_binds_wait(world *w, const char *class)
{
    account a = student_in(w, "active");
    char *dn = overlay_dn(w, class);
    pending p[WAITING];

    make_slow(w, true);
    fill(w, p, a.dn);
    gate_hold(w, false);
    expect_ok(client_ldif(w->config, "dn: %s\nchangetype: delete\n", dn));
    for (size_t i = 0; i < WAITING; i++) {
        int code = pending_result(&p[i]);

        if (code != LDAP_INVALID_CREDENTIALS && code != LDAP_BUSY)
            FAIL("bind %zu was answered %d", i, code);
    }
    make_slow(w, false);
    expect_ok(bind_once(&w->server, a.dn, a.password));
    free(dn);
}

static void
play(const setup *how)
{
    world w = {.serial = 0};

    world_begin(&w, how);
    every_bind_is_logged_once(&w);
    it_ends_while_binds_wait(&w);
    an_overlay_goes_while_binds_wait(&w, "olcAccessLogConfig");
    an_overlay_goes_while_binds_wait(&w, "olcPPolicyConfig");
    world_end(&w);
}

static void
log_below_policy_above(void **state)
{
    (void)state;
    play(&stacks[0]);
}

static void
policy_below_log_above(void **state)
{
    (void)state;
    play(&stacks[1]);
}

/* The name of an account in the relay; allocated. */
static char *
relayed_dn(const account *a)
{
    return text_of(
        "%.*s" VIRTUAL, (int)(strlen(a->dn) - strlen(SUFFIX)), a->dn);
}

static void
binds_wait_behind_a_relay(void **state)
{
    world w = {.serial = 0};
    pending p[WAITING], behind, direct;
    account a, b;
    char *dn, *last;

    (void)state;
    world_begin(&w, &relayed);
    a = student_in(&w, "active");
    b = new_student(&w, COLLEGE);
    step_inform(&w, &b, HEAD1);
    dn = relayed_dn(&a);
    make_slow(&w, true);
    fill(&w, p, dn);
    pending_bind(&w.server, &behind, dn, a.password);
    pending_bind(&w.server, &direct, b.dn, b.password);
    gate_await(&w, "waiting", WAITING + 1);
    gate_hold(&w, false);
    for (size_t i = 0; i < WAITING; i++)
        assert_int_equal(pending_result(&p[i]), LDAP_INVALID_CREDENTIALS);
    assert_int_equal(pending_result(&behind), LDAP_SUCCESS);
    assert_int_equal(pending_result(&direct), LDAP_SUCCESS);
    make_slow(&w, false);
    last = client_read(w.as[ROOT], b.dn, "pwdLastSuccess");
    assert_non_null(last);
    free(last);
    free(dn);
    world_end(&w);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(log_below_policy_above),
        cmocka_unit_test(policy_below_log_above),
        cmocka_unit_test(binds_wait_behind_a_relay),
    };

    /* What is used after it was freed is not to look like itself. */
    setenv("MALLOC_PERTURB_", "165", 0);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
