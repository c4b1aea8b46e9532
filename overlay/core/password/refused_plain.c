/* refused_plain.c - a short plain list of refused passwords, in memory: sorted
 * digests of its lines, case and accents folded. A line that folds to nothing
 * ("!!!") is kept as it is.
 */
#include "core/password/refused_plain.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "core/password/fold.h"
#include "core/password/opaque.h"

#define DIGEST 16
#define LINE_LONGEST EDC_OPAQUE_MAX

typedef struct digest {
    unsigned char byte[DIGEST];
} digest;

struct edc_refused_plain {
    size_t n;
    digest digests[];
};

/* Returns false, with errno, when memory is out or OpenSSL failed. */
static bool
digest_of(edc_str text, digest *out)
{
    unsigned char full[EVP_MAX_MD_SIZE];
    edc_buf folded;
    edc_str what = text;
    bool done;

    if (!edc_fold(text, &folded)) {
        errno = ENOMEM;
        return false;
    }
    if (folded.n > 0)
        what = edc_buf_str(&folded);
    done = EVP_Digest(what.p, what.n, full, NULL, EVP_sha256(), NULL) == 1;
    if (done)
        memcpy(out->byte, full, DIGEST);
    else
        errno = EIO;
    OPENSSL_cleanse(full, sizeof(full));
    edc_buf_wipe(&folded);
    return done;
}

static int
compare(const void *a, const void *b)
{
    return memcmp(a, b, DIGEST);
}

/* Adds one line; one that is no password is passed over. */
static bool
add_line(edc_refused_plain *plain, edc_str line)
{
    if (line.n > 0 && line.p[line.n - 1] == '\r')
        line.n--;
    if (line.n == 0 || line.n > LINE_LONGEST)
        return true;
    if (plain->n == EDC_REFUSED_LINES_MAX) {
        errno = EFBIG;
        return false;
    }
    if (!digest_of(line, &plain->digests[plain->n]))
        return false;
    plain->n++;
    return true;
}

static size_t
count_lines(edc_str text)
{
    size_t n = 1;

    for (size_t i = 0; i < text.n; i++)
        n += text.p[i] == '\n' ? 1 : 0;
    return n < EDC_REFUSED_LINES_MAX ? n : EDC_REFUSED_LINES_MAX;
}

static edc_refused_plain *
make(edc_str text)
{
    edc_refused_plain *plain =
        calloc(1, sizeof(*plain) + count_lines(text) * sizeof(digest));
    bool good = plain != NULL;

    while (good && text.n > 0) {
        const char *end = memchr(text.p, '\n', text.n);
        size_t n = end != NULL ? (size_t)(end - text.p) : text.n;

        good = add_line(plain, (edc_str){text.p, n});
        n += end != NULL ? 1 : 0;
        text = (edc_str){text.p + n, text.n - n};
    }
    if (!good) {
        errno = plain == NULL ? ENOMEM : errno;
        free(plain);
        return NULL;
    }
    qsort(plain->digests, plain->n, sizeof(digest), compare);
    return plain;
}

/* A file that grows or shrinks under our eyes is taken as far as it came. */
static ssize_t
read_all(int fd, char *out, size_t size)
{
    size_t n = 0;

    while (n < size) {
        ssize_t got = pread(fd, out + n, size - n, (off_t)n);

        if (got < 0)
            return -1;
        if (got == 0)
            break;
        n += (size_t)got;
    }
    return (ssize_t)n;
}

edc_refused_plain *
edc_refused_plain_read(int fd, off_t size)
{
    edc_refused_plain *plain = NULL;
    char *text;
    ssize_t n;

    if (size > EDC_REFUSED_PLAIN_MAX) {
        errno = EFBIG;
        return NULL;
    }
    text = malloc((size_t)size + 1);
    if (text == NULL) {
        errno = ENOMEM;
        return NULL;
    }
    n = read_all(fd, text, (size_t)size);
    if (n >= 0)
        plain = make((edc_str){text, (size_t)n});
    free(text);
    return plain;
}

void
edc_refused_plain_free(edc_refused_plain *plain)
{
    free(plain);
}

edc_refused
edc_refused_plain_search(const edc_refused_plain *plain, edc_str prepared)
{
    edc_refused found = EDC_REFUSED_NO;
    digest wanted;

    if (prepared.n == 0)
        return EDC_REFUSED_NO;
    if (!digest_of(prepared, &wanted))
        return EDC_REFUSED_ERROR;
    if (bsearch(&wanted, plain->digests, plain->n, sizeof(digest), compare) !=
        NULL)
        found = EDC_REFUSED_YES;
    OPENSSL_cleanse(&wanted, sizeof(wanted));
    return found;
}
