/* launch.c - which slapd a test runs. */
#define _GNU_SOURCE 1
#include "harness/launch.h"

#include <errno.h>
#include <glob.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *
environment(const char *name)
{
    const char *value = getenv(name);

    return value != NULL ? value : "";
}

/* What scripts/slapd-layout says, asked once: the lines in its order. */
enum { SLAPD, MODULES, SCHEMA, LIBRARIES, N_LINES };
static char layout[N_LINES][PATH_MAX];

static const char *
layout_of(int line)
{
    FILE *f;

    if (layout[SLAPD][0] != '\0')
        return layout[line];
    f = popen("scripts/slapd-layout", "re");
    for (int i = 0; f != NULL && i < N_LINES; i++) {
        if (fgets(layout[i], PATH_MAX, f) != NULL)
            layout[i][strcspn(layout[i], "\n")] = '\0';
    }
    if (f == NULL || pclose(f) != 0 || layout[SLAPD][0] == '\0')
        FAIL("scripts/slapd-layout finds no slapd");
    return layout[line];
}

const char *
launch_program(void)
{
    return layout_of(SLAPD);
}

const char *
launch_modules(void)
{
    return layout_of(MODULES);
}

char *
launch_schema(const char *name)
{
    return text_of("include %s/%s.schema\n", layout_of(SCHEMA), name);
}

char *
launch_usual_schema(void)
{
    char *core = launch_schema("core"), *cosine = launch_schema("cosine");
    char *person = launch_schema("inetorgperson");
    char *all = text_of("%s%s%s", core, cosine, person);

    free(core);
    free(cosine);
    free(person);
    return all;
}

const char *
launch_schema_directory(void)
{
    return layout_of(SCHEMA);
}

void
launch_link_modules(const server *s, bool tools)
{
    const char *module = getenv("EDC_MODULE");
    const char *other = getenv("EDC_TOOL_MODULE");
    char *link = server_path(s, "modules");
    char *target;

    if (module == NULL)
        module = "build";
    if (tools && other != NULL)
        module = other;
    target = realpath(module, NULL);
    unlink(link);
    if (symlink(target != NULL ? target : module, link) != 0)
        FAIL("cannot link the modules: %s", strerror(errno));
    free(target);
    free(link);
}

void
launch_uninstrumented(void)
{
    const char *plain = getenv("EDC_TOOL_MODULE");

    unsetenv("EDC_SLAPD_PRELOAD");
    unsetenv("EDC_SLAPD_WRAPPER");
    if (plain != NULL)
        setenv("EDC_MODULE", plain, 1);
}

void
launch_forgetful(void)
{
    char *all = text_of("%s:quarantine_size_mb=0:thread_local_quarantine_size_"
                        "kb=0",
        environment("ASAN_OPTIONS"));

    setenv("ASAN_OPTIONS", all, 1);
    free(all);
}

/* Beside the test programs; benches do without. */
char *
launch_test_module(const char *name)
{
    char program[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", program, sizeof(program) - 1);
    char *path;

    program[n > 0 ? n : 0] = '\0';
    path = text_of("%s/../../modules/%s.so", dirname(program), name);
    if (access(path, R_OK) == 0)
        return path;
    free(path);
    return NULL;
}

const char *
launch_first_module(void)
{
    static char line[PATH_MAX + 16];
    char *path = launch_test_module("threads_left");

    line[0] = '\0';
    if (path != NULL)
        snprintf(line, sizeof(line), "moduleload %s\n", path);
    free(path);
    return line;
}

static const char *
program_of(const server *s)
{
    return s->program != NULL ? s->program : layout_of(SLAPD);
}

/* A slapd of one's own comes with its libraries. What is put before its program
 * comes behind this: a wrapper that sees one program would see env. */
static char *
libraries_first(const server *s)
{
    const char *own = layout_of(LIBRARIES);

    if (*own == '\0')
        return text_of("%s", "");
    return text_of("env LD_LIBRARY_PATH=%s TSAN_OPTIONS=%s:log_path=%s/report ",
        own, environment("TSAN_OPTIONS"), s->directory);
}

char *
launch_tool(const server *s, const char *tool)
{
    bool server = strcmp(tool, "slapd") == 0;
    char *first = libraries_first(s);
    char *all = text_of("%s%s%s%s", first, program_of(s), server ? "" : " -T",
        server ? "" : tool + strlen("slap"));

    free(first);
    return all;
}

/* Both of them, of which either may be ""; frees the second. */
static char *
and_library(char *preload, char *library)
{
    char *all = text_of("%s%s%s", preload,
        *preload != '\0' && library != NULL ? ":" : "",
        library != NULL ? library : "");

    free(preload);
    free(library);
    return all;
}

/* What is put before slapd's libraries; allocated, "" for nothing. The
 * instrument comes first, and whatever the configuration: a module that loads
 * later, when slapd runs, wants it there. */
static char *
preloaded(const server *s)
{
    char *skew = s->skew != 0 ? launch_test_module("skew") : NULL, *all, *text;
    const char *instrument = environment("EDC_SLAPD_PRELOAD");

    if (s->skew != 0 && skew == NULL)
        FAIL("tests/modules/skew.c was not compiled");
    all = text_of("%s", instrument);
    if (*instrument != '\0') {
        all = and_library(all, launch_test_module("stay"));
        all = and_library(all, launch_test_module("leave"));
    }
    all = and_library(all, launch_test_module("last_words"));
    all = and_library(all, skew);
    if (s->holds)
        all = and_library(all, launch_test_module("hold"));
    text = text_of("env EDC_SKEW=%d EDC_HOLD=%s/hold%s LD_PRELOAD=%s", s->skew,
        s->directory, s->late ? " EDC_LATE=yes" : "", all);
    free(all);
    return text;
}

char *
launch_server(const server *s)
{
    char *first = libraries_first(s), *preload = preloaded(s);
    char *all = text_of("%s%s %s %s", first, preload,
        environment("EDC_SLAPD_WRAPPER"), program_of(s));

    free(preload);
    free(first);
    return all;
}

char *
launch_reports(const server *s)
{
    char *pattern = server_path(s, "report.*"), *all = text_of("%s", "");
    glob_t found;

    if (glob(pattern, 0, NULL, &found) == 0) {
        for (size_t i = 0; i < found.gl_pathc; i++) {
            char *one = read_file(found.gl_pathv[i], NULL);
            char *both = text_of("%s%s", all, one != NULL ? one : "");

            free(one);
            free(all);
            all = both;
        }
        globfree(&found);
    }
    free(pattern);
    return all;
}

char *
launch_known_races(void)
{
    const char *path = getenv("EDC_KNOWN_RACES");
    char *known = path != NULL ? read_file(path, NULL) : NULL;

    if (path != NULL && known == NULL)
        FAIL("cannot read %s", path);
    return known != NULL ? known : text_of("%s", "");
}
