/* gate.h - the hashing gate: few threads compute, many jobs wait in order.
 *
 * A hash is made to be slow, so a server that computes as many as arrive at
 * once does nothing else. Here so many slots compute, each a thread of its own
 * below the priority of the rest of the process and with memory of its own
 * (block.h); jobs wait in one line for each client, and the lines take turns,
 * so that one client's flood delays nobody else's job by more than one.
 *
 * All functions are thread-safe. No lock is held while a job is computed or a
 * callback runs.
 */
#ifndef EDC_GATE_H
#define EDC_GATE_H

#include <stdint.h>

#include "core/gate/times.h"
#include "core/text/text.h"

typedef struct edc_gate edc_gate;

/* What became of a job. */
typedef enum edc_gate_end {
    EDC_GATE_DONE,     /* work ran */
    EDC_GATE_BUSY,     /* it did not: no room, or the gate was closed */
    EDC_GATE_CANCELLED /* it did not: edc_gate_cancel() */
} edc_gate_end;

/* Longest client name that is told apart. */
#define EDC_CLIENT_SIZE 64

/* One job. The caller owns it and keeps it where it is until `done` was called;
 * what is below `private` is the gate's. */
typedef struct edc_job {
    char client[EDC_CLIENT_SIZE]; /* whose line it waits in, NUL-terminated */
    void (*work)(struct edc_job *job); /* runs on a slot's thread */
    /* Called once when the gate is through with the job, which may then be
     * freed: on a slot's thread, or on that of edc_gate_change() when no thread
     * could be begun. Must not wait for the gate. */
    void (*done)(struct edc_job *job, edc_gate_end end);

    /* private */
    struct edc_job *ahead, *behind;            /* in its line */
    struct edc_job *last;                      /* of the line, in its first */
    struct edc_job *previous_line, *next_line; /* in its first */
    uint32_t in_line;                          /* jobs, in its first */
    struct edc_job *stand_in; /* what waits for it in edc_gate_run() */
    int64_t since;            /* when it began to wait */
    edc_gate_end end;
    bool waiting;
} edc_job;

/* Makes a gate; its threads begin with the first job. slots (1..) jobs compute
 * at once, queue (0..) more may wait. block: bytes of memory that each slot
 * keeps for its hashes (see edc_hash_lend()). NULL when memory is out. */
edc_gate *edc_gate_new(uint32_t slots, uint32_t queue, size_t block);

/* Changes the figures. Waits for the jobs under way; none that waits is lost,
 * unless there is no thread to be had: EDC_GATE_BUSY then. Returns false,
 * changing nothing, when memory is out. */
bool edc_gate_change(
    edc_gate *gate, uint32_t slots, uint32_t queue, size_t block);

/* Answers every job that waits with EDC_GATE_BUSY, waits for those under way
 * and ends the threads: when it returns every `done` was called. From then on
 * every job is refused. */
void edc_gate_close(edc_gate *gate);

/* Frees a gate that is closed or was never used; NULL is taken. */
void edc_gate_free(edc_gate *gate);

/* Puts a job into its client's line. Returns false when there is no room and
 * the client has no fewer jobs waiting than others: nothing is called then. A
 * full gate makes room for a client with few by sending the last job of the
 * longest line away with EDC_GATE_BUSY. */
bool edc_gate_submit(edc_gate *gate, edc_job *job);

/* Runs a job and waits for its end, at most `waiters` callers at once of all
 * gates together (the others get EDC_GATE_BUSY). job->done is the gate's own
 * then. */
edc_gate_end edc_gate_run(edc_gate *gate, edc_job *job, uint32_t waiters);

/* Takes a job that still waits out of its line, that of edc_gate_run()'s, too;
 * its end follows. One that is under way or through is left alone. The job must
 * not be freed meanwhile. */
void edc_gate_cancel(edc_gate *gate, edc_job *job);

/* Whether a job would be computed at once. */
bool edc_gate_is_idle(edc_gate *gate);

/* For cn=monitor. */
typedef struct edc_gate_counters {
    uint32_t running, waiting;
    uint64_t done, busy, cancelled; /* since the start */
} edc_gate_counters;
edc_gate_counters edc_gate_count(edc_gate *gate);

/* How long jobs waited until they were begun, and how long they then took, of
 * those that were computed; the gate's. */
typedef struct edc_gate_times {
    edc_times waited, hashed;
} edc_gate_times;
const edc_gate_times *edc_gate_times_of(const edc_gate *gate);

#endif
