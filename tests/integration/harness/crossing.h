/* crossing.h - two events on one account, each on a server that has not heard
 * of the other yet: every event there is, and the pairs of them.
 */
#ifndef HARNESS_CROSSING_H
#define HARNESS_CROSSING_H

#include "harness/chance.h"
#include "harness/sample.h"

/* What an event has at hand; the sessions are one server's. */
typedef struct crossing_doing {
    world *w;
    const account *a;
    bool pupil;
    bool alone;         /* nobody else writes the account: what comes after the
                           answer is waited for */
    const char *own;    /* a password that nobody has had */
    const char *mobile; /* a guardian's, of which a claim knows */
    const char *into;   /* the account that a merge leaves */
} crossing_doing;

/* The parts of a stored account that are written together. */
typedef enum crossing_part {
    THE_LOCK,   /* since when it is locked, and by which guesses */
    THE_RECORD, /* what the tests' provisioning changes: the mobile number */
    THE_SERIAL, /* how often it was */
    THE_STAMP,  /* when it was written last, and by whom */
    THE_REST,
    CROSSING_PARTS
} crossing_part;

/* What is written. */
typedef enum crossing_writes {
    NOTHING = 0,
    LOCK = 1 << THE_LOCK | 1 << THE_SERIAL,
    RECORD = 1 << THE_RECORD | 1 << THE_SERIAL,
    EVENT = LOCK | 1 << THE_REST, /* the account, whole */
    ENTRY = EVENT | RECORD,
    AND_MORE = 1 << CROSSING_PARTS /* something else after it */
} crossing_writes;

typedef struct crossing_event {
    const char *name;
    answer (*run)(const crossing_doing *d);
    unsigned writes; /* crossing_writes */
} crossing_event;

#define CROSSING_EVENTS 13

/* What may happen to an account of a public in a state; the last one has no
 * name. from NULL: there is none yet. */
typedef struct crossing_group {
    const char *from;
    bool pupil;
    crossing_event events[CROSSING_EVENTS];
} crossing_group;

extern const crossing_group crossing_groups[];
extern const size_t crossing_n_groups;

/* Two events of a group, on an account of their own. */
typedef struct crossing_pair {
    const crossing_group *group;
    const crossing_event *events[2]; /* the older one first */
    account a;
    char own[2][96];  /* each side's password */
    char made[2][96]; /* what the server made there, or "" */
    char mobile[32];
} crossing_pair;

/* So many of all pairs, in either order, drawn; all of them when there are no
 * more. created: those that make an account, or those on one that is there.
 * No event that writes any of `without`. Allocated. *n: how many. */
crossing_pair *crossing_draw(
    chance *c, bool created, unsigned without, size_t wanted, size_t *n);

/* Makes a pair's account in its state; number: another for each. */
void crossing_prepare(crossing_pair *p, world *w, size_t number);

/* One side's event, on that side's server; safe in its own thread. */
answer crossing_run(
    crossing_pair *p, int side, world *w, const char *into, bool alone);

/* Whether an account is stored as the manual's table of states has it, or is
 * not there; written apart from the overlay's own check. */
bool crossing_sound(LDAP *root, const char *dn);

/* An entry's lines of a replica_dump(); allocated. */
char *crossing_lines(const char *dump, const char *dn);

/* A part of those lines; allocated. */
char *crossing_part_of(const char *lines, crossing_part part);

#endif
