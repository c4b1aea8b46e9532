/* history.h - educonnectctl history: what became of an account, when and by
 * whom, from the audit trail or from accesslog.
 */
#ifndef HISTORY_H
#define HISTORY_H

#include "ctl/ctl.h"

/* One thing that happened. Every text is allocated, NULL where it is not known;
 * none is a secret. */
typedef struct history_line {
    char *time; /* "2026-11-30T00:00:01.000042Z" */
    char *event;
    char *from, *to; /* states */
    char *by;
    char *school;
    char *address;
    char *id; /* entryUUID */
    bool relax;
} history_line;

/* A run. */
typedef struct history {
    ctl *c;
    const char *word; /* the account that is meant */
    history_line *lines;
    size_t n, room;
    size_t unreadable; /* lines of a trail that are none */
} history;

/* Adds a line, which is history's from then on. */
void history_add(history *h, const history_line *line);

/* Reads what a file of the trail has of the account; "-": stdin. */
ctl_exit history_read_file(history *h, const char *path);

/* Reads what the database of slapo-accesslog(5) has of it. */
ctl_exit history_read_log(history *h, const char *base);

#endif
