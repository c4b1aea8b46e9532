/* bench_collision.c - the rounds of test_collision.c on a slapd without this
 * overlay, with slapo-ppolicy: how often a letter that was handed out does not
 * open the account.
 *
 * Its clients are as careful as a client can be: each looks first whether the
 * account has a password, and writes only when it has none. EDC_COLLISIONS is
 * the number of rounds. Nothing is asserted.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/crowd.h"

#define POLICY "cn=policy," SUFFIX

static const setup stock = {.without = true,
    .above = "overlay ppolicy\nppolicy_default " POLICY
             "\nppolicy_hash_cleartext\n"};

/* What the rounds came to. */
typedef struct tally {
    unsigned long several; /* rounds in which more than one was told yes */
    unsigned long most;    /* yes in one round */
    unsigned long told;    /* letters handed out */
    unsigned long dead;    /* of these, open nothing */
} tally;

static bool
has_password(LDAP *ld, const char *dn)
{
    char *nothing[] = {LDAP_NO_ATTRS, NULL};
    LDAPMessage *found = NULL;
    bool has = ldap_search_ext_s(ld, dn, LDAP_SCOPE_BASE, "(userPassword=*)",
                   nothing, 0, NULL, NULL, NULL, 0, &found) == LDAP_SUCCESS &&
               ldap_count_entries(ld, found) > 0;

    ldap_msgfree(found);
    return has;
}

static answer
look_and_write(crowd *c, const crowd_round *r, size_t i)
{
    answer already = {.code = LDAP_UNWILLING_TO_PERFORM};

    if (has_password(c->clients[r->school[i]], c->guardian.dn))
        return already;
    return crowd_letter(c, r, i);
}

static void
count_round(tally *t, const crowd *c, const crowd_round *r, LDAP *ld)
{
    unsigned long yes = 0;

    for (size_t i = 0; i < r->n; i++) {
        if (r->answers[i].code != LDAP_SUCCESS)
            continue;
        yes++;
        if (client_bind(ld, c->guardian.dn, r->letter[i]).code != LDAP_SUCCESS)
            t->dead++;
    }
    t->told += yes;
    t->several += yes > 1;
    t->most = yes > t->most ? yes : t->most;
}

static void
rounds_without_the_overlay(void **state)
{
    unsigned long rounds = crowd_rounds("EDC_COLLISIONS", 10000);
    tally t = {0};
    world w;
    crowd c;
    LDAP *ld;

    (void)state;
    world_begin(&w, &stock);
    expect_ok(client_ldif(w.as[ROOT],
        "dn: " POLICY "\nobjectClass: device\nobjectClass: pwdPolicy\n"
        "cn: policy\npwdAttribute: userPassword\npwdMustChange: TRUE\n"
        "pwdMinLength: 12\npwdCheckQuality: 1\n"));
    crowd_begin(&c, &w, false);
    c.careful = look_and_write;
    ld = client_open(&w.server);
    for (unsigned long i = 0; i < rounds; i++) {
        crowd_round r;

        crowd_ask(&c, &r);
        count_round(&t, &c, &r, ld);
        expect_ok(client_modify(
            w.as[ROOT], c.guardian.dn, "replace: userPassword\n"));
    }
    print_message("slapd with slapo-ppolicy: %lu rounds, in %lu (%.1f %%) more "
                  "than one school was told its letter is valid, up to %lu\n"
                  "%lu letters were handed out, %lu (%.1f %%) open nothing\n",
        rounds, t.several, 100.0 * (double)t.several / (double)rounds, t.most,
        t.told, t.dead, 100.0 * (double)t.dead / (double)t.told);
    client_close(ld);
    crowd_end(&c);
    world_end(&w);
}

int
main(void)
{
    const struct CMUnitTest benches[] = {
        cmocka_unit_test(rounds_without_the_overlay),
    };

    return cmocka_run_group_tests(benches, NULL, NULL);
}
