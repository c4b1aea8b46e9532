/* test_hash_gate.c - many binds and few hashes: who waits, who is sent away,
 * and what goes on meanwhile.
 *
 * Hashes are held, or made slow by configuration, so that there is time to
 * look; nothing is measured.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"
#include "harness/gate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#define THREADS 4
#define MANY 20
#define WRONG "Faux-42-mot-du-tout"

/* Few workers, so that binds that held them would be seen. */
static int
begin(void **state)
{
    static const setup few = {.global = "threads 4\n", .holds = true};
    world *w = calloc(1, sizeof(*w));

    world_begin(w, &few);
    *state = w;
    return 0;
}

/* ---- binds that are sent and answered later ---- */

typedef struct pending {
    LDAP *ld;
    int id;
} pending;

static void
send_bind(pending *p, LDAP *ld, const char *dn, const char *password)
{
    struct berval cred = {strlen(password), (char *)password};

    p->ld = ld;
    if (ldap_sasl_bind(ld, dn, LDAP_SASL_SIMPLE, &cred, NULL, NULL, &p->id) !=
        LDAP_SUCCESS)
        FAIL("a bind could not be sent");
}

/* What is neither a yes nor a no carries no password-policy control: clients
 * take an empty one for a wrong password. */
static int
result_of(pending *p, char text[256])
{
    struct timeval limit = limit_of(60);
    LDAPMessage *message = NULL;
    LDAPControl **controls = NULL;
    char *said = NULL;
    int code = -1;

    if (ldap_result(p->ld, p->id, LDAP_MSG_ALL, &limit, &message) <= 0)
        return -1;
    ldap_parse_result(p->ld, message, &code, NULL, &said, NULL, &controls, 1);
    if (controls != NULL && code != LDAP_SUCCESS &&
        code != LDAP_INVALID_CREDENTIALS)
        FAIL("an answer %d carries a control", code);
    ldap_controls_free(controls);
    snprintf(text, 256, "%s", said == NULL ? "" : said);
    ldap_memfree(said);
    return code;
}

static void
expect_result(pending *p, int code, const char *codes)
{
    char text[256];
    int got = result_of(p, text);
    char *found = codes_of(text);

    if (got != code || strcmp(found, codes) != 0)
        FAIL("a bind was answered %d \"%s\"", got, text);
    free(found);
}

static void
open_many(world *w, pending *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        p[i].ld = client_open(&w->server);
}

static void
close_many(pending *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        client_close(p[i].ld);
}

/* So many wrong binds, of which `slots` are begun with and the rest wait: they
 * are held, until the test lets them go. */
static void
fill(world *w, pending *p, size_t n, const char *dn)
{
    gate_hold(w, true);
    open_many(w, p, n);
    for (size_t i = 0; i < n; i++) {
        send_bind(&p[i], p[i].ld, dn, WRONG);
        if (i == 0)
            gate_held(w);
    }
}

/* ---- tests ---- */

/* More binds wait than slapd has threads, and it answers everything else. */
static void
binds_that_wait_hold_no_worker(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");
    pending p[MANY];

    gate_configure(w, "1");
    fill(w, p, MANY, a.dn);
    gate_await(w, "waiting", MANY - 1);
    assert_true(gate_counter(w, "waiting") > 2 * THREADS);
    for (int i = 0; i < 100; i++)
        expect_ok(client_search(w->as[ACADEMY], a.dn));
    expect_ok(client_modify(w->as[PROVISIONER], a.dn,
        "replace: mobile\nmobile: +33 6 00 00 00 99\n"));
    assert_int_equal(gate_counter(w, "waiting"), MANY - 1);
    gate_hold(w, false);
    for (size_t i = 0; i < MANY; i++)
        expect_result(&p[i], LDAP_INVALID_CREDENTIALS, "");
    assert_int_equal(gate_counter(w, "waiting"), 0);
    close_many(p, MANY);
}

