/* test_lifecycle.c - the overlay comes, goes, comes back; slapd restarts; both
 * configuration forms say the same. */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- both forms ---- */

static const char full_directives[] =
    "educonnect-role provisioner dn=\"uid=provisioner," STAFF_DN "\"\n"
    "educonnect-role registrar dn=\"uid=registrar," STAFF_DN "\"\n"
    "educonnect-role assistance group=\"cn=helpdesk," STAFF_DN "\"\n"
    "educonnect-role academy dn=\"uid=academy," STAFF_DN "\"\n"
    "educonnect-guard owner\n"
    "educonnect-password default min=13 max=100 classes=3 long=18 history=4\n"
    "educonnect-password student min=10 history=2\n"
    "educonnect-password-list /etc/hostname\n"
    "educonnect-provisional lifetime=30d\n"
    "educonnect-import-schemes {SSHA} {ARGON2}\n"
    "educonnect-hash memory=128 time=1 parallelism=1\n"
    "educonnect-hash-ceiling memory=131072 time=8 parallelism=4\n"
    "educonnect-lockout failures=7 window=20m duration=2h\n"
    "educonnect-campaign 20200101000000Z\n"
    "educonnect-legacy-cutoff 20220101000000Z\n"
    "educonnect-eligibility sn educonnectIne\n"
    "educonnect-max-guardians 3\n"
    "educonnect-language fr\n"
    "educonnect-gate-proxies 192.0.2.0/24 ldapi\n"
    "educonnect-audit \"/nonexistent/audit trail\"\n"
    "educonnect-rehash rate=7/s down=yes\n";

static const char *const olc[] = {"olcEduconnectRole", "olcEduconnectGuard",
    "olcEduconnectPassword", "olcEduconnectPasswordList",
    "olcEduconnectProvisional", "olcEduconnectImportSchemes",
    "olcEduconnectHash", "olcEduconnectHashCeiling", "olcEduconnectLockout",
    "olcEduconnectCampaign", "olcEduconnectLegacyCutoff",
    "olcEduconnectEligibility", "olcEduconnectMaxGuardians",
    "olcEduconnectLanguage", "olcEduconnectGateProxies", "olcEduconnectAudit",
    "olcEduconnectRehash"};
#define N_OLC (sizeof(olc) / sizeof(olc[0]))

static char *
whole_configuration(world *w)
{
    char *dn = world_overlay_dn(w), *all = text_of("%s", "");

    for (size_t i = 0; i < N_OLC; i++) {
        char *values = client_read_all(w->config, dn, olc[i]);
        char *longer = text_of("%s%s: %s\n", all, olc[i], values);

        if (values[0] == '\0')
            FAIL("%s is not shown", olc[i]);
        free(all);
        free(values);
        all = longer;
    }
    free(dn);
    return all;
}

static void
both_forms_say_the_same(void **state)
{
    setup how = {.directives = full_directives};
    char *from_conf, *from_tree, *after_restart;
    world w;

    (void)state;
    world_begin(&w, &how);
    from_conf = whole_configuration(&w);
    world_end(&w);
    how.config_directory = true;
    world_begin(&w, &how);
    from_tree = whole_configuration(&w);
    server_stop(&w.server);
    server_start(&w.server);
    world_login(&w);
    after_restart = whole_configuration(&w);
    world_end(&w);
    assert_string_equal(from_conf, from_tree);
    assert_string_equal(from_conf, after_restart);
    free(from_conf);
    free(from_tree);
    free(after_restart);
}

/* slapd.conf to slapd.d by slaptest; what slapd then shows of slapd.d is what
 * slaptest wrote. */
static void
slaptest_converts(void **state)
{
    static const setup how = {.directives = full_directives};
    char *output = NULL, *shown;
    world w;

    (void)state;
    world_begin(&w, &how);
    server_stop(&w.server);
    if (server_tool(&w.server, NULL, &output, "slaptest",
            "-f %s/slapd.conf -F %s/slapd.d", w.server.directory,
            w.server.directory) != 0)
        FAIL("slaptest: %s", output);
    free(output);
    w.server.config_directory = w.server.converted = true;
    if (server_tool(&w.server, NULL, &output, "slaptest", "-F %s/slapd.d",
            w.server.directory) != 0)
        FAIL("slaptest of the result: %s", output);
    free(output);
    REQUIRE(server_tool(&w.server, NULL, &output, "slapcat",
                "-o ldif-wrap=no -n 0") == 0);
    server_start(&w.server);
    world_login(&w);
    shown = whole_configuration(&w);
    for (char *line = shown, *next; (next = strchr(line, '\n')) != NULL;
        line = next + 1) {
        char *value = strchr(line, ':') + 2, *bar = strpbrk(value, "|\n");

        *bar = '\0';
        if (strstr(output, value) == NULL)
            FAIL("slaptest did not write: %s", line);
        if (bar != next)
            line = next;
    }
    free(output);
    free(shown);
    world_end(&w);
}

