/* test_codes.c - every refusal code is produced by the real server, with the
 * result that the list promises.
 *
 * The table below has one maker for each code of overlay/core/text/codes.def; a
 * code without a maker fails the test.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/exop.h"
#include "harness/parallel.h"
#include "write/french.h"

/* ---- passwords ---- */

static answer
letter_of(world *w, const char *password)
{
    account a = student_in(w, "uninformed");

    return client_password(w->as[HEAD1], a.dn, NULL, password);
}

static answer
make_p02(world *w)
{
    char value[130];

    for (size_t i = 0; i < 129; i++)
        value[i] = "aB3-"[i % 4];
    value[129] = '\0';
    return letter_of(w, value);
}

static answer
make_p04(world *w)
{
    account a = student_in(w, "uninformed");
    char *value = text_of("Moi-%s-Encore", a.uid);
    answer r = client_password(w->as[HEAD1], a.dn, NULL, value);

    free(value);
    return r;
}

static answer
make_p07(world *w)
{
    account a = student_in(w, "active");
    LDAP *self = client_login(&w->server, a.dn, a.password);
    answer r = client_password(self, NULL, NULL, a.password);

    client_close(self);
    return r;
}

/* With a list of refused passwords; gone: which went away meanwhile. */
static answer
letter_by_list(world *w, bool gone)
{
    char *list = server_path(&w->server, gone ? "vanishing" : "refused");
    answer r;

    write_file(list, "Marseille-2026!\n");
    expect_ok(world_configure(w,
        "replace: olcEduconnectPasswordList\n"
        "olcEduconnectPasswordList: %s\n",
        list));
    if (gone)
        assert_int_equal(unlink(list), 0);
    r = letter_of(w, "Marseille-2026!");
    expect_ok(world_configure(w, "delete: olcEduconnectPasswordList\n"));
    free(list);
    return r;
}

static answer
make_p08(world *w)
{
    return letter_by_list(w, false);
}

/* Nobody can tell whether the password is on the list. */
static answer
make_x01(world *w)
{
    return letter_by_list(w, true);
}

static answer
make_p10(world *w)
{
    char *value = ssha_of("Primevere-2026-Or");
    answer r = letter_of(w, value);

    free(value);
    return r;
}

