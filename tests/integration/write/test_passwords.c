/* test_passwords.c - every way a password is written meets every rule. */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- ways of writing ---- */

/* One way: the state that its subject is in, and who sends what. */
typedef struct way {
    const char *name;
    const char *state; /* NULL: the entry is added with the password */
    actor who;
    bool self;
    enum { EXOP, EXOP_WITH_OLD, REPLACE, ADD, DELETE_ADD } form;
    const char *then; /* the state after it */
} way;

static const way ways[] = {
    {"add by the provisioner", NULL, PROVISIONER, false, ADD, "informed"},
    {"add by the rootdn", NULL, ROOT, false, ADD, "informed"},
    {"first value by a school", "uninformed", HEAD1, false, ADD, "informed"},
    {"replace by a school", "informed", SDEL1, false, REPLACE, "informed"},
    {"exop by a school", "active", HEAD1, false, EXOP, "reset"},
    {"replace by the rootdn", "active", ROOT, false, REPLACE, "reset"},
    {"exop by the rootdn", "reset", ROOT, false, EXOP, "reset"},
    {"replace by the academy", "active", ACADEMY, false, REPLACE, "reset"},
    {"replace by the provisioner", "uninformed", PROVISIONER, false, REPLACE,
        "informed"},
    {"replace by the registrar", "active", REGISTRAR, false, REPLACE, "active"},
    {"exop by the registrar", "reset", REGISTRAR, false, EXOP, "active"},
    {"own exop", "active", ROOT, true, EXOP, "active"},
    {"own exop with the old one", "active", ROOT, true, EXOP_WITH_OLD,
        "active"},
    {"own activation by exop", "informed", ROOT, true, EXOP, "active"},
    {"own replace", "active", ROOT, true, REPLACE, "active"},
    {"own activation by replace", "reset", ROOT, true, REPLACE, "active"},
    {"own delete and add", "active", ROOT, true, DELETE_ADD, "active"},
};
#define N_WAYS (sizeof(ways) / sizeof(ways[0]))

static answer
send_add(world *w, const way *how, const char *uid, const char *value)
{
    char *password = client_line("userPassword", value);
    answer a = client_ldif(w->as[how->who],
        "dn: uid=%s," PEOPLE "\nobjectClass: inetOrgPerson\n"
        "objectClass: educonnectStudent\nuid: %s\ncn: Ines Karadec\n"
        "sn: Karadec\ngivenName: Ines\neduconnectIne: 99%sEF\n"
        "educonnectBirthDate: 2011-03-09\neduconnectEnrolledAt: " COLLEGE "\n"
        "%s",
        uid, uid, uid, password);

    free(password);
    return a;
}

static answer
send_value(LDAP *ld, const way *how, const account *subject, const char *value)
{
    char *password = client_line("userPassword", value);
    answer a;

    switch (how->form) {
    case EXOP:
        a = client_password(ld, how->self ? NULL : subject->dn, NULL, value);
        break;
    case EXOP_WITH_OLD:
        a = client_password(ld, subject->dn, subject->password, value);
        break;
    case REPLACE:
        a = client_modify(
            ld, subject->dn, "replace: userPassword\n%s", password);
        break;
    case ADD:
        a = client_modify(ld, subject->dn, "add: userPassword\n%s", password);
        break;
    default:
        a = client_modify(ld, subject->dn,
            "delete: userPassword\nuserPassword: %s\n-\n"
            "add: userPassword\n%s",
            subject->password, password);
    }
    free(password);
    return a;
}

/* The subject of one attempt; its entry does not exist when it is added. */
typedef struct attempt {
    account subject;
    LDAP *ld;
    answer a;
} attempt;

static attempt
attempt_way(world *w, const way *how, const char *value)
{
    attempt t = {0};

    if (how->state == NULL) {
        snprintf(t.subject.uid, sizeof(t.subject.uid), "way%u", ++w->serial);
        snprintf(t.subject.dn, sizeof(t.subject.dn), "uid=%s," PEOPLE,
            t.subject.uid);
        t.a = send_add(w, how, t.subject.uid, value);
        return t;
    }
    t.subject = student_in(w, how->state);
    t.ld = how->self
               ? client_login(&w->server, t.subject.dn, t.subject.password)
               : w->as[how->who];
    t.a = send_value(t.ld, how, &t.subject, value);
    if (how->self)
        client_close(t.ld);
    return t;
}