static void
a_full_queue_answers_busy(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");
    long busy = gate_counter(w, "busy");
    pending p[6];
    char *stored;

    gate_configure(w, "1 queue=3");
    fill(w, p, 4, a.dn);
    gate_await(w, "running", 1);
    gate_await(w, "waiting", 3);
    open_many(w, p + 4, 2);
    send_bind(&p[4], p[4].ld, a.dn, a.password);
    expect_result(&p[4], LDAP_BUSY, "B01");
    /* Nobody learns by it whether there is such an account. */
    send_bind(&p[5], p[5].ld, "uid=nobody," PEOPLE, a.password);
    expect_result(&p[5], LDAP_BUSY, "B01");
    assert_int_equal(gate_counter(w, "busy"), busy + 2);
    /* A write that hashes is refused whole. */
    stored = client_read(w->as[ACADEMY], a.dn, "educonnectSerial");
    expect(client_password(w->as[ACADEMY], a.dn, NULL, NULL), LDAP_BUSY, "B01");
    expect(client_modify(w->as[ACADEMY], a.dn,
               "replace: userPassword\nuserPassword: Calanque-91-bleue\n"),
        LDAP_BUSY, "B01");
    expect_stored(w->as[ACADEMY], a.dn, "educonnectSerial", stored);
    gate_hold(w, false);
    for (size_t i = 0; i < 4; i++)
        expect_result(&p[i], LDAP_INVALID_CREDENTIALS, "");
    expect_ok(bind_once(&w->server, a.dn, a.password));
    close_many(p, 6);
    free(stored);
    gate_configure(w, "1");
}

/* A right password that is to look like a wrong one does so then as well,
 * though it was compared at once. */
static void
a_full_queue_tells_the_unaware_nothing(void **state)
{
    world *w = *state;
    account a = new_student(w, COLLEGE);
    char *hash = ssha_of("Myosotis-2026_Bleu");
    pending p[3];

    expect_ok(world_configure(w, "replace: olcEduconnectImportSchemes\n"
                                 "olcEduconnectImportSchemes: {SSHA}\n-\n"
                                 "replace: olcEduconnectMustChange\n"
                                 "olcEduconnectMustChange: aware\n"));
    expect_ok(client_modify(w->as[PROVISIONER], a.dn,
        "replace: userPassword\nuserPassword: %s\n", hash));
    gate_configure(w, "1 queue=1");
    fill(w, p, 2, a.dn);
    gate_await(w, "running", 1);
    gate_await(w, "waiting", 1);
    open_many(w, p + 2, 1);
    client_sends(p[2].ld, 0, NULL);
    send_bind(&p[2], p[2].ld, a.dn, "Myosotis-2026_Bleu");
    expect_result(&p[2], LDAP_BUSY, "B01");
    gate_hold(w, false);
    for (size_t i = 0; i < 2; i++)
        expect_result(&p[i], LDAP_INVALID_CREDENTIALS, "");
    close_many(p, 3);
    gate_configure(w, "1");
    expect_ok(world_configure(w, "replace: olcEduconnectImportSchemes\n-\n"
                                 "replace: olcEduconnectMustChange\n"));
    free(hash);
}

/* Who goes away, or binds anew on the same connection, gives up its place. */
static void
binds_that_are_given_up_leave_the_queue(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");
    long cancelled = gate_counter(w, "cancelled");
    pending p[8], again;

    fill(w, p, 8, a.dn);
    gate_await(w, "waiting", 7);
    for (size_t i = 5; i < 8; i++)
        client_close(p[i].ld);
    gate_await(w, "cancelled", cancelled + 3);
    send_bind(&again, p[4].ld, a.dn, a.password);
    gate_await(w, "cancelled", cancelled + 4);
    gate_hold(w, false);
    for (size_t i = 0; i < 4; i++)
        expect_result(&p[i], LDAP_INVALID_CREDENTIALS, "");
    expect_result(&again, LDAP_SUCCESS, "");
    expect_ok(client_whoami(again.ld));
    close_many(p, 5);
}

/* The state that holds is that of the answer. */
static void
what_changes_meanwhile_counts(void **state)
{
    world *w = *state;
    account a = student_in(w, "active"), b = student_in(w, "active"),
            c = student_in(w, "active");
    pending p[4];

    gate_hold(w, true);
    open_many(w, p, 4);
    send_bind(&p[0], p[0].ld, "uid=nobody," PEOPLE, WRONG);
    gate_await(w, "running", 1);
    send_bind(&p[1], p[1].ld, a.dn, a.password);
    send_bind(&p[2], p[2].ld, b.dn, b.password);
    send_bind(&p[3], p[3].ld, c.dn, c.password);
    gate_await(w, "waiting", 3);
    expect_ok(client_modify(w->as[ACADEMY], a.dn,
        "replace: educonnectState\neduconnectState: suspended\n"));
    expect_ok(
        client_ldif(w->as[PROVISIONER], "dn: %s\nchangetype: delete\n", b.dn));
    gate_hold(w, false);
    expect_result(&p[0], LDAP_INVALID_CREDENTIALS, "");
    expect_result(&p[1], LDAP_INVALID_CREDENTIALS, "S02");
    expect_result(&p[2], LDAP_INVALID_CREDENTIALS, "");
    expect_result(&p[3], LDAP_SUCCESS, "");
    close_many(p, 4);
}

