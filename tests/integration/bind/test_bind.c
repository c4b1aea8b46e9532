/* test_bind.c - what a bind meets in every state, byte for byte. */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char *const states[] = {
    "uninformed", "informed", "active", "reset", "suspended", "closed"};
#define N_STATES (sizeof(states) / sizeof(states[0]))

/* ---- right and wrong passwords ---- */

static void
expect_plain_no(const server *s, const char *dn, const char *password)
{
    answer a = bind_once(s, dn, password);

    expect(a, LDAP_INVALID_CREDENTIALS, "");
    assert_string_equal(a.text, "");
    expect_control(&a, PP_NONE);
}

static void
wrong_passwords_all_get_one_answer(void **state)
{
    world *w = *state;

    expect_plain_no(&w->server, "uid=nobody," PEOPLE, "Wrong-Password-1");
    expect_plain_no(&w->server, "uid=x,ou=nowhere," SUFFIX, "Wrong-1");
    for (size_t i = 0; i < N_STATES; i++) {
        account student = student_in(w, states[i]);
        account guardian = guardian_in(w, states[i]);

        expect_plain_no(&w->server, student.dn, "Wrong-Password-1");
        expect_plain_no(&w->server, guardian.dn, "Wrong-Password-1");
    }
}

static const struct {
    const char *state;
    int code;
    const char *codes;
    const char *control;
} right_password[] = {
    {"informed", LDAP_SUCCESS, "", PP_MUST_CHANGE},
    {"active", LDAP_SUCCESS, "", PP_NONE},
    {"reset", LDAP_SUCCESS, "", PP_MUST_CHANGE},
    {"suspended", LDAP_INVALID_CREDENTIALS, "S02", PP_LOCKED},
    {"closed", LDAP_INVALID_CREDENTIALS, "S02", PP_LOCKED},
};

static void
right_passwords_meet_the_state(void **state)
{
    world *w = *state;

    for (size_t i = 0; i < 5; i++) {
        account accounts[] = {student_in(w, right_password[i].state),
            guardian_in(w, right_password[i].state)};

        for (int j = 0; j < 2; j++) {
            answer a =
                bind_once(&w->server, accounts[j].dn, accounts[j].password);

            expect(a, right_password[i].code, right_password[i].codes);
            expect_control(&a, right_password[i].control);
        }
    }
}

static void
no_control_comes_unasked(void **state)
{
    world *w = *state;
    account a = student_in(w, "informed");
    account closed = student_in(w, "closed");
    LDAP *ld = client_open(&w->server);
    answer r;

    client_sends(ld, 0, NULL);
    r = client_bind(ld, closed.dn, closed.password);
    expect(r, LDAP_INVALID_CREDENTIALS, "S02");
    expect_control(&r, "");
    r = client_bind(ld, "uid=nobody," PEOPLE, "Wrong-Password-1");
    expect_control(&r, "");
    r = client_bind(ld, a.dn, a.password);
    expect_ok(r);
    expect_control(&r, "");
    r = client_search(ld, a.dn);
    expect(r, LDAP_INSUFFICIENT_ACCESS, "S04");
    expect_control(&r, "");
    client_close(ld);
}

static void
the_same_password_typed_otherwise(void **state)
{
    world *w = *state;
    account a = student_in(w, "uninformed");

    expect_ok(client_password(
        w->as[HEAD1], a.dn, NULL, "Ch\xc3\xa2teau d'\xc3\xa9t\xc3\xa9 26"));
    expect_ok(bind_once(
        &w->server, a.dn, "Cha\xcc\x82teau d'e\xcc\x81te\xcc\x81 26"));
    expect_ok(bind_once(&w->server, a.dn,
        "Ch\xc3\xa2teau\xc2\xa0"
        "d'\xc3\xa9t\xc3\xa9 26"));
    expect(bind_once(&w->server, a.dn, "Chateau d'ete 26"),
        LDAP_INVALID_CREDENTIALS, "");
}

