/* machine.h - what the figures were measured on. */
#ifndef BENCH_MACHINE_H
#define BENCH_MACHINE_H

typedef struct machine {
    char processor[96]; /* its model */
    long processors, memory_mib;
    char kernel[96], system[96];
    char slapd[64], argon2[64], lmdb[64]; /* versions */
    char day[16];                         /* YYYY-MM-DD */
    char hashing[32]; /* level of the libargon2 that ours has, see
                         core/password/library.h */
} machine;

/* Fills in what can be found; "unknown" where it cannot. */
void machine_look(machine *m);

#endif
