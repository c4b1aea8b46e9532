/* test_own_name.c - the one read of a restricted session: its own name, and
 * nothing like it.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct lookup {
    const char *what;
    bool allowed;
    const char *base; /* NULL: the own name */
    int scope;
    const char *filter;        /* NULL: (objectClass=*) */
    const char *attributes[4]; /* none: all of them */
    bool types_only;
    int deref;
    const char *control; /* OID of one that goes along */
    struct berval value; /* of it */
} lookup;

#define NAME {"1.1"}
#define VALUE(bytes) {sizeof(bytes) - 1, (char *)(size_t)(bytes)}

static const lookup lookups[] = {
    {.what = "1.1", .allowed = true, .attributes = NAME},
    {.what = "dn", .allowed = true, .attributes = {"dn"}},
    {.what = "DN", .allowed = true, .attributes = {"DN"}},
    {.what = "both", .allowed = true, .attributes = {"1.1", "dn"}},
    {.what = "by page",
        .allowed = true,
        .attributes = NAME,
        .control = LDAP_CONTROL_PAGEDRESULTS,
        .value = VALUE("\x30\x05\x02\x01\x05\x04\x00")},
    {.what = "ManageDsaIT",
        .allowed = true,
        .attributes = NAME,
        .control = LDAP_CONTROL_MANAGEDSAIT},
    {.what = "policy",
        .allowed = true,
        .attributes = NAME,
        .control = PPOLICY_OID},
    {.what = "all"},
    {.what = "*", .attributes = {"*"}},
    {.what = "+", .attributes = {"+"}},
    {.what = "uid", .attributes = {"uid"}},
    {.what = "1.1 uid", .attributes = {"1.1", "uid"}},
    {.what = "uid dn", .attributes = {"uid", "dn"}},
    {.what = "dn +", .attributes = {"dn", "+"}},
    {.what = "entryDN", .attributes = {"entryDN"}},
    {.what = "entryUUID", .attributes = {"1.3.6.1.1.16.4"}},
    {.what = "dn;x", .attributes = {"dn;x"}},
    {.what = "@person", .attributes = {"@person"}},
    /* slapd itself reads this as 1.1. */
    {.what = "!person", .allowed = true, .attributes = {"!person"}},
    {.what = "types", .attributes = NAME, .types_only = true},
    {.what = "types of all", .types_only = true},
    {.what = "one level", .attributes = NAME, .scope = LDAP_SCOPE_ONELEVEL},
    {.what = "subtree", .attributes = NAME, .scope = LDAP_SCOPE_SUBTREE},
    {.what = "children", .attributes = NAME, .scope = LDAP_SCOPE_CHILDREN},
    {.what = "dereferenced", .attributes = NAME, .deref = LDAP_DEREF_ALWAYS},
    {.what = "found through", .attributes = NAME, .deref = LDAP_DEREF_FINDING},
    {.what = "through", .attributes = NAME, .deref = LDAP_DEREF_SEARCHING},
    {.what = "class", .attributes = NAME, .filter = "(objectClass=person)"},
    {.what = "value", .attributes = NAME, .filter = "(sn=Karadec)"},
    {.what = "another", .attributes = NAME, .filter = "(uid=*)"},
    {.what = "two", .attributes = NAME, .filter = "(&(objectClass=*)(sn=K*))"},
    {.what = "and", .attributes = NAME, .filter = "(&(objectClass=*))"},
    {.what = "or", .attributes = NAME, .filter = "(|(objectClass=*)(sn=K*))"},
    {.what = "not", .attributes = NAME, .filter = "(!(objectClass=*))"},
    {.what = "true", .attributes = NAME, .filter = "(&)"},
    {.what = "option", .attributes = NAME, .filter = "(objectClass;x=*)"},
    {.what = "no attribute", .attributes = NAME, .filter = "(nothing=*)"},
    {.what = "another's", .attributes = NAME, .base = "uid=academy," STAFF_DN},
    {.what = "nobody's", .attributes = NAME, .base = "uid=nobody," PEOPLE},
    {.what = "the parent's", .attributes = NAME, .base = PEOPLE},
    {.what = "the suffix", .attributes = NAME, .base = SUFFIX},
    {.what = "usability", .attributes = NAME, .control = USABILITY_OID},
    {.what = "sync",
        .attributes = NAME,
        .control = LDAP_CONTROL_SYNC,
        .value = VALUE("\x30\x03\x0a\x01\x01")},
    {.what = "subentries",
        .attributes = NAME,
        .control = LDAP_CONTROL_SUBENTRIES,
        .value = VALUE("\x01\x01\x00")},
    {.what = "assertion",
        .attributes = NAME,
        .control = LDAP_CONTROL_ASSERT,
        .value = VALUE("\x87\x02sn")},
    {.what = "values",
        .attributes = NAME,
        .control = LDAP_CONTROL_VALUESRETURNFILTER,
        .value = VALUE("\x30\x04\x87\x02sn")},
};
#define N_LOOKUPS (sizeof(lookups) / sizeof(lookups[0]))

