/* test_mobile.c - each mobile has its key in the one form of numbers, by
 * whatever path it is written.
 */
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/exop.h"
#include "harness/parallel.h"

#define KEY "educonnectMobileKey"
#define MOBILE_OID "0.9.2342.19200300.100.1.41"
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define expect_key(w, dn, key) expect_values((w)->as[ROOT], dn, KEY, key)

static void
every_way_to_type_it(void **state)
{
    static const struct {
        const char *typed, *key;
    } numbers[] = {
        {"0612345678", "+33612345678"},
        {"06.12.34.56.78", "+33612345678"},
        {"612345678", "+33612345678"},
        {"0033612345678", "+33612345678"},
        {"+33 (0)6 12 34 56 78", "+33612345678"},
        {"06/12/34/56/78", "+33612345678"},
        {"06 12 34 56 78 (maman)", "+33612345678"},
        {"0692 12 34 56", "+262692123456"},
        {"+33 693 12 34 56", "+262693123456"},
        {"0639 12 34 56", "+262639123456"},
        {"0690123456", "+590690123456"},
        {"0691 22 34 56", "+590691223456"},
        {"0694123456", "+594694123456"},
        {"0696-12-34-56", "+596696123456"},
        {"0697 27 12 34", "+596697271234"},
        {"+687 12 34 56", "+687123456"},
        {"+689 87 12 34 56", "+68987123456"},
        {"+508 41 23 45", "+508412345"},
        {"00681 82 12 34", "+681821234"},
        {"+49 151 2345678", "+491512345678"},
        {"inconnu", ""},
        {"06 12 34 56", ""},
        {"06 12 34 56 78 / 06 98 76 54 32", ""},
    };
    world *w = *state;
    account a = new_guardian(w, COLLEGE);

    for (size_t i = 0; i < COUNT(numbers); i++) {
        expect_ok(client_modify(w->as[PROVISIONER], a.dn,
            "replace: mobile\nmobile: %s\n", numbers[i].typed));
        expect_key(w, a.dn, numbers[i].key);
        expect_stored(w->as[ROOT], a.dn, "mobile", numbers[i].typed);
    }
}

/* Modify by every operation and name; several numbers, each once. */
static void
modify_keeps_it(void **state)
{
    static const struct {
        const char *change, *key;
    } steps[] = {
        {"add: mobile\nmobile: 0612345678\n", "+33612345678"},
        {"add: mobile\nmobile: 0692123456\n", "+262692123456|+33612345678"},
        {"add: mobile\nmobile: 06.12.34.56.78\n", "+262692123456|+33612345678"},
        {"delete: mobile\nmobile: 0612345678\n", "+262692123456|+33612345678"},
        {"delete: mobile\nmobile: 06.12.34.56.78\n", "+262692123456"},
        {"replace: " MOBILE_OID "\n" MOBILE_OID ": 0690123456\n",
            "+590690123456"},
        {"add: mobile;lang-fr\nmobile;lang-fr: 0696123456\n",
            "+590690123456|+596696123456"},
        {"delete: mobile\n", "+596696123456"},
        {"replace: mobileTelephoneNumber;lang-fr\n", ""},
        {"add: MOBILE\nmobile: 0612345678\nmobile: 0692123456\n-\n"
         "delete: mobile\nmobile: 0612345678\n-\nadd: mobile\n"
         "mobile: 0694123456\n",
            "+262692123456|+594694123456"},
        {"replace: description\ndescription: x\n-\nreplace: mobile\n", ""},
    };
    world *w = *state;
    account a = new_guardian(w, COLLEGE);

    expect_ok(client_modify(w->as[ROOT], a.dn, "replace: mobile\n"));
    for (size_t i = 0; i < COUNT(steps); i++) {
        expect_ok(client_modify(w->as[ROOT], a.dn, "%s", steps[i].change));
        expect_key(w, a.dn, steps[i].key);
    }
}

/* What provisioning tools send with the Permissive Modify control (midPoint's
 * connector): what is there comes again, what is not there goes, and the key
 * is of what results. */