static void
run_time_changes_are_kept_in_slapd_d(void **state)
{
    static const setup how = {.config_directory = true};
    world w;
    account a;

    (void)state;
    world_begin(&w, &how);
    expect_ok(world_configure(&w, "add: olcEduconnectPassword\n"
                                  "olcEduconnectPassword: student min=9\n"));
    server_stop(&w.server);
    server_start(&w.server);
    world_login(&w);
    a = student_in(&w, "uninformed");
    expect(client_password(w.as[HEAD1], a.dn, NULL, "Rose-123"),
        LDAP_CONSTRAINT_VIOLATION, "P01");
    expect_ok(client_password(w.as[HEAD1], a.dn, NULL, "Rose-1234"));
    world_end(&w);
}

static void
ppolicys_schema_is_asked_for(void **state)
{
    static const setup how = {.without_ppolicy = true};
    server s;
    char *log;

    (void)state;
    server_prepare(&s, &how);
    assert_int_not_equal(server_start_refused(&s), 0);
    log = server_log(&s);
    REQUIRE(strstr(log, "educonnect") != NULL);
    REQUIRE(strstr(log, "moduleload ppolicy") != NULL);
    free(log);
    server_finish(&s);
}

/* ---- restarts ---- */

#define N_STATES 6
static const char *const states[N_STATES] = {
    "uninformed", "informed", "active", "reset", "suspended", "closed"};

static void
expect_bind_of_state(world *w, const account *a, size_t state)
{
    static const int code[N_STATES] = {LDAP_INVALID_CREDENTIALS, LDAP_SUCCESS,
        LDAP_SUCCESS, LDAP_SUCCESS, LDAP_INVALID_CREDENTIALS,
        LDAP_INVALID_CREDENTIALS};
    static const char *const codes[N_STATES] = {"", "", "", "", "S02", "S02"};
    static const char *const control[N_STATES] = {
        PP_NONE, PP_MUST_CHANGE, PP_NONE, PP_MUST_CHANGE, PP_LOCKED, PP_LOCKED};
    answer r = bind_once(&w->server, a->dn,
        a->password[0] != '\0' ? a->password : "Sans-Mot-De-Passe");

    expect(r, code[state], codes[state]);
    expect_control(&r, control[state]);
}

static void
check_after_restart(world *w, account *students, account *guardians, char **csn)
{
    world_login(w);
    for (size_t i = 0; i < N_STATES; i++) {
        expect_stored(
            w->as[ROOT], students[i].dn, "educonnectState", states[i]);
        expect_stored(w->as[ROOT], students[i].dn, "entryCSN", csn[i]);
        expect_bind_of_state(w, &students[i], i);
        expect_bind_of_state(w, &guardians[i], i);
    }
}

static void
a_restart_in_every_state(void **state)
{
    static const setup usual = {0};
    account students[N_STATES], guardians[N_STATES];
    char *csn[N_STATES];
    world w;

    (void)state;
    world_begin(&w, &usual);
    for (size_t i = 0; i < N_STATES; i++) {
        students[i] = student_in(&w, states[i]);
        guardians[i] = guardian_in(&w, states[i]);
        csn[i] = client_read(w.as[ROOT], students[i].dn, "entryCSN");
    }
    server_stop(&w.server);
    server_start(&w.server);
    check_after_restart(&w, students, guardians, csn);
    server_kill(&w.server);
    server_start(&w.server);
    check_after_restart(&w, students, guardians, csn);
    step_activate(&w, &students[1]);
    step_activate(&w, &guardians[3]);
    step_state(&w, &students[4], ACADEMY, "active");
    step_state(&w, &guardians[5], ACADEMY, "active");
    expect_bind_of_state(&w, &students[4], 2);
    for (size_t i = 0; i < N_STATES; i++)
        free(csn[i]);
    world_end(&w);
}

