/* crowd.c - many schools that inform the same guardian at the same
 * moment.
 */
#define _GNU_SOURCE 1
#include "harness/crowd.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "harness/parallel.h"

/* Fewer than the lock-out counts to; the winner's bind and the withdrawal
 * begin the count again. */
#define GUESSES_A_ROUND 8

/* ---- making it ---- */

/* A school's code: seven digits and the letter that goes with them. */
static void
make_uai(size_t i, char uai[9])
{
    unsigned digits = 9991001 + (unsigned)i;

    snprintf(uai, 9, "%u%c", digits, "ABCDEFGHJKLMNPRSTUVWXYZ"[digits % 23]);
}

static void
make_school(crowd *c, size_t i, bool with_overlay)
{
    LDAP *root = c->w->as[ROOT];

    make_uai(i, c->uai[i]);
    expect_ok(client_ldif(root,
        "dn: uid=crowd%zu," STAFF_DN "\nobjectClass: inetOrgPerson\n"
        "uid: crowd%zu\ncn: crowd%zu\nsn: crowd%zu\n"
        "userPassword: staff-secret-of-crowd%zu\n",
        i, i, i, i, i));
    if (!with_overlay)
        return;
    expect_ok(client_ldif(root,
        "dn: ou=crowd%zu," SCHOOLS "\nobjectClass: organizationalUnit\n"
        "objectClass: educonnectSchool\nou: crowd%zu\neduconnectUai: %s\n"
        "educonnectHead: uid=crowd%zu," STAFF_DN "\n",
        i, i, c->uai[i], i));
}

static void
make_family(crowd *c)
{
    c->guardian = new_guardian(c->w, "ou=crowd0," SCHOOLS);
    for (size_t i = 1; i < CROWD_MAX; i++) {
        char *school = text_of("ou=crowd%zu," SCHOOLS, i);
        account child = new_student(c->w, school);

        expect_ok(client_modify(c->w->as[PROVISIONER], child.dn,
            "add: educonnectGuardian\neduconnectGuardian: %s\n",
            c->guardian.dn));
        free(school);
    }
}

static void
make_plain_account(crowd *c)
{
    snprintf(c->guardian.dn, sizeof(c->guardian.dn), "uid=parent," PEOPLE);
    expect_ok(client_ldif(c->w->as[ROOT],
        "dn: %s\nobjectClass: inetOrgPerson\nuid: parent\ncn: parent\n"
        "sn: parent\n",
        c->guardian.dn));
}

static uint64_t
seed(void)
{
    const char *wanted = getenv("EDC_SEED");
    uint64_t chosen =
        wanted != NULL ? strtoull(wanted, NULL, 0)
                       : (uint64_t)time(NULL) * 1000003u + (uint64_t)getpid();

    print_message("EDC_SEED=%llu\n", (unsigned long long)chosen);
    return chosen * 2 + 1;
}

void
crowd_begin(crowd *c, world *w, bool with_overlay)
{
    *c = (crowd){.w = w, .random = seed()};
    for (size_t i = 0; i < CROWD_MAX; i++)
        make_school(c, i, with_overlay);
    if (with_overlay)
        make_family(c);
    else
        make_plain_account(c);
    crowd_connect(c, &w->server);
}

static void
disconnect(crowd *c)
{
    for (size_t i = 0; i < CROWD_MAX; i++) {
        client_close(c->clients[i]);
        c->clients[i] = NULL;
    }
}

void
crowd_connect(crowd *c, const server *to)
{
    disconnect(c);
    for (size_t i = 0; i < CROWD_MAX; i++) {
        char *dn = text_of("uid=crowd%zu," STAFF_DN, i);
        char *password = text_of("staff-secret-of-crowd%zu", i);

        c->clients[i] = client_login(to, dn, password);
        free(dn);
        free(password);
    }
}

void
crowd_end(crowd *c)
{
    disconnect(c);
}

/* ---- a round ---- */

static unsigned
roll(crowd *c, unsigned sides)
{
    c->random ^= c->random >> 12;
    c->random ^= c->random << 25;
    c->random ^= c->random >> 27;
    return (unsigned)((c->random * 2685821657736338717ULL) >> 33) % sides;
}

static void
draw(crowd *c, crowd_round *r)
{
    size_t schools[CROWD_MAX];

    memset(r, 0, sizeof(*r));
    for (size_t i = 0; i < CROWD_MAX; i++)
        schools[i] = i;
    r->n = 2 + roll(c, CROWD_MAX - 1);
    for (size_t i = 0; i < r->n; i++) {
        size_t other = i + roll(c, (unsigned)(CROWD_MAX - i));

        r->school[i] = schools[other];
        schools[other] = schools[i];
        r->exop[i] = roll(c, 2) == 0;
        if (!r->exop[i])
            snprintf(r->letter[i], sizeof(r->letter[i]), "Jasmin-%07u_Bleu",
                ++c->letters);
    }
}

