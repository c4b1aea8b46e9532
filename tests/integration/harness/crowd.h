/* crowd.h - many schools that inform the same guardian at the same
 * moment.
 *
 * A guardian has a child in every one of the crowd's schools. In each round
 * some of the schools ask for a letter, each on its own connection, some by the
 * Password Modify operation and some by Modify; then the letters are tried.
 */
#ifndef HARNESS_CROWD_H
#define HARNESS_CROWD_H

#include <stdint.h>

#include "harness/sample.h"

#define CROWD_MAX 16

/* One round: which schools took part, and what came of it. */
typedef struct crowd_round {
    size_t n;
    size_t school[CROWD_MAX];
    bool exop[CROWD_MAX];       /* else Modify */
    char letter[CROWD_MAX][96]; /* what was sent or made; "" for nothing */
    answer answers[CROWD_MAX];
} crowd_round;

typedef struct crowd {
    world *w;
    LDAP *clients[CROWD_MAX]; /* the schools' */
    char uai[CROWD_MAX][9];
    account guardian;
    uint64_t random;
    unsigned letters; /* sent by Modify so far */
    unsigned long rounds, by_exop, by_modify, refused;
    bool exop_without_text; /* refusals of an exop are a code alone; false */
    /* What a client does in a round; NULL: asks for a letter at once. */
    answer (*careful)(struct crowd *c, const crowd_round *r, size_t i);
} crowd;

/* Makes schools, guardian and children in a world with its overlay or without
 * (plain entries), and connects the schools to its server. EDC_SEED repeats
 * what is drawn. */
void crowd_begin(crowd *c, world *w, bool with_overlay);
void crowd_end(crowd *c);

/* Connects the schools to another server, a consumer for instance. */
void crowd_connect(crowd *c, const server *to);

/* 2 to 16 schools at the same moment. */
void crowd_ask(crowd *c, crowd_round *r);

/* The request of one client of a round; safe in its own thread. */
answer crowd_letter(crowd *c, const crowd_round *r, size_t i);

/* Fails the test unless one school has a letter and every other heard EDC-G01
 * with that one's code. Returns the winner's place in the round. */
size_t crowd_expect_winner(crowd *c, const crowd_round *r);

/* Fails the test unless the winner's letter opens the account on this
 * connection, which is left bound by it or anonymous, and the others' do
 * not. */
void crowd_expect_letter(
    crowd *c, const crowd_round *r, size_t winner, LDAP *ld);

/* A number of rounds from the environment, or the default. */
unsigned long crowd_rounds(const char *variable, unsigned long otherwise);

/* So many rounds, each with all of the above and a withdrawal by the academy,
 * on the world's server; prints what came of them. */
void crowd_play(crowd *c, unsigned long rounds);

#endif
