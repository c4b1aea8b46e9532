/* test_progress.c - how far something is: lines in a log, a bar on a terminal,
 * nothing where nothing is wanted or what was done took no time.
 */
#define _GNU_SOURCE 1
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "ctl/ctl.h"

/* Where this process's stderr ends while it plays one. */
static int ours, theirs;

static bool
has_come(void)
{
    struct pollfd p = {.fd = ours, .events = POLLIN};

    return poll(&p, 1, 0) == 1;
}

/* Runs play() in a process of its own with such a stderr; what it wrote. */
static void
run(bool terminal, void (*play)(void), char *said, size_t size)
{
    int both[2], status;
    size_t n = 0;
    ssize_t got;
    pid_t pid;

    if (terminal)
        assert_int_equal(openpty(both, both + 1, NULL, NULL, NULL), 0);
    else
        assert_int_equal(pipe(both), 0);
    ours = both[0];
    theirs = both[1];
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        (void)dup2(theirs, STDERR_FILENO);
        play();
        _exit(fflush(stderr) != 0);
    }
    close(theirs);
    while (n < size - 1 && (got = read(ours, said + n, size - 1 - n)) > 0)
        n += (size_t)got;
    said[n] = '\0';
    close(ours);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

static void
play_lines(void)
{
    (void)ctl_progress_every("0.001");
    ctl_progress("writing", 1, 100);
    while (!has_come())
        ctl_progress("writing", 40, 100);
    ctl_progress("writing", 100, 100);
}

static void
play_unknown_total(void)
{
    (void)ctl_progress_every("0.001");
    ctl_progress("reading", 1, 0);
    while (!has_come())
        ctl_progress("reading", 4711, 0);
    ctl_progress_end();
}

static void
play_short(void)
{
    for (size_t i = 0; i <= 100; i++)
        ctl_progress("writing", i, 100);
    ctl_progress("reading", 3, 0);
    ctl_progress_end();
}

static void
play_silent(void)
{
    (void)ctl_progress_every("0");
    play_short();
}

static void
a_log_gets_lines(void **state)
{
    char said[4096];

    (void)state;
    run(false, play_lines, said, sizeof(said));
    assert_non_null(strstr(said, "writing: 40 of 100\n"));
    assert_non_null(strstr(said, "\nwriting: 100 of 100\n"));
    assert_null(strpbrk(said, "\r\033"));
    run(false, play_unknown_total, said, sizeof(said));
    assert_int_equal(strncmp(said, "reading: 4711\n", 14), 0);
}

static void
what_takes_no_time_leaves_no_line(void **state)
{
    char said[4096];

    (void)state;
    run(false, play_short, said, sizeof(said));
    assert_string_equal(said, "");
}

static void
a_terminal_gets_a_bar(void **state)
{
    char said[4096];

    (void)state;
    run(true, play_short, said, sizeof(said));
    assert_non_null(strstr(said,
        "\r\033[Kwriting: [##############################] 100 of 100 "
        "(100 %)\r\n"));
    assert_non_null(strstr(said, "\r\033[Kreading: 3\r\n"));
}

static void
nothing_is_said_where_nothing_is_wanted(void **state)
{
    char said[4096];

    (void)state;
    run(true, play_silent, said, sizeof(said));
    assert_string_equal(said, "");
    run(false, play_silent, said, sizeof(said));
    assert_string_equal(said, "");
}

static void
seconds_are_checked(void **state)
{
    static const char *const bad[] = {"", "x", "-1", "1s", "nan", "1e9"};
    static const char *const good[] = {"0", "0.5", "10", "86400"};

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_false(ctl_progress_every(bad[i]));
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        assert_true(ctl_progress_every(good[i]));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_log_gets_lines),
        cmocka_unit_test(what_takes_no_time_leaves_no_line),
        cmocka_unit_test(a_terminal_gets_a_bar),
        cmocka_unit_test(nothing_is_said_where_nothing_is_wanted),
        cmocka_unit_test(seconds_are_checked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
