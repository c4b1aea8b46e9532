/* test_refused.c - the file of refused passwords, in both forms. */
/* LDFLAGS: -Wl,--wrap=calloc,--wrap=malloc,--wrap=EVP_Digest */
/* LDFLAGS: -Wl,--wrap=pread,--wrap=fstat,--wrap=time,--wrap=__pread_chk */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <openssl/evp.h>

#include "core/password/refused.h"
#include "steps/failing.h"

#define BLOCK 65536

/* ---- making calls fail: the n-th from now, 0 none ---- */

static int failing_malloc, failing_digest, failing_pread, short_pread,
    failing_fstat;
static unsigned preads;

static ssize_t
io_error(void)
{
    errno = EIO;
    return -1;
}

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *
__wrap_malloc(size_t size)
{
    if (!is_the_one(&failing_malloc))
        return __real_malloc(size);
    errno = ENOMEM;
    return NULL;
}

int __real_EVP_Digest(const void *data, size_t n, unsigned char *out,
    unsigned *size, const EVP_MD *type, ENGINE *engine);
int __wrap_EVP_Digest(const void *data, size_t n, unsigned char *out,
    unsigned *size, const EVP_MD *type, ENGINE *engine);
int
__wrap_EVP_Digest(const void *data, size_t n, unsigned char *out,
    unsigned *size, const EVP_MD *type, ENGINE *engine)
{
    return is_the_one(&failing_digest)
               ? 0
               : __real_EVP_Digest(data, n, out, size, type, engine);
}

ssize_t __real_pread(int fd, void *out, size_t n, off_t at);
ssize_t __wrap_pread(int fd, void *out, size_t n, off_t at);
ssize_t
__wrap_pread(int fd, void *out, size_t n, off_t at)
{
    preads++;
    if (is_the_one(&short_pread))
        return 0;
    return is_the_one(&failing_pread) ? io_error()
                                      : __real_pread(fd, out, n, at);
}

/* What pread() becomes when the compiler is told to look after buffers. */
ssize_t __wrap___pread_chk(int fd, void *out, size_t n, off_t at, size_t room);
ssize_t
__wrap___pread_chk(int fd, void *out, size_t n, off_t at, size_t room)
{
    assert_true(n <= room);
    return __wrap_pread(fd, out, n, at);
}

/* So much later than it is. */
static time_t ahead;

time_t __real_time(time_t *out);
time_t __wrap_time(time_t *out);
time_t
__wrap_time(time_t *out)
{
    time_t now = __real_time(NULL) + ahead;

    if (out != NULL)
        *out = now;
    return now;
}

int __real_fstat(int fd, struct stat *st);
int __wrap_fstat(int fd, struct stat *st);
int
__wrap_fstat(int fd, struct stat *st)
{
    return is_the_one(&failing_fstat) ? (int)io_error() : __real_fstat(fd, st);
}

/* ---- files ---- */

static edc_refused_list *list;
static char directory[] = "/tmp/educonnect-refused-XXXXXX";
static char path[sizeof(directory) + 16];

static int
make_directory(void **state)
{
    (void)state;
    if (mkdtemp(directory) == NULL)
        return -1;
    snprintf(path, sizeof(path), "%s/list", directory);
    if (close(open(path, O_CREAT | O_WRONLY, 0600)) != 0)
        return -1;
    list = edc_refused_open(path);
    return list != NULL ? 0 : -1;
}

static int
remove_directory(void **state)
{
    (void)state;
    edc_refused_close(list);
    edc_refused_close(NULL);
    return unlink(path) == 0 && rmdir(directory) == 0 ? 0 : -1;
}

static void
write_bytes(edc_str text)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_int_equal(fwrite(text.p, 1, text.n, file), text.n);
    assert_int_equal(fclose(file), 0);
}

#define WRITE(literal) write_bytes(EDC_STR(literal))

static edc_refused
look_up(const char *password)
{
    return edc_refused_lookup(list, edc_str_of(password));
}

static void
expect_error(int error)
{
    errno = 0;
    assert_int_equal(look_up("rose-42"), EDC_REFUSED_ERROR);
    assert_int_equal(errno, error);
}

/* ---- plain lines ---- */

