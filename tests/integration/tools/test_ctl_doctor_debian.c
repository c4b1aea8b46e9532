/* test_ctl_doctor_debian.c - doctor on the configuration that Debian's slapd
 * comes with: what is wrong is found, every repair is applied as it is printed,
 * doctor is content then, and nobody is locked out.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <jansson.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/doctor.h"
#include "harness/launch.h"
#include "harness/tool.h"

#define MACHINE "gidNumber=0+uidNumber=0,cn=peercred,cn=external,cn=auth"
#define PUPILS 620 /* more than slapd's size limit */

/* What Debian's slapd package makes of a new installation: access rules, the
 * log level, no limits, indexes, the rootdn and its password. Whoever runs the
 * tests stands for root of the machine. */
static char *
debian(const server *s)
{
    char *mapped =
        getuid() == 0
            ? text_of("%s", "")
            : text_of("olcAuthzRegexp: {0}gidNumber=%d\\+uidNumber=%d,"
                      "cn=peercred,cn=external,cn=auth " MACHINE "\n",
                  (int)getgid(), (int)getuid());
    const char *schema = launch_schema_directory();
    char *text = text_of(
        "dn: cn=config\nobjectClass: olcGlobal\ncn: config\n"
        "olcPidFile: %s/pid\nolcArgsFile: %s/args\nolcLogLevel: none\n"
        "olcToolThreads: 1\n%s\n"
        "dn: olcDatabase={-1}frontend,cn=config\n"
        "objectClass: olcDatabaseConfig\nobjectClass: olcFrontendConfig\n"
        "olcDatabase: {-1}frontend\nolcSizeLimit: 500\n"
        "olcAccess: {0}to * by dn.exact=" MACHINE " manage by * break\n"
        "olcAccess: {1}to dn.exact=\"\" by * read\n"
        "olcAccess: {2}to dn.base=\"cn=Subschema\" by * read\n\n"
        "dn: olcDatabase=config,cn=config\nobjectClass: olcDatabaseConfig\n"
        "olcDatabase: config\nolcAccess: to * by dn.exact=" MACHINE
        " manage by * break\nolcRootDN: cn=admin,cn=config\n\n"
        "dn: cn=schema,cn=config\nobjectClass: olcSchemaConfig\ncn: schema\n\n"
        "include: file://%s/core.ldif\ninclude: file://%s/cosine.ldif\n"
        "include: file://%s/nis.ldif\ninclude: file://%s/inetorgperson.ldif\n\n"
        "dn: cn=module{0},cn=config\nobjectClass: olcModuleList\n"
        "cn: module{0}\nolcModulePath: %s/modules:%s\nolcModuleLoad: "
        "back_mdb\n\n"
        "dn: olcDatabase=mdb,cn=config\nobjectClass: olcDatabaseConfig\n"
        "objectClass: olcMdbConfig\nolcDatabase: mdb\nolcDbMaxSize: "
        "1073741824\nolcDbCheckpoint: 512 30\nolcLastMod: TRUE\n"
        "olcSuffix: " SUFFIX "\nolcDbDirectory: %s/db\nolcRootDN: " ROOT_DN
        "\nolcRootPW: " ROOT_PASSWORD "\nolcDbIndex: objectClass eq\n"
        "olcDbIndex: cn,uid eq\nolcDbIndex: uidNumber,gidNumber eq\n"
        "olcDbIndex: member,memberUid eq\n"
        "olcAccess: to attrs=userPassword by self write by anonymous auth by "
        "* none\n"
        "olcAccess: to attrs=shadowLastChange by self write by * read\n"
        "olcAccess: to * by * read\n",
        s->directory, s->directory, mapped, schema, schema, schema, schema,
        s->directory, launch_modules(), s->directory);

    free(mapped);
    return text;
}

/* A running slapd of that configuration, and root of the machine's session. */
typedef struct machine {
    server server;
    LDAP *root;
} machine;

static void
begin(machine *m)
{
    static const setup how = {
        .without = true, .config_directory = true, .ldapi = true};
    char *ldif, *path, *command;

    memset(m, 0, sizeof(*m));
    server_prepare(&m->server, &how);
    ldif = debian(&m->server);
    path = server_path(&m->server, "debian.ldif");
    write_file(path, ldif);
    command = text_of("%s -n 0 -F %s/slapd.d -l %s",
        launch_tool(&m->server, "slapadd"), m->server.directory, path);
    REQUIRE(system(command) == 0);
    m->server.converted = true;
    server_start(&m->server);
    m->root = client_machine(&m->server);
    free(command);
    free(path);
    free(ldif);
}