answer
crowd_letter(crowd *c, const crowd_round *r, size_t i)
{
    LDAP *ld = c->clients[r->school[i]];

    if (r->exop[i])
        return client_password(ld, c->guardian.dn, NULL, NULL);
    return client_replace(
        ld, c->guardian.dn, "userPassword", r->letter[i], strlen(r->letter[i]));
}

typedef struct shared {
    crowd *c;
    crowd_round *r;
} shared;

static answer
one_client(void *context, size_t i, LDAP *ld)
{
    shared *s = context;

    (void)ld;
    return s->c->careful != NULL ? s->c->careful(s->c, s->r, i)
                                 : crowd_letter(s->c, s->r, i);
}

void
crowd_ask(crowd *c, crowd_round *r)
{
    LDAP *connections[CROWD_MAX];
    shared s = {c, r};
    answer *answers;

    draw(c, r);
    for (size_t i = 0; i < r->n; i++)
        connections[i] = c->clients[r->school[i]];
    answers = in_parallel(r->n, connections, one_client, &s);
    for (size_t i = 0; i < r->n; i++) {
        r->answers[i] = answers[i];
        if (r->exop[i])
            snprintf(r->letter[i], sizeof(r->letter[i]), "%s", answers[i].made);
    }
    free(answers);
    c->rounds++;
}

/* ---- what is asserted ---- */

static void
show(const crowd *c, const crowd_round *r)
{
    for (size_t i = 0; i < r->n; i++)
        print_message("  %s by %s: %d %s\n", c->uai[r->school[i]],
            r->exop[i] ? "exop" : "modify", r->answers[i].code,
            r->answers[i].text);
}

static bool
refused_for(const answer *a, const char *uai)
{
    return a->code == LDAP_UNWILLING_TO_PERFORM &&
           strncmp(a->text, "EDC-G01 ", 8) == 0 &&
           strstr(a->text + 8, "EDC-") == NULL && strstr(a->text, uai) != NULL;
}

static bool
hears_winner(const crowd *c, const crowd_round *r, size_t loser, size_t winner)
{
    if (c->exop_without_text && r->exop[loser])
        return r->answers[loser].code == LDAP_UNWILLING_TO_PERFORM;
    return refused_for(&r->answers[loser], c->uai[r->school[winner]]);
}

size_t
crowd_expect_winner(crowd *c, const crowd_round *r)
{
    size_t winner = r->n;

    for (size_t i = 0; i < r->n; i++) {
        if (r->answers[i].code != LDAP_SUCCESS)
            continue;
        if (winner != r->n) {
            show(c, r);
            FAIL("round %lu: two letters", c->rounds);
        }
        winner = i;
    }
    if (winner == r->n || r->letter[winner][0] == '\0') {
        show(c, r);
        FAIL("round %lu: no letter", c->rounds);
    }
    for (size_t i = 0; i < r->n; i++) {
        if (i != winner &&
            (!hears_winner(c, r, i, winner) || r->answers[i].made[0] != '\0')) {
            show(c, r);
            FAIL("round %lu: a loser hears something else", c->rounds);
        }
    }
    *(r->exop[winner] ? &c->by_exop : &c->by_modify) += 1;
    c->refused += r->n - 1;
    return winner;
}

void
crowd_expect_letter(crowd *c, const crowd_round *r, size_t winner, LDAP *ld)
{
    int tried = 0;
    answer a = client_bind(ld, c->guardian.dn, r->letter[winner]);

    expect_ok(a);
    expect_control(&a, PP_MUST_CHANGE);
    for (size_t i = 0; i < r->n && tried < GUESSES_A_ROUND; i++) {
        if (i == winner || r->letter[i][0] == '\0')
            continue;
        expect(client_bind(ld, c->guardian.dn, r->letter[i]),
            LDAP_INVALID_CREDENTIALS, "");
        tried++;
    }
}

/* ---- many rounds ---- */

unsigned long
crowd_rounds(const char *variable, unsigned long otherwise)
{
    const char *wanted = getenv(variable);

    return wanted != NULL ? strtoul(wanted, NULL, 10) : otherwise;
}

void
crowd_play(crowd *c, unsigned long rounds)
{
    LDAP *binder = client_open(&c->w->server);
    unsigned long end = c->rounds + rounds;

    while (c->rounds < end) {
        crowd_round r;

        crowd_ask(c, &r);
        crowd_expect_letter(c, &r, crowd_expect_winner(c, &r), binder);
        step_state(c->w, &c->guardian, ACADEMY, "uninformed");
    }
    client_close(binder);
    print_message("%lu rounds: %lu won by exop, %lu by modify, %lu refused\n",
        c->rounds, c->by_exop, c->by_modify, c->refused);
    if (rounds >= 50)
        REQUIRE(c->by_exop > 0 && c->by_modify > 0);
}
