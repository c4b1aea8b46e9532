/* test_must_change.c - educonnect-must-change aware: whoever takes every
 * success for a login is given none.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"
#include "harness/gate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "harness/exop.h"

#define WRONG "Faux-42-mot-du-tout"

static void
configure(world *w, const char *who)
{
    expect_ok(world_configure(w,
        "replace: olcEduconnectMustChange\nolcEduconnectMustChange: %s\n",
        who));
}

/* One bind of a client that has never heard of the control. */
static answer
bind_unaware(world *w, const char *dn, const char *password)
{
    LDAP *ld = client_open(&w->server);
    answer a;

    client_sends(ld, 0, NULL);
    a = client_bind(ld, dn, password);
    client_close(ld);
    return a;
}

/* As for a wrong password: no text, no control, as many hashes. */
static void
expect_plain_no(world *w, const char *dn, const char *password)
{
    long before = gate_counter(w, "done");
    answer a = bind_unaware(w, dn, password);

    expect(a, LDAP_INVALID_CREDENTIALS, "");
    assert_string_equal(a.text, "");
    assert_int_equal(a.n_controls, 0);
    assert_int_equal(gate_counter(w, "done") - before, 1);
}

static void
any_is_the_default(void **state)
{
    world *w = *state;
    account a = student_in(w, "informed");

    expect_ok(bind_unaware(w, a.dn, a.password));
}

/* Every state of both publics; only what would open a restricted session is
 * answered otherwise. */
static void
aware_keeps_sessions_that_must_change(void **state)
{
    static const struct {
        const char *state;
        bool opens;
        const char *status;
    } rows[] = {
        {"informed", false, "must-change"},
        {"reset", false, "must-change"},
        {"active", true, "ok"},
    };
    world *w = *state;

    configure(w, "aware");
    for (size_t i = 0; i < 3; i++) {
        account accounts[] = {
            student_in(w, rows[i].state), guardian_in(w, rows[i].state)};

        for (int j = 0; j < 2; j++) {
            const account *a = &accounts[j];
            answer aware = bind_once(&w->server, a->dn, a->password);

            expect_ok(aware);
            expect_control(&aware, rows[i].opens ? PP_NONE : PP_MUST_CHANGE);
            if (rows[i].opens)
                expect_ok(bind_unaware(w, a->dn, a->password));
            else
                expect_plain_no(w, a->dn, a->password);
            expect_plain_no(w, a->dn, WRONG);
            expect_stored(
                w->as[ACADEMY], a->dn, "educonnectBindStatus", rows[i].status);
        }
    }
    configure(w, "any");
}

/* What else a right password is told, and others' binds, stay. */
static void
other_answers_stay(void **state)
{
    world *w = *state;
    account closed = student_in(w, "closed");
    char *staff = actor_dn(STRANGER), *password = actor_password(STRANGER);

    configure(w, "aware");
    expect(bind_unaware(w, closed.dn, closed.password),
        LDAP_INVALID_CREDENTIALS, "S02");
    expect_ok(bind_unaware(w, staff, password));
    expect_ok(bind_unaware(w, ROOT_DN, ROOT_PASSWORD));
    configure(w, "any");
    free(staff);
    free(password);
}

/* From a moment on an account that was open is not, for the unaware. */
static void
a_campaign_is_no_login_either(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");
    deadline d = deadline_in(60);
    time_t soon = time(NULL) + 2;
    char when[32];

    strftime(when, sizeof(when), "%Y%m%d%H%M%SZ", gmtime(&soon));
    configure(w, "aware");
    expect_ok(world_configure(w,
        "replace: olcEduconnectCampaign\nolcEduconnectCampaign: %s\n", when));
    while (bind_unaware(w, a.dn, a.password).code == LDAP_SUCCESS)
        deadline_wait(&d, "the campaign to begin");
    expect_plain_no(w, a.dn, a.password);
    expect_ok(bind_once(&w->server, a.dn, a.password));
    step_activate(w, &a);
    expect_ok(bind_unaware(w, a.dn, a.password));
    expect_ok(world_configure(w, "replace: olcEduconnectCampaign\n"));
    configure(w, "any");
}

