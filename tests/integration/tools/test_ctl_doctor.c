/* test_ctl_doctor.c - educonnectctl doctor: each finding provoked, and repaired
 * by the LDIF that stands beside it.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "harness/doctor.h"
#include "harness/tool.h"
#include "harness/versions.h"

/* ---- running it ---- */

static tool
doctor(world *w, const char *words)
{
    char *secret = server_path(&w->server, "config-secret");
    tool t;

    write_file(secret, CONFIG_PASSWORD);
    tool_secret(CONFIG_PASSWORD);
    t = tool_run_plain(NULL, "doctor",
        "-H %s -D " CONFIG_DN " -y %s -b " SUFFIX " %s", w->server.url, secret,
        words);
    free(secret);
    return t;
}

/* For the owner alone, as the tool wants it. */
static void
write_private(const char *path, const char *text)
{
    write_file(path, text);
    REQUIRE(chmod(path, 0600) == 0);
}

static void
expect_finding(world *w, const char *code, const char *subject)
{
    tool t = doctor(w, "");

    expect_status(&t, 1);
    if (!doctor_finds(&t, code, subject))
        FAIL("%s %s was not found:\n%s", code, subject, t.out);
    tool_free(&t);
}

static void
expect_no_finding(world *w, const char *code)
{
    tool t = doctor(w, "");

    if (doctor_finds(&t, code, ""))
        FAIL("%s was found:\n%s", code, t.out);
    tool_free(&t);
}

static void
repair(world *w, LDAP *as, const char *code)
{
    tool t = doctor(w, "--json");

    REQUIRE(doctor_repair(&t, as, code) > 0);
    tool_free(&t);
}

/* ---- the installation ---- */

static void
a_good_installation_has_no_error(void **state)
{
    world *w = *state;
    tool t = doctor(w, "");

    expect_status(&t, 1);
    REQUIRE(strstr(t.out, "\n0 errors, ") != NULL);
    REQUIRE(doctor_finds(&t, "EDD-107", "olcDatabase"));
    REQUIRE(doctor_finds(&t, "EDD-111", ""));
    tool_free(&t);
    t = tool_run(w, ACADEMY, NULL, "doctor", "%s", "");
    REQUIRE(doctor_finds(&t, "EDD-100", ""));
    tool_free(&t);
    t = tool_run(w, ACADEMY, NULL, "doctor", "--data-only");
    expect_status(&t, 0);
    tool_free(&t);
}

static void
missing_indexes_and_limits_are_repaired(void **state)
{
    world *w = *state;

    expect_finding(w, "EDD-105", "educonnectEnrolledAt eq");
    repair(w, w->config, "EDD-105");
    expect_no_finding(w, "EDD-105");
    expect_finding(w, "EDD-109", "uid=provisioner");
    repair(w, w->config, "EDD-109");
    expect_no_finding(w, "EDD-109");
}

static void
a_log_of_passwords_is_repaired(void **state)
{
    world *w = *state;

    expect_no_finding(w, "EDD-110");
    expect_ok(client_modify(w->config, "cn=config",
        "replace: olcLogLevel\nolcLogLevel: stats args\n"));
    expect_finding(w, "EDD-110", "args");
    repair(w, w->config, "EDD-110");
    expect_no_finding(w, "EDD-110");
}

/* From slapd 2.7 on that level writes passwords: seen in a slapd without the
 * module in test_versions. */
static void
a_log_of_values_is_repaired(void **state)
{
    static const char *const levels[] = {"stats stats2", "512", "0x300"};
    world *w = *state;

    for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
        expect_ok(client_modify(w->config, "cn=config",
            "replace: olcLogLevel\nolcLogLevel: %s\n", levels[i]));
        if (!slapd_does(SLAPD_DOES_LOG_VALUES)) {
            expect_no_finding(w, "EDD-122");
            continue;
        }
        expect_finding(w, "EDD-122", NULL);
        repair(w, w->config, "EDD-122");
        expect_no_finding(w, "EDD-122");
    }
    expect_ok(client_modify(
        w->config, "cn=config", "replace: olcLogLevel\nolcLogLevel: stats\n"));
}

