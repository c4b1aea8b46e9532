/* test_race.c - requests at the same moment: of any number one wins. */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/parallel.h"

/* Rounds of each race; EDC_ROUNDS changes it. */
static int
rounds(void)
{
    const char *wanted = getenv("EDC_ROUNDS");

    return wanted != NULL ? atoi(wanted) : 100;
}

/* ---- letters ---- */

static answer
inform(void *context, size_t index, LDAP *ld)
{
    const account *a = context;

    (void)index;
    return client_password(ld, a->dn, NULL, NULL);
}

/* How many of the passwords that were handed out open the account. */
static size_t
valid_letters(world *w, const account *a, const answer *answers, size_t n)
{
    size_t valid = 0;

    for (size_t i = 0; i < n; i++) {
        if (answers[i].made[0] != '\0' &&
            bind_once(&w->server, a->dn, answers[i].made).code == LDAP_SUCCESS)
            valid++;
    }
    return valid;
}

static void
two_schools_at_once_give_one_letter(void **state)
{
    world *w = *state;
    LDAP *clients[] = {w->as[HEAD1], w->as[HEAD2]};

    for (int round = 0; round < rounds(); round++) {
        account a = shared_guardian(w);
        answer *answers = in_parallel(2, clients, inform, &a);

        if (count_answers(answers, 2, LDAP_SUCCESS, "") != 1 ||
            count_answers(answers, 2, LDAP_UNWILLING_TO_PERFORM, "G01") != 1)
            FAIL("round %d: %d %s / %d %s", round, answers[0].code,
                answers[0].text, answers[1].code, answers[1].text);
        assert_int_equal(valid_letters(w, &a, answers, 2), 1);
        free(answers);
    }
}

#define CLIENTS 8

/* Several clients of each school: those of one school may follow each other,
 * the other school's all hear who was first. */
static void
many_clients_of_two_schools_give_one_letter(void **state)
{
    world *w = *state;
    LDAP *clients[CLIENTS];
    static const actor who[] = {HEAD1, HEAD2, GDEL1, GDEL2};

    for (size_t i = 0; i < CLIENTS; i++)
        clients[i] = actor_login(&w->server, who[i % 4]);
    for (int round = 0; round < rounds(); round++) {
        account a = shared_guardian(w);
        answer *answers = in_parallel(CLIENTS, clients, inform, &a);
        size_t granted[2] = {0, 0};

        for (size_t i = 0; i < CLIENTS; i++) {
            granted[i % 2] += answers[i].code == LDAP_SUCCESS;
            if (answers[i].code != LDAP_SUCCESS &&
                strstr(answers[i].text, "EDC-G01") == NULL &&
                strstr(answers[i].text, "EDC-B02") == NULL)
                FAIL("client %zu: %d %s", i, answers[i].code, answers[i].text);
        }
        if ((granted[0] == 0) == (granted[1] == 0))
            FAIL("round %d: %zu letters of one school, %zu of the other", round,
                granted[0], granted[1]);
        assert_int_equal(
            count_answers(answers, CLIENTS, LDAP_UNWILLING_TO_PERFORM, "G01"),
            CLIENTS / 2);
        assert_int_equal(valid_letters(w, &a, answers, CLIENTS), 1);
        free(answers);
    }
    for (size_t i = 0; i < CLIENTS; i++)
        client_close(clients[i]);
}

/* ---- own changes ---- */

typedef struct own {
    const account *a;
    int round;
} own;

static void
own_password(const own *o, size_t index, char out[96])
{
    snprintf(out, 96, "Fuchsia-%04d_%02zu-Rose", o->round, index);
}

static answer
change(void *context, size_t index, LDAP *ld)
{
    const own *o = context;
    char value[96];

    own_password(o, index, value);
    return client_password(ld, NULL, NULL, value);
}

/* Which of the new passwords opens the account. */
static size_t
winner_of(world *w, const own *o, const answer *answers)
{
    size_t winner = CLIENTS;

    for (size_t i = 0; i < CLIENTS; i++) {
        char value[96];
        int code;

        own_password(o, i, value);
        code = bind_once(&w->server, o->a->dn, value).code;
        if ((code == LDAP_SUCCESS) != (answers[i].code == LDAP_SUCCESS))
            FAIL("client %zu was answered %d %s, its password binds with %d", i,
                answers[i].code, answers[i].text, code);
        if (code == LDAP_SUCCESS)
            winner = i;
    }
    return winner;
}

static void
of_own_changes_at_once_one_counts(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");

    for (int round = 0; round < rounds() / 4; round++) {
        LDAP *clients[CLIENTS];
        own o = {&a, round};
        answer *answers;
        size_t late;

        for (size_t i = 0; i < CLIENTS; i++)
            clients[i] = client_login(&w->server, a.dn, a.password);
        answers = in_parallel(CLIENTS, clients, change, &o);
        late =
            count_answers(answers, CLIENTS, LDAP_INSUFFICIENT_ACCESS, "A03") +
            count_answers(answers, CLIENTS, LDAP_BUSY, "B02");
        assert_int_equal(count_answers(answers, CLIENTS, LDAP_SUCCESS, ""), 1);
        assert_int_equal(late, CLIENTS - 1);
        own_password(&o, winner_of(w, &o, answers), a.password);
        expect_ok(bind_once(&w->server, a.dn, a.password));
        for (size_t i = 0; i < CLIENTS; i++)
            client_close(clients[i]);
        free(answers);
    }
}