/* ---- slapcat and slapadd ---- */

static char *
dump_of(server *s)
{
    char *dump = NULL;

    if (server_tool(s, NULL, &dump, "slapcat", "-b %s", SUFFIX) != 0)
        FAIL("slapcat: %s", dump);
    return dump;
}

static void
a_dump_brings_everything_back(void **state)
{
    static const setup usual = {0};
    char *before, *after, *output = NULL;
    account accounts[N_STATES];
    world w;
    server copy;

    (void)state;
    world_begin(&w, &usual);
    for (size_t i = 0; i < N_STATES; i++)
        accounts[i] =
            i % 2 == 0 ? student_in(&w, states[i]) : guardian_in(&w, states[i]);
    server_stop(&w.server);
    before = dump_of(&w.server);
    server_prepare(&copy, &usual);
    if (server_tool(&copy, before, &output, "slapadd", "-b %s", SUFFIX) != 0)
        FAIL("slapadd: %s", output);
    after = dump_of(&copy);
    assert_string_equal(before, after);
    REQUIRE(strstr(after, "educonnectFormerState: active") != NULL);
    REQUIRE(strstr(after, "educonnectSerial: ") != NULL);
    server_start(&copy);
    for (size_t i = 0; i < N_STATES; i++) {
        answer r = bind_once(&copy, accounts[i].dn,
            accounts[i].password[0] != '\0' ? accounts[i].password : "Rien-1");

        assert_int_equal(
            r.code, i >= 1 && i <= 3 ? LDAP_SUCCESS : LDAP_INVALID_CREDENTIALS);
    }
    server_finish(&copy);
    world_end(&w);
    free(before);
    free(after);
    free(output);
}

/* What we store, Debian's own argon2 module verifies. */
static void
stored_hashes_are_read_by_stock_slapd(void **state)
{
    static const setup usual = {0};
    static const setup stock = {
        .without = true, .modules = "moduleload argon2\n"};
    char *hash;
    account a;
    world w, bare;

    (void)state;
    world_begin(&w, &usual);
    a = student_in(&w, "active");
    hash = client_read(w.as[ROOT], a.dn, "userPassword");
    world_end(&w);
    world_begin(&bare, &stock);
    expect_ok(client_ldif(bare.as[ROOT],
        "dn: uid=moved," STAFF_DN "\nobjectClass: account\n"
        "objectClass: simpleSecurityObject\nuid: moved\nuserPassword: %s\n",
        hash));
    expect_ok(bind_once(&bare.server, "uid=moved," STAFF_DN, a.password));
    expect(bind_once(&bare.server, "uid=moved," STAFF_DN, "wrong"),
        LDAP_INVALID_CREDENTIALS, "");
    world_end(&bare);
    free(hash);
}

/* ---- cn=monitor ---- */

static void
counters_wherever_cn_monitor_stands(void **state)
{
    static const setup how[] = {{.monitor = MONITOR_FIRST},
        {.monitor = MONITOR_LAST},
        {.monitor = MONITOR_LAST,
            .modules = "moduleload syncprov\n",
            .below = "overlay syncprov\n"}};

    (void)state;
    for (size_t i = 0; i < sizeof(how) / sizeof(how[0]); i++) {
        account a;
        world w;

        world_begin(&w, &how[i]);
        a = student_in(&w, "active");
        assert_int_equal(
            monitor_counter(&w, "educonnectMonitorEvents", "activate "), 1);
        step_inform(&w, &a, HEAD1);
        assert_int_equal(
            monitor_counter(&w, "educonnectMonitorEvents", "school-reset "), 1);
        world_end(&w);
    }
}

static void
cn_monitor_is_not_needed(void **state)
{
    static const setup how = {.monitor = NO_MONITOR};
    account a;
    world w;

    (void)state;
    world_begin(&w, &how);
    a = student_in(&w, "active");
    expect_ok(bind_once(&w.server, a.dn, a.password));
    world_end(&w);
}

/* ---- entries that are no accounts ---- */

