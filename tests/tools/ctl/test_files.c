/* test_files.c - how the tools open what they read and make what they write. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "ctl/create.h"
#include "ctl/ctl.h"
#include "ctl/input.h"
#include "ctl/ldif_in.h"
#include "ctl/limits.h"
#include "ctl/output.h"

/* ---- a folder of the test's own ---- */

static char folder[64];
static mode_t former;

static int
setup(void **state)
{
    (void)state;
    /* The worst that a user's umask can be. */
    former = umask(0);
    strcpy(folder, "/tmp/files-XXXXXX");
    return mkdtemp(folder) == NULL ? -1 : 0;
}

static int
take_away(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st, (void)type, (void)ftw;
    return remove(path);
}

static int
teardown(void **state)
{
    (void)state;
    umask(former);
    return nftw(folder, take_away, 8, FTW_DEPTH | FTW_PHYS);
}

static char *
path_of(const char *name)
{
    return ctl_format("%s/%s", folder, name);
}

static void
write_text(const char *name, const char *text, mode_t mode)
{
    char *path = path_of(name);
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path, mode), 0);
    free(path);
}

static void
expect_text(const char *name, const char *text)
{
    char *path = path_of(name), bytes[256] = "";
    FILE *file = fopen(path, "r");

    assert_non_null(file);
    bytes[fread(bytes, 1, sizeof(bytes) - 1, file)] = '\0';
    (void)fclose(file);
    assert_string_equal(bytes, text);
    free(path);
}

static mode_t
mode_of(const char *name)
{
    char *path = path_of(name);
    struct stat st;

    assert_int_equal(lstat(path, &st), 0);
    free(path);
    return st.st_mode & 07777;
}

/* How many names the folder has. */
static size_t n_names;

static int
count(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)path, (void)st, (void)type;
    n_names += ftw->level > 0;
    return 0;
}

static void
expect_names(size_t n)
{
    n_names = 0;
    assert_int_equal(nftw(folder, count, 8, FTW_PHYS), 0);
    assert_int_equal(n_names, n);
}

/* ---- writing ---- */

/* Writes a text there; NULL, or why not. */
static const char *
write_out(const char *name, output_rule rule, bool keep)
{
    char *path = path_of(name);
    output o;
    const char *why = output_begin(&o, path, rule);

    if (why == NULL) {
        print(o.file, "new");
        why = output_end(&o, keep);
    }
    free(path);
    return why;
}

static void
a_file_is_its_owners_alone(void **state)
{
    (void)state;
    assert_null(write_out("a", OUTPUT_REPLACE, true));
    assert_null(write_out("b", OUTPUT_NEW, true));
    expect_text("a", "new");
    expect_text("b", "new");
    assert_int_equal(mode_of("a"), 0600);
    assert_int_equal(mode_of("b"), 0600);
    write_text("a", "old", 0644);
    assert_null(write_out("a", OUTPUT_REPLACE, true));
    expect_text("a", "new");
    assert_int_equal(mode_of("a"), 0600);
    expect_names(2);
}

/* Whoever had the old one open reads the old one. */
static void
what_stands_there_is_replaced_whole_or_not_at_all(void **state)
{
    char *path = path_of("a"), byte;
    int old;
    output o;

    (void)state;
    write_text("a", "old", 0644);
    old = open(path, O_RDONLY);
    assert_true(old >= 0);
    assert_null(output_begin(&o, path, OUTPUT_REPLACE));
    print(o.file, "new");
    assert_int_equal(fflush(o.file), 0);
    expect_text("a", "old");
    assert_null(output_end(&o, false));
    expect_text("a", "old");
    assert_int_equal(mode_of("a"), 0644);
    expect_names(1);
    assert_null(write_out("a", OUTPUT_REPLACE, true));
    expect_text("a", "new");
    assert_int_equal(read(old, &byte, 1), 1);
    assert_int_equal(byte, 'o');
    close(old);
    free(path);
}

