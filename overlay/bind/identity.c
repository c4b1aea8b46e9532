/* identity.c - identities that were found free in this very second. */
#include "bind/identity.h"
#include "bind/known.h"
#include "slapd/memory.h"

#define SLOTS 512
#define VERSIONS 4096

/* Longer names are read every time. */
#define NAME_MAX_LENGTH 160

typedef struct slot {
    pthread_mutex_t mutex;
    int64_t second;
    ov_identity_moment since;
    ov_identity_kind kind;
    size_t n;
    char ndn[NAME_MAX_LENGTH];
} slot;

/* Versions are of all names with one remainder; a write to one of them makes
 * the others be read again, which does no harm. */
struct ov_identities {
    slot slots[SLOTS];
    _Atomic uint64_t versions[VERSIONS];
    _Atomic uint64_t epoch; /* of all names */
};

ov_identities *
ov_identities_new(void)
{
    ov_identities *all = ch_calloc(1, sizeof(*all));

    for (int i = 0; i < SLOTS; i++) {
        if (pthread_mutex_init(&all->slots[i].mutex, NULL) == 0)
            continue;
        while (i > 0)
            pthread_mutex_destroy(&all->slots[--i].mutex);
        ch_free(all);
        return NULL;
    }
    return all;
}

void
ov_identities_free(ov_identities *all)
{
    if (all == NULL)
        return;
    for (int i = 0; i < SLOTS; i++)
        pthread_mutex_destroy(&all->slots[i].mutex);
    ch_free(all);
}

/* FNV-1a: whoever finds names that share a slot only has them read. */
static uint32_t
hash_of(const struct berval *ndn)
{
    uint32_t hash = 2166136261u;

    for (size_t i = 0; i < ndn->bv_len; i++)
        hash = (hash ^ (unsigned char)ndn->bv_val[i]) * 16777619u;
    return hash ^ hash >> 15;
}

ov_identity_moment
ov_identity_now(ov_identities *all, const struct berval *ndn)
{
    return (ov_identity_moment){
        .version = all->versions[hash_of(ndn) % VERSIONS],
        .epoch = all->epoch,
    };
}

static bool
is_current(const slot *s, const struct berval *ndn, int64_t now,
    ov_identity_moment moment)
{
    return s->second == now && s->since.version == moment.version &&
           s->since.epoch == moment.epoch && s->n == ndn->bv_len &&
           memcmp(s->ndn, ndn->bv_val, s->n) == 0;
}

ov_identity_kind
ov_identity_ask(ov_identities *all, const struct berval *ndn, int64_t now)
{
    slot *s = &all->slots[hash_of(ndn) % SLOTS];
    ov_identity_moment moment = ov_identity_now(all, ndn);
    ov_identity_kind kind = OV_IDENTITY_UNKNOWN;

    pthread_mutex_lock(&s->mutex);
    if (is_current(s, ndn, now, moment))
        kind = s->kind;
    pthread_mutex_unlock(&s->mutex);
    return kind;
}

void
ov_identity_keep(ov_identities *all, const struct berval *ndn, int64_t now,
    ov_identity_moment since, ov_identity_kind kind)
{
    slot *s = &all->slots[hash_of(ndn) % SLOTS];

    if (ndn->bv_len > NAME_MAX_LENGTH)
        return;
    pthread_mutex_lock(&s->mutex);
    s->second = now;
    s->since = since;
    s->kind = kind;
    s->n = ndn->bv_len;
    memcpy(s->ndn, ndn->bv_val, s->n);
    pthread_mutex_unlock(&s->mutex);
}

void
ov_identity_forget(ov_identities *all)
{
    all->epoch++;
}

static void
forget_written(Operation *op, slap_overinst *on)
{
    ov_identities *all = ov_instance_of(on)->identities;

    if (op->o_tag == LDAP_REQ_MODRDN)
        all->epoch++;
    else
        all->versions[hash_of(&op->o_req_ndn) % VERSIONS]++;
    ov_known_forget(on, &op->o_req_ndn);
}

/* One write until it is stored. */
typedef struct watch {
    slap_overinst *on;
    bool stored;
} watch;

/* Before it is stored, what was read may be kept by others; from now on they
 * read what is stored. Once only: after the answer has been written the overlay
 * may be gone. */
static int
forget_stored(Operation *op, SlapReply *rs)
{
    watch *w = op->o_callback->sc_private;

    if (rs->sr_type == REP_INTERMEDIATE)
        return SLAP_CB_CONTINUE;
    if (!w->stored)
        forget_written(op, w->on);
    w->stored = true;
    return SLAP_CB_CONTINUE;
}

void
ov_identity_watch(Operation *op, slap_overinst *on)
{
    watch *w = ov_keep(op, sizeof(*w));

    w->on = on;
    forget_written(op, on);
    ov_push_callback(op, forget_stored, forget_stored, w);
}