/* Whether slapd then shows it off or, where the attribute was deleted, on. */
static void
an_overlay_that_is_off_is_repaired(void **state)
{
    world *w = *state;
    char *overlay = world_overlay_dn(w);
    account a = student_in(w, "informed");

    expect_no_finding(w, "EDD-121");
    for (int i = 0; i < 2; i++) {
        expect_ok(client_modify(
            w->config, overlay, "replace: olcDisabled\nolcDisabled: TRUE\n"));
        if (i == 1)
            expect_ok(
                client_modify(w->config, overlay, "delete: olcDisabled\n"));
        expect_finding(w, "EDD-121", overlay);
        repair(w, w->config, "EDD-121");
        expect_no_finding(w, "EDD-121");
        expect(client_password(w->as[HEAD2], a.dn, NULL, NULL),
            LDAP_INSUFFICIENT_ACCESS, "A01");
    }
    free(overlay);
}

/* Loudly, in the log and here. */
static void
a_directory_for_tests_is_found(void **state)
{
    world *w = *state;
    char *log;

    expect_no_finding(w, "EDD-131");
    expect_ok(world_configure(
        w, "replace: olcEduconnectTestData\nolcEduconnectTestData: yes\n"));
    log = server_log(&w->server);
    REQUIRE(strstr(log, "TEST DATA: codes of schools may have a wrong check "
                        "letter") != NULL);
    free(log);
    expect_finding(w, "EDD-131", "educonnect");
    repair(w, w->config, "EDD-131");
    expect_no_finding(w, "EDD-131");
}

static void
clear_storage_is_repaired(void **state)
{
    world *w = *state;
    const char *frontend = "olcDatabase={-1}frontend,cn=config";

    expect_ok(client_modify(w->config, frontend,
        "replace: olcPasswordHash\nolcPasswordHash: {CLEARTEXT}\n"));
    expect_finding(w, "EDD-114", frontend);
    repair(w, w->config, "EDD-114");
    expect_no_finding(w, "EDD-114");
}

static void
what_anybody_reads_is_found(void **state)
{
    world *w = *state;
    char *overlay = world_overlay_dn(w);
    const char *database = strchr(overlay, ',') + 1;

    new_student(w, COLLEGE);
    expect_no_finding(w, "EDD-115");
    expect_ok(client_modify(
        w->config, database, "add: olcAccess\nolcAccess: {0}to * by * read\n"));
    expect_finding(w, "EDD-115", "educonnectIne");
    expect_finding(w, "EDD-116", "educonnectIne");
    expect_ok(client_modify(
        w->config, database, "delete: olcAccess\nolcAccess: {0}\n"));
    expect_no_finding(w, "EDD-115");
    free(overlay);
}

/* Both findings' repairs work as they are printed: who has no business with it
 * reads nothing more, who has still does. */
static void
what_is_shown_is_kept_from_those_who_have_no_business(void **state)
{
    static const char *const attributes[] = {"educonnectIne",
        "educonnectBirthDate", "educonnectEnrolledAt", "educonnectState",
        "educonnectSerial", "mobile", "userPassword", "educonnectBindStatus",
        "sn"};
    world *w = *state;
    char *overlay = world_overlay_dn(w);
    const char *database = strchr(overlay, ',') + 1;
    account a = student_in(w, "active"), b = student_in(w, "active");
    char *secret = server_path(&w->server, "user-secret");
    char *words = text_of("--as %s --as-password-file %s", a.dn, secret);
    LDAP *user;
    tool t;

    write_private(secret, a.password);
    expect_ok(client_modify(
        w->as[PROVISIONER], b.dn, "replace: mobile\nmobile: 0612345678\n"));
    expect_ok(client_modify(
        w->config, database, "add: olcAccess\nolcAccess: {0}to * by * read\n"));
    t = doctor(w, words);
    expect_status(&t, 1);
    for (size_t i = 0; i < sizeof(attributes) / sizeof(attributes[0]); i++) {
        bool name = strcmp(attributes[i], "sn") == 0;
        char *subject = text_of("  - %s: ", attributes[i]);

        if (!doctor_finds(&t, "EDD-115", subject))
            FAIL("%s is shown to anonymous:\n%s", attributes[i], t.out);
        if (!name && !doctor_finds(&t, "EDD-116", subject))
            FAIL("%s is shown to users:\n%s", attributes[i], t.out);
        free(subject);
    }
    tool_free(&t);
    repair(w, w->config, "EDD-115");
    expect_no_finding(w, "EDD-115");
    expect_finding(w, "EDD-116", "educonnectIne");
    repair(w, w->config, "EDD-116");
    t = doctor(w, words);
    if (doctor_finds(&t, "EDD-115", "") || doctor_finds(&t, "EDD-116", ""))
        FAIL("after the repair:\n%s", t.out);
    tool_free(&t);
    user = client_login(&w->server, a.dn, a.password);
    expect_stored(user, a.dn, "educonnectState", "active");
    expect_stored(w->as[PROVISIONER], b.dn, "mobile", "0612345678");
    client_close(user);
    write_private(secret, "wrong");
    t = doctor(w, words);
    expect_status(&t, 3);
    tool_free(&t);
    free(words);
    free(secret);
    free(overlay);
}

