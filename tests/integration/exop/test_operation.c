/* test_operation.c - what holds for all three extended operations: where they
 * are served, what slapd asks before a write, and what is no request.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/exop.h"

static const char *const oids[] = {CLAIM_OID, MERGE_OID, CONTEST_OID};

/* ---- what the server says of itself ---- */

static void
the_root_dse_lists_them(void **state)
{
    world *w = *state;
    char *all = client_read_all(w->as[STRANGER], "", "supportedExtension");

    for (size_t i = 0; i < 3; i++)
        REQUIRE(strstr(all, oids[i]) != NULL);
    free(all);
}

static void
counters_and_log_tell_of_them(void **state)
{
    world *w = *state;
    account a = guardian_in(w, "active"), b = guardian_in(w, "active");
    account c = new_guardian(w, COLLEGE);
    claim_data claim = {"0712345678", "Karadec", "Soizic", "2011-03-09",
        "Primevere-2026-Or", NULL};
    LDAP *self = client_login(&w->server, a.dn, a.password);
    long claims = monitor_counter(w, "educonnectMonitorEvents", "claim");
    long merges = monitor_counter(w, "educonnectMonitorEvents", "merge");
    char *log, *line;

    expect_ok(client_modify(w->as[PROVISIONER], c.dn,
        "replace: mobile\nmobile: %s\n", claim.mobile));
    expect_ok(client_claim(w->as[REGISTRAR], &claim));
    expect_ok(client_merge(self, b.uid, b.password));
    expect_ok(client_contest(self, a.child));
    assert_int_equal(
        monitor_counter(w, "educonnectMonitorEvents", "claim"), claims + 1);
    assert_int_equal(
        monitor_counter(w, "educonnectMonitorEvents", "merge"), merges + 1);
    log = server_log(&w->server);
    line =
        text_of("\"%s\" claim uninformed -> active by \"uid=registrar,", c.dn);
    REQUIRE(strstr(log, line) != NULL);
    free(line);
    line = text_of("\"%s\" merge active -> closed by \"%s\"", b.dn, a.dn);
    REQUIRE(strstr(log, line) != NULL);
    free(line);
    line = text_of("\"%s\" contest by \"%s\"", a.child, a.dn);
    REQUIRE(strstr(log, line) != NULL);
    free(line);
    free(log);
    client_close(self);
}

/* The writes are rootdn's, and the entries say when. */
static void
one_write_tells_of_itself(void **state)
{
    world *w = *state;
    account a = guardian_in(w, "active"), b = guardian_in(w, "active");
    char *serial = client_read(w->as[ROOT], b.dn, "educonnectSerial");
    char *after;

    expect_ok(client_merge_of(w->as[ACADEMY], b.dn, a.dn));
    after = client_read(w->as[ROOT], b.dn, "educonnectSerial");
    assert_int_equal(atol(after), atol(serial) + 1);
    expect_stored(w->as[ROOT], b.dn, "modifiersName", ROOT_DN);
    free(after);
    free(serial);
}

/* ---- what slapd asks of a write ---- */

/* All three, by identities that may; each has the same answer. */
static void
expect_each(world *w, const account *a, const account *b, int code)
{
    claim_data claim = {"0712000000", "Karadec", "Soizic", "2011-03-09",
        "Primevere-2026-Or", NULL};
    LDAP *self = client_login(&w->server, a->dn, a->password);

    expect(client_claim(w->as[REGISTRAR], &claim), code, "");
    expect(client_merge(self, b->uid, b->password), code, "");
    expect(client_merge_of(w->as[ACADEMY], b->dn, a->dn), code, "");
    expect(client_contest(self, a->child), code, "");
    client_close(self);
}

static void
expect_untouched(world *w, const account *a, const account *b)
{
    expect_stored(w->as[ROOT], b->dn, "educonnectState", "active");
    expect_stored(w->as[ROOT], a->child, "educonnectGuardian", a->dn);
}

static void
configure_database(world *w, const char *change)
{
    char *dn = world_overlay_dn(w), *database = strchr(dn, ',') + 1;

    expect_ok(client_modify(w->config, database, "%s", change));
    free(dn);
}

