/* refused.c - the file of refused passwords: hashes, and what it is. */
#include "core/password/refused.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "core/password/refused_plain.h"

#define SHA1_HEX 40
#define HASH_LINE 64 /* "HASH:count" and more */

struct edc_refused_list {
    atomic_uint owners;
    pthread_mutex_t mutex;    /* held for a search in memory */
    edc_refused_plain *plain; /* what is in memory; NULL: nothing yet */
    struct stat of;           /* the file that it was made from */
    time_t read_at;
    char path[];
};

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

/* Halves the file: low is the start of a line, everything before it is smaller;
 * the line sought starts before high, if anywhere. What is no hash can only be
 * at the end. Lines that were met say where the next one must lie: a file that
 * is not sorted is found out where that would mislead. */
typedef struct halving {
    int fd;
    off_t size;
    off_t low, high;
    char below[SHA1_HEX], above[SHA1_HEX];
    bool has_below, has_above;
} halving;

/* Reads the hash of the first line at or after an offset. *n: bytes read, of
 * which SHA1_HEX are a hash; *line: where it begins. */
static bool
read_hash(const halving *h, off_t at, char out[SHA1_HEX], off_t *line)
{
    ssize_t n = 0;

    *line = line_after(h->fd, at, h->size);
    if (*line >= 0 && *line < h->high)
        n = pread(h->fd, out, SHA1_HEX, *line);
    if (*line < 0 || n < 0)
        return false;
    if (n < SHA1_HEX || !is_hex(out[0]))
        out[0] = '\0';
    return true;
}

static bool
is_in_order(const halving *h, const char hash[SHA1_HEX])
{
    return (!h->has_below || strncasecmp(h->below, hash, SHA1_HEX) <= 0) &&
           (!h->has_above || strncasecmp(hash, h->above, SHA1_HEX) <= 0);
}

static void
halve(
    halving *h, const char hash[SHA1_HEX], off_t middle, off_t line, int order)
{
    if (order < 0) {
        h->high = middle;
        if (hash[0] != '\0') {
            memcpy(h->above, hash, SHA1_HEX);
            h->has_above = true;
        }
    } else {
        h->low = line + 1;
        memcpy(h->below, hash, SHA1_HEX);
        h->has_below = true;
    }
}

static edc_refused
search_hashes(int fd, off_t size, const char hex[SHA1_HEX + 1])
{
    halving h = {.fd = fd, .size = size, .high = size};

    while (h.low < h.high) {
        off_t middle = h.low + (h.high - h.low) / 2, line;
        char hash[SHA1_HEX];
        int order = -1;

        if (!read_hash(&h, middle, hash, &line))
            return EDC_REFUSED_ERROR;
        if (hash[0] != '\0') {
            order = strncasecmp(hex, hash, SHA1_HEX);
            if (!is_in_order(&h, hash)) {
                errno = EILSEQ;
                return EDC_REFUSED_ERROR;
            }
        }
        if (order == 0)
            return EDC_REFUSED_YES;
        halve(&h, hash, middle, line, order);
    }
    return EDC_REFUSED_NO;
}

/* Lines that are looked at to see whether a list of hashes is sorted. */
#define SAMPLES 512

static bool
looks_sorted(int fd, off_t size)
{
    halving h = {.fd = fd, .size = size, .high = size};
    char hash[SHA1_HEX];
    off_t line;

    for (off_t i = 0; i < SAMPLES; i++) {
        if (!read_hash(&h, size * i / SAMPLES, hash, &line))
            return false;
        if (hash[0] == '\0')
            break;
        if (!is_in_order(&h, hash)) {
            errno = EILSEQ;
            return false;
        }
        memcpy(h.below, hash, SHA1_HEX);
        h.has_below = true;
    }
    return true;
}

/* ---- the file ---- */

/* O_NONBLOCK: what the path names may be a FIFO that nobody writes to. Returns
 * the descriptor, or -1 with errno. */
static int
open_regular(const char *path, struct stat *of)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    int error = 0;

    if (fd < 0)
        return -1;
    if (fstat(fd, of) != 0)
        error = errno;
    else if (S_ISDIR(of->st_mode))
        error = EISDIR;
    else if (!S_ISREG(of->st_mode))
        error = ESPIPE;
    if (error == 0)
        return fd;
    close(fd);
    errno = error;
    return -1;
}

static bool
is_same_file(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino &&
           a->st_size == b->st_size && a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
           a->st_mtim.tv_nsec == b->st_mtim.tv_nsec &&
           a->st_ctim.tv_sec == b->st_ctim.tv_sec &&
           a->st_ctim.tv_nsec == b->st_ctim.tv_nsec;
}

