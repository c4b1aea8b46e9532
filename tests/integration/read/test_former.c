/* test_former.c - former passwords, where slapd's rules let everybody read
 * everything: nobody sees them, or learns of them by any request, who may not
 * manage them.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"
#include "harness/replica.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FORMER "educonnectPasswordHistory"
#define FORMER_OID "2.25.330384226632443921537185309621840029201.1.27"
#define MANAGER "uid=academy," STAFF_DN

/* Open doors, but for one identity that has the attribute to manage, and one
 * that has it to write. */
#define DOORS                                                                  \
    "access to attrs=" FORMER "\n"                                             \
    "    by dn.exact=\"uid=academy," STAFF_DN "\" manage\n"                    \
    "    by dn.exact=\"uid=provisioner," STAFF_DN "\" write\n"                 \
    "    by * read\n"

static const setup open_doors = {
    .modules = "moduleload sssvlv\nmoduleload deref\nmoduleload syncprov\n",
    .access = DOORS,
    .below = "overlay syncprov\noverlay deref\n",
    .above = "overlay sssvlv\n"};

/* Sorting stands below the overlay. */
static const setup sorts_below = {.modules = "moduleload sssvlv\n",
    .access = DOORS,
    .below = "overlay sssvlv\n"};

typedef struct doors {
    world w;
    account with;  /* former passwords */
    account other; /* none yet */
    char *value;
} doors;

static int
open_with(void **state, const setup *how)
{
    doors *d = calloc(1, sizeof(*d));
    char password[96];

    world_begin(&d->w, how);
    d->with = student_in(&d->w, "active");
    d->other = student_in(&d->w, "uninformed");
    fresh_password(&d->w, password);
    expect_ok(client_replace(d->w.as[REGISTRAR], d->with.dn, "userPassword",
        password, strlen(password)));
    d->value = client_read(d->w.as[ROOT], d->with.dn, FORMER);
    assert_non_null(d->value);
    *state = d;
    return 0;
}

static int
begin(void **state)
{
    return open_with(state, &open_doors);
}

static int
begin_below(void **state)
{
    return open_with(state, &sorts_below);
}

static int
end(void **state)
{
    doors *d = *state;

    world_end(&d->w);
    free(d->value);
    free(d);
    return 0;
}

/* Whoever may not, one who may write it among them. */
static const actor others[] = {STRANGER, PROVISIONER, ASSISTANCE, HEAD1};

#define N_OTHERS (sizeof(others) / sizeof(others[0]))

/* ---- one search ---- */

typedef struct found {
    int code;
    int entries;
    bool named; /* the attribute, or what descends from it, in an entry */
    char order[512];
} found;

static bool
names_it(LDAP *ld, LDAPMessage *entry)
{
    BerElement *ber = NULL;
    bool named = false;

    for (char *name = ldap_first_attribute(ld, entry, &ber); name != NULL;
        name = ldap_next_attribute(ld, entry, ber)) {
        named = named || strcasecmp(name, FORMER) == 0 ||
                strcmp(name, FORMER_OID) == 0;
        ldap_memfree(name);
    }
    ber_free(ber, 0);
    return named;
}

static found
search(LDAP *ld, const char *base, const char *filter, const char *attribute,
    bool types_only, const char *oid, const struct berval *control)
{
    char *wanted[] = {(char *)attribute, NULL};
    LDAPControl own = {(char *)oid, {0, NULL}, 1};
    LDAPControl *controls[] = {&own, NULL};
    struct timeval limit = limit_of(60);
    LDAPMessage *all = NULL;
    found f = {0};

    if (control != NULL)
        own.ldctl_value = *control;
    f.code = ldap_search_ext_s(ld, base, LDAP_SCOPE_SUBTREE, filter, wanted,
        types_only, oid != NULL ? controls : NULL, NULL, &limit, 0, &all);
    for (LDAPMessage *e = ldap_first_entry(ld, all); e != NULL;
        e = ldap_next_entry(ld, e)) {
        f.entries++;
        f.named = f.named || names_it(ld, e);
    }
    ldap_msgfree(all);
    return f;
}

static found
look(LDAP *ld, const char *base, const char *filter, const char *attribute)
{
    return search(ld, base, filter, attribute, false, NULL, NULL);
}

/* ---- tests ---- */

