/* task.h - work that goes on after the client has its answer. */
#ifndef OV_TASK_H
#define OV_TASK_H

#include "slapd/instance.h"

/* What a piece of work leaves: nothing, or to be called again so many
 * milliseconds later. */
typedef int64_t ov_rest;
#define OV_REST_NONE (-1)
#define OV_REST_MORE 0   /* after others had their turn */
#define OV_REST_LATER 25 /* when clients may have had their answers */

/* One piece of work, in a thread of slapd's pool, with an operation of its own
 * on the database of the overlay. A piece is short: slapd's configuration
 * changes wait for it. */
typedef ov_rest (*ov_work)(Operation *op, slap_overinst *on);

/* Runs work soon, also when it waits for its time. May be called again while it
 * runs: it then runs once more. Nothing is run once the overlay is closed or
 * slapd ends. Thread-safe. */
void ov_task_start(slap_overinst *on, ov_work work);

/* The same for work that must not be lost: it runs even while slapd ends, and
 * false is returned when nothing runs any more, so that the caller does it. The
 * work does all of what waits in one piece then. */
bool ov_task_start_surely(slap_overinst *on, ov_work work);

/* Whether slapd ends. */
bool ov_is_shutting_down(void);

/* Whether a piece of work should end early: slapd ends, or wants all threads
 * to pause. */
bool ov_task_hurry(void);

/* Opens and closes an instance for tasks. Closing waits for the piece of work
 * that has begun, unless slapd has stopped that. be: what slapd closes. */
void ov_task_open(slap_overinst *on);
void ov_task_close(BackendDB *be, slap_overinst *on);

/* Ends the thread that waits for tasks' time, when the module is to be
 * unloaded: every overlay is closed then. Called once, by one thread. */
void ov_task_exit(void);

#endif
