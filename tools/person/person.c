/* person.c - educonnectctl person: options. */
#include "person/person.h"

ctl_exit
ctl_person(ctl *c)
{
    bool give = ctl_count(c, CTL_OPT_PERSON_EXPORT) > 0;
    bool erase = ctl_count(c, CTL_OPT_PERSON_ERASE) > 0;
    person p = {.c = c};
    ctl_exit status;

    if (c->n_args != 1)
        return ctl_fail(
            c, CTL_USAGE, "wants one account: a login, a DN or a source id");
    if (give == erase)
        return ctl_fail(c, CTL_USAGE, "wants one of --export and --erase");
    if (!erase && ctl_count(c, CTL_OPT_PERSON_APPLY) > 0)
        return ctl_fail(c, CTL_USAGE, "--apply goes with --erase");
    if (!give && ctl_value(c, CTL_OPT_PERSON_OUTPUT, NULL) != NULL)
        return ctl_fail(c, CTL_USAGE, "--output goes with --export");
    status = ctl_connect(c);
    if (status != CTL_OK)
        return status;
    status = person_read(&p, c->args[0]);
    if (status == CTL_OK)
        status = give ? person_export(&p) : person_erase(&p);
    person_free(&p);
    return status;
}
