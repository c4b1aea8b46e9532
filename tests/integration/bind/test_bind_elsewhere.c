/* test_bind_elsewhere.c - binds where the backend or another overlay asks
 * another server: nobody becomes anybody there whom the overlay has refused,
 * and whom it does not know is the other server's own.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"
#include "harness/port.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/replica.h"

#define FAR "o=x"
#define EVE "uid=eve," FAR
#define FAR_PASSWORD "mot-de-passe-lointain"
#define WRONG "Faux-42-mot-du-tout"
/* A wrong password costs a hash, and nothing here is about what it costs. */
#define OVERLAY                                                                \
    "overlay educonnect\neduconnect-hash memory=64 time=1 parallelism=1\n"
#define LENIENT "allow bind_anon_dn bind_anon_cred\n"

/* ---- the other server, which knows nothing of accounts ---- */

static const struct {
    const char *global;
    const char *access; /* who sees what of it */
} kinds[] = {
    {"", "access to attrs=userPassword by anonymous auth by * none\n"
         "access to * by * read\n"},
    {LENIENT, "access to attrs=userPassword by anonymous auth by * none\n"
              "access to * by * read\n"},
    {LENIENT, "access to * by * read\n"},
    {LENIENT, "access to * by anonymous auth by users read\n"},
    {LENIENT, "require authc\naccess to * by * read\n"},
    /* It knows the classes of accounts. */
    {LENIENT, "access to * by * read\n"},
};
#define N_KINDS (sizeof(kinds) / sizeof(kinds[0]))

static const char far_entries[] =
    "dn: " FAR "\nobjectClass: organization\no: x\n\n"
    "dn: " EVE "\nobjectClass: inetOrgPerson\nuid: eve\ncn: Eve\nsn: Eve\n"
    "userPassword: " FAR_PASSWORD "\n\n"
    "dn: uid=zoe," FAR "\nobjectClass: inetOrgPerson\nuid: zoe\ncn: Zoe\n"
    "sn: Zoe\nuserPassword: " FAR_PASSWORD "\n";

static void
far_begin(server *s, size_t kind)
{
    char *databases = text_of("database mdb\nsuffix " FAR "\n"
                              "directory %%s/log-db\ndbnosync\n%s",
        kinds[kind].access);
    setup how = {.without = kind + 1 < N_KINDS,
        .without_overlay = true,
        .global = kinds[kind].global,
        .databases = databases,
        .port = server_free_port()};

    server_prepare(s, &how);
    assert_int_equal(
        server_tool(s, far_entries, NULL, "slapadd", "-q -b " FAR), 0);
    server_start(s);
    free(databases);
}

/* ---- who somebody is after a bind ---- */

static char *
identity(LDAP *ld)
{
    struct berval *id = NULL;
    char *copy;

    REQUIRE(ldap_whoami_s(ld, &id, NULL, NULL) == LDAP_SUCCESS);
    copy = text_of(
        "%.*s", id != NULL ? (int)id->bv_len : 0, id != NULL ? id->bv_val : "");
    ber_bvfree(id);
    return copy;
}

/* The connection was somebody before: a bind that fails makes it nobody. */
static void
expect_who_at(int line, const server *s, const char *dn, const char *password,
    int code, const char *who)
{
    LDAP *ld = client_login(s, ROOT_DN, ROOT_PASSWORD);
    answer a = client_bind(ld, dn, password);
    char *is = identity(ld);
    char *wanted = who[0] == '\0' ? text_of("%s", "") : text_of("dn:%s", who);

    if (a.code != code || strcmp(is, wanted) != 0)
        FAIL("line %d: %s with \"%s\": expected %d as \"%s\", got %d (%s) as "
             "\"%s\"",
            line, dn, password, code, wanted, a.code, a.text, is);
    free(wanted);
    free(is);
    client_close(ld);
}
#define expect_who(s, dn, password, code, who)                                 \
    expect_who_at(__LINE__, (s), (dn), (password), (code), (who))
#define expect_nobody(s, dn, password)                                         \
    expect_who(s, dn, password, LDAP_INVALID_CREDENTIALS, "")

/* Of names that are not this server's. */
static void
expect_far_names(const server *s, const char *suffix, const char *own)
{
    static const char *const passwords[] = {
        WRONG, "x", " ", "mot-de-passe-lointain ", "\xff\xfe", "a\tb"};
    static const char *const nobody[] = {"uid=nobody,", "", "cn=admin,"};
    char *eve = text_of("uid=eve,%s", suffix);
    char *is = text_of("uid=eve,%s", own);

    expect_who(s, eve, FAR_PASSWORD, LDAP_SUCCESS, is);
    for (size_t i = 0; i < sizeof(passwords) / sizeof(passwords[0]); i++) {
        expect_nobody(s, eve, passwords[i]);
        for (size_t k = 0; k < 3; k++) {
            char *dn = text_of("%s%s", nobody[k], suffix);

            expect_nobody(s, dn, passwords[i]);
            free(dn);
        }
    }
    free(is);
    free(eve);
}

