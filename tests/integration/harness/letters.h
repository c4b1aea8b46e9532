/* letters.h - classes of pupils with guardians, and the letters that
 * educonnectctl wrote for them.
 */
#ifndef HARNESS_LETTERS_H
#define HARNESS_LETTERS_H

#include "harness/sample.h"
#include "harness/tool.h"

/* A pupil of the college (or of the schools named, joined by '|') in a class,
 * whose guardian is this one; guardian_dn NULL: none. */
account letters_pupil(
    world *w, const char *schools, const char *class, const char *guardian_dn);

/* A guardian without children yet. */
account letters_guardian(world *w, const char *last_name);

/* A directory for letters below the server's, which is not made; allocated. */
char *letters_output(world *w, const char *name);

/* Runs "educonnectctl letters" for a class of the college as its head, into
 * CSV; with more options unless they are "". */
tool letters_run(
    world *w, const char *class, const char *output, const char *more);

/* The field of this name in the line of letters.csv for this login;
 * allocated, NULL when there is no such line. */
char *letters_field(const char *csv, const char *login, const char *name);

/* The password that letters.csv in this directory has for an account; fails the
 * test when there is none. */
void letters_read(account *a, const char *directory);

/* Whether a file at any depth below a directory contains a text. */
bool letters_contain(const char *directory, const char *text);

/* Fails the test unless everything below is the caller's alone: directories
 * 0700, files 0600. */
void letters_are_private(const char *directory);

/* Command lines and environments of a process and of all below it, as every
 * user of the machine may read them, with blanks for NULs; allocated. */
char *letters_seen(pid_t pid);

/* Makes "weasyprint" a program that waits, once it was given letters, until
 * hold_release(); hold_reached() waits until it was. With hold_failing it gives
 * up then instead. */
typedef struct hold {
    char *directory;
    char *path; /* PATH before */
} hold;
hold hold_begin(world *w);
hold hold_failing(world *w);
void hold_reached(const hold *h);
void hold_release(const hold *h);
void hold_end(hold *h);

#endif
