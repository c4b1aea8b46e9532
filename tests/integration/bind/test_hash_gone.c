/* test_hash_gone.c - binds of clients that are gone before slapd begins with
 * them, and of those that do not read the answer: they hold up nobody.
 *
 * Spoken by hand, since libldap waits where these clients do not.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"
#include "harness/gate.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <lber.h>

#include "harness/pending.h"
#include "harness/unread.h"
#include "harness/versions.h"

#define MANY 12 /* that go */
#define STAY 6
#define WRONG "Faux-42-mot-du-tout"

static int
begin(void **state)
{
    static const setup few = {.global = "threads 4\n"
                                        "tcp-buffer write=4096\n"};
    world *w = calloc(1, sizeof(*w));

    world_begin(w, &few);
    expect_ok(world_configure(w, "replace: olcEduconnectHashSlots\n"
                                 "olcEduconnectHashSlots: 1\n-\n"
                                 "replace: olcEduconnectHash\n"
                                 "olcEduconnectHash: memory=32768 time=4\n"));
    *state = w;
    return 0;
}

/* A connection; of a client that reads nothing, what fits into the system's
 * buffers is little. */
static int
connect_to(const server *s, bool reads)
{
    int little = 2048;
    struct sockaddr_in address = {.sin_family = AF_INET,
        .sin_port = htons((uint16_t)s->port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct timeval limit = limit_of(60);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    REQUIRE(fd >= 0);
    if (!reads)
        REQUIRE(setsockopt(
                    fd, SOL_SOCKET, SO_RCVBUF, &little, sizeof(little)) == 0);
    REQUIRE(connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0);
    REQUIRE(
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)) == 0);
    return fd;
}

static void
send_ber(int fd, BerElement *ber)
{
    struct berval *packet = NULL;

    REQUIRE(ber_flatten(ber, &packet) == 0);
    REQUIRE(send(fd, packet->bv_val, packet->bv_len, MSG_NOSIGNAL) ==
            (ssize_t)packet->bv_len);
    ber_bvfree(packet);
    ber_free(ber, 1);
}

/* A bind and the end of the connection arrive as one: slapd reads both before
 * it looks at either. */
static int
bind_and_go(const server *s, const char *dn, const char *password)
{
    BerElement *ber = ber_alloc_t(LBER_USE_DER);
    int fd = connect_to(s, true);

    REQUIRE(ber != NULL);
    REQUIRE(ber_printf(ber, "{it{ists}}{itn}", 1, LDAP_REQ_BIND, LDAP_VERSION3,
                dn, LDAP_AUTH_SIMPLE, password, 2, LDAP_REQ_UNBIND) >= 0);
    send_ber(fd, ber);
    REQUIRE(shutdown(fd, SHUT_WR) == 0);
    return fd;
}

/* slapd closes a connection once nothing of it is under way. Who found no room
 * on a busy machine is told so before. */
static void
await_end(int fd)
{
    char bytes[128];
    ssize_t n;

    while ((n = recv(fd, bytes, sizeof(bytes), 0)) > 0)
        ;
    REQUIRE(n == 0);
    close(fd);
}

/* Behind binds of clients that stay, so that hardly one is begun with before
 * slapd knows who has gone; on a busy machine it knows late. */
static void
they_are_not_hashed(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");
    long before = gate_counter(w, "done");
    pending stays[STAY];
    int fd[MANY];

    for (size_t i = 0; i < STAY; i++)
        pending_bind(&w->server, &stays[i], a.dn, WRONG);
    gate_await(w, "waiting", STAY - 2);
    for (size_t i = 0; i < MANY; i++)
        fd[i] = bind_and_go(&w->server, a.dn, WRONG);
    for (size_t i = 0; i < MANY; i++)
        await_end(fd[i]);
    for (size_t i = 0; i < STAY; i++)
        assert_int_equal(pending_result(&stays[i]), LDAP_INVALID_CREDENTIALS);
    assert_in_range(gate_counter(w, "done") - before, STAY, STAY + MANY / 3);
    expect_ok(bind_once(&w->server, a.dn, a.password));
}