/* slapd's own answer to a name without a password: never a name. */
static void
expect_no_password_no_name(const server *s, const char *dn, bool lenient)
{
    expect_who(
        s, dn, "", lenient ? LDAP_SUCCESS : LDAP_UNWILLING_TO_PERFORM, "");
    expect_who(
        s, "", WRONG, lenient ? LDAP_SUCCESS : LDAP_INVALID_CREDENTIALS, "");
}

/* ---- back-ldap and back-relay ---- */

static const char proxies[] =
    "database ldap\nsuffix " FAR "\nuri %s\nrootdn cn=root," FAR "\n%s" OVERLAY
    "database relay\nsuffix o=y\nrootdn cn=root,o=y\nrelay " FAR "\n"
    "overlay rwm\nrwm-suffixmassage " FAR "\n" OVERLAY
    "database relay\nsuffix o=z\nrelay " SUFFIX "\n"
    "overlay rwm\nrwm-suffixmassage " SUFFIX "\n";

static void
proxies_begin(world *w, const server *far, bool lenient, const char *more)
{
    char *databases = text_of(proxies, far->url, more);
    setup how = {.global = lenient ? LENIENT : NULL,
        .modules = "moduleload back_ldap\nmoduleload back_relay\n"
                   "moduleload rwm\n",
        .databases = databases};

    world_begin(w, &how);
    free(databases);
}

static void
proxies_ask_with_what_the_client_sent(void **state)
{
    (void)state;
    for (size_t kind = 0; kind < N_KINDS; kind++) {
        world w = {.serial = 0};
        server far;

        far_begin(&far, kind);
        proxies_begin(&w, &far, kind % 2 == 1, "");
        expect_far_names(&w.server, FAR, FAR);
        expect_far_names(&w.server, "o=y", FAR);
        expect_no_password_no_name(&w.server, EVE, kind % 2 == 1);
        expect_no_password_no_name(&w.server, "uid=eve,o=y", kind % 2 == 1);
        world_end(&w);
        server_finish(&far);
    }
}

/* An account that a proxy shows comes without its state: it opens nothing. */
static void
accounts_of_another_server_do_not_open(void **state)
{
    static const char pupil[] =
        "dn: uid=pupil," FAR "\nobjectClass: inetOrgPerson\n"
        "objectClass: educonnectStudent\nuid: pupil\ncn: P\nsn: P\n";
    world w = {.serial = 0};
    server far;

    (void)state;
    far_begin(&far, N_KINDS - 1);
    server_stop(&far);
    assert_int_equal(
        server_tool(&far, pupil, NULL, "slapadd", "-q -b " FAR), 0);
    server_start(&far);
    proxies_begin(&w, &far, false, "");
    expect_nobody(&w.server, "uid=pupil," FAR, WRONG);
    expect_nobody(&w.server, "uid=pupil," FAR, FAR_PASSWORD);
    world_end(&w);
    server_finish(&far);
}

/* One that cannot be reached is no reason to say yes, or to say no. */
static void
a_server_that_is_away(void **state)
{
    world w = {.serial = 0};
    server far;

    (void)state;
    far_begin(&far, 1);
    proxies_begin(&w, &far, false, "");
    server_stop(&far);
    expect_who(&w.server, EVE, FAR_PASSWORD, LDAP_UNAVAILABLE, "");
    expect_who(&w.server, "uid=nobody," FAR, WRONG, LDAP_UNAVAILABLE, "");
    server_start(&far);
    expect_who(&w.server, EVE, FAR_PASSWORD, LDAP_SUCCESS, EVE);
    world_end(&w);
    server_finish(&far);
}

/* The proxy reads as somebody whom the other server does not know: what it
 * cannot read may be an account, and is nobody's to open. */
static void
what_cannot_be_read_does_not_open(void **state)
{
    static const char unknown[] =
        "idassert-bind bindmethod=simple binddn=\"cn=proxy," FAR
        "\" credentials=wrong mode=self\n";
    world w = {.serial = 0};
    server far;

    (void)state;
    far_begin(&far, 1);
    proxies_begin(&w, &far, false, unknown);
    expect_nobody(&w.server, EVE, FAR_PASSWORD);
    expect_nobody(&w.server, EVE, WRONG);
    expect_nobody(&w.server, "uid=nobody," FAR, WRONG);
    world_end(&w);
    server_finish(&far);
}