#define GLUED "ou=glued," SUFFIX

static void
a_glued_database_and_passwords_by_another_name_are_found(void **state)
{
    static const setup how = {.config_directory = true,
        .global = "attributetype ( 1.3.6.1.4.1.4203.666.1.90 NAME 'pinCode' "
                  "SUP userPassword )\n"
                  "attributetype ( 1.3.6.1.4.1.4203.666.1.91 NAME 'pinTwo' "
                  "SUP pinCode )\n"
                  "attributetype ( 1.3.6.1.4.1.4203.666.1.92 NAME 'other' "
                  "SUP name )\n",
        .databases = "database mdb\nsuffix " GLUED "\nsubordinate\n"
                     "directory %s/log-db\ndbnosync\n"
                     "rootdn cn=admin," GLUED "\n"};
    world w = {0};
    tool t;

    (void)state;
    world_begin(&w, &how);
    t = doctor(&w, "");
    expect_status(&t, 1);
    if (!doctor_finds(&t, "EDD-119", "olcDatabase={2}mdb,cn=config") ||
        !doctor_finds(&t, "EDD-120", "  - pinCode") ||
        !doctor_finds(&t, "EDD-120", "  - pinTwo") ||
        strstr(t.out, "  - other") != NULL)
        FAIL("not found:\n%s", t.out);
    tool_free(&t);
    repair(&w, w.config, "EDD-119");
    expect_no_finding(&w, "EDD-119");
    world_end(&w);
}

static void
a_wrong_order_is_found(void **state)
{
    world *w = *state;
    char *overlay = world_overlay_dn(w);
    const char *database = strchr(overlay, ',') + 1;

    expect_no_finding(w, "EDD-104");
    expect_ok(client_ldif(w->config,
        "dn: olcOverlay=ppolicy,%s\nchangetype: add\n"
        "objectClass: olcOverlayConfig\nobjectClass: olcPPolicyConfig\n"
        "olcOverlay: ppolicy\n",
        database));
    expect_finding(w, "EDD-104", "ppolicy");
    free(overlay);
}

static void
a_server_without_the_overlay_is_told_so(void **state)
{
    static const setup bare = {.without = true, .config_directory = true};
    static const setup half = {
        .without_overlay = true, .config_directory = true};
    world w = {0};

    (void)state;
    server_prepare(&w.server, &bare);
    server_start(&w.server);
    expect_finding(&w, "EDD-101", "cn=config");
    server_finish(&w.server);
    server_prepare(&w.server, &half);
    server_start(&w.server);
    expect_finding(&w, "EDD-102", "mdb,cn=config");
    server_finish(&w.server);
}

/* ---- the data, as slapcat gives it ---- */

#define SCHOOL                                                                 \
    "dn: ou=s,o=x\nobjectClass: organizationalUnit\nobjectClass: "             \
    "educonnectSchool\nou: s\neduconnectUai: 9990001X\n\n"
#define PUPIL(uid, more)                                                       \
    "dn: uid=" uid ",o=x\nobjectClass: inetOrgPerson\nobjectClass: "           \
    "educonnectStudent\nuid: " uid "\nsn: s\ncn: c\n" more "\n"
#define GUARDIAN(uid, more)                                                    \
    "dn: uid=" uid ",o=x\nobjectClass: inetOrgPerson\nobjectClass: "           \
    "educonnectLegalGuardian\nuid: " uid "\nsn: s\ncn: c\n" more "\n"

static void
expect_in(const char *ldif, const char *code, const char *subject)
{
    tool t = tool_run_plain(ldif, "doctor", "--slapcat -");

    if ((code == NULL) != (strstr(t.out, "EDD-2") == NULL) ||
        (code != NULL && !doctor_finds(&t, code, subject)))
        FAIL("%s %s was not found:\n%s%s", code == NULL ? "nothing" : code,
            subject == NULL ? "" : subject, t.out, t.err);
    tool_free(&t);
}