/* ---- unique values ---- */

typedef struct unique {
    int round;
    account *accounts;
} unique;

static answer
add_school(void *context, size_t index, LDAP *ld)
{
    const unique *u = context;

    return client_ldif(ld,
        "dn: ou=ecole%d-%zu," SCHOOLS "\nobjectClass: organizationalUnit\n"
        "objectClass: educonnectSchool\nou: ecole%d-%zu\n"
        "educonnectUai: 9990003Z\n",
        u->round, index, u->round, index);
}

static answer
take_identity(void *context, size_t index, LDAP *ld)
{
    const unique *u = context;

    return client_modify(ld, u->accounts[index].dn,
        "replace: educonnectFederatedId\neduconnectFederatedId: fc-%d\n",
        u->round);
}

/* One of those who want the same value gets it, the others hear who they are:
 * too late, or at the same moment as somebody else. */
static void
expect_one_owner(world *w, const answer *answers, const char *filter)
{
    size_t granted = count_answers(answers, CLIENTS, LDAP_SUCCESS, "");
    size_t late =
        count_answers(answers, CLIENTS, LDAP_CONSTRAINT_VIOLATION, "D02") +
        count_answers(answers, CLIENTS, LDAP_BUSY, "B02");

    assert_int_equal(granted + late, CLIENTS);
    assert_true(granted <= 1);
    assert_int_equal(client_count(w->as[ROOT], SUFFIX, filter), granted);
}

static void
of_equal_values_at_once_one_is_stored(void **state)
{
    world *w = *state;
    LDAP *clients[CLIENTS];
    account accounts[CLIENTS];
    size_t owners = 0;

    for (size_t i = 0; i < CLIENTS; i++) {
        clients[i] = actor_login(&w->server, PROVISIONER);
        accounts[i] = guardian_in(w, "active");
    }
    for (int round = 0; round < rounds() / 2; round++) {
        unique u = {round, accounts};
        char *filter = text_of("(educonnectFederatedId=fc-%d)", round);
        answer *answers = in_parallel(CLIENTS, clients, add_school, &u);

        expect_one_owner(w, answers, "(educonnectUai=9990003Z)");
        for (size_t i = 0; i < CLIENTS; i++) {
            if (answers[i].code == LDAP_SUCCESS)
                expect_ok(client_ldif(w->as[ROOT],
                    "dn: ou=ecole%d-%zu," SCHOOLS "\nchangetype: delete\n",
                    round, i));
            owners += answers[i].code == LDAP_SUCCESS;
        }
        free(answers);
        answers = in_parallel(CLIENTS, clients, take_identity, &u);
        expect_one_owner(w, answers, filter);
        owners += count_answers(answers, CLIENTS, LDAP_SUCCESS, "");
        free(answers);
        free(filter);
    }
    /* Now and then nobody gets it; that is no way to pass. */
    assert_true(owners > 0);
    for (size_t i = 0; i < CLIENTS; i++)
        client_close(clients[i]);
}

/* ---- states ---- */

static answer
push_and_pull(void *context, size_t index, LDAP *ld)
{
    const account *a = context;
    static const char *const changes[] = {
        "replace: educonnectState\neduconnectState: suspended\n",
        "replace: educonnectState\neduconnectState: active\n",
        "replace: educonnectState\neduconnectState: closed\n",
        "replace: userPassword\nuserPassword: Fuchsia-2026_Rouge\n",
    };

    return client_modify(ld, a->dn, "%s", changes[index % 4]);
}

/* Whatever comes of it, every granted event was one step and no more. */
static void
colliding_events_leave_a_sound_account(void **state)
{
    world *w = *state;
    LDAP *clients[CLIENTS];
    account a = student_in(w, "active");
    long before = 0, after = 0, granted = 0;
    char *serial;

    for (size_t i = 0; i < CLIENTS; i++)
        clients[i] = actor_login(&w->server, ACADEMY);
    serial = client_read(w->as[ROOT], a.dn, "educonnectSerial");
    before = strtol(serial, NULL, 10);
    free(serial);
    for (int round = 0; round < rounds(); round++) {
        answer *answers = in_parallel(CLIENTS, clients, push_and_pull, &a);

        for (size_t i = 0; i < CLIENTS; i++) {
            granted += answers[i].code == LDAP_SUCCESS;
            if (answers[i].code != LDAP_SUCCESS &&
                strstr(answers[i].text, "EDC-S0") == NULL &&
                strstr(answers[i].text, "EDC-P07") == NULL &&
                strstr(answers[i].text, "EDC-B02") == NULL)
                FAIL("client %zu: %d %s", i, answers[i].code, answers[i].text);
        }
        free(answers);
    }
    serial = client_read(w->as[ROOT], a.dn, "educonnectSerial");
    after = strtol(serial, NULL, 10);
    free(serial);
    /* Each granted event and nothing else has moved the serial. */
    assert_int_equal(after - before, granted);
    for (size_t i = 0; i < CLIENTS; i++)
        client_close(clients[i]);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_schools_at_once_give_one_letter),
        cmocka_unit_test(many_clients_of_two_schools_give_one_letter),
        cmocka_unit_test(of_own_changes_at_once_one_counts),
        cmocka_unit_test(of_equal_values_at_once_one_is_stored),
        cmocka_unit_test(colliding_events_leave_a_sound_account),
    };

    return cmocka_run_group_tests(tests, usual_world, end_world);
}