static void
permissive_modify_keeps_it(void **state)
{
    static const struct {
        const char *change, *mobiles, *key;
    } steps[] = {
        {"add: mobile\nmobile: 0612345678\n", "0612345678", "+33612345678"},
        {"add: mobile\nmobile: 0612345678\n", "0612345678", "+33612345678"},
        {"add: mobile\nmobile: 0612345678\nmobile: 0692123456\n",
            "0612345678|0692123456", "+262692123456|+33612345678"},
        {"delete: mobile\nmobile: 0699999999\n", "0612345678|0692123456",
            "+262692123456|+33612345678"},
        {"delete: mobile\nmobile: 0699999999\nmobile: 06 12 34 56 78\n",
            "0692123456", "+262692123456"},
        {"add: mobile\nmobile: 0612345678\n-\n"
         "delete: mobile\nmobile: 0612345678\n-\n"
         "delete: mobile\nmobile: 0612345678\n-\n"
         "add: mobile\nmobile: 0692123456\n",
            "0692123456", "+262692123456"},
        {"delete: mobile\n-\nadd: mobile\nmobile: 0692123456\n", "0692123456",
            "+262692123456"},
        {"delete: mobile;lang-fr\n-\nadd: objectClass\nobjectClass: "
         "educonnectLegalGuardian\n",
            "0692123456", "+262692123456"},
        {"delete: mobile\n", "", ""},
        {"delete: mobile\n", "", ""},
        {"delete: mobile\nmobile: 0612345678\n-\nadd: description\n"
         "description: x\n",
            "", ""},
    };
    world *w = *state;
    account a = new_guardian(w, COLLEGE);
    LDAP *ld = actor_login(&w->server, PROVISIONER);

    expect_ok(client_modify(ld, a.dn, "replace: mobile\n"));
    client_sends(ld, SENDS_PERMISSIVE, NULL);
    for (size_t i = 0; i < COUNT(steps); i++) {
        expect_ok(client_modify(ld, a.dn, "%s", steps[i].change));
        expect_values(w->as[ROOT], a.dn, "mobile", steps[i].mobiles);
        expect_key(w, a.dn, steps[i].key);
    }
    expect_stored(w->as[ROOT], a.dn, "description", "x");
    client_close(ld);
}

/* With an event in the same Modify; the holder's own too. */
static void
events_and_holders_keep_it(void **state)
{
    world *w = *state;
    account a = guardian_in(w, "active");
    LDAP *self = client_login(&w->server, a.dn, a.password);
    char password[96];

    expect_ok(
        client_modify(self, a.dn, "replace: mobile\nmobile: 06 98 76 54 32\n"));
    expect_key(w, a.dn, "+33698765432");
    fresh_password(w, password);
    expect_ok(client_modify(w->as[ACADEMY], a.dn,
        "replace: mobile\nmobile: 0697271234\n-\n"
        "replace: userPassword\nuserPassword: %s\n",
        password));
    expect_key(w, a.dn, "+596697271234");
    expect_stored(w->as[ROOT], a.dn, "educonnectState", "reset");
    client_close(self);
}

static void
new_entries_have_it(void **state)
{
    world *w = *state;

    expect_ok(client_ldif(w->as[PROVISIONER],
        "dn: uid=key1," PEOPLE "\nobjectClass: inetOrgPerson\n"
        "objectClass: educonnectLegalGuardian\nuid: key1\ncn: x\nsn: x\n"
        "mobile: 06 12 34 56 78\nmobile: 0033612345678\n"
        "mobile: no number\nmobile;lang-fr: 0590 12 34 56\n"));
    expect_key(w, "uid=key1," PEOPLE, "+33612345678|+590590123456");
    /* Who is no account has none, until the class comes. */
    expect_ok(client_ldif(w->as[ROOT],
        "dn: uid=key2," PEOPLE "\nobjectClass: inetOrgPerson\n"
        "uid: key2\ncn: x\nsn: x\nmobile: 0612345678\n"));
    expect_ok(client_modify(w->as[ROOT], "uid=key2," PEOPLE,
        "replace: mobile\nmobile: 0692123456\n"));
    expect_key(w, "uid=key2," PEOPLE, "");
    expect_ok(client_modify(w->as[PROVISIONER], "uid=key2," PEOPLE,
        "add: objectClass\nobjectClass: educonnectLegalGuardian\n"));
    expect_key(w, "uid=key2," PEOPLE, "+262692123456");
    assert_int_equal(
        client_count(w->as[ROOT], PEOPLE, "(" KEY "=+262 692-12 34 56)"), 1);
}

/* A number may be part of a name. */
static void
renames_keep_it(void **state)
{
    world *w = *state;
    account a = new_guardian(w, COLLEGE);
    char *numbered = text_of("uid=%s+mobile=0612345678," PEOPLE, a.uid);

    expect_ok(client_modify(w->as[ROOT], a.dn, "replace: mobile\n"));
    expect_ok(client_ldif(w->as[ROOT],
        "dn: %s\nchangetype: modrdn\nnewrdn: uid=%s+mobile=0612345678\n"
        "deleteoldrdn: 1\n",
        a.dn, a.uid));
    expect_key(w, numbered, "+33612345678");
    expect_ok(client_ldif(w->as[ROOT],
        "dn: %s\nchangetype: modrdn\nnewrdn: uid=%s\ndeleteoldrdn: 1\n",
        numbered, a.uid));
    expect_key(w, a.dn, "");
    free(numbered);
}

