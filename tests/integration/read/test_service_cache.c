/* test_service_cache.c - the services that are kept in memory are those that
 * are stored, whatever happens to them meanwhile.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"
#include "harness/parallel.h"
#include "harness/services.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define expect_access(w, dn, names)                                            \
    expect_values((w)->as[ACADEMY], (dn), ACCESS, (names))

#define LOOKERS 4

/* ---- a branch, a class, a start, an absence ---- */

static void
a_moved_branch_takes_its_services_along(void **state)
{
    world *w = *state;
    account a = active_student(w, COLLEGE, HEAD1);

    expect_access(w, a.dn, "ent|folios");
    expect_ok(client_ldif(w->as[ACADEMY],
        "dn: " SERVICES
        "\nchangetype: modrdn\nnewrdn: ou=offers\ndeleteoldrdn: 1\n"));
    expect_access(w, a.dn, "ent|folios");
    expect_ok(client_modify(w->as[ACADEMY], "cn=folios,ou=offers," SUFFIX,
        "replace: cn\ncn: folios\n-\nadd: educonnectServiceSchool\n"
        "educonnectServiceSchool: " LYCEE "\n"));
    expect_access(w, a.dn, "ent");
    expect_ok(client_modify(w->as[ACADEMY], "cn=folios,ou=offers," SUFFIX,
        "delete: educonnectServiceSchool\n"));
    expect_ok(client_ldif(w->as[ACADEMY],
        "dn: ou=offers," SUFFIX
        "\nchangetype: modrdn\nnewrdn: ou=services\ndeleteoldrdn: 1\n"));
    expect_access(w, a.dn, "ent|folios");
}

static void
an_entry_becomes_a_service_and_ceases_to_be_one(void **state)
{
    world *w = *state;
    account a = active_student(w, COLLEGE, HEAD1);

    expect_ok(client_ldif(w->as[ACADEMY],
        "dn: cn=wiki," SERVICES
        "\nobjectClass: applicationProcess\ncn: wiki\n"));
    expect_access(w, a.dn, "ent|folios");
    expect_ok(change_service(w, "wiki",
        "add: objectClass\nobjectClass: educonnectService\n-\n"
        "add: labeledURI\nlabeledURI: https://wiki.example\n-\n"
        "add: educonnectAudience\neduconnectAudience: student\n"));
    expect_access(w, a.dn, "ent|folios|wiki");
    expect_ok(change_service(w, "wiki",
        "delete: objectClass\nobjectClass: educonnectService\n-\n"
        "delete: labeledURI\n-\ndelete: educonnectAudience\n"));
    expect_access(w, a.dn, "ent|folios");
    expect_ok(remove_service(w, "wiki"));
}

static void
a_start_reads_them_again(void **state)
{
    world *w = *state;
    account a = active_student(w, COLLEGE, HEAD1);

    expect_access(w, a.dn, "ent|folios");
    server_stop(&w->server);
    server_start(&w->server);
    world_login(w);
    expect_access(w, a.dn, "ent|folios");
}

static void
close_ent(world *w, const char *closes)
{
    char *change = text_of(
        "replace: educonnectClosesAt\neduconnectClosesAt: %s\n", closes);

    expect_ok(change_service(w, "ent", change));
    free(change);
}

/* What is written while the overlay is away is seen when it is back. */
static void
written_while_the_overlay_was_away(void **state)
{
    world *w = *state;
    account a = active_student(w, COLLEGE, HEAD1);
    char *dn = world_overlay_dn(w), *parent = strchr(dn, ',') + 1;

    expect_access(w, a.dn, "ent|folios");
    expect_ok(client_modify(
        w->config, dn, "replace: olcDisabled\nolcDisabled: TRUE\n"));
    expect_access(w, a.dn, "");
    close_ent(w, "20200101000000Z");
    expect_ok(client_modify(
        w->config, dn, "replace: olcDisabled\nolcDisabled: FALSE\n"));
    expect_access(w, a.dn, "folios");
    expect_ok(client_ldif(w->config, "dn: %s\nchangetype: delete\n", dn));
    close_ent(w, "20990101000000Z");
    expect_ok(client_ldif(w->config,
        "dn: olcOverlay=educonnect,%s\nobjectClass: olcOverlayConfig\n"
        "objectClass: olcEduconnectConfig\nolcOverlay: educonnect\n",
        parent));
    expect_access(w, a.dn, "ent|folios");
    free(dn);
}

/* ---- many clients ---- */

typedef struct crowd {
    world *w;
    const char *dn;
    const char *const *allowed; /* what a reader may see, NULL at the end */
    void (*change)(struct crowd *, LDAP *ld, int round);
    int rounds;
    atomic_bool over;
    _Atomic size_t reads;
    char odd[300]; /* what the one who changes saw, or a reader */
} crowd;

static bool
is_allowed(const crowd *c, const char *names)
{
    for (const char *const *a = c->allowed; *a != NULL; a++) {
        if (strcmp(*a, names) == 0)
            return true;
    }
    return false;
}

static void
note_odd(crowd *c, const char *what, const char *names)
{
    if (!atomic_exchange(&c->over, true))
        snprintf(c->odd, sizeof(c->odd), "%s: \"%.200s\"", what, names);
}

