/* module.c - loading the module, and the life of a configured overlay. */
#include "bind/digest.h"
#include "bind/identity.h"
#include "bind/known.h"
#include "bind/lock.h"
#include "bind/park.h"
#include "bind/scheme.h"
#include "bind/session.h"
#include "exop/operation.h"
#include "link/clean.h"
#include "link/late.h"
#include "module/open.h"
#include "read/former.h"
#include "read/service.h"
#include "slapd/abi.h"
#include "slapd/hooks.h"
#include "slapd/reserve.h"
#include "slapd/seen.h"
#include "slapd/sink.h"
#include "slapd/task.h"
#include "write/revive.h"

#include "core/lockout/watch.h"
#include "core/text/version.h"

/* The template that slapd copies for every configured overlay. */
static slap_overinst educonnect;

/* Whose answers come by another operation than the one that was asked: what an
 * overlay searches for itself, waiting, slapd does not survive there. */
static bool
is_asynchronous(const BackendInfo *bi)
{
    return bi->bi_type != NULL && strcmp(bi->bi_type, "asyncmeta") == 0;
}

static int
db_init(BackendDB *be, ConfigReply *cr)
{
    slap_overinst *on = (slap_overinst *)be->bd_info;
    ov_instance *instance;

    if (SLAP_ISGLOBALOVERLAY(be) ||
        (on->on_info->oi_orig->bi_flags &
            (SLAP_BFLAG_CONFIG | SLAP_BFLAG_MONITOR)) != 0) {
        snprintf(cr->msg, sizeof(cr->msg),
            "educonnect is configured on a database of entries: not globally, "
            "not on cn=config or cn=monitor");
        Debug(LDAP_DEBUG_ANY, "%s\n", cr->msg);
        return 1;
    }
    if (is_asynchronous(on->on_info->oi_orig)) {
        snprintf(cr->msg, sizeof(cr->msg),
            "educonnect: a database asyncmeta answers no search of an "
            "overlay's own; meta does");
        Debug(LDAP_DEBUG_ANY, "%s\n", cr->msg);
        return 1;
    }
    if (ov_schema_complete() != 0) {
        snprintf(cr->msg, sizeof(cr->msg),
            "educonnect: the schema of inetOrgPerson is not there");
        return 1;
    }
    instance = ch_calloc(1, sizeof(*instance));
    instance->lockout = edc_lockout_new(0);
    instance->claims = edc_claims_new(OV_CLAIM_NUMBERS);
    instance->watch = edc_watch_new();
    instance->identities = ov_identities_new();
    if (instance->lockout == NULL || instance->claims == NULL ||
        instance->watch == NULL || instance->identities == NULL ||
        !edc_settings_init(&instance->settings) || !ov_reserve_init(instance)) {
        edc_settings_free(&instance->settings);
        edc_lockout_free(instance->lockout);
        edc_claims_free(instance->claims);
        edc_watch_free(instance->watch);
        ov_identities_free(instance->identities);
        ch_free(instance);
        snprintf(cr->msg, sizeof(cr->msg), "educonnect: out of memory");
        return 1;
    }
    ov_seen_init(instance);
    instance->sink = ov_sink_new();
    ov_void_init(instance);
    ov_late_init(instance);
    ov_revive_init(instance);
    ov_lock_init(instance);
    ov_park_init(instance);
    ov_service_init(&instance->services);
    on->on_bi.bi_private = instance;
    return 0;
}

/* The whole stack is asked again when slapd's olcDisabled is written twice
 * (ITS#10219), so opening an open one does nothing. */
static int
db_open(BackendDB *be, ConfigReply *cr)
{
    slap_overinst *on = (slap_overinst *)be->bd_info;

    ov_operation_chaining();
    return ov_open(be, ov_instance_of(on), on, cr->msg, sizeof(cr->msg)) ? 0
                                                                         : 1;
}

static int
db_close(BackendDB *be, ConfigReply *cr)
{
    (void)cr;
    ov_close(be, (slap_overinst *)be->bd_info);
    return 0;
}

static int
db_destroy(BackendDB *be, ConfigReply *cr)
{
    slap_overinst *on = (slap_overinst *)be->bd_info;
    ov_instance *instance = ov_instance_of(on);

    /* slapd does not close what is below an overlay that failed to. */
    (void)db_close(be, cr);
    on->on_bi.bi_private = NULL;
    ov_roles_free(instance);
    edc_settings_free(&instance->settings);
    edc_lockout_free(instance->lockout);
    edc_claims_free(instance->claims);
    edc_watch_free(instance->watch);
    ov_identities_free(instance->identities);
    ov_reserve_destroy(instance);
    ov_clean_destroy(instance);
    ov_late_destroy(instance);
    ov_revive_destroy(instance);
    ov_lock_destroy(instance);
    ov_void_destroy(instance);
    ov_seen_destroy(instance);
    ov_park_destroy(instance);
    ov_service_destroy(&instance->services);
    ov_sink_free(instance->sink);
    ch_free(instance);
    return 0;
}

static void
set_hooks(void)
{
    educonnect.on_bi.bi_type = "educonnect";
    educonnect.on_bi.bi_flags = SLAPO_BFLAG_SINGLE | SLAPO_BFLAG_DBONLY;
    educonnect.on_bi.bi_db_init = db_init;
    educonnect.on_bi.bi_db_open = db_open;
    educonnect.on_bi.bi_db_close = db_close;
    educonnect.on_bi.bi_db_destroy = db_destroy;
    ov_open_hooks(&educonnect.on_bi);
}

/* slapd calls this by name; anything but 0 and -1 would be taken for an index
 * into a table of its own. */
__attribute__((visibility("default"))) int init_module(int argc, char *argv[]);

int
init_module(int argc, char *argv[])
{
    (void)argc;
    (void)argv;
    if (ov_abi_check() != 0 || ov_reply_init() != 0 ||
        ov_schema_register() != 0 || ov_scheme_register() != 0 ||
        ov_digest_init() != 0 || ov_session_init() != 0)
        return -1;
    set_hooks();
    if (ov_monitor_register() != 0 || ov_config_register(&educonnect) != 0)
        return -1;
    if (overlay_register(&educonnect) != 0 || ov_operation_register() != 0)
        return -1;
    ov_former_guard();
    /* Tools say nothing when all is well. */
    if ((slapMode & SLAP_SERVER_MODE) != 0)
        Debug(LDAP_DEBUG_ANY,
            "educonnect: version " EDC_VERSION ", for slapd %d.%d.%d\n",
            LDAP_VENDOR_VERSION_MAJOR, LDAP_VENDOR_VERSION_MINOR,
            LDAP_VENDOR_VERSION_PATCH);
    return 0;
}

/* slapd calls this by name before it unloads the module, when it ends. No
 * thread of ours is left after it. */
__attribute__((visibility("default"))) int term_module(void);

int
term_module(void)
{
    ov_task_exit();
    ov_hash_exit();
    ov_session_exit();
    ov_digest_exit();
    ov_schema_report();
    return 0;
}