static void
good_passwords_pass_by_every_way(void **state)
{
    world *w = *state;

    for (size_t i = 0; i < N_WAYS; i++) {
        char value[96];
        attempt t;

        fresh_password(w, value);
        t = attempt_way(w, &ways[i], value);
        if (t.a.code != LDAP_SUCCESS)
            FAIL("%s: %d %s", ways[i].name, t.a.code, t.a.text);
        expect_control(&t.a, PP_NONE);
        expect_stored(
            w->as[ROOT], t.subject.dn, "educonnectState", ways[i].then);
        expect_ok(bind_once(&w->server, t.subject.dn, value));
        if (t.subject.password[0] != '\0')
            expect(bind_once(&w->server, t.subject.dn, t.subject.password),
                LDAP_INVALID_CREDENTIALS, "");
    }
}

/* ---- rules ---- */

static const struct {
    const char *value;
    const char *codes;
    const char *control;
} bad_values[] = {
    {"Court-1", "P01", PP_SHORT},
    {"toutenminuscules", "P03", PP_QUALITY},
    {"SansChiffre-Aucun", "P03", PP_QUALITY},
    {"Bonjour-Karadec-7", "P05", PP_QUALITY},
    {"Le-k\xc3\xa0r\xc3\xa0"
     "dec-Ravi-7",
        "P05", PP_QUALITY},
    {"Ines-aime-la-mer-7", "P05", PP_QUALITY},
    {"Papillon-09032011", "P06", PP_QUALITY},
    {"Papillon-9/3/2011!", "P06", PP_QUALITY},
    {"Octet-\xff\xfe-Invalide1", "P09", PP_QUALITY},
    {"Tabulation\t-Dedans1", "P09", PP_QUALITY},
    {"court", "P01 P03", PP_SHORT},
    {"ines", "P01 P03 P05", PP_SHORT},
    {"{SSHA}OEcQMyjVPaXyZ5/OANdRnsPwqn9zYWx0MTIzNA==", "P10", PP_QUALITY},
    {"{CLEARTEXT}Violette-2026-Bleue", "P10", PP_QUALITY},
    {"{x}", "P10", PP_QUALITY},
    {"{ SSHA}OEcQMyjVPaXyZ5/OANdRnsPwqn9zYWx0MTIzNA==", "P10", PP_QUALITY},
    {"{ssha} OEcQMyjVPaXyZ5/OANdRnsPwqn9zYWx0MTIzNA==", "P10", PP_QUALITY},
    {"$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQ$AAECAwQFBgcICQoLDA0ODw", "P10",
        PP_QUALITY},
    {"$2y$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy", "P10",
        PP_QUALITY},
    {"$6$saltsalt$qFmFH.bQmmtXzyBY0s9v7Oicd2z4XSIecDzlB5KiA2/jctKu9YterLp8ww"
     "nSq.qc.eoxqOmSuNp2xS0ktL3nh/",
        "P10", PP_QUALITY},
};
#define N_BAD (sizeof(bad_values) / sizeof(bad_values[0]))

static void
bad_passwords_are_refused_by_every_way(void **state)
{
    world *w = *state;

    for (size_t i = 0; i < N_WAYS; i++) {
        for (size_t j = 0; j < N_BAD; j++) {
            attempt t = attempt_way(w, &ways[i], bad_values[j].value);
            char *codes = codes_of(t.a.text);

            if (t.a.code != LDAP_CONSTRAINT_VIOLATION ||
                strcmp(codes, bad_values[j].codes) != 0)
                FAIL("%s, %s: expected %s, got %d %s", ways[i].name,
                    bad_values[j].value, bad_values[j].codes, t.a.code,
                    t.a.text);
            expect_control(&t.a, bad_values[j].control);
            expect(bind_once(&w->server, t.subject.dn, bad_values[j].value),
                LDAP_INVALID_CREDENTIALS, "");
            if (ways[i].state == NULL)
                assert_int_equal(
                    client_count(w->as[ROOT], t.subject.dn, "(uid=*)"), -1);
            else
                expect_stored(w->as[ROOT], t.subject.dn, "educonnectState",
                    ways[i].state);
            free(codes);
        }
    }
}

