/* gone.c - names that guardians had. */
#include "link/gone.h"

#include <stdio.h>
#include <time.h>

#include "core/text/gentime.h"
#include "slapd/ahead.h"
#include "slapd/entry.h"

/* So many are remembered. */
#define GONE_MAX 65536

struct ov_gone_name {
    struct ov_gone_name *next;
    struct berval ndn; /* owned */
    ov_gone gone;
};

static int
by_gone(const void *a, const void *b)
{
    const struct ov_gone_name *x = a, *y = b;

    return ber_bvcmp(&x->ndn, &y->ndn);
}

static int
same(void *a, void *b)
{
    (void)a;
    (void)b;
    return -1;
}

static void
free_gone(struct ov_gone_name *g)
{
    ch_free(g->ndn.bv_val);
    ch_free(g);
}

/* Under the mutex. */
static struct ov_gone_name *
find_gone(ov_lates *lates, const struct berval *ndn)
{
    struct ov_gone_name key = {.ndn = *ndn};

    return ldap_avl_find(lates->gone, &key, by_gone);
}

/* Under the mutex. The oldest gives way. */
static struct ov_gone_name *
add_gone(ov_lates *lates, const struct berval *ndn)
{
    struct ov_gone_name *g = ch_calloc(1, sizeof(*g)), *oldest;

    if (lates->n_gone == GONE_MAX) {
        oldest = lates->first_gone;
        lates->first_gone = oldest->next;
        ldap_avl_delete(&lates->gone, oldest, by_gone);
        free_gone(oldest);
        lates->n_gone--;
    }
    g->ndn = ov_dup(ndn);
    ldap_avl_insert(&lates->gone, g, by_gone, same);
    if (lates->first_gone == NULL)
        lates->end_gone = &lates->first_gone;
    *lates->end_gone = g;
    lates->end_gone = &g->next;
    lates->n_gone++;
    return g;
}

void
ov_gone_note(ov_instance *instance, const struct berval *ndn, bool here)
{
    ov_lates *lates = &instance->lates;
    struct ov_gone_name *g;

    ldap_pvt_thread_mutex_lock(&lates->mutex);
    g = find_gone(lates, ndn);
    if (g == NULL)
        g = add_gone(lates, ndn);
    g->gone.here = here;
    ldap_pvt_thread_mutex_unlock(&lates->mutex);
}

/* The beginning of a CSN of now. */
static void
csn_now(char *to)
{
    struct timespec now;
    char seconds[EDC_TIME_SIZE];

    clock_gettime(CLOCK_REALTIME, &now);
    edc_time_format(now.tv_sec, seconds);
    snprintf(to, OV_CSN_SIZE, "%.14s.%06ldZ", seconds, now.tv_nsec / 1000);
}

void
ov_gone_since(const struct berval *created, const struct berval *csn, char *to)
{
    size_t seconds = sizeof("20261129183503") - 1;

    snprintf(to, OV_CSN_SIZE, "%.*s", csn == NULL ? 0 : (int)csn->bv_len,
        csn == NULL ? "" : csn->bv_val);
    if (created != NULL && created->bv_len > seconds &&
        strncmp(created->bv_val, to, seconds) != 0)
        snprintf(
            to, OV_CSN_SIZE, "%.*s.000000Z", (int)seconds, created->bv_val);
}

void
ov_gone_born(
    ov_instance *instance, const struct berval *ndn, const struct berval *csn)
{
    ov_lates *lates = &instance->lates;
    struct ov_gone_name *g;

    ldap_pvt_thread_mutex_lock(&lates->mutex);
    g = find_gone(lates, ndn);
    if (g != NULL) {
        g->gone.born_here = csn == NULL;
        if (csn == NULL)
            csn_now(g->gone.born);
        else
            snprintf(g->gone.born, OV_CSN_SIZE, "%.*s", (int)csn->bv_len,
                csn->bv_val);
    }
    ldap_pvt_thread_mutex_unlock(&lates->mutex);
}

bool
ov_gone_recall(ov_instance *instance, const struct berval *ndn, ov_gone *gone)
{
    ov_lates *lates = &instance->lates;
    struct ov_gone_name *g;

    ldap_pvt_thread_mutex_lock(&lates->mutex);
    g = find_gone(lates, ndn);
    if (g != NULL)
        *gone = g->gone;
    ldap_pvt_thread_mutex_unlock(&lates->mutex);
    return g != NULL;
}

/* By when another server gave the name to whoever has it. */
static bool
is_born_ahead(ov_instance *instance, const struct berval *ndn)
{
    char now[OV_CSN_SIZE];
    ov_gone gone;

    if (!ov_gone_recall(instance, ndn, &gone) || gone.born_here)
        return false;
    csn_now(now);
    return strcmp(now, gone.born) < 0;
}

bool
ov_gone_is_ahead(Operation *op, slap_overinst *on, struct berval *link)
{
    bool ahead =
        ov_is_ahead_at(op, on, link) || is_born_ahead(ov_instance_of(on), link);

    if (ahead)
        ov_ahead_log(op, link);
    return ahead;
}

void
ov_gone_free(ov_instance *instance)
{
    ov_lates *lates = &instance->lates;
    struct ov_gone_name *g;

    ldap_avl_free(lates->gone, NULL);
    while ((g = lates->first_gone) != NULL) {
        lates->first_gone = g->next;
        free_gone(g);
    }
}