/* ---- a client that does not read ---- */

static void
send_bind(int fd, int id, const char *dn, const char *password)
{
    BerElement *ber = ber_alloc_t(LBER_USE_DER);

    REQUIRE(ber_printf(ber, "{it{ists}}", id, LDAP_REQ_BIND, LDAP_VERSION3, dn,
                LDAP_AUTH_SIMPLE, password) >= 0);
    send_ber(fd, ber);
}

/* A counter of the newest connection under cn=monitor. */
static int
of_newest(world *w, const char *attribute)
{
    static char *wanted[] = {"*", "+", NULL};
    LDAPMessage *found = NULL;
    long newest = -1;
    int n = -1;

    REQUIRE(ldap_search_ext_s(w->as[ROOT], "cn=Connections,cn=Monitor",
                LDAP_SCOPE_ONELEVEL, "(monitorConnectionNumber=*)", wanted, 0,
                NULL, NULL, NULL, 0, &found) == LDAP_SUCCESS);
    for (LDAPMessage *e = ldap_first_entry(w->as[ROOT], found); e != NULL;
        e = ldap_next_entry(w->as[ROOT], e)) {
        struct berval **id =
            ldap_get_values_len(w->as[ROOT], e, "monitorConnectionNumber");
        struct berval **value = ldap_get_values_len(w->as[ROOT], e, attribute);

        if (id != NULL && value != NULL && atol(id[0]->bv_val) > newest) {
            newest = atol(id[0]->bv_val);
            n = atoi(value[0]->bv_val);
        }
        ldap_value_free_len(id);
        ldap_value_free_len(value);
    }
    ldap_msgfree(found);
    return n;
}

/* Sends so many binds one after the other, each when the one before it is
 * answered, or until one is not: its answer does not fit into the system's
 * buffers. Returns how many were answered. */
static int
bind_unread(
    world *w, int fd, int from, int most, const char *dn, const char *password)
{
    int n = from;

    while (n < from + most) {
        deadline d = deadline_in(60);

        send_bind(fd, n + 1, dn, password);
        while (of_newest(w, "monitorConnectionOpsCompleted") <= n) {
            if (unread_waiters(w->as[ROOT]) > 0)
                return n;
            deadline_wait(&d, "a bind to be answered");
        }
        n++;
    }
    return n;
}

static void
an_answer_that_nobody_reads_holds_up_nobody(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");
    struct timeval limit = limit_of(20);
    char *dn = world_overlay_dn(w);
    int fd = connect_to(&w->server, false), fit;

    /* How many fit; then, of somebody else, half as many and binds that wait
     * for a hash, until one of these has been answered and not sent. */
    fit = bind_unread(w, fd, 0, 100000, "", "");
    close(fd);
    fd = connect_to(&w->server, false);
    assert_int_equal(bind_unread(w, fd, 0, fit / 2, "", ""), fit / 2);
    (void)bind_unread(w, fd, fit / 2, 100000, a.dn, a.password);
    if (slapd_does(SLAPD_DOES_WAIT_FOR_READERS)) {
        print_message("%s\n", slapd_trait_text(SLAPD_DOES_WAIT_FOR_READERS));
        expect_ok(bind_once(&w->server, a.dn, a.password));
        close(fd);
        fd = -1;
    }
    ldap_set_option(w->config, LDAP_OPT_TIMEOUT, &limit);
    expect_ok(client_modify(
        w->config, dn, "replace: olcDisabled\nolcDisabled: TRUE\n"));
    expect_ok(client_modify(
        w->config, dn, "replace: olcDisabled\nolcDisabled: FALSE\n"));
    expect_ok(bind_once(&w->server, a.dn, a.password));
    if (fd != -1)
        close(fd);
    free(dn);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(they_are_not_hashed),
        cmocka_unit_test(an_answer_that_nobody_reads_holds_up_nobody),
    };

    return cmocka_run_group_tests(tests, begin, end_world);
}
