/* ahead.c - entries that were written in this server's future. */
#include "slapd/ahead.h"

#include "core/text/gentime.h"
#include "slapd/entry.h"
#include "slapd/stack.h"

#include <time.h>

/* "20261129183503.123456Z#000000#001#000000": the seconds. */
#define SECONDS 14

static bool
time_of(Entry *entry, int64_t *seconds)
{
    BerVarray csn = ov_values(entry, slap_schema.si_ad_entryCSN);
    char text[SECONDS + 2] = "";

    if (csn == NULL || csn->bv_len < SECONDS)
        return false;
    memcpy(text, csn->bv_val, SECONDS);
    text[SECONDS] = 'Z';
    return edc_time_parse(edc_str_of(text), seconds);
}

static bool
sends_on(Operation *op, const slap_overinst *on)
{
    return SLAP_MULTIPROVIDER(op->o_bd) || ov_stack_has(on, "syncprov");
}

bool
ov_is_ahead(Operation *op, slap_overinst *on, Entry *entry)
{
    int64_t written;

    return sends_on(op, on) && time_of(entry, &written) &&
           written > time(NULL) + OV_AHEAD_MAX;
}

typedef struct ahead_look {
    Operation *op;
    slap_overinst *on;
    bool ahead;
} ahead_look;

static void
look(void *ctx, Entry *e)
{
    ahead_look *l = ctx;

    l->ahead = ov_is_ahead(l->op, l->on, e);
}

bool
ov_is_ahead_at(Operation *op, slap_overinst *on, struct berval *ndn)
{
    ahead_look l = {.op = op, .on = on};

    if (sends_on(op, on))
        ov_entry_look(op, ndn, look, &l);
    return l.ahead;
}

void
ov_ahead_log(Operation *op, const struct berval *dn)
{
    Debug(LDAP_DEBUG_ANY,
        "%s educonnect: \"%s\" was written in what is this server's future, "
        "and a write now would be lost: the clocks of the servers differ\n",
        op->o_log_prefix, dn->bv_val);
}
