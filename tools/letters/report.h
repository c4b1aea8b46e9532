/* report.h - what a run tells at its end. */
#ifndef LETTERS_REPORT_H
#define LETTERS_REPORT_H

#include "letters/letters.h"

typedef struct letters_report {
    struct letters_done {
        char *group;
        char *path; /* NULL in a dry run */
        size_t n;
    } *done;
    size_t n_done;
    struct letters_refused {
        char *dn, *uid, *why;
    } *refused;
    size_t n_refused;
    size_t skipped[LETTERS_N_FATES];
    size_t stray;    /* lines of the list that named nobody */
    size_t not_done; /* letters that the run ended before */
} letters_report;

/* n letters of a class, in this directory (NULL: they would be). */
void letters_report_done(
    letters_report *r, const char *group, const char *path, size_t n);

/* One that the directory refused, with its own words. */
void letters_report_refused(
    letters_report *r, const letter *l, const char *why);

/* Prints it on stdout, as text or as one JSON object. */
void letters_report_print(
    const ctl *c, const letters_school *school, const letters_report *r);
void letters_report_free(letters_report *r);

#endif