static void
no_search_shows_them(void **state)
{
    static const char *const asked[] = {FORMER, FORMER_OID, "*", "+",
        "@educonnectStudent", "EDUCONNECTPASSWORDHISTORY", FORMER ";x-a",
        "@extensibleObject"};
    doors *d = *state;

    for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
        for (size_t o = 0; o < N_OTHERS; o++) {
            LDAP *ld = d->w.as[others[o]];
            found f = look(ld, d->with.dn, "(objectClass=*)", asked[i]);

            assert_int_equal(f.entries, 1);
            assert_false(f.named);
            f = search(
                ld, d->with.dn, "(objectClass=*)", asked[i], true, NULL, NULL);
            assert_int_equal(f.entries, 1);
            assert_false(f.named);
        }
    }
    for (size_t i = 0; i < 4; i++) {
        found f =
            look(d->w.as[ACADEMY], d->with.dn, "(objectClass=*)", asked[i]);

        assert_true(f.named || strcmp(asked[i], "*") == 0);
    }
}

/* Undefined, whether it holds or not, and so is what is made of it. */
static void
no_filter_finds_by_them(void **state)
{
    static const char *const forms[] = {"(%s=*)", "(!(%s=*))", "(%s=%s)",
        "(!(%s=%s))", "(%s=0*)", "(%s:=%s)", "(%s:octetStringMatch:=%s)",
        "(&(uid=*)(%s=*))", "(&(uid=*)(!(%s=*)))", "(!(|(uid=none)(%s=*)))",
        "(%s>=%s)", "(!(%s<=%s))", "(%s~=%s)"};
    static const char *const names[] = {FORMER, FORMER_OID};
    doors *d = *state;
    found f;

    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        for (size_t n = 0; n < 2; n++) {
            char *filter = text_of(forms[i], names[n], d->value);

            for (size_t o = 0; o < N_OTHERS; o++) {
                f = look(d->w.as[others[o]], PEOPLE, filter, "1.1");
                if (f.entries != 0)
                    FAIL("%s: %d entries", filter, f.entries);
            }
            free(filter);
        }
    }
    f = look(d->w.as[STRANGER], PEOPLE, "(|(uid=*)(" FORMER "=*))", "1.1");
    assert_int_equal(
        f.entries, look(d->w.as[STRANGER], PEOPLE, "(uid=*)", "1.1").entries);
    f = look(d->w.as[ACADEMY], PEOPLE, "(" FORMER "=*)", "1.1");
    assert_int_equal(f.entries, 1);
}

static void
no_extensible_filter_finds_them(void **state)
{
    doors *d = *state;
    char *filter = text_of("(:octetStringMatch:=%s)", d->value);

    assert_int_equal(look(d->w.as[ROOT], PEOPLE, filter, "1.1").entries, 1);
    for (size_t o = 0; o < N_OTHERS; o++)
        assert_int_equal(
            look(d->w.as[others[o]], PEOPLE, filter, "1.1").entries, 0);
    free(filter);
}

static void
no_compare_tells(void **state)
{
    doors *d = *state;
    static const char *const names[] = {FORMER, FORMER_OID};

    for (size_t o = 0; o < N_OTHERS; o++) {
        LDAP *ld = d->w.as[others[o]];

        for (size_t n = 0; n < 2; n++) {
            expect(client_compare(ld, d->with.dn, names[n], d->value),
                LDAP_INSUFFICIENT_ACCESS, "");
            expect(client_compare(ld, d->with.dn, names[n], "x"),
                LDAP_INSUFFICIENT_ACCESS, "");
            expect(client_compare(ld, d->other.dn, names[n], "x"),
                LDAP_INSUFFICIENT_ACCESS, "");
        }
    }
    expect(client_compare(d->w.as[ACADEMY], d->with.dn, FORMER, d->value),
        LDAP_COMPARE_TRUE, "");
}

/* An answer is the same for an account that has some and one that has none. */
static void
no_control_tells(void **state)
{
    static const char *const asserted[] = {
        "(" FORMER "=*)", "(!(" FORMER "=*))"};
    doors *d = *state;
    LDAP *ld = d->w.as[STRANGER];

    for (size_t i = 0; i < 2; i++) {
        LDAPControl *control = NULL;

        assert_int_equal(
            ldap_create_assertion_control(ld, (char *)asserted[i], 1, &control),
            LDAP_SUCCESS);
        for (int one = 0; one < 2; one++) {
            found f = search(ld, one ? d->with.dn : d->other.dn, "(uid=*)",
                "1.1", false, LDAP_CONTROL_ASSERT, &control->ldctl_value);

            assert_int_equal(f.code, LDAP_ASSERTION_FAILED);
        }
        ldap_control_free(control);
    }
}

static void
no_matched_value_is_shown(void **state)
{
    doors *d = *state;
    LDAP *ld = d->w.as[STRANGER];
    BerElement *ber = ber_alloc_t(LBER_USE_DER);
    struct berval *value = NULL;
    found f;

    /* RFC 3876: SEQUENCE OF item; present [7] */
    assert_int_not_equal(ber_printf(ber, "{ts}", 0x87U, FORMER), -1);
    assert_int_equal(ber_flatten(ber, &value), 0);
    f = search(ld, d->with.dn, "(uid=*)", FORMER, false,
        LDAP_CONTROL_VALUESRETURNFILTER, value);
    assert_int_equal(f.code, LDAP_SUCCESS);
    assert_false(f.named);
    ber_bvfree(value);
    ber_free(ber, 1);
}