static void
good_data_has_no_finding(void **state)
{
    (void)state;
    expect_in(
        SCHOOL GUARDIAN("g", "mobile: 0692 12 34 56\nmobile: 06.12.34.56.78\n"
                             "educonnectMobileKey: +33612345678\n"
                             "educonnectMobileKey: +262692123456\n")
            PUPIL("p", "educonnectEnrolledAt: ou=s,o=x\neduconnectGuardian: "
                       "UID=g, o=x\neduconnectIne: 1\neduconnectBirthDate: "
                       "2010-01-02\neduconnectState: uninformed\n"),
        NULL, NULL);
}

#define CLOSED "educonnectState: closed\neduconnectFormerState: uninformed\n"

/* Who was merged lives in the other account; who has left needs nobody; an
 * adult may have nobody. */
static void
families_without_a_fault_have_no_finding(void **state)
{
    (void)state;
    expect_in(GUARDIAN("g", CLOSED "educonnectMergedInto: uid=h,o=x\n")
                  GUARDIAN("h", CLOSED "educonnectMergedInto: uid=i,o=x\n")
                      GUARDIAN("i", "")
                          PUPIL("p", "educonnectGuardian: uid=g,o=x\n"),
        NULL, NULL);
    expect_in(GUARDIAN("g", CLOSED)
                  PUPIL("p", CLOSED "educonnectGuardian: uid=g,o=x\n"),
        NULL, NULL);
    expect_in(PUPIL("p", "educonnectBirthDate: 2001-01-02\n"), NULL, NULL);
}

static const struct {
    const char *ldif, *code, *subject;
} faults[] = {
    {PUPIL("p", "educonnectGuardian: uid=gone,o=x\n"), "EDD-201",
        "uid=p,o=x: uid=gone,o=x"},
    {PUPIL("q", "") PUPIL("p", "educonnectGuardian: uid=q,o=x\n"), "EDD-201",
        "delete: educonnectGuardian"},
    {PUPIL("p", "educonnectEnrolledAt: ou=gone,o=x\n"), "EDD-202", "uid=p"},
    {"dn: ou=s,o=x\nobjectClass: educonnectSchool\neduconnectUai: "
     "9990001X\neduconnectHead: uid=gone,o=x\n",
        "EDD-203", "uid=gone"},
    {PUPIL("p", "educonnectState: uninformed\nuserPassword: {SSHA}x\n"),
        "EDD-204", "uid=p"},
    {PUPIL("p", "educonnectState: active\n"), "EDD-204", "uid=p"},
    {PUPIL("p", "educonnectIne: 1a\n") PUPIL("q", "educonnectIne: 1A\n"),
        "EDD-205", "uid=p,o=x; uid=q,o=x"},
    {SCHOOL "dn: ou=t,o=x\nobjectClass: educonnectSchool\n"
            "educonnectUai: 9990001X\n",
        "EDD-206", "ou=t"},
    {PUPIL("p", "educonnectSourceId: A$1\n")
            GUARDIAN("g", "educonnectSourceId: A$1\n"),
        "EDD-207", "educonnectSourceId a$1"},
    {"dn: ou=s,o=x\nobjectClass: educonnectSchool\neduconnectUai: "
     "9990001Y\n",
        "EDD-208", "9990001Y"},
    {PUPIL("p", "educonnectBirthDate: 2010-02-30\n"), "EDD-209",
        "delete: educonnectBirthDate"},
    {GUARDIAN("a", "") GUARDIAN("b", "") GUARDIAN("c", "") PUPIL("p",
         "educonnectGuardian: uid=a,o=x\neduconnectGuardian: uid=b,o=x\n"
         "educonnectGuardian: uid=c,o=x\n"),
        "EDD-210", "3, and not more than 2"},
    {PUPIL("p", "educonnectState: closed\neduconnectFormerState: "
                "uninformed\neduconnectLeftAt: 20200101000000Z\n"),
        "EDD-212", "1 accounts"},
    {GUARDIAN("g", "mobile: 06.12.34.56.78\nmobile: 0692 12 34 56\n"),
        "EDD-213",
        "replace: mobile\nmobile: 06.12.34.56.78\nmobile: 0692 12 34 56\n"},
    {GUARDIAN("g", "mobile: 06.12.34.56.78\n"
                   "educonnectMobileKey: +33698765432\n"),
        "EDD-213", "uid=g"},
    {GUARDIAN("g", "educonnectMobileKey: +33698765432\n"), "EDD-213", "uid=g"},
    {GUARDIAN("g", "mobile: 06 12 34 56\n"), "EDD-214",
        "uid=g,o=x: 06 12 34 56"},
    {GUARDIAN("g", CLOSED) GUARDIAN("h", "")
            PUPIL("p", "educonnectGuardian: uid=g,o=x\neduconnectGuardian: "
                       "uid=h,o=x\n"),
        "EDD-215", "delete: educonnectGuardian"},
    {GUARDIAN("g", CLOSED) PUPIL("p", "educonnectGuardian: uid=g,o=x\n"),
        "EDD-216", "uid=p,o=x: uid=g,o=x"},
    {GUARDIAN("g", CLOSED "educonnectMergedInto: uid=h,o=x\n")
            GUARDIAN("h", CLOSED) PUPIL("p", "educonnectGuardian: uid=g,o=x\n"),
        "EDD-216", "uid=p,o=x: uid=g,o=x"},
    {PUPIL("p", "educonnectBirthDate: 2020-01-02\n"), "EDD-217", "1 pupils"},
    {GUARDIAN("b", CLOSED "educonnectMergedInto: uid=a,o=x\n")
            GUARDIAN("a", CLOSED "educonnectMergedInto: UID=b, o=x\n")
                GUARDIAN("c", CLOSED "educonnectMergedInto: uid=b,o=x\n"),
        "EDD-218", "uid=a,o=x; uid=b,o=x"},
    {GUARDIAN("b", CLOSED "educonnectMergedInto: uid=a,o=x\n")
            GUARDIAN("a", CLOSED "educonnectMergedInto: uid=c,o=x\n")
                GUARDIAN("c", CLOSED "educonnectMergedInto: uid=b,o=x\n"),
        "EDD-218", "uid=a,o=x; uid=c,o=x; uid=b,o=x"},
};

