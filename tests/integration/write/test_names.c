/* test_names.c - what a new name gives: attributes by a new RDN, a school's
 * power or a role by the name itself. Nobody gets by it what slapd's access
 * rules do not let it write.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* What the server keeps is in no name. slapd alone finds that out after it has
 * put the value into the entry, where a second entryCSN ends it. */
static const char *const operational[] = {
    "entryCSN=20200101000000.000000Z#000000#000#000000",
    "1.3.6.1.4.1.4203.666.1.7=20200101000000.000000Z#000000#000#000000",
    "%s+ENTRYCSN=20200101000000.000000Z#000000#000#000000",
    "%s+modifyTimestamp=20200101000000Z",
    "%s+createTimestamp=20200101000000Z",
    "%s+entryUUID=11111111-1111-1111-1111-111111111111",
    "%s+modifiersName=cn\\3Da",
    "%s+pwdPolicySubentry=cn\\3Da",
};

static void
no_name_has_what_the_server_keeps(void **state)
{
    account a;
    world w;

    (void)state;
    world_begin(&w, NULL);
    a = student_in(&w, "active");
    for (size_t i = 0; i < 3 * sizeof(operational) / sizeof(operational[0]);
        i++) {
        const char *dn = i % 3 == 0   ? a.dn
                         : i % 3 == 1 ? COLLEGE
                                      : "uid=stranger," STAFF_DN;
        const char *at = operational[i / 3];
        bool more = strncmp(at, "%s", 2) == 0;
        int own = more ? (int)(strchr(dn, ',') - dn) : 0;

        expect(client_ldif(w.as[STRANGER],
                   "dn: %s\nchangetype: modrdn\nnewrdn: %.*s%s\n"
                   "deleteoldrdn: 0\n",
                   dn, own, dn, more ? at + 2 : at),
            LDAP_NAMING_VIOLATION, "");
    }
    expect_ok(client_whoami(w.as[STRANGER]));
    world_end(&w);
}

/* An identity that may rename, and may not write this schema. */
static const char closed_attributes[] =
    "access to attrs=objectClass,educonnectEnrolledAt,educonnectFederatedId,"
    "educonnectHead,educonnectStudentDelegate,educonnectGuardianDelegate,"
    "educonnectLegacyId\n"
    "    by dn.exact=\"uid=stranger," STAFF_DN "\" read\n"
    "    by * break\n";

static const char *const brought[] = {
    "educonnectFederatedId=urn:a-moi",
    "educonnectEnrolledAt=ou=lycee\\,ou=schools\\,dc=example\\,dc=org",
    "educonnectLegacyId=ancien",
    "uid=%s+educonnectFederatedId=urn:a-moi",
    "objectClass=educonnectLegalGuardian",
    "objectClass=educonnectService",
    "objectClass=2.25.330384226632443921537185309621840029201.2.4",
};

static void
a_new_rdn_brings_what_one_may_write(void **state)
{
    static const setup how = {.access = closed_attributes};
    account a;
    world w;

    (void)state;
    world_begin(&w, &how);
    a = student_in(&w, "active");
    for (size_t i = 0; i < sizeof(brought) / sizeof(brought[0]); i++) {
        const char *at = strstr(brought[i], "%s");
        const char *end = at == NULL ? "" : at + 2;
        int n = at == NULL ? (int)strlen(brought[i]) : (int)(at - brought[i]);

        expect(client_ldif(w.as[STRANGER],
                   "dn: %s\nchangetype: modrdn\nnewrdn: %.*s%s%s\n"
                   "deleteoldrdn: 0\n",
                   a.dn, n, brought[i], at == NULL ? "" : a.uid, end),
            LDAP_INSUFFICIENT_ACCESS, "");
    }
    expect(client_ldif(w.as[STRANGER],
               "dn: " COLLEGE "\nchangetype: modrdn\n"
               "newrdn: educonnectHead=uid=stranger\\,ou=staff\\,"
               "dc=example\\,dc=org\ndeleteoldrdn: 0\n"),
        LDAP_INSUFFICIENT_ACCESS, "");
    expect_ok(client_ldif(w.as[STRANGER],
        "dn: %s\nchangetype: modrdn\nnewrdn: description=la meme\n"
        "deleteoldrdn: 0\n",
        a.dn));
    world_end(&w);
}

/* ---- names that stand for somebody ---- */