/* Asks; returns the result, how many entries came, and how many of these with
 * an attribute. */
static int
look_up(LDAP *ld, const char *self, const lookup *l, int *entries, int *more)
{
    LDAPControl control = {(char *)(size_t)l->control, l->value, 0};
    LDAPControl *list[] = {l->control != NULL ? &control : NULL, NULL};
    struct timeval limit = limit_of(60);
    LDAPMessage *found = NULL;
    int code;

    ldap_set_option(ld, LDAP_OPT_DEREF, &l->deref);
    ldap_set_option(ld, LDAP_OPT_SERVER_CONTROLS, NULL);
    code = ldap_search_ext_s(ld, l->base != NULL ? l->base : self, l->scope,
        l->filter != NULL ? l->filter : "(objectClass=*)",
        (char **)(size_t)l->attributes, l->types_only, list, NULL, &limit, 0,
        &found);
    *entries = ldap_count_entries(ld, found);
    *more = 0;
    for (LDAPMessage *e = ldap_first_entry(ld, found); e != NULL;
        e = ldap_next_entry(ld, e)) {
        BerElement *ber = NULL;
        char *name = ldap_first_attribute(ld, e, &ber);

        *more += name != NULL;
        ldap_memfree(name);
        ber_free(ber, 0);
    }
    ldap_msgfree(found);
    return code;
}

static void
expect_lookups(LDAP *ld, const char *self, bool own, int otherwise)
{
    for (size_t i = 0; i < N_LOOKUPS; i++) {
        bool allowed = own && lookups[i].allowed;
        int entries, more;
        int code = look_up(ld, self, &lookups[i], &entries, &more);

        if (code != (allowed ? LDAP_SUCCESS : otherwise) ||
            entries != (allowed ? 1 : 0) || more != 0)
            FAIL("%s: %d, %d entries, %d with attributes", lookups[i].what,
                code, entries, more);
    }
}

/* Stock nslcd looks before it asks for a new password. */
static void
the_own_name_may_be_read(void **state)
{
    static const char *const states[] = {"informed", "reset"};
    world *w = *state;

    for (int i = 0; i < 2; i++) {
        account both[] = {student_in(w, states[i]), guardian_in(w, states[i])};

        for (int k = 0; k < 2; k++) {
            account *a = &both[k];
            LDAP *ld = client_login(&w->server, a->dn, a->password);

            expect_lookups(ld, a->dn, true, LDAP_INSUFFICIENT_ACCESS);
            client_sends(ld, SENDS_PPOLICY, NULL);
            expect(client_compare(ld, a->dn, "objectClass", "person"),
                LDAP_INSUFFICIENT_ACCESS, "S04");
            client_close(ld);
        }
    }
}

/* A letter that was replaced, or whose account is shut, opens not even that. */
static void
not_by_who_is_no_longer_anybody(void **state)
{
    world *w = *state;
    account a = student_in(w, "reset");
    LDAP *ld = client_login(&w->server, a.dn, a.password);

    step_inform(w, &a, HEAD1);
    expect_lookups(ld, a.dn, false, LDAP_INSUFFICIENT_ACCESS);
    client_close(ld);
    ld = client_login(&w->server, a.dn, a.password);
    step_state(w, &a, ACADEMY, "suspended");
    expect_lookups(ld, a.dn, false, LDAP_UNWILLING_TO_PERFORM);
    client_close(ld);
}

/* Nobody borrows it: neither as a proxy nor behind one. */
static void
not_through_a_proxy(void **state)
{
    world *w = *state;
    account a = student_in(w, "informed"), b = student_in(w, "active");
    LDAP *ld = actor_login(&w->server, ACADEMY);

    client_sends(ld, SENDS_PROXY, a.dn);
    expect(client_search(ld, a.dn), LDAP_INSUFFICIENT_ACCESS, "S04");
    client_close(ld);
    expect_ok(client_modify(
        w->as[ROOT], a.dn, "add: authzTo\nauthzTo: dn.subtree:" SUFFIX "\n"));
    ld = client_login(&w->server, a.dn, a.password);
    client_sends(ld, SENDS_PROXY, b.dn);
    expect(client_search(ld, b.dn), LDAP_INSUFFICIENT_ACCESS, "S04");
    client_close(ld);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_own_name_may_be_read),
        cmocka_unit_test(not_by_who_is_no_longer_anybody),
        cmocka_unit_test(not_through_a_proxy),
    };

    return cmocka_run_group_tests(tests, usual_world, end_world);
}
