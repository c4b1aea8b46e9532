/* doctor.c - educonnectctl doctor: looks at an installation and its data, and
 * changes nothing.
 */
#include <stdlib.h>

#include "core/text/phone.h"
#include "doctor/doctor.h"

static const char tables[] =
    "CREATE TABLE found (n INTEGER PRIMARY KEY, id INT, subject TEXT,"
    " detail TEXT, repair BLOB)";

static void
read_identity(doctor *d)
{
    struct berval *identity = NULL;

    if (ldap_whoami_s(d->c->ld, &identity, NULL, NULL) == LDAP_SUCCESS &&
        identity != NULL && identity->bv_len > 3)
        d->identity = ctl_copy_n(identity->bv_val + 3, identity->bv_len - 3);
    ber_bvfree(identity);
}

/* CTL_OK, or what ended it: what was found until then is told all the same. */
static ctl_exit
examine(doctor *d)
{
    const char *path = ctl_value(d->c, CTL_OPT_DOCTOR_SLAPCAT, NULL);
    bool config = ctl_count(d->c, CTL_OPT_DOCTOR_DATA_ONLY) == 0;
    bool data = ctl_count(d->c, CTL_OPT_DOCTOR_CONFIG_ONLY) == 0;
    ctl_exit status = CTL_OK;

    d->data = data;
    if (path == NULL) {
        status = ctl_connect(d->c);
        d->looked = status == CTL_OK;
        if (d->looked)
            read_identity(d);
        if (status == CTL_OK && config)
            status = doctor_config(d);
        if (status == CTL_OK && config)
            status = doctor_probe(d);
    }
    if (status == CTL_OK && data)
        status = doctor_data(d, path);
    return status;
}

ctl_exit
ctl_doctor(ctl *c)
{
    doctor d = {.c = c, .max_guardians = 2, .region = EDC_PHONE_REGION};
    ctl_exit status;

    if (c->n_args > 0)
        return ctl_fail(c, CTL_USAGE, "no argument is taken");
    store_open(&d.s, tables);
    status = examine(&d);
    if (d.looked || status == CTL_OK) {
        ctl_exit found = doctor_print(&d, status == CTL_OK);

        status = status == CTL_OK ? found : status;
    }
    free(d.identity);
    store_close(&d.s);
    setup_config_free(&d.config);
    setup_free(&d.access);
    setup_free(&d.actors);
    return status;
}
