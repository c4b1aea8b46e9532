/* ov_clean.c - taking out the links to a guardian that is no more.
 *
 * Every link goes by an ordinary write of its own, so that replicas and logs
 * see it and nobody waits for all of them.
 */
#include "ov_clean.h"

#include "ov_log.h"
#include "ov_mods.h"
#include "ov_reserve.h"
#include "ov_task.h"

/* Entries that are written before others have their turn. */
#define BATCH 64

struct ov_name {
    struct ov_name *next;
    struct berval ndn; /* owned */
};

const edc_attribute ov_references[OV_N_REFERENCES] = {
    EDC_AT_GUARDIAN, EDC_AT_CONTESTED_GUARDIAN, EDC_AT_MERGED_INTO};

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

static bool
drop_links(Operation *op, Entry *e, struct berval *ndn)
{
    Modifications *mods = NULL;
    int rc = LDAP_SUCCESS;

    for (int i = 0; i < OV_N_REFERENCES; i++) {
        AttributeDescription *ad = ov_ad[ov_references[i]];

        if (ov_has_dn(e, ad, ndn))
            ov_mods_append(&mods, LDAP_MOD_DELETE, ad, ndn, 1);
    }
    if (mods != NULL)
        rc = ov_modify_internal(op, &e->e_name, &e->e_nname, mods);
    if (rc == LDAP_SUCCESS || is_gone(rc))
        return true;
    ov_log_error(&e->e_nname, "a link to a former guardian stays: see "
                              "slapd's own messages");
    return false;
}

/* Returns how many entries had links; -1 when one could not be written. */
static int
clean_batch(Operation *op, struct berval *ndn)
{
    batch b = {.n = 0};
    bool done = true;

    ov_referrers_each(op, ndn, add_to_batch, &b);
    for (int i = 0; i < b.n; i++) {
        done = done && drop_links(op, b.entries[i], ndn);
        entry_free(b.entries[i]);
    }
    return done ? b.n : -1;
}

bool
ov_clean_now(Operation *op, slap_overinst *on, struct berval *ndn)
{
    int n;

    do {
        n = clean_batch(op, ndn);
    } while (n == BATCH);
    if (n >= 0)
        ov_void_forget(ov_instance_of(on), ndn);
    return n >= 0;
}

/* Whether there is more to clean of this name. */
static bool
clean_some(Operation *op, slap_overinst *on, struct ov_name *name)
{
    ov_instance *instance = ov_instance_of(on);
    ov_want want = {.ad = ov_ad[EDC_AT_GUARDIAN],
        .value = name->ndn,
        .share = OV_EXCLUSIVE};
    int n = 0;

    if (!ov_reserve_for(instance, name, &want, 1))
        return true;
    if (ov_names_nobody(op, &name->ndn))
        n = clean_batch(op, &name->ndn);
    if (n >= 0 && n < BATCH)
        ov_void_forget(instance, &name->ndn);
    ov_unreserve(instance, name);
    return n == BATCH;
}

static struct ov_name *
take_first(ov_instance *instance)
{
    struct ov_name *name;

    ldap_pvt_thread_mutex_lock(&instance->voids.mutex);
    name = instance->to_clean;
    if (name != NULL)
        instance->to_clean = name->next;
    ldap_pvt_thread_mutex_unlock(&instance->voids.mutex);
    return name;
}

static void
put_first(ov_instance *instance, struct ov_name *name)
{
    ldap_pvt_thread_mutex_lock(&instance->voids.mutex);
    name->next = instance->to_clean;
    instance->to_clean = name;
    ldap_pvt_thread_mutex_unlock(&instance->voids.mutex);
}

static void
free_name(struct ov_name *name)
{
    ch_free(name->ndn.bv_val);
    ch_free(name);
}

static bool
clean(Operation *op, slap_overinst *on)
{
    ov_instance *instance = ov_instance_of(on);
    struct ov_name *name;

    for (int i = 0; i < BATCH && !ov_task_hurry(); i++) {
        name = take_first(instance);
        if (name == NULL)
            return false;
        if (clean_some(op, on, name))
            put_first(instance, name);
        else
            free_name(name);
    }
    return true;
}

void
ov_clean_later(slap_overinst *on, const struct berval *ndn)
{
    ov_instance *instance = ov_instance_of(on);
    struct ov_name *name = ch_calloc(1, sizeof(*name));

    name->ndn = ov_dup(ndn);
    ov_void_mark(instance, ndn);
    put_first(instance, name);
    ov_task_start(on, clean);
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
