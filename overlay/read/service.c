/* service.c - the services of a database, kept in memory. */
#include "read/service.h"
#include "slapd/entry.h"
#include "slapd/memory.h"

#include "core/text/gentime.h"

void
ov_service_init(ov_service_cache *cache)
{
    ldap_pvt_thread_mutex_init(&cache->mutex);
    cache->version = 1;
}

/* ---- lists ---- */

void
ov_service_release(struct ov_services *s)
{
    if (s == NULL || atomic_fetch_sub(&s->holders, 1) > 1)
        return;
    for (size_t i = 0; i < s->n; i++) {
        ch_free((void *)s->list[i].service.schools);
        entry_free(s->list[i].entry);
    }
    ch_free(s->list);
    ch_free(s);
}

void
ov_service_destroy(ov_service_cache *cache)
{
    ov_service_release(cache->current);
    ldap_pvt_thread_mutex_destroy(&cache->mutex);
}

void
ov_service_forget(ov_service_cache *cache)
{
    ldap_pvt_thread_mutex_lock(&cache->mutex);
    cache->version++;
    ldap_pvt_thread_mutex_unlock(&cache->mutex);
}

struct ov_services *
ov_service_hold(ov_service_cache *cache)
{
    struct ov_services *s;

    ldap_pvt_thread_mutex_lock(&cache->mutex);
    s = cache->current;
    if (s != NULL)
        s->holders++;
    ldap_pvt_thread_mutex_unlock(&cache->mutex);
    return s;
}

/* Whether the list is what is stored. Under the mutex. */
static bool
is_fresh(const ov_service_cache *cache)
{
    return cache->unsettled == 0 && cache->current != NULL &&
           cache->current->version == cache->version;
}

/* Whether a list is to be made; *version is what it will be. While a
 * transaction is open every list is newer than those begun before. */
static bool
begin_list(ov_service_cache *cache, uint64_t *version)
{
    bool needed;

    ldap_pvt_thread_mutex_lock(&cache->mutex);
    needed = !is_fresh(cache);
    if (cache->unsettled != 0)
        cache->version++;
    *version = cache->version;
    ldap_pvt_thread_mutex_unlock(&cache->mutex);
    return needed;
}

/* Puts a list in the place of an older one; frees the other one. */
static void
offer(ov_service_cache *cache, struct ov_services *s)
{
    struct ov_services *other = s;

    ldap_pvt_thread_mutex_lock(&cache->mutex);
    if (cache->current == NULL || cache->current->version < s->version) {
        other = cache->current;
        cache->current = s;
    }
    ldap_pvt_thread_mutex_unlock(&cache->mutex);
    ov_service_release(other);
}

/* slapd's normal form of a time is in full and UTC. */
static bool
read_time(Entry *e, edc_attribute attribute, int64_t *seconds)
{
    BerVarray values = ov_nvalues(e, ov_ad[attribute]);

    *seconds = EDC_NO_TIME;
    return values == NULL || edc_time_parse(ov_str(values), seconds);
}

/* With a time that slapd takes and we do not (a leap second), it never opens.
 */
static void
read_times(Entry *e, edc_service *service)
{
    if (!read_time(e, EDC_AT_OPENS_AT, &service->opens) ||
        !read_time(e, EDC_AT_CLOSES_AT, &service->closes))
        service->opens = INT64_MAX;
}

unsigned
ov_service_levels(Entry *e)
{
    BerVarray values = ov_values(e, ov_ad[EDC_AT_SCHOOL_LEVEL]);
    unsigned levels = 0;

    for (; values != NULL && !BER_BVISNULL(values); values++)
        levels |= edc_level_parse(ov_str(values));
    return levels;
}

static void
read_audience(Entry *e, edc_service *service)
{
    BerVarray values = ov_values(e, ov_ad[EDC_AT_AUDIENCE]);

    for (; values != NULL && !BER_BVISNULL(values); values++) {
        if (edc_str_caseeq(ov_str(values), EDC_STR("student")))
            service->for_students = true;
        else if (edc_str_caseeq(ov_str(values), EDC_STR("guardian")))
            service->for_guardians = true;
    }
}

static void
read_schools(Entry *e, edc_service *service)
{
    Attribute *a = attr_find(e->e_attrs, ov_ad[EDC_AT_SERVICE_SCHOOL]);
    edc_str *schools;

    if (a == NULL)
        return;
    schools = ch_calloc(a->a_numvals, sizeof(*schools));
    for (unsigned i = 0; i < a->a_numvals; i++)
        schools[i] = ov_str(&a->a_nvals[i]);
    service->schools = schools;
    service->n_schools = a->a_numvals;
}

static bool
add_service(void *ctx, Entry *e)
{
    struct ov_services *s = ctx;
    ov_service *h;
    Attribute *cn;

    if (s->n == s->room) {
        s->room = s->room == 0 ? 16 : s->room * 2;
        s->list = ch_realloc(s->list, s->room * sizeof(*s->list));
    }
    h = &s->list[s->n++];
    *h = (ov_service){.entry = entry_dup(e)};
    cn = attr_find(h->entry->e_attrs, slap_schema.si_ad_cn);
    if (cn != NULL) {
        h->service.name = ov_str(cn->a_vals);
        h->folded = ov_str(cn->a_nvals);
    }
    h->service.levels = ov_service_levels(h->entry);
    read_times(h->entry, &h->service);
    read_audience(h->entry, &h->service);
    read_schools(h->entry, &h->service);
    return true;
}

