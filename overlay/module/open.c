/* open.c - an overlay that is open before anything relies on it. */
#include "module/open.h"
#include "bind/identity.h"
#include "bind/known.h"
#include "bind/lock.h"
#include "bind/park.h"
#include "link/clean.h"
#include "link/late.h"
#include "link/void.h"
#include "read/former.h"
#include "read/service.h"
#include "slapd/hooks.h"
#include "slapd/memory.h"
#include "slapd/reply.h"
#include "slapd/task.h"
#include "write/revive.h"
#include "slapd/versions.h"

/* One at a time, of all instances: it happens about once in each one's life. */
static pthread_mutex_t opening = PTHREAD_MUTEX_INITIALIZER;

/* slapd's own, and nothing that this overlay could prevent. */
static void
warn_of_log(void)
{
    if (OV_STATS2_HAS_VALUES &&
        ((slap_debug | ldap_syslog) & LDAP_DEBUG_STATS2) != 0)
        Debug(LDAP_DEBUG_ANY,
            "educonnect: the log level stats2 of this slapd writes the values "
            "of every change, passwords among them: leave it out\n");
}

/* Whoever reads the log of such a server knows what it is. */
static void
warn_of_test_data(const ov_instance *instance, BackendDB *be)
{
    if (instance->settings.test_data)
        Debug(LDAP_DEBUG_ANY,
            "educonnect: TEST DATA: %s takes codes of schools with a wrong "
            "check letter (educonnect-test-data yes); real people do not "
            "belong in it\n",
            BER_BVISNULL(be->be_suffix) ? "" : be->be_suffix[0].bv_val);
}

static bool
register_controls(BackendDB *be)
{
    if (overlay_register_control(be, LDAP_CONTROL_X_ACCOUNT_USABILITY) !=
        LDAP_SUCCESS)
        return false;
    if (overlay_register_control(be, LDAP_CONTROL_PASSWORDPOLICYREQUEST) ==
        LDAP_SUCCESS)
        return true;
    overlay_unregister_control(be, LDAP_CONTROL_X_ACCOUNT_USABILITY);
    return false;
}

static void
unregister_controls(BackendDB *be)
{
    overlay_unregister_control(be, LDAP_CONTROL_PASSWORDPOLICYREQUEST);
    overlay_unregister_control(be, LDAP_CONTROL_X_ACCOUNT_USABILITY);
}

static bool
prepare(BackendDB *be, ov_instance *instance, char *why, size_t size)
{
    char what[200];
    const char *fault = NULL;

    if (!edc_settings_check(&instance->settings, what, sizeof(what)))
        fault = what;
    else if ((slapMode & SLAP_TOOL_MODE) != 0)
        return true;
    else if (BER_BVISEMPTY(&be->be_rootndn))
        fault = "the database needs a rootdn, as which the overlay searches; "
                "it needs no rootpw";
    else if (!register_controls(be))
        fault = "its controls cannot be registered";
    else if (!ov_hash_open(instance)) {
        unregister_controls(be);
        fault = "out of memory";
    }
    if (fault == NULL)
        return true;
    snprintf(why, size, "educonnect: %s", fault);
    Debug(LDAP_DEBUG_ANY, "%s\n", why);
    return false;
}

/* Nothing fails any more, and nobody is in the instance yet. */
static void
open_prepared(ov_instance *instance, slap_overinst *on)
{
    ov_former_guard_database(on);
    ov_known_follow(instance);
    ov_identity_forget(instance->identities);
    /* One that is added at run time has no entry in cn=monitor. */
    if ((slapMode & SLAP_SERVER_RUNNING) == 0)
        instance->monitored = true;
    instance->monitor_pending = instance->monitored;
    ov_void_open(instance);
    ov_service_forget(&instance->services);
    warn_of_log();
    ov_task_open(on);
    instance->open = true;
    ov_clean_resume(on);
    ov_late_resume(on);
    ov_revive_resume(on);
    ov_lock_resume(on);
}