/* The guess was right: it locks nothing, however often it comes. */
static void
it_is_not_counted_as_a_guess(void **state)
{
    world *w = *state;
    account a = student_in(w, "informed");

    configure(w, "aware");
    for (int i = 0; i < 30; i++)
        expect_plain_no(w, a.dn, a.password);
    expect_ok(bind_once(&w->server, a.dn, a.password));
    configure(w, "any");
    expect_ok(bind_unaware(w, a.dn, a.password));
}

/* A hash that was never meant to be slow is compared at once; the answer takes
 * the time of a slow one all the same, and nothing is hashed anew by it. */
static void
an_imported_hash_takes_the_same_time(void **state)
{
    world *w = *state;
    char *hash = ssha_of("Myosotis-2026_Bleu");
    account a = new_student(w, COLLEGE);
    char *before, *after;

    expect_ok(world_configure(w, "replace: olcEduconnectImportSchemes\n"
                                 "olcEduconnectImportSchemes: {SSHA}\n"));
    expect_ok(client_modify(w->as[PROVISIONER], a.dn,
        "replace: userPassword\nuserPassword: %s\n", hash));
    configure(w, "aware");
    before = client_read(w->as[ROOT], a.dn, "userPassword");
    expect_plain_no(w, a.dn, "Myosotis-2026_Bleu");
    expect_plain_no(w, a.dn, WRONG);
    after = client_read(w->as[ROOT], a.dn, "userPassword");
    assert_string_equal(before, after);
    expect_ok(bind_once(&w->server, a.dn, "Myosotis-2026_Bleu"));
    configure(w, "any");
    expect_ok(world_configure(w, "replace: olcEduconnectImportSchemes\n"));
    free(hash);
    free(before);
    free(after);
}

/* A letter's password that is known already is still not told to the unaware;
 * one that was chosen since opens at once. */
static void
it_ends_with_the_change(void **state)
{
    world *w = *state;
    account a = guardian_in(w, "informed");

    expect_ok(world_configure(w, "replace: olcEduconnectVerifyCache\n"
                                 "olcEduconnectVerifyCache: entries=10\n"));
    configure(w, "aware");
    expect_plain_no(w, a.dn, a.password);
    expect_ok(bind_once(&w->server, a.dn, a.password));
    expect_plain_no(w, a.dn, a.password);
    step_activate(w, &a);
    expect_ok(bind_unaware(w, a.dn, a.password));
    configure(w, "any");
    expect_ok(world_configure(w, "replace: olcEduconnectVerifyCache\n"));
}

/* The administrator sees why a portal says "wrong password". */
static void
the_log_and_the_counters_tell(void **state)
{
    world *w = *state;
    account a = student_in(w, "informed");
    long before;
    char *log, *line;

    configure(w, "aware");
    before = monitor_counter(w, "educonnectMonitorRefusals", "EDC-S04");
    expect_plain_no(w, a.dn, a.password);
    assert_int_equal(
        monitor_counter(w, "educonnectMonitorRefusals", "EDC-S04"), before + 1);
    configure(w, "any");
    log = server_log(&w->server);
    line = text_of("educonnect: \"%s\" must change the password", a.dn);
    if (strstr(log, line) == NULL)
        FAIL("the log does not say: %s", line);
    free(line);
    free(log);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_is_the_default),
        cmocka_unit_test(aware_keeps_sessions_that_must_change),
        cmocka_unit_test(other_answers_stay),
        cmocka_unit_test(a_campaign_is_no_login_either),
        cmocka_unit_test(it_is_not_counted_as_a_guess),
        cmocka_unit_test(an_imported_hash_takes_the_same_time),
        cmocka_unit_test(it_ends_with_the_change),
        cmocka_unit_test(the_log_and_the_counters_tell),
    };

    return cmocka_run_group_tests(tests, usual_world, end_world);
}
