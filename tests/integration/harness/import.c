/* import.c - imports of made-up exports, broken off and compared. */
#define _GNU_SOURCE
#include "harness/import.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- files ---- */

char *
import_files(world *w, const char *options)
{
    const char *tools = getenv("EDC_TOOLS");
    char *path = server_path(&w->server, "export");
    char *command = text_of("exec %s/educonnect-sample %s --output %s >%s.txt",
        tools == NULL ? "build" : tools, options, path, path);

    REQUIRE(system(command) == 0);
    free(command);
    return path;
}

long
import_figure(const char *path, const char *name)
{
    char *file = text_of("%s.txt", path);
    char *text = read_file(file, NULL);
    char *line = text_of("\n  %s ", name);
    char *at = text == NULL ? NULL : strstr(text, line);
    long value;

    if (at == NULL)
        FAIL("no %s in %s", name, file);
    value = strtol(at + strlen(line), NULL, 10);
    free(line);
    free(text);
    free(file);
    return value;
}

/* ---- the relay ---- */

typedef struct relay {
    int listener, client, server;
    int port; /* of the server */
    pid_t pid;
    uint64_t passed, limit;
    bool whole; /* what came with the byte at the limit is passed on */
} relay;

static int
connected_to(int port)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
        .sin_port = htons((uint16_t)port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    REQUIRE(fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0);
    return fd;
}

