/* last_words.c - a library put before slapd's others, which says in the log
 * where slapd was hit by a signal 11, and tells slapd's own end from a fault.
 *
 * slapd counts a worker as gone while LMDB's destructor may still run at its
 * end (mdb_env_reader_dest()), and then unmaps the lock file that this writes
 * to, and unloads back_mdb: about one end in two thousand is a signal 11, with
 * stock slapd as well. That code is kept here, and a worker that meets this
 * ends quietly, with a line in the log. Every other signal 11 is one.
 *
 * With EDC_LATE in the environment every worker is late there, so that the
 * tests can show this.
 */
#define _GNU_SOURCE 1
#include <dlfcn.h>
#include <execinfo.h>
#include <link.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#define VISIBLE __attribute__((visibility("default")))
#define FRAMES 32
/* A late worker and LMDB's end wait for each other: moments of a millisecond,
 * and so many at most. */
#define MOMENT 1000000L
#define MOMENTS 20000

VISIBLE int pthread_key_delete(pthread_key_t key);
VISIBLE pid_t getpid(void);

static bool late;

/* A late worker is in LMDB's destructor. */
static atomic_bool has_begun;

/* back_mdb's code, known when it begins to close; what was done with a signal
 * 11 before. */
static uintptr_t mdb_begin, mdb_end;
static struct sigaction before;

static uintptr_t
address_of(void *context)
{
#if defined(__x86_64__)
    return (uintptr_t)((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP];
#elif defined(__i386__)
    return (uintptr_t)((ucontext_t *)context)->uc_mcontext.gregs[REG_EIP];
#elif defined(__aarch64__)
    return (uintptr_t)((ucontext_t *)context)->uc_mcontext.pc;
#else
    (void)context;
    return 0;
#endif
}

static void
say(const char *words)
{
    (void)!write(STDERR_FILENO, words, strlen(words));
}

static void
on_fault(int number, siginfo_t *info, void *context)
{
    uintptr_t at = address_of(context);
    void *frames[FRAMES];

    if (at >= mdb_begin && at < mdb_end && gettid() != getpid()) {
        say("LMDB ended a thread that slapd had forgotten\n");
        syscall(SYS_exit, 0);
    }
    if ((before.sa_flags & SA_SIGINFO) != 0) {
        before.sa_sigaction(number, info, context);
        return;
    }
    say("signal 11 in:\n");
    backtrace_symbols_fd(frames, backtrace(frames, FRAMES), STDERR_FILENO);
    signal(number, SIG_DFL);
}

static void
listen_for_faults(void)
{
    struct sigaction action = {
        .sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_NODEFER};
    struct sigaction found;

    if (sigaction(SIGSEGV, &action, &found) == 0 &&
        ((found.sa_flags & SA_SIGINFO) == 0 || found.sa_sigaction != on_fault))
        before = found;
}

/* What backtrace() needs is loaded by its first call. */
__attribute__((constructor)) static void
begin(void)
{
    void *frames[FRAMES];

    late = getenv("EDC_LATE") != NULL;
    (void)backtrace(frames, FRAMES);
    listen_for_faults();
}

static int
find_code(struct dl_phdr_info *info, size_t size, void *base)
{
    (void)size;
    if (info->dlpi_addr != (ElfW(Addr))(uintptr_t)base)
        return 0;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &info->dlpi_phdr[i];

        if (part->p_type == PT_LOAD && (part->p_flags & PF_X) != 0) {
            mdb_begin = info->dlpi_addr + part->p_vaddr;
            mdb_end = mdb_begin + part->p_memsz;
        }
    }
    return 1;
}

static bool
is_of_mdb(void *code, Dl_info *object)
{
    return dladdr(code, object) != 0 && object->dli_fname != NULL &&
           strstr(object->dli_fname, "back_mdb") != NULL;
}

static bool
begun(void)
{
    return atomic_load(&has_begun);
}

/* Whether the lock file, which the worker will write to, is no longer there. */
static bool
unmapped(void)
{
    FILE *maps = fopen("/proc/self/maps", "re");
    char line[512];
    bool found = false;

    while (maps != NULL && !found && fgets(line, sizeof(line), maps) != NULL)
        found = strstr(line, "/lock.mdb") != NULL;
    if (maps != NULL)
        fclose(maps);
    return !found;
}

static void
wait_until(bool (*so)(void))
{
    const struct timespec moment = {0, MOMENT};

    for (int i = 0; i < MOMENTS && !so(); i++)
        nanosleep(&moment, NULL);
}

/* The first thing that LMDB does to close. An instrument's own listener, which
 * may have come after ours, is behind it from here on. */
int
pthread_key_delete(pthread_key_t key)
{
    int (*next)(pthread_key_t) = (int (*)(pthread_key_t))(uintptr_t)dlsym(
        RTLD_NEXT, "pthread_key_delete");
    Dl_info object;

    if (mdb_end == 0 && is_of_mdb(__builtin_return_address(0), &object) &&
        dlopen(object.dli_fname, RTLD_LAZY | RTLD_NODELETE) != NULL) {
        dl_iterate_phdr(find_code, object.dli_fbase);
        listen_for_faults();
        if (late)
            wait_until(begun);
    }
    return next(key);
}

/* LMDB's destructor asks first whose reader this was. */
pid_t
getpid(void)
{
    pid_t pid = (pid_t)syscall(SYS_getpid);
    Dl_info object;

    if (late && gettid() != pid &&
        is_of_mdb(__builtin_return_address(0), &object)) {
        atomic_store(&has_begun, true);
        wait_until(unmapped);
    }
    return pid;
}
