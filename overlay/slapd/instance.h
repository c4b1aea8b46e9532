/* instance.h - what one configured overlay holds. */
#ifndef OV_INSTANCE_H
#define OV_INSTANCE_H

#include <pthread.h>

#include "slapd/slapd.h"

#include "core/lockout/claim.h"
#include "core/account/decide.h"
#include "core/gate/bucket.h"
#include "core/gate/gate.h"
#include "core/lockout/lockout.h"
#include "core/settings/settings.h"

/* One value of educonnect-role. */
typedef struct ov_role {
    struct ov_role *next;
    unsigned role; /* one bit of edc_role */
    bool group;
    struct berval dn;  /* pretty; owned (ch_malloc) */
    struct berval ndn; /* normalised; owned */
} ov_role;

/* Counters shown in cn=monitor; atomic, never reset. */
typedef struct ov_counters {
    _Atomic uint64_t events[EDC_N_EVENTS];
    _Atomic uint64_t refusals[EDC_N_CODES];
    _Atomic uint64_t contests; /* no event of an account, but shown with them */
} ov_counters;

struct ov_reservations;
struct ov_services;

/* The services of the database: see read/service.h. */
typedef struct ov_service_cache {
    ldap_pvt_thread_mutex_t mutex; /* never held while anything is read */
    struct ov_services *current;   /* NULL: none was made yet */
    uint64_t version;              /* of what is stored */
    uint64_t unsettled; /* version that a transaction made, which may not be
                           stored yet; 0: none */
} ov_service_cache;

typedef struct ov_identities ov_identities; /* see bind/identity.h */

struct ov_lock_due;
struct ov_name;
struct ov_parked;
struct ov_hashing;
struct ov_ring;
struct ov_sink;
struct edc_verified;
struct edc_watch;

/* Links that may name nobody: see link/void.h. */
typedef struct ov_voids {
    ldap_pvt_thread_mutex_t mutex;
    Avlnode *names; /* normalised DNs */
    _Atomic size_t n;
    _Atomic uint64_t changes; /* names that were marked or forgotten */
    _Atomic bool unknown;     /* any link may be void */
    _Atomic bool pending;     /* nobody has begun to look at all of them */
    bool sweeping;            /* that is to be done, or being done */
    bool overflown;           /* a name was not remembered since that began */
    ID swept;                 /* entry that was looked at last */
    unsigned long n_found;
} ov_voids;

/* Links that come late: see link/late.h. */
#define OV_N_TURNS 4
typedef struct ov_lates {
    ldap_pvt_thread_mutex_t mutex;
    Avlnode *gone;                               /* names that guardians had */
    struct ov_gone_name *first_gone, **end_gone; /* see link/gone.c */
    size_t n_gone;
    Avlnode *links; /* that are to be looked at again */
    struct ov_late *first[OV_N_TURNS], **end[OV_N_TURNS];
    _Atomic size_t n_links;
    _Atomic int64_t arrived; /* when replication brought something last */
} ov_lates;

/* Configuration is changed by slapd with every worker paused, so operations
 * read it without a lock. */
typedef struct ov_instance {
    edc_settings settings;
    ov_role *roles;
    edc_lockout *lockout;
    edc_claims *claims;
    struct edc_watch *watch;             /* see bind/watch.c */
    ldap_pvt_thread_mutex_t locks_mutex; /* see bind/lock.c */
    struct ov_lock_due *locks_due;
    struct ov_lock_due **locks_due_end;
    _Atomic unsigned n_locks_due;
    ldap_pvt_thread_cond_t locks_written;
    _Atomic uint64_t locks_handed_on; /* these: where no writes are taken */
    _Atomic uint64_t locks_alone;     /* known to this server only */
    _Atomic int64_t locks_again_at;   /* by ov_clock() */
    ov_counters counters;
    struct ov_sink *sink; /* of the audit trail; see slapd/sink.h */
    pthread_mutex_t reservations_mutex; /* see slapd/reserve.c */
    pthread_cond_t reservations_freed;
    struct ov_reservations *reservations;
    struct ov_seen *seen; /* see slapd/seen.c; under the mutex */
    ldap_pvt_thread_mutex_t seen_mutex;
    ov_voids voids;
    ov_lates lates;
    ov_service_cache services;
    ov_identities *identities;
    edc_gate *gate; /* see bind/hash.h; NULL: the database is not open */
    edc_hash_slots gate_slots;
    size_t gate_block;
    edc_bucket rehash; /* educonnect-rehash */
    _Atomic uint64_t rehashed;
    struct ov_instance *next_open; /* these two: see bind/hash.c */
    unsigned gate_guests;
    /* See bind/known.h; NULL: there is none. A worker may begin after a pause
     * without having taken a lock: hence atomic. */
    struct edc_verified *_Atomic known;
    edc_verify_cache known_as;
    struct ov_parked *parked;   /* see bind/park.h; under parked_mutex */
    struct ov_hashing *hashing; /* see bind/hash.c; under the same */
    ldap_pvt_thread_mutex_t parked_mutex; /* nothing but the gate's and the
                                             pool's is taken within */
    ldap_pvt_thread_cond_t parked_left;
    struct ov_name *to_clean; /* see link/clean.c; under voids.mutex */
    struct ov_name **to_clean_end;
    _Atomic int64_t client_wrote; /* when last, see link/clean.c */
    struct ov_ring *rings;        /* see write/revive.c */
    ldap_pvt_thread_mutex_t rings_mutex;
    int64_t rings_since; /* under it: when the first of them came */
    unsigned n_rings;    /* under it */
    struct berval monitor_ndn;
    void *monitor_callback;
    bool monitored;               /* it was there when slapd started */
    _Atomic bool monitor_pending; /* counters are not shown yet */
    _Atomic bool open, closing;   /* see module/open.h */
    bool changing;                /* cn=config's change is not all in yet */
    edc_settings settings_before;
    ov_role *roles_before;
} ov_instance;

/* The instance behind a hook's or callback's overlay. */
static inline ov_instance *
ov_instance_of(const slap_overinst *on)
{
    return on->on_bi.bi_private;
}

/* Telephone numbers that are told, at a time, that they were tried too often.
 */
#define OV_CLAIM_NUMBERS 8192

/* Frees the roles of an instance. */
void ov_roles_free(ov_instance *instance);

/* Registers the configuration schema; called once from init_module(). Returns
 * 0 or an LDAP code. */
int ov_config_register(slap_overinst *overlay);

/* Registers the attributes of the monitor entry; once, from init_module(). */
int ov_monitor_register(void);

/* Shows the counters of a database's overlay if that is still to be done;
 * hides them. */
void ov_monitor_attach(Operation *op, slap_overinst *on);
void ov_monitor_close(slap_overinst *on);

#endif
