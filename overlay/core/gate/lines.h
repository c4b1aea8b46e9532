/* lines.h - jobs that wait: one line for each client, lines in turn.
 *
 * Used by gate.c only, with its mutex held. Nothing is allocated: a line is the
 * chain of its jobs, the first of which stands in the ring of lines.
 */
#ifndef EDC_GATE_LINES_H
#define EDC_GATE_LINES_H

#include "core/gate/gate.h"

/* An all-zero value has no lines. */
typedef struct edc_lines {
    edc_job *turn; /* first job of the line whose turn it is, or NULL */
    uint32_t n;    /* jobs in all lines */
} edc_lines;

/* Puts a job at the end of its client's line. */
void edc_lines_add(edc_lines *lines, edc_job *job);

/* Takes the job whose turn it is; its line waits for the others then. NULL
 * when nobody waits. */
edc_job *edc_lines_take(edc_lines *lines);

/* Takes a job out of the middle. It must be in a line. */
void edc_lines_remove(edc_lines *lines, edc_job *job);

/* The last job of the longest line, when that is longer by two or more than
 * the line of this client; else NULL. */
edc_job *edc_lines_spare(const edc_lines *lines, const char *client);

#endif
