/* test_load_refused.c - a module that cannot be loaded at run time leaves slapd
 * as it was: slapd goes on with what the module has registered before it found
 * that it cannot stay.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdlib.h>

#define CONFIG_MODULES "cn=module{0},cn=config"
#define ENTRY "cn=entry," SUFFIX

/* A name that the module wants late, after schema and passwords. */
static const setup taken = {.without = true,
    .modules = "moduleload ppolicy\n",
    .without_ppolicy = true,
    .global = "attributetype ( 1.3.6.1.4.1.4203.666.11.11.1\n"
              "    NAME 'educonnectMonitorEvents'\n"
              "    SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )\n"};

static void
slapd_goes_on(void **state)
{
    LDAP *root, *config;
    server s;

    (void)state;
    server_prepare(&s, &taken);
    server_start(&s);
    root = client_login(&s, ROOT_DN, ROOT_PASSWORD);
    config = client_login(&s, CONFIG_DN, CONFIG_PASSWORD);
    expect_ok(client_ldif(root,
        "dn: " SUFFIX "\nobjectClass: dcObject\nobjectClass: organization\n"
        "dc: example\no: x\n"));
    assert_int_not_equal(client_modify(config, CONFIG_MODULES,
                             "add: olcModuleLoad\nolcModuleLoad: educonnect\n")
                             .code,
        LDAP_SUCCESS);
    /* What the module brings of the schema is there, its checks with it. */
    expect(client_ldif(root, "dn: " ENTRY "\nobjectClass: organizationalUnit\n"
                             "objectClass: educonnectSchool\nou: x\ncn: entry\n"
                             "educonnectUai: 9990001A\n"),
        LDAP_CONSTRAINT_VIOLATION, "D01");
    expect_ok(client_ldif(root,
        "dn: " ENTRY "\nobjectClass: person\ncn: entry\nsn: x\n"
        "userPassword: {ARGON2}$argon2id$v=19$m=64,t=1,p=1$"
        "c2FsdHNhbHRzYWx0$AAAAAAAAAAAAAAAAAAAAAA\n"));
    expect(bind_once(&s, ENTRY, "wrong"), LDAP_INVALID_CREDENTIALS, "");
    client_close(root);
    client_close(config);
    server_finish(&s);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(slapd_goes_on)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