static void
clients_do_not_write_it(void **state)
{
    static const char *const changes[] = {"add: " KEY "\n" KEY
                                          ": +33612345678\n",
        "replace: " KEY "\n" KEY ": +33698765432\n", "delete: " KEY "\n",
        "replace: " ARC ".1.29\n" ARC ".1.29: +33698765432\n",
        "replace: " KEY "\n"};
    world *w = *state;
    account a = new_guardian(w, COLLEGE);

    expect_ok(client_modify(
        w->as[ROOT], a.dn, "replace: mobile\nmobile: 0612345678\n"));
    for (unsigned relax = 0; relax < 2; relax++) {
        client_sends(w->as[ROOT], relax ? SENDS_RELAX : 0, NULL);
        for (size_t i = 0; i < COUNT(changes); i++) {
            answer r = client_modify(w->as[ROOT], a.dn, "%s", changes[i]);

            assert_int_not_equal(r.code, LDAP_SUCCESS);
            expect_values(w->as[ACADEMY], a.dn, KEY, "+33612345678");
        }
        assert_int_not_equal(
            client_ldif(w->as[ROOT],
                "dn: uid=key3," PEOPLE "\nobjectClass: inetOrgPerson\n"
                "objectClass: educonnectLegalGuardian\nuid: key3\ncn: x\n"
                "sn: x\n" KEY ": +33612345678\n")
                .code,
            LDAP_SUCCESS);
    }
    client_sends(w->as[ROOT], 0, NULL);
}

#define WRITERS 4

/* Clients that write one account's numbers at once. */
static answer
add_and_drop(void *context, size_t index, LDAP *ld)
{
    const char *dn = context;
    answer a = {.code = LDAP_SUCCESS};

    for (unsigned i = 0; i < 20; i++)
        a = client_modify(ld, dn, "%s: mobile\nmobile: 0612%04zu%02u\n",
            i % 3 == 2 ? "delete" : "add", index, i % 3 == 2 ? i - 1 : i);
    return a;
}

static void
writers_at_once_keep_it(void **state)
{
    world *w = *state;
    account a = new_guardian(w, COLLEGE);
    LDAP *connections[WRITERS];
    char *mobiles, *expected = text_of("%s", "");

    expect_ok(client_modify(w->as[ROOT], a.dn, "replace: mobile\n"));
    for (unsigned i = 0; i < WRITERS; i++)
        connections[i] = actor_login(&w->server, ROOT);
    free(in_parallel(WRITERS, connections, add_and_drop, a.dn));
    for (unsigned i = 0; i < WRITERS; i++)
        client_close(connections[i]);
    mobiles = client_read_all(w->as[ROOT], a.dn, "mobile");
    assert_true(strlen(mobiles) > 20);
    for (char *m = strtok(mobiles, "|"); m != NULL; m = strtok(NULL, "|")) {
        char *more = text_of(
            "%s%s+33%s", expected, expected[0] == '\0' ? "" : "|", m + 1);

        free(expected);
        expected = more;
    }
    expect_key(w, a.dn, expected);
    free(expected);
    free(mobiles);
}

/* slapadd calls no overlay; what slapcat has written comes back. */
static void
tools_keep_it(void **state)
{
    world *w = *state;
    char *dump = NULL;

    server_stop(&w->server);
    assert_int_equal(
        server_tool(&w->server,
            "dn: uid=key4," PEOPLE "\nobjectClass: inetOrgPerson\n"
            "objectClass: educonnectLegalGuardian\nuid: key4\ncn: x\nsn: x\n"
            "mobile: 06 12 34 00 04\nmobile: 0692 12 34 56\n\n"
            "dn: uid=key5," PEOPLE "\nobjectClass: inetOrgPerson\n"
            "objectClass: educonnectStudent\nuid: key5\ncn: x\nsn: x\n"
            "mobile: 06 12 34 00 05\n" KEY ": +33600000000\n\n"
            "dn: uid=key6," PEOPLE "\nobjectClass: inetOrgPerson\n"
            "uid: key6\ncn: x\nsn: x\nmobile: 06 12 34 00 06\n\n",
            NULL, "slapadd", "-b %s", SUFFIX),
        0);
    assert_int_equal(server_tool(&w->server, NULL, &dump, "slapcat",
                         "-b %s -a '(uid=key4)'", SUFFIX),
        0);
    assert_non_null(strstr(dump, KEY ": +33612340004"));
    free(dump);
    assert_int_equal(
        server_tool(&w->server,
            "dn: uid=key5," PEOPLE "\nchangetype: modify\nreplace: mobile\n"
            "mobile: 06 12 34 00 55\n\n",
            NULL, "slapmodify", "-b %s", SUFFIX),
        0);
    server_start(&w->server);
    world_login(w);
    expect_key(w, "uid=key4," PEOPLE, "+262692123456|+33612340004");
    expect_key(w, "uid=key5," PEOPLE, "+33612340055");
    expect_key(w, "uid=key6," PEOPLE, "");
    assert_int_equal(
        client_count(w->as[ROOT], SUFFIX, "(" KEY "=+33612340004)"), 1);
}

