/* reserve.c - names that a write has to itself until it is answered. */
#include "slapd/reserve.h"
#include "slapd/memory.h"
#include "slapd/schema.h"

#include <errno.h>
#include <time.h>

/* One name that somebody has, and who. A client may name many at once, so that
 * names are found in a tree, and given back by their owner's list. */
typedef struct name {
    AttributeDescription *ad;
    struct berval value; /* owned; null: every value */
    struct hold *holds;
} name;

typedef struct hold {
    struct hold *next_of_name, *next_of_owner;
    name *name;
    const struct owner *owner;
    ov_share share;
} hold;

/* Few at a time: whoever writes now. */
typedef struct owner {
    struct owner *next;
    const void *who;
    hold *holds;
} owner;

struct ov_reservations {
    Avlnode *names;
    owner *owners;
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
    if (done)
        instance->reservations = ch_calloc(1, sizeof(*instance->reservations));
    return done;
}

void
ov_reserve_destroy(ov_instance *instance)
{
    ch_free(instance->reservations);
    pthread_cond_destroy(&instance->reservations_freed);
    pthread_mutex_destroy(&instance->reservations_mutex);
}

/* ---- names; everything here is under the mutex ---- */

static int
by_name(const void *a, const void *b)
{
    const name *x = a, *y = b;
    uintptr_t left = (uintptr_t)x->ad, right = (uintptr_t)y->ad;

    if (left != right)
        return left < right ? -1 : 1;
    return edc_str_order(ov_str(&x->value), ov_str(&y->value));
}

static name *
find_name(struct ov_reservations *all, AttributeDescription *ad,
    const struct berval *value)
{
    name key = {.ad = ad, .value = *value};

    return ldap_avl_find(all->names, &key, by_name);
}

static bool
in_the_way(const name *n, const void *who, ov_share share)
{
    const hold *h = n == NULL ? NULL : n->holds;

    for (; h != NULL; h = h->next_of_name) {
        if (h->owner->who != who &&
            !(h->share == OV_SHARED && share == OV_SHARED))
            return true;
    }
    return false;
}

/* Whoever wants every value meets every name. */
typedef struct every {
    const ov_want *want;
    const void *who;
    bool free;
} every;

static int
look_at_name(void *data, void *arg)
{
    const name *n = data;
    every *e = arg;

    if (n->ad == e->want->ad && in_the_way(n, e->who, e->want->share))
        e->free = false;
    return 0;
}

static bool
is_free(struct ov_reservations *all, const void *who, const ov_want *want)
{
    static const struct berval any = BER_BVNULL;
    every e = {want, who, true};

    if (!BER_BVISNULL(&want->value))
        return !in_the_way(
                   find_name(all, want->ad, &want->value), who, want->share) &&
               !in_the_way(find_name(all, want->ad, &any), who, want->share);
    if (all->names != NULL)
        ldap_avl_apply(all->names, look_at_name, &e, -1, AVL_INORDER);
    return e.free;
}

/* Whether all are; *at is the first that is not, and is looked at first: who
 * waits looks again at every name only when that one has become free. */
static bool
all_free(struct ov_reservations *all, const void *who, const ov_want *wants,
    size_t n, size_t *at)
{
    if (*at < n && !is_free(all, who, &wants[*at]))
        return false;
    for (*at = 0; *at < n; (*at)++) {
        if (!is_free(all, who, &wants[*at]))
            return false;
    }
    return true;
}

static owner *
owner_of(struct ov_reservations *all, const void *who)
{
    owner *o = all->owners;

    while (o != NULL && o->who != who)
        o = o->next;
    if (o != NULL)
        return o;
    o = ch_calloc(1, sizeof(*o));
    o->who = who;
    o->next = all->owners;
    all->owners = o;
    return o;
}

static name *
name_of(struct ov_reservations *all, const ov_want *want)
{
    name *n = find_name(all, want->ad, &want->value);

    if (n != NULL)
        return n;
    n = ch_calloc(1, sizeof(*n));
    n->ad = want->ad;
    if (!BER_BVISNULL(&want->value))
        n->value = ov_dup(&want->value);
    ldap_avl_insert(&all->names, n, by_name, ldap_avl_dup_error);
    return n;
}

static void
take(struct ov_reservations *all, const void *who, const ov_want *wants,
    size_t n)
{
    owner *o = owner_of(all, who);

    for (size_t i = 0; i < n; i++) {
        hold *h = ch_calloc(1, sizeof(*h));

        h->name = name_of(all, &wants[i]);
        h->share = wants[i].share;
        h->owner = o;
        h->next_of_owner = o->holds;
        o->holds = h;
        h->next_of_name = h->name->holds;
        h->name->holds = h;
    }
}

/* Its name has few holders: those who write at this moment. */
static void
give_back(struct ov_reservations *all, hold *h)
{
    name *n = h->name;
    hold **at = &n->holds;

    while (*at != h)
        at = &(*at)->next_of_name;
    *at = h->next_of_name;
    ch_free(h);
    if (n->holds != NULL)
        return;
    ldap_avl_delete(&all->names, n, by_name);
    ch_free(n->value.bv_val);
    ch_free(n);
}

static void
give_back_all(struct ov_reservations *all, const void *who)
{
    owner **at = &all->owners, *o;
    hold *h;

    while (*at != NULL && (*at)->who != who)
        at = &(*at)->next;
    o = *at;
    if (o == NULL)
        return;
    *at = o->next;
    while ((h = o->holds) != NULL) {
        o->holds = h->next_of_owner;
        give_back(all, h);
    }
    ch_free(o);
}

/* ---- reserving ---- */

void
ov_unreserve(ov_instance *instance, const void *who)
{
    pthread_mutex_lock(&instance->reservations_mutex);
    give_back_all(instance->reservations, who);
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
    ov_instance *instance, const void *who, const ov_want *wants, size_t n)
{
    struct timespec until = deadline();
    size_t at = n;
    bool free;
    int rc = 0;

    pthread_mutex_lock(&instance->reservations_mutex);
    while (!(free = all_free(instance->reservations, who, wants, n, &at)) &&
           rc != ETIMEDOUT)
        rc = pthread_cond_timedwait(&instance->reservations_freed,
            &instance->reservations_mutex, &until);
    if (free)
        take(instance->reservations, who, wants, n);
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
 * reservation. After every overlay's response: slapo-accesslog lets the next
 * write begin before it has logged this one, and what replication brings is
 * held against the log (write/replica.c). */
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
    ov_push_callback_below(op, release_response, release_cleanup, h);
    /* Who ends the operation without a result (delta-syncrepl, of what is
     * stored already) has those cleaned up alone that stand before the
     * overlays'. */
    ov_push_callback(op, NULL, release_cleanup, h);
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
