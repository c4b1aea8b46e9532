/* progress.c - how far a long subcommand is. */
#include <stdint.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "ctl/print.h"
#include "ctl/progress.h"

#define SECOND INT64_C(1000000000)
#define BAR (SECOND / 10)

static int64_t every = CTL_PROGRESS_SECONDS * SECOND;

/* What is going on; what NULL: nothing. */
static struct {
    const char *what;
    size_t done, total;
    int64_t last; /* when it began or was last said, nanoseconds */
    bool line_stands;
    bool told; /* to a log */
} now;

static int64_t
clock_now(void)
{
    struct timespec at;

    if (clock_gettime(CLOCK_MONOTONIC, &at) != 0)
        return 0;
    return at.tv_sec * SECOND + at.tv_nsec;
}

bool
ctl_progress_every(const char *seconds)
{
    char *end;
    double value = strtod(seconds, &end);

    if (end == seconds || *end != '\0' || !(value >= 0 && value <= 86400))
        return false;
    every = (int64_t)(value * (double)SECOND);
    /* So that 0 alone is none. */
    if (every == 0 && value > 0)
        every = 1;
    return true;
}

static void
draw(void)
{
    size_t share = now.total == 0 ? 0
                   : now.done > now.total
                       ? 100
                       : (size_t)(100.0 * (double)now.done / (double)now.total);

    print(stderr, "\r\033[K");
    if (now.total == 0)
        print(stderr, "%s: %zu", now.what, now.done);
    else
        print(stderr, "%s: [%.*s%*s] %zu of %zu (%zu %%)", now.what,
            (int)(30 * share / 100), "##############################",
            30 - (int)(30 * share / 100), "", now.done, now.total, share);
    now.line_stands = true;
}

static void
write_line(void)
{
    if (now.total == 0)
        print(stderr, "%s: %zu\n", now.what, now.done);
    else
        print(stderr, "%s: %zu of %zu\n", now.what, now.done, now.total);
    now.told = true;
}

static void
begin(const char *what, int64_t at)
{
    ctl_progress_end();
    now.what = what;
    /* A bar is drawn at once, a line after a while. */
    now.last = isatty(STDERR_FILENO) ? at - BAR : at;
    now.told = false;
}

void
ctl_progress(const char *what, size_t done, size_t total)
{
    bool terminal = isatty(STDERR_FILENO);
    bool over = total != 0 && done >= total;
    int64_t at;

    if (every == 0)
        return;
    at = clock_now();
    if (now.what != what)
        begin(what, at);
    now.done = done;
    now.total = total;
    if (terminal ? over || at - now.last >= BAR : at - now.last >= every) {
        now.last = at;
        if (terminal)
            draw();
        else if (!over)
            write_line();
    }
    if (over)
        ctl_progress_end();
}

void
ctl_progress_aside(void)
{
    if (now.line_stands)
        print(stderr, "\n");
    now.line_stands = false;
}

void
ctl_progress_end(void)
{
    ctl_progress_aside();
    if (now.what != NULL && now.told)
        write_line();
    now.what = NULL;
}
