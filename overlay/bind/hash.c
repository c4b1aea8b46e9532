/* hash.c - the instance's hashing gate, between configuration and core. */
#include "bind/client.h"
#include "bind/park.h"
#include "core/gate/machine.h"
#include "slapd/handover.h"

#include "lutil.h"

/* slapd's own check of an imported hash; it may write a NUL behind the
 * password, so it gets a copy. */
static bool
slapd_matches(edc_str stored, edc_str clear)
{
    edc_buf copy;
    struct berval value = ov_berval(stored), cred;
    const char *text = NULL;
    bool match;

    if (clear.n == 0 || !edc_buf_copy(&copy, clear))
        return false;
    cred = (struct berval){.bv_len = copy.n, .bv_val = copy.p};
    match = lutil_passwd(&value, &cred, NULL, &text) == LUTIL_PASSWD_OK;
    edc_buf_wipe(&copy);
    return match;
}

/* Another directory may have hashed the password as it was typed. */
static bool
matches(edc_str stored, edc_str clear, edc_str prepared)
{
    return slapd_matches(stored, clear) ||
           (!edc_str_eq(clear, prepared) && slapd_matches(stored, prepared));
}

/* Those that are open, for who knows of no database; one is not closed while
 * somebody who found it here is at its gate. */
static pthread_mutex_t open_mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t guest_left = PTHREAD_COND_INITIALIZER;
static ov_instance *first_open;

static void
list_open(ov_instance *instance)
{
    pthread_mutex_lock(&open_mutex);
    instance->next_open = first_open;
    first_open = instance;
    pthread_mutex_unlock(&open_mutex);
}

static void
unlist_open(ov_instance *instance)
{
    ov_instance **at = &first_open;

    pthread_mutex_lock(&open_mutex);
    while (*at != instance)
        at = &(*at)->next_open;
    *at = instance->next_open;
    pthread_mutex_unlock(&open_mutex);
}

/* Any that is open, which stays so until leave_any(); NULL: there is none. */
static ov_instance *
enter_any(void)
{
    ov_instance *instance;

    pthread_mutex_lock(&open_mutex);
    instance = first_open;
    if (instance != NULL)
        instance->gate_guests++;
    pthread_mutex_unlock(&open_mutex);
    return instance;
}

static void
leave_any(ov_instance *instance)
{
    pthread_mutex_lock(&open_mutex);
    instance->gate_guests--;
    pthread_cond_broadcast(&guest_left);
    pthread_mutex_unlock(&open_mutex);
}

/* Nobody new comes, and the gate has answered who was waiting. */
static void
await_guests(ov_instance *instance)
{
    pthread_mutex_lock(&open_mutex);
    while (instance->gate_guests > 0)
        pthread_cond_wait(&guest_left, &open_mutex);
    pthread_mutex_unlock(&open_mutex);
}

static edc_hash_slots
slots_of(const ov_instance *instance)
{
    return edc_settings_slots(&instance->settings, edc_processors(""));
}

static size_t
block_of(const ov_instance *instance)
{
    return (size_t)instance->settings.hash.memory * 1024;
}

bool
ov_hash_open(ov_instance *instance)
{
    edc_hash_slots slots = slots_of(instance);

    instance->gate = edc_gate_new(slots.slots, slots.queue, block_of(instance));
    instance->gate_slots = slots;
    instance->gate_block = block_of(instance);
    if (instance->gate == NULL)
        return false;
    list_open(instance);
    return true;
}

void
ov_hash_follow(ov_instance *instance)
{
    edc_hash_slots slots = slots_of(instance);
    size_t block = block_of(instance);

    if (instance->gate == NULL ||
        (slots.slots == instance->gate_slots.slots &&
            slots.queue == instance->gate_slots.queue &&
            block == instance->gate_block))
        return;
    if (!edc_gate_change(instance->gate, slots.slots, slots.queue, block)) {
        Debug(LDAP_DEBUG_ANY,
            "educonnect: no memory for other educonnect-hash-slots\n");
        return;
    }
    instance->gate_slots = slots;
    instance->gate_block = block;
}

void
ov_hash_close(BackendDB *be, ov_instance *instance)
{
    unlist_open(instance);
    edc_gate_close(instance->gate);
    await_guests(instance);
    ov_park_close(be, instance);
    edc_gate_free(instance->gate);
    instance->gate = NULL;
}

void
ov_hash_exit(void)
{
    for (ov_instance *i = first_open; i != NULL; i = i->next_open)
        edc_gate_close(i->gate);
    first_open = NULL;
}

void
ov_hash_prepare(slap_overinst *on, edc_work *work)
{
    const edc_settings *settings = &ov_instance_of(on)->settings;

    work->job.work = edc_work_run;
    work->cost = settings->hash;
    work->ceiling = settings->ceiling;
    work->lower = settings->rehash.down;
    work->rate = settings->rehash.rate;
    if (work->rate > 0)
        work->bucket = &ov_instance_of(on)->rehash;
    work->matches = matches;
    work->verified = EDC_MISMATCH;
}

void
ov_hash_stand_in(Operation *op, slap_overinst *on, edc_work *work)
{
    ov_client client;

    ov_client_of(op, on, &client);
    memcpy(work->job.client, client.line, sizeof(client.line));
}

/* Of slapd's workers. */
static uint32_t
most_waiting(void)
{
    uint32_t most = (uint32_t)connection_pool_max * 3 / 4;

    return most < 1 ? 1 : most;
}

/* One that waits in its caller's thread; on the instance's list meanwhile. */
struct ov_hashing {
    struct ov_hashing *next, **at;
    const Operation *op;
    edc_job *job;
};

static void
list_hashing(ov_instance *instance, struct ov_hashing *h)
{
    ldap_pvt_thread_mutex_lock(&instance->parked_mutex);
    h->next = instance->hashing;
    h->at = &instance->hashing;
    if (h->next != NULL)
        h->next->at = &h->next;
    instance->hashing = h;
    ldap_pvt_thread_mutex_unlock(&instance->parked_mutex);
}

static void
unlist_hashing(ov_instance *instance, struct ov_hashing *h)
{
    ldap_pvt_thread_mutex_lock(&instance->parked_mutex);
    *h->at = h->next;
    if (h->next != NULL)
        h->next->at = h->at;
    ldap_pvt_thread_mutex_unlock(&instance->parked_mutex);
}

edc_gate_end
ov_hash_run(Operation *op, slap_overinst *on, edc_work *work)
{
    ov_instance *instance = ov_instance_of(on);
    struct ov_hashing h = {.op = op, .job = &work->job};
    edc_gate_end end = EDC_GATE_CANCELLED;

    ov_hash_stand_in(op, on, work);
    list_hashing(instance, &h);
    if (!ov_is_given_up(op))
        end = edc_gate_run(instance->gate, &work->job, most_waiting());
    unlist_hashing(instance, &h);
    return end;
}

void
ov_hash_abandon(const Operation *abandon, ov_instance *instance)
{
    for (struct ov_hashing *h = instance->hashing; h != NULL; h = h->next) {
        if (h->op->o_conn == abandon->o_conn &&
            h->op->o_msgid == abandon->orn_msgid)
            edc_gate_cancel(instance->gate, h->job);
    }
}

bool
ov_hash_run_anywhere(edc_work *work)
{
    ov_instance *instance = enter_any();
    edc_gate_end end;

    if (instance == NULL)
        return false;
    work->job.work = edc_work_run;
    end = edc_gate_run(instance->gate, &work->job, most_waiting());
    leave_any(instance);
    return end == EDC_GATE_DONE;
}
