/* park.h - a Bind that waits for the hashing gate without a thread.
 *
 * slapd knows operations that somebody completes later (SLAPD_ASYNCOP). A Bind
 * that is parked gives its worker back to the pool; when the gate is through, a
 * task of the pool does what is left of it: the overlays below, the backend,
 * the answer.
 */
#ifndef OV_PARK_H
#define OV_PARK_H

#include "bind/hash.h"
#include "slapd/memory.h"

typedef struct ov_parked {
    edc_work work; /* what the gate computes; prepared by the caller */
    /* Goes on once the gate is through, with op as it was: returns what a hook
     * returns. */
    int (*resume)(Operation *op, SlapReply *rs, struct ov_parked *parked,
        edc_gate_end end);

    /* bind/park.c's own */
    Operation *op;
    slap_overinst *on;
    BackendDB *be;
    slap_callback *callbacks; /* those that slapd would clean up */
    slap_callback *backover;  /* slapd's own among them */
    slap_callback writing;    /* behind that while it is completed */
    uint64_t stack;           /* the overlays as they were; see slapd/stack.h */
    struct berval dn, ndn;
    struct ov_parked *next, **at;
    void *cookie;      /* of the pool's task */
    ov_keeper *keeper; /* of the memory that this is in */
    edc_gate_end end;
    bool through;   /* the gate is */
    bool submitted; /* the pool has a task for it */
    bool left;      /* it is not in the list any more */
} ov_parked;

typedef enum ov_parking {
    OV_PARKED,       /* the hook returns SLAPD_ASYNCOP and touches nothing */
    OV_PARKING_BUSY, /* no room in the gate */
    OV_PARKING_GONE, /* nobody waits for the answer any more */
    OV_PARKING_UNFIT /* not an operation that can be: compute it here */
} ov_parking;

/* Parks the Bind that a hook is called for. *parked is in op's memory
 * (ov_keep()). */
ov_parking ov_park(Operation *op, slap_overinst *on, ov_parked *parked);

/* Finishes every parked Bind; the gate is closed. be: what slapd closes. */
void ov_park_close(BackendDB *be, ov_instance *instance);

void ov_park_init(ov_instance *instance);
void ov_park_destroy(ov_instance *instance);

#endif
