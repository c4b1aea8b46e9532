/* sink.h - where lines of the audit trail go: a file, or syslog.
 *
 * A line is one write(2) at the end of the file, with no lock held: lines of
 * several threads, and of several databases with the same file, do not mix.
 */
#ifndef OV_SINK_H
#define OV_SINK_H

#include "slapd/slapd.h"

#include <stdint.h>

typedef struct ov_sink ov_sink;

/* Never NULL: slapd ends when there is no memory. */
ov_sink *ov_sink_new(void);
void ov_sink_free(ov_sink *sink);

/* Whether lines can be written there now; makes the file when there is none.
 * where: a path, or EDC_AUDIT_SYSLOG, which always can. On failure *why says
 * so: static storage, or strerror()'s. */
bool ov_sink_can(const char *where, const char **why);

/* Whether what has the name, if anything has, is a regular file: makes and
 * opens nothing. As above. */
bool ov_sink_may(const char *where, const char **why);

/* Leaves the file: another one, or none, is configured. */
void ov_sink_leave(ov_sink *sink);

/* Writes a line of n bytes, its line feed included; NUL-terminated. What cannot
 * be written is lost, counted and told of in slapd's log: at once, and then
 * once a minute, and when it goes on. Thread-safe; never fails for its caller,
 * but waits for the disk, or for the syslog daemon. */
void ov_sink_write(
    ov_sink *sink, const char *where, const char *line, size_t n);

/* Lines since the start. Thread-safe. */
typedef struct ov_sink_counters {
    uint64_t written;
    uint64_t lost;
    bool failing; /* the last one was lost */
} ov_sink_counters;
ov_sink_counters ov_sink_count(ov_sink *sink);

#endif