static void
empty_and_broken_passwords_at_bind(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");
    LDAP *ld = client_open(&w->server);
    /* slapd itself cuts an anonymous client's requests at 256 KiB. */
    size_t n = 250 * 1024;
    char *huge = malloc(n);

    memset(huge, 'x', n);
    REQUIRE(client_bind(ld, a.dn, "").code != LDAP_SUCCESS);
    expect(client_bind(ld, a.dn, "\xff\xfe"), LDAP_INVALID_CREDENTIALS, "");
    expect(client_bind_bytes(ld, a.dn, huge, n), LDAP_INVALID_CREDENTIALS, "");
    expect(
        client_bind_bytes(ld, a.dn, "a\0b", 3), LDAP_INVALID_CREDENTIALS, "");
    expect_ok(client_bind(ld, a.dn, a.password));
    free(huge);
    client_close(ld);
}

/* ---- times ---- */

static void
a_provisional_password_expires(void **state)
{
    world *w = *state;
    account a = guardian_in(w, "active"), b = new_student(w, COLLEGE);
    deadline d;
    LDAP *before;
    answer r;

    letters_expire_soon(w);
    step_inform(w, &b, HEAD1);
    before = client_login(&w->server, b.dn, b.password);
    d = deadline_in(60);
    while (bind_once(&w->server, b.dn, b.password).code == LDAP_SUCCESS)
        deadline_wait(&d, "the provisional password to expire");
    r = bind_once(&w->server, b.dn, b.password);
    expect(r, LDAP_INVALID_CREDENTIALS, "S03");
    expect_control(&r, PP_EXPIRED);
    expect(bind_once(&w->server, b.dn, "wrong"), LDAP_INVALID_CREDENTIALS, "");
    expect(client_search(before, b.dn), LDAP_UNWILLING_TO_PERFORM, "S03");
    expect(client_password(before, NULL, NULL, "Anemone-2026-Or"),
        LDAP_UNWILLING_TO_PERFORM, "S03");
    client_close(before);
    letters_expire_as_usual(w);
    expect_ok(bind_once(&w->server, a.dn, a.password));
    step_inform(w, &b, HEAD1);
    expect_ok(bind_once(&w->server, b.dn, b.password));
}

static void
an_expired_letter_guards_nothing(void **state)
{
    world *w = *state;
    account a = new_guardian(w, COLLEGE), second = new_student(w, LYCEE);
    deadline d = deadline_in(60);

    expect_ok(client_modify(w->as[PROVISIONER], second.dn,
        "add: educonnectGuardian\neduconnectGuardian: %s\n", a.dn));
    letters_expire_soon(w);
    step_inform(w, &a, HEAD1);
    expect(client_password(w->as[HEAD2], a.dn, NULL, NULL),
        LDAP_UNWILLING_TO_PERFORM, "G01");
    while (bind_once(&w->server, a.dn, a.password).code == LDAP_SUCCESS)
        deadline_wait(&d, "the letter to expire");
    letters_expire_as_usual(w);
    step_inform(w, &a, HEAD2);
    expect_stored(w->as[ROOT], a.dn, "educonnectInformedBy", LYCEE_UAI);
    expect(client_password(w->as[HEAD1], a.dn, NULL, NULL),
        LDAP_UNWILLING_TO_PERFORM, "G01");
}

static char *
time_text(time_t when)
{
    char text[32];
    struct tm t;

    gmtime_r(&when, &t);
    strftime(text, sizeof(text), "%Y%m%d%H%M%SZ", &t);
    return text_of("%s", text);
}

/* Sets the campaign to a time after every password of now, and waits for it. */
static void
begin_campaign(world *w, const account *watched)
{
    /* time() may be a tick behind slapd's clock, which has stamped passwords
     * with the next second already. */
    char *when = time_text(time(NULL) + 2);
    deadline d = deadline_in(60);
    answer a;

    expect_ok(world_configure(w,
        "replace: olcEduconnectCampaign\nolcEduconnectCampaign: %s\n", when));
    for (;;) {
        a = bind_once(&w->server, watched->dn, watched->password);
        if (a.control_length == 5)
            break;
        deadline_wait(&d, "the campaign to begin");
    }
    free(when);
}

