/* same.c - whether two sessions lead to one server: somebody who runs one
 * command on every server names that server too, and it is not to be held
 * against itself.
 */
#define _GNU_SOURCE 1 /* NI_MAXHOST */
#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "doctor/peer.h"

/* The two ends of a session's connection. */
typedef struct ends {
    bool known;
    struct sockaddr_storage here, there;
    socklen_t here_length, there_length;
} ends;

static ends
ends_of(ctl *c)
{
    ends e = {.here_length = sizeof(e.here), .there_length = sizeof(e.there)};
    int fd = -1;

    e.known =
        ldap_get_option(c->ld, LDAP_OPT_DESC, &fd) == LDAP_SUCCESS &&
        getsockname(fd, (struct sockaddr *)&e.here, &e.here_length) == 0 &&
        getpeername(fd, (struct sockaddr *)&e.there, &e.there_length) == 0;
    return e;
}

static bool
is_network(const struct sockaddr_storage *address)
{
    return address->ss_family == AF_INET || address->ss_family == AF_INET6;
}

/* As slapd names who is at the other end: "IP=192.0.2.1:40000",
 * "IP=[2001:db8::1]:40000"; NULL: no connection over a network. */
static char *
slapd_name(const struct sockaddr_storage *address, socklen_t length)
{
    char host[NI_MAXHOST], port[NI_MAXSERV];

    if (!is_network(address) ||
        getnameinfo((const struct sockaddr *)address, length, host,
            sizeof(host), port, sizeof(port),
            NI_NUMERICHOST | NI_NUMERICSERV) != 0)
        return NULL;
    return ctl_format(
        address->ss_family == AF_INET ? "IP=%s:%s" : "IP=[%s]:%s", host, port);
}

/* ---- the list of connections ---- */

static bool
is_there(void *ctx, const ctl_entry *e)
{
    (void)e;
    *(bool *)ctx = true;
    return false;
}

/* Whether c's server has a connection from there. */
static bool
lists(ctl *c, const char *name)
{
    static const char *const nothing[] = {LDAP_NO_ATTRS, NULL};
    char *filter = ctl_filter("monitorConnectionPeerAddress", name);
    bool there = false;

    (void)ctl_search(c, "cn=Connections,cn=Monitor", LDAP_SCOPE_ONELEVEL,
        filter, nothing, is_there, &there);
    free(filter);
    return there;
}

/* Two connections from one end lead to two servers, and each server has one
 * like the other's. */
static bool
is_listed(ctl *a, const ends *of_a, ctl *b, const ends *of_b)
{
    char *name_a = slapd_name(&of_a->here, of_a->here_length);
    char *name_b = slapd_name(&of_b->here, of_b->here_length);
    bool listed = false;

    if (name_a == NULL || name_b == NULL || strcmp(name_a, name_b) != 0)
        listed = (name_b != NULL && lists(a, name_b)) ||
                 (name_a != NULL && lists(b, name_a));
    free(name_b);
    free(name_a);
    return listed;
}

/* ---- addresses ---- */

static bool
same_address(const ends *a, const ends *b)
{
    char *name_a = slapd_name(&a->there, a->there_length);
    char *name_b = slapd_name(&b->there, b->there_length);
    bool same;

    if (name_a == NULL && name_b == NULL)
        same = a->there_length == b->there_length &&
               memcmp(&a->there, &b->there, a->there_length) == 0;
    else
        same = name_a != NULL && name_b != NULL && strcmp(name_a, name_b) == 0;
    free(name_b);
    free(name_a);
    return same;
}

/* ---- files on this machine ---- */

/* By a socket, or from an address to the same one. */
static bool
ends_here(const ends *e)
{
    const struct sockaddr_in *in = (const void *)&e->here;
    const struct sockaddr_in *in_there = (const void *)&e->there;
    const struct sockaddr_in6 *in6 = (const void *)&e->here;
    const struct sockaddr_in6 *in6_there = (const void *)&e->there;

    switch (e->there.ss_family) {
    case AF_UNIX:
        return true;
    case AF_INET:
        return in->sin_addr.s_addr == in_there->sin_addr.s_addr;
    case AF_INET6:
        return memcmp(&in6->sin6_addr, &in6_there->sin6_addr,
                   sizeof(in6->sin6_addr)) == 0;
    default:
        return false;
    }
}

static bool
read_signs(void *ctx, const ctl_entry *e)
{
    setup_read_values(e, "entryUUID", ctx);
    setup_read_values(e, "olcDbDirectory", ctx);
    return true;
}

/* Which cn=config this is, and where its databases' files are. */
static setup_values
signs_of(ctl *c)
{
    static const char *const wanted[] = {"entryUUID", "olcDbDirectory", NULL};
    setup_values signs = {NULL, 0};

    (void)ctl_search(c, "cn=config", LDAP_SCOPE_SUBTREE,
        "(|(objectClass=olcGlobal)(olcDbDirectory=*))", wanted, read_signs,
        &signs);
    return signs;
}

static bool
same_files(ctl *a, const ends *of_a, ctl *b, const ends *of_b)
{
    setup_values signs_a = {NULL, 0}, signs_b = {NULL, 0};
    bool same = ends_here(of_a) && ends_here(of_b);

    if (same) {
        signs_a = signs_of(a);
        signs_b = signs_of(b);
        same = signs_a.n > 1 && signs_a.n == signs_b.n;
    }
    for (size_t i = 0; same && i < signs_a.n; i++)
        same = strcmp(signs_a.values[i], signs_b.values[i]) == 0;
    setup_free(&signs_b);
    setup_free(&signs_a);
    return same;
}

bool
doctor_same_server(ctl *a, ctl *b)
{
    ends of_a = ends_of(a), of_b = ends_of(b);

    return of_a.known && of_b.known &&
           (same_address(&of_a, &of_b) || is_listed(a, &of_a, b, &of_b) ||
               same_files(a, &of_a, b, &of_b));
}
