/* status.c - the help desk's view: what holds an account back, what a bind
 * would meet, what may be done next.
 */
#include "bind/actor.h"
#include "bind/lock.h"
#include "read/computed.h"
#include "read/hold.h"

#include "core/account/access.h"
#include "core/account/allowed.h"

static void
add_text(BerVarray *values, const char *prefix, edc_str text)
{
    struct berval value;
    size_t head = strlen(prefix);

    value.bv_len = head + text.n;
    value.bv_val = ch_malloc(value.bv_len + 1);
    memcpy(value.bv_val, prefix, head);
    if (text.n > 0)
        memcpy(value.bv_val + head, text.p, text.n);
    value.bv_val[value.bv_len] = '\0';
    ber_bvarray_add(values, &value);
}

/* One value for each part of a list. */
static void
add_parts(
    BerVarray *values, const char *prefix, edc_str list, const char *separator)
{
    const char *at = list.p;

    while (list.n > 0 && at != NULL) {
        const char *end = strstr(at, separator);
        size_t n = end == NULL ? strlen(at) : (size_t)(end - at);

        add_text(values, prefix, (edc_str){at, n});
        at = end == NULL ? NULL : end + strlen(separator);
    }
}

void
ov_compute_hold(Operation *op, slap_overinst *on, Entry *entry,
    const edc_account *account, BerVarray *values)
{
    ov_hold hold;

    if (!account->student)
        return;
    ov_eligibility(op, on, entry, &hold);
    add_parts(values, "record-incomplete:", hold.missing, ",");
    if (hold.schools.n > 0)
        add_text(values, "multi-enrolled:", hold.schools);
    add_parts(values, "duplicate-ine:", hold.others, "; ");
}

static void
add_locked(int64_t until, BerVarray *values)
{
    char text[EDC_TIME_SIZE];

    edc_time_format(until, text);
    add_text(values, "locked-until:", edc_str_of(text));
}

void
ov_compute_bind_status(Operation *op, slap_overinst *on, Entry *entry,
    const edc_account *account, BerVarray *values)
{
    const edc_settings *settings = &ov_instance_of(on)->settings;
    BerVarray into = ov_values(entry, ov_ad[EDC_AT_MERGED_INTO]);
    int64_t until = ov_lock_until(on, entry, account, op->o_time);
    edc_access access;

    access = edc_access_unlocked(account, settings, op->o_time);
    /* As with a lock that is stored. */
    if (access != EDC_ACCESS_FEDERATED && until != 0)
        add_locked(until, values);
    else if (access == EDC_ACCESS_MERGED && into != NULL)
        add_text(values, "merged:", ov_str(into));
    else
        add_text(values, "", edc_str_of(edc_access_name(access)));
}

/* What slapd would ask of whoever writes the event: as a Modify that replaces
 * or deletes. For the extended operations roles decide alone. */
static bool
acl_allows(Operation *op, Entry *entry, const edc_account *account,
    const edc_transition *row)
{
    AttributeDescription *lock = ov_kept[EDC_KEPT_PWD_LOCKED_TIME];
    AttributeDescription *state = ov_kept[EDC_KEPT_STATE];
    struct berval target;

    switch (row->wish) {
    case EDC_WISH_PASSWORD:
        return access_allowed(op, entry, slap_schema.si_ad_userPassword, NULL,
                   ACL_WRITE, NULL) != 0;
    case EDC_WISH_STATE:
        ber_str2bv(edc_state_name(edc_target_of(row, account)), 0, 0, &target);
        return access_allowed(op, entry, state, NULL, ACL_WDEL, NULL) &&
               access_allowed(op, entry, state, &target, ACL_WADD, NULL);
    case EDC_WISH_UNLOCK:
        return is_at_no_user_mod(lock->ad_type) ||
               access_allowed(op, entry, lock, NULL, ACL_WDEL, NULL);
    case EDC_WISH_LOCK:
        return is_at_no_user_mod(lock->ad_type) ||
               access_allowed(op, entry, lock, NULL, ACL_WRITE, NULL);
    default:
        return true;
    }
}

void
ov_compute_allowed(Operation *op, slap_overinst *on, Entry *entry,
    const edc_account *account, BerVarray *values)
{
    const edc_settings *settings = &ov_instance_of(on)->settings;
    edc_account held = *account;
    ov_actor actor;
    edc_request request = {0};
    unsigned allowed;
    ov_hold hold;

    /* Stored soon: an unlock waits for that. */
    if (ov_lock_until(on, entry, account, op->o_time) != 0)
        held.has_lock = true;
    ov_actor_ask(op, on, entry, account, &actor, &request);
    if (account->student) {
        ov_eligibility(op, on, entry, &hold);
        request.missing = hold.missing;
        request.schools = hold.schools;
        request.others = hold.others;
    }
    allowed = edc_allowed(&held, &request, settings);
    for (int e = 0; e < EDC_N_EVENTS; e++) {
        const edc_transition *row = edc_transition_of((edc_event)e);

        if ((allowed & (1u << e)) != 0 && acl_allows(op, entry, account, row))
            add_text(values, "", edc_str_of(row->name));
    }
}