static void
weak_connections_are_refused(void **state)
{
    world *w = *state;
    account a = guardian_in(w, "active"), b = guardian_in(w, "active");

    configure_database(
        w, "replace: olcSecurity\nolcSecurity: update_ssf=128\n");
    expect_each(w, &a, &b, LDAP_CONFIDENTIALITY_REQUIRED);
    configure_database(
        w, "replace: olcSecurity\nolcSecurity: update_tls=128\n");
    expect_each(w, &a, &b, LDAP_CONFIDENTIALITY_REQUIRED);
    configure_database(
        w, "replace: olcSecurity\nolcSecurity: update_ssf=0 update_tls=0\n");
    expect_untouched(w, &a, &b);
}

static void
restrictions_are_obeyed(void **state)
{
    world *w = *state;
    account a = guardian_in(w, "active"), b = guardian_in(w, "active");

    configure_database(w, "replace: olcReadOnly\nolcReadOnly: TRUE\n");
    expect_each(w, &a, &b, LDAP_UNWILLING_TO_PERFORM);
    configure_database(w, "replace: olcReadOnly\nolcReadOnly: FALSE\n");
    configure_database(w, "replace: olcRestrict\nolcRestrict: modify\n");
    expect_each(w, &a, &b, LDAP_UNWILLING_TO_PERFORM);
    configure_database(w, "delete: olcRestrict\n");
    expect_untouched(w, &a, &b);
}

static void
strangers_to_the_database(void **state)
{
    world *w = *state;
    account a = guardian_in(w, "active");
    LDAP *anonymous = client_open(&w->server);

    expect(client_merge(anonymous, a.uid, a.password), LDAP_INSUFFICIENT_ACCESS,
        "");
    expect(
        client_merge_of(anonymous, a.dn, a.dn), LDAP_STRONG_AUTH_REQUIRED, "");
    expect(client_contest(anonymous, a.child), LDAP_INSUFFICIENT_ACCESS, "");
    client_close(anonymous);
    expect(client_contest(w->config, a.child), LDAP_INSUFFICIENT_ACCESS, "");
    expect(client_merge_of(w->as[ACADEMY], "cn=x,dc=example,dc=net", a.dn),
        LDAP_INSUFFICIENT_ACCESS, "");
}

static void
not_in_a_transaction(void **state)
{
    world *w = *state;
    account a = guardian_in(w, "active"), b = guardian_in(w, "active");
    LDAP *ld = actor_login(&w->server, ACADEMY);
    struct berval *id = NULL;

    REQUIRE(ldap_txn_start_s(ld, NULL, NULL, &id) == LDAP_SUCCESS);
    client_sends(ld, SENDS_TRANSACTION, NULL);
    expect(client_merge_of(ld, b.dn, a.dn), LDAP_UNWILLING_TO_PERFORM, "S05");
    ber_bvfree(id);
    client_close(ld);
    expect_untouched(w, &a, &b);
}

/* ---- several databases, and none ---- */

static const setup two_databases = {
    .databases = "database mdb\nsuffix dc=example,dc=net\n"
                 "directory %s/log-db\ndbnosync\n"
                 "rootdn cn=admin,dc=example,dc=net\nrootpw net-secret\n"
                 "overlay educonnect\n"};

static void
the_database_that_gives_the_role(void **state)
{
    world w;
    account c;
    claim_data claim = {"0712345678", "Karadec", "Soizic", "2011-03-09",
        "Primevere-2026-Or", NULL};
    LDAP *net;

    (void)state;
    world_begin(&w, &two_databases);
    c = new_guardian(&w, COLLEGE);
    expect_ok(client_modify(w.as[PROVISIONER], c.dn,
        "replace: mobile\nmobile: %s\n", claim.mobile));
    net = client_login(&w.server, "cn=admin,dc=example,dc=net", "net-secret");
    expect(client_claim(net, &claim), 49, "C01");
    client_close(net);
    expect(client_claim(w.as[STRANGER], &claim), 50, "A02");
    expect_ok(client_claim(w.as[REGISTRAR], &claim));
    world_end(&w);
}

static void
without_the_overlay_nobody_is_served(void **state)
{
    static const setup without = {.without_overlay = true};
    claim_data claim = {"0712345678", "Karadec", "Soizic", "2011-03-09",
        "Primevere-2026-Or", NULL};
    server s = {0};
    LDAP *ld;

    (void)state;
    server_prepare(&s, &without);
    server_start(&s);
    ld = client_login(&s, ROOT_DN, ROOT_PASSWORD);
    expect(client_claim(ld, &claim), LDAP_INSUFFICIENT_ACCESS, "");
    expect(client_contest(ld, SUFFIX), LDAP_INSUFFICIENT_ACCESS, "");
    expect(client_merge_of(ld, SUFFIX, SUFFIX), LDAP_INSUFFICIENT_ACCESS, "");
    client_close(ld);
    server_finish(&s);
}

