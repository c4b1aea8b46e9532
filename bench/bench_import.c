/* bench_import.c - how fast educonnectctl import is, and how much memory it
 * needs: an export made up by educonnect-sample, into a slapd with the demo's
 * configuration.
 *
 *   plan       import --dry-run into an empty directory
 *   ldapadd    its LDIF by ldapadd, into another directory, empty as well
 *   import     the same files by import, on the same server
 *   again      once more: no changes
 *   delta      a delta's changes
 *   offline    import --offline     slapadd    slapadd -q of what it printed
 *
 * Variables: EDC_PEOPLE (100000), EDC_DELTA (a hundredth of it), EDC_SEED,
 * EDC_NOSYNC (when set, mdb does not wait for the disk: what is left is work),
 * EDC_PLAIN (0: without ldapadd, which takes long), EDC_TRAPS (0: without what
 * importers get wrong). What is measured is not asserted; that the same files
 * again are no changes, and a delta only its own, is.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "harness/launch.h"

#define PROVISIONER_DN "uid=provisioner," STAFF_DN
#define PASSWORD "provisioner-of-the-bench"

static const char base_ldif[] =
    "dn: " SUFFIX "\nobjectClass: dcObject\nobjectClass: organization\n"
    "dc: example\no: example\n\n"
    "dn: " STAFF_DN "\nobjectClass: organizationalUnit\nou: staff\n\n"
    "dn: " PROVISIONER_DN "\nobjectClass: inetOrgPerson\nuid: provisioner\n"
    "cn: provisioner\nsn: provisioner\nuserPassword: " PASSWORD "\n\n";

/* A program that ended. */
typedef struct run {
    double seconds;
    long kib; /* peak */
    int status;
    char *out, *err; /* paths */
} run;

typedef struct bench {
    server s;
    char *work;  /* directory of the files */
    char *files; /* of the export */
    char *password_file;
    const char *tools;
    long people, delta, entries;
} bench;

/* ---- small things ---- */

static long
number(const char *name, long usual)
{
    const char *given = getenv(name);

    return given != NULL && given[0] != '\0' ? strtol(given, NULL, 10) : usual;
}

static double
now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Runs a command of the shell's, which must be one program; its output goes to
 * <work>/<name>.out and .err. */
static run
run_it(const bench *b, const char *name, const char *command)
{
    run r = {0, 0, -1, text_of("%s/%s.out", b->work, name),
        text_of("%s/%s.err", b->work, name)};
    char *line = text_of("exec %s >%s 2>%s </dev/null", command, r.out, r.err);
    double begin = now();
    struct rusage usage;
    int status;
    pid_t pid = fork();

    REQUIRE(pid >= 0);
    if (pid == 0) {
        execl("/bin/sh", "sh", "-c", line, (char *)NULL);
        _exit(127);
    }
    REQUIRE(wait4(pid, &status, 0, &usage) == pid);
    r.seconds = now() - begin;
    r.kib = usage.ru_maxrss;
    r.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    free(line);
    return r;
}

/* Refused records are traps, and no failure. */
static void
expect_done(const run *r, const char *name)
{
    char *err;

    if (r->status == 0 || r->status == 1)
        return;
    err = read_file(r->err, NULL);
    FAIL("%s ended with %d: %.2000s", name, r->status, err == NULL ? "" : err);
}

static void
end_run(run *r)
{
    free(r->out);
    free(r->err);
}

static void
print_row(const char *name, const run *r, long entries)
{
    printf("%-10s %9.1f", name, r->seconds);
    if (entries > 0)
        printf(" %10ld %10.0f", entries, (double)entries / r->seconds);
    else
        printf(" %10s %10s", "-", "-");
    printf(" %10.1f\n", (double)r->kib / 1024);
    fflush(stdout);
}

/* The number before " changes" in the last lines of a file. */
static long
changes_in(const char *path)
{
    char *text = read_file(path, NULL);
    char *at = text == NULL ? NULL : strstr(text, " changes\n");
    long n = -1;

    while (at != NULL && at > text && at[-1] != '\n')
        at--;
    if (at != NULL)
        n = strtol(at, NULL, 10);
    free(text);
    return n;
}