static void
a_new_file_replaces_nothing(void **state)
{
    (void)state;
    write_text("a", "old", 0600);
    assert_string_equal(
        write_out("a", OUTPUT_NEW, true), "is there already; name a new file");
    expect_text("a", "old");
}

/* Links, other kinds of files, other names of a file. */
static void
nothing_is_written_through_another_name(void **state)
{
    static const output_rule rules[] = {OUTPUT_NEW, OUTPUT_REPLACE};
    char *victim = path_of("victim"), *link = path_of("link"),
         *dangling = path_of("dangling"), *hard = path_of("hard"),
         *fifo = path_of("fifo"), *sub = path_of("sub"),
         *absent = path_of("absent"), *socket_ = path_of("socket");
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    (void)state;
    write_text("victim", "old", 0600);
    assert_int_equal(symlink(victim, link), 0);
    assert_int_equal(symlink(absent, dangling), 0);
    assert_int_equal(mkfifo(fifo, 0600), 0);
    assert_int_equal(mkdir(sub, 0700), 0);
    snprintf(address.sun_path, sizeof(address.sun_path), "%s", socket_);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    for (size_t i = 0; i < 2; i++) {
        static const char *const names[] = {
            "link", "dangling", "fifo", "sub", "sub/", "socket", "none/a"};

        for (size_t n = 0; n < sizeof(names) / sizeof(names[0]); n++)
            assert_non_null(write_out(names[n], rules[i], true));
    }
    assert_non_null(write_out("", OUTPUT_REPLACE, true));
    assert_non_null(write_out(".", OUTPUT_REPLACE, true));
    assert_non_null(write_out("sub/..", OUTPUT_REPLACE, true));
    expect_text("victim", "old");
    assert_int_equal(access(absent, F_OK), -1);
    assert_int_equal(linkat(AT_FDCWD, victim, AT_FDCWD, hard, 0), 0);
    assert_string_equal(write_out("hard", OUTPUT_REPLACE, true),
        "it is there and has another name (a hard link)");
    expect_text("victim", "old");
    expect_names(7);
    close(fd);
    free(victim), free(link), free(dangling), free(hard), free(fifo);
    free(sub), free(absent), free(socket_);
}

/* What comes between the beginning and the end is seen. */
static void
a_link_made_meanwhile_is_not_replaced(void **state)
{
    char *path = path_of("a"), *victim = path_of("victim");
    output o;

    (void)state;
    write_text("victim", "old", 0600);
    assert_null(output_begin(&o, path, OUTPUT_REPLACE));
    assert_int_equal(symlink(victim, path), 0);
    assert_string_equal(
        output_end(&o, true), "it is a symbolic link; name the file itself");
    expect_text("victim", "old");
    expect_names(2);
    free(path);
    free(victim);
}

static void
a_full_disk_is_told_and_the_old_file_stays(void **state)
{
    char *path = path_of("a");
    output o;

    (void)state;
    write_text("a", "old", 0600);
    assert_null(output_begin(&o, path, OUTPUT_REPLACE));
    (void)fclose(o.file);
    o.file = fopen("/dev/full", "w");
    assert_non_null(o.file);
    print(o.file, "new");
    assert_string_equal(output_end(&o, true), strerror(ENOSPC));
    expect_text("a", "old");
    expect_names(1);
    free(path);
}

static void
an_input_is_known_by_every_name(void **state)
{
    char *a = path_of("a"), *dotted = path_of("./a"), *link = path_of("l"),
         *b = path_of("b");

    (void)state;
    write_text("a", "", 0600);
    write_text("b", "", 0600);
    assert_int_equal(symlink(a, link), 0);
    assert_true(output_is(a, dotted));
    assert_true(output_is(link, a));
    assert_false(output_is(a, b));
    assert_false(output_is(a, "/none"));
    free(a), free(dotted), free(link), free(b);
}

/* ---- reading ---- */

/* A FIFO that nobody writes to would keep open() for good: the alarm's signal
 * ends the test's program then. */