static void
others_are_left_alone(void **state)
{
    static const setup usual = {0};
    const char *dn = "uid=stranger," STAFF_DN;
    struct berval *id = NULL;
    LDAP *ld;
    world w;

    (void)state;
    world_begin(&w, &usual);
    expect_ok(client_password(w.as[ROOT], dn, NULL, "x"));
    expect_ok(bind_once(&w.server, dn, "x"));
    expect_ok(client_modify(
        w.as[ROOT], dn, "replace: userPassword\nuserPassword: y\n"));
    expect_ok(client_modify(w.as[ROOT], dn,
        "add: userPassword;lang-fr\nuserPassword;lang-fr: z\n"));
    expect(client_compare(w.as[ROOT], dn, "userPassword", "y"),
        LDAP_COMPARE_TRUE, "");
    for (int i = 0; i < 15; i++) {
        char *guess = text_of("guess-%d", i);

        expect(bind_once(&w.server, dn, guess), LDAP_INVALID_CREDENTIALS, "");
        free(guess);
    }
    expect_ok(bind_once(&w.server, dn, "y"));
    ld = actor_login(&w.server, ROOT);
    REQUIRE(ldap_txn_start_s(ld, NULL, NULL, &id) == LDAP_SUCCESS);
    client_sends(ld, SENDS_TRANSACTION, NULL);
    expect_ok(client_modify(ld, dn, "replace: mobile\nmobile: 1\n"));
    client_sends(ld, 0, NULL);
    await_modifies(&w);
    expect_ok(client_transaction_end(ld, true));
    expect_stored(w.as[ROOT], dn, "mobile", "1");
    expect_ok(client_ldif(w.as[ROOT],
        "dn: %s\nchangetype: modrdn\nnewrdn: uid=renamed\n"
        "deleteoldrdn: 1\n",
        dn));
    ber_bvfree(id);
    client_close(ld);
    world_end(&w);
}

/* ---- under load ---- */

typedef struct worker {
    const server *s;
    const account *a;
    atomic_bool *stop;
    unsigned long done;
    answer odd; /* the first answer that should not have been */
    bool any_odd;
} worker;

/* Binds right and wrong, searches, changes its own password for the same time
 * as the overlay is there and not. */
static void *
work(void *argument)
{
    worker *k = argument;

    while (!atomic_load(k->stop)) {
        LDAP *ld = client_open(k->s);
        answer bind = client_bind(ld, k->a->dn, k->a->password), search, modify;

        /* The overlay went while the bind waited for its hash. */
        if (bind.code == LDAP_BUSY) {
            client_close(ld);
            continue;
        }
        search = client_search(ld, k->a->dn);
        modify = client_modify(
            ld, k->a->dn, "replace: mobile\nmobile: +33 6 44 44 44 44\n");
        client_close(ld);
        if (!k->any_odd &&
            (bind.code != LDAP_SUCCESS || search.code != LDAP_SUCCESS ||
                modify.code != LDAP_SUCCESS)) {
            k->odd = bind.code != LDAP_SUCCESS     ? bind
                     : search.code != LDAP_SUCCESS ? search
                                                   : modify;
            k->any_odd = true;
        }
        k->done++;
    }
    return NULL;
}

#define WORKERS 4

static void
start_workers(world *w, worker *workers, pthread_t *threads,
    const account *accounts, atomic_bool *stop)
{
    for (size_t i = 0; i < WORKERS; i++) {
        workers[i] = (worker){.s = &w->server, .a = &accounts[i], .stop = stop};
        REQUIRE(pthread_create(&threads[i], NULL, work, &workers[i]) == 0);
    }
}

static char *
overlay_as_ldif(world *w, const char *dn)
{
    char *rdn = text_of("%.*s", (int)strcspn(dn, ","), dn);
    char *text = text_of("dn: olcOverlay=educonnect,%s\n"
                         "objectClass: olcOverlayConfig\n"
                         "objectClass: olcEduconnectConfig\n"
                         "olcOverlay: educonnect\n",
        dn + strlen(rdn) + 1);

    for (size_t i = 0; i < N_OLC; i++) {
        char *values = client_read_all(w->config, dn, olc[i]), *at = values;
        char *one;

        while (values[0] != '\0' && (one = strsep(&at, "|")) != NULL) {
            char *longer = text_of("%s%s: %s\n", text, olc[i], one);

            free(text);
            text = longer;
        }
        free(values);
    }
    free(rdn);
    return text;
}

