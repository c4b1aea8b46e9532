/* test_memory.c - memory that has run out ends the process with a line, without
 * asking for more.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "ctl/ctl.h"

/* glibc's own, which this program's takes the place of. */
extern void *__libc_calloc(size_t n, size_t size);

static int none_left;

void *
calloc(size_t n, size_t size)
{
    return none_left ? NULL : __libc_calloc(n, size);
}

static void
out_of_memory_is_said_and_ends(void **state)
{
    char said[256] = "";
    int pipe_of[2], status;
    ssize_t n;
    pid_t pid;

    (void)state;
    assert_int_equal(pipe(pipe_of), 0);
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        (void)dup2(pipe_of[1], STDERR_FILENO);
        none_left = 1;
        free(ctl_alloc(1, 1));
        _exit(0);
    }
    close(pipe_of[1]);
    n = read(pipe_of[0], said, sizeof(said) - 1);
    close(pipe_of[0]);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), CTL_LOCAL);
    assert_true(n > 0);
    assert_string_equal(said, "educonnectctl: out of memory\n");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(out_of_memory_is_said_and_ends),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
