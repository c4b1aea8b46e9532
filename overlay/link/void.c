/* void.c - links that name nobody. */
#include "link/void.h"

#include <stdatomic.h>

#include "slapd/memory.h"
#include "slapd/task.h"

/* Names that are remembered one by one; beyond, every link is looked at. When
 * they have become so few again, it is found out anew which are void. */
#define NAMES_MAX 65536
#define NAMES_FEW (NAMES_MAX / 2)

const edc_attribute ov_link_attributes[OV_N_LINKS] = {
    EDC_AT_GUARDIAN, EDC_AT_CONTESTED_GUARDIAN};

bool
ov_is_link(const AttributeDescription *ad)
{
    for (int i = 0; i < OV_N_LINKS; i++) {
        if (ov_ad[ov_link_attributes[i]]->ad_type == ad->ad_type)
            return true;
    }
    return false;
}

static int
by_name(const void *a, const void *b)
{
    const struct berval *x = a, *y = b;

    return ber_bvcmp(x, y);
}

static int
same_name(void *a, void *b)
{
    (void)a;
    (void)b;
    return -1;
}

static void
free_name(void *name)
{
    ber_bvfree(name);
}

void
ov_void_init(ov_instance *instance)
{
    ldap_pvt_thread_mutex_init(&instance->voids.mutex);
}

/* Under the mutex, or before anybody else is there. Whoever searches next has
 * them looked at. */
static void
sweep_anew(ov_voids *voids)
{
    voids->unknown = true;
    voids->overflown = false;
    voids->swept = 0;
    voids->n_found = 0;
    voids->sweeping = true;
    voids->pending = true;
}

void
ov_void_open(ov_instance *instance)
{
    sweep_anew(&instance->voids);
}

void
ov_void_destroy(ov_instance *instance)
{
    ldap_avl_free(instance->voids.names, free_name);
    ldap_pvt_thread_mutex_destroy(&instance->voids.mutex);
}

ov_void_moment
ov_void_now(const ov_instance *instance)
{
    return instance->voids.changes;
}

bool
ov_void_possible(const ov_instance *instance, ov_void_moment since)
{
    return instance->voids.unknown || instance->voids.n > 0 ||
           instance->voids.changes != since;
}

void
ov_void_mark(ov_instance *instance, const struct berval *ndn)
{
    struct berval *name = ber_bvdup((struct berval *)ndn);

    ldap_pvt_thread_mutex_lock(&instance->voids.mutex);
    if (instance->voids.n >= NAMES_MAX)
        instance->voids.unknown = instance->voids.overflown = true;
    else if (ldap_avl_insert(
                 &instance->voids.names, name, by_name, same_name) == 0) {
        instance->voids.n++;
        name = NULL;
    }
    instance->voids.changes++;
    ldap_pvt_thread_mutex_unlock(&instance->voids.mutex);
    if (name != NULL)
        ber_bvfree(name);
}

void
ov_void_forget(ov_instance *instance, const struct berval *ndn)
{
    struct berval *name;

    ldap_pvt_thread_mutex_lock(&instance->voids.mutex);
    name = ldap_avl_delete(&instance->voids.names, (void *)ndn, by_name);
    if (name != NULL)
        instance->voids.n--;
    if (instance->voids.overflown && !instance->voids.sweeping &&
        instance->voids.n < NAMES_FEW)
        sweep_anew(&instance->voids);
    instance->voids.changes++;
    ldap_pvt_thread_mutex_unlock(&instance->voids.mutex);
    if (name != NULL)
        ber_bvfree(name);
}

/* Names may be marked and forgotten while a view lasts: then every link is
 * looked at. */
static bool
may_be_void(
    ov_instance *instance, ov_void_moment since, const struct berval *ndn)
{
    bool may;

    ldap_pvt_thread_mutex_lock(&instance->voids.mutex);
    may = instance->voids.unknown || instance->voids.changes != since ||
          ldap_avl_find(instance->voids.names, ndn, by_name) != NULL;
    ldap_pvt_thread_mutex_unlock(&instance->voids.mutex);
    return may;
}

static void
look_for_guardian(void *ctx, Entry *e)
{
    bool *guardian = ctx;

    *guardian = ov_has_class(e, EDC_OC_LEGAL_GUARDIAN);
}

bool
ov_names_guardian(Operation *op, struct berval *link)
{
    bool guardian = false;

    ov_entry_look(op, link, look_for_guardian, &guardian);
    return guardian;
}

bool
ov_names_nobody(Operation *op, struct berval *link)
{
    return !ov_names_guardian(op, link) && !ov_is_unread(op);
}

bool
ov_link_is_void(
    Operation *op, slap_overinst *on, ov_void_moment since, struct berval *link)
{
    return may_be_void(ov_instance_of(on), since, link) &&
           ov_names_nobody(op, link);
}

