/* scheme.c - {SCHEME} values. */
#include "core/password/scheme.h"

#include <string.h>

#define SCHEME_MAX 32

/* How a scheme's values are read, and where their cost is. */
typedef enum kind {
    PLAIN,  /* base64 of the digest: one round */
    SALTED, /* base64 of the digest and a salt: one round */
    ARGON2, /* in the PHC string */
    PBKDF2, /* iterations$salt$key */
    CRYPT   /* $5$ and $6$ with rounds=, 5000 without */
} kind;

/* A name and how long it is. */
#define NAME(name) name, sizeof(name) - 1

static const struct {
    const char *name;
    size_t n; /* characters of it */
    kind kind;
    size_t digest; /* bytes */
} schemes[] = {
    {NAME("{ARGON2}"), ARGON2, 0},
    {NAME("{SSHA}"), SALTED, 20},
    {NAME("{SHA}"), PLAIN, 20},
    {NAME("{SMD5}"), SALTED, 16},
    {NAME("{MD5}"), PLAIN, 16},
    {NAME("{SSHA256}"), SALTED, 32},
    {NAME("{SSHA384}"), SALTED, 48},
    {NAME("{SSHA512}"), SALTED, 64},
    {NAME("{SHA256}"), PLAIN, 32},
    {NAME("{SHA384}"), PLAIN, 48},
    {NAME("{SHA512}"), PLAIN, 64},
    {NAME("{PBKDF2}"), PBKDF2, 20},
    {NAME("{PBKDF2-SHA1}"), PBKDF2, 20},
    {NAME("{PBKDF2-SHA256}"), PBKDF2, 32},
    {NAME("{PBKDF2-SHA512}"), PBKDF2, 64},
    {NAME("{CRYPT}"), CRYPT, 0},
};

#define N_SCHEMES (sizeof(schemes) / sizeof(schemes[0]))

static bool
is_alnum(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (c >= '0' && c <= '9');
}

static bool
scheme_char(char c)
{
    return is_alnum(c) || c == '.' || c == '/' || c == '_' || c == '-';
}

edc_str
edc_scheme_of(edc_str value)
{
    size_t n = 1;

    if (value.n < 3 || value.p[0] != '{')
        return (edc_str){NULL, 0};
    while (n < value.n && n <= SCHEME_MAX && scheme_char(value.p[n]))
        n++;
    if (n == 1 || n == value.n || value.p[n] != '}')
        return (edc_str){NULL, 0};
    return (edc_str){value.p, n + 1};
}

static size_t
find(edc_str scheme)
{
    size_t i = 0;

    while (i < N_SCHEMES &&
           !edc_str_caseeq((edc_str){schemes[i].name, schemes[i].n}, scheme))
        i++;
    return i;
}

bool
edc_scheme_importable(edc_str scheme)
{
    return find(scheme) < N_SCHEMES;
}

static bool
is_kind(edc_str value, kind one, kind other)
{
    size_t i = find(edc_scheme_of(value));

    return i < N_SCHEMES &&
           (schemes[i].kind == one || schemes[i].kind == other);
}

bool
edc_scheme_is_argon2(edc_str value)
{
    return is_kind(value, ARGON2, ARGON2);
}

bool
edc_scheme_is_quick(edc_str value)
{
    return is_kind(value, PLAIN, SALTED);
}

/* Takes everything up to a '$', and the '$'; false when there is none. */
static bool
take_field(edc_str *rest, edc_str *field)
{
    const char *end = rest->n > 0 ? memchr(rest->p, '$', rest->n) : NULL;

    if (end == NULL)
        return false;
    *field = (edc_str){rest->p, (size_t)(end - rest->p)};
    rest->p += field->n + 1;
    rest->n -= field->n + 1;
    return true;
}

/* Reads a count: digits only, no leading zero, at most 9 of them, which slapd
 * and crypt(3) read the same. */
static bool
read_count(edc_str digits, uint64_t *count)
{
    *count = 0;
    if (digits.n == 0 || digits.n > 9 || digits.p[0] == '0')
        return false;
    for (size_t i = 0; i < digits.n; i++) {
        if (digits.p[i] < '0' || digits.p[i] > '9')
            return false;
        *count = *count * 10 + (uint64_t)(digits.p[i] - '0');
    }
    return true;
}

