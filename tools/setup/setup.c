/* setup.c - educonnectctl setup: the overlay put into a running slapd. */
#include <stdlib.h>

#include "ctl/catalog.h"
#include "setup/setup.h"

static ctl_exit
carry_out(ctl *c, const setup_plan *plan)
{
    bool dry_run = ctl_count(c, CTL_OPT_SETUP_DRY_RUN) > 0;

    for (size_t i = 0; i < plan->n; i++) {
        const ctl_change *change = plan->changes + i;
        int result;

        if (dry_run) {
            ctl_change_print(change, false, stdout);
            continue;
        }
        result = ctl_change_apply(change, c->ld);
        if (result != LDAP_SUCCESS) {
            ctl_fail_ldap(c, CTL_SERVER, c->ld, result, change->dn);
            return ctl_fail(c, CTL_SERVER,
                "%zu of %zu changes were made, those above; run it again when "
                "what was refused is mended",
                i, plan->n);
        }
        print(stdout, "%s: %s\n", change->dn,
            catalog_text(
                change->kind == CTL_CHANGE_ADD ? N_("added") : N_("changed")));
    }
    for (size_t i = 0; i < plan->left.n; i++)
        ctl_warn(c, "left as it is: %s", plan->left.values[i]);
    if (plan->n == 0 && !dry_run)
        print(stdout, "nothing to change\n");
    return plan->left.n > 0 ? CTL_REFUSED : CTL_OK;
}

ctl_exit
ctl_setup(ctl *c)
{
    const char *wanted = ctl_value(c, CTL_OPT_SETUP_DATABASE, NULL);
    setup_config config = {0};
    setup_plan plan = {0};
    ctl_exit status;

    if (c->n_args > 0)
        return ctl_fail(c, CTL_USAGE, "no argument is taken");
    c->base = ctl_copy("cn=config");
    status = ctl_connect(c);
    if (status == CTL_OK)
        status = setup_read(c, wanted, &config);
    if (status == CTL_OK)
        status = setup_make_plan(c, &config, &plan);
    if (status == CTL_OK)
        status = carry_out(c, &plan);
    setup_plan_free(&plan);
    setup_config_free(&config);
    return status;
}