static void
end(machine *m)
{
    client_close(m->root);
    server_finish(&m->server);
}

static tool
run(machine *m, const char *subcommand, const char *words)
{
    return tool_run_plain(
        NULL, subcommand, "-Y EXTERNAL -H %s %s", m->server.ldapi_url, words);
}

static void
expect_finding(machine *m, const char *code, const char *part)
{
    tool t = run(m, "doctor", "-b " SUFFIX);

    expect_status(&t, 1);
    if (!doctor_finds(&t, code, "") || strstr(t.out, part) == NULL)
        FAIL("%s %s was not found:\n%s", code, part, t.out);
    tool_free(&t);
}

static void
expect_no_finding(machine *m, const char *code)
{
    tool t = run(m, "doctor", "-b " SUFFIX);

    if (doctor_finds(&t, code, ""))
        FAIL("%s was found:\n%s", code, t.out);
    tool_free(&t);
}

static void
set_up(machine *m)
{
    char *words = text_of("--module-path %s/modules --role 'provisioner "
                          "dn=uid=provisioner," STAFF_DN
                          "' --role 'academy dn=uid=academy," STAFF_DN
                          "' --set 'hash memory=64 time=1 parallelism=1'",
        m->server.directory);
    tool t = run(m, "setup", words);

    expect_status(&t, 0);
    tool_free(&t);
    free(words);
}

/* Entries of an LDIF, one after the other. */
static void
add_all(LDAP *ld, char *ldif)
{
    char *next;

    for (char *at = ldif; at != NULL && *at != '\0'; at = next) {
        next = strstr(at, "\n\n");
        if (next != NULL) {
            next[1] = '\0';
            next += 2;
        }
        if (strncmp(at, "dn: ", 4) == 0)
            expect_ok(client_ldif(ld, "%s", at));
    }
}

static void
fill(machine *m)
{
    LDAP *admin = client_login(&m->server, ROOT_DN, ROOT_PASSWORD);
    char *sample = sample_ldif(true);

    add_all(admin, sample);
    for (int i = 0; i < PUPILS; i++)
        expect_ok(client_ldif(admin,
            "dn: uid=pupil%d," PEOPLE "\nchangetype: add\nobjectClass: "
            "inetOrgPerson\nobjectClass: educonnectStudent\nuid: pupil%d\n"
            "cn: P %d\nsn: Karadec\ngivenName: Zoe\neduconnectClass: 6EME "
            "A\neduconnectIne: %09dAB\neduconnectBirthDate: 2014-05-06\n"
            "educonnectEnrolledAt: " COLLEGE "\n\n",
            i, i, i, i));
    free(sample);
    client_close(admin);
}

/* Applies every repair that doctor prints, each as it stands. How many. */
static size_t
repair_all(machine *m)
{
    tool t = run(m, "doctor", "-b " SUFFIX " --json");
    size_t n = doctor_repair(&t, m->root, NULL);

    tool_free(&t);
    return n;
}

/* ---- the tests ---- */

/* Before anything was set up: the configuration comes first, and an empty
 * database is not called good. */
static void
a_fresh_installation_is_told_of(void **state)
{
    machine m;
    tool t;

    (void)state;
    begin(&m);
    t = run(&m, "doctor", "-b " SUFFIX);
    expect_status(&t, 1);
    REQUIRE(strncmp(t.out, "EDD-101 ", 8) == 0);
    REQUIRE(doctor_finds(&t, "EDD-107", "") && doctor_finds(&t, "EDD-124", ""));
    REQUIRE(doctor_finds(&t, "EDD-125", "") && doctor_finds(&t, "EDD-111", ""));
    REQUIRE(strstr(t.out, "\n0 errors") == NULL);
    expect_text(t.out, " notes in 0 entries\n");
    tool_free(&t);
    t = run(&m, "doctor", "-b " SUFFIX " --data-only");
    expect_status(&t, 1);
    REQUIRE(strncmp(t.out, "EDD-124 ", 8) == 0);
    tool_free(&t);
    end(&m);
}

