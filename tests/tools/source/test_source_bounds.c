/* test_source_bounds.c - files made to harm end in one clear error, after few
 * bytes and in little memory; or they do no harm.
 */
#include "source/source_steps.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ctl/ctl.h"

#define MIB 1048576L

/* What a reading may take of memory beyond that of a small file, which has
 * SQLite's, libxml2's and libarchive's own; sanitizers have theirs. */
#ifdef __SANITIZE_ADDRESS__
#define KIB_MAX 4000000L
#else
#define KIB_MAX 24000L
#endif

/* ---- making files ---- */

/* head, n times each (%zu is which), tail. */
static void
repeat(const char *name, const char *head, size_t n, const char *each,
    const char *tail)
{
    char *path = steps_path(name);
    FILE *out = fopen(path, "wb");

    assert_non_null(out);
    fputs(head, out);
    for (size_t i = 0; i < n; i++) {
        if (strchr(each, '#') == NULL) {
            fputs(each, out);
            continue;
        }
        for (const char *p = each; *p != '\0'; p++) {
            if (*p == '#')
                fprintf(out, "%zu", i);
            else
                fputc(*p, out);
        }
    }
    fputs(tail, out);
    assert_int_equal(fclose(out), 0);
    free(path);
}

/* ---- reading it ---- */

/* What a child process that read it says, how many bytes it took from disk,
 * and how much memory it had at most. */
typedef struct outcome {
    char said[4096];
    long long done;
    long kib;
} outcome;

static bool
go_on(void *ctx, const src_record *record)
{
    (void)ctx, (void)record;
    return true;
}

static void
note_refusal(void *ctx, const src_refusal *refusal)
{
    char *said = ctx;

    if (said[0] == '\0')
        snprintf(said, 256, "refused: %s; ", refusal->reason);
}

static void
read_it(const char *path, int to)
{
    char text[2048], refused[256] = "", line[4096];
    src_handler handler = {
        .ctx = refused, .each = go_on, .refused = note_refusal};
    src_error error = {.line = 0};
    int64_t done = 0, total = 0;
    src *source = src_open(&path, 1, NULL, &error);
    src_end end = SRC_BROKEN;

    if (source != NULL)
        end = src_read(source, &handler, &error);
    src_error_print(&error, text, sizeof(text));
    if (source != NULL)
        src_progress(source, &done, &total);
    snprintf(line, sizeof(line), "%lld %s%s", (long long)done, refused,
        end == SRC_END ? "end" : text);
    src_close(source);
    _exit(write(to, line, strlen(line)) < 0);
}

static outcome
read_apart(const char *name)
{
    outcome o = {"", 0, 0};
    char *path = steps_path(name), *rest;
    char bytes[4096] = "";
    struct rusage used;
    int pipes[2], status;
    size_t n = 0;
    ssize_t got;
    pid_t pid;

    assert_int_equal(pipe(pipes), 0);
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0)
        read_it(path, pipes[1]);
    close(pipes[1]);
    while ((got = read(pipes[0], bytes + n, sizeof(bytes) - 1 - n)) > 0)
        n += (size_t)got;
    close(pipes[0]);
    assert_int_equal(wait4(pid, &status, 0, &used), pid);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    o.done = strtoll(bytes, &rest, 10);
    o.kib = used.ru_maxrss;
    snprintf(o.said, sizeof(o.said), "%s", rest + strspn(rest, " "));
    free(path);
    return o;
}

/* Memory of a reading of nothing much, which a child has from its parent. */
static long
small(void)
{
    steps_text("small.csv", "uai;name\n0012345A;x\n");
    return read_apart("small.csv").kib;
}

/* That it ends so, after at most so many bytes (0: any) in little memory. The
 * error names file, place where there is one, and limit. */
static void
expect_bounded(const char *name, const char *said, long long bytes)
{
    long before = small();
    outcome o = read_apart(name);

    if (strstr(o.said, said) == NULL)
        fail_msg("%s: \"%s\" is not in \"%s\"", name, said, o.said);
    if (strstr(o.said, name) == NULL &&
        strcmp(o.said + strlen(o.said) - 3, "end") != 0)
        fail_msg("%s is not named: %s", name, o.said);
    if (bytes != 0 && o.done > bytes)
        fail_msg("%s: %lld bytes were read", name, o.done);
    if (o.kib > before + KIB_MAX)
        fail_msg("%s: %ld KiB were used, before %ld", name, o.kib, before);
}

/* ---- XML ---- */

