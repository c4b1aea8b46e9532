/* monitor.c - counters in cn=monitor.
 *
 * They stand in the overlay's entry, "cn=Overlay <n>,cn=Database <m>,...".
 * slapd 2.5 makes none for an overlay that is added at run time, which then has
 * its counters from the next start on.
 */
#include "slapd/clock.h"
#include "slapd/instance.h"
#include "slapd/sink.h"

#include <stdatomic.h>

#include "back-monitor/back-monitor.h"

#include "core/gate/verified.h"
#include "core/password/library.h"
#include "core/lockout/watch.h"
#include "core/text/schema.h"
#include "core/text/version.h"

/* One attribute with a value for every counter: "inform 12",
 * "EDC-P01 3", "guesses-evaluated 10"; and the module's version. */
static AttributeDescription *ad_events, *ad_refusals, *ad_guesses, *ad_hashing,
    *ad_addresses, *ad_library, *ad_times, *ad_audit, *ad_version;
static ObjectClass *oc_counters;

#define COUNTER_SYNTAX                                                         \
    "EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 "           \
    "NO-USER-MODIFICATION USAGE dSAOperation )"

static const struct {
    const char *definition;
    AttributeDescription **ad;
} attributes[] = {
    {"( " EDC_OID_ARC ".6.1.1 NAME 'educonnectMonitorEvents' "
     "DESC 'Events since the start, by name' " COUNTER_SYNTAX,
        &ad_events},
    {"( " EDC_OID_ARC ".6.1.2 NAME 'educonnectMonitorRefusals' "
     "DESC 'Refusals since the start, by code' " COUNTER_SYNTAX,
        &ad_refusals},
    {"( " EDC_OID_ARC ".6.1.3 NAME 'educonnectMonitorGuesses' "
     "DESC 'Passwords evaluated and refused unevaluated' " COUNTER_SYNTAX,
        &ad_guesses},
    {"( " EDC_OID_ARC ".6.1.4 NAME 'educonnectMonitorHashing' "
     "DESC 'The hashing gate now and since the start' " COUNTER_SYNTAX,
        &ad_hashing},
    {"( " EDC_OID_ARC ".6.1.5 NAME 'educonnectMonitorAddresses' "
     "DESC 'Addresses that only guess' " COUNTER_SYNTAX,
        &ad_addresses},
    {"( " EDC_OID_ARC ".6.1.6 NAME 'educonnectMonitorAudit' "
     "DESC 'Lines of the audit trail since the start' " COUNTER_SYNTAX,
        &ad_audit},
    {"( " EDC_OID_ARC ".6.1.7 NAME 'educonnectMonitorVersion' "
     "DESC 'Version of the module that runs' " COUNTER_SYNTAX,
        &ad_version},
    {"( " EDC_OID_ARC ".6.1.8 NAME 'educonnectMonitorLibrary' "
     "DESC 'The libargon2 that computes hashes' " COUNTER_SYNTAX,
        &ad_library},
    {"( " EDC_OID_ARC ".6.1.9 NAME 'educonnectMonitorTimes' "
     "DESC 'Visits to the hashing gate, by how long they took' " COUNTER_SYNTAX,
        &ad_times},
};

int
ov_monitor_register(void)
{
    for (size_t i = 0; i < sizeof(attributes) / sizeof(attributes[0]); i++) {
        if (register_at(attributes[i].definition, attributes[i].ad, 0) != 0)
            return -1;
    }
    return register_oc(
        "( " EDC_OID_ARC ".6.2.1 NAME 'educonnectMonitor' "
        "SUP top AUXILIARY MAY ( educonnectMonitorEvents $ "
        "educonnectMonitorRefusals $ "
        "educonnectMonitorGuesses $ "
        "educonnectMonitorHashing $ educonnectMonitorAddresses $ "
        "educonnectMonitorAudit $ educonnectMonitorVersion $ "
        "educonnectMonitorLibrary $ educonnectMonitorTimes ) )",
        &oc_counters, 0);
}

static void
add_counter(BerVarray *values, const char *name, uint64_t count)
{
    char text[64];
    struct berval bv;

    bv.bv_len = (ber_len_t)snprintf(
        text, sizeof(text), "%s %llu", name, (unsigned long long)count);
    bv.bv_val = text;
    value_add_one(values, &bv);
}

static BerVarray
count_hashing(const ov_instance *instance)
{
    edc_gate_counters now = {0};
    BerVarray values = NULL;
    bool knows = instance->known != NULL;

    if (instance->gate != NULL)
        now = edc_gate_count(instance->gate);
    add_counter(&values, "running", now.running);
    add_counter(&values, "waiting", now.waiting);
    add_counter(&values, "done", now.done);
    add_counter(&values, "busy", now.busy);
    add_counter(&values, "cancelled", now.cancelled);
    add_counter(
        &values, "known", knows ? edc_verified_hits(instance->known) : 0);
    add_counter(
        &values, "unknown", knows ? edc_verified_misses(instance->known) : 0);
    add_counter(&values, "rehashed", instance->rehashed);
    add_counter(&values, "rehash-put-off", instance->rehash.none);
    return values;
}

