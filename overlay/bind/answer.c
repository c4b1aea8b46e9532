/* answer.c - a bind that the overlay answers itself.
 *
 * The overlays below and the backend are not asked: one of them may ask another
 * server, and whatever it were sent instead of the client's password, some
 * server says yes to it.
 */
#include "bind/bind.h"

/* Hooks that only watch: they see the answer by a callback and give none. Those
 * with a response function are called by slapd anyway. */
static const char *const watchers[] = {"accesslog"};

static bool
watches(const slap_overinst *below)
{
    const BackendInfo *bi = &below->on_bi;

    if ((bi->bi_flags & SLAPO_BFLAG_DISABLED) != 0 || bi->bi_op_bind == NULL)
        return false;
    for (size_t i = 0; i < sizeof(watchers) / sizeof(watchers[0]); i++) {
        if (strcmp(bi->bi_type, watchers[i]) == 0)
            return true;
    }
    return false;
}

static void
call_watchers(Operation *op, SlapReply *rs, slap_overinst *on)
{
    BackendInfo *bi = op->o_bd->bd_info;

    for (on = on->on_next; on != NULL; on = on->on_next) {
        if (!watches(on))
            continue;
        op->o_bd->bd_info = (BackendInfo *)on;
        (void)on->on_bi.bi_op_bind(op, rs);
    }
    op->o_bd->bd_info = bi;
}

int
ov_bind_answer(Operation *op, SlapReply *rs, slap_overinst *on, int result,
    const char *text)
{
    if (result != SLAPD_ABANDON)
        call_watchers(op, rs, on);
    send_ldap_error(op, rs, result, text);
    return rs->sr_err;
}