static void
opening_never_waits(void **state)
{
    char *fifo = path_of("fifo"), *link = path_of("link");
    const char *why;
    FILE *file;
    int fd;

    (void)state;
    assert_int_equal(mkfifo(fifo, 0600), 0);
    assert_int_equal(symlink(fifo, link), 0);
    alarm(20);
    assert_int_equal(input_open(fifo, INPUT_FILE, &why), -1);
    assert_string_equal(why, "it is no plain file");
    assert_int_equal(input_open(link, INPUT_FILE, &why), -1);
    file = input_stream(fifo, &why);
    assert_non_null(file);
    assert_int_equal(getc(file), EOF);
    assert_true(input_close(file));
    fd = input_directory(AT_FDCWD, folder, true);
    assert_true(fd >= 0);
    assert_int_equal(input_within(fd, "fifo"), -1);
    assert_int_equal(input_within(fd, "link"), -1);
    close(fd);
    alarm(0);
    free(fifo), free(link);
}

static void
what_is_no_file_is_told(void **state)
{
    const char *why;

    (void)state;
    assert_int_equal(input_open(folder, INPUT_STREAM, &why), -1);
    assert_string_equal(why, strerror(EISDIR));
    assert_int_equal(input_open("/dev/zero", INPUT_FILE, &why), -1);
    assert_string_equal(why, "it is no plain file");
    assert_int_equal(input_open("", INPUT_STREAM, &why), -1);
    assert_string_equal(why, strerror(ENOENT));
    assert_null(input_stream("/none", &why));
    assert_string_equal(why, strerror(ENOENT));
}

static void
who_may_read_a_secret_is_judged(void **state)
{
    static const struct {
        mode_t mode;
        const char *reading, *writing;
    } known[] = {
        {0600, NULL, NULL},
        {0400, NULL, NULL},
        {0700, NULL, NULL},
        {0640, "others may read or change it", NULL},
        {0604, "others may read or change it", NULL},
        {0644, "others may read or change it", NULL},
        {0620, "others may read or change it", "others may change it"},
        {0602, "others may read or change it", "others may change it"},
        {0666, "others may read or change it", "others may change it"},
    };
    char *path = path_of("a");

    (void)state;
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        int fd;

        write_text("a", "secret", known[i].mode | 0200);
        assert_int_equal(chmod(path, known[i].mode), 0);
        fd = open(path, O_RDONLY);
        assert_true(fd >= 0);
        for (int w = 0; w < 2; w++) {
            const char *wanted = w ? known[i].writing : known[i].reading;
            const char *said = input_exposed(fd, w == 1);

            if (wanted == NULL)
                assert_null(said);
            else
                assert_string_equal(said, wanted);
        }
        close(fd);
        assert_int_equal(unlink(path), 0);
    }
    free(path);
}

static void
lines_have_an_end(void **state)
{
    char *path = path_of("a"), *text = ctl_alloc(LIMIT_LINE + 100, 1);
    const char *why;
    input_lines lines = {NULL, NULL, 0};

    (void)state;
    write_text("a",
        "\xEF\xBB\xBF"
        "one\r\n\ntwo",
        0600);
    lines.file = input_stream(path, &why);
    assert_true(input_line(&lines, &why));
    assert_string_equal(lines.text, "one");
    assert_true(input_line(&lines, &why));
    assert_string_equal(lines.text, "");
    assert_true(input_line(&lines, &why));
    assert_string_equal(lines.text, "two");
    assert_int_equal(lines.n, 3);
    assert_false(input_line(&lines, &why));
    assert_null(why);
    input_lines_free(&lines);
    assert_true(input_close(lines.file));
    memset(text, 'a', LIMIT_LINE + 1);
    write_text("a", text, 0600);
    lines = (input_lines){input_stream(path, &why), NULL, 0};
    assert_false(input_line(&lines, &why));
    assert_string_equal(why, "a line is too long");
    input_lines_free(&lines);
    assert_true(input_close(lines.file));
    free(text);
    free(path);
}

/* ---- LDIF ---- */