/* Each of several right binds finds a hash to be made anew, and makes it. */
static void
binds_that_hash_anew_at_once_all_succeed(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");
    pending p[4];

    gate_configure(w, "4");
    gate_slow(w, true);
    open_many(w, p, 4);
    for (size_t i = 0; i < 4; i++)
        send_bind(&p[i], p[i].ld, a.dn, a.password);
    for (size_t i = 0; i < 4; i++)
        expect_result(&p[i], LDAP_SUCCESS, "");
    close_many(p, 4);
    gate_slow(w, false);
    gate_configure(w, "1");
}

/* A portal's flood and a single client: the one waits for one of the many. */
static void
clients_take_turns_by_address(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");
    pending p[10], one = {.id = 0};
    char address[] = "127.0.0.2";

    gate_slow(w, true);
    fill(w, p, 10, a.dn);
    gate_await(w, "waiting", 9);
    if (ldap_initialize(&one.ld, w->server.url) != LDAP_SUCCESS)
        FAIL("no connection");
    ldap_set_option(one.ld, LDAP_OPT_PROTOCOL_VERSION, &(int){LDAP_VERSION3});
    assert_int_equal(
        ldap_set_option(one.ld, LDAP_OPT_SOCKET_BIND_ADDRESSES, address),
        LDAP_OPT_SUCCESS);
    send_bind(&one, one.ld, a.dn, a.password);
    gate_await(w, "waiting", 10);
    gate_hold(w, false);
    expect_result(&one, LDAP_SUCCESS, "");
    assert_true(gate_counter(w, "waiting") >= 5);
    ldap_unbind_ext(one.ld, NULL, NULL);
    for (size_t i = 0; i < 10; i++)
        expect_result(&p[i], LDAP_INVALID_CREDENTIALS, "");
    close_many(p, 10);
    gate_slow(w, false);
}

/* Slots come and go, the cost changes, and everybody is answered. */
static void
figures_change_while_binds_wait(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");
    pending p[12];

    gate_slow(w, true);
    fill(w, p, 12, a.dn);
    gate_await(w, "waiting", 11);
    gate_hold(w, false);
    gate_configure(w, "3 queue=4");
    gate_slow(w, false);
    gate_configure(w, "2");
    for (size_t i = 0; i < 12; i++)
        expect_result(&p[i], LDAP_INVALID_CREDENTIALS, "");
    expect_ok(bind_once(&w->server, a.dn, a.password));
    close_many(p, 12);
    gate_configure(w, "1");
}

static void
switching_off_answers_what_waits(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");
    char *dn = world_overlay_dn(w);
    size_t busy = 0;
    pending p[8];

    gate_slow(w, true);
    fill(w, p, 8, a.dn);
    gate_await(w, "waiting", 7);
    gate_hold(w, false);
    expect_ok(client_modify(
        w->config, dn, "replace: olcDisabled\nolcDisabled: TRUE\n"));
    for (size_t i = 0; i < 8; i++) {
        char text[256];
        int code = result_of(&p[i], text);

        busy += code == LDAP_BUSY;
        assert_true(code == LDAP_BUSY || code == LDAP_INVALID_CREDENTIALS);
    }
    assert_true(busy > 0);
    expect_ok(client_modify(
        w->config, dn, "replace: olcDisabled\nolcDisabled: FALSE\n"));
    gate_slow(w, false);
    expect_ok(bind_once(&w->server, a.dn, a.password));
    close_many(p, 8);
    free(dn);
}

/* It ends by itself, with status 0, whatever is under way. */
static void
shutdown_is_clean_while_binds_wait(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");
    pending p[12];

    gate_configure(w, "2");
    gate_slow(w, true);
    fill(w, p, 12, a.dn);
    gate_await(w, "waiting", 10);
    gate_hold(w, false);
    server_stop(&w->server);
    close_many(p, 12);
    server_start(&w->server);
    expect_ok(bind_once(&w->server, a.dn, a.password));
    world_login(w);
    assert_int_equal(gate_counter(w, "waiting"), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(binds_that_wait_hold_no_worker),
        cmocka_unit_test(a_full_queue_answers_busy),
        cmocka_unit_test(a_full_queue_tells_the_unaware_nothing),
        cmocka_unit_test(binds_that_are_given_up_leave_the_queue),
        cmocka_unit_test(what_changes_meanwhile_counts),
        cmocka_unit_test(binds_that_hash_anew_at_once_all_succeed),
        cmocka_unit_test(clients_take_turns_by_address),
        cmocka_unit_test(figures_change_while_binds_wait),
        cmocka_unit_test(switching_off_answers_what_waits),
        cmocka_unit_test(shutdown_is_clean_while_binds_wait),
    };

    return cmocka_run_group_tests(tests, begin, end_world);
}
