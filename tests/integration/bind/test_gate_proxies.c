/* test_gate_proxies.c - clients behind a portal: whose turn it is at the gate,
 * and who is said to guess.
 *
 * All come from this machine's addresses; the session tracking control names
 * who is behind. Hashes are made slow, nothing is measured: who is served in
 * turn is so while others still wait.
 */
#define _GNU_SOURCE 1
#include "harness/gate.h"
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A flood that somebody passes by, and one that is all computed before. */
#define MANY 6
#define FEW 3
#define WRONG "Faux-42-mot-du-tout"
#define PORTAL "127.0.0.1"
#define OTHER "127.0.0.2"
#define FORMAT LDAP_CONTROL_X_SESSION_TRACKING_RADIUS_ACCT_SESSION_ID
#define USERNAME LDAP_CONTROL_X_SESSION_TRACKING_USERNAME

static int
begin(void **state)
{
    static const setup how = {
        .global = "threads 4\n", .ldapi = true, .holds = true};
    world *w = calloc(1, sizeof(*w));

    world_begin(w, &how);
    gate_configure(w, "1");
    *state = w;
    return 0;
}

/* NULL: nobody. slapd refuses to take away what is not there. */
static void
name_proxies(world *w, const char *proxies)
{
    int code = world_configure(w, "replace: olcEduconnectGateProxies\n").code;

    assert_true(code == LDAP_SUCCESS || code == LDAP_NO_SUCH_ATTRIBUTE);
    if (proxies != NULL)
        expect_ok(world_configure(w,
            "replace: olcEduconnectGateProxies\n"
            "olcEduconnectGateProxies: %s\n",
            proxies));
}

/* ---- who stands behind ---- */

/* What one control says; nothing of it NULL: there is no control. */
typedef struct behind {
    const char *ip, *format, *session;
} behind;

static LDAPControl *
tracking(LDAP *ld, const behind *b)
{
    struct berval session;
    LDAPControl *control = NULL;

    ber_str2bv(b->session, 0, 0, &session);
    if (ldap_create_session_tracking_control(ld, (char *)b->ip, "portal",
            (char *)b->format, &session, &control) != LDAP_SUCCESS)
        FAIL("no control could be made");
    return control;
}

typedef struct pending {
    LDAP *ld;
    int id;
} pending;

static LDAP *
open_from(const char *url, const char *address)
{
    LDAP *ld = NULL;

    if (ldap_initialize(&ld, url) != LDAP_SUCCESS)
        FAIL("no connection");
    ldap_set_option(ld, LDAP_OPT_PROTOCOL_VERSION, &(int){LDAP_VERSION3});
    if (address != NULL)
        assert_int_equal(
            ldap_set_option(ld, LDAP_OPT_SOCKET_BIND_ADDRESSES, address),
            LDAP_OPT_SUCCESS);
    return ld;
}

/* A bind with up to two controls, the first of which another may have put. */
static void
send_bind(pending *p, const char *dn, const char *password, const behind *first,
    const behind *last)
{
    struct berval cred = {strlen(password), (char *)password};
    LDAPControl *controls[3] = {NULL, NULL, NULL};
    size_t n = 0;

    if (first != NULL)
        controls[n++] = tracking(p->ld, first);
    if (last != NULL)
        controls[n++] = tracking(p->ld, last);
    if (ldap_sasl_bind(p->ld, dn, LDAP_SASL_SIMPLE, &cred, controls, NULL,
            &p->id) != LDAP_SUCCESS)
        FAIL("a bind could not be sent");
    while (n > 0)
        ldap_control_free(controls[--n]);
}

static int
result_of(pending *p)
{
    struct timeval limit = limit_of(60);
    LDAPMessage *message = NULL;
    int code = -1;

    if (ldap_result(p->ld, p->id, LDAP_MSG_ALL, &limit, &message) > 0)
        ldap_parse_result(p->ld, message, &code, NULL, NULL, NULL, NULL, 1);
    ldap_unbind_ext(p->ld, NULL, NULL);
    return code;
}

/* ---- one flood and one who comes later ---- */