static int
listening(int *port)
{
    struct sockaddr_in at = {
        .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(at);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    REQUIRE(fd >= 0 && bind(fd, (struct sockaddr *)&at, size) == 0);
    REQUIRE(listen(fd, 8) == 0);
    REQUIRE(getsockname(fd, (struct sockaddr *)&at, &size) == 0);
    *port = ntohs(at.sin_port);
    return fd;
}

static void
send_all(int fd, const char *bytes, size_t n)
{
    while (n > 0) {
        ssize_t sent = send(fd, bytes, n, MSG_NOSIGNAL);

        /* Who has gone away wants nothing more. */
        if (sent < 0)
            return;
        bytes += sent;
        n -= (size_t)sent;
    }
}

static void
hang_up(relay *r)
{
    close(r->client);
    close(r->server);
    r->client = r->server = -1;
}

/* Passes on what came, at most to the limit. False at the end of it. */
static bool
pass_on(relay *r, bool from_client)
{
    char bytes[65536];
    ssize_t n =
        recv(from_client ? r->client : r->server, bytes, sizeof(bytes), 0);

    if (n <= 0)
        return false;
    if (from_client && r->limit > 0 && !r->whole &&
        r->passed + (size_t)n >= r->limit)
        n = (ssize_t)(r->limit - r->passed);
    send_all(from_client ? r->server : r->client, bytes, (size_t)n);
    r->passed += from_client ? (size_t)n : 0;
    return true;
}

static bool
has_ended(const relay *r)
{
    siginfo_t info = {.si_pid = 0};

    REQUIRE(
        waitid(P_PID, (id_t)r->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0);
    return info.si_pid == r->pid;
}

/* One turn: a new session, or bytes of the one there is. */
static void
turn(relay *r)
{
    struct pollfd fds[] = {{r->client < 0 ? r->listener : -1, POLLIN, 0},
        {r->client, POLLIN, 0}, {r->server, POLLIN, 0}};

    REQUIRE(poll(fds, 3, 20) >= 0 || errno == EINTR);
    if (fds[0].revents != 0) {
        r->client = accept(r->listener, NULL, NULL);
        REQUIRE(r->client >= 0);
        r->server = connected_to(r->port);
        return;
    }
    if ((fds[1].revents != 0 && !pass_on(r, true)) ||
        (fds[2].revents != 0 && !pass_on(r, false)))
        hang_up(r);
}

/* Breaks it off; true: the relay is done. */
static bool
break_off(world *w, relay *r, import_break how,
    void (*meanwhile)(world *w, pid_t pid))
{
    if (how == IMPORT_HOLD)
        meanwhile(w, r->pid);
    if (how != IMPORT_CUT)
        kill(r->pid, how == IMPORT_TERM ? SIGTERM : SIGKILL);
    r->limit = 0;
    return how != IMPORT_TERM;
}

static tool
play(world *w, uint64_t after, import_break how,
    void (*meanwhile)(world *w, pid_t pid), uint64_t *passed,
    const char *subcommand, const char *rest)
{
    world through = *w;
    relay r = {-1, -1, -1, w->server.port, 0, 0, after, how == IMPORT_TERM};
    tool_process p;
    int port;

    r.listener = listening(&port);
    snprintf(through.server.url, sizeof(through.server.url),
        "ldap://127.0.0.1:%d/", port);
    p = tool_start(&through, PROVISIONER, NULL, subcommand, "%s", rest);
    r.pid = p.pid;
    while (!has_ended(&r)) {
        turn(&r);
        if (r.limit > 0 && r.passed >= r.limit &&
            break_off(w, &r, how, meanwhile))
            break;
    }
    if (r.client >= 0)
        hang_up(&r);
    close(r.listener);
    if (passed != NULL)
        *passed = r.passed;
    return tool_wait(&p);
}

tool
import_relayed(
    world *w, uint64_t kill_after, uint64_t *passed, const char *rest)
{
    return play(w, kill_after, IMPORT_KILL, NULL, passed, "import", rest);
}

tool
import_broken(world *w, uint64_t after, import_break how,
    void (*meanwhile)(world *w, pid_t pid), const char *rest)
{
    return play(w, after, how, meanwhile, NULL, "import", rest);
}

tool
import_other_cut(
    world *w, uint64_t after, const char *subcommand, const char *rest)
{
    return play(w, after, IMPORT_CUT, NULL, NULL, subcommand, rest);
}

/* ---- what a directory holds ---- */

static bool
is_of_the_moment(const char *line)
{
    static const char *const names[] = {"entryUUID:", "entryCSN:",
        "contextCSN:", "createTimestamp:", "modifyTimestamp:", "creatorsName:",
        "modifiersName:", "educonnectSerial:", "educonnectStateSince:"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strncmp(line, names[i], strlen(names[i])) == 0)
            return true;
    }
    return false;
}

static int
by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Puts n texts in order and joins them, each with what ends it. */
static char *
joined(char **texts, size_t n, const char *end)
{
    size_t size = 1, m = strlen(end);
    char *all;
    char *to;

    qsort(texts, n, sizeof(*texts), by_text);
    for (size_t i = 0; i < n; i++)
        size += strlen(texts[i]) + m;
    all = to = malloc(size);
    REQUIRE(all != NULL);
    for (size_t i = 0; i < n; i++)
        to = stpcpy(stpcpy(to, texts[i]), end);
    *to = '\0';
    return all;
}

/* The lines of an entry in order; "dn: " stays the first. */
static char *
entry_in_order(char *entry)
{
    char *lines[512], *rest = NULL;
    size_t n = 0;
    char *dn = strtok_r(entry, "\n", &rest);
    char *others, *all;

    REQUIRE(dn != NULL);
    for (char *line; (line = strtok_r(NULL, "\n", &rest)) != NULL;) {
        REQUIRE(n < sizeof(lines) / sizeof(lines[0]));
        if (!is_of_the_moment(line))
            lines[n++] = line;
    }
    others = joined(lines, n, "\n");
    all = text_of("%s\n%s", dn, others);
    free(others);
    return all;
}

char *
import_digest(world *w)
{
    char *ldif = NULL, *end, *all;
    char **entries = NULL;
    size_t n = 0;

    if (server_tool(&w->server, NULL, &ldif, "slapcat", "-o ldif-wrap=no") != 0)
        FAIL("slapcat: %s", ldif);
    for (char *at = strstr(ldif, "dn: "); at != NULL; at = end) {
        end = strstr(at, "\n\n");
        if (end != NULL) {
            *end = '\0';
            end = strstr(end + 1, "dn: ");
        }
        if (n % 256 == 0)
            entries = realloc(entries, (n + 256) * sizeof(*entries));
        REQUIRE(entries != NULL);
        entries[n++] = entry_in_order(at);
    }
    all = joined(entries, n, "\n");
    for (size_t i = 0; i < n; i++)
        free(entries[i]);
    free(entries);
    free(ldif);
    return all;
}

void
expect_changes_at(const char *file, int line, const tool *t, size_t n)
{
    char *said = text_of("\n%zu changes\n", n);

    expect_text_at(file, line, t->out, said);
    free(said);
}
