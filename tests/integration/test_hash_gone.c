/* test_hash_gone.c - binds of clients that are gone before slapd begins with
 * them: they take no worker and no hash, however many there are.
 *
 * Spoken by hand, since libldap waits where these clients do not: a bind and
 * the end of the connection arrive as one, and slapd reads both before it looks
 * at either.
 */
#define _GNU_SOURCE 1
#include "harness.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <lber.h>

#define HASHING "educonnectMonitorHashing"
#define THREADS 4
#define MANY 12

static int
begin(void **state)
{
    static const setup few = {.global = "threads 4\n"};
    world *w = calloc(1, sizeof(*w));

    world_begin(w, &few);
    expect_ok(world_configure(w, "replace: olcEduconnectHashSlots\n"
                                 "olcEduconnectHashSlots: 1\n-\n"
                                 "replace: olcEduconnectHash\n"
                                 "olcEduconnectHash: memory=32768 time=4\n"));
    *state = w;
    return 0;
}

static int
counter(world *w, const char *key)
{
    return (int)monitor_counter(w, HASHING, key);
}

static int
connect_to(const server *s)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
        .sin_port = htons((uint16_t)s->port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct timeval limit = {60, 0};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    REQUIRE(fd >= 0);
    REQUIRE(connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0);
    REQUIRE(
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)) == 0);
    return fd;
}

/* A bind and an unbind in one packet, and no more to come. */
static int
bind_and_go(const server *s, const char *dn, const char *password)
{
    BerElement *ber = ber_alloc_t(LBER_USE_DER);
    struct berval *packet = NULL;
    int fd = connect_to(s);

    REQUIRE(ber != NULL);
    REQUIRE(ber_printf(ber, "{it{ists}}{itn}", 1, LDAP_REQ_BIND, LDAP_VERSION3,
                dn, LDAP_AUTH_SIMPLE, password, 2, LDAP_REQ_UNBIND) >= 0);
    REQUIRE(ber_flatten(ber, &packet) == 0);
    REQUIRE(send(fd, packet->bv_val, packet->bv_len, MSG_NOSIGNAL) ==
            (ssize_t)packet->bv_len);
    REQUIRE(shutdown(fd, SHUT_WR) == 0);
    ber_bvfree(packet);
    ber_free(ber, 1);
    return fd;
}

/* slapd closes a connection once nothing of it is under way. */
static void
await_end(int fd)
{
    char byte;

    REQUIRE(recv(fd, &byte, 1, 0) == 0);
    close(fd);
}

static void
they_are_not_hashed(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");
    int before = counter(w, "done");
    int fd[MANY];

    for (size_t i = 0; i < MANY; i++)
        fd[i] = bind_and_go(&w->server, a.dn, "Faux-42-mot-du-tout");
    for (size_t i = 0; i < MANY; i++)
        await_end(fd[i]);
    /* The first of them may have been begun with. */
    assert_in_range(counter(w, "done") - before, 0, 1);
    expect_ok(bind_once(&w->server, a.dn, a.password));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(they_are_not_hashed),
    };

    return cmocka_run_group_tests(tests, begin, end_world);
}