typedef struct scene {
    const char *proxies;
    const char *url;      /* NULL: by TCP */
    const char *from;     /* of the flood */
    const char *one_from; /* of the one */
    behind flood, one;    /* ip NULL: none */
    bool each_another;    /* each of the flood names another client */
    const char *forged;   /* a control before the one's own says this */
    bool turn;            /* the one is served before the flood is */
} scene;

/* It is held, until the test lets it go. */
static void
begin_flood(world *w, const scene *s, const char *url, const account *a,
    pending *p, int n)
{
    char ip[32], session[32];

    gate_hold(w, true);
    for (int i = 0; i < n; i++) {
        behind flood = s->flood;

        snprintf(ip, sizeof(ip), "198.51.100.%d", i + 1);
        snprintf(session, sizeof(session), "user%d", i);
        if (s->each_another && flood.ip[0] != '\0')
            flood.ip = ip;
        else if (s->each_another)
            flood.session = session;
        p[i].ld = open_from(url, s->from);
        send_bind(&p[i], a->dn, WRONG, NULL, flood.ip == NULL ? NULL : &flood);
        if (i == 0)
            gate_held(w);
    }
    gate_await(w, "waiting", n - 1);
}

/* Who goes away gives up its place. */
static void
end_flood(world *w, pending *p, int n)
{
    deadline d = deadline_in(60);

    for (int i = 0; i < n; i++)
        ldap_unbind_ext(p[i].ld, NULL, NULL);
    while (gate_counter(w, "waiting") + gate_counter(w, "running") > 0)
        deadline_wait(&d, "the gate to be empty");
}

static void
play(world *w, const scene *s)
{
    const char *url = s->url != NULL ? s->url : w->server.url;
    int n = s->turn ? MANY : FEW;
    account a = student_in(w, "active");
    pending p[MANY], one;

    name_proxies(w, s->proxies);
    gate_slow(w, true);
    begin_flood(w, s, url, &a, p, n);
    one.ld = open_from(url, s->one_from);
    send_bind(&one, a.dn, a.password,
        s->forged == NULL ? NULL : &(behind){s->forged, FORMAT, ""},
        s->one.ip == NULL ? NULL : &s->one);
    gate_await(w, "waiting", n);
    gate_hold(w, false);
    assert_int_equal(result_of(&one), LDAP_SUCCESS);
    assert_int_equal(gate_counter(w, "waiting") > 0, s->turn);
    end_flood(w, p, n);
    gate_slow(w, false);
    name_proxies(w, NULL);
}

static void
clients_behind_a_portal_take_turns(void **state)
{
    static const scene scenes[] = {
        {PORTAL, NULL, PORTAL, PORTAL, {"192.0.2.1", FORMAT, ""},
            {"192.0.2.2", FORMAT, ""}, .turn = true},
        {"127.0.0.0/30 2001:db8::/32", NULL, PORTAL, OTHER,
            {"2001:db8::1", FORMAT, ""}, {"2001:db8::2", FORMAT, ""},
            .turn = true},
        /* A name, of the user's or the portal's, does not make another line. */
        {PORTAL, NULL, PORTAL, PORTAL, {"192.0.2.1", USERNAME, "ana"},
            {"192.0.2.1", USERNAME, "lou"}, .turn = false},
        /* Behind two portals it is one client. */
        {PORTAL " " OTHER, NULL, PORTAL, OTHER, {"192.0.2.1", FORMAT, ""},
            {"192.0.2.1", FORMAT, ""}, .turn = false},
        /* Two sessions of which the portal knows no address. */
        {PORTAL, NULL, PORTAL, PORTAL, {"", FORMAT, "s-1"}, {"", FORMAT, "s-2"},
            .turn = true},
        {PORTAL, NULL, PORTAL, PORTAL, {"", FORMAT, "s-1"}, {"", FORMAT, "s-1"},
            .turn = false},
        /* One who says nothing of its client stays the portal. */
        {PORTAL, NULL, PORTAL, PORTAL, {"192.0.2.1", FORMAT, ""},
            {NULL, NULL, NULL}, .turn = true},
        {PORTAL, NULL, PORTAL, PORTAL, {NULL, NULL, NULL},
            {"192.0.2.2", FORMAT, ""}, .turn = true},
        {PORTAL, NULL, PORTAL, PORTAL, {NULL, NULL, NULL}, {NULL, NULL, NULL},
            .turn = false},
    };

    for (size_t i = 0; i < sizeof(scenes) / sizeof(scenes[0]); i++) {
        print_message("scene %zu\n", i);
        play(*state, &scenes[i]);
    }
}

