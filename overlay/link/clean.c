/* clean.c - taking out the links to a guardian that is no more.
 *
 * Every link goes by an ordinary write of its own, so that replicas and logs
 * see it and nobody waits for all of them.
 */
#include "link/clean.h"

#include "link/late.h"
#include "slapd/clock.h"
#include "slapd/log.h"
#include "slapd/memory.h"
#include "slapd/mods.h"
#include "slapd/reserve.h"
#include "slapd/task.h"

/* Entries that are written before others have their turn. */
#define BATCH 64

/* Without a client's write for this long it is quiet; who waits longer than
 * the other for that waits no more. Milliseconds. */
#define QUIET 25
#define PATIENCE 10000

struct ov_name {
    struct ov_name *next;
    struct berval ndn; /* owned */
    int64_t since;
};

const edc_attribute ov_references[OV_N_REFERENCES] = {
    EDC_AT_GUARDIAN, EDC_AT_CONTESTED_GUARDIAN, EDC_AT_MERGED_INTO};

bool
ov_is_reference(const AttributeDescription *ad)
{
    for (int i = 0; i < OV_N_REFERENCES; i++) {
        if (ov_ad[ov_references[i]]->ad_type == ad->ad_type)
            return true;
    }
    return false;
}

int
ov_referrers_each(Operation *op, const struct berval *ndn,
    bool (*found)(void *ctx, Entry *e), void *ctx)
{
    AttributeAssertion ava[OV_N_REFERENCES];
    Filter terms[OV_N_REFERENCES];
    Filter any = {.f_choice = LDAP_FILTER_OR, .f_or = &terms[0]};

    memset(ava, 0, sizeof(ava));
    memset(terms, 0, sizeof(terms));
    for (int i = 0; i < OV_N_REFERENCES; i++) {
        ava[i].aa_desc = ov_ad[ov_references[i]];
        ava[i].aa_value = *ndn;
        terms[i].f_choice = LDAP_FILTER_EQUALITY;
        terms[i].f_ava = &ava[i];
        terms[i].f_next = i + 1 < OV_N_REFERENCES ? &terms[i + 1] : NULL;
    }
    return ov_search_below(op, NULL, &any, found, ctx);
}

void
ov_clean_give_way(slap_overinst *on)
{
    ov_instance_of(on)->client_wrote = ov_milliseconds();
}

static bool
must_wait(const ov_instance *instance, const struct ov_name *name)
{
    int64_t now = ov_milliseconds();

    return now - instance->client_wrote < QUIET && now - name->since < PATIENCE;
}

/* A few of the entries that have the links. */
typedef struct batch {
    Entry *entries[BATCH];
    int n;
} batch;

static bool
add_to_batch(void *ctx, Entry *e)
{
    batch *b = ctx;

    b->entries[b->n++] = entry_dup(e);
    return b->n < BATCH;
}

/* Another write may have taken the link or the entry away meanwhile. */
static bool
is_gone(int rc)
{
    return rc == LDAP_NO_SUCH_ATTRIBUTE || rc == LDAP_NO_SUCH_OBJECT;
}

bool
ov_clean_entry(Operation *op, Entry *e, struct berval *ndn)
{
    Modifications *mods = NULL;
    int rc = LDAP_SUCCESS;

    for (int i = 0; i < OV_N_REFERENCES; i++) {
        AttributeDescription *ad = ov_ad[ov_references[i]];

        if (ov_has_dn(e, ad, ndn))
            ov_mods_append(&mods, LDAP_MOD_DELETE, ad, ndn, 1);
    }
    if (mods != NULL)
        rc = ov_modify_internal(op, &e->e_name, &e->e_nname, mods, NULL);
    if (rc == LDAP_SUCCESS || is_gone(rc))
        return true;
    ov_log_error(&e->e_nname, "a link to a former guardian stays: see "
                              "slapd's own messages");
    return false;
}

/* What became of a batch. */
typedef enum cleaned { CLEANED_ALL, CLEANED_SOME, CLEANED_NOT } cleaned;

/* name: whose cleaning gives way to clients; NULL: none gives way. */
static cleaned
clean_batch(Operation *op, slap_overinst *on, struct berval *ndn,
    const struct ov_name *name)
{
    batch b = {.n = 0};
    cleaned so_far = CLEANED_ALL;

    if (ov_referrers_each(op, ndn, add_to_batch, &b) != LDAP_SUCCESS) {
        ov_log_error(ndn, "links to this name could not be searched for");
        so_far = CLEANED_NOT;
    } else if (b.n == BATCH)
        so_far = CLEANED_SOME;
    for (int i = 0; i < b.n; i++) {
        if (name != NULL && must_wait(ov_instance_of(on), name))
            so_far = so_far == CLEANED_NOT ? so_far : CLEANED_SOME;
        else if (!ov_clean_entry(op, b.entries[i], ndn))
            so_far = CLEANED_NOT;
        entry_free(b.entries[i]);
    }
    return so_far;
}

