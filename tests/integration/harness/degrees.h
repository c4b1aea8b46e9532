/* degrees.h - AAF files of an école and of a collège, written by the tests, and
 * their imports.
 *
 * The école is 9990011H with the id 77001, the collège the sample's, 88001. The
 * first degree has its own names of attributes. Invented people only.
 */
#ifndef HARNESS_DEGREES_H
#define HARNESS_DEGREES_H

#include "harness/aaf.h"

typedef enum degree { ECOLE, COLLEGE_, N_DEGREES } degree;

#define ECOLE_DN "ou=9990011H," SCHOOLS

/* Records, allocated. "" for what the file leaves empty. */
char *degree_guardian(degree d, const char *id, const char *sn,
    const char *given, const char *mobile, const char *mail);

/* links: ids of the guardians, mother and father; NULL ends. */
char *degree_pupil(degree d, const char *id, const char *sn, const char *given,
    const char *ine, const char *birth, char *const links[2]);

/* Makes these the source's only files: its school, and records, which are
 * freed. extent: "Complet", "Delta". */
void degree_write(
    world *w, degree d, const char *extent, char *pupils, char *guardians);

/* "educonnectctl import <files> <options>" as the provisioner, without a brake;
 * the report is kept for degree_report(), and what was sent. */
tool degree_import(world *w, degree d, const char *options);
void degree_expect(world *w, degree d, const char *options, int status);

/* The same once more changes nothing. */
void degree_nothing(world *w, degree d, const char *options);

/* Fails the test unless the last import's report has this. */
void degree_report(world *w, const char *part);

/* A letter for an account, and its holder's own password, which it gets. */
void degree_activate(world *w, const char *dn, char password[96]);

#endif
