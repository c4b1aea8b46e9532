/* providers.h - two or three providers that all take writes. */
#ifndef HARNESS_PROVIDERS_H
#define HARNESS_PROVIDERS_H

#include "harness/sample.h"

#define PROVIDERS_MAX 3

typedef enum replication {
    BY_CHANGE, /* delta-syncrepl: what crosses is resolved by attribute */
    BY_ENTRY   /* plain syncrepl: the newer entry is taken whole */
} replication;

typedef struct providers {
    world side[PROVIDERS_MAX];
    size_t n;
} providers;

/* How they are made. */
typedef struct providers_setup {
    size_t n;
    replication by;
    const char *directives; /* the overlay's; NULL: the usual ones */
    bool without;           /* no overlay of ours, but slapd's own ppolicy */
    /* Through which port each reaches each other one; 0: its own. */
    int through[PROVIDERS_MAX][PROVIDERS_MAX];
    int ports[PROVIDERS_MAX]; /* their own; 0: free ones */
} providers_setup;

/* All run, hold the sample, and read each other's changes as they come. */
void providers_begin(providers *p, const providers_setup *how);
void providers_end(providers *p);

/* Waits until all hold the same, as replicas_agree() of each two. */
void providers_agree(providers *p);

#endif