static void
plain_lines_are_found(void **state)
{
    static const char *const listed[] = {"azerty", "motdepasse",
        "Rose Tr\xc3\xa9mi\xc3\xa8re", "MotDePasse", "AZERTY!", "mot de passe",
        "M\xc3\xb4t-de-p\xc3\xa2sse", "rosetremiere", "!!!", "dernier"};
    static const char *const other[] = {"azert", "azertyu", "motdepass", "!!",
        "!!!!", "???", "derniere", "zerty", "rose"};

    (void)state;
    WRITE(
        "azerty\nmotdepasse\r\n\nRose Tr\xc3\xa9mi\xc3\xa8re\n!!!\r\ndernier");
    for (size_t i = 0; i < sizeof(listed) / sizeof(listed[0]); i++)
        assert_int_equal(look_up(listed[i]), EDC_REFUSED_YES);
    for (size_t i = 0; i < sizeof(other) / sizeof(other[0]); i++)
        assert_int_equal(look_up(other[i]), EDC_REFUSED_NO);
}

static void
accents_in_the_file_are_folded(void **state)
{
    (void)state;
    WRITE("\xc3\xa9t\xc3\xa9\ncaf\xe9\nNOE\xcc\x88L\n");
    assert_int_equal(look_up("ete"), EDC_REFUSED_YES);
    assert_int_equal(look_up("\xc3\x89t\xc3\xa9!"), EDC_REFUSED_YES);
    assert_int_equal(look_up("noel"), EDC_REFUSED_YES);
    assert_int_equal(look_up("No\xc3\xabl"), EDC_REFUSED_YES);
    assert_int_equal(look_up("cafe"), EDC_REFUSED_NO);
}

static void
empty_files_list_nothing(void **state)
{
    (void)state;
    WRITE("");
    assert_int_equal(look_up("azerty"), EDC_REFUSED_NO);
    WRITE("\n\n\r\n");
    assert_int_equal(look_up("azerty"), EDC_REFUSED_NO);
    assert_int_equal(look_up("!!!"), EDC_REFUSED_NO);
}

/* Lines at every place around the border of two blocks. */
static void
lines_across_blocks_are_found(void **state)
{
    static char text[2 * BLOCK + 64];

    (void)state;
    for (size_t at = BLOCK - 9; at <= BLOCK + 2; at++) {
        memset(text, 'x', sizeof(text));
        for (size_t i = 99; i < sizeof(text); i += 100)
            text[i] = '\n';
        text[at - 1] = '\n';
        memcpy(text + at, "azerty\n", 7);
        write_bytes((edc_str){text, sizeof(text)});
        assert_int_equal(look_up("azerty"), EDC_REFUSED_YES);
        assert_int_equal(look_up("azert"), EDC_REFUSED_NO);
    }
}

/* A line of more than a block is no password; neither is what it ends with. */
static void
endless_lines_are_passed_over(void **state)
{
    static char text[3 * BLOCK];

    (void)state;
    memset(text, 'x', sizeof(text));
    memcpy(text + BLOCK, "azerty\nrose\n", 12);
    write_bytes((edc_str){text, sizeof(text)});
    assert_int_equal(look_up("azerty"), EDC_REFUSED_NO);
    assert_int_equal(look_up("rose"), EDC_REFUSED_YES);
    memcpy(text + 2 * BLOCK, "azerty", 6);
    write_bytes((edc_str){text, 2 * BLOCK + 6});
    assert_int_equal(look_up("azerty"), EDC_REFUSED_NO);
    memset(text, 'x', sizeof(text));
    write_bytes((edc_str){text, 2 * BLOCK});
    assert_int_equal(look_up("x"), EDC_REFUSED_NO);
    /* punctuation folds away, but not thousands of it */
    memset(text, '.', sizeof(text));
    memcpy(text + 5000, "rose\n", 5);
    write_bytes((edc_str){text, 5005});
    assert_int_equal(look_up("rose"), EDC_REFUSED_NO);
    assert_int_equal(
        edc_refused_lookup(list, (edc_str){NULL, 0}), EDC_REFUSED_NO);
}

/* ---- sorted SHA-1 ---- */

static void
hex_of(const char *text, bool upper, char out[41])
{
    unsigned char digest[EVP_MAX_MD_SIZE];

    assert_int_equal(
        EVP_Digest(text, strlen(text), digest, NULL, EVP_sha1(), NULL), 1);
    for (size_t i = 0; i < 20; i++)
        snprintf(out + 2 * i, 3, upper ? "%02X" : "%02x", digest[i]);
}

