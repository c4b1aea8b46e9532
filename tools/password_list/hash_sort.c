/* hash_sort.c - sorting any number of SHA-1 digests in bounded memory. */
#include "password_list/hash_sort.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

/* Digests of one run that are read at a time while runs are merged. */
#define WINDOW 512

typedef unsigned char digest[HASH_SIZE];

/* A sorted run in the file, while it is merged. */
typedef struct run {
    off_t at; /* the rest of it in the file */
    size_t left;
    digest *window; /* what was read of it */
    size_t next, n;
} run;

struct hash_sort {
    char *directory;
    int fd; /* -1: nothing had to be put aside yet */
    digest *held;
    size_t n, room;
    run *runs;
    size_t n_runs;
    off_t size;
};

hash_sort *
hash_sort_new(size_t at_once, const char *directory)
{
    hash_sort *s = calloc(1, sizeof(*s));

    if (s == NULL)
        return NULL;
    s->fd = -1;
    s->room = at_once < 2 ? 2 : at_once;
    s->held = malloc(s->room * sizeof(digest));
    s->directory = strdup(directory);
    if (s->held == NULL || s->directory == NULL) {
        hash_sort_free(s);
        return NULL;
    }
    return s;
}

void
hash_sort_free(hash_sort *s)
{
    if (s == NULL)
        return;
    if (s->fd >= 0)
        close(s->fd);
    for (size_t i = 0; i < s->n_runs; i++)
        free(s->runs[i].window);
    free(s->runs);
    free(s->held);
    free(s->directory);
    free(s);
}

static int
compare(const void *a, const void *b)
{
    return memcmp(a, b, HASH_SIZE);
}

/* Sorts what is held and leaves one of each. */
static void
sort_held(hash_sort *s)
{
    size_t kept = 0;

    qsort(s->held, s->n, sizeof(digest), compare);
    for (size_t i = 0; i < s->n; i++) {
        if (kept == 0 || compare(s->held[kept - 1], s->held[i]) != 0)
            memmove(s->held[kept++], s->held[i], HASH_SIZE);
    }
    s->n = kept;
}

static bool
write_all(int fd, const void *from, size_t n, off_t at)
{
    const char *p = from;

    while (n > 0) {
        ssize_t done = pwrite(fd, p, n, at);

        if (done < 0 && errno != EINTR)
            return false;
        if (done > 0) {
            p += done;
            n -= (size_t)done;
            at += done;
        }
    }
    return true;
}

/* What is held becomes a run of the file. */
static bool
put_aside(hash_sort *s)
{
    run *runs = realloc(s->runs, (s->n_runs + 1) * sizeof(*runs));

    if (runs == NULL)
        return false;
    s->runs = runs;
    if (s->fd < 0)
        s->fd = open(s->directory, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    sort_held(s);
    if (s->fd < 0 || !write_all(s->fd, s->held, s->n * sizeof(digest), s->size))
        return false;
    s->runs[s->n_runs++] = (run){.at = s->size, .left = s->n};
    s->size += (off_t)(s->n * sizeof(digest));
    s->n = 0;
    return true;
}

bool
hash_sort_add(hash_sort *s, const unsigned char one[HASH_SIZE])
{
    if (s->n == s->room && !put_aside(s))
        return false;
    memcpy(s->held[s->n++], one, HASH_SIZE);
    return true;
}

/* ---- merging ---- */

/* Reads on; nothing is left when n is 0 then. */
static bool
fill(int fd, run *r)
{
    size_t want = r->left < WINDOW ? r->left : WINDOW, got = 0;

    while (got < want * sizeof(digest)) {
        ssize_t n = pread(fd, (char *)r->window + got,
            want * sizeof(digest) - got, r->at + (off_t)got);

        if (n == 0)
            errno = EIO;
        if (n == 0 || (n < 0 && errno != EINTR))
            return false;
        got += n > 0 ? (size_t)n : 0;
    }
    r->at += (off_t)got;
    r->left -= want;
    r->next = 0;
    r->n = want;
    return true;
}

static const unsigned char *
head_of(const run *r)
{
    return r->window[r->next];
}

/* One that has nothing left comes last. */
static bool
comes_before(const run *a, const run *b)
{
    return a->n > 0 && (b->n == 0 || compare(head_of(a), head_of(b)) < 0);
}

/* Runs as a heap, the one with the least digest first. */
static void
sift(run *heap, size_t n, size_t at)
{
    for (;;) {
        size_t least = at, child = 2 * at + 1;

        for (size_t c = child; c < child + 2 && c < n; c++) {
            if (comes_before(&heap[c], &heap[least]))
                least = c;
        }
        if (least == at)
            return;
        run other = heap[at];

        heap[at] = heap[least];
        heap[least] = other;
        at = least;
    }
}

static bool
open_runs(hash_sort *s)
{
    for (size_t i = 0; i < s->n_runs; i++) {
        s->runs[i].window = malloc(WINDOW * sizeof(digest));
        if (s->runs[i].window == NULL || !fill(s->fd, &s->runs[i]))
            return false;
    }
    for (size_t i = s->n_runs / 2; i-- > 0;)
        sift(s->runs, s->n_runs, i);
    return true;
}

/* Goes on to the first run's next digest. */
static bool
advance(hash_sort *s)
{
    run *first = &s->runs[0];

    if (++first->next == first->n && !fill(s->fd, first))
        return false;
    sift(s->runs, s->n_runs, 0);
    return true;
}

static bool
merge(hash_sort *s, bool (*each)(void *ctx, const unsigned char *), void *ctx)
{
    digest last;
    bool any = false;

    if (!open_runs(s))
        return false;
    while (s->runs[0].n > 0) {
        if (!any || compare(last, head_of(&s->runs[0])) != 0) {
            memcpy(last, head_of(&s->runs[0]), HASH_SIZE);
            any = true;
            if (!each(ctx, last))
                return false;
        }
        if (!advance(s))
            return false;
    }
    return true;
}

bool
hash_sort_each(hash_sort *s,
    bool (*each)(void *ctx, const unsigned char one[HASH_SIZE]), void *ctx)
{
    if (s->n_runs == 0) {
        sort_held(s);
        for (size_t i = 0; i < s->n; i++) {
            if (!each(ctx, s->held[i]))
                return false;
        }
        return true;
    }
    return (s->n == 0 || put_aside(s)) && merge(s, each, ctx);
}
