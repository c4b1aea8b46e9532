/* watch.c - addresses that only guess, told of in the log and cn=monitor. */
#include "bind/watch.h"
#include "bind/client.h"
#include "bind/lock.h"
#include "slapd/clock.h"

/* Level none, which Debian's slapd logs as it comes: fail2ban reads it. Names
 * and passwords are in no such line. */
static void
tell(const edc_watch_line *line)
{
    Debug(LDAP_DEBUG_ANY,
        "educonnect: address %s: %u wrong passwords for %s%u names, %u right "
        "ones, in %lld seconds\n",
        line->address, line->wrong,
        line->names == EDC_WATCH_NAMES ? "at least " : "", line->names,
        line->right, (long long)line->seconds);
}

void
ov_watch_note(
    Operation *op, slap_overinst *on, const struct berval *name, bool right)
{
    ov_client client;
    edc_watch_line line;

    ov_client_of(op, on, &client);
    if (edc_watch_note(ov_instance_of(on)->watch, client.address, ov_str(name),
            right, ov_clock(), &line))
        tell(&line);
}
