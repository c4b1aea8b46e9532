/* event_reset.c - reset: a new provisional password for an account, shown on
 * the terminal or written to a private file, nowhere else.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ctl_password.h"
#include "event.h"

/* Where passwords go; NULL: nothing was chosen yet. */
static FILE *output;

static FILE *
open_output(ctl *c, const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
        S_IRUSR | S_IWUSR);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "w");

    if (file != NULL)
        return file;
    ctl_warn(c, "%s: %s", path,
        errno == EEXIST ? "is there already; name a new file"
                        : strerror(errno));
    if (fd >= 0)
        close(fd);
    return NULL;
}

/* The password is on the disk, or on the screen, before the next account's is
 * made. */
static bool
write_password(event *e, const char *dn, const edc_buf *made)
{
    if (fprintf(output, "%s\t%s\n", dn, made->p) > 0 && fflush(output) == 0 &&
        (output == stdout || fsync(fileno(output)) == 0))
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
    if (output != stdout)
        event_done(e, dn, NULL);
    return CTL_OK;
}

ctl_exit
ctl_reset(ctl *c)
{
    const char *path = ctl_value(c, CTL_OPT_RESET_OUTPUT, NULL);
    bool dry_run = ctl_count(c, CTL_OPT_RESET_DRY_RUN) > 0;
    event e;
    ctl_exit status;

    if (c->n_args == 0)
        return ctl_fail(c, CTL_USAGE, "name the accounts, or - for a list");
    if (path == NULL && !dry_run && !isatty(STDOUT_FILENO))
        return ctl_fail(c, CTL_USAGE,
            "passwords are shown on a terminal only; --output FILE");
    status = event_begin(&e, c);
    if (status != CTL_OK)
        return status;
    e.dry_run = dry_run;
    output = path == NULL || dry_run ? stdout : open_output(c, path);
    if (output == NULL)
        return CTL_LOCAL;
    status = event_each(&e, reset_one);
    if (output != stdout && fclose(output) != 0 && status < CTL_SERVER)
        status = ctl_fail(c, CTL_LOCAL, "%s: %s", path, strerror(errno));
    output = NULL;
    return status;
}