static void
a_campaign_asks_for_a_change_once(void **state)
{
    world *w = *state;
    account a = student_in(w, "active"), b = guardian_in(w, "active");
    account informed = student_in(w, "informed");
    LDAP *earlier = client_login(&w->server, b.dn, b.password), *self;
    char *csn = client_read(w->as[ROOT], a.dn, "entryCSN");
    answer r;

    begin_campaign(w, &a);
    r = bind_once(&w->server, a.dn, a.password);
    expect_ok(r);
    expect_control(&r, PP_MUST_CHANGE);
    expect_stored(w->as[ROOT], a.dn, "entryCSN", csn);
    expect_stored(w->as[ROOT], a.dn, "educonnectState", "active");
    expect(client_search(earlier, b.dn), LDAP_INSUFFICIENT_ACCESS, "S04");
    r = client_modify(earlier, b.dn, "delete: mobile\n");
    expect(r, LDAP_INSUFFICIENT_ACCESS, "S04");
    expect_control(&r, PP_MUST_CHANGE);
    client_close(earlier);
    self = client_login(&w->server, a.dn, a.password);
    expect(client_password(self, NULL, NULL, a.password),
        LDAP_CONSTRAINT_VIOLATION, "P07");
    client_close(self);
    step_activate(w, &a);
    r = bind_once(&w->server, a.dn, a.password);
    expect_ok(r);
    expect_control(&r, PP_NONE);
    step_activate(w, &informed);
    r = bind_once(&w->server, informed.dn, informed.password);
    expect_control(&r, PP_NONE);
    expect_ok(world_configure(w, "delete: olcEduconnectCampaign\n"));
    r = bind_once(&w->server, b.dn, b.password);
    expect_ok(r);
    expect_control(&r, PP_NONE);
    free(csn);
}

static void
a_campaign_of_the_future_asks_nothing(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");
    answer r;

    expect_ok(world_configure(w, "replace: olcEduconnectCampaign\n"
                                 "olcEduconnectCampaign: 20990901000000Z\n"));
    r = bind_once(&w->server, a.dn, a.password);
    expect_ok(r);
    expect_control(&r, PP_NONE);
    expect_ok(world_configure(w, "delete: olcEduconnectCampaign\n"));
}

static void
former_accounts_end_with_the_cutoff(void **state)
{
    world *w = *state;
    account a = new_guardian(w, COLLEGE);
    answer r;

    expect_ok(client_modify(w->as[PROVISIONER], a.dn,
        "add: educonnectLegacyId\neduconnectLegacyId: s.karadec7\n"));
    step_inform(w, &a, PROVISIONER);
    r = bind_once(&w->server, a.dn, a.password);
    REQUIRE(r.code == LDAP_INVALID_CREDENTIALS);
    expect_control(&r, PP_LOCKED);
    expect(bind_once(&w->server, a.dn, "wrong"), LDAP_INVALID_CREDENTIALS, "");
    expect_ok(
        world_configure(w, "replace: olcEduconnectLegacyCutoff\n"
                           "olcEduconnectLegacyCutoff: 20990901000000Z\n"));
    r = bind_once(&w->server, a.dn, a.password);
    expect_ok(r);
    expect_control(&r, PP_MUST_CHANGE);
    step_activate(w, &a);
    expect_ok(world_configure(w, "delete: olcEduconnectLegacyCutoff\n"));
    expect_ok(bind_once(&w->server, a.dn, a.password));
}

static void
a_schools_letter_opens_a_former_account(void **state)
{
    world *w = *state;
    account a = new_guardian(w, COLLEGE);

    expect_ok(client_modify(w->as[PROVISIONER], a.dn,
        "add: educonnectLegacyId\neduconnectLegacyId: s.karadec8\n"));
    step_inform(w, &a, HEAD1);
    step_activate(w, &a);
    expect_ok(bind_once(&w->server, a.dn, a.password));
}

/* ---- account usability ---- */

static const struct {
    const char *state;
    const char *control;
} usability[] = {
    {"uninformed", "a1 0f 80 01 ff 81 01 00 82 01 00 83 01 ff 84 01 ff"},
    {"informed", "a1 0f 80 01 00 81 01 ff 82 01 00 83 01 ff 84 01 ff"},
    {"active", "80 01 ff"},
    {"reset", "a1 0f 80 01 00 81 01 ff 82 01 00 83 01 ff 84 01 ff"},
    {"suspended", "a1 0f 80 01 ff 81 01 00 82 01 00 83 01 ff 84 01 ff"},
    {"closed", "a1 0f 80 01 ff 81 01 00 82 01 00 83 01 ff 84 01 ff"},
};