/* Everybody who works still can. */
static void
expect_all_work(machine *m)
{
    char *password = actor_password(HEAD1);
    char *head_dn = actor_dn(HEAD1);
    LDAP *head = client_login(&m->server, head_dn, password);
    LDAP *academy;
    char *academy_dn = actor_dn(ACADEMY);
    char *academy_password = actor_password(ACADEMY);

    /* Root of the machine: data, states, passwords, configuration. */
    expect_ok(client_ldif(m->root,
        "dn: uid=added," PEOPLE "\nchangetype: add\nobjectClass: "
        "inetOrgPerson\nobjectClass: educonnectLegalGuardian\nuid: added\n"
        "cn: A\nsn: A\ngivenName: A\n\n"));
    expect_ok(client_modify(m->root, "uid=added," PEOPLE,
        "replace: educonnectState\neduconnectState: closed\n"));
    expect_ok(client_modify(m->root, "uid=added," PEOPLE,
        "replace: educonnectState\neduconnectState: uninformed\n"));
    expect_ok(client_modify(m->root, academy_dn,
        "replace: userPassword\nuserPassword: %s\n", academy_password));
    expect_ok(client_modify(
        m->root, "cn=config", "replace: olcIdleTimeout\nolcIdleTimeout: 0\n"));
    expect_ok(client_ldif(
        m->root, "dn: uid=added," PEOPLE "\nchangetype: delete\n\n"));
    academy = client_login(&m->server, academy_dn, academy_password);
    REQUIRE(client_count(academy, PEOPLE, "(uid=pupil1)") == 1);
    client_close(academy);
    REQUIRE(client_count(head, PEOPLE, "(uid=pupil1)") == 1);
    client_close(head);
    free(academy_password);
    free(academy_dn);
    free(head_dn);
    free(password);
}

static tool
report_as_head(machine *m)
{
    char *secret = server_path(&m->server, "head-secret");
    char *password = actor_password(HEAD1), *dn = actor_dn(HEAD1);
    tool t;

    write_file(secret, password);
    t = tool_run_plain(NULL, "report",
        "-H %s -D %s -y %s -b " SUFFIX " -s " COLLEGE_UAI, m->server.url, dn,
        secret);
    free(dn);
    free(password);
    free(secret);
    return t;
}

static void
every_repair_helps_and_locks_nobody_out(void **state)
{
    static const char *const expected[] = {
        "EDD-107", "EDD-123", "EDD-125", "EDD-115", "EDD-116", "EDD-130"};
    machine m;
    size_t rounds = 0;
    tool t;

    (void)state;
    begin(&m);
    set_up(&m);
    fill(&m);
    t = report_as_head(&m);
    expect_status(&t, 3);
    expect_text(t.err, "pages do not help");
    expect_text(t.err, "olcLimits: {0}dn.exact=\"");
    tool_free(&t);
    t = run(&m, "doctor", "-b " SUFFIX);
    expect_status(&t, 1);
    for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
        if (!doctor_finds(&t, expected[i], ""))
            FAIL("%s was not found:\n%s", expected[i], t.out);
    }
    expect_text(t.out, MACHINE ": ended after 500 entries");
    expect_text(t.out, " in 500 entries\n");
    REQUIRE(strstr(t.out, "EDD-201") == NULL);
    tool_free(&t);
    while (repair_all(&m) > 0)
        REQUIRE(++rounds < 4);
    REQUIRE(rounds > 0);
    /* The rootdn passes limits and rules; what is left has no LDIF. */
    t = run(&m, "doctor", "-b " SUFFIX);
    for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
        if (doctor_finds(&t, expected[i], ""))
            FAIL("%s is still found:\n%s", expected[i], t.out);
    }
    expect_text(t.out, "\n0 errors, ");
    REQUIRE(strstr(t.out, " in 0 entries") == NULL);
    REQUIRE(strstr(t.out, " in 500 entries") == NULL);
    tool_free(&t);
    expect_all_work(&m);
    t = report_as_head(&m);
    expect_status(&t, 0);
    expect_text(t.out, "620");
    tool_free(&t);
    end(&m);
}