static int
by_text(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* A list of the passwords "<from>", "<from + 2>"...: n lines, each with an end
 * of its own. */
static void
write_hashes(int from, size_t n, bool upper, const char *end)
{
    char(*lines)[41] = calloc(n, sizeof(*lines));
    FILE *file = fopen(path, "w");

    assert_non_null(lines);
    assert_non_null(file);
    for (size_t i = 0; i < n; i++) {
        char text[16];

        snprintf(text, sizeof(text), "%d", from + 2 * (int)i);
        hex_of(text, upper, lines[i]);
    }
    qsort(lines, n, sizeof(*lines), by_text);
    for (size_t i = 0; i < n; i++) {
        fprintf(file, "%s", lines[i]);
        fprintf(file, end, (int)(i * i * i));
    }
    assert_int_equal(fclose(file), 0);
    free(lines);
}

static void
expect_even_ones(size_t n)
{
    for (size_t i = 0; i < 2 * n; i++) {
        char text[32];

        snprintf(text, sizeof(text), "%zu", i);
        assert_int_equal(
            look_up(text), i % 2 == 0 ? EDC_REFUSED_YES : EDC_REFUSED_NO);
    }
}

static void
every_hash_is_found(void **state)
{
    static const char *const ends[] = {"\n", "\r\n", ":%d\n", ":%d\r\n"};

    (void)state;
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        for (size_t n = 1; n <= 64; n = n < 5 ? n + 1 : n * 2) {
            write_hashes(0, n, i % 2 == 0, ends[i]);
            expect_even_ones(n);
        }
    }
    write_hashes(0, 1000, true, ":%d\n");
    expect_even_ones(1000);
}

/* 100 000 lines take some twenty steps of two reads each. */
static void
large_lists_take_few_reads(void **state)
{
    (void)state;
    write_hashes(0, 100000, true, ":%d\n");
    preads = 0;
    assert_int_equal(look_up("199998"), EDC_REFUSED_YES);
    assert_int_equal(look_up("199999"), EDC_REFUSED_NO);
    assert_true(preads <= 120);
}

static void
odd_ends_of_lists_are_taken(void **state)
{
    char text[256], hex[41], other[41];

    (void)state;
    hex_of("azerty", true, hex);
    hex_of("rose", false, other);
    write_bytes((edc_str){hex, 40});
    assert_int_equal(look_up("azerty"), EDC_REFUSED_YES);
    assert_int_equal(look_up("Azerty"), EDC_REFUSED_NO);
    for (int blank = 0; blank < 50; blank++) {
        const char *first = strcasecmp(hex, other) < 0 ? hex : other;
        const char *second = first == hex ? other : hex;

        snprintf(text, sizeof(text), "%s\n%s:7%.*s", first, second, blank,
            "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n"
            "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n");
        write_bytes(edc_str_of(text));
        assert_int_equal(look_up("azerty"), EDC_REFUSED_YES);
        assert_int_equal(look_up("rose"), EDC_REFUSED_YES);
        assert_int_equal(look_up("lilas"), EDC_REFUSED_NO);
    }
}

/* Comments of any length behind the hash. */
static void
long_lines_of_hashes_are_taken(void **state)
{
    char end[600];

    (void)state;
    memset(end, 'x', sizeof(end));
    end[0] = ':';
    memcpy(end + sizeof(end) - 2, "\n", 2);
    write_hashes(0, 20, true, end);
    expect_even_ones(20);
}

/* What is nearly a SHA-1 is a password like any other. */
static void
almost_hashes_are_plain_lines(void **state)
{
    static const char *const lines[] = {
        "0123456789abcdefABCDEF0123456789abcdef0",
        "0123456789abcdefABCDEF0123456789abcdef012",
        "0123456789abcdefABCDEF0123456789abcdefgg",
        "0123456789abcdefABCDEF0123456789abcdef/0",
        "0123456789abcdefABCDEF0123456789abcdef@0",
        "0123456789abcdefABCDEF0123456789abcdef`0",
        "0123456789abcdefABCDEF0123456789abcdef01x"};

    (void)state;
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        char text[64];

        snprintf(text, sizeof(text), "%s\nrose\n", lines[i]);
        write_bytes(edc_str_of(text));
        assert_int_equal(look_up("rose"), EDC_REFUSED_YES);
        assert_int_equal(look_up(lines[i]), EDC_REFUSED_YES);
    }
}

