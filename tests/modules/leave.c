/* leave.c - a library put before slapd's others where it is instrumented, by
 * which a slapd ends that our module was not loaded into: build-aux/asan_exit.c
 * says what it would wait for, and comes first where it is. Nothing is looked
 * for here: what slapd leaves behind without us is its own.
 */
#define _GNU_SOURCE 1
#include <dlfcn.h>
#include <stdlib.h>
#include <unistd.h>

#define VISIBLE __attribute__((visibility("default")))

typedef int program(int argc, char **argv, char **environment);
typedef int start(program *main, int argc, char **argv, void (*init)(void),
    void (*fini)(void), void (*rtld_fini)(void), void *stack_end);

VISIBLE start __libc_start_main;

static program *real_main;

static void
leave(int status, void *nothing)
{
    (void)nothing;
    _exit(status);
}

/* What a library's constructor registers would run after the destructors. */
static int
leaving_main(int argc, char **argv, char **environment)
{
    if (on_exit(leave, NULL) != 0)
        abort();
    return real_main(argc, argv, environment);
}

int
__libc_start_main(program *main, int argc, char **argv, void (*init)(void),
    void (*fini)(void), void (*rtld_fini)(void), void *stack_end)
{
    start *next;

    *(void **)&next = dlsym(RTLD_NEXT, "__libc_start_main");
    if (next == NULL)
        abort();
    real_main = main;
    return next(leaving_main, argc, argv, init, fini, rtld_fini, stack_end);
}
