/* trail.c - the audit trail: events of accounts as lines of it. */
#include "bind/trail.h"
#include "bind/client.h"
#include "slapd/memory.h"
#include "slapd/sink.h"

#include <time.h>

/* What stands for a DN, or an address, that is none. */
#define ANONYMOUS EDC_STR("anonymous")
#define SERVER EDC_STR("server")
#define UNKNOWN EDC_STR("unknown")
#define LOCAL "local"

static bool
is_own(const Operation *op)
{
    return op->o_conn == NULL || op->o_conn->c_conn_idx < 0;
}

void
ov_origin_of(Operation *op, slap_overinst *on, ov_origin *origin)
{
    char peer[EDC_WATCH_ADDRESS] = "";
    ov_client client;

    *origin = (ov_origin){"", ""};
    if (is_own(op))
        return;
    ov_client_of(op, on, &client);
    edc_watch_address(op->o_conn->c_peer_name.bv_val, peer);
    if (peer[0] == '\0')
        snprintf(peer, sizeof(peer), "%s", LOCAL);
    snprintf(origin->address, sizeof(origin->address), "%s",
        client.address[0] != '\0' ? client.address : peer);
    if (strcmp(origin->address, peer) != 0)
        snprintf(origin->peer, sizeof(origin->peer), "%s", peer);
}

bool
ov_trail_is_kept(slap_overinst *on)
{
    return ov_instance_of(on)->settings.audit != NULL;
}

static edc_str
first_value(Entry *entry, AttributeDescription *ad)
{
    BerVarray values = ov_values(entry, ad);

    return values == NULL ? (edc_str){NULL, 0} : ov_str(values);
}

/* Of what becomes an account the login may come with the same write. */
static edc_str
login_of(Operation *op, Entry *entry)
{
    edc_str login = first_value(entry, ov_ad_uid);

    if (login.n > 0 || op->o_tag != LDAP_REQ_MODIFY)
        return login;
    for (Modifications *m = op->orm_modlist; m != NULL; m = m->sml_next) {
        if (m->sml_desc == ov_ad_uid && m->sml_op != LDAP_MOD_DELETE &&
            m->sml_numvals > 0)
            login = ov_str(&m->sml_values[0]);
    }
    return login;
}

/* A session that is bound as somebody else acts for this one. Who asks for that
 * and was nobody any more when it was judged sent a Bind right behind. */
static edc_str
session_of(Operation *op)
{
    struct berval bound = ov_bound(op);

    if (BER_BVISNULL(&bound))
        return op->o_ctrlflag[slap_cids.sc_proxyAuthz] > SLAP_CONTROL_IGNORED
                   ? UNKNOWN
                   : (edc_str){NULL, 0};
    return bvmatch(&bound, &op->o_ndn) ? (edc_str){NULL, 0} : ov_str(&bound);
}

/* Who did it. */
static void
fill_actor(Operation *op, edc_trail *trail)
{
    edc_str *by = &trail->text[EDC_TRAIL_BY];

    if (by->n > 0)
        return;
    if (is_own(op)) {
        *by = SERVER;
        return;
    }
    *by = BER_BVISEMPTY(&op->o_dn) ? ANONYMOUS : ov_str(&op->o_dn);
    trail->text[EDC_TRAIL_VIA] = session_of(op);
}

void
ov_trail(Operation *op, slap_overinst *on, Entry *entry, edc_trail *trail)
{
    ov_instance *instance = ov_instance_of(on);
    char line[EDC_TRAIL_SIZE];
    struct timespec now;
    ov_origin origin;

    if (instance->settings.audit == NULL)
        return;
    clock_gettime(CLOCK_REALTIME, &now);
    trail->seconds = now.tv_sec;
    trail->micro = (uint32_t)(now.tv_nsec / 1000);
    trail->text[EDC_TRAIL_LOGIN] = login_of(op, entry);
    trail->text[EDC_TRAIL_ID] = first_value(entry, slap_schema.si_ad_entryUUID);
    fill_actor(op, trail);
    if (trail->text[EDC_TRAIL_ADDRESS].n == 0) {
        ov_origin_of(op, on, &origin);
        trail->text[EDC_TRAIL_ADDRESS] = edc_str_of(origin.address);
        trail->text[EDC_TRAIL_PEER] = edc_str_of(origin.peer);
    }
    trail->server = (unsigned)slap_serverID;
    ov_sink_write(instance->sink, instance->settings.audit, line,
        edc_trail_write(trail, line));
}

void
ov_trail_same(Operation *op, slap_overinst *on, Entry *entry, const char *event,
    edc_trail *trail)
{
    edc_account account;

    if (!ov_trail_is_kept(on))
        return;
    ov_account_read(entry, &account);
    trail->text[EDC_TRAIL_EVENT] = edc_str_of(event);
    trail->text[EDC_TRAIL_FROM] = edc_str_of(edc_state_name(account.state));
    if (trail->text[EDC_TRAIL_TO].n == 0)
        trail->text[EDC_TRAIL_TO] = trail->text[EDC_TRAIL_FROM];
    ov_trail(op, on, entry, trail);
}

void
ov_trail_event(Operation *op, slap_overinst *on, Entry *entry,
    const edc_plan *plan, edc_str school, edc_str into)
{
    edc_trail trail = {.relax = get_relax(op) > SLAP_CONTROL_IGNORED};

    trail.text[EDC_TRAIL_EVENT] =
        edc_str_of(edc_transition_of(plan->event)->name);
    trail.text[EDC_TRAIL_FROM] = edc_str_of(edc_state_name(plan->from));
    trail.text[EDC_TRAIL_TO] = edc_str_of(edc_state_name(plan->to));
    trail.text[EDC_TRAIL_SCHOOL] = school;
    trail.text[EDC_TRAIL_INTO] = into;
    if (plan->audited != 0)
        trail.text[EDC_TRAIL_GUARD] =
            edc_str_of(edc_code_name(edc_codes_first(plan->audited)));
    ov_trail(op, on, entry, &trail);
}

void
ov_trail_follow(ov_instance *instance)
{
    ov_sink_leave(instance->sink);
}
