/* unread.c - a client that sends requests and reads no answer. */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <arpa/inet.h>
#include <lber.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "harness/unread.h"

struct unread {
    int fd;
};

/* What fits into the system's buffers is little. */
static int
connect_to(const server *s)
{
    int little = 2048;
    struct sockaddr_in address = {.sin_family = AF_INET,
        .sin_port = htons((uint16_t)s->port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    REQUIRE(fd >= 0);
    REQUIRE(
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &little, sizeof(little)) == 0);
    REQUIRE(connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0);
    return fd;
}

/* The schema is the longest answer that every slapd has. */
static void
send_search(int fd, int id)
{
    BerElement *ber = ber_alloc_t(LBER_USE_DER);
    struct berval *packet = NULL;

    REQUIRE(ber != NULL &&
            ber_printf(ber, "{it{seeiibts{s}}}", id, LDAP_REQ_SEARCH,
                "cn=Subschema", LDAP_SCOPE_BASE, LDAP_DEREF_NEVER, 0, 0, 0,
                LDAP_FILTER_PRESENT, "objectClass", "+") >= 0 &&
            ber_flatten(ber, &packet) == 0);
    REQUIRE(send(fd, packet->bv_val, packet->bv_len, MSG_NOSIGNAL) ==
            (ssize_t)packet->bv_len);
    ber_bvfree(packet);
    ber_free(ber, 1);
}

int
unread_waiters(LDAP *ld)
{
    char *text =
        client_read(ld, "cn=Write,cn=Waiters,cn=Monitor", "monitorCounter");
    int n = text != NULL ? atoi(text) : 0;

    free(text);
    return n;
}

unread *
unread_begin(const server *s)
{
    unread *u = calloc(1, sizeof(*u));
    LDAP *ld = client_login(s, ROOT_DN, ROOT_PASSWORD);
    deadline d = deadline_in(60);

    REQUIRE(u != NULL);
    u->fd = connect_to(s);
    /* slapd takes a hundred of somebody who is not known. */
    for (int id = 1; id <= 80; id++)
        send_search(u->fd, id);
    while (unread_waiters(ld) == 0)
        deadline_wait(&d, "slapd to wait for a client");
    client_close(ld);
    return u;
}

void
unread_end(unread *u)
{
    close(u->fd);
    free(u);
}
