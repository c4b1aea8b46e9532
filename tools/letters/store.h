/* store.h - the directory that letters are written to.
 *
 * Nobody else may enter it. A batch of letters is written into a directory of
 * its own under a provisional name, and is there or not at all: renaming it is
 * the moment from which it counts.
 */
#ifndef LETTERS_STORE_H
#define LETTERS_STORE_H

#include "ctl/ctl.h"

typedef struct letters_store {
    int fd; /* the directory, locked; -1: not open */
    const char *path;
} letters_store;

/* Opens it, and makes it when `make` is set and it is not there. It must be a
 * directory of the caller's own, no symbolic link, with no permission for
 * anybody else; a second run on it is refused while the first lasts. make also
 * takes away what an interrupted run left half written. CTL_OK, or what to exit
 * with after it has printed why; CTL_OK with fd -1: not there and not made. */
ctl_exit letters_store_open(
    const ctl *c, letters_store *store, const char *path, bool make);
void letters_store_close(letters_store *store);

/* Writes a whole file at once: it has the old content or the new one, and the
 * new one is on the disk when this returns true. */
bool letters_store_replace(
    const letters_store *store, const char *name, const void *bytes, size_t n);

/* Takes a file away; true when it is not there any more. */
bool letters_store_remove(const letters_store *store, const char *name);

typedef struct letters_batch {
    const letters_store *store;
    int fd;
    char name[24]; /* the provisional one */
} letters_batch;

/* All of them set errno and return false when they fail. */
bool letters_batch_begin(const letters_store *store, letters_batch *b);
bool letters_batch_write(
    letters_batch *b, const char *name, const void *bytes, size_t n);

/* Gives it the first name that is free of letters_directory(uai, label, 1...),
 * allocated into *name. */
bool letters_batch_commit(
    letters_batch *b, const char *uai, const char *label, char **name);

/* Takes away what was written, when it was not committed. */
void letters_batch_drop(letters_batch *b);

#endif
