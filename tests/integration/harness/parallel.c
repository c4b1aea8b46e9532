/* parallel.c - many clients at the same moment. */
#define _GNU_SOURCE 1
#include "harness/parallel.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

typedef struct job {
    pthread_t thread;
    pthread_barrier_t *barrier;
    size_t index;
    LDAP *ld;
    parallel_work work;
    void *context;
    answer *result;
} job;

static void *
run_job(void *argument)
{
    job *j = argument;

    pthread_barrier_wait(j->barrier);
    *j->result = j->work(j->context, j->index, j->ld);
    return NULL;
}

answer *
in_parallel(size_t n, LDAP **connections, parallel_work work, void *context)
{
    answer *answers = calloc(n, sizeof(*answers));
    job *jobs = calloc(n, sizeof(*jobs));
    pthread_barrier_t barrier;

    pthread_barrier_init(&barrier, NULL, (unsigned)n);
    for (size_t i = 0; i < n; i++) {
        jobs[i] = (job){.barrier = &barrier,
            .index = i,
            .ld = connections[i],
            .work = work,
            .context = context,
            .result = &answers[i]};
        if (pthread_create(&jobs[i].thread, NULL, run_job, &jobs[i]) != 0)
            FAIL("no thread for client %zu", i);
    }
    for (size_t i = 0; i < n; i++)
        pthread_join(jobs[i].thread, NULL);
    pthread_barrier_destroy(&barrier);
    free(jobs);
    return answers;
}

size_t
count_answers(const answer *answers, size_t n, int code, const char *codes)
{
    size_t count = 0;

    for (size_t i = 0; i < n; i++) {
        char *found = codes_of(answers[i].text);

        if (answers[i].code == code && strcmp(found, codes) == 0)
            count++;
        free(found);
    }
    return count;
}