/* "hashed-under-32ms 12", "hashed-longer 0", "hashed-total-ms 340". */
static void
add_times(BerVarray *values, const char *what, const edc_times *times)
{
    char name[48];

    for (unsigned i = 0; i < EDC_TIMES_BUCKETS; i++) {
        if (i + 1 < EDC_TIMES_BUCKETS)
            snprintf(name, sizeof(name), "%s-under-%ums", what,
                (unsigned)edc_times_bound(i));
        else
            snprintf(name, sizeof(name), "%s-longer", what);
        add_counter(values, name, times->bucket[i]);
    }
    snprintf(name, sizeof(name), "%s-total-ms", what);
    add_counter(values, name, times->total / 1000000);
}

static BerVarray
count_times(const ov_instance *instance)
{
    const edc_gate_times *times;
    BerVarray values = NULL;

    if (instance->gate == NULL)
        return NULL;
    times = edc_gate_times_of(instance->gate);
    add_times(&values, "waited", &times->waited);
    add_times(&values, "hashed", &times->hashed);
    return values;
}

static BerVarray
tell_library(void)
{
    char path[EDC_LIBRARY_PATH], text[EDC_LIBRARY_PATH + 16];
    BerVarray values = NULL;
    edc_str level;
    struct berval bv = {.bv_val = text};

    edc_library_path(path);
    level = edc_library_level(path);
    bv.bv_len = (ber_len_t)snprintf(
        text, sizeof(text), "level %.*s", (int)level.n, level.p);
    value_add_one(&values, &bv);
    bv.bv_len = (ber_len_t)snprintf(
        text, sizeof(text), "path %s", path[0] != '\0' ? path : "unknown");
    value_add_one(&values, &bv);
    return values;
}

/* Addresses that a reader is shown; the log has all. */
#define ADDRESSES_SHOWN 20

static BerVarray
list_addresses(const ov_instance *instance)
{
    edc_watch_line lines[ADDRESSES_SHOWN];
    size_t n =
        edc_watch_list(instance->watch, ov_clock(), lines, ADDRESSES_SHOWN);
    BerVarray values = NULL;
    char text[128];
    struct berval bv = {.bv_val = text};

    for (size_t i = 0; i < n; i++) {
        bv.bv_len =
            (ber_len_t)snprintf(text, sizeof(text), "%s wrong %u right %u",
                lines[i].address, lines[i].wrong, lines[i].right);
        value_add_one(&values, &bv);
    }
    return values;
}

static BerVarray
count_audit(const ov_instance *instance)
{
    ov_sink_counters now = ov_sink_count(instance->sink);
    BerVarray values = NULL;

    add_counter(&values, "written", now.written);
    add_counter(&values, "lost", now.lost);
    /* Where no trail is kept any more none is lacking. */
    add_counter(
        &values, "failing", instance->settings.audit != NULL && now.failing);
    return values;
}

static void
replace_values(Entry *e, AttributeDescription *ad, BerVarray values)
{
    attr_delete(&e->e_attrs, ad);
    if (values != NULL)
        attr_merge(e, ad, values, NULL);
    ber_bvarray_free(values);
}

static int
update(Operation *op, SlapReply *rs, Entry *e, void *private)
{
    ov_instance *instance = private;
    struct berval version = BER_BVC(EDC_VERSION);
    BerVarray events = NULL, refusals = NULL, guesses = NULL, versions = NULL;

    (void)op;
    (void)rs;
    for (int i = 0; i < EDC_N_EVENTS; i++)
        add_counter(&events, edc_transition_of((edc_event)i)->name,
            instance->counters.events[i]);
    add_counter(&events, "contest", instance->counters.contests);
    for (int i = 0; i < EDC_N_CODES; i++)
        add_counter(&refusals, edc_code_name((edc_code)i),
            instance->counters.refusals[i]);
    add_counter(
        &guesses, "evaluated", edc_lockout_evaluated(instance->lockout));
    add_counter(&guesses, "refused", edc_lockout_refused(instance->lockout));
    add_counter(&guesses, "remembered",
        edc_lockout_remembered(
            instance->lockout, &instance->settings.lockout, ov_clock()));
    add_counter(&guesses, "addresses-told", edc_watch_told(instance->watch));
    add_counter(&guesses, "locks-handed-on", instance->locks_handed_on);
    add_counter(&guesses, "locks-alone", instance->locks_alone);
    replace_values(e, ad_events, events);
    replace_values(e, ad_refusals, refusals);
    replace_values(e, ad_guesses, guesses);
    replace_values(e, ad_hashing, count_hashing(instance));
    replace_values(e, ad_addresses, list_addresses(instance));
    replace_values(e, ad_audit, count_audit(instance));
    replace_values(e, ad_library, tell_library());
    replace_values(e, ad_times, count_times(instance));
    value_add_one(&versions, &version);
    replace_values(e, ad_version, versions);
    return SLAP_CB_CONTINUE;
}