/* This server's own accounts by another name: the relay's binds come to the
 * overlay, and who they let in stays under it. */
static void
accounts_behind_a_relay_are_judged(void **state)
{
    static const char *const states[] = {
        "uninformed", "informed", "active", "reset", "suspended", "closed"};
    world w = {.serial = 0};
    server far;

    (void)state;
    far_begin(&far, 1);
    proxies_begin(&w, &far, true, "");
    for (size_t i = 0; i < 6; i++) {
        account a =
            i % 2 == 0 ? student_in(&w, states[i]) : guardian_in(&w, states[i]);
        char *dn = text_of("uid=%s,ou=people,o=z", a.uid);

        expect_nobody(&w.server, dn, WRONG);
        if (i == 4 || i == 5)
            expect_nobody(&w.server, dn, a.password);
        if (i == 1 || i == 3) {
            LDAP *ld = client_login(&w.server, dn, a.password);

            expect(client_search(ld, a.dn), LDAP_INSUFFICIENT_ACCESS, "S04");
            client_close(ld);
        }
        if (i == 2)
            expect_ok(bind_once(&w.server, dn, a.password));
        free(dn);
    }
    expect_nobody(&w.server, "uid=nobody,ou=people,o=z", WRONG);
    world_end(&w);
    server_finish(&far);
}

/* ---- this database's accounts, whom another server knows as well ---- */

/* Every account whose bind is refused, with what would open it. */
static void
expect_refused_accounts(world *w, const char *far_dn)
{
    static const char *const states[] = {
        "uninformed", "informed", "active", "reset", "suspended", "closed"};
    account all[10];
    size_t n = 0;

    for (; n < 6; n++)
        all[n] =
            n % 2 == 0 ? student_in(w, states[n]) : guardian_in(w, states[n]);
    all[n] = student_in(w, "active");
    for (int i = 0; i < 10; i++) {
        char *guess = text_of(WRONG "%d", i);

        expect_nobody(&w->server, all[n].dn, guess);
        free(guess);
    }
    n++;
    all[n] = student_in(w, "uninformed");
    expect_ok(client_modify(w->as[PROVISIONER], all[n].dn,
        "add: educonnectFederatedId\neduconnectFederatedId: fc-1\n"));
    n++;
    for (size_t i = 0; i < n; i++) {
        expect_ok(client_modify(
            w->as[ROOT], all[i].dn, "add: seeAlso\nseeAlso: %s\n", far_dn));
        expect_nobody(&w->server, all[i].dn, WRONG);
        expect_nobody(&w->server, all[i].dn, FAR_PASSWORD);
        if (i == 1 || i == 2 || i == 3)
            expect_who(&w->server, all[i].dn, all[i].password, LDAP_SUCCESS,
                all[i].dn);
        else if (all[i].password[0] != '\0')
            expect_nobody(&w->server, all[i].dn, all[i].password);
    }
    expect_nobody(&w->server, "uid=nobody," PEOPLE, WRONG);
    expect_nobody(&w->server, "uid=nobody," PEOPLE, FAR_PASSWORD);
}

static void
expect_expired_account(world *w)
{
    account a = student_in(w, "uninformed");
    deadline d;

    expect_ok(
        client_modify(w->as[ROOT], a.dn, "add: seeAlso\nseeAlso: " EVE "\n"));
    letters_expire_soon(w);
    step_inform(w, &a, HEAD1);
    letters_expire_as_usual(w);
    d = deadline_in(60);
    while (bind_once(&w->server, a.dn, a.password).code == LDAP_SUCCESS)
        deadline_wait(&d, "the letter to expire");
    expect_nobody(&w->server, a.dn, a.password);
    expect_nobody(&w->server, a.dn, FAR_PASSWORD);
}

/* An entry that is no account and has its password elsewhere. */
static void
add_plain(world *w, const char *uid, const char *more)
{
    expect_ok(client_ldif(w->as[ROOT],
        "dn: uid=%s," PEOPLE "\nobjectClass: inetOrgPerson\nuid: %s\ncn: %s\n"
        "sn: %s\n%s",
        uid, uid, uid, uid, more));
}

static void
expect_plain_entries(world *w)
{
    add_plain(w, "far", "seeAlso: " EVE "\n");
    expect_who(&w->server, "uid=far," PEOPLE, FAR_PASSWORD, LDAP_SUCCESS,
        "uid=far," PEOPLE);
    expect_nobody(&w->server, "uid=far," PEOPLE, WRONG);
    add_plain(w, "near", "seeAlso: " EVE "\nuserPassword: mot-proche\n");
    expect_who(&w->server, "uid=near," PEOPLE, "mot-proche", LDAP_SUCCESS,
        "uid=near," PEOPLE);
    expect_nobody(&w->server, "uid=near," PEOPLE, FAR_PASSWORD);
    add_plain(w, "none", "");
    expect_nobody(&w->server, "uid=none," PEOPLE, WRONG);
    expect_who(&w->server, ROOT_DN, ROOT_PASSWORD, LDAP_SUCCESS, ROOT_DN);
    expect_nobody(&w->server, ROOT_DN, WRONG);
}

