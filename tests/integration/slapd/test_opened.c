/* test_opened.c - whatever comes first after olcDisabled became FALSE, or after
 * a start with the overlay switched off, meets an overlay that is in force.
 *
 * slapd from 2.5.19 and 2.6.9 on calls such an overlay without having opened it
 * (ITS#10219).
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/exop.h"
#include "harness/pending.h"
#include "harness/versions.h"

#define WRONG "Faux-42-mot-du-tout"

static void
set_disabled(world *w, const char *value)
{
    char *dn = world_overlay_dn(w);

    expect_ok(client_modify(
        w->config, dn, "replace: olcDisabled\nolcDisabled: %s\n", value));
    free(dn);
}

/* ---- the operations, each as the first one ---- */

static void
a_bind(world *w, const account *a)
{
    expect(bind_once(&w->server, a->dn, WRONG), LDAP_INVALID_CREDENTIALS, "");
}

static void
a_search(world *w, const account *a)
{
    char *control;

    client_sends(w->as[ACADEMY], SENDS_USABILITY, NULL);
    control = client_entry_control(w->as[ACADEMY], a->dn, USABILITY_OID);
    client_sends(w->as[ACADEMY], SENDS_PPOLICY, NULL);
    assert_string_not_equal(control, "");
    free(control);
}

static void
a_compare(world *w, const account *a)
{
    expect(client_compare(w->as[ACADEMY], a->dn, "userPassword", a->password),
        LDAP_INSUFFICIENT_ACCESS, "A02");
}

static void
expect_judged(answer a)
{
    if (strncmp(a.text, "EDC-", 4) != 0)
        FAIL("nobody judged it: %d %s", a.code, a.text);
}

static void
an_add(world *w, const account *a)
{
    (void)a;
    expect_judged(client_ldif(w->as[PROVISIONER],
        "dn: cn=bad," PEOPLE "\nobjectClass: inetOrgPerson\n"
        "objectClass: educonnectStudent\nuid: bad\ncn: b\nsn: b\n"
        "educonnectState: active\n"));
}

static void
a_modify(world *w, const account *a)
{
    expect_judged(client_modify(w->as[PROVISIONER], a->dn,
        "replace: educonnectState\neduconnectState: active\n"));
}

static void
a_rename(world *w, const account *a)
{
    char *dn = text_of("cn=%s," PEOPLE, a->uid);

    expect_ok(client_modify(
        w->as[PROVISIONER], a->dn, "replace: cn\ncn: %s\n", a->uid));
    expect_ok(client_ldif(w->as[PROVISIONER],
        "dn: %s\nchangetype: modrdn\nnewrdn: cn=%s\ndeleteoldrdn: 0\n", a->dn,
        a->uid));
    expect_ok(client_ldif(w->as[PROVISIONER],
        "dn: %s\nchangetype: modrdn\nnewrdn: uid=%s\ndeleteoldrdn: 0\n", dn,
        a->uid));
    free(dn);
}

static void
a_letter(world *w, const account *a)
{
    expect(client_password(w->as[HEAD2], a->dn, NULL, NULL),
        LDAP_INSUFFICIENT_ACCESS, "A01");
}

static void
a_merge(world *w, const account *a)
{
    expect_judged(client_merge_of(w->as[ACADEMY], a->dn, a->dn));
}

/* An abandon finds nothing to give up, and the next bind is judged. */
static void
an_abandon(world *w, const account *a)
{
    REQUIRE(ldap_abandon_ext(w->as[ACADEMY], 1, NULL, NULL) == LDAP_SUCCESS);
    a_bind(w, a);
}

static void (*const firsts[])(world *, const account *) = {a_bind, a_search,
    a_compare, an_add, a_modify, a_rename, a_letter, a_merge, an_abandon};

static void
whatever_comes_first_is_judged(void **state)
{
    world *w = *state;
    account a = student_in(w, "informed");

    for (size_t i = 0; i < sizeof(firsts) / sizeof(firsts[0]); i++) {
        set_disabled(w, "TRUE");
        set_disabled(w, "FALSE");
        firsts[i](w, &a);
        a_letter(w, &a);
    }
}

/* Two dozen connections at the same moment. */
static void
many_come_first(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");

    for (int round = 0; round < 5; round++) {
        pending p[24];

        set_disabled(w, "TRUE");
        set_disabled(w, "FALSE");
        for (size_t i = 0; i < 24; i++)
            pending_bind(&w->server, &p[i], a.dn, i % 4 != 0 ? WRONG : "");
        for (size_t i = 0; i < 24; i++)
            assert_int_not_equal(pending_result(&p[i]), -1);
        expect(
            bind_once(&w->server, a.dn, WRONG), LDAP_INVALID_CREDENTIALS, "");
    }
}

/* Off in its configuration when slapd starts. */
static void
switched_on_for_the_first_time(void **state)
{
    world *w = *state;
    account a = student_in(w, "informed");

    set_disabled(w, "TRUE");
    server_stop(&w->server);
    server_start(&w->server);
    world_login(w);
    set_disabled(w, "FALSE");
    a_bind(w, &a);
    a_letter(w, &a);
}

/* Where slapd writes passwords at that level, it is said when it starts. */
static void
a_log_of_values_is_warned_of(void **state)
{
    static const setup quiet = {.debug = 256}, talkative = {.debug = 256 | 512};
    const setup *setups[] = {&quiet, &talkative};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        bool wanted = i == 1 && slapd_does(SLAPD_DOES_LOG_VALUES);
        server s;
        char *log;

        server_prepare(&s, setups[i]);
        server_start(&s);
        log = server_log(&s);
        assert_int_equal(
            strstr(log, "educonnect: the log level stats2") != NULL, wanted);
        free(log);
        server_finish(&s);
    }
}

static int
begin(void **state)
{
    static const setup how = {.config_directory = true};

    return world_of(state, &how);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whatever_comes_first_is_judged),
        cmocka_unit_test(many_come_first),
        cmocka_unit_test(switched_on_for_the_first_time),
        cmocka_unit_test(a_log_of_values_is_warned_of),
    };

    return cmocka_run_group_tests_name("opened", tests, begin, end_world);
}