/* ---- the server ---- */

/* The text with a word replaced wherever it stands; frees the text. */
static char *
replaced(char *text, const char *word, const char *by)
{
    char *at;

    while ((at = strstr(text, word)) != NULL) {
        char *next =
            text_of("%.*s%s%s", (int)(at - text), text, by, at + strlen(word));

        free(text);
        text = next;
    }
    return text;
}

/* The demo's slapd.conf, with room for many, and for reading all of them. */
static void
configure(bench *b)
{
    char *conf = read_file("scripts/demo.conf.in", NULL);
    char *path = server_path(&b->s, "slapd.conf");
    char *database = server_path(&b->s, "database");
    char *room = text_of("suffix dc=example,dc=org\nmaxsize 34359738368\n%s"
                         "limits dn.exact=\"" PROVISIONER_DN
                         "\" size=unlimited time=unlimited\n",
        getenv("EDC_NOSYNC") != NULL ? "dbnosync\n" : "");

    REQUIRE(conf != NULL && mkdir(database, 0700) == 0);
    conf = replaced(conf, "@DEMO@", b->s.directory);
    conf = replaced(conf, "@SLAPD_MODULES@", launch_modules());
    conf = replaced(conf, "@SLAPD_SCHEMA@", launch_schema_directory());
    conf = replaced(conf, "@ROOTPW@", ROOT_PASSWORD);
    conf = replaced(
        conf, "suffix dc=example,dc=org\ndirectory", "@ROOM@directory");
    conf = replaced(conf, "@ROOM@", room);
    write_file(path, conf);
    free(room);
    free(database);
    free(path);
    free(conf);
}

/* A server with nobody but the provisioner. */
static void
begin_server(bench *b)
{
    static const setup usual = {0};
    char *output = NULL;

    server_prepare(&b->s, &usual);
    configure(b);
    if (server_tool(&b->s, base_ldif, &output, "slapadd", "-q -b %s", SUFFIX))
        FAIL("slapadd: %s", output);
    free(output);
    server_start(&b->s);
}

/* ---- steps ---- */

static void
make_files(bench *b)
{
    char *command = text_of(
        "%s/educonnect-sample --seed %ld --people %ld%s --delta %ld --output "
        "%s",
        b->tools, number("EDC_SEED", 1), b->people,
        number("EDC_TRAPS", 1) != 0 && b->people >= 400 ? " --traps" : "",
        b->delta, b->files);
    run r = run_it(b, "sample", command);

    expect_done(&r, "educonnect-sample");
    print_row("sample", &r, b->people);
    end_run(&r);
    free(command);
}

static run
import(const bench *b, const char *name, const char *rest, const char *files)
{
    char *command = text_of("%s/educonnectctl import -H %s -D " PROVISIONER_DN
                            " -y %s -b " SUFFIX " %s %s",
        b->tools, b->s.url, b->password_file, rest, files);
    run r = run_it(b, name, command);

    expect_done(&r, name);
    free(command);
    return r;
}

/* The plan's LDIF is what ldapadd is given. */
static double
plain_ldapadd(bench *b)
{
    run plan, add;
    char *command;
    double rate;

    begin_server(b);
    plan = import(b, "plan", "--dry-run", b->files);
    b->entries = changes_in(plan.err);
    REQUIRE(b->entries > 0);
    print_row("plan", &plan, b->entries);
    command = text_of("ldapadd -x -H %s -D " PROVISIONER_DN " -y %s -f %s",
        b->s.url, b->password_file, plan.out);
    add = run_it(b, "ldapadd", command);
    expect_done(&add, "ldapadd");
    print_row("ldapadd", &add, b->entries);
    rate = (double)b->entries / add.seconds;
    free(command);
    end_run(&plan);
    end_run(&add);
    server_finish(&b->s);
    return rate;
}

static void
expect_changes(const run *r, const char *name, long n)
{
    if (changes_in(r->out) != n)
        FAIL("%s: %ld changes, not %ld", name, changes_in(r->out), n);
}