/* ---- what fails ---- */

/* What cannot be a list is none from the start, and nobody waits for it. */
static void
files_that_cannot_be_read_are_errors(void **state)
{
    static const struct {
        const char *path;
        int error;
    } others[] = {{"/nonexistent/list", ENOENT}, {"/dev/null", ESPIPE},
        {"/dev/zero", ESPIPE}, {"/tmp", EISDIR}};
    char fifo[sizeof(path) + 8];

    (void)state;
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        errno = 0;
        assert_null(edc_refused_open(others[i].path));
        assert_int_equal(errno, others[i].error);
    }
    snprintf(fifo, sizeof(fifo), "%s.fifo", path);
    assert_int_equal(mkfifo(fifo, 0600), 0);
    assert_null(edc_refused_open(fifo));
    assert_int_equal(errno, ESPIPE);
    /* In the stead of a list that is in use. */
    WRITE("azerty\n");
    assert_int_equal(look_up("azerty"), EDC_REFUSED_YES);
    assert_int_equal(rename(fifo, path), 0);
    expect_error(ESPIPE);
    assert_int_equal(unlink(path), 0);
    expect_error(ENOENT);
    assert_int_equal(mkdir(path, 0700), 0);
    expect_error(EISDIR);
    assert_int_equal(rmdir(path), 0);
    WRITE("rose-42\n");
    assert_int_equal(look_up("rose-42"), EDC_REFUSED_YES);
}

static void
failures_in_plain_lists_are_errors(void **state)
{
    (void)state;
    WRITE("azerty\n\xc3\xa9t\xc3\xa9\n");
    failing_pread = 1;
    expect_error(EIO);
    failing_fstat = 1;
    expect_error(EIO);
    failing_pread = 2;
    expect_error(EIO);
    failing_malloc = 1;
    expect_error(ENOMEM);
    failing_digest = 1;
    expect_error(EIO);
    failing_digest = 3; /* the password's */
    expect_error(EIO);
    for (int i = 1; i <= 3; i++) { /* the list, folding a line, the password */
        failing_calloc = i;
        expect_error(ENOMEM);
    }
    failing_calloc = 1;
    assert_null(edc_refused_open(path));
    assert_int_equal(errno, ENOMEM);
    failing_pread = 1;
    assert_null(edc_refused_open(path));
    assert_int_equal(errno, EIO);
    assert_int_equal(look_up("rose-42"), EDC_REFUSED_NO);
    short_pread = 2; /* the file was cut while it was read */
    assert_int_equal(look_up("azerty"), EDC_REFUSED_NO);
}

static void
failures_in_hashed_lists_are_errors(void **state)
{
    (void)state;
    write_hashes(0, 100, true, "\n");
    failing_digest = 1;
    expect_error(EIO);
    failing_pread = 2; /* looking for a line */
    expect_error(EIO);
    failing_pread = 3; /* reading it */
    expect_error(EIO);
    failing_pread = 2;
    assert_null(edc_refused_open(path));
    assert_int_equal(errno, EIO);
    assert_int_equal(look_up("42"), EDC_REFUSED_YES);
    short_pread = 2; /* the file was cut while it was read */
    assert_int_equal(look_up("rose-42"), EDC_REFUSED_NO);
    assert_int_equal(short_pread, 0);
}

/* ---- how long, how sorted ---- */

static void
write_lines(size_t n, size_t length)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    for (size_t i = 0; i < n; i++)
        fprintf(file, "%0*zu\n", (int)length, i);
    assert_int_equal(fclose(file), 0);
}

