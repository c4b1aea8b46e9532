/* progress.h - how far a long subcommand is, on stderr: on a terminal a bar
 * that stands in one line, elsewhere (a log, a mail of cron) a line now and
 * then. Not thread-safe; it judges nothing and nothing fails for it.
 */
#ifndef CTL_PROGRESS_H
#define CTL_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

/* Seconds between two lines where stderr is no terminal, unless --progress
 * says otherwise: a run of some minutes leaves a screenful. What takes less
 * leaves none. */
#define CTL_PROGRESS_SECONDS 10

/* Takes that option's value: seconds, "0.5" too, 0: no lines and no bar. False
 * for what is none. */
bool ctl_progress_every(const char *seconds);

/* Says how far something is; total 0: unknown. May be called as often as one
 * likes; a terminal gets it at most ten times a second. done == total ends it.
 * what: a word or two, of static storage, the same for one thing. */
void ctl_progress(const char *what, size_t done, size_t total);

/* It is over: ends the bar's line; a log that was told of it is told how far
 * it came. */
void ctl_progress_end(void);

/* Something else is to be printed: ends the bar's line, should one stand
 * there. Messages do it by themselves. */
void ctl_progress_aside(void);

#endif
