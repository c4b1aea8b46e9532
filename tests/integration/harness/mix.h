/* mix.h - the long mix: three providers that all take writes, random clients,
 * and all that befalls servers, for some minutes; and what is left then.
 *
 * mix_clients.c writes, mix_trouble.c is what befalls them, mix_judge.c looks
 * at what is left, by the servers' logs too (mix_log.c).
 */
#ifndef HARNESS_MIX_H
#define HARNESS_MIX_H

#include <pthread.h>

#include "harness/chance.h"
#include "harness/providers.h"
#include "harness/wire.h"

#define MIX_SERVERS 3
#define MIX_CLIENTS 4
#define MIX_ACCOUNTS 60
#define MIX_PASSWORDS 8 /* the last ones of an account, which are tried */
#define MIX_CODES 24    /* kinds of refusal that are told apart */

/* An account that all clients write. */
typedef struct mix_account {
    account a;
    bool pupil;
    char mobile[32];
    char known[MIX_PASSWORDS][96]; /* acknowledged; "" for none */
    size_t n_known;                /* so many, of which the last are kept */
} mix_account;

/* An entry that one client alone writes: a number, always one more, on a server
 * that has the last one. */
typedef struct mix_counter {
    char dn[96];
    unsigned long acknowledged;
} mix_counter;

/* The table's figures. */
typedef struct mix_figures {
    unsigned long done, refused, unreachable, counted;
    struct {
        char code[24];
        unsigned long n;
    } refusals[MIX_CODES];
    unsigned long cuts, kills, full, backups, skews, died;
    size_t contradictory, mixed, lost, overtaken, differ, opens_on_some;
    bool agreed;
} mix_figures;

typedef struct mix {
    providers p;
    bool without; /* stock slapd */
    wire wires[MIX_SERVERS][MIX_SERVERS];
    mix_account accounts[MIX_ACCOUNTS];
    account kept; /* into which accounts are merged */
    mix_counter counters[MIX_CLIENTS];
    chance c;
    char *backups[MIX_SERVERS]; /* each server's last one; NULL: none yet */
    char *logs;                 /* what was in logs that are gone */
    double until;
    bool over;             /* clients stop */
    pthread_mutex_t mutex; /* guards over, known passwords and figures */
    mix_figures f;
} mix;

/* Three servers with accounts in every state, by delta-syncrepl through wires;
 * without: stock slapd with ppolicy, and entries of the same names. */
void mix_begin(mix *m, chance c, bool without);

/* Random clients and troubles for so many seconds. */
void mix_play(mix *m, double seconds);

/* Joins and repairs everything, waits until all is said, and looks. */
void mix_judge(mix *m);

void mix_end(mix *m);

/* ---- between the parts ---- */

/* One of MIX_CLIENTS; its argument is a mix_client. */
typedef struct mix_client {
    mix *m;
    size_t number;
    chance c;
    world w[MIX_SERVERS]; /* its own sessions */
} mix_client;
void *mix_client_run(void *argument);

/* Something befalls a server, and is over again: one of cut, kill, skew, full,
 * backup; of those that EDC_TROUBLES names, where it is set. */
void mix_trouble(mix *m);

/* Everything is joined and runs again, with the right time. */
void mix_repair(mix *m);

/* Keeps what a server's log holds, which goes. */
void mix_keep_log(mix *m, size_t side);

/* For accounts of a dump: how many hold what no write in the logs has written
 * as a whole, and how many something older than what was written last. */
void mix_compare_logs(mix *m, const char *dump);

double mix_now(void);
void mix_sleep(double seconds);

#endif
