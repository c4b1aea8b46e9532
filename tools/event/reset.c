/* reset.c - reset: a new provisional password for an account, shown on
 * the terminal or written to a private file, nowhere else.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "ctl/password.h"
#include "event/event.h"
#include "ctl/file.h"

/* Where passwords go; NULL: nothing was chosen yet. */
static FILE *out;

/* The password is on the disk, or on the screen, before the next account's is
 * made. */
static bool
write_password(event *e, const char *dn, const edc_buf *made)
{
    print(out, "%s\t%s\n", dn, made->p);
    if (fflush(out) == 0 && !ferror(out) &&
        (out == stdout || fsync(fileno(out)) == 0))
        return true;
    ctl_warn(e->c,
        "%s: the new password could not be written (%s); reset it again", dn,
        strerror(errno));
    return false;
}

static ctl_exit
reset_one(event *e, const char *dn)
{
    edc_buf made;
    bool written;
    int result;

    if (e->dry_run) {
        event_done(e, dn, NULL);
        return CTL_OK;
    }
    result = ctl_password_make(
        e->c, dn, ctl_count(e->c, CTL_OPT_RESET_PAST_GUARD) > 0, &made);
    if (result != LDAP_SUCCESS)
        return event_answered(e, dn, result);
    written = write_password(e, dn, &made);
    edc_buf_wipe(&made);
    if (!written)
        return CTL_LOCAL;
    if (out != stdout)
        event_done(e, dn, NULL);
    return CTL_OK;
}

ctl_exit
ctl_reset(ctl *c)
{
    const char *path = ctl_value(c, CTL_OPT_RESET_OUTPUT, NULL);
    bool dry_run = ctl_count(c, CTL_OPT_RESET_DRY_RUN) > 0;
    output file = {NULL, NULL, -1, NULL, NULL};
    ctl_exit status, ended;
    event e;

    if (c->n_args == 0)
        return ctl_fail(c, CTL_USAGE, "name the accounts, or - for a list");
    if (path == NULL && !dry_run && !isatty(STDOUT_FILENO))
        return ctl_fail(c, CTL_USAGE,
            "passwords are shown on a terminal only; --output FILE");
    status = event_begin(&e, c);
    if (status != CTL_OK)
        return status;
    e.dry_run = dry_run;
    status = ctl_file_begin(c, &file, dry_run ? NULL : path, OUTPUT_NEW);
    if (status != CTL_OK)
        return status;
    out = file.file != NULL ? file.file : stdout;
    status = event_each(&e, reset_one);
    out = NULL;
    ended = ctl_file_end(c, &file, true);
    return ended != CTL_OK && status < CTL_SERVER ? ended : status;
}
