/* carried.c - claim, merge and contest by way of a server in front. */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>

#include "exop/carried.h"

void
carried_add_portal(world *w)
{
    expect_ok(client_ldif(w->as[ROOT],
        "dn: " PORTAL "\nobjectClass: account\n"
        "objectClass: simpleSecurityObject\nuid: portal\n"
        "userPassword: " PORTAL_PASSWORD "\n"
        "authzTo: dn.subtree:" SUFFIX "\n"));
}

void
carried_begin(carried *c, world *w, int round)
{
    snprintf(c->mobile, sizeof(c->mobile), "071234567%d", round);
    c->a = guardian_in(w, "active");
    c->b = guardian_in(w, "active");
    c->claimed = new_guardian(w, COLLEGE);
    c->d = guardian_in(w, "active");
    expect_ok(client_modify(w->as[PROVISIONER], c->claimed.dn,
        "replace: mobile\nmobile: %s\n", c->mobile));
}

void
carried_arrive(const carried *c, world *w, const server *front)
{
    claim_data claim = {
        c->mobile, "Karadec", "Soizic", "2011-03-09", NEW_PASSWORD, NULL};
    LDAP *self, *registrar, *academy;
    answer r;

    registrar = actor_login(front, REGISTRAR);
    r = client_claim(registrar, &claim);
    expect_ok(r);
    assert_string_equal(r.made, c->claimed.dn);
    expect_ok(bind_once(&w->server, c->claimed.dn, NEW_PASSWORD));
    self = client_login(front, c->a.dn, c->a.password);
    r = client_merge(self, c->b.uid, c->b.password);
    expect_ok(r);
    assert_string_equal(r.made, c->b.dn);
    expect_ok(client_contest(self, c->a.child));
    academy = actor_login(front, ACADEMY);
    r = client_merge_of(academy, c->d.dn, c->a.dn);
    expect_ok(r);
    assert_string_equal(r.made, c->d.dn);
    expect_stored(w->as[ROOT], c->b.dn, "educonnectMergedInto", c->a.dn);
    expect_stored(w->as[ROOT], c->d.dn, "educonnectMergedInto", c->a.dn);
    expect_stored(
        w->as[ROOT], c->a.child, "educonnectContestedGuardian", c->a.dn);
    client_close(academy);
    client_close(self);
    client_close(registrar);
}

void
carried_refused(world *w, LDAP *ld, const account *a, const account *b,
    int code, const char *codes)
{
    claim_data claim = {
        "0700000000", "Personne", "Aucune", "2011-03-09", NEW_PASSWORD, NULL};

    expect(client_merge_of(ld, b->dn, a->dn), code, codes);
    expect(client_claim(ld, &claim), code, codes);
    expect_stored(w->as[ROOT], b->dn, "educonnectState", "active");
    expect_stored(w->as[ROOT], b->dn, "educonnectMergedInto", NULL);
}

void
carried_nothing(world *w, const account *a, const account *b)
{
    expect_stored(w->as[ROOT], b->dn, "educonnectState", "active");
    expect_stored(w->as[ROOT], a->child, "educonnectGuardian", a->dn);
}
