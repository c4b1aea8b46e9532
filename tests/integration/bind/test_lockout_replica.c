/* test_lockout_replica.c - locks and unlocks on several servers: each counts
 * for itself, and an unlock reaches all of them.
 */
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/replica.h"

#define LOCKED "pwdAccountLockedTime"
#define FOR_GOOD "000001010000Z"
#define FAILURES 10

static void
guess(const server *s, const account *a, int n)
{
    for (int i = 0; i < n; i++) {
        char *wrong = text_of("Faux-Mot-%d", i);

        expect(bind_once(s, a->dn, wrong), LDAP_INVALID_CREDENTIALS, "");
        free(wrong);
    }
}

/* A modification on the provider, by the help desk, once it is everywhere. */
static void
change(replica_pair *p, const account *a, const char *what)
{
    expect_ok(client_modify(p->provider.as[ASSISTANCE], a->dn, "%s", what));
    replica_pair_meet(p);
}

#define expect_open(s, a) expect_ok(bind_once((s), (a)->dn, (a)->password))
#define expect_shut(s, a)                                                      \
    expect(bind_once((s), (a)->dn, (a)->password), LDAP_INVALID_CREDENTIALS, "")

/* Every way to say it. */
static const char *const unlocks[] = {
    "delete: " LOCKED "\n",
    "replace: " LOCKED "\n",
    "delete: " LOCKED "\n" LOCKED ": " FOR_GOOD "\n",
};

static void
an_unlock_reaches_the_consumers_memory(replica_pair *p)
{
    account a = guardian_in(&p->provider, "active");

    replica_pair_meet(p);
    for (size_t i = 0; i < sizeof(unlocks) / sizeof(unlocks[0]); i++) {
        guess(&p->consumer, &a, FAILURES);
        expect_shut(&p->consumer, &a);
        expect_open(&p->provider.server, &a);
        expect_stored(p->provider.as[ROOT], a.dn, LOCKED, NULL);
        change(p, &a, unlocks[i]);
        expect_open(&p->consumer, &a);
        /* What was counted and is not a lock yet goes, too. */
        guess(&p->consumer, &a, FAILURES - 1);
        change(p, &a, unlocks[i]);
        guess(&p->consumer, &a, FAILURES - 1);
        expect_open(&p->consumer, &a);
    }
}

static void
a_providers_lock_goes_everywhere(replica_pair *p)
{
    account a = guardian_in(&p->provider, "active");
    char *stored;

    guess(&p->provider.server, &a, FAILURES);
    stored = client_await(p->provider.as[ROOT], a.dn, LOCKED);
    assert_non_null(stored);
    free(stored);
    replica_pair_meet(p);
    expect_shut(&p->consumer, &a);
    change(p, &a, unlocks[0]);
    expect_open(&p->consumer, &a);
    expect_open(&p->provider.server, &a);
}

static void
a_lock_without_end_is_everywhere(replica_pair *p)
{
    account a = guardian_in(&p->provider, "active");

    change(p, &a, "replace: " LOCKED "\n" LOCKED ": " FOR_GOOD "\n");
    expect_shut(&p->consumer, &a);
    expect_shut(&p->provider.server, &a);
    change(p, &a, unlocks[1]);
    expect_open(&p->consumer, &a);
    expect_open(&p->provider.server, &a);
}

/* What is no unlock opens nothing: who guesses has no more guesses for it. */
static void
other_changes_release_nothing(replica_pair *p)
{
    static const char *const same[] = {
        "replace: mobile\nmobile: 06 98 76 54 32\n",
        "add: mobile\nmobile: 06 98 76 54 32\n",
        "delete: mobile\nmobile: 06 00 00 00 01\n",
        ("delete: mobile\nmobile: 06 98 76 54 32\n-\n"
         "add: mobile\nmobile: 06 98 76 54 32\n"),
        "add: objectClass\nobjectClass: educonnectLegalGuardian\n",
        "delete: educonnectFederatedId\neduconnectFederatedId: nobody\n",
    };
    account a = guardian_in(&p->provider, "active");

    replica_pair_meet(p);
    guess(&p->consumer, &a, FAILURES);
    change(p, &a, "replace: educonnectState\neduconnectState: suspended\n");
    change(p, &a, "replace: educonnectState\neduconnectState: active\n");
    expect_ok(client_modify(p->provider.as[PROVISIONER], a.dn,
        "replace: mobile\nmobile: 06 98 76 54 32\n-\n"
        "replace: description\ndescription: x\n"));
    replica_pair_meet(p);
    expect_shut(&p->consumer, &a);
    expect_open(&p->provider.server, &a);
    /* Nor does what is written again as it is, by whatever attribute. */
    for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
        for (unsigned permissive = 0; permissive < 2; permissive++) {
            LDAP *ld = p->provider.as[PROVISIONER];

            client_sends(ld, permissive ? SENDS_PERMISSIVE : 0, NULL);
            (void)client_modify(ld, a.dn, "%s", same[i]);
            client_sends(ld, 0, NULL);
            replica_pair_meet(p);
            expect_shut(&p->consumer, &a);
        }
    }
}

/* Changes that come together after a time without the provider. */
static void
an_unlock_among_others_counts(replica_pair *p)
{
    account a = guardian_in(&p->provider, "active");

    replica_pair_meet(p);
    guess(&p->consumer, &a, FAILURES);
    expect_ok(client_modify(p->provider.as[ASSISTANCE], a.dn,
        "replace: educonnectState\neduconnectState: suspended\n"));
    expect_ok(
        client_modify(p->provider.as[ASSISTANCE], a.dn, "%s", unlocks[0]));
    change(p, &a, "replace: educonnectState\neduconnectState: active\n");
    expect_open(&p->consumer, &a);
}

static void
play(const setup *provider, const char *extra)
{
    replica_pair p;

    replica_pair_begin(&p, provider, extra);
    an_unlock_reaches_the_consumers_memory(&p);
    a_providers_lock_goes_everywhere(&p);
    a_lock_without_end_is_everywhere(&p);
    other_changes_release_nothing(&p);
    an_unlock_among_others_counts(&p);
    replica_pair_end(&p);
}

static void
by_syncrepl(void **state)
{
    (void)state;
    play(&replica_plain, "");
}

static void
by_delta_syncrepl(void **state)
{
    (void)state;
    play(&replica_delta, REPLICA_DELTA);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_syncrepl),
        cmocka_unit_test(by_delta_syncrepl),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
