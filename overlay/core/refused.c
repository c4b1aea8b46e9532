/* refused.c - the file of refused passwords, looked up in place. */
#include "refused.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "fold.h"
#include "opaque.h"

#define BLOCK 65536
#define SHA1_HEX 40
#define HASH_LINE 64 /* "HASH:count" and more */
#define LINE_LONGEST EDC_OPAQUE_MAX

static bool
is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') ||
           (c >= 'A' && c <= 'F');
}

/* Whether a line is a SHA-1, alone or with ":count". */
static bool
hash_line(const char *line, size_t n)
{
    if (n < SHA1_HEX || (n > SHA1_HEX && line[SHA1_HEX] != ':' &&
                            line[SHA1_HEX] != '\r' && line[SHA1_HEX] != '\n'))
        return false;
    for (size_t i = 0; i < SHA1_HEX; i++) {
        if (!is_hex(line[i]))
            return false;
    }
    return true;
}

static bool
sha1_hex(edc_str text, char out[SHA1_HEX + 1])
{
    unsigned char digest[EVP_MAX_MD_SIZE];

    if (EVP_Digest(text.p, text.n, digest, NULL, EVP_sha1(), NULL) != 1)
        return false;
    for (size_t i = 0; i < SHA1_HEX / 2; i++)
        snprintf(out + 2 * i, 3, "%02X", digest[i]);
    OPENSSL_cleanse(digest, sizeof(digest));
    return true;
}

/* The start of the first line at or after an offset; the file's size when
 * there is none, -1 when reading fails. */
static off_t
line_after(int fd, off_t offset, off_t size)
{
    char buffer[HASH_LINE * 2];

    if (offset == 0)
        return 0;
    for (offset--; offset < size;) {
        ssize_t n = pread(fd, buffer, sizeof(buffer), offset);
        char *end;

        if (n <= 0)
            return n < 0 ? -1 : size;
        end = memchr(buffer, '\n', (size_t)n);
        if (end != NULL)
            return offset + (end - buffer) + 1;
        offset += n;
    }
    return size;
}

/* Binary search over offsets: low is the start of a line, everything before it
 * is smaller; the line sought starts before high, if anywhere. What is no hash
 * can only be at the end. */
static edc_refused
search_hashes(int fd, off_t size, const char hex[SHA1_HEX + 1])
{
    off_t low = 0, high = size;

    while (low < high) {
        off_t middle = low + (high - low) / 2;
        off_t line = line_after(fd, middle, size);
        char buffer[SHA1_HEX];
        ssize_t n = 0;
        int order = -1;

        if (line >= 0 && line < high)
            n = pread(fd, buffer, SHA1_HEX, line);
        if (line < 0 || n < 0)
            return EDC_REFUSED_ERROR;
        if (n == SHA1_HEX && is_hex(buffer[0]))
            order = strncasecmp(hex, buffer, SHA1_HEX);
        if (order == 0)
            return EDC_REFUSED_YES;
        if (order < 0)
            high = middle;
        else
            low = line + 1;
    }
    return EDC_REFUSED_NO;
}

/* What is looked for in lines of plain text. */
typedef struct wanted {
    edc_str prepared;
    edc_str folded;
} wanted;

static edc_refused
judge_line(edc_str line, const wanted *what)
{
    bool same = false;

    if (line.n > 0 && line.p[line.n - 1] == '\r')
        line.n--;
    if (line.n == 0 || line.n > LINE_LONGEST)
        return EDC_REFUSED_NO;
    if (edc_str_eq(line, what->prepared))
        return EDC_REFUSED_YES;
    if (what->folded.n > 0 && !edc_fold_same(line, what->folded, &same)) {
        errno = ENOMEM;
        return EDC_REFUSED_ERROR;
    }
    return same ? EDC_REFUSED_YES : EDC_REFUSED_NO;
}

/* A block of the file. The line that it ends in the middle of is kept for the
 * next one; one that fills a whole block is passed over. */
typedef struct block {
    char *p;
    size_t n;
    bool passing;
} block;

static edc_refused
judge_block(block *b, const wanted *what)
{
    edc_refused found = EDC_REFUSED_NO;
    size_t start = 0;
    char *end;

    while (found == EDC_REFUSED_NO &&
           (end = memchr(b->p + start, '\n', b->n - start)) != NULL) {
        size_t n = (size_t)(end - b->p) - start;

        if (!b->passing)
            found = judge_line((edc_str){b->p + start, n}, what);
        b->passing = false;
        start += n + 1;
    }
    b->n -= start;
    if (b->n == BLOCK) {
        b->passing = true;
        b->n = 0;
    }
    memmove(b->p, b->p + start, b->n);
    return found;
}

static edc_refused
scan_lines(int fd, const wanted *what)
{
    block b = {malloc(BLOCK), 0, false};
    edc_refused found = EDC_REFUSED_NO;
    ssize_t n = 1;

    if (b.p == NULL)
        return EDC_REFUSED_ERROR;
    while (found == EDC_REFUSED_NO && n > 0) {
        n = read(fd, b.p + b.n, BLOCK - b.n);
        if (n > 0) {
            b.n += (size_t)n;
            found = judge_block(&b, what);
        }
    }
    if (n < 0)
        found = EDC_REFUSED_ERROR;
    else if (n == 0 && !b.passing)
        found = judge_line((edc_str){b.p, b.n}, what);
    free(b.p);
    return found;
}

static edc_refused
search_lines(int fd, edc_str prepared)
{
    edc_refused found;
    edc_buf folded;

    if (!edc_fold(prepared, &folded)) {
        errno = ENOMEM;
        return EDC_REFUSED_ERROR;
    }
    found = scan_lines(fd, &(wanted){prepared, edc_buf_str(&folded)});
    edc_buf_wipe(&folded);
    return found;
}

static edc_refused
search_file(int fd, edc_str prepared)
{
    char first[HASH_LINE], hex[SHA1_HEX + 1];
    ssize_t n = pread(fd, first, sizeof(first), 0);
    edc_refused found = EDC_REFUSED_ERROR;
    struct stat st;

    if (n < 0 || fstat(fd, &st) != 0)
        return EDC_REFUSED_ERROR;
    if (!hash_line(first, (size_t)n))
        return search_lines(fd, prepared);
    if (sha1_hex(prepared, hex))
        found = search_hashes(fd, st.st_size, hex);
    else
        errno = EIO;
    OPENSSL_cleanse(hex, sizeof(hex));
    return found;
}

edc_refused
edc_refused_lookup(const char *path, edc_str prepared)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    edc_refused found;
    int error;

    if (fd < 0)
        return EDC_REFUSED_ERROR;
    found = search_file(fd, prepared);
    error = errno;
    close(fd);
    errno = error;
    return found;
}