static char *
remoteauth(const server *far)
{
    return text_of("overlay remoteauth\nremoteauth_dn_attribute seeAlso\n"
                   "remoteauth_domain_attribute employeeType\n"
                   "remoteauth_default_domain far\n"
                   "remoteauth_default_realm %s\n",
        far->url);
}

static void
remoteauth_is_asked_about_no_account(void **state)
{
    (void)state;
    for (size_t kind = 0; kind < 2; kind++) {
        world w = {.serial = 0};
        server far;
        char *overlay;
        setup how = {.modules = "moduleload remoteauth\n"};

        far_begin(&far, kind);
        overlay = remoteauth(&far);
        how.below = overlay;
        how.global = kind == 1 ? LENIENT : NULL;
        world_begin(&w, &how);
        expect_refused_accounts(&w, EVE);
        expect_expired_account(&w);
        expect_plain_entries(&w);
        world_end(&w);
        server_finish(&far);
        free(overlay);
    }
}

/* Above, it answers before the overlay hears of the bind. It asks with what the
 * client sent, and what it opens is judged operation by operation. */
static void
remoteauth_above_opens_nothing(void **state)
{
    world w = {.serial = 0};
    setup how = {.modules = "moduleload remoteauth\n"};
    server far;
    account a;
    char *overlay;
    LDAP *ld;

    (void)state;
    far_begin(&far, 1);
    overlay = remoteauth(&far);
    how.above = overlay;
    world_begin(&w, &how);
    a = student_in(&w, "uninformed");
    expect_ok(
        client_modify(w.as[ROOT], a.dn, "add: seeAlso\nseeAlso: " EVE "\n"));
    expect_nobody(&w.server, a.dn, WRONG);
    ld = client_login(&w.server, a.dn, FAR_PASSWORD);
    expect(client_search(ld, a.dn), LDAP_UNWILLING_TO_PERFORM, "S02");
    client_close(ld);
    expect_plain_entries(&w);
    world_end(&w);
    server_finish(&far);
    free(overlay);
}

/* ---- translucent ---- */

static char *
translucent(const server *far, const char *below, const char *above)
{
    return text_of(
        "database mdb\nsuffix " FAR "\ndirectory %%s/log-db\n"
        "rootdn cn=root," FAR "\nrootpw far-root\ndbnosync\n"
        "%soverlay translucent\nuri %s\ntranslucent_bind_local on\n%s",
        below, far->url, above);
}

static void
play_translucent(size_t kind, const char *below, const char *above)
{
    world w = {.serial = 0};
    server far;
    char *databases;
    setup how = {.modules = "moduleload back_ldap\nmoduleload translucent\n"};
    LDAP *root;

    far_begin(&far, kind);
    databases = translucent(&far, below, above);
    how.databases = databases;
    world_begin(&w, &how);
    expect_far_names(&w.server, FAR, FAR);
    if (above[0] != '\0') {
        root = client_login(&w.server, "cn=root," FAR, "far-root");
        expect_ok(client_ldif(root,
            "dn: uid=zoe," FAR "\nobjectClass: inetOrgPerson\n"
            "objectClass: educonnectStudent\nuid: zoe\ncn: Zoe\nsn: Zoe\n"));
        expect_nobody(&w.server, "uid=zoe," FAR, WRONG);
        expect_nobody(&w.server, "uid=zoe," FAR, FAR_PASSWORD);
        client_close(root);
    }
    world_end(&w);
    server_finish(&far);
    free(databases);
}

static void
translucent_is_asked_about_no_account(void **state)
{
    (void)state;
    for (size_t kind = 0; kind < N_KINDS; kind++) {
        play_translucent(kind, "", OVERLAY);
        play_translucent(kind, OVERLAY, "");
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(proxies_ask_with_what_the_client_sent),
        cmocka_unit_test(accounts_behind_a_relay_are_judged),
        cmocka_unit_test(accounts_of_another_server_do_not_open),
        cmocka_unit_test(a_server_that_is_away),
        cmocka_unit_test(what_cannot_be_read_does_not_open),
        cmocka_unit_test(remoteauth_is_asked_about_no_account),
        cmocka_unit_test(remoteauth_above_opens_nothing),
        cmocka_unit_test(translucent_is_asked_about_no_account),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