/* Whoever may not bind as root of the machine gets no LDIF that needs it. */
static void
a_session_that_is_no_root_sees_no_repair_of_the_password(void **state)
{
    machine m;
    char *secret;
    tool t;

    (void)state;
    begin(&m);
    set_up(&m);
    expect_ok(client_modify(m.root, "olcDatabase={0}config,cn=config",
        "add: olcRootPW\nolcRootPW: " CONFIG_PASSWORD "\n"));
    secret = server_path(&m.server, "config-secret");
    write_file(secret, CONFIG_PASSWORD);
    tool_secret(CONFIG_PASSWORD);
    t = tool_run_plain(NULL, "doctor",
        "-H %s -D cn=admin,cn=config -y %s -b " SUFFIX, m.server.url, secret);
    REQUIRE(doctor_finds(&t, "EDD-107", ""));
    expect_text(t.out, "bind as root of the machine to see the repair");
    REQUIRE(strstr(t.out, "delete: olcRootPW") == NULL);
    tool_free(&t);
    free(secret);
    end(&m);
}

/* A letter, and two passwords of the holder's. */
static void
choose_passwords(machine *m, const char *dn)
{
    static const char *const passwords[] = {"Letter-of-Schoo1-Genets",
        "First-Ch0ice-of-Mine", "Second-Ch0ice-of-Mine"};

    expect_ok(client_modify(m->root, dn,
        "replace: userPassword\nuserPassword: %s\n", passwords[0]));
    for (size_t i = 0; i < 2; i++) {
        LDAP *holder = client_login(&m->server, dn, passwords[i]);

        expect_ok(client_password(holder, dn, passwords[i], passwords[i + 1]));
        client_close(holder);
    }
}

#define REPLICATOR "cn=replicator," STAFF_DN
#define REPLICATOR_PASSWORD "secret-of-the-replicator"

/* Before setup, so that the order is right. */
static void
put_others_beside(machine *m)
{
    expect_ok(client_modify(m->root, "cn=module{0},cn=config",
        "add: olcModuleLoad\nolcModuleLoad: ppolicy\nolcModuleLoad: "
        "syncprov\nolcModuleLoad: argon2\n"));
    expect_ok(client_ldif(m->root,
        "dn: olcOverlay=syncprov,olcDatabase={1}mdb,cn=config\nchangetype: "
        "add\nobjectClass: olcOverlayConfig\nobjectClass: "
        "olcSyncProvConfig\nolcOverlay: syncprov\n\n"));
    expect_ok(client_ldif(m->root,
        "dn: olcOverlay=ppolicy,olcDatabase={1}mdb,cn=config\nchangetype: "
        "add\nobjectClass: olcOverlayConfig\nobjectClass: "
        "olcPPolicyConfig\nolcOverlay: ppolicy\nolcPPolicyDefault: "
        "cn=default," SUFFIX "\n\n"));
}

static void
make_replicator(machine *m)
{
    LDAP *admin = client_login(&m->server, ROOT_DN, ROOT_PASSWORD);

    expect_ok(client_ldif(admin,
        "dn: " REPLICATOR "\nchangetype: add\nobjectClass: organizationalRole\n"
        "objectClass: simpleSecurityObject\ncn: "
        "replicator\nuserPassword: " REPLICATOR_PASSWORD "\n\n"));
    client_close(admin);
    expect_ok(client_modify(m->root, "olcDatabase={1}mdb,cn=config",
        "add: olcAccess\nolcAccess: {0}to * by dn.exact=\"" REPLICATOR
        "\" read by * break\n"));
}

/* It reads what it read, and former passwords now. */
static void
expect_replicator_reads(machine *m)
{
    static const char *const read[] = {
        "educonnectPasswordHistory", "userPassword", "educonnectIne"};
    LDAP *ld = client_login(&m->server, REPLICATOR, REPLICATOR_PASSWORD);

    for (size_t i = 0; i < sizeof(read) / sizeof(read[0]); i++) {
        char *value = client_read(ld, "uid=pupil7," PEOPLE, read[i]);

        REQUIRE(value != NULL);
        free(value);
    }
    client_close(ld);
}

static void
what_stands_beside_the_overlay_is_found(void **state)
{
    machine m;

    (void)state;
    begin(&m);
    put_others_beside(&m);
    set_up(&m);
    fill(&m);
    expect_finding(&m, "EDD-126", "delete: olcPPolicyDefault");
    expect_finding(&m, "EDD-127", "  - argon2\n");
    expect_no_finding(&m, "EDD-104");
    /* Nobody by name, so there is nobody to repair it for. */
    expect_finding(&m, "EDD-129", "olcDatabase={1}mdb,cn=config\n");
    make_replicator(&m);
    expect_finding(&m, "EDD-129", "manage by * break");
    for (int round = 0; repair_all(&m) > 0; round++)
        REQUIRE(round < 4);
    expect_no_finding(&m, "EDD-126");
    expect_no_finding(&m, "EDD-129");
    choose_passwords(&m, "uid=pupil7," PEOPLE);
    expect_replicator_reads(&m);
    expect_all_work(&m);
    end(&m);
}

