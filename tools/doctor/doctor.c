/* doctor.c - educonnectctl doctor: looks at an installation and its data, and
 * changes nothing.
 */
#include "core/text/phone.h"
#include "doctor/doctor.h"

static const char tables[] =
    "CREATE TABLE found (n INTEGER PRIMARY KEY, id INT, subject TEXT,"
    " detail TEXT, repair BLOB)";

static ctl_exit
examine(doctor *d)
{
    const char *path = ctl_value(d->c, CTL_OPT_DOCTOR_SLAPCAT, NULL);
    bool config = ctl_count(d->c, CTL_OPT_DOCTOR_DATA_ONLY) == 0;
    bool data = ctl_count(d->c, CTL_OPT_DOCTOR_CONFIG_ONLY) == 0;
    ctl_exit status = CTL_OK;

    if (path == NULL) {
        status = ctl_connect(d->c);
        if (status == CTL_OK && config)
            status = doctor_config(d);
        if (status == CTL_OK && config)
            status = doctor_probe(d);
    }
    if (status == CTL_OK && data)
        status = doctor_data(d, path);
    return status == CTL_OK ? doctor_print(d) : status;
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
    store_close(&d.s);
    setup_config_free(&d.config);
    setup_free(&d.access);
    return status;
}
