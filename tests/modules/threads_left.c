/* threads_left.c - a module for slapd that looks, after every module which was
 * loaded later has been told to end, whether a thread goes on; the tests have
 * it loaded first, so it is told last.
 *
 * slapd's own threads have left by then or are about to, which is waited for.
 * One that stays ends slapd with status 70. With the argument "leave" the
 * module leaves a thread itself, to show that it is seen.
 *
 * slapd counts a worker as gone while LMDB's destructor may still run at its
 * end (mdb_env_reader_dest()), and then unmaps the lock file that this writes
 * to, and unloads back_mdb: about one end in two thousand is a signal 11, with
 * stock slapd as well. With "mdb=<path>" that code is kept, and a worker that
 * meets this ends quietly, with a line in the log. Every other signal 11 is
 * one.
 */
#define _GNU_SOURCE 1
#include <dirent.h>
#include <dlfcn.h>
#include <link.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#define VISIBLE __attribute__((visibility("default")))
#define STATUS 70
#define MOMENT 5       /* milliseconds */
#define PATIENCE 30000 /* the same, in all */

VISIBLE int init_module(int argc, char *argv[]);
VISIBLE int term_module(void);

/* Before slapd has begun any: an instrument's own, which may come with the
 * first thread that there is. */
static int others;
static int patience = PATIENCE;

/* back_mdb's code; what was done with a signal 11 before. */
static uintptr_t mdb_begin, mdb_end;
static struct sigaction before;

static uintptr_t
address_of(void *context)
{
#if defined(__x86_64__)
    return (uintptr_t)((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP];
#else
    (void)context;
    return 0;
#endif
}

static void
on_fault(int number, siginfo_t *info, void *context)
{
    static const char words[] =
        "LMDB ended a thread that slapd had forgotten\n";
    extern volatile sig_atomic_t slapd_shutdown;
    uintptr_t at = address_of(context);

    if (slapd_shutdown != 0 && at >= mdb_begin && at < mdb_end &&
        gettid() != getpid()) {
        (void)!write(STDERR_FILENO, words, sizeof(words) - 1);
        syscall(SYS_exit, 0);
    }
    if ((before.sa_flags & SA_SIGINFO) != 0) {
        before.sa_sigaction(number, info, context);
        return;
    }
    signal(number, SIG_DFL);
}

static int
find_code(struct dl_phdr_info *info, size_t size, void *path)
{
    (void)size;
    if (strcmp(info->dlpi_name, path) != 0)
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

/* A slapd that has it built in has nothing to unload, or another path. */
static void
keep_mdb(char *path)
{
    struct sigaction action = {
        .sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_NODEFER};

    if (dlopen(path, RTLD_LAZY | RTLD_NODELETE) == NULL)
        return;
    dl_iterate_phdr(find_code, path);
    if (mdb_end != 0)
        (void)sigaction(SIGSEGV, &action, &before);
}

static int
count_threads(void)
{
    DIR *all = opendir("/proc/self/task");
    int n = 0;

    if (all == NULL)
        return -1;
    for (struct dirent *d; (d = readdir(all)) != NULL;)
        n += d->d_name[0] != '.';
    closedir(all);
    return n;
}

static void *
leave(void *arg)
{
    *(pid_t *)arg = gettid();
    return arg;
}

/* Through every signal that slapd is sent. */
static void *
stay(void *arg)
{
    for (;;)
        pause();
    return arg;
}

/* One that was joined may be listed for a moment more. */
static void
await_gone(pid_t thread)
{
    const struct timespec moment = {0, MOMENT * 1000000L};
    char path[64];

    snprintf(path, sizeof(path), "/proc/self/task/%ld", (long)thread);
    while (access(path, F_OK) == 0)
        nanosleep(&moment, NULL);
}

int
init_module(int argc, char *argv[])
{
    pthread_t thread;
    pid_t id;

    if (pthread_create(&thread, NULL, leave, &id) != 0)
        return -1;
    pthread_join(thread, NULL);
    await_gone(id);
    others = count_threads();
    if (argc > 0 && strncmp(argv[argc - 1], "mdb=", 4) == 0)
        keep_mdb(argv[--argc] + 4);
    if (argc == 0 || strcmp(argv[0], "leave") != 0)
        return 0;
    patience = 10 * MOMENT;
    return pthread_create(&thread, NULL, stay, NULL) == 0 ? 0 : -1;
}

int
term_module(void)
{
    const struct timespec moment = {0, MOMENT * 1000000L};

    for (int waited = 0; count_threads() > others; waited += MOMENT) {
        if (waited > patience) {
            fprintf(stderr, "threads left: %d\n", count_threads() - others);
            _exit(STATUS);
        }
        nanosleep(&moment, NULL);
    }
    return 0;
}
