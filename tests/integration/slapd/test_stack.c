/* test_stack.c - with slapd's own overlays that write, log or watch: above and
 * below, every answer is the same, and every log record tells of its own entry.
 *
 * Those that log what is stored (accesslog, syncprov) belong below educonnect.
 * Those that write entries themselves (refint, memberof) and that refuse
 * (unique) are tried on both sides.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/crowd.h"
#include "harness/exop.h"
#include "harness/replica.h"
#include "harness/versions.h"

#define MODULES                                                                \
    REPLICA_MODULES "moduleload refint\nmoduleload memberof\n"                 \
                    "moduleload unique\n"
#define WRITERS                                                                \
    "overlay refint\nrefint_attributes educonnectGuardian seeAlso\n"           \
    "overlay memberof\nmemberof-refint TRUE\n"
#define UNIQUE "overlay unique\nunique_uri ldap:///" SUFFIX "?mail?sub\n"

static const setup stacks[] = {
    {.modules = MODULES,
        .databases = REPLICA_LOG,
        .below = REPLICA_OVERLAYS WRITERS UNIQUE},
    {.modules = MODULES,
        .databases = REPLICA_LOG,
        .below = REPLICA_OVERLAYS,
        .above = WRITERS UNIQUE},
    {.modules = MODULES,
        .databases = REPLICA_LOG,
        .below = WRITERS UNIQUE REPLICA_OVERLAYS},
    {.modules = MODULES,
        .databases = REPLICA_LOG,
        .below = UNIQUE REPLICA_OVERLAYS,
        .above = WRITERS},
};
#define N_STACKS (sizeof(stacks) / sizeof(stacks[0]))

/* ---- what the log must say ---- */

/* Every record that names an entry which is still there has its entryUUID. */
static void
expect_log_is_right(world *w)
{
    static char *wanted[] = {"reqDN", "reqEntryUUID", "reqType", NULL};
    LDAPMessage *found = NULL;
    LDAP *ld = w->as[ROOT];
    size_t compared = 0, lost = 0;

    REQUIRE(ldap_search_ext_s(ld, "cn=log", LDAP_SCOPE_ONELEVEL,
                "(&(objectClass=auditWriteObject)(reqResult=0))", wanted, 0,
                NULL, NULL, NULL, 0, &found) == LDAP_SUCCESS);
    for (LDAPMessage *e = ldap_first_entry(ld, found); e != NULL;
        e = ldap_next_entry(ld, e)) {
        struct berval **dn = ldap_get_values_len(ld, e, "reqDN");
        struct berval **uuid = ldap_get_values_len(ld, e, "reqEntryUUID");
        struct berval **type = ldap_get_values_len(ld, e, "reqType");
        char *has = client_read(ld, dn[0]->bv_val, "entryUUID");

        if (has != NULL && strcmp(type[0]->bv_val, "delete") != 0 &&
            strcmp(type[0]->bv_val, "modrdn") != 0) {
            if (uuid == NULL && slapd_does(SLAPD_DOES_LOG_WITHOUT_UUID))
                lost++;
            else if (uuid == NULL || strcmp(uuid[0]->bv_val, has) != 0)
                FAIL("the log of %s names %s", dn[0]->bv_val,
                    uuid != NULL ? uuid[0]->bv_val : "no entry");
            compared++;
        }
        free(has);
        ldap_value_free_len(dn);
        ldap_value_free_len(uuid);
        ldap_value_free_len(type);
    }
    ldap_msgfree(found);
    if (lost > 0)
        print_message("%zu of %zu: %s\n", lost, compared,
            slapd_trait_text(SLAPD_DOES_LOG_WITHOUT_UUID));
    REQUIRE(compared > 50 && compared - lost > 50);
}

/* ---- a life ---- */

static void
live(world *w)
{
    account a = guardian_in(w, "informed"), b = student_in(w, "active");

    expect(client_password(w->as[GDEL2], a.dn, NULL, NULL),
        LDAP_INSUFFICIENT_ACCESS, "A01");
    step_activate(w, &a);
    expect(client_password(w->as[HEAD1], a.dn, NULL, NULL),
        LDAP_UNWILLING_TO_PERFORM, "G02");
    step_inform(w, &b, HEAD1);
    step_activate(w, &b);
    step_state(w, &b, ASSISTANCE, "suspended");
    expect(bind_once(&w->server, b.dn, b.password), LDAP_INVALID_CREDENTIALS,
        "S02");
    step_state(w, &b, ASSISTANCE, "active");
    step_state(w, &b, PROVISIONER, "closed");
    for (int i = 0; i < 10; i++) {
        char *guess = text_of("Mauvaise-Reponse-%d", i);

        bind_once(&w->server, a.dn, guess);
        free(guess);
    }
    expect(
        bind_once(&w->server, a.dn, a.password), LDAP_INVALID_CREDENTIALS, "");
    expect_ok(client_modify(
        w->as[ASSISTANCE], a.dn, "delete: pwdAccountLockedTime\n"));
    expect_ok(bind_once(&w->server, a.dn, a.password));
    expect(client_replace(w->as[ACADEMY], a.dn, "userPassword", "court", 5),
        LDAP_CONSTRAINT_VIOLATION, "P01 P03");
}

