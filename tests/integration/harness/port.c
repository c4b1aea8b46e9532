/* port.c - ports for servers under test. */
#define _GNU_SOURCE 1
#include "harness/port.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "harness/server.h"

/* Below those that the system gives to outgoing connections. */
#define FIRST_PORT 12000
#define N_PORTS 19000

/* Whether nobody has a socket there. */
static bool
is_free(int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
        .sin_port = htons((uint16_t)port)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    bool bound =
        fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0;

    if (fd >= 0)
        close(fd);
    return bound;
}

/* A socket in the abstract name space is gone with its process. */
int
port_reserve(int port)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int n = snprintf(name.sun_path + 1, sizeof(name.sun_path) - 1,
        "educonnect-port-%d", port);
    socklen_t size =
        (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)n);

    if (fd < 0)
        FAIL("no socket: %s", strerror(errno));
    if (bind(fd, (struct sockaddr *)&name, size) == 0 && is_free(port))
        return fd;
    close(fd);
    return -1;
}

int
port_take(int *reservation)
{
    unsigned seed = 0;

    for (int tries = 0; tries < N_PORTS; tries++) {
        int port;

        if (getentropy(&seed, sizeof(seed)) != 0)
            FAIL("no randomness");
        port = FIRST_PORT + (int)(seed % N_PORTS);
        *reservation = port_reserve(port);
        if (*reservation >= 0)
            return port;
    }
    FAIL("no free port");
}

int
server_free_port(void)
{
    int reservation;

    return port_take(&reservation);
}
