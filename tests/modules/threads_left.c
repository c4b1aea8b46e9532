/* threads_left.c - a module for slapd that looks, after every module which was
 * loaded later has been told to end, whether a thread goes on; the tests have
 * it loaded first, so it is told last.
 *
 * slapd's own threads have left by then or are about to, which is waited for.
 * One that stays ends slapd with status 70. With the argument "leave" the
 * module leaves a thread itself, to show that it is seen.
 */
#define _GNU_SOURCE 1
#include <dirent.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
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