/* ---- what is no request ---- */

static const struct malformed {
    const char *oid;
    const char *bytes; /* hexadecimal; NULL: no value */
} corpus[] = {
    {CONTEST_OID, NULL},
    {CONTEST_OID, ""},
    {CONTEST_OID, "30"},
    {CONTEST_OID, "3000"},
    {CONTEST_OID, "30020400"},
    {CONTEST_OID, "3003040161ff"},   /* something behind the end */
    {CONTEST_OID, "30060401610401"}, /* cut */
    {CONTEST_OID, "3006040161040162"},
    {CONTEST_OID, "3103040161"},
    {CONTEST_OID, "30030c0161"},
    {CONTEST_OID, "3003240161"},
    {CONTEST_OID, "3080040161"},     /* indefinite length */
    {CONTEST_OID, "30800401610000"}, /* the same, ended */
    {CONTEST_OID, "3004040261"},
    {CONTEST_OID, "30847fffffff040161"},
    {CONTEST_OID, "3088ffffffffffffffff040161"},
    {CONTEST_OID, "30030484ff"},
    {MERGE_OID, NULL},
    {MERGE_OID, "3000"},
    {MERGE_OID, "3003800161"},       /* dn without into */
    {MERGE_OID, "3003820161"},       /* into without dn */
    {MERGE_OID, "3006820161800162"}, /* the wrong way round */
    {MERGE_OID, "3006800161810162"},
    {MERGE_OID, "300580018200"},
    {MERGE_OID, "30058000820161"},
    {MERGE_OID, "3009800161820162820163"},
    {MERGE_OID, "3008a106040161040162ff"},
    {MERGE_OID, "3005a103040161"}, /* no password */
    {MERGE_OID, "3007a105040161"
                "0400"},                       /* an empty one */
    {MERGE_OID, "300ba106040161040162820163"}, /* credentials and into */
    {MERGE_OID, "300ba106040161040162800163"},
    {MERGE_OID, "300ba109040161040162040163"},
    {MERGE_OID, "30088106040161040162"}, /* not constructed */
    {MERGE_OID, "3008a106800161810162"},
    {CLAIM_OID, NULL},
    {CLAIM_OID, "3000"},
    /* "06" "a" "b" and so on */
    {CLAIM_OID, "300a04023036040161040162"},
    {CLAIM_OID, "300f04023036040161040162"
                "3000"
                "800163"},
    {CLAIM_OID, "301904023036040161040162"
                "300c040a323031312d30332d3039"},
    {CLAIM_OID, "301c04023036040161040162"
                "300c040a323031312d30332d3332"
                "800163"},
    {CLAIM_OID, "301804023036040161040162"
                "3008040632303131"
                "3033"
                "800163"},
    {CLAIM_OID, "301c04023036040161040162"
                "300c040a323031312d30332d3039"
                "820163"},
    {CLAIM_OID, "301b04023036040161040162"
                "300c040a323031312d30332d3039"
                "8000"},
    {CLAIM_OID, "301f04023036040161040162"
                "300c040a323031312d30332d3039"
                "800163810164"},
    {CLAIM_OID, "301a0400040161040162"
                "300c040a323031312d30332d3039"
                "800163"},
    {CLAIM_OID, "301c04026161040161040162"
                "300c040a323031312d30332d3039"
                "800163"},
    {CLAIM_OID, "301c04023036040161040162"
                "310c040a323031312d30332d3039"
                "800163"},
};

static struct berval
from_hex(const char *hex)
{
    struct berval bytes = {strlen(hex) / 2, calloc(1, strlen(hex) + 1)};

    for (size_t i = 0; i < bytes.bv_len; i++)
        bytes.bv_val[i] =
            (char)strtol((char[]){hex[2 * i], hex[2 * i + 1], '\0'}, NULL, 16);
    return bytes;
}

