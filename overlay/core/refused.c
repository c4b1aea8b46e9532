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

#define BLOCK 65536
#define SHA1_HEX 40
#define LINE_MAX_HASH 64 /* "HASH:count" */

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
 * there is none. */
static off_t
line_after(int fd, off_t offset, off_t size)
{
    char buffer[LINE_MAX_HASH * 2];

    if (offset == 0)
        return 0;
    for (offset--; offset < size;) {
        ssize_t n = pread(fd, buffer, sizeof(buffer), offset);
        char *end;

        if (n <= 0)
            return -1;
        end = memchr(buffer, '\n', (size_t)n);
        if (end != NULL)
            return offset + (end - buffer) + 1;
        offset += n;
    }
    return size;
}

/* Binary search over offsets: low is the start of a line, everything before it
 * is smaller; the line sought starts before high, if anywhere. */
static edc_refused
search_hashes(int fd, off_t size, const char hex[SHA1_HEX + 1])
{
    off_t low = 0, high = size;

    while (low < high) {
        off_t middle = low + (high - low) / 2;
        off_t line = line_after(fd, middle, size);
        char buffer[SHA1_HEX];
        int order;

        if (line < 0)
            return EDC_REFUSED_ERROR;
        if (line >= high) {
            high = middle;
            continue;
        }
        if (pread(fd, buffer, SHA1_HEX, line) != SHA1_HEX)
            return EDC_REFUSED_NO;
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

static bool
same_line(edc_str line, edc_str prepared, edc_str folded)
{
    edc_buf other;
    bool same;

    if (line.n > 0 && line.p[line.n - 1] == '\r')
        line.n--;
    if (line.n == 0)
        return false;
    if (edc_str_eq(line, prepared))
        return true;
    if (folded.n == 0 || !edc_fold(line, &other))
        return false;
    same = edc_str_eq(edc_buf_str(&other), folded);
    edc_buf_wipe(&other);
    return same;
}

/* Reads the file through once; a line that does not fit a block is longer than
 * any password. */
static edc_refused
scan_lines(int fd, edc_str prepared, edc_str folded)
{
    char *block = malloc(BLOCK);
    edc_refused found = EDC_REFUSED_NO;
    size_t kept = 0;
    ssize_t n = 0;

    if (block == NULL)
        return EDC_REFUSED_ERROR;
    while (found == EDC_REFUSED_NO &&
           (n = read(fd, block + kept, BLOCK - kept)) > 0) {
        size_t end = kept + (size_t)n, start = 0;
        char *eol;

        while (found == EDC_REFUSED_NO &&
               (eol = memchr(block + start, '\n', end - start)) != NULL) {
            size_t len = (size_t)(eol - block) - start;

            if (same_line((edc_str){block + start, len}, prepared, folded))
                found = EDC_REFUSED_YES;
            start += len + 1;
        }
        kept = end - start;
        if (kept == BLOCK)
            kept = 0;
        memmove(block, block + start, kept);
    }
    if (n < 0)
        found = EDC_REFUSED_ERROR;
    else if (found == EDC_REFUSED_NO &&
             same_line((edc_str){block, kept}, prepared, folded))
        found = EDC_REFUSED_YES;
    free(block);
    return found;
}

static edc_refused
search_file(int fd, edc_str prepared)
{
    char first[LINE_MAX_HASH], hex[SHA1_HEX + 1];
    ssize_t n = pread(fd, first, sizeof(first), 0);
    edc_refused found;
    struct stat st;
    edc_buf folded;

    if (n < 0 || fstat(fd, &st) != 0)
        return EDC_REFUSED_ERROR;
    if (hash_line(first, (size_t)n)) {
        found = sha1_hex(prepared, hex) ? search_hashes(fd, st.st_size, hex)
                                        : EDC_REFUSED_ERROR;
        OPENSSL_cleanse(hex, sizeof(hex));
        return found;
    }
    if (!edc_fold(prepared, &folded)) {
        errno = ENOMEM;
        return EDC_REFUSED_ERROR;
    }
    found = scan_lines(fd, prepared, edc_buf_str(&folded));
    edc_buf_wipe(&folded);
    return found;
}

edc_refused
edc_refused_lookup(const char *path, edc_str prepared)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    edc_refused found;

    if (fd < 0)
        return EDC_REFUSED_ERROR;
    found = search_file(fd, prepared);
    close(fd);
    return found;
}