/* What only looks a little like a hash. */
static void
signs_of_hashes_make_no_hash(void **state)
{
    static const char *const values[] = {"{bonjour} $5 de plus",
        "$6$ ou $7$, c'est cher !", "US$100 ou 90 EUR, merci"};
    world *w = *state;

    for (size_t i = 0; i < N_WAYS; i++) {
        for (size_t j = 0; j < sizeof(values) / sizeof(values[0]); j++) {
            attempt t = attempt_way(w, &ways[i], values[j]);

            if (t.a.code != LDAP_SUCCESS)
                FAIL("%s, %s: %d %s", ways[i].name, values[j], t.a.code,
                    t.a.text);
            expect_ok(bind_once(&w->server, t.subject.dn, values[j]));
        }
    }
}

static void
too_long_and_long_enough(void **state)
{
    world *w = *state;
    account a = student_in(w, "uninformed");
    char value[131];

    for (size_t i = 0; i < 130; i++)
        value[i] = "aB3-"[i % 4];
    value[129] = '\0';
    a.password[0] = '\0';
    expect(client_password(w->as[HEAD1], a.dn, NULL, value),
        LDAP_CONSTRAINT_VIOLATION, "P02");
    value[128] = '\0';
    expect_ok(client_password(w->as[HEAD1], a.dn, NULL, value));
    expect_ok(bind_once(&w->server, a.dn, value));
    expect_ok(
        client_password(w->as[HEAD1], a.dn, NULL, "vingt minuscules ici"));
    expect(client_password(w->as[HEAD1], a.dn, NULL, "dix-neuf minuscules"),
        LDAP_CONSTRAINT_VIOLATION, "P03");
}

/* A request of a megabyte is refused without being worked on. */
static void
a_huge_value_is_refused(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");
    size_t n = 1024 * 1024;
    char *value = malloc(n);

    memset(value, 'x', n);
    expect(client_replace(w->as[ACADEMY], a.dn, "userPassword", value, n),
        LDAP_CONSTRAINT_VIOLATION, "P02");
    free(value);
    expect_ok(bind_once(&w->server, a.dn, a.password));
}

static void
an_empty_value_is_refused(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");

    expect(client_replace(w->as[ACADEMY], a.dn, "userPassword", "", 0),
        LDAP_CONSTRAINT_VIOLATION, "P09");
    expect(client_replace(
               w->as[ACADEMY], a.dn, "userPassword", "Avec-un-\0-Dedans1", 17),
        LDAP_CONSTRAINT_VIOLATION, "P09");
    expect_ok(bind_once(&w->server, a.dn, a.password));
}

static void
login_and_linked_people_are_refused(void **state)
{
    world *w = *state;
    account guardian = guardian_in(w, "active");
    LDAP *self = client_login(&w->server, guardian.dn, guardian.password);
    char *child = client_read(w->as[ROOT], guardian.child, "uid");
    char *with_own = text_of("Mot-de-%s-X1", guardian.uid);
    char *with_child = text_of("Mot-de-%s-X1", child);

    expect(client_password(self, NULL, NULL, with_own),
        LDAP_CONSTRAINT_VIOLATION, "P04");
    expect(client_password(self, NULL, NULL, with_child),
        LDAP_CONSTRAINT_VIOLATION, "P04");
    expect(client_password(self, NULL, NULL, "Ma-petite-Ines-7"),
        LDAP_CONSTRAINT_VIOLATION, "P05");
    expect(client_password(self, NULL, NULL, "Naissance-20110309"),
        LDAP_CONSTRAINT_VIOLATION, "P06");
    expect(
        client_password(w->as[HEAD1], guardian.child, NULL, "Maman-Soizic-77"),
        LDAP_CONSTRAINT_VIOLATION, "P05");
    client_close(self);
    free(child);
    free(with_own);
    free(with_child);
}