static void
so_they_do_by_a_local_socket(void **state)
{
    world *w = *state;
    scene s = {"ldapi", w->server.ldapi_url, NULL, NULL,
        {"192.0.2.1", FORMAT, ""}, {"192.0.2.2", FORMAT, ""}, .turn = true};

    play(w, &s);
    s.proxies = PORTAL;
    s.turn = false;
    play(w, &s);
}

/* Neither a turn nor many, whoever it says to be. */
static void
nobody_else_gains_anything(void **state)
{
    static const scene scenes[] = {
        /* Nobody is named. */
        {NULL, NULL, PORTAL, PORTAL, {"192.0.2.1", FORMAT, ""},
            {"192.0.2.2", FORMAT, ""}, .turn = false},
        /* Somebody else is. */
        {PORTAL, NULL, OTHER, OTHER, {"192.0.2.1", FORMAT, ""},
            {"192.0.2.2", FORMAT, ""}, .turn = false},
        {"127.0.0.4/30 ldapi", NULL, PORTAL, PORTAL,
            {"192.0.2.1", FORMAT, "s-1"}, {"192.0.2.2", FORMAT, "s-2"},
            .turn = false},
        /* A flood of made-up clients is one client to who is not named. */
        {OTHER, NULL, PORTAL, OTHER, {"192.0.2.1", FORMAT, ""},
            {"192.0.2.2", FORMAT, ""}, .each_another = true, .turn = true},
        /* Names that somebody types are one client's, the portal's. */
        {PORTAL, NULL, PORTAL, OTHER, {"", USERNAME, ""}, {NULL, NULL, NULL},
            .each_another = true, .turn = true},
        /* What the client put before the proxy's own control is not asked. */
        {PORTAL, NULL, PORTAL, PORTAL, {"192.0.2.1", FORMAT, ""},
            {"192.0.2.1", FORMAT, ""}, .forged = "192.0.2.9", .turn = false},
    };

    for (size_t i = 0; i < sizeof(scenes) / sizeof(scenes[0]); i++) {
        print_message("scene %zu\n", i);
        play(*state, &scenes[i]);
    }
}

/* What a portal writes for its client waits in that client's line as well:
 * for some hashes, so the flood is longer. */
static void
a_change_of_password_takes_its_turn(void **state)
{
    enum { FLOOD = 4 * MANY };
    world *w = *state;
    account a = student_in(w, "active"), b = student_in(w, "active");
    behind one = {"192.0.2.2", FORMAT, ""};
    char password[96];
    LDAP *self = client_login(&w->server, b.dn, b.password);
    LDAPControl *controls[] = {tracking(self, &one), NULL};
    pending p[FLOOD];

    name_proxies(w, PORTAL);
    gate_slow(w, true);
    fresh_password(w, password);
    begin_flood(w, &(scene){.flood = {"192.0.2.1", FORMAT, ""}}, w->server.url,
        &a, p, FLOOD);
    gate_hold(w, false);
    ldap_set_option(self, LDAP_OPT_SERVER_CONTROLS, controls);
    expect_ok(client_password(self, NULL, NULL, password));
    assert_true(gate_counter(w, "waiting") > 0);
    end_flood(w, p, FLOOD);
    gate_slow(w, false);
    name_proxies(w, NULL);
    ldap_control_free(controls[0]);
    client_close(self);
}

