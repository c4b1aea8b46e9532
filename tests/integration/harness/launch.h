/* launch.h - which slapd a test runs, and what a shell is told to start
 * it. The environment that says so is described in harness/server.h.
 */
#ifndef HARNESS_LAUNCH_H
#define HARNESS_LAUNCH_H

#include <stdbool.h>

#include "harness/server.h"

/* The slapd, its own modules, its schema files. */
const char *launch_program(void);
const char *launch_modules(void);
const char *launch_schema_directory(void);

/* Lines of slapd.conf: one schema file ("core"), and those that every server
 * here has; allocated. */
char *launch_schema(const char *name);
char *launch_usual_schema(void);

/* The path of a module of the tests' own (tests/modules): "threads_left", which
 * looks for threads that are left when slapd ends, "blind", by which a database
 * cannot be looked at, "skew", a clock that is wrong, "last_words", which says
 * where a signal 11 was, "hold", which keeps hashes waiting, "stay", by which
 * slapd's own modules stay loaded where it is instrumented, "leave", by which
 * it then ends; allocated, NULL when it is not there, as with benches. */
char *launch_test_module(const char *name);

/* The line that loads it before all others, or "". */
const char *launch_first_module(void);

/* Makes <directory>/modules, the link that every configuration has in its
 * modulepath, so that tools may use another build of the module than slapd. */
void launch_link_modules(const server *s, bool tools);

/* From now on slapd runs the module as it is for use: for tests of what it
 * costs, which an instrumented one tells nothing of. */
void launch_uninstrumented(void);

/* From now on AddressSanitizer gives back what slapd frees, which it otherwise
 * keeps, up to a quarter of a gigabyte, to see who still reads it: for tests of
 * what slapd has left in use. */
void launch_forgetful(void);

/* What a shell is told to run slapd, or slapadd and the like; allocated.
 * Reports of ThreadSanitizer go to <directory>/report.<pid>. */
char *launch_server(const server *s);
char *launch_tool(const server *s, const char *tool);

/* What they have reported so far, allocated; "" for nothing. */
char *launch_reports(const server *s);

/* The content of the file EDC_KNOWN_RACES, allocated; "" without one. */
char *launch_known_races(void);

#endif
