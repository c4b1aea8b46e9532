/* test_straight.c - what back-mdb would say of a right password is said where
 * nobody asks it, too; and whoever has a say in binds is asked.
 */
#include "harness/harness.h"

#include <stdlib.h>
#include <string.h>

#define RIGHT "Calanque-91-bleue"
#define HASH "{SSHA}/fodcwdhkcvYVagnsd7LmFvefeRzYWx0"

#define OF_VALUES                                                              \
    "access to attrs=userPassword val.regex=\"^[{]\"\n    by * none\n"
#define OF_ENTRIES                                                             \
    "access to filter=(description=hidden) attrs=userPassword by * none\n"
#define MORE                                                                   \
    "%seduconnect-import-schemes {SSHA}\neduconnect-hash memory=64 time=1\n"

static const char loaded[] =
    "dn: uid=open," PEOPLE "\nobjectClass: inetOrgPerson\n"
    "objectClass: educonnectStudent\nuid: open\ncn: O\nsn: O\n"
    "educonnectState: active\neduconnectActivatedBy: letter\n"
    "userPassword: " HASH "\n\n"
    "dn: uid=hidden," PEOPLE "\nobjectClass: inetOrgPerson\n"
    "objectClass: educonnectStudent\nuid: hidden\ncn: O\nsn: O\n"
    "description: hidden\n"
    "educonnectState: active\neduconnectActivatedBy: letter\n"
    "userPassword: " HASH "\n\n"
    "dn: uid=alias," PEOPLE "\nobjectClass: alias\n"
    "objectClass: extensibleObject\nobjectClass: educonnectStudent\n"
    "aliasedObjectName: uid=open," PEOPLE "\nuid: alias\n"
    "educonnectState: active\neduconnectActivatedBy: letter\n"
    "userPassword: " HASH "\n\n"
    "dn: uid=referral," PEOPLE "\nobjectClass: referral\n"
    "objectClass: extensibleObject\nobjectClass: educonnectStudent\n"
    "ref: ldap://127.0.0.1:1/uid=open," PEOPLE "\nuid: referral\n"
    "educonnectState: active\neduconnectActivatedBy: letter\n"
    "userPassword: " HASH "\n\n"
    "dn: uid=subentry," PEOPLE "\nobjectClass: subentry\n"
    "objectClass: extensibleObject\nobjectClass: educonnectStudent\n"
    "subtreeSpecification: {}\ncn: s\nuid: subentry\n"
    "educonnectState: active\neduconnectActivatedBy: letter\n"
    "userPassword: " HASH "\n\n";

static void
begin(world *w, setup *how)
{
    char *output = NULL, *directives = text_of(MORE, usual_roles());

    how->directives = directives;
    world_begin(w, how);
    free(directives);
    server_stop(&w->server);
    if (server_tool(&w->server, loaded, &output, "slapadd", "-q -b " SUFFIX) !=
        0)
        FAIL("%s", output);
    free(output);
    server_start(&w->server);
    world_login(w);
}

static int
result_of(world *w, const char *uid)
{
    char *dn = text_of("uid=%s," PEOPLE, uid);
    int code = bind_once(&w->server, dn, RIGHT).code;

    free(dn);
    return code;
}

/* Twice: of a digest, which is compared at once, and of the hash that was made
 * of it, which waits. */
static void
what_cannot_bind_does_not(void **state)
{
    static const char *const refused[] = {
        "hidden", "alias", "referral", "subentry"};
    setup how = {.access = OF_ENTRIES};
    world w = {.serial = 0};

    (void)state;
    begin(&w, &how);
    for (int time = 0; time < 2; time++) {
        assert_int_equal(result_of(&w, "open"), LDAP_SUCCESS);
        for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
            assert_int_equal(
                result_of(&w, refused[i]), LDAP_INVALID_CREDENTIALS);
    }
    world_end(&w);
}

/* slapd asks its rules about the password's value, the overlay before it about
 * the attribute: of the digest, and of the hash that was made of it. */
static void
rules_about_values_hold(void **state)
{
    setup how = {.access = OF_VALUES};
    world w = {.serial = 0};

    (void)state;
    begin(&w, &how);
    for (int time = 0; time < 2; time++)
        assert_int_equal(result_of(&w, "open"), LDAP_INVALID_CREDENTIALS);
    world_end(&w);
}

/* The connection's identity; slapo-rwm shows the entry under the other name. */
static void
a_name_that_is_rewritten_is_the_stored_one(void **state)
{
    static const char virtual[] = "uid=open,ou=virtual," SUFFIX;
    setup how = {.modules = "moduleload rwm\n",
        .above = "overlay rwm\nrwm-suffixmassage \"ou=virtual," SUFFIX
                 "\" \"" PEOPLE "\"\n"};
    world w = {.serial = 0};

    (void)state;
    begin(&w, &how);
    for (int time = 0; time < 2; time++) {
        LDAP *ld = client_login(&w.server, virtual, RIGHT);
        struct berval *id = NULL;

        REQUIRE(ldap_whoami_s(ld, &id, NULL, NULL) == LDAP_SUCCESS);
        assert_string_equal(id->bv_val, "dn:uid=open," PEOPLE);
        ber_bvfree(id);
        client_close(ld);
    }
    world_end(&w);
}

static void
slapd_writes_when_somebody_bound(void **state)
{
    setup how = {.database = "lastbind on\n"};
    world w = {.serial = 0};
    char *when;

    (void)state;
    begin(&w, &how);
    for (int time = 0; time < 2; time++) {
        assert_int_equal(result_of(&w, "open"), LDAP_SUCCESS);
        when = client_read(w.as[ROOT], "uid=open," PEOPLE, "pwdLastSuccess");
        assert_non_null(when);
        free(when);
        expect_ok(client_modify(w.as[ROOT], "uid=open," PEOPLE,
            "replace: description\ndescription: x\n"));
    }
    world_end(&w);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_cannot_bind_does_not),
        cmocka_unit_test(rules_about_values_hold),
        cmocka_unit_test(a_name_that_is_rewritten_is_the_stored_one),
        cmocka_unit_test(slapd_writes_when_somebody_bound),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