static answer
make_p11(world *w)
{
    account a = student_in(w, "uninformed");
    answer r;

    expect_ok(world_configure(w, "replace: olcEduconnectImportSchemes\n"
                                 "olcEduconnectImportSchemes: {ARGON2}\n"));
    r = client_modify(w->as[PROVISIONER], a.dn,
        "replace: userPassword\nuserPassword: {ARGON2}$argon2id$v=19"
        "$m=2097152,t=4,p=1$c2FsdHNhbHRzYWx0$"
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n");
    expect_ok(world_configure(w, "delete: olcEduconnectImportSchemes\n"));
    return r;
}

static answer
make_p12(world *w)
{
    account a = student_in(w, "active");

    return client_modify(w->as[ACADEMY], a.dn,
        "add: userPassword\nuserPassword: Primevere-2026-Or\n");
}

/* ---- states ---- */

static answer
make_s01(world *w)
{
    account a = student_in(w, "uninformed");

    return client_modify(w->as[ACADEMY], a.dn,
        "replace: educonnectState\neduconnectState: suspended\n");
}

static answer
make_s02(world *w)
{
    account a = student_in(w, "closed");

    return client_password(w->as[ACADEMY], a.dn, NULL, NULL);
}

static answer
make_s03(world *w)
{
    account a = student_in(w, "uninformed");
    deadline d = deadline_in(60);
    LDAP *self;
    answer r;

    letters_expire_soon(w);
    step_inform(w, &a, HEAD1);
    letters_expire_as_usual(w);
    self = client_login(&w->server, a.dn, a.password);
    while ((r = client_modify(self, a.dn, "delete: mobile\n")).code ==
           LDAP_INSUFFICIENT_ACCESS)
        deadline_wait(&d, "the letter to expire");
    client_close(self);
    return r;
}

static answer
make_s04(world *w)
{
    account a = student_in(w, "informed");
    LDAP *self = client_login(&w->server, a.dn, a.password);
    answer r = client_modify(self, a.dn, "delete: mobile\n");

    client_close(self);
    return r;
}

/* A transaction's own result has no text; the code is in the log. */
static answer
make_s05(world *w)
{
    account a = student_in(w, "active");
    LDAP *ld = actor_login(&w->server, ACADEMY);
    struct berval *id = NULL;
    answer r;
    char *log;

    REQUIRE(ldap_txn_start_s(ld, NULL, NULL, &id) == LDAP_SUCCESS);
    client_sends(ld, SENDS_PPOLICY | SENDS_TRANSACTION, NULL);
    r = client_modify(
        ld, a.dn, "replace: educonnectState\neduconnectState: suspended\n");
    client_sends(ld, SENDS_PPOLICY, NULL);
    if (r.code == LDAP_SUCCESS) {
        await_modifies(w);
        r = client_transaction_end(ld, true);
        log = server_log(&w->server);
        if (strstr(r.text, "EDC-S05") == NULL && strstr(log, "EDC-S05") != NULL)
            snprintf(r.text, sizeof(r.text), "EDC-S05 as logged");
        free(log);
    }
    ber_bvfree(id);
    client_close(ld);
    expect_stored(w->as[ROOT], a.dn, "educonnectState", "active");
    return r;
}

/* ---- guard, roles, eligibility ---- */

static answer
make_g01(world *w)
{
    account a = shared_guardian(w);

    step_inform(w, &a, HEAD1);
    return client_password(w->as[HEAD2], a.dn, NULL, NULL);
}

static answer
make_g02(world *w)
{
    account a = guardian_in(w, "active");

    return client_password(w->as[HEAD1], a.dn, NULL, NULL);
}

static answer
make_g03(world *w)
{
    account a = shared_guardian(w);
    answer r;

    expect_ok(world_configure(
        w, "replace: olcEduconnectGuard\nolcEduconnectGuard: owner\n"));
    r = client_password(w->as[HEAD2], a.dn, NULL, NULL);
    step_inform(w, &a, HEAD1);
    expect_ok(world_configure(w, "delete: olcEduconnectGuard\n"));
    return r;
}

static answer
make_a01(world *w)
{
    account a = student_in(w, "active");

    return client_password(w->as[HEAD2], a.dn, NULL, NULL);
}

static answer
make_a02(world *w)
{
    account a = student_in(w, "active");

    return client_password(w->as[STRANGER], a.dn, NULL, NULL);
}

static answer
make_a03(world *w)
{
    account a = student_in(w, "active");
    LDAP *self = client_login(&w->server, a.dn, a.password);
    answer r;

    step_activate(w, &a);
    r = client_password(self, NULL, NULL, "Primevere-2026-Or");
    client_close(self);
    return r;
}

static answer
make_e01(world *w)
{
    account a = student_in(w, "uninformed");

    expect_ok(
        client_modify(w->as[PROVISIONER], a.dn, "delete: educonnectIne\n"));
    return client_password(w->as[HEAD1], a.dn, NULL, NULL);
}

static answer
make_e02(world *w)
{
    account a = new_student(w, COLLEGE "|" LYCEE);

    return client_password(w->as[HEAD1], a.dn, NULL, NULL);
}

static answer
make_e03(world *w)
{
    account a = new_student(w, COLLEGE), b = new_student(w, COLLEGE);
    char *ine = client_read(w->as[ROOT], a.dn, "educonnectIne");

    expect_ok(client_modify(w->as[PROVISIONER], b.dn,
        "replace: educonnectIne\neduconnectIne: %s\n", ine));
    free(ine);
    return client_password(w->as[HEAD1], b.dn, NULL, NULL);
}

/* ---- records ---- */

static answer
make_d01(world *w)
{
    return client_ldif(w->as[PROVISIONER],
        "dn: ou=faux," SCHOOLS "\nobjectClass: organizationalUnit\n"
        "objectClass: educonnectSchool\nou: faux\neduconnectUai: 9990003A\n");
}

static answer
make_d02(world *w)
{
    return client_ldif(w->as[PROVISIONER],
        "dn: ou=double," SCHOOLS "\nobjectClass: organizationalUnit\n"
        "objectClass: educonnectSchool\nou: double\n"
        "educonnectUai: " COLLEGE_UAI "\n");
}

static answer
make_d03(world *w)
{
    account a = student_in(w, "active");

    return client_modify(
        w->as[PROVISIONER], a.dn, "add: uid\nuid: autre-nom\n");
}

/* An account that is active by its federated identity alone cannot lose it. */
static answer
make_d04(world *w)
{
    const char *dn = "uid=federe," PEOPLE;
    answer r;

    server_stop(&w->server);
    REQUIRE(server_tool(&w->server,
                "dn: uid=federe," PEOPLE "\nobjectClass: inetOrgPerson\n"
                "objectClass: educonnectLegalGuardian\nuid: federe\n"
                "cn: Lou Ar\nsn: Ar\neduconnectState: active\n"
                "educonnectActivatedBy: federation\n"
                "educonnectFederatedId: fc-0001\n",
                NULL, "slapadd", "-b %s", SUFFIX) == 0);
    server_start(&w->server);
    world_login(w);
    r = client_modify(
        w->as[PROVISIONER], dn, "delete: educonnectFederatedId\n");
    expect_stored(w->as[ROOT], dn, "educonnectFederatedId", "fc-0001");
    return r;
}

static answer
make_l01(world *w)
{
    account a = student_in(w, "uninformed"), b = student_in(w, "uninformed");

    return client_modify(w->as[PROVISIONER], a.dn,
        "add: educonnectGuardian\neduconnectGuardian: %s\n", b.dn);
}

static answer
make_l02(world *w)
{
    account a = student_in(w, "uninformed");
    account one = new_guardian(w, COLLEGE), two = new_guardian(w, COLLEGE);
    account three = new_guardian(w, COLLEGE);

    return client_modify(w->as[PROVISIONER], a.dn,
        "add: educonnectGuardian\neduconnectGuardian: %s\n"
        "educonnectGuardian: %s\neduconnectGuardian: %s\n",
        one.dn, two.dn, three.dn);
}

static answer
make_l03(world *w)
{
    account a = student_in(w, "uninformed");

    return client_modify(w->as[PROVISIONER], a.dn,
        "add: educonnectGuardian\neduconnectGuardian: %s\n", a.dn);
}

static answer
make_l04(world *w)
{
    account a = guardian_in(w, "active");
    LDAP *self = client_login(&w->server, a.dn, a.password);

    expect_ok(client_contest(self, a.child));
    client_close(self);
    return client_modify(w->as[PROVISIONER], a.child,
        "add: educonnectGuardian\neduconnectGuardian: %s\n", a.dn);
}

/* ---- entries that were there before ---- */

/* With a password, or without where it is "". */
static char *
new_entry(world *w, const char *password)
{
    unsigned n = ++w->serial;
    char *dn = text_of("uid=avant%u," PEOPLE, n);

    expect_ok(client_ldif(w->as[ROOT],
        "dn: %s\nobjectClass: inetOrgPerson\nuid: avant%u\ncn: Avant\n"
        "sn: Avant\n%s%s%s",
        dn, n, *password == '\0' ? "" : "userPassword: ", password,
        *password == '\0' ? "" : "\n"));
    return dn;
}

/* Makes it an account, or takes that away, with the Relax control or not. */
static answer
change_class(world *w, const char *dn, const char *how, bool relax)
{
    LDAP *ld = actor_login(&w->server, PROVISIONER);
    answer r;

    client_sends(ld, SENDS_PPOLICY | (relax ? SENDS_RELAX : 0U), NULL);
    r = client_modify(
        ld, dn, "%s: objectClass\nobjectClass: educonnectLegalGuardian\n", how);
    client_close(ld);
    return r;
}

static answer
make_p13(world *w)
{
    char *dn = new_entry(w, "{MD5}4QrcOUm6Wau+VuBX8g+IPg==");
    answer r = change_class(w, dn, "add", true);

    free(dn);
    return r;
}

static answer
make_s06(world *w)
{
    char *dn = new_entry(w, "{MD5}4QrcOUm6Wau+VuBX8g+IPg==");
    answer r = change_class(w, dn, "add", false);

    free(dn);
    return r;
}

static answer
make_s07(world *w)
{
    account a = guardian_in(w, "active");

    expect_ok(client_modify(
        w->as[PROVISIONER], a.child, "delete: educonnectGuardian\n"));
    return change_class(w, a.dn, "delete", true);
}

static answer
make_l05(world *w)
{
    account a = guardian_in(w, "uninformed");

    return change_class(w, a.dn, "delete", true);
}

/* ---- operations ---- */

static answer
claim_for_nobody(world *w)
{
    claim_data claim = {"0799990001", "Nemo", "Personne", "2011-03-09",
        "Primevere-2026-Or", NULL};

    return client_claim(w->as[REGISTRAR], &claim);
}

static answer
make_c02(world *w)
{
    answer r = claim_for_nobody(w);

    for (int i = 0; i < 64 && r.code == LDAP_INVALID_CREDENTIALS; i++)
        r = claim_for_nobody(w);
    return r;
}

/* Two accounts of one person, each with a child born on its day. */
static answer
claim_of_two(world *w, const char *state, const char *mobile)
{
    account a = guardian_in(w, state), b = new_guardian(w, COLLEGE);
    claim_data claim = {mobile, "Karadec", "Soizic", "2011-03-09|2012-04-10",
        "Primevere-2026-Or", NULL};

    expect_ok(client_modify(
        w->as[PROVISIONER], a.dn, "replace: mobile\nmobile: %s\n", mobile));
    expect_ok(client_modify(
        w->as[PROVISIONER], b.dn, "replace: mobile\nmobile: %s\n", mobile));
    expect_ok(client_modify(w->as[PROVISIONER], b.child,
        "replace: educonnectBirthDate\neduconnectBirthDate: 2012-04-10\n"));
    return client_claim(w->as[REGISTRAR], &claim);
}

static answer
make_c03(world *w)
{
    return claim_of_two(w, "uninformed", "0799990003");
}

static answer
make_c04(world *w)
{
    return claim_of_two(w, "active", "0799990004");
}

static answer
make_m01(world *w)
{
    account a = guardian_in(w, "active"), b = guardian_in(w, "active");

    expect_ok(
        client_modify(w->as[PROVISIONER], b.dn, "replace: sn\nsn: Karadeg\n"));
    return client_merge_of(w->as[ACADEMY], a.dn, b.dn);
}

static answer
make_m02(world *w)
{
    account a = guardian_in(w, "informed"), b = guardian_in(w, "uninformed");

    return client_merge_of(w->as[ACADEMY], a.dn, b.dn);
}

static answer
make_m03(world *w)
{
    account a = guardian_in(w, "active"), b = guardian_in(w, "suspended");

    return client_merge_of(w->as[ACADEMY], a.dn, b.dn);
}

/* ---- races ---- */

#define CROWD 8

/* Has all of them do the same at once until one is told to come again; closes
 * them. */
static answer
until_busy(
    LDAP *clients[CROWD], parallel_work work, void *context, const char *what)
{
    deadline d = deadline_in(120);
    answer r = {0};

    while (r.code != LDAP_BUSY) {
        answer *answers = in_parallel(CROWD, clients, work, context);

        for (int i = 0; i < CROWD; i++) {
            if (answers[i].code == LDAP_BUSY)
                r = answers[i];
        }
        free(answers);
        deadline_wait(&d, what);
    }
    for (int i = 0; i < CROWD; i++)
        client_close(clients[i]);
    return r;
}

static answer
reset(void *context, size_t index, LDAP *ld)
{
    (void)index;
    return client_password(ld, context, NULL, NULL);
}

/* Of several resets at once the later ones were judged on what is no more. */
static answer
make_b02(world *w)
{
    account a = student_in(w, "active");
    LDAP *clients[CROWD];

    for (int i = 0; i < CROWD; i++)
        clients[i] = actor_login(&w->server, ACADEMY);
    return until_busy(clients, reset, a.dn, "two resets to meet");
}

static answer
try_password(void *context, size_t index, LDAP *ld)
{
    char *wrong = text_of("Faux-42-mot-%zu", index);
    answer r = client_bind(ld, context, wrong);

    free(wrong);
    return r;
}

/* More binds at once than may be hashed and wait. */
static answer
make_b01(world *w)
{
    account a = student_in(w, "active");
    LDAP *clients[CROWD];
    answer r;

    expect_ok(world_configure(w, "replace: olcEduconnectHashSlots\n"
                                 "olcEduconnectHashSlots: 1 queue=1\n"));
    for (int i = 0; i < CROWD; i++)
        clients[i] = client_open(&w->server);
    r = until_busy(clients, try_password, a.dn, "binds to meet");
    expect_ok(world_configure(w, "delete: olcEduconnectHashSlots\n"));
    return r;
}

/* An account that another server wrote whose clock is ahead, on a database
 * that sends its changes on. */
static answer
make_b03(world *w)
{
    char *overlay;

    server_stop(&w->server);
    REQUIRE(server_tool(&w->server,
                "dn: uid=demain," PEOPLE "\nobjectClass: inetOrgPerson\n"
                "objectClass: educonnectLegalGuardian\nuid: demain\n"
                "cn: Alan Karadec\nsn: Karadec\n"
                "entryCSN: 20991231235959.000000Z#000000#002#000000\n",
                NULL, "slapadd", "-b %s", SUFFIX) == 0);
    server_start(&w->server);
    world_login(w);
    overlay = world_overlay_dn(w);
    expect_ok(client_modify(w->config, "cn=module{0},cn=config",
        "add: olcModuleLoad\nolcModuleLoad: syncprov\n"));
    expect_ok(client_ldif(w->config,
        "dn: olcOverlay=syncprov%s\nobjectClass: olcOverlayConfig\n"
        "objectClass: olcSyncProvConfig\nolcOverlay: syncprov\n",
        strchr(overlay, ',')));
    free(overlay);
    return client_modify(w->as[ACADEMY], "uid=demain," PEOPLE,
        "replace: educonnectState\neduconnectState: closed\n");
}

/* ---- the list ---- */

static const struct maker {
    const char *name;
    answer (*make)(world *w);
    const char *letter; /* instead: the password of a letter */
} makers[] = {
    {"P01", NULL, "Court-1"},
    {"P02", make_p02, NULL},
    {"P03", NULL, "toutenminuscules"},
    {"P04", make_p04, NULL},
    {"P05", NULL, "Bonjour-Karadec-7"},
    {"P06", NULL, "Papillon-09032011"},
    {"P07", make_p07, NULL},
    {"P08", make_p08, NULL},
    {"X01", make_x01, NULL},
    {"P09", NULL, "Cloche\a-Dedans-26"},
    {"P10", make_p10, NULL},
    {"P11", make_p11, NULL},
    {"P12", make_p12, NULL},
    {"S01", make_s01, NULL},
    {"S02", make_s02, NULL},
    {"S03", make_s03, NULL},
    {"S04", make_s04, NULL},
    {"S05", make_s05, NULL},
    {"G01", make_g01, NULL},
    {"G02", make_g02, NULL},
    {"G03", make_g03, NULL},
    {"A01", make_a01, NULL},
    {"A02", make_a02, NULL},
    {"A03", make_a03, NULL},
    {"E01", make_e01, NULL},
    {"E02", make_e02, NULL},
    {"E03", make_e03, NULL},
    {"D01", make_d01, NULL},
    {"D02", make_d02, NULL},
    {"D03", make_d03, NULL},
    {"D04", make_d04, NULL},
    {"L01", make_l01, NULL},
    {"L02", make_l02, NULL},
    {"L03", make_l03, NULL},
    {"L04", make_l04, NULL},
    {"C01", claim_for_nobody, NULL},
    {"C02", make_c02, NULL},
    {"C03", make_c03, NULL},
    {"C04", make_c04, NULL},
    {"M01", make_m01, NULL},
    {"M02", make_m02, NULL},
    {"M03", make_m03, NULL},
    {"B01", make_b01, NULL},
    {"B02", make_b02, NULL},
    {"B03", make_b03, NULL},
    {"P13", make_p13, NULL},
    {"S06", make_s06, NULL},
    {"S07", make_s07, NULL},
    {"L05", make_l05, NULL},
};
#define N_MAKERS (sizeof(makers) / sizeof(makers[0]))

static const struct code {
    const char *name;
    int result;
    int ppolicy;
} codes[] = {
#define EDC_CODE(name, result, ppolicy, en, fr) {#name, result, ppolicy},
#include "core/text/codes.def"
#undef EDC_CODE
};
#define N_CODES (sizeof(codes) / sizeof(codes[0]))

static const struct maker *
maker_of(const char *name)
{
    for (size_t i = 0; i < N_MAKERS; i++) {
        if (strcmp(makers[i].name, name) == 0)
            return &makers[i];
    }
    return NULL;
}

static void
every_code_has_a_maker(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_CODES; i++) {
        if (maker_of(codes[i].name) == NULL)
            FAIL("no test produces EDC-%s", codes[i].name);
    }
    assert_int_equal(N_CODES, N_MAKERS);
}