static void
account_usability_control(void **state)
{
    world *w = *state;

    client_sends(w->as[ASSISTANCE], SENDS_PPOLICY | SENDS_USABILITY, NULL);
    for (size_t i = 0; i < 6; i++) {
        account a = student_in(w, usability[i].state);
        char *control =
            client_entry_control(w->as[ASSISTANCE], a.dn, USABILITY_OID);

        assert_string_equal(control, usability[i].control);
        free(control);
        control = client_entry_control(w->as[ROOT], a.dn, USABILITY_OID);
        assert_string_equal(control, "");
        free(control);
    }
    client_sends(w->as[ASSISTANCE], SENDS_PPOLICY, NULL);
}

/* ---- compare ---- */

static void
compare_on_a_password_is_refused(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");
    static const actor who[] = {ROOT, ACADEMY, HEAD1, STRANGER};
    LDAP *self = client_login(&w->server, a.dn, a.password);
    LDAP *anonymous = client_open(&w->server);

    for (size_t i = 0; i < 4; i++) {
        expect(client_compare(w->as[who[i]], a.dn, "userPassword", a.password),
            LDAP_INSUFFICIENT_ACCESS, "A02");
        expect(client_compare(w->as[who[i]], a.dn, "userPassword", "wrong"),
            LDAP_INSUFFICIENT_ACCESS, "A02");
    }
    REQUIRE(client_compare(self, a.dn, "userPassword", a.password).code ==
            LDAP_INSUFFICIENT_ACCESS);
    REQUIRE(client_compare(anonymous, a.dn, "userPassword", a.password).code ==
            LDAP_INSUFFICIENT_ACCESS);
    REQUIRE(
        client_compare(w->as[ROOT], a.dn, "userPassword;lang-fr", a.password)
            .code == LDAP_INSUFFICIENT_ACCESS);
    expect(client_compare(w->as[ROOT], a.dn, "sn", "Karadec"),
        LDAP_COMPARE_TRUE, "");
    client_close(self);
    client_close(anonymous);
}

/* ---- rehash ---- */

static void
a_weaker_hash_is_made_again_at_bind(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");
    char *before = client_read(w->as[ROOT], a.dn, "userPassword"), *after;

    expect_ok(bind_once(&w->server, a.dn, a.password));
    expect_stored(w->as[ROOT], a.dn, "userPassword", before);
    expect_ok(world_configure(w,
        "replace: olcEduconnectHash\n"
        "olcEduconnectHash: memory=128 time=1 parallelism=1\n"));
    expect(bind_once(&w->server, a.dn, "wrong"), LDAP_INVALID_CREDENTIALS, "");
    expect_stored(w->as[ROOT], a.dn, "userPassword", before);
    expect_ok(bind_once(&w->server, a.dn, a.password));
    after = client_read(w->as[ROOT], a.dn, "userPassword");
    REQUIRE(strstr(after, "m=128,t=1,p=1") != NULL);
    expect_ok(bind_once(&w->server, a.dn, a.password));
    expect_stored(w->as[ROOT], a.dn, "userPassword", after);
    expect_ok(world_configure(w,
        "replace: olcEduconnectHash\n"
        "olcEduconnectHash: memory=128 time=1 parallelism=1\n"));
    free(before);
    free(after);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wrong_passwords_all_get_one_answer),
        cmocka_unit_test(right_passwords_meet_the_state),
        cmocka_unit_test(no_control_comes_unasked),
        cmocka_unit_test(the_same_password_typed_otherwise),
        cmocka_unit_test(empty_and_broken_passwords_at_bind),
        cmocka_unit_test(a_provisional_password_expires),
        cmocka_unit_test(an_expired_letter_guards_nothing),
        cmocka_unit_test(a_campaign_asks_for_a_change_once),
        cmocka_unit_test(a_campaign_of_the_future_asks_nothing),
        cmocka_unit_test(former_accounts_end_with_the_cutoff),
        cmocka_unit_test(a_schools_letter_opens_a_former_account),
        cmocka_unit_test(account_usability_control),
        cmocka_unit_test(compare_on_a_password_is_refused),
        cmocka_unit_test(a_weaker_hash_is_made_again_at_bind),
    };

    return cmocka_run_group_tests(tests, usual_world, end_world);
}
