/* ov_service.c - the services of a database, kept in memory, and
 * educonnectServiceAccess.
 */
#include "ov_service.h"

#include <stdatomic.h>

#include "ov_computed.h"
#include "ov_family.h"

#include "core/gentime.h"
#include "core/service.h"

/* A service and the entry that its ranges point into. */
typedef struct held {
    edc_service service;
    Entry *entry;
} held;

/* Immutable once it is in the cache; freed by whoever holds it last. */
struct ov_services {
    _Atomic unsigned holders;
    uint64_t version;
    held *list;
    size_t n, room;
};

void
ov_service_init(ov_service_cache *cache)
{
    ldap_pvt_thread_mutex_init(&cache->mutex);
}

/* ---- lists ---- */

static void
release(struct ov_services *s)
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
    release(cache->current);
    ldap_pvt_thread_mutex_destroy(&cache->mutex);
}

static struct ov_services *
hold(ov_service_cache *cache)
{
    struct ov_services *s;

    ldap_pvt_thread_mutex_lock(&cache->mutex);
    s = cache->current;
    if (s != NULL)
        s->holders++;
    ldap_pvt_thread_mutex_unlock(&cache->mutex);
    return s;
}

static int64_t
time_of(Entry *e, edc_attribute attribute)
{
    BerVarray values = ov_values(e, ov_ad[attribute]);
    int64_t seconds;

    return values != NULL && edc_time_parse(ov_str(values), &seconds)
               ? seconds
               : EDC_NO_TIME;
}

static unsigned
levels_of(Entry *e)
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
    held *h;
    BerVarray cn;

    if (s->n == s->room) {
        s->room = s->room == 0 ? 16 : s->room * 2;
        s->list = ch_realloc(s->list, s->room * sizeof(*s->list));
    }
    h = &s->list[s->n++];
    *h = (held){.entry = entry_dup(e)};
    cn = ov_values(h->entry, slap_schema.si_ad_cn);
    h->service.name = cn == NULL ? (edc_str){NULL, 0} : ov_str(cn);
    h->service.levels = levels_of(h->entry);
    h->service.opens = time_of(h->entry, EDC_AT_OPENS_AT);
    h->service.closes = time_of(h->entry, EDC_AT_CLOSES_AT);
    read_audience(h->entry, &h->service);
    read_schools(h->entry, &h->service);
    return true;
}

/* What is stored when it is read is at least what was when the version was. */
void
ov_service_refresh(Operation *op, slap_overinst *on)
{
    ov_service_cache *cache = &ov_instance_of(on)->services;
    struct ov_services *s = hold(cache), *old;
    uint64_t version = cache->version;
    bool fresh = s != NULL && s->version == version;

    release(s);
    if (fresh)
        return;
    s = ch_calloc(1, sizeof(*s));
    s->holders = 1;
    s->version = version;
    ov_search_equal(op, slap_schema.si_ad_objectClass,
        &ov_oc[EDC_OC_SERVICE]->soc_cname, SLAP_NO_LIMIT, add_service, s);
    ldap_pvt_thread_mutex_lock(&cache->mutex);
    old = cache->current;
    if (old == NULL || old->version <= version) {
        cache->current = s;
        s = old;
    }
    ldap_pvt_thread_mutex_unlock(&cache->mutex);
    release(s);
}

/* ---- changes ---- */

typedef struct watch {
    slap_overinst *on;
    bool touches; /* whatever the list says */
    struct berval ndn;
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
static void
note(watch *w)
{
    ov_service_cache *cache = &ov_instance_of(w->on)->services;
    struct ov_services *s = hold(cache);

    if (w->touches || s == NULL || s->version != cache->version ||
        is_in(s, &w->ndn))
        cache->version++;
    release(s);
}

static int
watch_response(Operation *op, SlapReply *rs)
{
    if (rs->sr_type == REP_RESULT && rs->sr_err == LDAP_SUCCESS)
        note(op->o_callback->sc_private);
    return SLAP_CB_CONTINUE;
}

static bool
touches_class(const Modifications *mods)
{
    for (; mods != NULL; mods = mods->sml_next) {
        if (mods->sml_desc == slap_schema.si_ad_objectClass)
            return true;
    }
    return false;
}

void
ov_service_watch(Operation *op, slap_overinst *on, Entry *added)
{
    watch *w;

    if (added != NULL && !ov_has_class(added, EDC_OC_SERVICE))
        return;
    w = op->o_tmpcalloc(1, sizeof(*w), op->o_tmpmemctx);
    w->on = on;
    w->ndn = op->o_req_ndn;
    w->touches =
        added != NULL || op->o_tag == LDAP_REQ_MODRDN ||
        (op->o_tag == LDAP_REQ_MODIFY && touches_class(op->orm_modlist));
    ov_push_callback(op, watch_response, NULL, w);
}

/* ---- who has access ---- */

/* The schools that speak for one audience of an account. */
typedef struct schools {
    Operation *op;
    edc_school *list;
    size_t n, room;
} schools;

static void
add_school(void *ctx, Entry *e)
{
    schools *s = ctx;
    struct berval dn;

    for (size_t i = 0; i < s->n; i++) {
        if (edc_str_eq(s->list[i].dn, ov_str(&e->e_nname)))
            return;
    }
    if (s->n == s->room) {
        s->room = s->room == 0 ? 8 : s->room * 2;
        s->list = s->op->o_tmprealloc(
            s->list, s->room * sizeof(*s->list), s->op->o_tmpmemctx);
    }
    ber_dupbv_x(&dn, &e->e_nname, s->op->o_tmpmemctx);
    s->list[s->n++] = (edc_school){ov_str(&dn), levels_of(e)};
}

static void
add_schools_of(schools *s, Entry *student)
{
    BerVarray enrolled = ov_nvalues(student, ov_ad[EDC_AT_ENROLLED_AT]);

    for (; enrolled != NULL && !BER_BVISNULL(enrolled); enrolled++)
        ov_entry_look(s->op, enrolled, add_school, s);
}

static bool
add_childs_schools(void *ctx, Entry *student, const struct berval *link)
{
    (void)link;
    add_schools_of(ctx, student);
    return true;
}

static void
add_name(BerVarray *values, edc_str name)
{
    struct berval bv = ov_berval(name);

    value_add_one(values, &bv);
}

void
ov_compute_service_access(Operation *op, slap_overinst *on, Entry *entry,
    const edc_account *account, BerVarray *values)
{
    struct ov_services *s = hold(&ov_instance_of(on)->services);
    schools own = {.op = op}, children = {.op = op};

    if (s != NULL && s->n > 0 && account->state == EDC_ACTIVE) {
        if (account->student)
            add_schools_of(&own, entry);
        if (account->guardian)
            ov_children_each(
                op, entry, SLAP_NO_LIMIT, add_childs_schools, &children);
        for (size_t i = 0; i < s->n; i++) {
            const edc_service *service = &s->list[i].service;

            if ((service->for_students &&
                    edc_service_open(service, own.list, own.n, op->o_time)) ||
                (service->for_guardians &&
                    edc_service_open(
                        service, children.list, children.n, op->o_time)))
                add_name(values, service->name);
        }
    }
    release(s);
}
