/* seen.c - an account as plain syncrepl saw it before it writes what differs.
 *
 * syncrepl's search and the write after it are one thread's, one directly after
 * the other: each thread of slapd's pool has a place. The operation cannot keep
 * it: back-mdb loses every entry that replication adds by one whose o_extra is
 * not empty.
 */
#include "slapd/seen.h"
#include "slapd/memory.h"
#include "slapd/schema.h"

/* As many as slapd has threads that were at syncrepl. */
struct ov_seen {
    struct ov_seen *next;
    pthread_t thread;       /* no other one touches the rest */
    unsigned long consumer; /* o_connid: the rid's */
    Entry *entry;           /* owned */
};

static struct ov_seen *
place_of(ov_instance *instance)
{
    pthread_t self = pthread_self();
    struct ov_seen *s;

    ldap_pvt_thread_mutex_lock(&instance->seen_mutex);
    s = instance->seen;
    while (s != NULL && !pthread_equal(s->thread, self))
        s = s->next;
    ldap_pvt_thread_mutex_unlock(&instance->seen_mutex);
    return s;
}

static struct ov_seen *
new_place(ov_instance *instance)
{
    struct ov_seen *s = ch_calloc(1, sizeof(*s));

    s->thread = pthread_self();
    ldap_pvt_thread_mutex_lock(&instance->seen_mutex);
    s->next = instance->seen;
    instance->seen = s;
    ldap_pvt_thread_mutex_unlock(&instance->seen_mutex);
    return s;
}

static void
empty(struct ov_seen *s)
{
    if (s->entry != NULL)
        entry_free(s->entry);
    s->entry = NULL;
}

/* What the thread was at before is over. */
static struct ov_seen *
begin(Operation *op, ov_instance *instance)
{
    struct ov_seen *s = place_of(instance);

    if (s == NULL)
        s = new_place(instance);
    empty(s);
    s->consumer = op->o_connid;
    return s;
}

static int
search_response(Operation *op, SlapReply *rs)
{
    struct ov_seen *s = op->o_callback->sc_private;

    if (rs->sr_type == REP_SEARCH && s->entry == NULL &&
        ov_is_account(rs->sr_entry))
        s->entry = entry_dup(rs->sr_entry);
    return SLAP_CB_CONTINUE;
}

/* It asks for one entry, all of it, by this very list. */
static bool
is_syncrepls(Operation *op)
{
    return SLAP_MULTIPROVIDER(op->o_bd) && be_shadow_update(op) &&
           SLAPD_SYNC_IS_SYNCCONN(op->o_connid) && op->ors_slimit == 1 &&
           op->ors_attrs == slap_anlist_all_attributes;
}

void
ov_seen_search(Operation *op, slap_overinst *on)
{
    if (is_syncrepls(op))
        ov_push_callback(
            op, search_response, NULL, begin(op, ov_instance_of(on)));
}

/* A change of delta-syncrepl's, which was compared with nothing, has an o_extra
 * of slapd's where several servers take writes. */
static struct ov_seen *
of_write(Operation *op, ov_instance *instance)
{
    struct ov_seen *s;

    if (!SLAPD_SYNC_IS_SYNCCONN(op->o_connid) ||
        !LDAP_SLIST_EMPTY(&op->o_extra))
        return NULL;
    s = place_of(instance);
    return s != NULL && s->consumer == op->o_connid ? s : NULL;
}

Entry *
ov_seen_take(Operation *op, slap_overinst *on)
{
    struct ov_seen *s = of_write(op, ov_instance_of(on));
    Entry *e;

    if (s == NULL || s->entry == NULL)
        return NULL;
    e = s->entry;
    s->entry = NULL;
    if (bvmatch(&e->e_nname, &op->o_req_ndn))
        return e;
    entry_free(e);
    return NULL;
}

void
ov_seen_forget(Operation *op, slap_overinst *on)
{
    struct ov_seen *s = of_write(op, ov_instance_of(on));

    if (s != NULL)
        empty(s);
}

void
ov_seen_init(ov_instance *instance)
{
    ldap_pvt_thread_mutex_init(&instance->seen_mutex);
}

void
ov_seen_destroy(ov_instance *instance)
{
    struct ov_seen *s;

    while ((s = instance->seen) != NULL) {
        instance->seen = s->next;
        empty(s);
        ch_free(s);
    }
    ldap_pvt_thread_mutex_destroy(&instance->seen_mutex);
}