bool
ov_open(BackendDB *be, ov_instance *instance, slap_overinst *on, char *why,
    size_t size)
{
    bool done;

    pthread_mutex_lock(&opening);
    done = instance->open || prepare(be, instance, why, size);
    if (done && !instance->open)
        warn_of_test_data(instance, be);
    if (done && !instance->open && (slapMode & SLAP_TOOL_MODE) == 0)
        open_prepared(instance, on);
    pthread_mutex_unlock(&opening);
    return done;
}

bool
ov_open_now(BackendDB *be, slap_overinst *on)
{
    ov_instance *instance = ov_instance_of(on);
    char why[SLAP_TEXT_BUFLEN];

    /* What closing itself still answers goes its way; nothing is opened while
     * slapd ends. */
    if (instance->open || instance->closing)
        return true;
    return !ov_is_shutting_down() &&
           ov_open(be, instance, on, why, sizeof(why));
}

void
ov_close(BackendDB *be, slap_overinst *on)
{
    ov_instance *instance = ov_instance_of(on);

    if (!instance->open)
        return;
    instance->closing = true;
    instance->open = false;
    ov_hash_close(be, instance);
    ov_known_close(instance);
    ov_task_close(be, on);
    ov_monitor_close(on);
    unregister_controls(be);
    instance->closing = false;
}

/* ---- the hooks ---- */

/* What cannot be judged is not done. */
static int
run(Operation *op, SlapReply *rs, int (*hook)(Operation *, SlapReply *))
{
    slap_overinst *on = (slap_overinst *)op->o_bd->bd_info;

    ov_keep_begin(op);
    if (ov_open_now(op->o_bd, on))
        return hook(op, rs);
    return ov_refuse_code(op, rs, on, ov_unread_code());
}

#define HOOK(name)                                                             \
    static int run_##name(Operation *op, SlapReply *rs)                        \
    {                                                                          \
        return run(op, rs, ov_##name);                                         \
    }
HOOK(bind)
HOOK(add)
HOOK(modify)
HOOK(modrdn)
HOOK(delete)
HOOK(search)
HOOK(compare)
#undef HOOK

/* slapd sends the answer of an extended operation itself. */
static int
run_extended(Operation *op, SlapReply *rs)
{
    slap_overinst *on = (slap_overinst *)op->o_bd->bd_info;
    edc_refusal refusal = {.codes = EDC_BIT(ov_unread_code())};

    if (ov_open_now(op->o_bd, on))
        return ov_extended(op, rs);
    ov_rewrite(op, rs, on, &refusal);
    return rs->sr_err;
}

/* slapd sends the answer itself, and drops what was pushed until then. */
static int
run_chk_controls(Operation *op, SlapReply *rs)
{
    slap_overinst *on = (slap_overinst *)op->o_bd->bd_info;
    edc_refusal refusal = {.codes = EDC_BIT(ov_unread_code())};

    if (!ov_is_forwarded(op))
        return SLAP_CB_CONTINUE;
    if (ov_open_now(op->o_bd, on))
        return ov_forward(op, rs);
    ov_rewrite(op, rs, on, &refusal);
    return rs->sr_err;
}

/* slapd holds the connection's mutex: nothing is opened for this. */
static int
run_abandon(Operation *op, SlapReply *rs)
{
    slap_overinst *on = (slap_overinst *)op->o_bd->bd_info;

    return ov_instance_of(on)->open ? ov_abandon(op, rs) : SLAP_CB_CONTINUE;
}

void
ov_open_hooks(BackendInfo *bi)
{
    bi->bi_op_bind = run_bind;
    bi->bi_op_abandon = run_abandon;
    bi->bi_op_add = run_add;
    bi->bi_op_modify = run_modify;
    bi->bi_op_modrdn = run_modrdn;
    bi->bi_op_delete = run_delete;
    bi->bi_op_search = run_search;
    bi->bi_op_compare = run_compare;
    bi->bi_extended = run_extended;
    bi->bi_chk_controls = run_chk_controls;
    bi->bi_connection_destroy = ov_session_destroy;
}