/* A refusal from below is the client's answer, and changes nothing. */
static void
obey_unique(world *w)
{
    account a = new_guardian(w, COLLEGE), b = new_guardian(w, COLLEGE);
    char *before, *after;

    expect_ok(client_modify(
        w->as[PROVISIONER], a.dn, "replace: mail\nmail: soizic@example.org\n"));
    before = client_read(w->as[ROOT], b.dn, "entryCSN");
    expect(client_modify(w->as[PROVISIONER], b.dn,
               "replace: mail\nmail: soizic@example.org\n-\n"
               "replace: educonnectFederatedId\neduconnectFederatedId: fc-b\n"),
        LDAP_CONSTRAINT_VIOLATION, "");
    after = client_read(w->as[ROOT], b.dn, "entryCSN");
    assert_string_equal(before, after);
    free(before);
    free(after);
    /* The value that was reserved is free again. */
    expect_ok(client_modify(w->as[PROVISIONER], a.dn,
        "replace: educonnectFederatedId\neduconnectFederatedId: fc-b\n"));
}

static void
merge_and_contest(world *w)
{
    account a = guardian_in(w, "active"), b = guardian_in(w, "informed");
    LDAP *self = client_login(&w->server, a.dn, a.password);

    expect_ok(client_merge(self, b.uid, b.password));
    expect_stored(w->as[ROOT], b.dn, "educonnectMergedInto", a.dn);
    expect_ok(client_contest(self, b.child));
    expect_stored(w->as[ROOT], a.dn, "educonnectChild", a.child);
    client_close(self);
}

static void
await_stored(world *w, const char *dn, const char *attribute, const char *value)
{
    deadline d = deadline_in(30);

    for (bool there = false; !there;) {
        char *has = client_read_all(w->as[ROOT], dn, attribute);

        there = strcmp(has, value != NULL ? value : "") == 0;
        free(has);
        if (!there)
            deadline_wait(&d, attribute);
    }
}

/* Links follow, whether refint has a hand in it or not. */
static void
rename_and_delete(world *w)
{
    account a = guardian_in(w, "active");
    char *renamed = text_of("cn=%s," PEOPLE, a.uid);

    expect_ok(client_ldif(w->as[ROOT],
        "dn: cn=parents," SUFFIX "\nobjectClass: groupOfNames\ncn: parents\n"
        "member: %s\nmember: cn=nobody," SUFFIX "\n",
        a.dn));
    await_stored(w, a.dn, "memberOf", "cn=parents," SUFFIX);
    expect_ok(client_modify(
        w->as[PROVISIONER], a.dn, "replace: cn\ncn: %s\n", a.uid));
    expect_ok(client_ldif(w->as[PROVISIONER],
        "dn: %s\nchangetype: modrdn\nnewrdn: cn=%s\ndeleteoldrdn: 0\n", a.dn,
        a.uid));
    await_stored(w, a.child, "educonnectGuardian", renamed);
    expect_stored(w->as[ROOT], renamed, "educonnectChild", a.child);
    expect_ok(bind_once(&w->server, renamed, a.password));
    expect_ok(client_ldif(
        w->as[PROVISIONER], "dn: %s\nchangetype: delete\n", renamed));
    await_stored(w, a.child, "educonnectGuardian", NULL);
    expect_ok(client_ldif(
        w->as[PROVISIONER], "dn: %s\nchangetype: delete\n", a.child));
    expect_ok(client_ldif(
        w->as[ROOT], "dn: cn=parents," SUFFIX "\nchangetype: delete\n"));
}

static void
same_answers_in_every_stack(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_STACKS; i++) {
        world w;
        crowd c;

        print_message("stack %zu\n", i);
        world_begin(&w, &stacks[i]);
        live(&w);
        obey_unique(&w);
        merge_and_contest(&w);
        rename_and_delete(&w);
        crowd_begin(&c, &w, true);
        crowd_play(&c, crowd_rounds("EDC_ROUNDS", 100));
        crowd_end(&c);
        expect_log_is_right(&w);
        world_end(&w);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_answers_in_every_stack),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
