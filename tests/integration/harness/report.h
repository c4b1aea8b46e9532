/* report.h - reports of sanitizers and valgrind in slapd's log. */
#ifndef HARNESS_REPORT_H
#define HARNESS_REPORT_H

/* The first report that concerns the module, cut out of the log (which is
 * changed); NULL when there is none. AddressSanitizer and UBSan speak only of
 * the instrumented module; valgrind speaks of all of slapd, so of its blocks
 * only those count that name a frame of ours. */
char *report_in_log(char *log);

#endif