/* Before and after a write that they may do. */
static void
no_read_entry_control_shows_them(void **state)
{
    static const char *const oids[] = {
        LDAP_CONTROL_PRE_READ, LDAP_CONTROL_POST_READ};
    doors *d = *state;
    LDAP *ld = d->w.as[ASSISTANCE];
    char *values[] = {"+33 6 00 00 00 55", NULL};
    LDAPMod mod = {.mod_op = LDAP_MOD_REPLACE,
        .mod_type = (char *)"mobile",
        .mod_values = values};
    LDAPMod *mods[] = {&mod, NULL};

    for (size_t i = 0; i < 2; i++) {
        BerElement *ber = ber_alloc_t(LBER_USE_DER);
        LDAPControl own = {(char *)oids[i], {0, NULL}, 1}, **got = NULL;
        LDAPControl *controls[] = {&own, NULL};
        LDAPMessage *message = NULL;
        int id, code = -1;

        ber_printf(ber, "{ss}", FORMER, "uid");
        ber_flatten2(ber, &own.ldctl_value, 0);
        assert_int_equal(
            ldap_modify_ext(ld, d->with.dn, mods, controls, NULL, &id),
            LDAP_SUCCESS);
        assert_true(ldap_result(ld, id, LDAP_MSG_ALL, NULL, &message) > 0);
        ldap_parse_result(ld, message, &code, NULL, NULL, NULL, &got, 1);
        assert_int_equal(code, LDAP_SUCCESS);
        for (int c = 0; got != NULL && got[c] != NULL; c++) {
            const struct berval *value = &got[c]->ldctl_value;

            assert_null(
                memmem(value->bv_val, value->bv_len, FORMER, strlen(FORMER)));
        }
        assert_non_null(got);
        ldap_controls_free(got);
        ber_free(ber, 1);
    }
}

static void
no_sync_shows_them(void **state)
{
    doors *d = *state;
    /* RFC 4533: SEQUENCE { mode ENUMERATED refreshOnly } */
    struct berval only = {5, (char *)"\x30\x03\x0a\x01\x01"};
    found f;

    for (size_t o = 0; o < N_OTHERS; o++) {
        f = search(d->w.as[others[o]], PEOPLE, "(uid=*)", "+", false,
            LDAP_CONTROL_SYNC, &only);
        assert_int_equal(f.code, LDAP_SUCCESS);
        assert_true(f.entries > 0);
        assert_false(f.named);
    }
    f = search(d->w.as[ACADEMY], PEOPLE, "(uid=*)", "+", false,
        LDAP_CONTROL_SYNC, &only);
    assert_true(f.named);
}

static void
no_dereference_shows_them(void **state)
{
    doors *d = *state;
    LDAP *ld = d->w.as[STRANGER];
    char *attributes[] = {(char *)FORMER, (char *)"uid", NULL};
    LDAPDerefSpec spec[] = {{(char *)"seeAlso", attributes}, {NULL, NULL}};
    struct berval value;
    LDAPControl own = {(char *)LDAP_CONTROL_X_DEREF, {0, NULL}, 1};
    LDAPControl *controls[] = {&own, NULL}, **got = NULL;
    LDAPMessage *all = NULL, *entry;

    expect_ok(client_modify(d->w.as[ROOT], d->other.dn,
        "replace: seeAlso\nseeAlso: %s\n", d->with.dn));
    assert_int_equal(
        ldap_create_deref_control_value(ld, spec, &value), LDAP_SUCCESS);
    own.ldctl_value = value;
    assert_int_equal(ldap_search_ext_s(ld, d->other.dn, LDAP_SCOPE_BASE,
                         "(uid=*)", NULL, 0, controls, NULL, NULL, 0, &all),
        LDAP_SUCCESS);
    entry = ldap_first_entry(ld, all);
    assert_int_equal(ldap_get_entry_controls(ld, entry, &got), LDAP_SUCCESS);
    assert_non_null(got);
    assert_null(memmem(got[0]->ldctl_value.bv_val, got[0]->ldctl_value.bv_len,
        FORMER, strlen(FORMER)));
    ldap_controls_free(got);
    ldap_msgfree(all);
    ldap_memfree(value.bv_val);
}