/* ---- no rootdn; passwords in clear ---- */

static void
a_database_without_a_rootdn_gets_root_of_the_machine(void **state)
{
    machine m;

    (void)state;
    begin(&m);
    set_up(&m);
    fill(&m);
    expect_no_finding(&m, "EDD-106");
    expect_ok(client_modify(m.root, "olcDatabase={1}mdb,cn=config",
        "delete: olcRootPW\n-\ndelete: olcRootDN\n"));
    expect_finding(&m, "EDD-106", "add: olcRootDN");
    for (int round = 0; repair_all(&m) > 0; round++)
        REQUIRE(round < 4);
    expect_no_finding(&m, "EDD-106");
    expect_all_work(&m);
    end(&m);
}

/* A certificate for a day, and its key, signed by itself. */
static void
make_certificate(const char *certificate, const char *key)
{
    EVP_PKEY *pair = EVP_EC_gen("P-256");
    X509 *x = X509_new();
    FILE *file = fopen(certificate, "w");

    REQUIRE(pair != NULL && x != NULL && file != NULL);
    REQUIRE(X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN",
        MBSTRING_ASC, (const unsigned char *)"localhost", -1, -1, 0));
    REQUIRE(X509_set_issuer_name(x, X509_get_subject_name(x)));
    REQUIRE(ASN1_INTEGER_set(X509_get_serialNumber(x), 1));
    REQUIRE(X509_gmtime_adj(X509_getm_notBefore(x), -3600) != NULL &&
            X509_gmtime_adj(X509_getm_notAfter(x), 400 * 86400L) != NULL);
    REQUIRE(X509_set_pubkey(x, pair) && X509_sign(x, pair, EVP_sha256()) > 0);
    REQUIRE(PEM_write_X509(file, x) == 1 && fclose(file) == 0);
    file = fopen(key, "w");
    REQUIRE(file != NULL &&
            PEM_write_PrivateKey(file, pair, NULL, NULL, 0, NULL, NULL) == 1);
    REQUIRE(fclose(file) == 0);
    X509_free(x);
    EVP_PKEY_free(pair);
}

/* Whoever bound in clear does no more; root of the machine still does. */
static void
binds_in_clear_are_ended_for_all_but_the_machine(void **state)
{
    machine m;
    char *certificate, *key;

    (void)state;
    begin(&m);
    set_up(&m);
    fill(&m);
    certificate = server_path(&m.server, "tls.pem");
    key = server_path(&m.server, "tls.key");
    make_certificate(certificate, key);
    expect_finding(&m, "EDD-111", "cn=config");
    expect_ok(client_modify(m.root, "cn=config",
        "add: olcTLSCertificateFile\nolcTLSCertificateFile: %s\n-\nadd: "
        "olcTLSCertificateKeyFile\nolcTLSCertificateKeyFile: %s\n",
        certificate, key));
    expect_no_finding(&m, "EDD-111");
    expect_finding(&m, "EDD-112", "simple_bind=71");
    for (int round = 0; repair_all(&m) > 0; round++)
        REQUIRE(round < 4);
    expect_no_finding(&m, "EDD-112");
    expect(bind_once(&m.server, ROOT_DN, ROOT_PASSWORD),
        LDAP_CONFIDENTIALITY_REQUIRED, "");
    client_close(m.root);
    m.root = client_machine(&m.server);
    expect_ok(client_modify(
        m.root, "cn=config", "replace: olcIdleTimeout\nolcIdleTimeout: 0\n"));
    expect_ok(client_modify(m.root, "uid=pupil1," PEOPLE,
        "replace: educonnectState\neduconnectState: closed\n"));
    free(key);
    free(certificate);
    end(&m);
}