static void
expect_control_of_code(const answer *r, int ppolicy)
{
    char bytes[32];

    if (ppolicy < 0)
        return;
    snprintf(bytes, sizeof(bytes), "30 03 81 01 %02x", (unsigned)ppolicy);
    expect_control(r, bytes);
}

static void
every_code_is_produced(void **state)
{
    world *w = *state;

    for (size_t i = 0; i < N_CODES; i++) {
        const struct maker *maker = maker_of(codes[i].name);
        answer r = maker->letter != NULL ? letter_of(w, maker->letter)
                                         : maker->make(w);

        print_message("EDC-%s: %d %s\n", codes[i].name, r.code, r.text);
        expect(r, codes[i].result, codes[i].name);
        expect_control_of_code(&r, codes[i].ppolicy);
    }
}

/* What a portal shows to people. */
static void
every_code_is_said_in_french(void **state)
{
    world *w = *state;

    for (size_t i = 0; i < N_CODES; i++) {
        const struct maker *maker = maker_of(codes[i].name);
        answer r = maker->letter != NULL ? letter_of(w, maker->letter)
                                         : maker->make(w);

        print_message("EDC-%s: %d %s\n", codes[i].name, r.code, r.text);
        expect(r, codes[i].result, codes[i].name);
        expect_plain_french(r.text);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_has_a_maker),
        cmocka_unit_test(every_code_is_produced),
        cmocka_unit_test_setup_teardown(
            every_code_is_said_in_french, french_world, end_world),
    };

    return cmocka_run_group_tests(tests, usual_world, end_world);
}