/* Whether all characters are letters, digits or one of two others. */
static bool
has_only(edc_str text, char one, char other)
{
    for (size_t i = 0; i < text.n; i++) {
        if (!is_alnum(text.p[i]) && text.p[i] != one && text.p[i] != other)
            return false;
    }
    return true;
}

static edc_scheme_verdict
under(uint64_t count, edc_cost ceiling)
{
    return count > (uint64_t)ceiling.memory * ceiling.time
               ? EDC_SCHEME_TOO_COSTLY
               : EDC_SCHEME_OK;
}

/* Base64 in whole groups of four, as slapd's own schemes have it. */
static edc_scheme_verdict
check_digest(edc_str text, size_t digest, bool salted)
{
    size_t pad = 0, bytes;

    if (text.n % 4 != 0)
        return EDC_SCHEME_BROKEN;
    while (pad < 2 && text.n > 0 && text.p[text.n - 1] == '=') {
        text.n--;
        pad++;
    }
    bytes = (text.n + pad) / 4 * 3 - pad;
    if (!has_only(text, '+', '/'))
        return EDC_SCHEME_BROKEN;
    return (salted ? bytes > digest : bytes == digest) ? EDC_SCHEME_OK
                                                       : EDC_SCHEME_BROKEN;
}

/* Characters of unpadded base64 for so many bytes. */
static size_t
base64_length(size_t bytes)
{
    return (bytes * 4 + 2) / 3;
}

/* A salt of 16 bytes is the only one that slapd's module reads; its base64 has
 * '.' in place of '+'. */
static edc_scheme_verdict
check_pbkdf2(edc_str rest, size_t key, edc_cost ceiling)
{
    edc_str iterations, salt;
    uint64_t count;

    if (!take_field(&rest, &iterations) || !read_count(iterations, &count) ||
        !take_field(&rest, &salt) || salt.n != base64_length(16) ||
        !has_only(salt, '.', '/') || rest.n != base64_length(key) ||
        !has_only(rest, '.', '/'))
        return EDC_SCHEME_BROKEN;
    return under(count, ceiling);
}

static edc_scheme_verdict
check_crypt(edc_str rest, edc_cost ceiling)
{
    static const char rounds[] = "rounds=";
    size_t n = strlen(rounds), hash;
    edc_str start, id, salt;
    uint64_t count = 5000;

    if (!take_field(&rest, &start) || start.n != 0 || !take_field(&rest, &id) ||
        id.n != 1 || !take_field(&rest, &salt))
        return EDC_SCHEME_BROKEN;
    if (salt.n > n && memcmp(salt.p, rounds, n) == 0 &&
        (!read_count((edc_str){salt.p + n, salt.n - n}, &count) ||
            !take_field(&rest, &salt)))
        return EDC_SCHEME_BROKEN;
    hash = id.p[0] == '5' ? 43 : id.p[0] == '6' ? 86 : 0;
    if (hash == 0 || rest.n != hash || salt.n > 16 ||
        !has_only(salt, '.', '/') || !has_only(rest, '.', '/'))
        return EDC_SCHEME_BROKEN;
    return under(count, ceiling);
}

static edc_scheme_verdict
check_argon2(edc_str value, edc_cost ceiling)
{
    edc_cost cost;

    if (!edc_hash_cost(value, &cost) || !edc_cost_valid(cost))
        return EDC_SCHEME_BROKEN;
    return edc_cost_exceeds(cost, ceiling) ? EDC_SCHEME_TOO_COSTLY
                                           : EDC_SCHEME_OK;
}

edc_scheme_verdict
edc_scheme_check(edc_str value, edc_cost ceiling)
{
    edc_str scheme = edc_scheme_of(value);
    size_t i = find(scheme);
    edc_str rest;

    if (i == N_SCHEMES)
        return EDC_SCHEME_UNKNOWN;
    rest = (edc_str){value.p + scheme.n, value.n - scheme.n};
    switch (schemes[i].kind) {
    case ARGON2:
        return check_argon2(value, ceiling);
    case PBKDF2:
        return check_pbkdf2(rest, schemes[i].digest, ceiling);
    case CRYPT:
        return check_crypt(rest, ceiling);
    case SALTED:
        return check_digest(rest, schemes[i].digest, true);
    default:
        return check_digest(rest, schemes[i].digest, false);
    }
}
