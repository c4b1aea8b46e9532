/* back.c - what makes an account the entry again that it was. */
#include <string.h>

#include "adopt/adopt.h"

void
adopt_back(const adopt_entry *e, adopt_verdict *verdict)
{
    static const char *const classes[] = {
        "educonnectStudent", "educonnectLegalGuardian"};
    ctl_change *change = &verdict->change;
    bool is = false;

    *verdict = (adopt_verdict){.outcome = ADOPT_SAME};
    ctl_change_begin(change, CTL_CHANGE_MODIFY, e->dn);
    change->relax = true;
    for (size_t i = 0; i < 2; i++) {
        if (!adopt_entry_has(e, "objectClass", classes[i]))
            continue;
        if (!is)
            ctl_change_mod(change, LDAP_MOD_DELETE, "objectClass");
        ctl_change_value(change, classes[i], strlen(classes[i]));
        is = true;
    }
    for (size_t i = 0; adopt_records[i] != NULL && is; i++) {
        if (adopt_entry_get(e, adopt_records[i], 0) != NULL)
            ctl_change_mod(change, LDAP_MOD_DELETE, adopt_records[i]);
    }
    if (is)
        verdict->outcome = ADOPT_RELEASED;
}
