/* watch.c - addresses that only guess. */
#include "core/lockout/watch.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* Addresses are kept in sets, in one of which each has its place; a set has a
 * mutex, which is held for a few comparisons. */
#define SETS ((size_t)512)
#define PLACES ((size_t)8)

#define HALF_LIFE 86400
#define LISTED 3600

/* Wrong passwords for each right one. */
#define RATIO 10

#define NEVER INT64_MIN

typedef struct row {
    char address[EDC_WATCH_ADDRESS]; /* "": nobody's */
    int64_t heard;
    int64_t faded; /* when the next two were halved last */
    uint32_t wrong, right;
    int64_t told;  /* NEVER, or when the last line was */
    int64_t since; /* the next three began */
    uint32_t wrong_since, right_since, n_names;
    uint32_t names[EDC_WATCH_NAMES];
} row;

typedef struct set {
    pthread_mutex_t mutex;
    row rows[PLACES];
} set;

struct edc_watch {
    atomic_uint_fast64_t told;
    size_t n; /* sets whose mutex is there */
    set sets[SETS];
};

edc_watch *
edc_watch_new(void)
{
    edc_watch *watch = calloc(1, sizeof(*watch));

    while (watch != NULL && watch->n < SETS) {
        if (pthread_mutex_init(&watch->sets[watch->n].mutex, NULL) != 0) {
            edc_watch_free(watch);
            return NULL;
        }
        watch->n++;
    }
    return watch;
}

void
edc_watch_free(edc_watch *watch)
{
    if (watch == NULL)
        return;
    for (size_t i = 0; i < watch->n; i++)
        (void)pthread_mutex_destroy(&watch->sets[i].mutex);
    free(watch);
}

void
edc_watch_address(const char *peer, char out[EDC_WATCH_ADDRESS])
{
    const char *end;
    size_t n;

    out[0] = '\0';
    if (peer == NULL || strncmp(peer, "IP=", 3) != 0)
        return;
    peer += 3;
    if (*peer == '[')
        end = strchr(++peer, ']');
    else
        end = strrchr(peer, ':');
    n = end != NULL ? (size_t)(end - peer) : strlen(peer);
    if (n >= EDC_WATCH_ADDRESS)
        return;
    memcpy(out, peer, n);
    out[n] = '\0';
}

/* FNV-1a: names that collide are counted as one. */
static uint32_t
digest(const char *p, size_t n)
{
    uint32_t hash = 2166136261u;

    for (size_t i = 0; i < n; i++)
        hash = (hash ^ (unsigned char)p[i]) * 16777619u;
    return hash;
}

/* Its row, or the one of whom nothing was heard for longest, made its. */
static row *
row_of(set *s, const char *address, int64_t now)
{
    row *oldest = &s->rows[0];

    for (size_t i = 0; i < PLACES; i++) {
        row *r = &s->rows[i];

        if (strcmp(r->address, address) == 0)
            return r;
        if (oldest->address[0] != '\0' &&
            (r->address[0] == '\0' || r->heard < oldest->heard))
            oldest = r;
    }
    *oldest = (row){.faded = now, .told = NEVER, .since = now};
    memcpy(oldest->address, address, strlen(address) + 1);
    return oldest;
}

static void
fade(row *r, int64_t now)
{
    while (now - r->faded >= HALF_LIFE && (r->wrong > 0 || r->right > 0)) {
        r->wrong /= 2;
        r->right /= 2;
        r->faded += HALF_LIFE;
    }
    if (now - r->faded >= HALF_LIFE || now < r->faded)
        r->faded = now;
}

static void
increment(uint32_t *n)
{
    *n += *n < UINT32_MAX ? 1 : 0;
}

static void
add_name(row *r, edc_str name)
{
    uint32_t hash = digest(name.p, name.n);

    for (uint32_t i = 0; i < r->n_names; i++) {
        if (r->names[i] == hash)
            return;
    }
    if (r->n_names < EDC_WATCH_NAMES)
        r->names[r->n_names++] = hash;
}

static bool
is_guesser(const row *r)
{
    return r->wrong >= EDC_WATCH_WRONG && r->wrong / RATIO >= r->right;
}

static void
begin_period(row *r, int64_t now)
{
    r->since = now;
    r->wrong_since = r->right_since = r->n_names = 0;
}

static void
count(row *r, edc_str name, bool right)
{
    if (right) {
        increment(&r->right);
        increment(&r->right_since);
        return;
    }
    increment(&r->wrong);
    increment(&r->wrong_since);
    add_name(r, name);
}

static bool
note(row *r, edc_str name, bool right, int64_t now, edc_watch_line *line)
{
    fade(r, now);
    r->heard = now;
    /* What was long ago is no part of what is told next. */
    if (now - r->since > LISTED || now < r->since)
        begin_period(r, now);
    count(r, name, right);
    if (right || !is_guesser(r) ||
        (r->told != NEVER && now >= r->told &&
            now - r->told < EDC_WATCH_PERIOD))
        return false;
    *line = (edc_watch_line){.wrong = r->wrong_since,
        .right = r->right_since,
        .names = r->n_names,
        .seconds = now - r->since};
    memcpy(line->address, r->address, sizeof(line->address));
    r->told = now;
    begin_period(r, now);
    return true;
}

bool
edc_watch_note(edc_watch *watch, const char *address, edc_str name, bool right,
    int64_t now, edc_watch_line *line)
{
    size_t n = strlen(address);
    bool tell;
    set *s;

    if (n == 0 || n >= EDC_WATCH_ADDRESS)
        return false;
    s = &watch->sets[digest(address, n) % SETS];
    (void)pthread_mutex_lock(&s->mutex);
    tell = note(row_of(s, address, now), name, right, now, line);
    (void)pthread_mutex_unlock(&s->mutex);
    if (tell)
        atomic_fetch_add_explicit(&watch->told, 1, memory_order_relaxed);
    return tell;
}

size_t
edc_watch_list(edc_watch *watch, int64_t now, edc_watch_line *lines, size_t n)
{
    size_t listed = 0;

    for (size_t i = 0; i < SETS * PLACES && listed < n; i++) {
        set *s = &watch->sets[i / PLACES];
        row *r = &s->rows[i % PLACES];

        (void)pthread_mutex_lock(&s->mutex);
        if (r->address[0] != '\0' && r->told != NEVER &&
            now - r->told < LISTED) {
            lines[listed] = (edc_watch_line){.wrong = r->wrong,
                .right = r->right,
                .names = r->n_names,
                .seconds = now - r->told};
            memcpy(lines[listed++].address, r->address, EDC_WATCH_ADDRESS);
        }
        (void)pthread_mutex_unlock(&s->mutex);
    }
    return listed;
}

uint64_t
edc_watch_told(const edc_watch *watch)
{
    return atomic_load_explicit(&watch->told, memory_order_relaxed);
}