static void
a_consumer_without_the_overlay_is_found(void **state)
{
    machine m;

    (void)state;
    begin(&m);
    expect_no_finding(&m, "EDD-128");
    expect_ok(client_modify(m.root, "olcDatabase={1}mdb,cn=config",
        "add: olcSyncrepl\nolcSyncrepl: {0}rid=1 provider=ldap://127.0.0.1:1 "
        "type=refreshAndPersist searchbase=\"" SUFFIX
        "\" bindmethod=simple binddn=\"cn=r," SUFFIX
        "\" credentials=secret-of-a-consumer retry=\"3600 +\"\n"));
    expect_finding(&m, "EDD-128", "olcDatabase={1}mdb,cn=config");
    set_up(&m);
    expect_no_finding(&m, "EDD-128");
    end(&m);
}

static const struct {
    const char *limit;
    bool enough;
} limits[] = {
    {"users size=unlimited", true},
    {"* size=unlimited", true},
    {"users size.soft=500 size.hard=unlimited", true},
    {"users size.prtotal=unlimited", true},
    {"users size.soft=unlimited size.prtotal=500", false},
    {"users size=501", false},
    {"dn.onelevel=\"" STAFF_DN "\" size=none", true},
    {"dn.one=\"" PEOPLE "\" size=unlimited", false},
    {"dn.subtree=\"" SUFFIX "\" size=-1", true},
    {"dn.children=\"" STAFF_DN "\" size=unlimited", true},
    {"anonymous size=unlimited", false},
    {"group=\"cn=heads," STAFF_DN "\" size=unlimited", true},
    {"group/groupOfNames/member=\"cn=heads," STAFF_DN "\" size=unlimited",
        true},
    {"group=\"cn=helpdesk," STAFF_DN "\" size=unlimited", false},
    {"group/educonnectSchool/educonnectHead=\"" COLLEGE "\" size=unlimited",
        false},
};

static void
make_heads(machine *m)
{
    LDAP *admin = client_login(&m->server, ROOT_DN, ROOT_PASSWORD);
    char *head = actor_dn(HEAD1);

    expect_ok(client_ldif(admin,
        "dn: cn=heads," STAFF_DN "\nchangetype: add\nobjectClass: "
        "groupOfNames\ncn: heads\nmember: %s\nmember: uid=sdel1," STAFF_DN
        "\nmember: uid=gdel1," STAFF_DN "\nmember: uid=head2," STAFF_DN
        "\nmember: uid=sdel2," STAFF_DN "\nmember: uid=gdel2," STAFF_DN "\n\n",
        head));
    client_close(admin);
    free(head);
}

/* Whom a limit lets read on, by every way of naming them. */
static void
limits_of_heads_are_read(void **state)
{
    machine m;
    tool t;

    (void)state;
    begin(&m);
    set_up(&m);
    fill(&m);
    make_heads(&m);
    for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
        expect_ok(client_modify(m.root, "olcDatabase={1}mdb,cn=config",
            "replace: olcLimits\nolcLimits: {0}dn.exact=" MACHINE
            " size=unlimited\nolcLimits: {1}%s\n",
            limits[i].limit));
        t = run(&m, "doctor", "-b " SUFFIX);
        if (doctor_finds(&t, "EDD-130", "") == limits[i].enough)
            FAIL("%s:\n%s", limits[i].limit, t.out);
        tool_free(&t);
    }
    expect_ok(client_modify(
        m.root, "olcDatabase={1}mdb,cn=config", "delete: olcLimits\n"));
    t = run(&m, "setup", "--heads 'group=cn=heads," STAFF_DN "'");
    expect_status(&t, 0);
    tool_free(&t);
    expect_no_finding(&m, "EDD-130");
    t = run(&m, "setup", "--heads heads");
    expect_status(&t, 2);
    tool_free(&t);
    t = report_as_head(&m);
    expect_status(&t, 0);
    tool_free(&t);
    end(&m);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fresh_installation_is_told_of),
        cmocka_unit_test(every_repair_helps_and_locks_nobody_out),
        cmocka_unit_test(
            a_session_that_is_no_root_sees_no_repair_of_the_password),
        cmocka_unit_test(what_stands_beside_the_overlay_is_found),
        cmocka_unit_test(a_database_without_a_rootdn_gets_root_of_the_machine),
        cmocka_unit_test(binds_in_clear_are_ended_for_all_but_the_machine),
        cmocka_unit_test(a_consumer_without_the_overlay_is_found),
        cmocka_unit_test(limits_of_heads_are_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
