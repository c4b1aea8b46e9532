/* forwarded.c - the lock of a consumer that hands it on.
 *
 * Stored as this server's own would be: the lock, and a new serial.
 */
#include "write/forwarded.h"

#include "bind/trail.h"
#include "slapd/mods.h"

#include "core/account/forwarded.h"

/* What is stored is the value as it came: one that is normalised first (another
 * zone, no seconds) would be stored and lock nothing. */
bool
ov_is_forwarded_lock(Operation *op, int64_t *time)
{
    unsigned locks = 0;

    if (get_relax(op) <= SLAP_CONTROL_IGNORED || op->o_txnSpec)
        return false;
    for (const Modifications *m = op->orm_modlist; m != NULL; m = m->sml_next) {
        if ((m->sml_flags & SLAP_MOD_INTERNAL) != 0)
            continue;
        if (m->sml_desc != ov_kept[EDC_KEPT_PWD_LOCKED_TIME] ||
            m->sml_op != LDAP_MOD_REPLACE || m->sml_numvals != 1 ||
            !edc_forwarded_is_time(ov_str(&m->sml_values[0]), time))
            return false;
        locks++;
    }
    return locks == 1;
}

bool
ov_forwarded_take(
    Operation *op, ov_write *w, int64_t time, edc_refusal *refusal)
{
    Modifications *first = NULL;

    ov_account_read(w->before, &w->account);
    if (w->account.state == EDC_ABSENT)
        return true;
    ov_judge_actor(op, w);
    if (!edc_forwarded_allows(
            &w->account, &w->request, time, op->o_time, refusal))
        return false;
    edc_plan_next_serial(&w->account, &w->plan);
    if (w->account.locked == time)
        ov_judge_no_change(w);
    ov_mods_serial(&first, &w->account, w->plan.serial);
    ov_mods_prepend(&op->orm_modlist, first);
    op->o_permissive_modify = SLAP_CONTROL_NONE;
    Debug(LDAP_DEBUG_STATS,
        "%s educonnect: \"%s\" locked out on another server\n",
        op->o_log_prefix, w->ndn.bv_val);
    return true;
}

void
ov_forwarded_done(Operation *op, ov_write *w, int64_t time)
{
    edc_trail trail = {.relax = false};

    if (w->account.locked != time)
        ov_trail_same(op, w->on, w->before, OV_TRAIL_LOCK_OUT, &trail);
}