static void
every_fault_of_the_data_is_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
        expect_in(faults[i].ldif, faults[i].code, faults[i].subject);
}

static void
what_is_no_ldif_is_refused(void **state)
{
    tool t = tool_run_plain(
        "dn: uid=p,o=x\nchangetype: delete\n", "doctor", "--slapcat -");

    (void)state;
    expect_status(&t, 5);
    tool_free(&t);
    /* No line is shown: it may be a password's. */
    t = tool_run_plain("dn: uid=p,o=x\nuserPassword hunter2-in-clear\n",
        "doctor", "--slapcat -");
    expect_status(&t, 5);
    REQUIRE(strstr(t.err, "-:1: ") != NULL);
    REQUIRE(strstr(t.err, "hunter2") == NULL);
    tool_free(&t);
    t = tool_run_plain("dn: uid=p,o=x\nsn:< file:///etc/passwd\n\n"
                       "include: file:///etc/passwd\n",
        "doctor", "--slapcat -");
    expect_status(&t, 5);
    REQUIRE(strstr(t.err, "another file") != NULL);
    tool_free(&t);
    t = tool_run_plain(NULL, "doctor", "--slapcat /no/such/file");
    expect_status(&t, 5);
    tool_free(&t);
}

static void
dangling_links_are_repaired_on_a_server(void **state)
{
    static const setup how = {
        .without_overlay = true, .config_directory = true};
    world w = {0};
    char *ldif = sample_ldif(true);

    (void)state;
    server_prepare(&w.server, &how);
    REQUIRE(server_tool(&w.server, ldif, NULL, "slapadd", "-q") == 0);
    server_start(&w.server);
    w.config = client_login(&w.server, CONFIG_DN, CONFIG_PASSWORD);
    w.as[ROOT] = client_login(&w.server, ROOT_DN, ROOT_PASSWORD);
    expect_ok(client_ldif(w.as[ROOT],
        "dn: uid=p," PEOPLE "\nobjectClass: inetOrgPerson\nobjectClass: "
        "educonnectStudent\nuid: p\nsn: s\ncn: c\neduconnectGuardian: "
        "uid=gone," PEOPLE "\neduconnectEnrolledAt: ou=gone," SCHOOLS "\n"));
    expect_finding(&w, "EDD-201", "uid=gone");
    repair(&w, w.as[ROOT], "EDD-201");
    repair(&w, w.as[ROOT], "EDD-202");
    expect_no_finding(&w, "EDD-201");
    expect_no_finding(&w, "EDD-202");
    expect_ok(client_modify(w.as[ROOT], COLLEGE,
        "add: educonnectHead\neduconnectHead: uid=gone," STAFF_DN "\n"));
    expect_finding(&w, "EDD-203", "uid=gone");
    repair(&w, w.as[ROOT], "EDD-203");
    expect_no_finding(&w, "EDD-203");
    client_close(w.config);
    client_close(w.as[ROOT]);
    server_finish(&w.server);
    free(ldif);
}