/* What cannot be looked at is not shown. */
static bool
is_hidden(
    Operation *op, slap_overinst *on, ov_void_moment since, struct berval *link)
{
    return may_be_void(ov_instance_of(on), since, link) &&
           !ov_names_guardian(op, link);
}

bool
ov_void_found(Operation *op, slap_overinst *on, ov_void_moment since, Entry *e)
{
    for (int i = 0; i < OV_N_LINKS; i++) {
        BerVarray links = ov_nvalues(e, ov_ad[ov_link_attributes[i]]);

        for (; links != NULL && !BER_BVISNULL(links); links++) {
            if (is_hidden(op, on, since, links))
                return true;
        }
    }
    return false;
}

void
ov_void_strip(Operation *op, slap_overinst *on, ov_void_moment since, Entry *e)
{
    for (int i = 0; i < OV_N_LINKS; i++) {
        AttributeDescription *ad = ov_ad[ov_link_attributes[i]];
        Attribute *a = attr_find(e->e_attrs, ad);
        unsigned kept = 0;

        for (unsigned v = 0; a != NULL && v < a->a_numvals; v++) {
            if (is_hidden(op, on, since, &a->a_nvals[v])) {
                ch_free(a->a_vals[v].bv_val);
                if (a->a_nvals != a->a_vals)
                    ch_free(a->a_nvals[v].bv_val);
                continue;
            }
            a->a_vals[kept] = a->a_vals[v];
            a->a_nvals[kept++] = a->a_nvals[v];
        }
        if (a == NULL || kept == a->a_numvals)
            continue;
        BER_BVZERO(&a->a_vals[kept]);
        BER_BVZERO(&a->a_nvals[kept]);
        a->a_numvals = kept;
        if (kept == 0)
            attr_delete(&e->e_attrs, ad);
    }
}

/* ---- after a start: which links are void ---- */

typedef struct sweep {
    Operation *op;
    ov_instance *instance;
    unsigned long found;
    bool stopped;
} sweep;

static void
look_at_links(sweep *s, Entry *e, edc_attribute attribute)
{
    BerVarray links = ov_nvalues(e, ov_ad[attribute]);

    for (; links != NULL && !BER_BVISNULL(links); links++) {
        if (ov_names_guardian(s->op, links))
            continue;
        ov_void_mark(s->instance, links);
        s->found++;
    }
}

/* Entries come in the order of their ids, so that a sweep that was broken off
 * goes on where it was. */
static bool
sweep_entry(void *ctx, Entry *e)
{
    sweep *s = ctx;

    if (e->e_id > s->instance->voids.swept) {
        for (int i = 0; i < OV_N_LINKS; i++)
            look_at_links(s, e, ov_link_attributes[i]);
        s->instance->voids.swept = e->e_id;
    }
    s->stopped = ov_task_hurry();
    return !s->stopped;
}

/* A name that is one too many keeps every link under watch. */
static void
end_sweep(ov_voids *voids, bool whole)
{
    ldap_pvt_thread_mutex_lock(&voids->mutex);
    voids->sweeping = false;
    if (whole)
        voids->unknown = voids->overflown;
    ldap_pvt_thread_mutex_unlock(&voids->mutex);
}

static ov_rest
sweep_links(Operation *op, slap_overinst *on)
{
    ov_instance *instance = ov_instance_of(on);
    sweep s = {.op = op, .instance = instance};
    AttributeAssertion ava = ATTRIBUTEASSERTION_INIT;
    Filter filter = {.f_choice = LDAP_FILTER_EQUALITY, .f_ava = &ava};
    int rc;

    ava.aa_desc = slap_schema.si_ad_objectClass;
    ava.aa_value = ov_oc[EDC_OC_STUDENT]->soc_cname;
    rc = ov_search_below(op, NULL, &filter, sweep_entry, &s);
    instance->voids.n_found += s.found;
    if (s.stopped || rc == LDAP_BUSY)
        return OV_REST_MORE;
    if (instance->voids.n_found > 0)
        Debug(LDAP_DEBUG_ANY,
            "educonnect: %lu links below \"%s\" name no guardian; they are "
            "hidden, and stay stored until somebody removes them\n",
            instance->voids.n_found, op->o_bd->be_suffix[0].bv_val);
    end_sweep(
        &instance->voids, rc == LDAP_SUCCESS || rc == LDAP_NO_SUCH_OBJECT);
    return OV_REST_NONE;
}

void
ov_void_begin(slap_overinst *on)
{
    ov_instance *instance = ov_instance_of(on);

    if (instance->voids.pending &&
        atomic_exchange(&instance->voids.pending, false))
        ov_task_start(on, sweep_links);
}