static answer
change_or_look(void *context, size_t index, LDAP *ld)
{
    crowd *c = context;

    if (index == 0) {
        for (int i = 0; i < c->rounds && !atomic_load(&c->over); i++)
            c->change(c, ld, i);
        atomic_store(&c->over, true);
        return (answer){0};
    }
    while (!atomic_load(&c->over)) {
        char *names = client_read_all(ld, c->dn, ACCESS);

        if (!is_allowed(c, names))
            note_odd(c, "a reader", names);
        c->reads++;
        free(names);
    }
    return (answer){0};
}

static void
run_crowd(crowd *c)
{
    LDAP *clients[LOOKERS + 1];

    for (int i = 0; i <= LOOKERS; i++)
        clients[i] = actor_login(&c->w->server, ACADEMY);
    free(in_parallel(LOOKERS + 1, clients, change_or_look, c));
    for (int i = 0; i <= LOOKERS; i++)
        client_close(clients[i]);
    if (c->odd[0] != '\0')
        FAIL("%s", c->odd);
    assert_true(c->reads > 0);
}

/* Whoever has been answered sees what was written. */
static void
see(crowd *c, LDAP *ld, answer a, const char *names)
{
    char *got;

    if (a.code != LDAP_SUCCESS) {
        note_odd(c, "refused", a.text);
        return;
    }
    got = client_read_all(ld, c->dn, ACCESS);
    if (strcmp(got, names) != 0)
        note_odd(c, names, got);
    free(got);
}

/* A service comes, changes, is renamed and goes. */
static void
one_life(crowd *c, LDAP *ld, int round)
{
    (void)round;
    see(c, ld,
        client_ldif(ld,
            "dn: cn=x," SERVICES "\nobjectClass: applicationProcess\n"
            "objectClass: educonnectService\ncn: x\n"
            "labeledURI: https://x.example\n"
            "educonnectAudience: student\n"),
        "ent|folios|x");
    see(c, ld,
        client_modify(ld, "cn=x," SERVICES,
            "add: educonnectClosesAt\neduconnectClosesAt: 20200101000000Z\n"),
        "ent|folios");
    see(c, ld,
        client_modify(ld, "cn=x," SERVICES, "delete: educonnectClosesAt\n"),
        "ent|folios|x");
    see(c, ld,
        client_ldif(ld, "dn: cn=x," SERVICES "\nchangetype: modrdn\n"
                        "newrdn: cn=y\ndeleteoldrdn: 1\n"),
        "ent|folios|y");
    see(c, ld, client_ldif(ld, "dn: cn=y," SERVICES "\nchangetype: delete\n"),
        "ent|folios");
}

static void
readers_see_what_is_or_was(void **state)
{
    static const char *const allowed[] = {
        "ent|folios", "ent|folios|x", "ent|folios|y", NULL};
    world *w = *state;
    account a = active_student(w, COLLEGE, HEAD1);
    crowd c = {.w = w,
        .dn = a.dn,
        .allowed = allowed,
        .change = one_life,
        .rounds = 40};

    run_crowd(&c);
}

/* In a transaction the backend is asked before anything is stored; whoever
 * reads in between must not keep what he read. */
static void
one_transaction(crowd *c, LDAP *ld, int round)
{
    struct berval *id = NULL;
    bool commit = round % 3 != 2, open = round % 2 == 0;
    answer a;

    if (ldap_txn_start_s(ld, NULL, NULL, &id) != LDAP_SUCCESS) {
        note_odd(c, "no transaction", "");
        return;
    }
    client_sends(ld, SENDS_TRANSACTION, NULL);
    client_ldif(ld,
        "dn: cn=ent," SERVICES "\nchangetype: modify\n"
        "replace: educonnectAudience\neduconnectAudience: %s\n",
        open ? "student" : "guardian");
    client_sends(ld, 0, NULL);
    await_modifies(c->w);
    a = client_transaction_end(ld, commit);
    ber_bvfree(id);
    if (commit) {
        for (int i = 0; i < 3; i++)
            see(c, ld, a, open ? "ent|folios" : "folios");
    }
}

static void
transactions_settle(void **state)
{
    static const char *const allowed[] = {"ent|folios", "folios", NULL};
    world *w = *state;
    account a = active_student(w, COLLEGE, HEAD1);
    crowd c = {.w = w,
        .dn = a.dn,
        .allowed = allowed,
        .change = one_transaction,
        .rounds = 40};

    run_crowd(&c);
    /* A write that began after the last of them ends the doubt. */
    expect_ok(change_service(w, "ent",
        "replace: educonnectAudience\neduconnectAudience: student\n"
        "educonnectAudience: guardian\n"));
    expect_access(w, a.dn, "ent|folios");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_moved_branch_takes_its_services_along),
        cmocka_unit_test(an_entry_becomes_a_service_and_ceases_to_be_one),
        cmocka_unit_test(a_start_reads_them_again),
        cmocka_unit_test(readers_see_what_is_or_was),
        cmocka_unit_test(transactions_settle),
        cmocka_unit_test(written_while_the_overlay_was_away),
    };

    return cmocka_run_group_tests_name(
        "service cache", tests, services_world, end_world);
}
