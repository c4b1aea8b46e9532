/* test_crossing_values.c - a value that one entry only may have, given to two
 * by servers of which neither had heard of the other's.
 *
 * Each says so in its log as the other's arrives, the doctor finds it and says
 * what to do, and nobody else is given it.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/exop.h"
#include "harness/replica.h"
#include "harness/tool.h"
#include "harness/twins.h"

typedef struct given {
    const char *attribute;
    account to[2]; /* on either side */
} given;

static answer
give(world *w, const given *g, const char *dn)
{
    return client_modify(w->as[PROVISIONER], dn, "replace: %s\n%s: commun\n",
        g->attribute, g->attribute);
}

static void
expect_told(twins *t, int side, const given *g)
{
    char *log = server_log(&t->side[side].server);
    char *line = text_of("\"%s\" and \"%s\" have one %s", g->to[1 - side].dn,
        g->to[side].dn, g->attribute);

    if (strstr(log, line) == NULL)
        FAIL("not in the log of side %d: %s", side, line);
    free(line);
    free(log);
}

static void
expect_found(twins *t, int side, const given *g)
{
    tool found = tool_run(
        &t->side[side], ROOT, NULL, "doctor", "-b " SUFFIX " --data-only");
    char *detail = text_of("%s commun", g->attribute);

    expect_texts(found.out, "EDD-207", g->to[0].dn, g->to[1].dn, detail);
    free(detail);
    tool_free(&found);
}

/* Whoever would claim a third account by it. */
static void
expect_given_to_nobody(twins *t, int side, const char *federated)
{
    world *w = &t->side[side];
    account third = new_guardian(w, COLLEGE);
    claim_data claim = {"+33 6 12 34 56 70", "Karadec", "Soizic", "2011-03-09",
        NULL, federated};

    expect_ok(client_modify(w->as[PROVISIONER], third.dn,
        "replace: mobile\nmobile: %s\n", claim.mobile));
    expect(client_claim(w->as[REGISTRAR], &claim), LDAP_CONSTRAINT_VIOLATION,
        "D02");
    expect_stored(w->as[ROOT], third.dn, "educonnectState", "uninformed");
    expect_ok(client_ldif(
        w->as[PROVISIONER], "dn: %s\nchangetype: delete\n", third.dn));
}

static void
a_value_given_twice_is_told(void **state)
{
    given all[] = {{.attribute = "educonnectFederatedId"},
        {.attribute = "educonnectSourceId"}};
    size_t n = sizeof(all) / sizeof(all[0]);
    twins t;

    (void)state;
    twins_begin(&t, NULL);
    for (size_t i = 0; i < n; i++) {
        for (int side = 0; side < 2; side++)
            all[i].to[side] = guardian_in(&t.side[0], "active");
    }
    twins_agree(&t);
    server_stop(&t.side[1].server);
    world_login(&t.side[0]);
    for (size_t i = 0; i < n; i++)
        expect_ok(give(&t.side[0], &all[i], all[i].to[0].dn));
    server_stop(&t.side[0].server);
    server_start(&t.side[1].server);
    world_login(&t.side[1]);
    for (size_t i = 0; i < n; i++)
        expect_ok(give(&t.side[1], &all[i], all[i].to[1].dn));
    server_start(&t.side[0].server);
    world_login(&t.side[0]);
    twins_agree(&t);
    for (int side = 0; side < 2; side++) {
        for (size_t i = 0; i < n; i++) {
            expect_told(&t, side, &all[i]);
            expect_found(&t, side, &all[i]);
            expect(give(&t.side[side], &all[i], all[1 - i].to[0].dn),
                LDAP_CONSTRAINT_VIOLATION, "D02");
        }
        expect_given_to_nobody(&t, side, "commun");
    }
    /* As the doctor says. */
    expect_ok(client_modify(t.side[0].as[PROVISIONER], all[0].to[1].dn,
        "delete: educonnectFederatedId\n"));
    twins_agree(&t);
    expect(give(&t.side[1], &all[0], all[1].to[0].dn),
        LDAP_CONSTRAINT_VIOLATION, "D02");
    twins_end(&t);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_value_given_twice_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
