/* wire.c - connections between servers, which a test can cut. */
#define _GNU_SOURCE 1
#include "harness/wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "harness/port.h"
#include "harness/server.h"

static struct sockaddr_in
address_of(int port)
{
    return (struct sockaddr_in){.sin_family = AF_INET,
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
        .sin_port = htons((uint16_t)port)};
}

static void
hang_up(int ends[2])
{
    for (int i = 0; i < 2; i++) {
        if (ends[i] >= 0)
            close(ends[i]);
        ends[i] = -1;
    }
}

/* Both ends of a new connection, or none. */
static void
connect_through(wire *w)
{
    struct sockaddr_in to = address_of(w->to);
    int ends[2] = {accept4(w->listener, NULL, NULL, SOCK_CLOEXEC),
        socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};

    if (ends[0] < 0 || ends[1] < 0 || w->cut ||
        connect(ends[1], (struct sockaddr *)&to, sizeof(to)) != 0) {
        hang_up(ends);
        return;
    }
    for (int i = 0; i < WIRE_ENDS; i++) {
        if (w->ends[i][0] < 0) {
            memcpy(w->ends[i], ends, sizeof(ends));
            return;
        }
    }
    hang_up(ends);
}

static bool
copy(int from, int to)
{
    char bytes[16384];
    ssize_t n = recv(from, bytes, sizeof(bytes), MSG_DONTWAIT), done = 0;

    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return true;
    while (done < n) {
        ssize_t sent = send(to, bytes + done, (size_t)(n - done), MSG_NOSIGNAL);

        if (sent <= 0)
            return false;
        done += sent;
    }
    return n > 0;
}

static void
carry(wire *w, const struct pollfd *seen)
{
    for (int i = 0; i < WIRE_ENDS; i++) {
        for (int side = 0; side < 2; side++) {
            const struct pollfd *p = &seen[1 + 2 * i + side];

            if (p->fd < 0 || p->fd != w->ends[i][side] || p->revents == 0)
                continue;
            if (!copy(w->ends[i][side], w->ends[i][1 - side]))
                hang_up(w->ends[i]);
        }
    }
    if (seen[0].revents != 0)
        connect_through(w);
}

static void *
serve(void *argument)
{
    wire *w = argument;
    struct pollfd seen[1 + 2 * WIRE_ENDS];

    for (bool over = false; !over;) {
        pthread_mutex_lock(&w->mutex);
        seen[0] = (struct pollfd){w->listener, POLLIN, 0};
        for (int i = 0; i < WIRE_ENDS * 2; i++)
            seen[1 + i] = (struct pollfd){w->ends[i / 2][i % 2], POLLIN, 0};
        pthread_mutex_unlock(&w->mutex);
        (void)poll(seen, 1 + 2 * WIRE_ENDS, 50);
        pthread_mutex_lock(&w->mutex);
        carry(w, seen);
        over = w->over;
        pthread_mutex_unlock(&w->mutex);
    }
    return NULL;
}

void
wire_begin(wire *w, int to)
{
    struct sockaddr_in here;
    int yes = 1;

    memset(w, 0, sizeof(*w));
    memset(w->ends, -1, sizeof(w->ends));
    w->to = to;
    w->port = port_take(&w->reservation);
    here = address_of(w->port);
    w->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(w->listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
    if (bind(w->listener, (struct sockaddr *)&here, sizeof(here)) != 0 ||
        listen(w->listener, 16) != 0)
        FAIL("no port for a wire: %s", strerror(errno));
    pthread_mutex_init(&w->mutex, NULL);
    if (pthread_create(&w->thread, NULL, serve, w) != 0)
        FAIL("no thread for a wire");
}

void
wire_cut(wire *w, bool cut)
{
    pthread_mutex_lock(&w->mutex);
    w->cut = cut;
    for (int i = 0; cut && i < WIRE_ENDS; i++)
        hang_up(w->ends[i]);
    pthread_mutex_unlock(&w->mutex);
}

void
wire_end(wire *w)
{
    pthread_mutex_lock(&w->mutex);
    w->over = true;
    pthread_mutex_unlock(&w->mutex);
    pthread_join(w->thread, NULL);
    for (int i = 0; i < WIRE_ENDS; i++)
        hang_up(w->ends[i]);
    close(w->listener);
    close(w->reservation);
    pthread_mutex_destroy(&w->mutex);
}
