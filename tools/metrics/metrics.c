/* metrics.c - educonnectctl metrics: options, and where to. */
#include "metrics/metrics.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "ctl/output.h"

/* Who reads it is another user: the figures name nobody. */
#define READABLE 0644

static ctl_exit
write_out(const metrics *m)
{
    const char *path = ctl_value(m->c, CTL_OPT_METRICS_OUTPUT, NULL);
    output o = {NULL, NULL, -1, NULL, NULL};
    const char *why, *not_written;

    if (path == NULL) {
        metrics_print(m, stdout);
        return CTL_OK;
    }
    why = output_begin(&o, path, OUTPUT_REPLACE);
    if (why == NULL) {
        metrics_print(m, o.file);
        if (fchmod(fileno(o.file), READABLE) != 0)
            why = strerror(errno);
        not_written = output_end(&o, why == NULL);
        why = why == NULL ? not_written : why;
    }
    return why == NULL ? CTL_OK
                       : ctl_fail(m->c, CTL_LOCAL, "%s: %s", path, why);
}

/* What a plugin ends with are other numbers than a subcommand's. */
static ctl_exit
check(metrics *m, ctl_exit connected)
{
    if (connected != CTL_OK)
        m->why = ctl_copy("the directory cannot be asked");
    else
        (void)metrics_read(m);
    return (ctl_exit)metrics_check(m);
}

static ctl_exit
run(metrics *m)
{
    ctl_exit status = ctl_connect(m->c);

    if (ctl_count(m->c, CTL_OPT_METRICS_CHECK) > 0)
        return check(m, status);
    if (status != CTL_OK)
        return status;
    if (!metrics_read(m))
        return ctl_fail(m->c, CTL_SERVER, "%s", m->why);
    return write_out(m);
}

ctl_exit
ctl_metrics(ctl *c)
{
    metrics m = {.c = c};
    bool checks = ctl_count(c, CTL_OPT_METRICS_CHECK) > 0;
    ctl_exit status;

    if (c->n_args > 0)
        return ctl_fail(c, CTL_USAGE, "no argument is taken");
    if (checks && ctl_value(c, CTL_OPT_METRICS_OUTPUT, NULL) != NULL)
        return ctl_fail(c, CTL_USAGE, "--check or --output, not both");
    if (!checks && (ctl_count(c, CTL_OPT_METRICS_WARNING) > 0 ||
                       ctl_count(c, CTL_OPT_METRICS_CRITICAL) > 0))
        return ctl_fail(
            c, CTL_USAGE, "--warning and --critical go with --check");
    if (!metrics_limits_valid(c))
        return CTL_USAGE;
    status = run(&m);
    metrics_free(&m);
    return status;
}
