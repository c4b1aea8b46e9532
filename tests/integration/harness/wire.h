/* wire.h - connections between servers, which a test can cut. */
#ifndef HARNESS_WIRE_H
#define HARNESS_WIRE_H

#include <pthread.h>
#include <stdbool.h>

#define WIRE_ENDS 16

/* From a port of its own to another one of this machine. */
typedef struct wire {
    int port; /* where it listens */
    int to;
    int listener;
    int reservation;
    pthread_t thread;
    pthread_mutex_t mutex; /* guards what follows */
    bool cut, over;
    int ends[WIRE_ENDS][2]; /* of each connection; -1: none */
} wire;

/* Listens, and hands every connection on. Fails the test when it cannot. */
void wire_begin(wire *w, int to);

/* Ends what is connected and lets nobody in, until it is joined again. */
void wire_cut(wire *w, bool cut);

void wire_end(wire *w);

#endif