static void
the_list_of_refused_passwords(void **state)
{
    world *w = *state;
    account a = student_in(w, "uninformed");
    char *list = server_path(&w->server, "refused");

    write_file(list, "Azertyuiop-123\nMarseille-2026!\n");
    expect_ok(world_configure(w,
        "replace: olcEduconnectPasswordList\n"
        "olcEduconnectPasswordList: %s\n",
        list));
    expect(client_password(w->as[HEAD1], a.dn, NULL, "Marseille-2026!"),
        LDAP_CONSTRAINT_VIOLATION, "P08");
    expect(client_password(w->as[HEAD1], a.dn, NULL, "MARSEiLLE-2026!"),
        LDAP_CONSTRAINT_VIOLATION, "P08");
    expect_ok(client_password(w->as[HEAD1], a.dn, NULL, "Marseille-2025!"));
    write_file(list, "Marseille-2024!\n");
    expect_ok(client_password(w->as[HEAD1], a.dn, NULL, "Marseille-2026!"));
    expect_ok(world_configure(w, "delete: olcEduconnectPasswordList\n"));
    free(list);
}

/* ---- one value, without options ---- */

static void
options_do_not_get_around(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");
    static const actor who[] = {ROOT, ACADEMY, HEAD1};

    for (size_t i = 0; i < 3; i++) {
        expect(client_modify(w->as[who[i]], a.dn,
                   "add: userPassword;lang-fr\nuserPassword;lang-fr: x\n"),
            LDAP_CONSTRAINT_VIOLATION, "P12");
        expect(client_modify(w->as[who[i]], a.dn,
                   "replace: userPassword;lang-fr\n"
                   "userPassword;lang-fr: Primevere-2026-Or\n"),
            LDAP_CONSTRAINT_VIOLATION, "P12");
    }
    /* Whom the table gives no event here is not told about values. */
    expect(client_modify(w->as[PROVISIONER], a.dn,
               "add: userPassword;lang-fr\nuserPassword;lang-fr: x\n"),
        LDAP_INSUFFICIENT_ACCESS, "A02");
    expect(bind_once(&w->server, a.dn, "x"), LDAP_INVALID_CREDENTIALS, "");
    expect(
        client_ldif(w->as[PROVISIONER],
            "dn: uid=opt1," PEOPLE "\nobjectClass: inetOrgPerson\n"
            "objectClass: educonnectLegalGuardian\nuid: opt1\n"
            "cn: Yann Le\nsn: Le\nuserPassword;lang-fr: Cle-du-36-Royaume\n"),
        LDAP_CONSTRAINT_VIOLATION, "P12");
    assert_int_equal(client_count(w->as[ROOT], PEOPLE, "(uid=opt1)"), 0);
}

static void
several_values_are_refused(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");
    account empty = student_in(w, "uninformed");

    expect(client_modify(w->as[ACADEMY], a.dn,
               "add: userPassword\nuserPassword: Primevere-2026-Or\n"),
        LDAP_CONSTRAINT_VIOLATION, "P12");
    expect(client_modify(w->as[ACADEMY], a.dn,
               "replace: userPassword\nuserPassword: Primevere-2026-Or\n"
               "userPassword: Pervenche-2026-Or\n"),
        LDAP_CONSTRAINT_VIOLATION, "P12");
    expect(client_modify(w->as[HEAD1], empty.dn,
               "add: userPassword\nuserPassword: Primevere-2026-Or\n-\n"
               "add: userPassword\nuserPassword: Pervenche-2026-Or\n"),
        LDAP_CONSTRAINT_VIOLATION, "P12");
    expect(client_modify(w->as[ACADEMY], a.dn,
               "replace: userPassword\nuserPassword: Primevere-2026-Or\n-\n"
               "add: userPassword\nuserPassword: Pervenche-2026-Or\n"),
        LDAP_CONSTRAINT_VIOLATION, "P12");
    expect_ok(bind_once(&w->server, a.dn, a.password));
    expect_stored(w->as[ROOT], empty.dn, "userPassword", NULL);
}

