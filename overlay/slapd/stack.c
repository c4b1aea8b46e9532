/* stack.c - whether slapd's overlays are still those they were. */
#include "slapd/stack.h"

/* FNV-1a, a word at a time. */
static uint64_t
mix(uint64_t sum, uintptr_t word)
{
    return (sum ^ word) * UINT64_C(1099511628211);
}

/* One that was taken away and added again may stand in the same memory; what it
 * keeps hardly does as well, and is its own if it does. */
static uint64_t
mix_database(uint64_t sum, BackendDB *be)
{
    slap_overinst *on;

    sum = mix(sum, (uintptr_t)be);
    if (!overlay_is_over(be))
        return sum;
    on = ((slap_overinfo *)be->bd_info->bi_private)->oi_list;
    for (; on != NULL; on = on->on_next) {
        sum = mix(sum, (uintptr_t)on);
        sum = mix(sum, (uintptr_t)on->on_bi.bi_private);
        sum = mix(sum, on->on_bi.bi_flags & SLAPO_BFLAG_DISABLED);
    }
    return sum;
}

uint64_t
ov_stack_now(void)
{
    uint64_t sum = mix_database(UINT64_C(14695981039346656037), frontendDB);
    BackendDB *be;

    LDAP_STAILQ_FOREACH(be, &backendDB, be_next)
    {
        sum = mix_database(sum, be);
    }
    return sum;
}

slap_overinst *
ov_overlay_of(BackendDB *be)
{
    slap_overinst *on;

    if (!overlay_is_over(be))
        return NULL;
    on = ((slap_overinfo *)be->bd_info->bi_private)->oi_list;
    while (on != NULL && strcmp(on->on_bi.bi_type, "educonnect") != 0)
        on = on->on_next;
    return on;
}

bool
ov_stack_has(const slap_overinst *on, const char *name)
{
    const slap_overinst *other = on->on_info->oi_list;

    while (other != NULL && strcmp(other->on_bi.bi_type, name) != 0)
        other = other->on_next;
    return other != NULL;
}
