/* transition.c - the transition table and the names of states and roles. */
#include "core/account/transition.h"

static const edc_transition transitions[] = {
#define EDC_EVENT(id, name, wish, from, to, roles, effects)                    \
    [EDC_EV_##id] = {name, wish, from, to, roles, effects},
#include "core/account/transitions.def"
#undef EDC_EVENT
};

static const char *const states[EDC_N_STATES] = {
    [EDC_ABSENT] = "none",
    [EDC_UNINFORMED] = "uninformed",
    [EDC_INFORMED] = "informed",
    [EDC_ACTIVE] = "active",
    [EDC_RESET] = "reset",
    [EDC_SUSPENDED] = "suspended",
    [EDC_CLOSED] = "closed",
};

static const struct {
    unsigned role;
    const char *name;
} roles[EDC_N_ROLES] = {
    {EDC_SELF, "self"},
    {EDC_PROVISIONER, "provisioner"},
    {EDC_REGISTRAR, "registrar"},
    {EDC_ASSISTANCE, "assistance"},
    {EDC_ACADEMY, "academy"},
    {EDC_SCHOOL_STUDENT, "school (student)"},
    {EDC_SCHOOL_GUARDIAN, "school (guardian)"},
    {EDC_SCHOOL_INFORMER, "informing school"},
};

const edc_transition *
edc_transition_of(edc_event event)
{
    return &transitions[event];
}

const char *
edc_state_name(edc_state state)
{
    return states[state];
}

bool
edc_state_parse(edc_str name, edc_state *state)
{
    for (int s = EDC_UNINFORMED; s < EDC_N_STATES; s++) {
        if (edc_str_caseeq(name, edc_str_of(states[s]))) {
            *state = (edc_state)s;
            return true;
        }
    }
    return false;
}

const char *
edc_role_name(unsigned role)
{
    for (int i = 0; i < EDC_N_ROLES; i++) {
        if (roles[i].role == role)
            return roles[i].name;
    }
    return "none";
}