/* userPassword by its number, a class by its number, another spelling. */
static void
other_names_do_not_get_around(void **state)
{
    static const char *const names[] = {
        "2.5.4.35", "USERPASSWORD", "2.5.4.35;lang-fr", "userPassword;LANG-fr"};
    world *w = *state;
    account a = student_in(w, "active");

    for (size_t i = 0; i < 4; i++) {
        const char *codes = i < 2 ? "P01 P03" : "P12";

        expect(client_modify(w->as[ACADEMY], a.dn, "replace: %s\n%s: court\n",
                   names[i], names[i]),
            LDAP_CONSTRAINT_VIOLATION, codes);
        expect(client_compare(w->as[ROOT], a.dn, names[i], a.password),
            LDAP_INSUFFICIENT_ACCESS, "A02");
        expect(client_ldif(w->as[ROOT],
                   "dn: %s\nchangetype: modrdn\nnewrdn: %s=court\n"
                   "deleteoldrdn: 0\n",
                   a.dn, i % 2 == 0 ? "2.5.4.35" : "USERPASSWORD"),
            LDAP_UNWILLING_TO_PERFORM, "S01");
    }
    expect(client_ldif(w->as[PROVISIONER],
               "dn: uid=oid1," PEOPLE "\nobjectClass: inetOrgPerson\n"
               "objectClass: 2.25.330384226632443921537185309621840029201.2.3\n"
               "uid: oid1\ncn: Yann Le\nsn: Le\n2.5.4.35: court\n"),
        LDAP_CONSTRAINT_VIOLATION, "P01 P03");
    expect_ok(bind_once(&w->server, a.dn, a.password));
}

static void
removing_the_password_is_no_event(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");
    LDAP *self = client_login(&w->server, a.dn, a.password);

    expect(client_modify(w->as[ACADEMY], a.dn, "replace: userPassword\n"),
        LDAP_UNWILLING_TO_PERFORM, "S01");
    expect(client_modify(self, a.dn, "delete: userPassword\n"),
        LDAP_UNWILLING_TO_PERFORM, "S01");
    expect(client_modify(self, a.dn, "delete: userPassword\nuserPassword: %s\n",
               a.password),
        LDAP_UNWILLING_TO_PERFORM, "S01");
    expect(client_modify(w->as[ROOT], a.dn,
               "replace: userPassword\nuserPassword: Giroflee-2026-Or\n-\n"
               "delete: userPassword\n"),
        LDAP_UNWILLING_TO_PERFORM, "S01");
    client_close(self);
    expect_ok(bind_once(&w->server, a.dn, a.password));
}

/* Of several changes in one request none passes unchecked. */
static void
a_bad_value_hides_behind_no_good_one(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");
    answer r = client_modify(w->as[ACADEMY], a.dn,
        "replace: userPassword\nuserPassword: Primevere-2026-Or\n-\n"
        "replace: userPassword\nuserPassword: court\n");

    REQUIRE(r.code == LDAP_CONSTRAINT_VIOLATION);
    expect_ok(bind_once(&w->server, a.dn, a.password));
    expect(bind_once(&w->server, a.dn, "court"), LDAP_INVALID_CREDENTIALS, "");
    r = client_modify(w->as[ACADEMY], a.dn,
        "replace: userPassword\nuserPassword: court\n-\n"
        "delete: userPassword\n-\n"
        "add: userPassword\nuserPassword: autre\n");
    REQUIRE(r.code == LDAP_CONSTRAINT_VIOLATION);
    expect_ok(bind_once(&w->server, a.dn, a.password));
}

static void
delete_and_add_equals_replace(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");

    expect_ok(client_modify(w->as[ACADEMY], a.dn,
        "delete: userPassword\n-\n"
        "add: userPassword\nuserPassword: Primevere-2026-Or\n"));
    expect_stored(w->as[ROOT], a.dn, "educonnectState", "reset");
    expect_ok(bind_once(&w->server, a.dn, "Primevere-2026-Or"));
}

static void
a_wrong_old_password_changes_nothing(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");
    LDAP *self = client_login(&w->server, a.dn, a.password);

    expect(client_password(self, a.dn, "wrong", "Primevere-2026-Or"),
        LDAP_UNWILLING_TO_PERFORM, "");
    REQUIRE(client_modify(self, a.dn,
                "delete: userPassword\nuserPassword: wrong\n-\n"
                "add: userPassword\nuserPassword: Primevere-2026-Or\n")
                .code != LDAP_SUCCESS);
    client_close(self);
    expect_ok(bind_once(&w->server, a.dn, a.password));
}

