/* password_list.c - educonnectctl password-list: the sorted list of refused
 * passwords that educonnect-password-list searches in place, out of a plain
 * one.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "ctl/ctl.h"
#include "password_list/hash_sort.h"
#include "ctl/input.h"
#include "ctl/output.h"
#include "ctl/print.h"

#include "core/password/opaque.h"

/* Digests in memory at a time: 40 MiB. */
#define AT_ONCE 2097152

#define HASH_HEX 40

/* A longer line is no password that anybody types. */
#define LINE_MAX_BYTES 4096

typedef struct listing {
    ctl *c;
    FILE *in;
    FILE *out;
    hash_sort *sort;
    size_t size; /* of the input; 0: unknown */
    size_t done;
    size_t lines, passed_over;
    size_t written;
    bool hashes; /* the input is a list of SHA-1 already */
} listing;

/* ---- a line becomes a digest ---- */

static int
hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)tolower((unsigned char)c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* A SHA-1 in hexadecimal, alone or with ":count". */
static bool
read_hash(edc_str line, unsigned char out[HASH_SIZE])
{
    if (line.n < HASH_HEX || (line.n > HASH_HEX && line.p[HASH_HEX] != ':'))
        return false;
    for (size_t i = 0; i < HASH_SIZE; i++) {
        int high = hex_digit(line.p[2 * i]), low = hex_digit(line.p[2 * i + 1]);

        if (high < 0 || low < 0)
            return false;
        out[i] = (unsigned char)(high << 4 | low);
    }
    return true;
}

/* As a password is prepared before it is looked up. */
static bool
make_hash(edc_str line, unsigned char out[HASH_SIZE])
{
    unsigned char full[EVP_MAX_MD_SIZE];
    edc_buf prepared;
    bool made;

    if (edc_opaque_prepare(line, &prepared) != EDC_OPAQUE_OK)
        return false;
    made =
        EVP_Digest(prepared.p, prepared.n, full, NULL, EVP_sha1(), NULL) == 1;
    if (made)
        memcpy(out, full, HASH_SIZE);
    OPENSSL_cleanse(full, sizeof(full));
    edc_buf_wipe(&prepared);
    return made;
}

static bool
add_line(listing *l, edc_str line)
{
    unsigned char digest[HASH_SIZE];
    bool good;

    if (line.n == 0)
        return true;
    if (l->lines++ == 0)
        l->hashes = read_hash(line, digest);
    if (line.n > LINE_MAX_BYTES)
        good = false;
    else
        good = l->hashes ? read_hash(line, digest) : make_hash(line, digest);
    if (good)
        return hash_sort_add(l->sort, digest);
    l->passed_over++;
    return true;
}

/* One line without its end, as much of it as there is room for: *n is its whole
 * length. False after the last. */
static bool
next_line(FILE *in, char line[LINE_MAX_BYTES], size_t *n)
{
    int c;

    for (*n = 0; (c = getc_unlocked(in)) != EOF && c != '\n'; (*n)++) {
        if (*n < LINE_MAX_BYTES)
            line[*n] = (char)c;
    }
    if (*n > 0 && *n <= LINE_MAX_BYTES && line[*n - 1] == '\r')
        (*n)--;
    return c != EOF || *n > 0;
}

static ctl_exit
read_lines(listing *l)
{
    char line[LINE_MAX_BYTES];
    bool good = true;
    size_t n;
    int error;

    while (good && next_line(l->in, line, &n)) {
        l->done += n + 1;
        good = add_line(l, (edc_str){line, n});
        if (l->lines % 4096 == 0)
            ctl_progress("bytes read", l->done, l->size);
    }
    error = errno;
    OPENSSL_cleanse(line, sizeof(line));
    ctl_progress_end();
    if (!good)
        return ctl_fail(
            l->c, CTL_LOCAL, "cannot put aside: %s", strerror(error));
    return CTL_OK;
}

/* ---- the file that is made ---- */

static bool
write_hash(void *ctx, const unsigned char digest[HASH_SIZE])
{
    static const char digits[] = "0123456789ABCDEF";
    listing *l = ctx;
    char line[HASH_HEX + 1] = "";

    for (size_t i = 0; i < HASH_SIZE; i++) {
        line[2 * i] = digits[digest[i] >> 4];
        line[2 * i + 1] = digits[digest[i] & 15];
    }
    l->written++;
    print(l->out, "%s\n", line);
    if (l->written % 4096 == 0)
        ctl_progress("passwords written", l->written, 0);
    return ferror(l->out) == 0;
}

/* The list stands under its name once it is whole. */
static ctl_exit
write_list(listing *l, const char *path)
{
    output o = {0};
    const char *why = output_begin(&o, path, OUTPUT_REPLACE);
    const char *ended;
    bool good;

    if (why != NULL)
        return ctl_fail(l->c, CTL_LOCAL, "cannot write %s: %s", path, why);
    l->out = o.file;
    good = hash_sort_each(l->sort, write_hash, l);
    ctl_progress_end();
    if (!good)
        why = strerror(errno);
    ended = output_end(&o, good);
    if (good)
        why = ended;
    return why == NULL
               ? CTL_OK
               : ctl_fail(l->c, CTL_LOCAL, "cannot write %s: %s", path, why);
}

/* ---- the subcommand ---- */

/* Where files without a name are made: beside the output. */
static char *
directory_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    if (slash == NULL)
        return ctl_copy(".");
    return slash == path ? ctl_copy("/")
                         : ctl_copy_n(path, (size_t)(slash - path));
}

static ctl_exit
open_input(listing *l, const char *path)
{
    struct stat of;
    const char *why;

    l->in = input_stream(path, &why);
    if (l->in == NULL)
        return ctl_fail(l->c, CTL_INPUT, "%s: %s", path, why);
    if (fstat(fileno(l->in), &of) != 0)
        return ctl_fail(l->c, CTL_INPUT, "%s: %s", path, strerror(errno));
    l->size = S_ISREG(of.st_mode) ? (size_t)of.st_size : 0;
    return CTL_OK;
}

static ctl_exit
make_list(listing *l, const char *input, const char *output)
{
    char *directory = directory_of(output);
    struct stat of;
    ctl_exit status;

    if (lstat(output, &of) == 0) {
        free(directory);
        return ctl_fail(l->c, CTL_USAGE, "%s is there already", output);
    }
    l->sort = hash_sort_new(AT_ONCE, directory);
    free(directory);
    if (l->sort == NULL)
        return ctl_fail(l->c, CTL_LOCAL, "out of memory");
    status = open_input(l, input);
    if (status == CTL_OK)
        status = read_lines(l);
    if (status == CTL_OK)
        status = write_list(l, output);
    if (l->in != NULL && l->in != stdin)
        (void)fclose(l->in);
    hash_sort_free(l->sort);
    return status;
}

ctl_exit
ctl_password_list(ctl *c)
{
    listing l = {.c = c};
    ctl_exit status;

    if (c->n_args != 2)
        return ctl_fail(c, CTL_USAGE, "a list and the file to make are needed");
    status = make_list(&l, c->args[0], c->args[1]);
    if (status != CTL_OK)
        return status;
    if (ctl_count(c, CTL_OPT_COMMON_JSON) > 0)
        print(stdout,
            "{\"lines\": %zu, \"passedOver\": %zu, \"passwords\": %zu}\n",
            l.lines, l.passed_over, l.written);
    else
        print(stdout,
            "%zu lines, %zu passed over, %zu different passwords in %s\n",
            l.lines, l.passed_over, l.written, c->args[1]);
    return CTL_OK;
}
