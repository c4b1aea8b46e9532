/* scheme.c - {SCHEME} values. */
#include "scheme.h"

#include <string.h>

#define SCHEME_MAX 32

/* How the cost of a scheme is known. */
typedef enum kind {
    FIXED,  /* one or few rounds of a plain hash */
    ARGON2, /* in the PHC string */
    PBKDF2, /* decimal iterations up to a '$' */
    CRYPT   /* $5$ and $6$ with rounds=, 5000 without */
} kind;

static const struct {
    const char *name;
    kind kind;
} schemes[] = {
    {"{ARGON2}", ARGON2},
    {"{SSHA}", FIXED},
    {"{SHA}", FIXED},
    {"{SMD5}", FIXED},
    {"{MD5}", FIXED},
    {"{SSHA256}", FIXED},
    {"{SSHA384}", FIXED},
    {"{SSHA512}", FIXED},
    {"{SHA256}", FIXED},
    {"{SHA384}", FIXED},
    {"{SHA512}", FIXED},
    {"{PBKDF2}", PBKDF2},
    {"{PBKDF2-SHA1}", PBKDF2},
    {"{PBKDF2-SHA256}", PBKDF2},
    {"{PBKDF2-SHA512}", PBKDF2},
    {"{CRYPT}", CRYPT},
};

#define N_SCHEMES (sizeof(schemes) / sizeof(schemes[0]))

static bool
scheme_char(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (c >= '0' && c <= '9') || c == '.' || c == '/' || c == '_' ||
           c == '-';
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

bool
edc_scheme_hashed(edc_str value)
{
    return edc_scheme_of(value).n > 0;
}

static size_t
find(edc_str scheme)
{
    size_t i = 0;

    while (
        i < N_SCHEMES && !edc_str_caseeq(edc_str_of(schemes[i].name), scheme))
        i++;
    return i;
}

bool
edc_scheme_importable(edc_str scheme)
{
    return find(scheme) < N_SCHEMES;
}

/* Reads decimal digits off the front; false when there are none, or more than
 * any count has. */
static bool
take_count(edc_str *rest, uint64_t *count)
{
    size_t n = 0;

    *count = 0;
    while (n < rest->n && n < 19 && rest->p[n] >= '0' && rest->p[n] <= '9')
        *count = *count * 10 + (uint64_t)(rest->p[n++] - '0');
    rest->p += n;
    rest->n -= n;
    return n > 0 && n < 19;
}

static edc_scheme_verdict
under(uint64_t count, edc_cost ceiling)
{
    return count > (uint64_t)ceiling.memory * ceiling.time
               ? EDC_SCHEME_TOO_COSTLY
               : EDC_SCHEME_OK;
}

static edc_scheme_verdict
check_pbkdf2(edc_str rest, edc_cost ceiling)
{
    uint64_t count;

    if (!take_count(&rest, &count) || rest.n < 2 || rest.p[0] != '$')
        return EDC_SCHEME_BROKEN;
    return under(count, ceiling);
}

static edc_scheme_verdict
check_crypt(edc_str rest, edc_cost ceiling)
{
    static const char rounds[] = "rounds=";
    uint64_t count = 5000;

    if (rest.n < 3 || rest.p[0] != '$' ||
        (rest.p[1] != '5' && rest.p[1] != '6') || rest.p[2] != '$')
        return EDC_SCHEME_BROKEN;
    rest.p += 3;
    rest.n -= 3;
    if (rest.n > strlen(rounds) &&
        memcmp(rest.p, rounds, strlen(rounds)) == 0) {
        rest.p += strlen(rounds);
        rest.n -= strlen(rounds);
        if (!take_count(&rest, &count) || rest.n < 2 || rest.p[0] != '$')
            return EDC_SCHEME_BROKEN;
    }
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
    edc_str rest = {value.p + scheme.n, value.n - scheme.n};

    if (i == N_SCHEMES)
        return EDC_SCHEME_UNKNOWN;
    if (rest.n == 0)
        return EDC_SCHEME_BROKEN;
    switch (schemes[i].kind) {
    case ARGON2:
        return check_argon2(value, ceiling);
    case PBKDF2:
        return check_pbkdf2(rest, ceiling);
    case CRYPT:
        return check_crypt(rest, ceiling);
    default:
        return EDC_SCHEME_OK;
    }
}