static void
what_is_malformed_is_refused(void **state)
{
    world *w = *state;

    for (size_t i = 0; i < sizeof(corpus) / sizeof(corpus[0]); i++) {
        struct berval value = {0, NULL};
        answer a;

        if (corpus[i].bytes != NULL)
            value = from_hex(corpus[i].bytes);
        a = client_exop(w->as[ACADEMY], corpus[i].oid,
            corpus[i].bytes != NULL ? &value : NULL);
        if (a.code != LDAP_PROTOCOL_ERROR)
            FAIL(
                "%s %s: %d %s", corpus[i].oid, corpus[i].bytes, a.code, a.text);
        free(value.bv_val);
    }
}

static void
what_is_too_long_is_refused(void **state)
{
    world *w = *state;
    char *text = malloc(20000);
    char dates[33 * 11 + 1] = "";
    claim_data claim = {
        "0712000001", "a", "b", "2011-03-09", "Primevere-2026-Or", NULL};

    memset(text, 'a', 20000);
    text[19999] = '\0';
    claim.sn = text;
    expect(client_claim(w->as[REGISTRAR], &claim), LDAP_PROTOCOL_ERROR, "");
    text[4097] = '\0';
    expect(client_claim(w->as[REGISTRAR], &claim), LDAP_PROTOCOL_ERROR, "");
    text[4096] = '\0';
    expect(client_claim(w->as[REGISTRAR], &claim), 49, "C01");
    claim.sn = "a";
    for (int i = 0; i < 33; i++)
        strcat(dates, i > 0 ? "|2011-03-09" : "2011-03-09");
    claim.dates = dates;
    expect(client_claim(w->as[REGISTRAR], &claim), LDAP_PROTOCOL_ERROR, "");
    dates[32 * 11 - 1] = '\0';
    expect(client_claim(w->as[REGISTRAR], &claim), 49, "C01");
    claim.dates = "2011-03-09";
    claim.mobile = "123456789012345678901";
    expect(client_claim(w->as[REGISTRAR], &claim), LDAP_PROTOCOL_ERROR, "");
    claim.mobile = "0712000001";
    claim.federated = "\xff\xfe";
    expect(client_claim(w->as[REGISTRAR], &claim), LDAP_PROTOCOL_ERROR, "");
    free(text);
}

/* Every right request with every byte changed in several ways, and cut
 * everywhere: slapd answers, and does nothing that it was not asked for. */
static void
no_byte_is_trusted(void **state)
{
    world *w = *state;
    account a = guardian_in(w, "active"), b = guardian_in(w, "active");
    claim_data claim = {
        "0712000002", "Nemo", "Nemo", "2011-03-09", "Primevere-2026-Or", NULL};
    struct berval *values[] = {claim_value(&claim),
        merge_value("nemo", "Primevere-2026-Or"),
        merge_value_of("uid=nemo," PEOPLE, a.dn),
        contest_value("uid=nemo," PEOPLE)};
    static const int operation[] = {0, 1, 1, 2};
    static const char changes[] = {1, 2, 4, 32, (char)128, (char)255};

    for (size_t v = 0; v < 4; v++) {
        for (size_t i = 0; i < values[v]->bv_len; i++) {
            struct berval cut = {i, values[v]->bv_val};

            expect(client_exop(w->as[ACADEMY], oids[operation[v]], &cut),
                LDAP_PROTOCOL_ERROR, "");
            for (size_t c = 0; c < sizeof(changes); c++) {
                answer r;

                values[v]->bv_val[i] ^= changes[c];
                r = client_exop(w->as[ACADEMY], oids[operation[v]], values[v]);
                values[v]->bv_val[i] ^= changes[c];
                REQUIRE(r.code > 0);
            }
        }
        ber_bvfree(values[v]);
    }
    expect_untouched(w, &a, &b);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_root_dse_lists_them),
        cmocka_unit_test(counters_and_log_tell_of_them),
        cmocka_unit_test(one_write_tells_of_itself),
        cmocka_unit_test(weak_connections_are_refused),
        cmocka_unit_test(restrictions_are_obeyed),
        cmocka_unit_test(strangers_to_the_database),
        cmocka_unit_test(not_in_a_transaction),
        cmocka_unit_test(the_database_that_gives_the_role),
        cmocka_unit_test(without_the_overlay_nobody_is_served),
        cmocka_unit_test(what_is_malformed_is_refused),
        cmocka_unit_test(what_is_too_long_is_refused),
        cmocka_unit_test(no_byte_is_trusted),
    };

    return cmocka_run_group_tests(tests, usual_world, end_world);
}