/* Whether the operation has begun to read: what it reads may be older than the
 * version is, so a list that it makes counts as the oldest. */
static bool
is_reading(Operation *op)
{
    OpExtra *extra;

    LDAP_SLIST_FOREACH(extra, &op->o_extra, oe_next)
    {
        if (extra->oe_key == op->o_bd->be_private)
            return true;
    }
    return false;
}

/* The version is taken first: what is read afterwards is at least that. */
void
ov_service_refresh(Operation *op, slap_overinst *on)
{
    ov_service_cache *cache = &ov_instance_of(on)->services;
    struct ov_services *s;
    uint64_t version;
    int rc;

    if (!begin_list(cache, &version))
        return;
    s = ch_calloc(1, sizeof(*s));
    s->holders = 1;
    s->version = is_reading(op) ? 0 : version;
    rc = ov_search_equal(op, slap_schema.si_ad_objectClass,
        &ov_oc[EDC_OC_SERVICE]->soc_cname, SLAP_NO_LIMIT, add_service, s);
    if (rc == LDAP_SUCCESS || rc == LDAP_NO_SUCH_OBJECT) {
        offer(cache, s);
        return;
    }
    Debug(LDAP_DEBUG_ANY, "educonnect: services cannot be read (%d)\n", rc);
    ov_service_release(s);
}

/* ---- changes ---- */

/* What a write may do to the list. */
typedef enum touch {
    TOUCHES_NOTHING,
    TOUCHES_LISTED, /* if the entry is in it */
    TOUCHES
} touch;

typedef struct watch {
    slap_overinst *on;
    touch touch;
    struct berval ndn;
    uint64_t unsettled; /* the cache's, before the write */
} watch;

static bool
is_in(const struct ov_services *s, const struct berval *ndn)
{
    for (size_t i = 0; i < s->n; i++) {
        if (dn_match(&s->list[i].entry->e_nname, ndn))
            return true;
    }
    return false;
}

/* While a list is being made nobody knows what is in it. */
static bool
touches(const ov_service_cache *cache, const watch *w)
{
    return w->touch == TOUCHES ||
           (w->touch == TOUCHES_LISTED &&
               (!is_fresh(cache) || is_in(cache->current, &w->ndn)));
}

/* A write inside a transaction (RFC 5805) is answered before it is stored, and
 * nobody says when it is. As databases take one writer at a time, it is when a
 * write is that began later; until then no list is kept for fresh. */
static void
note(Operation *op, const watch *w)
{
    ov_service_cache *cache = &ov_instance_of(w->on)->services;
    bool touched;

    ldap_pvt_thread_mutex_lock(&cache->mutex);
    touched = touches(cache, w);
    if (op->o_txnSpec) {
        cache->version += touched;
        if (touched)
            cache->unsettled = cache->version;
    } else {
        bool settled =
            cache->unsettled != 0 && cache->unsettled == w->unsettled;

        cache->version += touched || settled;
        if (settled)
            cache->unsettled = 0;
    }
    ldap_pvt_thread_mutex_unlock(&cache->mutex);
}

static int
watch_response(Operation *op, SlapReply *rs)
{
    if (rs->sr_type == REP_RESULT && rs->sr_err == LDAP_SUCCESS)
        note(op, op->o_callback->sc_private);
    return SLAP_CB_CONTINUE;
}

/* Attributes that only services have, and the class that makes one, are known
 * before anybody has read the entry. */
static touch
touch_of(const AttributeDescription *ad)
{
    static const edc_attribute own[] = {EDC_AT_AUDIENCE, EDC_AT_SERVICE_SCHOOL,
        EDC_AT_OPENS_AT, EDC_AT_CLOSES_AT};

    for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
        if (ad == ov_ad[own[i]])
            return TOUCHES;
    }
    if (ad == slap_schema.si_ad_objectClass)
        return TOUCHES;
    return ad == ov_ad[EDC_AT_SCHOOL_LEVEL] || ad == slap_schema.si_ad_cn
               ? TOUCHES_LISTED
               : TOUCHES_NOTHING;
}

/* A rename may move a whole branch. */
static touch
touch_by(Operation *op)
{
    touch most = TOUCHES_NOTHING;

    if (op->o_tag == LDAP_REQ_ADD)
        return ov_has_class(op->ora_e, EDC_OC_SERVICE) ? TOUCHES
                                                       : TOUCHES_NOTHING;
    if (op->o_tag == LDAP_REQ_DELETE)
        return TOUCHES_LISTED;
    if (op->o_tag == LDAP_REQ_MODRDN)
        return TOUCHES;
    for (Modifications *m = op->orm_modlist; m != NULL; m = m->sml_next) {
        touch t = touch_of(m->sml_desc);

        most = t > most ? t : most;
    }
    return most;
}

void
ov_service_watch(Operation *op, slap_overinst *on)
{
    ov_service_cache *cache = &ov_instance_of(on)->services;
    touch touch = touch_by(op);
    uint64_t unsettled;
    watch *w;

    ldap_pvt_thread_mutex_lock(&cache->mutex);
    unsettled = cache->unsettled;
    ldap_pvt_thread_mutex_unlock(&cache->mutex);
    if (touch == TOUCHES_NOTHING && unsettled == 0)
        return;
    w = ov_keep(op, sizeof(*w));
    *w = (watch){on, touch, op->o_req_ndn, unsettled};
    ov_push_callback(op, watch_response, NULL, w);
}