bool
ov_clean_now(Operation *op, slap_overinst *on, struct berval *ndn)
{
    cleaned so_far;

    do {
        so_far = clean_batch(op, on, ndn, NULL);
    } while (so_far == CLEANED_SOME);
    if (so_far == CLEANED_ALL)
        ov_void_forget(ov_instance_of(on), ndn);
    return so_far == CLEANED_ALL;
}

/* Whether there is more to clean of this name. */
static bool
clean_some(Operation *op, slap_overinst *on, struct ov_name *name)
{
    ov_instance *instance = ov_instance_of(on);
    ov_want want = {.ad = ov_ad[EDC_AT_GUARDIAN],
        .value = name->ndn,
        .share = OV_EXCLUSIVE};
    cleaned so_far = CLEANED_ALL;

    if (!ov_reserve_for(instance, name, &want, 1))
        return true;
    if (ov_names_nobody(op, &name->ndn))
        so_far = clean_batch(op, on, &name->ndn, name);
    else if (ov_is_unread(op))
        so_far = CLEANED_NOT;
    if (so_far == CLEANED_ALL)
        ov_void_forget(instance, &name->ndn);
    ov_unreserve(instance, name);
    return so_far == CLEANED_SOME;
}

static struct ov_name *
take_first(ov_instance *instance)
{
    struct ov_name *name;

    ldap_pvt_thread_mutex_lock(&instance->voids.mutex);
    name = instance->to_clean;
    if (name != NULL) {
        instance->to_clean = name->next;
        if (name->next == NULL)
            instance->to_clean_end = NULL;
    }
    ldap_pvt_thread_mutex_unlock(&instance->voids.mutex);
    return name;
}

static void
put_first(ov_instance *instance, struct ov_name *name)
{
    ldap_pvt_thread_mutex_lock(&instance->voids.mutex);
    name->next = instance->to_clean;
    if (name->next == NULL)
        instance->to_clean_end = &name->next;
    instance->to_clean = name;
    ldap_pvt_thread_mutex_unlock(&instance->voids.mutex);
}

/* The oldest is cleaned first: its patience ends first. */
static void
put_last(ov_instance *instance, struct ov_name *name)
{
    ldap_pvt_thread_mutex_lock(&instance->voids.mutex);
    if (instance->to_clean_end == NULL)
        instance->to_clean_end = &instance->to_clean;
    *instance->to_clean_end = name;
    instance->to_clean_end = &name->next;
    ldap_pvt_thread_mutex_unlock(&instance->voids.mutex);
}

static void
free_name(struct ov_name *name)
{
    ch_free(name->ndn.bv_val);
    ch_free(name);
}

static ov_rest
clean(Operation *op, slap_overinst *on)
{
    ov_instance *instance = ov_instance_of(on);
    struct ov_name *name;
    bool waits;

    for (int i = 0; i < BATCH && !ov_task_hurry(); i++) {
        name = take_first(instance);
        if (name == NULL)
            return OV_REST_NONE;
        waits = must_wait(instance, name);
        if (waits || clean_some(op, on, name))
            put_first(instance, name);
        else
            free_name(name);
        if (waits)
            return OV_REST_LATER;
    }
    return OV_REST_MORE;
}

void
ov_clean_rest(slap_overinst *on, const struct berval *ndn)
{
    ov_instance *instance = ov_instance_of(on);
    struct ov_name *name = ch_calloc(1, sizeof(*name));

    name->ndn = ov_dup(ndn);
    name->since = ov_milliseconds();
    ov_void_mark(instance, ndn);
    put_last(instance, name);
    ov_clean_give_way(on);
    ov_task_start(on, clean);
}

void
ov_clean_later(slap_overinst *on, const struct berval *ndn)
{
    ov_late_gone(on, ndn, true);
    ov_clean_rest(on, ndn);
}

void
ov_clean_resume(slap_overinst *on)
{
    if (ov_instance_of(on)->to_clean != NULL)
        ov_task_start(on, clean);
}

void
ov_clean_destroy(ov_instance *instance)
{
    struct ov_name *name;

    while ((name = take_first(instance)) != NULL)
        free_name(name);
}