/* Whether a file that looks the same is: times count in ticks, and a file that
 * was written in the tick that it was read in may have been written again. */
static bool
is_settled(const edc_refused_list *list)
{
    return list->of.st_ctim.tv_sec + 1 < list->read_at;
}

/* Searches memory if it holds this very file; false when it does not. */
static bool
search_memory(edc_refused_list *list, const struct stat *of, edc_str prepared,
    edc_refused *found)
{
    bool known;

    (void)pthread_mutex_lock(&list->mutex);
    known =
        list->plain != NULL && is_settled(list) && is_same_file(&list->of, of);
    if (known)
        *found = edc_refused_plain_search(list->plain, prepared);
    (void)pthread_mutex_unlock(&list->mutex);
    return known;
}

/* Reads a plain file into memory, in the stead of what was there, and searches
 * it. */
static edc_refused
search_plain(
    edc_refused_list *list, int fd, const struct stat *of, edc_str prepared)
{
    time_t now = time(NULL);
    edc_refused_plain *plain = edc_refused_plain_read(fd, of->st_size), *former;
    edc_refused found;

    if (plain == NULL)
        return EDC_REFUSED_ERROR;
    found = edc_refused_plain_search(plain, prepared);
    (void)pthread_mutex_lock(&list->mutex);
    former = list->plain;
    list->plain = plain;
    list->of = *of;
    list->read_at = now;
    (void)pthread_mutex_unlock(&list->mutex);
    edc_refused_plain_free(former);
    return found;
}

/* Whether it is a list of hashes: 1, 0, or -1 when it cannot be read. */
static int
has_hashes(int fd)
{
    char first[HASH_LINE];
    ssize_t n = pread(fd, first, sizeof(first), 0);

    return n < 0 ? -1 : hash_line(first, (size_t)n);
}

static edc_refused
search_file(
    edc_refused_list *list, int fd, const struct stat *of, edc_str prepared)
{
    edc_refused found = EDC_REFUSED_ERROR;
    char hex[SHA1_HEX + 1];

    if (search_memory(list, of, prepared, &found))
        return found;
    switch (has_hashes(fd)) {
    case 0:
        return search_plain(list, fd, of, prepared);
    case 1:
        if (sha1_hex(prepared, hex))
            found = search_hashes(fd, of->st_size, hex);
        else
            errno = EIO;
        OPENSSL_cleanse(hex, sizeof(hex));
        return found;
    default:
        return EDC_REFUSED_ERROR;
    }
}

edc_refused
edc_refused_lookup(edc_refused_list *list, edc_str prepared)
{
    struct stat of;
    int fd = open_regular(list->path, &of), error;
    edc_refused found;

    if (fd < 0)
        return EDC_REFUSED_ERROR;
    found = search_file(list, fd, &of, prepared);
    error = errno;
    close(fd);
    errno = error;
    return found;
}

/* ---- its owners ---- */

static bool
try_file(edc_refused_list *list)
{
    struct stat of;
    int fd = open_regular(list->path, &of), error;
    bool good = false;

    if (fd < 0)
        return false;
    switch (has_hashes(fd)) {
    case 0:
        good = search_plain(list, fd, &of, (edc_str){NULL, 0}) !=
               EDC_REFUSED_ERROR;
        break;
    case 1:
        good = looks_sorted(fd, of.st_size);
        break;
    default:
        break;
    }
    error = errno;
    close(fd);
    errno = error;
    return good;
}

edc_refused_list *
edc_refused_open(const char *path)
{
    size_t n = strlen(path);
    edc_refused_list *list = calloc(1, sizeof(*list) + n + 1);
    int error;

    if (list == NULL || pthread_mutex_init(&list->mutex, NULL) != 0) {
        free(list);
        errno = ENOMEM;
        return NULL;
    }
    atomic_init(&list->owners, 1);
    memcpy(list->path, path, n + 1);
    if (try_file(list))
        return list;
    error = errno;
    edc_refused_close(list);
    errno = error;
    return NULL;
}

edc_refused_list *
edc_refused_share(edc_refused_list *list)
{
    if (list != NULL)
        atomic_fetch_add(&list->owners, 1);
    return list;
}

void
edc_refused_close(edc_refused_list *list)
{
    if (list == NULL || atomic_fetch_sub(&list->owners, 1) > 1)
        return;
    edc_refused_plain_free(list->plain);
    (void)pthread_mutex_destroy(&list->mutex);
    free(list);
}

const char *
edc_refused_path(const edc_refused_list *list)
{
    return list->path;
}
