/* test_runtime.c - the overlay switched off, on, away and back while there is
 * work under way.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GUARDIAN "educonnectGuardian"
#define LINKS 300

static answer
disable(world *w, const char *dn, const char *value)
{
    return client_modify(
        w->config, dn, "replace: olcDisabled\nolcDisabled: %s\n", value);
}

/* Off, slapd knows the attributes and nobody judges; on again, everything is
 * judged, and twice on is once on. */
static void
switched_off_and_on(void **state)
{
    world *w = *state;
    account a = student_in(w, "informed");
    char *dn = world_overlay_dn(w);

    for (int round = 0; round < 3; round++) {
        expect_ok(disable(w, dn, "TRUE"));
        expect_ok(client_modify(w->as[HEAD2], a.dn,
            "replace: mobile\nmobile: +33 6 00 00 00 0%d\n", round));
        assert_int_equal(
            bind_once(&w->server, a.dn, a.password).code, LDAP_SUCCESS);
        expect_ok(disable(w, dn, "FALSE"));
        expect_ok(disable(w, dn, "FALSE"));
        expect(client_password(w->as[HEAD2], a.dn, NULL, NULL),
            LDAP_INSUFFICIENT_ACCESS, "A01");
        expect(bind_once(&w->server, a.dn, "Faux-42-mot"),
            LDAP_INVALID_CREDENTIALS, "");
    }
    step_activate(w, &a);
    free(dn);
}

static void
make_links(world *w, const char *guardian, unsigned from)
{
    for (unsigned i = from; i < from + LINKS; i++)
        expect_ok(client_ldif(w->as[PROVISIONER],
            "dn: cn=l%u," PEOPLE "\nobjectClass: inetOrgPerson\n"
            "objectClass: educonnectStudent\nuid: l%u\ncn: l%u\nsn: "
            "L\n" GUARDIAN ": %s\n",
            i, i, i, guardian));
}

static void
expect_no_links(world *w, unsigned from)
{
    for (unsigned i = from; i < from + LINKS; i++) {
        char *dn = text_of("cn=l%u," PEOPLE, i);
        char *links = client_read_all(w->as[ACADEMY], dn, GUARDIAN);

        assert_string_equal(links, "");
        free(links);
        free(dn);
    }
}

static void
await_none_stored(world *w, const char *guardian)
{
    char *line = text_of(GUARDIAN ": %s\n", guardian);
    deadline d = deadline_in(20);

    for (bool there = true; there;) {
        char *ldif = NULL;

        assert_int_equal(
            server_tool(&w->server, NULL, &ldif, "slapcat", "-o ldif-wrap=no"),
            0);
        there = strstr(ldif, line) != NULL;
        free(ldif);
        if (there)
            deadline_wait(&d, "links to be taken out");
    }
    free(line);
}

/* The task that takes links out is in the middle when its overlay goes. */
static void
gone_in_the_middle_of_cleaning(void **state)
{
    world *w = *state;
    char *dn = world_overlay_dn(w);

    for (unsigned round = 0; round < 3; round++) {
        account a = new_guardian(w, COLLEGE);

        make_links(w, a.dn, round * LINKS);
        expect_ok(client_ldif(
            w->as[PROVISIONER], "dn: %s\nchangetype: delete\n", a.dn));
        expect_ok(disable(w, dn, "TRUE"));
        expect_ok(disable(w, dn, "FALSE"));
        expect_no_links(w, round * LINKS);
        await_none_stored(w, a.dn);
    }
    free(dn);
}

static void
taken_away_in_the_middle_of_cleaning(void **state)
{
    world *w = *state;
    account a = new_guardian(w, COLLEGE);
    char *dn = world_overlay_dn(w), *parent = strchr(dn, ',') + 1;

    make_links(w, a.dn, 3 * LINKS);
    expect_ok(
        client_ldif(w->as[PROVISIONER], "dn: %s\nchangetype: delete\n", a.dn));
    expect_ok(client_ldif(w->config, "dn: %s\nchangetype: delete\n", dn));
    expect_ok(client_ldif(w->config,
        "dn: olcOverlay=educonnect,%s\nobjectClass: olcOverlayConfig\n"
        "objectClass: olcEduconnectConfig\nolcOverlay: educonnect\n"
        "olcEduconnectRole: provisioner dn=uid=provisioner," STAFF_DN "\n",
        parent));
    expect_no_links(w, 3 * LINKS);
    expect_ok(client_ldif(w->as[PROVISIONER],
        "dn: %s\nobjectClass: inetOrgPerson\n"
        "objectClass: educonnectLegalGuardian\nuid: %s\ncn: N\nsn: N\n",
        a.dn, a.uid));
    expect_no_links(w, 3 * LINKS);
    free(dn);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(switched_off_and_on),
        cmocka_unit_test(gone_in_the_middle_of_cleaning),
        cmocka_unit_test(taken_away_in_the_middle_of_cleaning),
    };

    return cmocka_run_group_tests_name(
        "runtime", tests, usual_world, end_world);
}