#define ROOT "<ficAlimMENESR>\n"
#define END "</ficAlimMENESR>\n"
#define IN_VALUE                                                               \
    ROOT "<addRequest><operationalAttributes>"                                 \
         "<attr name=\"categoriePersonne\"><value>Eleve</value></attr>"        \
         "</operationalAttributes><identifier><id>1</id></identifier>"         \
         "<attributes><attr name=\"sn\"><value>"
#define OUT_OF_VALUE "</value></attr></attributes></addRequest>" END

static void
markup_without_end_ends_the_reading(void **state)
{
    static const struct {
        const char *head, *each, *tail;
        size_t n;
        const char *said;
    } bombs[] = {
        {ROOT "<addRequest", " a#=\"\"", "/>" END, 300000, "16384 bytes"},
        {"<ficAlimMENESR", " a#='x'", ">" END, 300000, "16384 bytes"},
        {ROOT "<addRequest", " xmlns:a#='u'", "/>" END, 300000, "16384 bytes"},
        {ROOT "<addRequest", " x:a#='u'", "/>" END, 300000, "16384 bytes"},
        {ROOT "<addRequest", " a#=''", "/>" END, 20, "16 attributes"},
        {ROOT "<addRequest a=\"", "aaaaaaaaaa", "\"/>" END, MIB, "16384 bytes"},
        {ROOT "<", "aaaaaaaaaa", "/>" END, MIB, "16384 bytes"},
        {ROOT "</", "aaaaaaaaaa", ">" END, MIB, "16384 bytes"},
        {ROOT "<!-- ", "aaaaaaaaaa", " -->" END, MIB, "16384 bytes"},
        {ROOT "<!-- ", "<a>-b>", " -->" END, MIB, "16384 bytes"},
        {ROOT "<?pi ", "aaaaaaaaaa", "?>" END, MIB, "16384 bytes"},
        {"<!-- ", "aaaaaaaaaa", " -->" ROOT END, MIB, "16384 bytes"},
        {"<!DOCTYPE ficAlimMENESR SYSTEM \"", "aaaaaaaaaa", "\">" ROOT END, MIB,
            "16384 bytes"},
        {"<!DOCTYPE ficAlimMENESR [", "<!ELEMENT a# (b)>", "]>" ROOT END,
            300000, "16384 bytes"},
        {"<!DOCTYPE ficAlimMENESR [", "<!-- ] > -->", "]>" ROOT END, 300000,
            "not terminated"},
        {IN_VALUE "<![CDATA[", "aaaa]aaaaa", "]]>" OUT_OF_VALUE, MIB,
            "16384 bytes"},
        {IN_VALUE "&", "aaaaaaaaaa", ";" OUT_OF_VALUE, MIB, "16384 bytes"},
        {IN_VALUE "&#", "0000000000", "65;" OUT_OF_VALUE, MIB, "16384 bytes"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(bombs) / sizeof(bombs[0]); i++) {
        repeat(
            "e.xml", bombs[i].head, bombs[i].n, bombs[i].each, bombs[i].tail);
        expect_bounded("e.xml", bombs[i].said, 4 * 65536);
    }
}

static void
entities_never_grow(void **state)
{
    (void)state;
    steps_text("e.xml",
        "<!DOCTYPE ficAlimMENESR [<!ENTITY a \"aaaaaaaaaa\">"
        "<!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">"
        "<!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;\">]>" IN_VALUE
        "&c;" OUT_OF_VALUE);
    expect_bounded("e.xml", "it declares an entity", 65536);
}

static void
elements_without_end_end_the_reading(void **state)
{
    (void)state;
    repeat("e.xml", ROOT, 1000000, "<a>", END);
    expect_bounded("e.xml", "more than 16 elements", 2 * 65536);
}

/* These are read to their end, in one record's memory. */
static void
long_texts_cost_their_record(void **state)
{
    (void)state;
    repeat("e.xml", IN_VALUE, 3 * MIB, "aaaaaaaaaa", OUT_OF_VALUE);
    expect_bounded("e.xml", "refused: ", 0);
    repeat("e.xml", IN_VALUE, 3 * MIB, "&lt;&amp;", OUT_OF_VALUE);
    expect_bounded("e.xml", "refused: ", 0);
    repeat("e.xml", ROOT, 3 * MIB, " \n \t      ", END);
    expect_bounded("e.xml", "end", 0);
    repeat("e.xml", IN_VALUE, MIB, "</value><value>#", OUT_OF_VALUE);
    expect_bounded("e.xml", "refused: ", 0);
    repeat("e.xml", ROOT "<addRequest>", MIB, "<attr name='a'/>",
        "</addRequest>" END);
    expect_bounded("e.xml", "refused: ", 0);
}

/* libxml2 keeps every name that it ever met, up to a limit of its own. */
static void
names_without_number_end_the_reading(void **state)
{
    (void)state;
    repeat("e.xml", ROOT "<addRequest>", 2 * MIB,
        "<a#aaaaaaaaaaaaaaaaaaaaaaaaaaaa/>", "</addRequest>" END);
    expect_bounded("e.xml", "10000 different names", 8 * 65536);
}

/* ---- CSV ---- */

static void
csv_without_end_ends_the_reading(void **state)
{
    static const struct {
        const char *head, *each, *tail;
        size_t n;
        const char *said;
        long long bytes;
    } bombs[] = {
        {"id;mail\n1;\"", "aaaaaaaaa\n", "", 3 * MIB, "1048576 bytes", 2 * MIB},
        {"id;mail\n1;", "aaaaaaaaaa", "\n", 3 * MIB, "1048576 bytes", 2 * MIB},
        {"", "aaaaaaaaaa", "\n", 3 * MIB, "1048576 bytes", 2 * MIB},
        {"id", ";a#", "\n", 3 * MIB, "1024 columns", 64 * MIB},
        {"id;mail\n1", ";a", "\n2;b\n", 8 * MIB, "refused: ", 0},
        {"", "\n", "id;mail\n2;b\n", 8 * MIB, "1048576 bytes", 2 * MIB},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(bombs) / sizeof(bombs[0]); i++) {
        repeat(
            "e.csv", bombs[i].head, bombs[i].n, bombs[i].each, bombs[i].tail);
        expect_bounded("e.csv", bombs[i].said, bombs[i].bytes);
    }
}

/* ---- archives ---- */

typedef struct packing {
    struct archive *a;
    char *path;
} packing;

static packing
pack(const char *name)
{
    packing p = {archive_write_new(), steps_path(name)};

    if (strstr(name, ".zip") != NULL) {
        assert_int_equal(archive_write_set_format_zip(p.a), ARCHIVE_OK);
    } else {
        assert_int_equal(
            archive_write_set_format_pax_restricted(p.a), ARCHIVE_OK);
        assert_int_equal(archive_write_add_filter_gzip(p.a), ARCHIVE_OK);
        if (strstr(name, "twice") != NULL)
            assert_int_equal(archive_write_add_filter_gzip(p.a), ARCHIVE_OK);
    }
    assert_int_equal(archive_write_open_filename(p.a, p.path), ARCHIVE_OK);
    return p;
}

static char blanks[MIB + 1];

/* A file of size bytes, the text again and again; before blanks a root. */
static void
put(packing *p, const char *name, const char *text, long size)
{
    struct archive_entry *entry = archive_entry_new();
    size_t n;

    archive_entry_set_pathname(entry, name);
    archive_entry_set_size(entry, size);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0600);
    assert_int_equal(archive_write_header(p->a, entry), ARCHIVE_OK);
    for (long left = size; left > 0; left -= (long)n) {
        const char *part = text;

        if (text == blanks && left == size)
            part = strstr(name, ".csv") != NULL ? "id;mail\n" : ROOT;
        n = strlen(part);
        n = (size_t)left < n ? (size_t)left : n;
        assert_int_equal(archive_write_data(p->a, part, n), n);
    }
    archive_entry_free(entry);
}

