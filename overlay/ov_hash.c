/* ov_hash.c - the instance's hashing gate, between configuration and core. */
#include "ov_park.h"

#include <unistd.h>

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

/* Those that are open, for who knows of no database. The server changes it
 * while no worker is at work, so a gate that was found here stays. */
static pthread_mutex_t open_mutex = PTHREAD_MUTEX_INITIALIZER;
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

static edc_gate *
any_gate(void)
{
    edc_gate *gate;

    pthread_mutex_lock(&open_mutex);
    gate = first_open != NULL ? first_open->gate : NULL;
    pthread_mutex_unlock(&open_mutex);
    return gate;
}

static edc_hash_slots
slots_of(const ov_instance *instance)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);

    return edc_settings_slots(
        &instance->settings, processors < 1 ? 1 : (uint32_t)processors);
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
ov_hash_close(ov_instance *instance)
{
    unlist_open(instance);
    edc_gate_close(instance->gate);
    ov_park_close(instance);
    edc_gate_free(instance->gate);
    instance->gate = NULL;
}

/* The client's address without its port; whoever comes by a local socket, and
 * the server itself, has a line as well. */
static void
name_client(const Connection *conn, char client[EDC_CLIENT_SIZE])
{
    struct berval peer = BER_BVNULL;
    size_t n;

    if (conn != NULL)
        peer = conn->c_peer_name;
    n = peer.bv_len;
    if (n > 3 && strncmp(peer.bv_val, "IP=", 3) == 0) {
        while (n > 0 && peer.bv_val[n - 1] != ':')
            n--;
    }
    if (n >= EDC_CLIENT_SIZE)
        n = EDC_CLIENT_SIZE - 1;
    if (n > 0)
        memcpy(client, peer.bv_val, n);
    client[n] = '\0';
}

void
ov_hash_prepare(Operation *op, slap_overinst *on, edc_work *work)
{
    const edc_settings *settings = &ov_instance_of(on)->settings;

    name_client(op->o_conn, work->job.client);
    work->job.work = edc_work_run;
    work->cost = settings->hash;
    work->ceiling = settings->ceiling;
    work->matches = matches;
    work->verified = EDC_MISMATCH;
}

/* Of slapd's workers. */
static uint32_t
most_waiting(void)
{
    uint32_t most = (uint32_t)connection_pool_max * 3 / 4;

    return most < 1 ? 1 : most;
}

edc_gate_end
ov_hash_run(slap_overinst *on, edc_work *work)
{
    return edc_gate_run(ov_instance_of(on)->gate, &work->job, most_waiting());
}

bool
ov_hash_run_anywhere(edc_work *work)
{
    edc_gate *gate = any_gate();

    work->job.work = edc_work_run;
    return gate != NULL &&
           edc_gate_run(gate, &work->job, most_waiting()) == EDC_GATE_DONE;
}