static int
forget(Entry *e, void **private)
{
    struct berval values[2] = {oc_counters->soc_cname, BER_BVNULL};
    Modification mod = {
        .sm_op = LDAP_MOD_DELETE,
        .sm_desc = slap_schema.si_ad_objectClass,
        .sm_values = values,
        .sm_numvals = 1,
    };
    char buffer[SLAP_TEXT_BUFLEN];
    const char *text;

    *private = NULL;
    modify_delete_values(e, &mod, 1, &text, buffer, sizeof(buffer));
    attr_delete(&e->e_attrs, ad_events);
    attr_delete(&e->e_attrs, ad_refusals);
    attr_delete(&e->e_attrs, ad_guesses);
    attr_delete(&e->e_attrs, ad_hashing);
    attr_delete(&e->e_attrs, ad_addresses);
    attr_delete(&e->e_attrs, ad_audit);
    attr_delete(&e->e_attrs, ad_library);
    attr_delete(&e->e_attrs, ad_times);
    attr_delete(&e->e_attrs, ad_version);
    return SLAP_CB_CONTINUE;
}

/* slapd's own way of asking goes on saying yes once the monitor database is
 * taken away, and a call then ends slapd. */
static BackendDB *
monitor_database(void)
{
    BackendDB *be;

    LDAP_STAILQ_FOREACH(be, &backendDB, be_next)
    {
        if (SLAP_MONITOR(be) && be->be_private != NULL)
            return be;
    }
    return NULL;
}

static monitor_extra_t *
monitor(void)
{
    BackendInfo *bi = backend_info("monitor");
    monitor_extra_t *extra = bi == NULL ? NULL : bi->bi_extra;

    return extra != NULL && monitor_database() != NULL && extra->is_configured()
               ? extra
               : NULL;
}

/* The overlay's entry. slapd's own way to it finds only the lowest overlay of
 * a database, so its name is made here: the place in the stack, below the
 * database's entry. */
static bool
find_entry(monitor_extra_t *extra, BackendDB *be, slap_overinst *on,
    struct berval *ndn)
{
    struct berval database = BER_BVNULL;
    slap_overinst *other = on->on_info->oi_list;
    char rdn[32];
    size_t n;
    int place = 0;

    if (extra->register_database(be, &database) != 0 ||
        BER_BVISEMPTY(&database))
        return false;
    for (; other != NULL && other != on; other = other->on_next)
        place++;
    n = (size_t)snprintf(rdn, sizeof(rdn), "cn=overlay %d,", place);
    ndn->bv_len = n + database.bv_len;
    ndn->bv_val = ch_malloc(ndn->bv_len + 1);
    memcpy(ndn->bv_val, rdn, n);
    memcpy(ndn->bv_val + n, database.bv_val, database.bv_len + 1);
    return true;
}

static void
attach(BackendDB *be, slap_overinst *on)
{
    ov_instance *instance = ov_instance_of(on);
    monitor_extra_t *extra = monitor();
    monitor_callback_t *cb;
    Attribute *a;

    if (extra == NULL || !SLAP_DBMONITORING(be) ||
        !find_entry(extra, be, on, &instance->monitor_ndn))
        return;
    a = attrs_alloc(1);
    a->a_desc = slap_schema.si_ad_objectClass;
    attr_valadd(a, &oc_counters->soc_cname, NULL, 1);
    cb = ch_calloc(1, sizeof(*cb));
    cb->mc_update = update;
    cb->mc_free = forget;
    cb->mc_private = instance;
    if (extra->register_entry_attrs(
            &instance->monitor_ndn, a, cb, NULL, -1, NULL) == 0) {
        instance->monitor_callback = cb;
    } else {
        Debug(LDAP_DEBUG_STATS,
            "educonnect: counters in cn=monitor from the next start on\n");
        ch_free(cb);
    }
    attrs_free(a);
}

/* Done at the first operation: when the database is opened, cn=monitor may
 * still be closed, and what is registered then it keeps pointers to. */
void
ov_monitor_attach(Operation *op, slap_overinst *on)
{
    ov_instance *instance = ov_instance_of(on);

    if (instance->monitor_pending &&
        atomic_exchange(&instance->monitor_pending, false))
        attach(op->o_bd->bd_self, on);
}

void
ov_monitor_close(slap_overinst *on)
{
    ov_instance *instance = ov_instance_of(on);
    monitor_extra_t *extra = monitor();
    struct berval nobody = BER_BVNULL;

    instance->monitor_pending = false;
    if (extra != NULL && instance->monitor_callback != NULL)
        extra->unregister_entry_callback(&instance->monitor_ndn,
            instance->monitor_callback, &nobody, 0, &nobody);
    instance->monitor_callback = NULL;
    ch_free(instance->monitor_ndn.bv_val);
    BER_BVZERO(&instance->monitor_ndn);
}