static void
packed(packing *p)
{
    assert_int_equal(archive_write_close(p->a), ARCHIVE_OK);
    archive_write_free(p->a);
    free(p->path);
}

static void
bombs_end_the_reading(void **state)
{
    static const char *const names[] = {"e.zip", "e.tgz"};
    static const char *const members[] = {"Eleve.xml", "e.csv", "e.bin"};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        for (size_t m = 0; m < 3; m++) {
            packing p = pack(names[i]);

            put(&p, members[m], blanks, 120 * MIB);
            put(&p, "z.csv", "id;mail\n1;a\n", 12);
            packed(&p);
            /* What no one asks for is not even unpacked from a zip. */
            expect_bounded(names[i],
                m == 1             ? "1048576 bytes"
                : i == 0 && m == 2 ? "end"
                                   : "more than 200 times its size",
                0);
        }
    }
}

/* An honest archive of much the same data. */
static void
what_shrinks_well_is_no_bomb(void **state)
{
    packing p = pack("e.zip");

    (void)state;
    put(&p, "e.xml", ROOT, (long)strlen(ROOT));
    put(&p, "e.csv", "id;mail\n1;a\n", 12);
    put(&p, "f.csv", "id;mail\n", 8);
    put(&p, "big.csv", blanks, 60 * MIB);
    packed(&p);
    expect_bounded("e.zip", "e.xml", 0);
}