static found
sort_by(doors *d, actor who, char *key)
{
    LDAP *ld = d->w.as[who];
    LDAPSortKey **keys = NULL;
    struct berval value;
    found f;

    assert_int_equal(ldap_create_sort_keylist(&keys, key), LDAP_SUCCESS);
    assert_int_equal(
        ldap_create_sort_control_value(ld, keys, &value), LDAP_SUCCESS);
    f = search(
        ld, PEOPLE, "(uid=*)", "1.1", false, LDAP_CONTROL_SORTREQUEST, &value);
    ldap_free_sort_keylist(keys);
    ldap_memfree(value.bv_val);
    return f;
}

/* slapd's sorting asks nobody who may see what is sorted by. */
static void
no_order_tells(void **state)
{
    static const char *const keys[] = {FORMER ":octetStringOrderingMatch",
        "-" FORMER ":octetStringOrderingMatch",
        "uid:caseIgnoreOrderingMatch -" FORMER_OID ":octetStringOrderingMatch"};
    doors *d = *state;

    for (size_t i = 0; i < 3; i++) {
        char *key = text_of("%s", keys[i]);

        assert_int_equal(
            sort_by(d, STRANGER, key).code, LDAP_INSUFFICIENT_ACCESS);
        assert_int_equal(sort_by(d, ROOT, key).code, LDAP_SUCCESS);
        free(key);
    }
    assert_int_equal(
        sort_by(d, STRANGER, (char *)"uid:caseIgnoreOrderingMatch").code,
        LDAP_SUCCESS);
    expect_ok(client_whoami(d->w.as[STRANGER]));
}

/* The overlay away, they stay what they are. */
static void
hidden_while_the_overlay_is_off(void **state)
{
    doors *d = *state;
    char *dn = world_overlay_dn(&d->w);

    expect_ok(client_modify(
        d->w.config, dn, "replace: olcDisabled\nolcDisabled: TRUE\n"));
    assert_false(look(d->w.as[STRANGER], d->with.dn, "(uid=*)", FORMER).named);
    expect_ok(client_modify(
        d->w.config, dn, "replace: olcDisabled\nolcDisabled: FALSE\n"));
    assert_false(look(d->w.as[STRANGER], d->with.dn, "(uid=*)", FORMER).named);
    free(dn);
}

static bool
stores_them(server *s)
{
    char *ldif = NULL;
    bool stored;

    assert_int_equal(
        server_tool(s, NULL, &ldif, "slapcat", "-o ldif-wrap=no"), 0);
    stored = strstr(ldif, FORMER ": ") != NULL;
    free(ldif);
    return stored;
}

static void
slapcat_keeps_them(void **state)
{
    doors *d = *state;

    assert_true(stores_them(&d->w.server));
}

/* Whether a consumer that binds so gets them. */
static bool
arrive_as(doors *d, actor who)
{
    char *dn = actor_dn(who), *password = actor_password(who);
    setup how = {.modules = "moduleload syncprov\n"};
    server consumer;
    bool arrive;

    how.database = text_of("syncrepl rid=001 provider=%s bindmethod=simple\n"
                           "    binddn=\"%s\" credentials=%s\n"
                           "    searchbase=\"" SUFFIX
                           "\" type=refreshAndPersist retry=\"1 +\"\n",
        d->w.server.url, dn, password);
    server_prepare(&consumer, &how);
    server_start(&consumer);
    replicas_meet(&d->w.server, &consumer);
    arrive = stores_them(&consumer);
    server_finish(&consumer);
    free((char *)(size_t)how.database);
    free(dn);
    free(password);
    return arrive;
}

/* Whoever reads the rest of the directory as a consumer does is told from one
 * by that alone. */
static void
replication_takes_what_it_may_manage(void **state)
{
    assert_true(arrive_as(*state, ACADEMY));
    assert_false(arrive_as(*state, STRANGER));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_search_shows_them),
        cmocka_unit_test(no_filter_finds_by_them),
        cmocka_unit_test(no_extensible_filter_finds_them),
        cmocka_unit_test(no_compare_tells),
        cmocka_unit_test(no_control_tells),
        cmocka_unit_test(no_matched_value_is_shown),
        cmocka_unit_test(no_read_entry_control_shows_them),
        cmocka_unit_test(no_sync_shows_them),
        cmocka_unit_test(no_dereference_shows_them),
        cmocka_unit_test(no_order_tells),
        cmocka_unit_test(hidden_while_the_overlay_is_off),
        cmocka_unit_test(slapcat_keeps_them),
        cmocka_unit_test(replication_takes_what_it_may_manage),
    };
    const struct CMUnitTest below[] = {cmocka_unit_test(no_order_tells)};

    return cmocka_run_group_tests(tests, begin, end) +
           cmocka_run_group_tests_name("below", below, begin_below, end);
}