static void
nobody_takes_a_heads_name(void **state)
{
    static const setup how = {.access = closed_attributes};
    char *head = actor_dn(HEAD2), *delegate = actor_dn(SDEL2);
    world w;

    (void)state;
    world_begin(&w, &how);
    for (size_t i = 0; i < 2; i++) {
        const char *dn = i == 0 ? head : delegate;
        char *rdn = text_of("%.*s", (int)strcspn(dn, ","), dn);

        expect_ok(client_ldif(w.as[ROOT], "dn: %s\nchangetype: delete\n", dn));
        expect(client_ldif(w.as[STRANGER],
                   "dn: %s\nobjectClass: inetOrgPerson\n%s\ncn: N\nsn: N\n", dn,
                   i == 0 ? "uid: head2" : "uid: sdel2"),
            LDAP_INSUFFICIENT_ACCESS, "A02");
        expect_ok(client_ldif(w.as[STRANGER],
            "dn: cn=Autre %zu," STAFF_DN "\nobjectClass: inetOrgPerson\n"
            "cn: Autre %zu\nsn: N\n",
            i, i));
        expect(client_ldif(w.as[STRANGER],
                   "dn: cn=Autre %zu," STAFF_DN "\nchangetype: modrdn\n"
                   "newrdn: %s\ndeleteoldrdn: 0\n",
                   i, rdn),
            LDAP_INSUFFICIENT_ACCESS, "A02");
        free(rdn);
    }
    /* With what is above it. */
    expect_ok(client_ldif(w.as[ROOT],
        "dn: ou=autres," SUFFIX "\nobjectClass: organizationalUnit\n"
        "ou: autres\n"));
    expect_ok(client_modify(w.as[ROOT], LYCEE,
        "replace: educonnectHead\neduconnectHead: cn=x,ou=futurs," SUFFIX
        "\n"));
    expect_ok(client_ldif(w.as[STRANGER],
        "dn: cn=x,ou=autres," SUFFIX "\nobjectClass: device\ncn: x\n"));
    expect(client_ldif(w.as[STRANGER],
               "dn: ou=autres," SUFFIX "\nchangetype: modrdn\n"
               "newrdn: ou=futurs\ndeleteoldrdn: 1\n"),
        LDAP_INSUFFICIENT_ACCESS, "A02");
    expect_ok(client_ldif(w.as[PROVISIONER],
        "dn: ou=autres," SUFFIX "\nchangetype: modrdn\n"
        "newrdn: ou=futurs\ndeleteoldrdn: 1\n"));
    /* Who may write the school's entry so might name itself there. */
    expect_ok(client_ldif(w.as[ACADEMY],
        "dn: %s\nobjectClass: inetOrgPerson\nuid: head2\ncn: N\nsn: N\n",
        head));
    world_end(&w);
    free(head);
    free(delegate);
}

/* Staff whom nobody may add or rename but with write access. */
static const char written_staff[] =
    "access to dn.subtree=\"" STAFF_DN "\"\n"
    "    by dn.exact=\"uid=stranger," STAFF_DN "\" write\n"
    "    by * break\n";

static void
nobody_takes_a_roles_name(void **state)
{
    static const setup how = {.access = written_staff};
    /* assistance has its role by the group. */
    static const char *const names[] = {
        "uid=provisioner", "uid=academy", "uid=assistance", "cn=helpdesk"};
    world w;

    (void)state;
    world_begin(&w, &how);
    expect_ok(client_ldif(w.as[STRANGER],
        "dn: cn=Autre," STAFF_DN "\nobjectClass: inetOrgPerson\n"
        "cn: Autre\nsn: N\n"));
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        expect_ok(client_ldif(
            w.as[ROOT], "dn: %s," STAFF_DN "\nchangetype: delete\n", names[i]));
        expect(client_ldif(w.as[STRANGER],
                   "dn: cn=Autre," STAFF_DN "\nchangetype: modrdn\n"
                   "newrdn: %s\ndeleteoldrdn: 0\n",
                   names[i]),
            LDAP_INSUFFICIENT_ACCESS, "A02");
        expect(client_ldif(w.as[STRANGER],
                   "dn: %s," STAFF_DN "\nobjectClass: device\n"
                   "objectClass: extensibleObject\ncn: helpdesk\n%s: %s\n",
                   names[i], names[i][0] == 'u' ? "uid" : "ou",
                   strchr(names[i], '=') + 1),
            LDAP_INSUFFICIENT_ACCESS, "A02");
        expect_ok(client_ldif(w.as[ROOT],
            "dn: cn=Autre," STAFF_DN "\nchangetype: modrdn\n"
            "newrdn: %s\ndeleteoldrdn: 0\n",
            names[i]));
        expect_ok(client_ldif(w.as[STRANGER],
            "dn: %s," STAFF_DN "\nchangetype: modrdn\n"
            "newrdn: cn=Autre\ndeleteoldrdn: 0\n",
            names[i]));
    }
    world_end(&w);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_name_has_what_the_server_keeps),
        cmocka_unit_test(a_new_rdn_brings_what_one_may_write),
        cmocka_unit_test(nobody_takes_a_heads_name),
        cmocka_unit_test(nobody_takes_a_roles_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