static void
archives_within_archives_are_passed_over(void **state)
{
    packing p = pack("e.zip");
    char *inner = NULL;
    size_t n;
    FILE *file;

    (void)state;
    put(&p, "e.xml", blanks, 60 * MIB);
    packed(&p);
    inner = steps_path("e.zip");
    file = fopen(inner, "rb");
    assert_non_null(file);
    n = fread(blanks, 1, 65536, file);
    (void)fclose(file);
    free(inner);
    inner = ctl_copy_n(blanks, n);
    memset(blanks, ' ', MIB);
    p = pack("outer.zip");
    for (int i = 0; i < 100; i++) {
        char name[32];

        snprintf(name, sizeof(name), "%d.zip", i);
        put(&p, name, "PK\3\4", 4);
    }
    put(&p, "e.csv", "id;mail\n1;a\n", 12);
    packed(&p);
    expect_bounded("outer.zip", "end", 0);
    free(inner);
    p = pack("twice.tgz");
    put(&p, "e.csv", "id;mail\n1;a\n", 12);
    packed(&p);
    expect_bounded("twice.tgz", "compressed more than once", 0);
}

static void
files_without_number_end_the_reading(void **state)
{
    static const char *const names[] = {"e.zip", "e.tgz"};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        packing p = pack(names[i]);

        for (int k = 0; k < 20001; k++) {
            char name[32];

            snprintf(name, sizeof(name), "%d.txt", k);
            put(&p, name, "", 0);
        }
        packed(&p);
        expect_bounded(names[i], "the archive has more than 20000 files", 0);
    }
}

static void
names_without_end_end_the_reading(void **state)
{
    static const char *const names[] = {"e.zip", "e.tgz"};
    static const long lengths[] = {513, 4000, 65000};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        for (size_t k = 0; k < 3; k++) {
            packing p = pack(names[i]);
            char *name = ctl_alloc((size_t)lengths[k] + 1, 1);

            memset(name, 'a', (size_t)lengths[k]);
            put(&p, name, "", 0);
            packed(&p);
            free(name);
            expect_bounded(names[i], "a name in the archive has more", 0);
        }
    }
}

/* Sizes of a zip's list that are not those of its files: more, less, and the
 * marks of zip64 that stand for a size elsewhere. */
static void
sizes_that_lie_do_no_harm(void **state)
{
    static const uint32_t lies[] = {0, 1, 0x7fffffff, 0xfffffffe, 0xffffffff};
    char *path = steps_path("e.zip");
    char bytes[4096];
    size_t n;
    FILE *file;

    (void)state;
    steps_archive(
        "e.zip", (const char *const[]){"e.csv", "id;mail\n1;a\n2;b\n", NULL});
    file = fopen(path, "rb");
    assert_non_null(file);
    n = fread(bytes, 1, sizeof(bytes), file);
    (void)fclose(file);
    for (size_t at = 0; at + 46 < n; at++) {
        if (memcmp(bytes + at, "PK\1\2", 4) != 0)
            continue;
        for (size_t field = 20; field <= 24; field += 4) {
            for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
                char changed[4096];

                memcpy(changed, bytes, n);
                memcpy(changed + at + field, lies + i, 4);
                steps_write("lie.zip", changed, n);
                expect_bounded("lie.zip", "", 0);
            }
        }
    }
    free(path);
}

static int
prepare(void **state)
{
    memset(blanks, ' ', MIB);
    return steps_setup(state);
}

#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, prepare, steps_teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(markup_without_end_ends_the_reading),
        TEST(entities_never_grow),
        TEST(elements_without_end_end_the_reading),
        TEST(long_texts_cost_their_record),
        TEST(names_without_number_end_the_reading),
        TEST(csv_without_end_ends_the_reading),
        TEST(bombs_end_the_reading),
        TEST(what_shrinks_well_is_no_bomb),
        TEST(archives_within_archives_are_passed_over),
        TEST(files_without_number_end_the_reading),
        TEST(names_without_end_end_the_reading),
        TEST(sizes_that_lie_do_no_harm),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
