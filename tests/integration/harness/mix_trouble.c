/* mix_trouble.c - what befalls the servers of the long mix. */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/mix.h"
#include "harness/replica.h"

static server *
server_of(mix *m, size_t side)
{
    return &m->p.side[side].server;
}

/* One that has ended by itself (with its disk full, say) is counted; -9 is what
 * ends it otherwise. */
static void
end_now(mix *m, server *s)
{
    int status;

    if (s->pid > 0 && waitpid(s->pid, &status, WNOHANG) == s->pid) {
        print_message("a slapd has ended by itself, status %d\n", status);
        m->f.died++;
        s->pid = 0;
    }
    server_kill(s);
}

/* ---- cut ---- */

static void
cut_off(mix *m, size_t side, bool cut)
{
    for (size_t i = 0; i < MIX_SERVERS; i++) {
        if (i == side)
            continue;
        wire_cut(&m->wires[i][side], cut);
        wire_cut(&m->wires[side][i], cut);
    }
}

static void
be_cut_off(mix *m, size_t side)
{
    cut_off(m, side, true);
    mix_sleep(1.0 + (double)chance_draw(&m->c, 4000) / 1000);
    cut_off(m, side, false);
    m->f.cuts++;
}

/* ---- kill -9, another time ---- */

static void
be_killed(mix *m, size_t side)
{
    end_now(m, server_of(m, side));
    mix_sleep((double)chance_draw(&m->c, 1500) / 1000);
    server_start(server_of(m, side));
    m->f.kills++;
}

/* Up to four seconds ahead or behind: more than what is put up with. */
static void
be_skewed(mix *m, size_t side)
{
    end_now(m, server_of(m, side));
    server_of(m, side)->skew = (int)chance_draw(&m->c, 8001) - 4000;
    server_start(server_of(m, side));
    m->f.skews++;
}

/* ---- a full disk ---- */

static rlim_t
size_of(const server *s, const char *name)
{
    char *path = server_path(s, name);
    struct stat st = {.st_size = 0};

    (void)stat(path, &st);
    free(path);
    return (rlim_t)st.st_size;
}

/* No file of its process may grow any more: SIGXFSZ is ignored, so that writes
 * fail with an error, as they do on a disk that is full. */
static void
have_no_room(mix *m, size_t side)
{
    server *s = server_of(m, side);
    rlim_t data = size_of(s, "db/data.mdb"),
           log = size_of(s, "log-db/data.mdb");
    struct rlimit was, now;

    if (prlimit(s->pid, RLIMIT_FSIZE, NULL, &was) != 0)
        return;
    now = was;
    now.rlim_cur = chance_draw(&m->c, 2) == 0 ? data : log;
    if (prlimit(s->pid, RLIMIT_FSIZE, &now, NULL) != 0)
        FAIL("no limit for files can be set");
    mix_sleep(1.0 + (double)chance_draw(&m->c, 3000) / 1000);
    (void)prlimit(s->pid, RLIMIT_FSIZE, &was, NULL);
    m->f.full++;
}

/* ---- an older backup ---- */

static void
back_up(mix *m, size_t side)
{
    char *dump = NULL;

    if (server_tool(server_of(m, side), NULL, &dump, "slapcat",
            "-o ldif-wrap=no -b %s", SUFFIX) != 0) {
        free(dump);
        return;
    }
    free(m->backups[side]);
    m->backups[side] = dump;
}

void
mix_keep_log(mix *m, size_t side)
{
    char *dump = NULL, *both;

    if (server_tool(server_of(m, side), NULL, &dump, "slapcat",
            "-o ldif-wrap=no -b cn=log") != 0)
        print_message("a log could not be read\n");
    both = text_of("%s\n%s", m->logs, dump != NULL ? dump : "");
    free(m->logs);
    free(dump);
    m->logs = both;
}

static void
empty(const server *s, const char *directory)
{
    static const char *const files[] = {"data.mdb", "lock.mdb"};

    for (size_t i = 0; i < 2; i++) {
        char *path = text_of("%s/%s/%s", s->directory, directory, files[i]);

        unlink(path);
        free(path);
    }
}

/* Its disk is lost; what others have not heard of it yet would be lost with it,
 * so that they are given a moment. */
static void
load_backup(mix *m, size_t side)
{
    server *s = server_of(m, side);
    char *said = NULL;

    if (m->backups[side] == NULL) {
        back_up(m, side);
        return;
    }
    mix_sleep(3);
    mix_keep_log(m, side);
    end_now(m, s);
    empty(s, "db");
    empty(s, "log-db");
    if (server_tool(
            s, m->backups[side], &said, "slapadd", "-q -w -b %s", SUFFIX) != 0)
        FAIL("slapadd of a backup: %s", said);
    free(said);
    free(m->backups[side]);
    m->backups[side] = NULL;
    server_start(s);
    m->f.backups++;
}

/* ---- one after the other ---- */

static const struct {
    const char *name; /* in EDC_TROUBLES */
    void (*run)(mix *m, size_t side);
} troubles[] = {{"cut", be_cut_off}, {"cut", be_cut_off}, {"kill", be_killed},
    {"skew", be_skewed}, {"full", have_no_room}, {"backup", back_up},
    {"backup", load_backup}};

static bool
is_wanted(const char *name)
{
    const char *wanted = getenv("EDC_TROUBLES");

    return wanted == NULL || strstr(wanted, name) != NULL;
}

void
mix_trouble(mix *m)
{
    size_t n = sizeof(troubles) / sizeof(troubles[0]);
    size_t which = chance_draw(&m->c, n);
    size_t side = chance_draw(&m->c, MIX_SERVERS);

    if (is_wanted(troubles[which].name))
        troubles[which].run(m, side);
    mix_sleep((double)chance_draw(&m->c, 3000) / 1000);
}

/* Stopped as an administrator does: after kill -9 slapd does not send what it
 * had not sent before. */
static void
set_right(mix *m, size_t side)
{
    server *s = server_of(m, side);

    if (s->skew == 0)
        return;
    s->skew = 0;
    server_stop(s);
    server_start(s);
}

void
mix_repair(mix *m)
{
    for (size_t side = 0; side < MIX_SERVERS; side++)
        cut_off(m, side, false);
    mix_sleep(5);
    for (size_t side = 0; side < MIX_SERVERS; side++) {
        set_right(m, side);
        world_login(&m->p.side[side]);
    }
}