static ldif_end
read_ldif(const char *text, size_t n, char *all, size_t size, const char **why)
{
    ldif_in in = {.file = fmemopen((void *)text, n, "r")};
    ldif_end end;
    size_t at = 0;

    assert_non_null(in.file);
    all[0] = '\0';
    while ((end = ldif_in_next(&in, why)) == LDIF_RECORD)
        at += (size_t)snprintf(all + at, size - at, "%ld%s:%s", in.begins,
            in.fetched ? " fetched" : "", in.text);
    ldif_in_free(&in);
    (void)fclose(in.file);
    return end;
}

static void
ldif_is_read_entry_by_entry(void **state)
{
    static const struct {
        const char *text, *records;
    } known[] = {
        {"", ""},
        {"\n\n# only\n# this\n\n", ""},
        {"dn: o=x\no: x\n", "1:dn: o=x\no: x\n"},
        {"dn: o=x", "1:dn: o=x\n"},
        {"version: 1\r\n\r\ndn: o=\r\n x\r\no: x\r\n\r\n\r\ndn: o=y\r\n",
            "1:version: 1\n3:dn: o=x\no: x\n8:dn: o=y\n"},
        {"# a comment\n  that goes on\ndn: o=x\n# within\no: x\n",
            "3:dn: o=x\no: x\n"},
        {"dn: o=x\njpegPhoto:< file:///etc/passwd\n\ndn: o=y\n",
            "1 fetched:dn: o=x\njpegPhoto:< file:///etc/passwd\n4:dn: o=y\n"},
        {"dn: o=x\njpegPhoto\n :< file:///etc/passwd\n",
            "1 fetched:dn: o=x\njpegPhoto:< file:///etc/passwd\n"},
    };
    char all[1024];
    const char *why;

    (void)state;
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (known[i].text[0] == '\0')
            continue;
        assert_int_equal(read_ldif(known[i].text, strlen(known[i].text), all,
                             sizeof(all), &why),
            LDIF_END);
        assert_string_equal(all, known[i].records);
    }
}

static void
ldif_reads_nothing_else_and_no_end_of_it(void **state)
{
    static const char zero[] = "dn: o=x\no: a\0b\n";
    char all[1024], *text;
    const char *why;
    static const char *const includes[] = {"include: file:///etc/passwd\n",
        "INCLUDE:file:///etc/passwd\n", "dn: o=x\ninclude: file:///x\n",
        "inc\n lude: file:///etc/passwd\n"};

    (void)state;
    for (size_t i = 0; i < sizeof(includes) / sizeof(includes[0]); i++) {
        assert_int_equal(
            read_ldif(includes[i], strlen(includes[i]), all, sizeof(all), &why),
            LDIF_BROKEN);
        assert_string_equal(why, "it includes another file, which is not read");
    }
    assert_int_equal(
        read_ldif(zero, sizeof(zero) - 1, all, sizeof(all), &why), LDIF_BROKEN);
    assert_string_equal(why, "a zero byte is in it");
    text = ctl_alloc(LIMIT_LDIF + 100, 1);
    memset(text, 'a', LIMIT_LDIF + 50);
    assert_int_equal(
        read_ldif(text, LIMIT_LDIF + 50, all, sizeof(all), &why), LDIF_BROKEN);
    assert_string_equal(why, "the record is too long");
    free(text);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_file_is_its_owners_alone),
        TEST(what_stands_there_is_replaced_whole_or_not_at_all),
        TEST(a_new_file_replaces_nothing),
        TEST(nothing_is_written_through_another_name),
        TEST(a_link_made_meanwhile_is_not_replaced),
        TEST(a_full_disk_is_told_and_the_old_file_stays),
        TEST(an_input_is_known_by_every_name),
        TEST(opening_never_waits),
        TEST(what_is_no_file_is_told),
        TEST(who_may_read_a_secret_is_judged),
        TEST(lines_have_an_end),
        TEST(ldif_is_read_entry_by_entry),
        TEST(ldif_reads_nothing_else_and_no_end_of_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