static void
removed_and_added_again_under_load(void **state)
{
    static const setup usual = {0};
    account accounts[WORKERS], informed;
    worker workers[WORKERS];
    pthread_t threads[WORKERS];
    atomic_bool stop = false;
    world w;

    (void)state;
    world_begin(&w, &usual);
    for (size_t i = 0; i < WORKERS; i++)
        accounts[i] = student_in(&w, "active");
    informed = student_in(&w, "informed");
    start_workers(&w, workers, threads, accounts, &stop);
    for (int round = 0; round < 10; round++) {
        char *dn = world_overlay_dn(&w), *again = overlay_as_ldif(&w, dn);
        answer r = bind_once(&w.server, informed.dn, informed.password);

        expect_ok(r);
        expect_control(&r, PP_MUST_CHANGE);
        expect_ok(client_ldif(w.config, "dn: %s\nchangetype: delete\n", dn));
        expect(client_password(w.as[STRANGER], informed.dn, NULL, "x"),
            LDAP_SUCCESS, "");
        expect_ok(client_ldif(w.config, "%s", again));
        step_state(&w, &informed, ACADEMY, "uninformed");
        step_inform(&w, &informed, HEAD1);
        free(dn);
        free(again);
    }
    atomic_store(&stop, true);
    for (size_t i = 0; i < WORKERS; i++) {
        pthread_join(threads[i], NULL);
        if (workers[i].any_odd)
            FAIL("a client heard %d %s", workers[i].odd.code,
                workers[i].odd.text);
        assert_true(workers[i].done > 0);
    }
    world_end(&w);
}

static void
changed_under_load(void **state)
{
    static const setup usual = {0};
    account accounts[WORKERS];
    worker workers[WORKERS];
    pthread_t threads[WORKERS];
    atomic_bool stop = false;
    world w;

    (void)state;
    world_begin(&w, &usual);
    for (size_t i = 0; i < WORKERS; i++)
        accounts[i] = student_in(&w, "active");
    start_workers(&w, workers, threads, accounts, &stop);
    for (int round = 0; round < 20; round++) {
        expect_ok(world_configure(&w,
            "replace: olcEduconnectImportSchemes\n"
            "olcEduconnectImportSchemes: {SSHA} {ARGON2}\n-\n"
            "replace: olcEduconnectEligibility\n"
            "olcEduconnectEligibility: sn givenName\n-\n"
            "replace: olcEduconnectPasswordList\n"
            "olcEduconnectPasswordList: /etc/hostname\n"));
        expect_ok(world_configure(&w, "delete: olcEduconnectImportSchemes\n-\n"
                                      "delete: olcEduconnectEligibility\n-\n"
                                      "delete: olcEduconnectPasswordList\n"));
    }
    atomic_store(&stop, true);
    for (size_t i = 0; i < WORKERS; i++) {
        pthread_join(threads[i], NULL);
        if (workers[i].any_odd)
            FAIL("a client heard %d %s", workers[i].odd.code,
                workers[i].odd.text);
    }
    world_end(&w);
}

/* ---- other overlays ---- */

/* slapo-ppolicy above us, for entries that are no accounts. */
static void
ppolicy_may_be_stacked_above(void **state)
{
    static const setup how = {.above =
                                  "overlay ppolicy\n"
                                  "ppolicy_default cn=policy," SUFFIX "\n"};
    account a, active;
    answer r;
    world w;

    (void)state;
    world_begin(&w, &how);
    a = student_in(&w, "informed");
    active = guardian_in(&w, "active");
    r = bind_once(&w.server, a.dn, a.password);
    expect_ok(r);
    expect_control(&r, PP_MUST_CHANGE);
    r = bind_once(&w.server, active.dn, active.password);
    expect_ok(r);
    expect_control(&r, PP_NONE);
    step_activate(&w, &a);
    expect(client_password(w.as[HEAD1], a.dn, NULL, "court"),
        LDAP_CONSTRAINT_VIOLATION, "P01 P03");
    world_end(&w);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_forms_say_the_same),
        cmocka_unit_test(slaptest_converts),
        cmocka_unit_test(run_time_changes_are_kept_in_slapd_d),
        cmocka_unit_test(ppolicys_schema_is_asked_for),
        cmocka_unit_test(a_restart_in_every_state),
        cmocka_unit_test(a_dump_brings_everything_back),
        cmocka_unit_test(stored_hashes_are_read_by_stock_slapd),
        cmocka_unit_test(counters_wherever_cn_monitor_stands),
        cmocka_unit_test(cn_monitor_is_not_needed),
        cmocka_unit_test(others_are_left_alone),
        cmocka_unit_test(removed_and_added_again_under_load),
        cmocka_unit_test(changed_under_load),
        cmocka_unit_test(ppolicy_may_be_stacked_above),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
