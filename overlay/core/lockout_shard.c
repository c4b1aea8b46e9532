/* lockout_shard.c - a part of the lock-out table: slots for accounts in fixed
 * memory, found by hash, aged by last failure.
 */
#include "lockout_shard.h"

#include <stdlib.h>
#include <string.h>

bool
edc_shard_init(edc_shard *s, size_t n_slots)
{
    size_t buckets = 1;

    memset(s, 0, sizeof(*s));
    if (pthread_mutex_init(&s->mutex, NULL) != 0)
        return false;
    s->slots = calloc(n_slots, sizeof(*s->slots));
    while (s->slots != NULL && buckets < n_slots)
        buckets *= 2;
    if (s->slots != NULL)
        s->buckets = calloc(buckets, sizeof(*s->buckets));
    if (s->buckets == NULL) {
        edc_shard_free(s);
        return false;
    }
    s->n_slots = n_slots;
    s->mask = buckets - 1;
    return true;
}

void
edc_shard_free(edc_shard *s)
{
    free(s->slots);
    free(s->buckets);
    (void)pthread_mutex_destroy(&s->mutex);
}

static edc_slot **
bucket_of(edc_shard *s, const edc_digest *account)
{
    size_t hash;

    memcpy(&hash, account->byte + EDC_DIGEST_SIZE - sizeof(hash), sizeof(hash));
    return &s->buckets[hash & s->mask];
}

edc_slot *
edc_shard_find(edc_shard *s, const edc_digest *account)
{
    edc_slot *found = *bucket_of(s, account);

    while (found != NULL && !edc_digest_eq(&found->account, account))
        found = found->next;
    return found;
}

static void
link_newest(edc_shard *s, edc_slot *a)
{
    a->newer = NULL;
    a->older = s->newest;
    if (s->newest != NULL)
        s->newest->newer = a;
    else
        s->oldest = a;
    s->newest = a;
}

static void
unlink_age(edc_shard *s, edc_slot *a)
{
    if (a->newer != NULL)
        a->newer->older = a->older;
    else
        s->newest = a->older;
    if (a->older != NULL)
        a->older->newer = a->newer;
    else
        s->oldest = a->newer;
}

void
edc_shard_release(edc_shard *s, edc_slot *a)
{
    edc_slot **link = bucket_of(s, &a->account);

    while (*link != a)
        link = &(*link)->next;
    *link = a->next;
    unlink_age(s, a);
    a->next = s->free;
    s->free = a;
}

static bool
is_under_way(const edc_slot *a)
{
    for (uint32_t i = 0; i < a->n; i++) {
        if (a->places[i].under_way > 0)
            return true;
    }
    return false;
}

/* Gives back the slot of the account which failed least recently among those
 * with nothing under way. */
static bool
evict(edc_shard *s)
{
    edc_slot *a = s->oldest;

    while (a != NULL && is_under_way(a))
        a = a->newer;
    if (a == NULL)
        return false;
    edc_shard_release(s, a);
    return true;
}

edc_slot *
edc_shard_take(
    edc_shard *s, const edc_digest *account, const edc_digest *generation)
{
    edc_slot *a, **bucket = bucket_of(s, account);

    if (s->free == NULL && s->n_used < s->n_slots) {
        a = &s->slots[s->n_used++];
    } else {
        if (s->free == NULL && !evict(s))
            return NULL;
        a = s->free;
        s->free = a->next;
    }
    a->account = *account;
    a->generation = *generation;
    a->locked = false;
    a->n = 0;
    a->next = *bucket;
    *bucket = a;
    link_newest(s, a);
    return a;
}

void
edc_shard_touch(edc_shard *s, edc_slot *a)
{
    unlink_age(s, a);
    link_newest(s, a);
}