static void
long_plain_lists_are_none(void **state)
{
    edc_refused_list *other;

    (void)state;
    write_lines(EDC_REFUSED_LINES_MAX, 7);
    other = edc_refused_open(path);
    assert_non_null(other);
    assert_string_equal(edc_refused_path(other), path);
    assert_int_equal(
        edc_refused_lookup(other, EDC_STR("0099999")), EDC_REFUSED_YES);
    assert_ptr_equal(edc_refused_share(other), other);
    edc_refused_close(other);
    assert_int_equal(
        edc_refused_lookup(other, EDC_STR("0000000")), EDC_REFUSED_YES);
    edc_refused_close(other);
    write_lines(EDC_REFUSED_LINES_MAX + 1, 7);
    expect_error(EFBIG);
    assert_null(edc_refused_open(path));
    write_lines(EDC_REFUSED_PLAIN_MAX / 64 + 1, 63);
    expect_error(EFBIG);
    assert_null(edc_refused_open(path));
    assert_int_equal(errno, EFBIG);
    write_lines(EDC_REFUSED_PLAIN_MAX / 64, 63);
    assert_int_equal(look_up("rose-42"), EDC_REFUSED_NO);
}

/* A plain list is read once, and again when it has changed. */
static void
plain_lists_are_kept(void **state)
{
    (void)state;
    ahead = 10;
    write_lines(1000, 7);
    assert_int_equal(look_up("0000999"), EDC_REFUSED_YES);
    preads = 0;
    for (int i = 0; i < 100; i++)
        assert_int_equal(look_up("0000999"), EDC_REFUSED_YES);
    assert_int_equal(preads, 0);
    write_lines(999, 7);
    assert_int_equal(look_up("0000999"), EDC_REFUSED_NO);
    assert_true(preads > 0);
    ahead = 0;
}

/* Wherever the order is broken, a list is found out, or answers as if it were
 * sorted: never a listed one that is passed by for what stands elsewhere. */
static void
lists_that_are_not_sorted_are_errors(void **state)
{
    static const char *const orders[] = {"FBADC", "BAAAA", "AAAAB", "EDCBA"};
    size_t found_out = 0;

    (void)state;
    for (size_t o = 0; o < sizeof(orders) / sizeof(orders[0]); o++) {
        FILE *file = fopen(path, "w");

        assert_non_null(file);
        for (size_t i = 0; i < 5; i++) {
            for (int k = 0; k < 40; k++)
                fputc(orders[o][i], file);
            fputc('\n', file);
        }
        assert_int_equal(fclose(file), 0);
        errno = 0;
        if (strcmp(orders[o], "AAAAB") == 0) {
            edc_refused_close(edc_refused_open(path));
            assert_int_equal(errno, 0);
            continue;
        }
        assert_null(edc_refused_open(path));
        assert_int_equal(errno, EILSEQ);
        found_out += look_up("rose") == EDC_REFUSED_ERROR ? 1 : 0;
    }
    assert_true(found_out >= 1);
}

/* A file that is put in the old one's place counts at once. */
static void
replaced_files_count(void **state)
{
    char new[sizeof(path) + 4];

    (void)state;
    WRITE("azerty\n");
    assert_int_equal(look_up("rose"), EDC_REFUSED_NO);
    snprintf(new, sizeof(new), "%s.new", path);
    assert_int_equal(rename(path, new), 0);
    WRITE("rose\n");
    assert_int_equal(rename(path, new), 0);
    assert_int_equal(rename(new, path), 0);
    assert_int_equal(look_up("rose"), EDC_REFUSED_YES);
    assert_int_equal(look_up("azerty"), EDC_REFUSED_NO);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_lines_are_found),
        cmocka_unit_test(accents_in_the_file_are_folded),
        cmocka_unit_test(empty_files_list_nothing),
        cmocka_unit_test(lines_across_blocks_are_found),
        cmocka_unit_test(endless_lines_are_passed_over),
        cmocka_unit_test(every_hash_is_found),
        cmocka_unit_test(large_lists_take_few_reads),
        cmocka_unit_test(odd_ends_of_lists_are_taken),
        cmocka_unit_test(long_lines_of_hashes_are_taken),
        cmocka_unit_test(almost_hashes_are_plain_lines),
        cmocka_unit_test(files_that_cannot_be_read_are_errors),
        cmocka_unit_test(failures_in_plain_lists_are_errors),
        cmocka_unit_test(failures_in_hashed_lists_are_errors),
        cmocka_unit_test(long_plain_lists_are_none),
        cmocka_unit_test(plain_lists_are_kept),
        cmocka_unit_test(lists_that_are_not_sorted_are_errors),
        cmocka_unit_test(replaced_files_count),
    };

    return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