/* slapadd loads a backup whole; what it named is found as long as it is there.
 */
static void
what_slapadd_loaded_all_the_same_is_found(void **state)
{
    static const struct {
        const char *uid, *lines, *code;
    } faults[] = {
        {"both",
            "educonnectState: active\neduconnectActivatedBy: letter\n"
            "educonnectFormerState: informed\nuserPassword: {SSHA}x\n",
            "EDD-204"},
        {"reset",
            "educonnectState: reset\neduconnectMergedInto: uid=x," PEOPLE
            "\nuserPassword: {SSHA}x\n",
            "EDD-204"},
        {"merged",
            "educonnectState: active\neduconnectActivatedBy: letter\n"
            "educonnectMergedInto: uid=x," PEOPLE "\nuserPassword: {SSHA}x\n",
            "EDD-204"},
    };
    world *w = *state;

    server_stop(&w->server);
    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
        char *ldif = text_of(
            "dn: uid=%s," PEOPLE "\nobjectClass: inetOrgPerson\n"
            "objectClass: educonnectStudent\nuid: %s\nsn: s\ncn: c\n%s\n",
            faults[i].uid, faults[i].uid, faults[i].lines);

        REQUIRE(server_tool(
                    &w->server, ldif, NULL, "slapadd", "-b %s", SUFFIX) == 0);
        free(ldif);
    }
    server_start(&w->server);
    world_login(w);
    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
        char *subject = text_of("uid=%s,", faults[i].uid);
        char *dn = text_of("%s" PEOPLE, subject);

        expect_finding(w, faults[i].code, subject);
        expect_ok(client_ldif(w->as[ROOT], "dn: %s\nchangetype: delete\n", dn));
        free(dn);
        free(subject);
    }
    expect_no_finding(w, "EDD-204");
}

/* Under another region, as from before the overlay kept keys. */
static void
numbers_get_their_keys(void **state)
{
    world *w = *state;
    account a = new_guardian(w, COLLEGE);

    expect_ok(world_configure(
        w, "replace: olcEduconnectRegion\nolcEduconnectRegion: 49\n"));
    expect_ok(client_modify(
        w->as[ROOT], a.dn, "replace: mobile\nmobile: 06 12 34 56 78\n"));
    expect_stored(w->as[ROOT], a.dn, "educonnectMobileKey", "+49612345678");
    expect_no_finding(w, "EDD-213");
    expect_ok(world_configure(w, "delete: olcEduconnectRegion\n"));
    expect_finding(w, "EDD-213", a.dn);
    repair(w, w->as[PROVISIONER], "EDD-213");
    expect_no_finding(w, "EDD-213");
    expect_stored(w->as[ROOT], a.dn, "educonnectMobileKey", "+33612345678");
    expect_stored(w->as[ROOT], a.dn, "mobile", "06 12 34 56 78");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_installation_has_no_error),
        cmocka_unit_test(numbers_get_their_keys),
        cmocka_unit_test(missing_indexes_and_limits_are_repaired),
        cmocka_unit_test(a_log_of_passwords_is_repaired),
        cmocka_unit_test(a_log_of_values_is_repaired),
        cmocka_unit_test(an_overlay_that_is_off_is_repaired),
        cmocka_unit_test(a_directory_for_tests_is_found),
        cmocka_unit_test(clear_storage_is_repaired),
        cmocka_unit_test(what_anybody_reads_is_found),
        cmocka_unit_test(what_is_shown_is_kept_from_those_who_have_no_business),
        cmocka_unit_test(
            a_glued_database_and_passwords_by_another_name_are_found),
        cmocka_unit_test(a_wrong_order_is_found),
        cmocka_unit_test(a_server_without_the_overlay_is_told_so),
        cmocka_unit_test(good_data_has_no_finding),
        cmocka_unit_test(families_without_a_fault_have_no_finding),
        cmocka_unit_test(every_fault_of_the_data_is_found),
        cmocka_unit_test(what_is_no_ldif_is_refused),
        cmocka_unit_test(dangling_links_are_repaired_on_a_server),
        cmocka_unit_test(what_slapadd_loaded_all_the_same_is_found),
    };

    return cmocka_run_group_tests(tests, usual_world, end_world);
}