static void
a_server_made_own_password_is_long(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");
    LDAP *self = client_login(&w->server, a.dn, a.password);
    answer made = client_password(self, NULL, NULL, NULL);

    expect_ok(made);
    client_close(self);
    assert_int_equal(strlen(made.made), 29);
    expect_stored(w->as[ROOT], a.dn, "educonnectState", "active");
    expect_ok(bind_once(&w->server, a.dn, made.made));
}

/* ---- history ---- */

static void
former_passwords_do_not_return(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");
    LDAP *self = client_login(&w->server, a.dn, a.password);
    char used[5][96];

    snprintf(used[0], sizeof(used[0]), "%s", a.password);
    for (int i = 1; i < 5; i++) {
        for (int j = i > 3 ? i - 4 : 0; j < i; j++) {
            answer r = client_password(self, NULL, NULL, used[j]);

            expect(r, LDAP_CONSTRAINT_VIOLATION, "P07");
            expect_control(&r, PP_HISTORY);
        }
        fresh_password(w, used[i]);
        expect_ok(client_password(self, NULL, NULL, used[i]));
    }
    expect(client_password(self, NULL, NULL, used[1]),
        LDAP_CONSTRAINT_VIOLATION, "P07");
    expect_ok(client_password(self, NULL, NULL, used[0]));
    client_close(self);
}

static void
the_provisional_password_is_not_kept(void **state)
{
    world *w = *state;
    account a = student_in(w, "uninformed");
    LDAP *self;
    answer r;

    expect_ok(client_password(w->as[HEAD1], a.dn, NULL, "Capucine-2026-Or"));
    self = client_login(&w->server, a.dn, "Capucine-2026-Or");
    r = client_password(self, NULL, NULL, "Capucine-2026-Or");
    expect(r, LDAP_CONSTRAINT_VIOLATION, "P07");
    expect_control(&r, PP_HISTORY);
    client_close(self);
}

static void
a_reset_does_not_open_the_history(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");
    char own[96];
    LDAP *self;

    snprintf(own, sizeof(own), "%s", a.password);
    step_inform(w, &a, HEAD1);
    self = client_login(&w->server, a.dn, a.password);
    expect(client_password(self, NULL, NULL, own), LDAP_CONSTRAINT_VIOLATION,
        "P07");
    client_close(self);
}

static void
nobody_reads_the_history(void **state)
{
    world *w = *state;
    account a = student_in(w, "reset");

    for (int who = ROOT + 1; who < N_ACTORS; who++)
        expect_stored(w->as[who], a.dn, "educonnectPasswordHistory", NULL);
    REQUIRE(client_read(w->as[ROOT], a.dn, "educonnectPasswordHistory"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_passwords_pass_by_every_way),
        cmocka_unit_test(bad_passwords_are_refused_by_every_way),
        cmocka_unit_test(signs_of_hashes_make_no_hash),
        cmocka_unit_test(too_long_and_long_enough),
        cmocka_unit_test(a_huge_value_is_refused),
        cmocka_unit_test(an_empty_value_is_refused),
        cmocka_unit_test(login_and_linked_people_are_refused),
        cmocka_unit_test(the_list_of_refused_passwords),
        cmocka_unit_test(options_do_not_get_around),
        cmocka_unit_test(several_values_are_refused),
        cmocka_unit_test(other_names_do_not_get_around),
        cmocka_unit_test(removing_the_password_is_no_event),
        cmocka_unit_test(a_bad_value_hides_behind_no_good_one),
        cmocka_unit_test(delete_and_add_equals_replace),
        cmocka_unit_test(a_wrong_old_password_changes_nothing),
        cmocka_unit_test(a_server_made_own_password_is_long),
        cmocka_unit_test(former_passwords_do_not_return),
        cmocka_unit_test(the_provisional_password_is_not_kept),
        cmocka_unit_test(a_reset_does_not_open_the_history),
        cmocka_unit_test(nobody_reads_the_history),
    };

    return cmocka_run_group_tests(tests, usual_world, end_world);
}
