/* alone.c - one run at a time. */
#include <errno.h>
#include <openssl/sha.h>
#include <pwd.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "ctl/alone.h"
#include "ctl/dn.h"

/* ---- which directory ---- */

static bool
read_uuid(void *ctx, const ctl_entry *e)
{
    *(char **)ctx = ctl_entry_first(e, "entryUUID");
    return false;
}

/* What names the directory; allocated. */
static char *
directory_of(ctl *c)
{
    static const char *const wanted[] = {"entryUUID", NULL};
    const char *uri = ctl_value(c, CTL_OPT_COMMON_URI, "");
    char *uuid = NULL;
    char *key;

    (void)ctl_search(c, c->base, LDAP_SCOPE_BASE, "(objectClass=*)", wanted,
        read_uuid, &uuid);
    if (uuid != NULL)
        return uuid;
    key = ctl_dn_key(c->base);
    uuid = ctl_format("%s %s", uri, key);
    free(key);
    return uuid;
}

/* Its address: a NUL, and a name that is short whatever the directory's is. */
static socklen_t
address_of(ctl *c, struct sockaddr_un *address)
{
    static const char prefix[] = "educonnectctl/";
    unsigned char digest[SHA256_DIGEST_LENGTH];
    char *directory = directory_of(c);
    size_t n = 1 + sizeof(prefix) - 1;

    *address = (struct sockaddr_un){.sun_family = AF_UNIX};
    SHA256((const unsigned char *)directory, strlen(directory), digest);
    memcpy(address->sun_path + 1, prefix, sizeof(prefix) - 1);
    memcpy(address->sun_path + n, digest, sizeof(digest));
    free(directory);
    return (
        socklen_t)(offsetof(struct sockaddr_un, sun_path) + n + sizeof(digest));
}

/* ---- who ---- */

/* "process 4711 of provisioner", as the kernel has it; allocated, NULL: nobody.
 * The one that holds the address takes no connection up: where too many have
 * asked already, the kernel has no room for another and says that much. */
static char *
holder_of(const struct sockaddr_un *address, socklen_t n)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    struct ucred who = {0, 0, 0};
    socklen_t size = sizeof(who);
    const struct passwd *user;
    char *text = NULL;

    if (fd >= 0 && connect(fd, (const struct sockaddr *)address, n) == 0) {
        if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &size) != 0 ||
            who.pid <= 0)
            text = ctl_format("a process");
        else if ((user = getpwuid(who.uid)) != NULL)
            text =
                ctl_format("process %ld of %s", (long)who.pid, user->pw_name);
        else
            text = ctl_format(
                "process %ld of the user %ld", (long)who.pid, (long)who.uid);
    } else if (fd >= 0 && errno == EAGAIN) {
        text = ctl_format("a process");
    }
    if (fd >= 0)
        close(fd);
    return text;
}

/* Takes the address; false: somebody has it. */
static bool
take(ctl *c, const struct sockaddr_un *address, socklen_t n, ctl_exit *status)
{
    c->alone = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (c->alone >= 0 &&
        bind(c->alone, (const struct sockaddr *)address, n) == 0 &&
        listen(c->alone, SOMAXCONN) == 0)
        return true;
    if (c->alone >= 0 && errno == EADDRINUSE)
        return false;
    *status = ctl_fail(c, CTL_LOCAL, "a socket: %s", strerror(errno));
    return true;
}

ctl_exit
ctl_alone(ctl *c, ctl_alone_rule rule)
{
    struct sockaddr_un address;
    socklen_t n = address_of(c, &address);
    ctl_exit status = CTL_OK;
    char *holder;

    if (rule != CTL_ONLY_LOOKS && take(c, &address, n, &status))
        return status;
    holder = holder_of(&address, n);
    if (rule == CTL_ALONE)
        status = ctl_fail(c, CTL_STOPPED,
            "%s imports, migrates or purges in %s at this moment; nothing was "
            "written; wait until it has ended, or --together",
            holder == NULL ? "a process" : holder, c->base);
    else if (holder != NULL)
        ctl_warn(c,
            "%s imports, migrates or purges in %s at this moment; what is "
            "planned may be done already",
            holder, c->base);
    free(holder);
    return status;
}
