/* import.h - imports of made-up exports, broken off where a test wants,
 * and what a directory holds in the end.
 */
#ifndef HARNESS_IMPORT_H
#define HARNESS_IMPORT_H

#include <stdint.h>

#include "harness/tool.h"

/* Runs educonnect-sample into the server's directory; returns the path of the
 * files, allocated. The summary is <path>.txt. */
char *import_files(world *w, const char *options);

/* A figure of that summary. */
long import_figure(const char *path, const char *name);

/* Starts "educonnectctl import <rest>" as the provisioner and lets it reach the
 * server through a relay, which kills it (SIGKILL) at the moment when it has
 * passed on so many of its bytes; 0: never. *passed, if not NULL, is how many
 * it did pass on. */
tool import_relayed(
    world *w, uint64_t kill_after, uint64_t *passed, const char *rest);

/* The same, and how it is broken off there. */
typedef enum import_break {
    IMPORT_KILL, /* SIGKILL */
    IMPORT_TERM, /* SIGTERM, and the relay goes on */
    IMPORT_CUT,  /* the connection is closed */
    IMPORT_HOLD  /* nothing is passed on; SIGKILL after meanwhile() */
} import_break;
tool import_broken(world *w, uint64_t after, import_break how,
    void (*meanwhile)(world *w, pid_t pid), const char *rest);

/* Fails the test unless an import said that it had so many changes. */
void expect_changes_at(const char *file, int line, const tool *t, size_t n);
#define expect_changes(t, n) expect_changes_at(__FILE__, __LINE__, (t), (n))

/* Another subcommand, whose connection is closed there. */
tool import_other_cut(
    world *w, uint64_t after, const char *subcommand, const char *rest);

/* What slapcat prints of a directory, entries and the lines of each in order,
 * without what tells when and by which operation it was written: entryUUID,
 * entryCSN, contextCSN, times, serials, creators. Allocated. */
char *import_digest(world *w);

#endif