/* slapd's own answers; nobody waits for a hash first. */
static void
a_malformed_control_is_slapds_to_refuse(void **state)
{
    static const struct {
        const char *value;
        bool critical;
        int code;
    } rows[] = {{"garbage", false, LDAP_PROTOCOL_ERROR},
        {"\x30\x03\x04\x01", false, LDAP_PROTOCOL_ERROR},
        {"", false, LDAP_PROTOCOL_ERROR}, {"x", true, LDAP_PROTOCOL_ERROR}};
    world *w = *state;
    account a = student_in(w, "active");
    struct berval cred = {strlen(a.password), a.password};

    name_proxies(w, PORTAL);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        LDAPControl control = {LDAP_CONTROL_X_SESSION_TRACKING,
            {strlen(rows[i].value), (char *)rows[i].value}, rows[i].critical};
        LDAPControl *controls[] = {&control, NULL};
        pending p = {.ld = open_from(w->server.url, NULL)};

        assert_int_equal(ldap_sasl_bind(p.ld, a.dn, LDAP_SASL_SIMPLE, &cred,
                             controls, NULL, &p.id),
            LDAP_SUCCESS);
        assert_int_equal(result_of(&p), rows[i].code);
    }
    expect_ok(bind_once(&w->server, a.dn, a.password));
    name_proxies(w, NULL);
}

/* Whoever guesses behind a portal is told of by its own address. */
static void
the_guesser_is_the_one_behind(void **state)
{
    static const struct {
        const char *proxies, *ip, *told, *not;
    } rows[] = {
        {PORTAL, "192.0.2.66", "address 192.0.2.66:", "address " PORTAL ":"},
        {PORTAL, "2001:DB8::66",
            "address 2001:db8::66:", "address " PORTAL ":"},
        {OTHER, "192.0.2.67", "address " PORTAL ":", "address 192.0.2.67:"}};
    world *w = *state;
    char *log;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        behind guesser = {rows[i].ip, FORMAT, ""};

        name_proxies(w, rows[i].proxies);
        for (int n = 0; n < 30; n++) {
            pending p = {.ld = open_from(w->server.url, NULL)};
            char *dn = text_of("uid=personne%d," PEOPLE, n);

            send_bind(&p, dn, WRONG, NULL, &guesser);
            assert_int_equal(result_of(&p), LDAP_INVALID_CREDENTIALS);
            free(dn);
        }
        log = server_log(&w->server);
        if (strstr(log, rows[i].told) == NULL)
            FAIL("nobody is told of: %s", rows[i].told);
        if (strstr(log, rows[i].not) != NULL)
            FAIL("told of: %s", rows[i].not);
        free(log);
    }
    name_proxies(w, NULL);
}

/* slapd's own proxy names its client behind what that client says of itself. */
static void
back_ldap_names_its_client(void **state)
{
    static const behind forged = {"192.0.2.9", FORMAT, ""};
    world *w = *state;
    char *databases = text_of("database ldap\nsuffix " PEOPLE "\nuri %s\n"
                              "session-tracking-request yes\n",
        w->server.url);
    setup how = {.modules = "moduleload back_ldap\n",
        .databases = databases,
        .without_overlay = true};
    server front;
    char *log;

    name_proxies(w, PORTAL);
    server_prepare(&front, &how);
    server_start(&front);
    for (int n = 0; n < 30; n++) {
        pending p = {.ld = open_from(front.url, "127.0.0.3")};
        char *dn = text_of("uid=personne%d," PEOPLE, n);

        send_bind(&p, dn, WRONG, &forged, NULL);
        assert_int_equal(result_of(&p), LDAP_INVALID_CREDENTIALS);
        free(dn);
    }
    log = server_log(&w->server);
    REQUIRE(strstr(log, "address 127.0.0.3:") != NULL);
    REQUIRE(strstr(log, "address 192.0.2.9:") == NULL);
    REQUIRE(strstr(log, "address " PORTAL ":") == NULL);
    free(log);
    server_finish(&front);
    free(databases);
    name_proxies(w, NULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            the_guesser_is_the_one_behind, begin, end_world),
        cmocka_unit_test_setup_teardown(
            back_ldap_names_its_client, begin, end_world),
        cmocka_unit_test(clients_behind_a_portal_take_turns),
        cmocka_unit_test(so_they_do_by_a_local_socket),
        cmocka_unit_test(nobody_else_gains_anything),
        cmocka_unit_test(a_change_of_password_takes_its_turn),
        cmocka_unit_test(a_malformed_control_is_slapds_to_refuse),
    };

    return cmocka_run_group_tests(tests, begin, end_world);
}
