/* ov_reserve.c - names that a write has to itself until it is answered. */
#include "ov_reserve.h"

#include <errno.h>
#include <time.h>

#include "ov_ops.h"

struct ov_reservation {
    struct ov_reservation *next;
    AttributeDescription *ad;
    struct berval value; /* owned; null: every value */
    ov_share share;
    const void *owner;
};

bool
ov_reserve_init(ov_instance *instance)
{
    pthread_condattr_t monotonic;
    bool done;

    if (pthread_condattr_init(&monotonic) != 0)
        return false;
    done = pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC) == 0 &&
           pthread_cond_init(&instance->reservations_freed, &monotonic) == 0;
    pthread_condattr_destroy(&monotonic);
    if (done && pthread_mutex_init(&instance->reservations_mutex, NULL) != 0) {
        pthread_cond_destroy(&instance->reservations_freed);
        done = false;
    }
    return done;
}

void
ov_reserve_destroy(ov_instance *instance)
{
    pthread_cond_destroy(&instance->reservations_freed);
    pthread_mutex_destroy(&instance->reservations_mutex);
}

static bool
in_the_way(const struct ov_reservation *r, const void *owner, const ov_want *w)
{
    if (r->owner == owner || r->ad != w->ad ||
        (r->share == OV_SHARED && w->share == OV_SHARED))
        return false;
    return BER_BVISNULL(&r->value) || BER_BVISNULL(&w->value) ||
           bvmatch(&r->value, &w->value);
}

/* Under the mutex. */
static bool
all_free(
    ov_instance *instance, const void *owner, const ov_want *wants, size_t n)
{
    for (struct ov_reservation *r = instance->reservations; r != NULL;
         r = r->next) {
        for (size_t i = 0; i < n; i++) {
            if (in_the_way(r, owner, &wants[i]))
                return false;
        }
    }
    return true;
}

/* Under the mutex. */
static void
take(ov_instance *instance, const void *owner, const ov_want *wants, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct ov_reservation *r = ch_calloc(1, sizeof(*r));

        r->ad = wants[i].ad;
        r->share = wants[i].share;
        r->owner = owner;
        if (!BER_BVISNULL(&wants[i].value))
            r->value = ov_dup(&wants[i].value);
        r->next = instance->reservations;
        instance->reservations = r;
    }
}

void
ov_unreserve(ov_instance *instance, const void *owner)
{
    struct ov_reservation **r, *gone;

    pthread_mutex_lock(&instance->reservations_mutex);
    for (r = &instance->reservations; *r != NULL;) {
        if ((*r)->owner != owner) {
            r = &(*r)->next;
            continue;
        }
        gone = *r;
        *r = gone->next;
        ch_free(gone->value.bv_val);
        ch_free(gone);
    }
    pthread_cond_broadcast(&instance->reservations_freed);
    pthread_mutex_unlock(&instance->reservations_mutex);
}

static struct timespec
deadline(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    t.tv_sec += OV_RESERVE_WAIT / 1000;
    t.tv_nsec += (OV_RESERVE_WAIT % 1000) * 1000000L;
    if (t.tv_nsec >= 1000000000L) {
        t.tv_sec++;
        t.tv_nsec -= 1000000000L;
    }
    return t;
}

bool
ov_reserve_for(
    ov_instance *instance, const void *owner, const ov_want *wants, size_t n)
{
    struct timespec until = deadline();
    bool free;
    int rc = 0;

    pthread_mutex_lock(&instance->reservations_mutex);
    while (!(free = all_free(instance, owner, wants, n)) && rc != ETIMEDOUT)
        rc = pthread_cond_timedwait(&instance->reservations_freed,
            &instance->reservations_mutex, &until);
    if (free)
        take(instance, owner, wants, n);
    pthread_mutex_unlock(&instance->reservations_mutex);
    return free;
}

/* What op has reserved, for as long as op lives. */
typedef struct holder {
    ov_instance *instance;
    const void *owner;
    bool held;
} holder;

static void
release(holder *h)
{
    if (h->held)
        ov_unreserve(h->instance, h->owner);
    h->held = false;
}

/* Before the client is answered: what it does next must not meet its own
 * reservation. */
static int
release_response(Operation *op, SlapReply *rs)
{
    if (rs->sr_type == REP_RESULT || rs->sr_type == REP_EXTENDED)
        release(op->o_callback->sc_private);
    return SLAP_CB_CONTINUE;
}

static int
release_cleanup(Operation *op, SlapReply *rs)
{
    (void)rs;
    release(op->o_callback->sc_private);
    return SLAP_CB_CONTINUE;
}

bool
ov_reserve(Operation *op, slap_overinst *on, const ov_want *wants, size_t n)
{
    ov_instance *instance = ov_instance_of(on);
    holder *h;

    if (n == 0)
        return true;
    if (!ov_reserve_for(instance, op, wants, n))
        return false;
    h = ov_keep(op, sizeof(*h));
    h->instance = instance;
    h->owner = op;
    h->held = true;
    ov_push_callback(op, release_response, release_cleanup, h);
    return true;
}

bool
ov_reserve_name(
    Operation *op, slap_overinst *on, const struct berval *ndn, ov_share share)
{
    ov_want both[2] = {
        {.ad = slap_schema.si_ad_entryDN, .value = *ndn, .share = share},
        {.ad = ov_ad[EDC_AT_GUARDIAN], .value = *ndn, .share = share}};

    return ov_reserve(op, on, both, share == OV_EXCLUSIVE ? 2 : 1);
}