/* slapd asks a class's check only of that class, and an attribute's only where
 * it is. */
static void
tools_take_it_away_with_the_last_number(void **state)
{
    static const setup how = {
        .global = "objectclass ( 1.1.2.99 NAME 'responsable'\n"
                  "    SUP educonnectLegalGuardian AUXILIARY )\n"};
    static const char *const classes[] = {
        "educonnectLegalGuardian", "responsable"};
    char *dump = NULL;
    world w;

    (void)state;
    world_begin(&w, &how);
    for (unsigned i = 0; i < COUNT(classes); i++)
        expect_ok(client_ldif(w.as[PROVISIONER],
            "dn: uid=key%u," PEOPLE "\nobjectClass: inetOrgPerson\n"
            "objectClass: %s\nuid: key%u\ncn: x\nsn: x\n"
            "mobile: 0612345678\n",
            i, classes[i], i));
    expect_key(&w, "uid=key1," PEOPLE, "+33612345678");
    server_stop(&w.server);
    for (unsigned i = 0; i < COUNT(classes); i++) {
        char *change = text_of("dn: uid=key%u," PEOPLE
                               "\nchangetype: modify\ndelete: mobile\n\n",
            i);

        assert_int_equal(
            server_tool(&w.server, change, NULL, "slapmodify", "-b %s", SUFFIX),
            0);
        free(change);
    }
    assert_int_equal(server_tool(&w.server, NULL, &dump, "slapcat",
                         "-b %s -a '(uid=key*)'", SUFFIX),
        0);
    assert_non_null(strstr(dump, "uid: key1"));
    assert_null(strstr(dump, KEY));
    free(dump);
    server_start(&w.server);
    world_login(&w);
    world_end(&w);
}

static void
the_region_counts(void **state)
{
    world *w = *state;
    account a = new_guardian(w, COLLEGE);

    expect_ok(world_configure(
        w, "replace: olcEduconnectRegion\nolcEduconnectRegion: 687\n"));
    expect_ok(client_modify(
        w->as[ROOT], a.dn, "replace: mobile\nmobile: 12.34.56\n"));
    expect_key(w, a.dn, "+687123456");
    expect_ok(world_configure(w, "delete: olcEduconnectRegion\n"));
    /* The same value again is how an entry from before gets its key. */
    expect_ok(client_modify(
        w->as[ROOT], a.dn, "replace: mobile\nmobile: 12.34.56\n"));
    expect_key(w, a.dn, "");
    assert_int_not_equal(
        world_configure(
            w, "replace: olcEduconnectRegion\nolcEduconnectRegion: 330\n")
            .code,
        LDAP_SUCCESS);
}

/* Rules from before the key hide mobile alone: the key goes with it. */
static void
who_sees_no_number_sees_no_key(void **state)
{
    static const setup how = {.access = "access to attrs=mobile\n"
                                        "    by self write\n"
                                        "    by dn.exact=\"uid=provisioner,"
                                        "ou=staff," SUFFIX "\" write\n"
                                        "    by * none\n"};
    world w;
    account a;

    (void)state;
    world_begin(&w, &how);
    a = guardian_in(&w, "active");
    expect_ok(client_modify(
        w.as[PROVISIONER], a.dn, "replace: mobile\nmobile: 0612345678\n"));
    for (actor who = ROOT; who < N_ACTORS; who++) {
        bool sees = who == ROOT || who == PROVISIONER;

        expect_values(w.as[who], a.dn, KEY, sees ? "+33612345678" : "");
        assert_int_equal(
            client_count(w.as[who], SUFFIX, "(" KEY "=+33612345678)"), sees);
        assert_int_equal(
            client_compare(w.as[who], a.dn, KEY, "+33612345678").code ==
                LDAP_COMPARE_TRUE,
            sees);
    }
    world_end(&w);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_way_to_type_it),
        cmocka_unit_test(modify_keeps_it),
        cmocka_unit_test(permissive_modify_keeps_it),
        cmocka_unit_test(events_and_holders_keep_it),
        cmocka_unit_test(new_entries_have_it),
        cmocka_unit_test(renames_keep_it),
        cmocka_unit_test(clients_do_not_write_it),
        cmocka_unit_test(writers_at_once_keep_it),
        cmocka_unit_test(tools_keep_it),
        cmocka_unit_test(tools_take_it_away_with_the_last_number),
        cmocka_unit_test(the_region_counts),
        cmocka_unit_test(who_sees_no_number_sees_no_key),
    };

    return cmocka_run_group_tests(tests, usual_world, end_world);
}