/* What the summary of the files says that a delta changes. */
static long
delta_changes(const bench *b)
{
    static const char *const names[] = {"added", "changed", "closed"};
    char *path = text_of("%s/sample.out", b->work);
    char *text = read_file(path, NULL);
    long n = 0;

    REQUIRE(text != NULL);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char *line = text_of("\n  %s ", names[i]);
        char *at = strstr(text, line);

        REQUIRE(at != NULL);
        n += strtol(at + strlen(line), NULL, 10);
        free(line);
    }
    free(text);
    free(path);
    return n;
}

static double
imports(bench *b)
{
    run first, again, delta;
    char *changes = text_of("%s/delta", b->files);
    long n;

    begin_server(b);
    first = import(b, "import", "", b->files);
    n = changes_in(first.out);
    print_row("import", &first, n);
    again = import(b, "again", "", b->files);
    print_row("again", &again, 0);
    expect_changes(&again, "the same files again", 0);
    delta = import(b, "delta", "", changes);
    print_row("delta", &delta, changes_in(delta.out));
    expect_changes(&delta, "the delta", delta_changes(b));
    printf(
        "%-10s %42.1f\n", "slapd", server_status_kib(&b->s, "VmHWM") / 1024.0);
    end_run(&first);
    end_run(&again);
    end_run(&delta);
    free(changes);
    server_finish(&b->s);
    return (double)n / first.seconds;
}

static void
offline(bench *b)
{
    static const setup usual = {0};
    char *slapadd,
        *command = text_of("%s/educonnectctl import --offline -b " SUFFIX " %s",
            b->tools, b->files);
    run r = run_it(b, "offline", command);
    run add;
    long n = changes_in(r.err);

    expect_done(&r, "import --offline");
    print_row("offline", &r, n);
    free(command);
    server_prepare(&b->s, &usual);
    configure(b);
    slapadd = launch_tool(&b->s, "slapadd");
    command = text_of("%s -q -f %s/slapd.conf -b " SUFFIX " -l %s", slapadd,
        b->s.directory, r.out);
    free(slapadd);
    add = run_it(b, "slapadd", command);
    if (add.status != 0)
        add.status = -1;
    expect_done(&add, "slapadd");
    print_row("slapadd", &add, n);
    free(command);
    end_run(&r);
    end_run(&add);
    server_finish(&b->s);
}

static void
begin(bench *b)
{
    char directory[] = "/tmp/educonnect-bench-XXXXXX";
    const char *tools = getenv("EDC_TOOLS");

    REQUIRE(mkdtemp(directory) != NULL);
    b->work = text_of("%s", directory);
    b->files = text_of("%s/export", directory);
    b->password_file = text_of("%s/password", directory);
    write_file(b->password_file, PASSWORD);
    REQUIRE(chmod(b->password_file, 0600) == 0);
    b->tools = tools == NULL ? "build" : tools;
    b->people = number("EDC_PEOPLE", 100000);
    b->delta = number("EDC_DELTA", b->people < 1400 ? 14 : b->people / 100);
    printf("%ld people%s\n%-10s %9s %10s %10s %10s\n", b->people,
        getenv("EDC_NOSYNC") != NULL ? ", dbnosync" : "", "step", "seconds",
        "entries", "a second", "peak MiB");
}

static void
finish(bench *b)
{
    char *command = text_of("rm -rf %s", b->work);

    REQUIRE(getenv("EDC_KEEP") != NULL || system(command) == 0);
    free(command);
    free(b->work);
    free(b->files);
    free(b->password_file);
}

int
main(void)
{
    bench b = {.entries = 0};
    double plain = 0, rate;

    begin(&b);
    make_files(&b);
    if (number("EDC_PLAIN", 1) != 0)
        plain = plain_ldapadd(&b);
    rate = imports(&b);
    offline(&b);
    if (plain > 0)
        printf("import has %.2f times the rate of ldapadd\n", rate / plain);
    finish(&b);
    return 0;
}
