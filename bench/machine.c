/* machine.c - what the figures were measured on. */
#define _GNU_SOURCE 1
#include "machine.h"

#include <lmdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "core/password/library.h"

/* What follows a key in a file, without blanks, colons and quotes before
 * it. */
static void
find_line(char *out, size_t size, const char *path, const char *key)
{
    FILE *f = fopen(path, "r");
    char line[256];

    snprintf(out, size, "unknown");
    while (f != NULL && fgets(line, sizeof(line), f) != NULL) {
        if (strncmp(line, key, strlen(key)) != 0)
            continue;
        line[strcspn(line, "\n")] = '\0';
        snprintf(out, size, "%s",
            line + strlen(key) + strspn(line + strlen(key), "\t :=\""));
        out[strcspn(out, "\"")] = '\0';
        break;
    }
    if (f != NULL)
        fclose(f);
}

/* The installed version of a Debian package. */
static void
find_version(char *out, size_t size, const char *package)
{
    char command[128];
    FILE *f;

    snprintf(out, size, "unknown");
    snprintf(command, sizeof(command),
        "dpkg-query -W -f '${Version}\\n' %s 2>/dev/null", package);
    f = popen(command, "r");
    if (f == NULL)
        return;
    if (fgets(out, (int)size, f) == NULL)
        snprintf(out, size, "unknown");
    out[strcspn(out, "\n")] = '\0';
    pclose(f);
}

void
machine_look(machine *m)
{
    char path[EDC_LIBRARY_PATH];
    edc_str level;
    struct utsname u;
    time_t now = time(NULL);
    struct tm tm;

    memset(m, 0, sizeof(*m));
    find_line(
        m->processor, sizeof(m->processor), "/proc/cpuinfo", "model name");
    find_line(m->system, sizeof(m->system), "/etc/os-release", "PRETTY_NAME");
    m->processors = sysconf(_SC_NPROCESSORS_ONLN);
    m->memory_mib =
        sysconf(_SC_PHYS_PAGES) / 1024 * (sysconf(_SC_PAGESIZE) / 1024);
    snprintf(m->kernel, sizeof(m->kernel), "%s",
        uname(&u) == 0 ? u.release : "unknown");
    find_version(m->slapd, sizeof(m->slapd), "slapd");
    find_version(m->argon2, sizeof(m->argon2), "libargon2-1");
    snprintf(m->lmdb, sizeof(m->lmdb), "%d.%d.%d", MDB_VERSION_MAJOR,
        MDB_VERSION_MINOR, MDB_VERSION_PATCH);
    edc_library_path(path);
    level = edc_library_level(path);
    snprintf(m->hashing, sizeof(m->hashing), "%.*s", (int)level.n, level.p);
    if (gmtime_r(&now, &tm) != NULL)
        strftime(m->day, sizeof(m->day), "%Y-%m-%d", &tm);
}
