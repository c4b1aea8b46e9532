/* shard.c - a part of the lock-out table: a tree of the accounts that
 * there is something to remember of, and how old that is.
 */
#include "core/lockout/shard.h"

#include <stdlib.h>
#include <string.h>

#define PLACES_FIRST 4

bool
edc_shard_init(edc_shard *s, size_t most)
{
    memset(s, 0, sizeof(*s));
    s->most = most;
    return pthread_mutex_init(&s->mutex, NULL) == 0;
}

static void
slot_free(edc_slot *a)
{
    free(a->places);
    free(a);
}

void
edc_shard_free(edc_shard *s)
{
    for (int age = 0; age < EDC_N_AGES; age++) {
        edc_slot *a = s->newest[age];

        while (a != NULL) {
            edc_slot *older = a->older;

            slot_free(a);
            a = older;
        }
    }
    (void)pthread_mutex_destroy(&s->mutex);
}

/* ---- the tree ---- */

/* Bit by bit from the end: the beginning chose the shard. Two digests that are
 * not equal part before their bits are over. */
static unsigned
bit_of(const edc_digest *account, unsigned depth)
{
    unsigned char byte = account->byte[EDC_DIGEST_SIZE - 1 - depth / 8];

    return byte >> depth % 8 & 1;
}

/* Where the account hangs in the tree, or would. */
static edc_slot **
link_of(edc_shard *s, const edc_digest *account)
{
    edc_slot **link = &s->root;

    for (unsigned depth = 0;
        *link != NULL && !edc_digest_eq(&(*link)->account, account); depth++)
        link = &(*link)->child[bit_of(account, depth)];
    return link;
}

edc_slot *
edc_shard_find(edc_shard *s, const edc_digest *account)
{
    return *link_of(s, account);
}

/* Any leaf below a slot may take its place: it has the bits that lead there. */
static void
unlink_tree(edc_shard *s, edc_slot *a)
{
    edc_slot **place = link_of(s, &a->account), **leaf = place, *heir = a;

    while (heir->child[0] != NULL || heir->child[1] != NULL) {
        leaf = &heir->child[heir->child[0] == NULL];
        heir = *leaf;
    }
    *leaf = NULL;
    if (heir == a)
        return;
    memcpy(heir->child, a->child, sizeof(heir->child));
    *place = heir;
}

/* ---- age ---- */

static void
link_newest(edc_shard *s, edc_slot *a, edc_age age)
{
    a->age = age;
    a->newer = NULL;
    a->older = s->newest[age];
    if (s->newest[age] != NULL)
        s->newest[age]->newer = a;
    else
        s->oldest[age] = a;
    s->newest[age] = a;
}

static void
unlink_age(edc_shard *s, edc_slot *a)
{
    if (a->newer != NULL)
        a->newer->older = a->older;
    else
        s->newest[a->age] = a->older;
    if (a->older != NULL)
        a->older->newer = a->newer;
    else
        s->oldest[a->age] = a->newer;
}

void
edc_shard_touch(edc_shard *s, edc_slot *a, edc_age age)
{
    unlink_age(s, a);
    link_newest(s, a, age);
}

/* ---- coming and going ---- */

void
edc_shard_release(edc_shard *s, edc_slot *a)
{
    unlink_tree(s, a);
    unlink_age(s, a);
    s->n--;
    slot_free(a);
}

bool
edc_slot_is_busy(const edc_slot *a)
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
    for (int age = 0; age < EDC_N_AGES; age++) {
        edc_slot *a = s->oldest[age];

        while (a != NULL && edc_slot_is_busy(a))
            a = a->newer;
        if (a != NULL) {
            edc_shard_release(s, a);
            return true;
        }
    }
    return false;
}

edc_slot *
edc_shard_take(
    edc_shard *s, const edc_digest *account, const edc_digest *generation)
{
    edc_slot *a;

    if (s->most > 0 && s->n >= s->most && !evict(s))
        return NULL;
    a = calloc(1, sizeof(*a));
    if (a == NULL)
        return NULL;
    a->account = *account;
    a->generation = *generation;
    a->dated = EDC_LOCKOUT_UNDATED;
    *link_of(s, account) = a;
    link_newest(s, a, EDC_AGE_COUNTED);
    s->n++;
    return a;
}

void
edc_slot_trim(edc_slot *a)
{
    if (a->n > 0)
        return;
    free(a->places);
    a->places = NULL;
    a->room = 0;
}

edc_place *
edc_slot_place(edc_slot *a, const edc_digest *guess)
{
    if (a->n == a->room) {
        uint32_t room = a->room > 0 ? a->room * 2 : PLACES_FIRST;
        edc_place *places = realloc(a->places, room * sizeof(*places));

        if (places == NULL)
            return NULL;
        a->places = places;
        a->room = room;
    }
    a->places[a->n] = (edc_place){.guess = *guess};
    return &a->places[a->n++];
}
