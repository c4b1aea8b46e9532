/* phc.c - the PHC string form of Argon2 hashes. */
#include "core/password/phc.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define VERSION_10 16 /* what a string without v= means */
#define VERSION_13 19
#define SALT_MIN 8 /* RFC 9106 section 3.1 */
#define TAG_MIN 4

static const char digits64[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static const struct {
    const char *name;
    edc_argon2 type;
} types[] = {
    {"$argon2id$", EDC_ARGON2ID},
    {"$argon2i$", EDC_ARGON2I},
    {"$argon2d$", EDC_ARGON2D},
};

/* Takes a literal off the front. */
static bool
take(edc_str *rest, const char *literal)
{
    size_t n = strlen(literal);

    if (rest->n < n || memcmp(rest->p, literal, n) != 0)
        return false;
    rest->p += n;
    rest->n -= n;
    return true;
}

/* Takes a decimal number without sign or leading zero. */
static bool
take_number(edc_str *rest, uint32_t *out)
{
    uint64_t number = 0;
    size_t n = 0;

    while (n < rest->n && n <= 10 && rest->p[n] >= '0' && rest->p[n] <= '9')
        number = number * 10 + (uint64_t)(rest->p[n++] - '0');
    if (n == 0 || number > UINT32_MAX || (rest->p[0] == '0' && n > 1))
        return false;
    rest->p += n;
    rest->n -= n;
    *out = (uint32_t)number;
    return true;
}

static int
value64(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* Takes unpadded base64 up to a '$' or the end; trailing bits must be zero. */
static bool
take_bytes(edc_str *rest, unsigned char *out, size_t max, size_t *len)
{
    uint32_t bits = 0;
    unsigned pending = 0;

    *len = 0;
    for (; rest->n > 0 && rest->p[0] != '$'; rest->p++, rest->n--) {
        int value = value64(rest->p[0]);

        if (value < 0)
            return false;
        bits = (bits << 6 | (uint32_t)value) & 0xffffu;
        pending += 6;
        if (pending < 8)
            continue;
        pending -= 8;
        if (*len == max)
            return false;
        out[(*len)++] = (unsigned char)(bits >> pending);
    }
    return pending < 6 && (bits & ((1u << pending) - 1)) == 0;
}

static bool
known_version(uint32_t version)
{
    return version == VERSION_10 || version == VERSION_13;
}

bool
edc_phc_parse(edc_str text, edc_phc *phc)
{
    size_t t = 0;

    while (t < 3 && !take(&text, types[t].name))
        t++;
    if (t == 3)
        return false;
    phc->type = types[t].type;
    phc->version = VERSION_10;
    if (take(&text, "v=") &&
        (!take_number(&text, &phc->version) || !take(&text, "$")))
        return false;
    if (!known_version(phc->version))
        return false;
    return take(&text, "m=") && take_number(&text, &phc->memory) &&
           take(&text, ",t=") && take_number(&text, &phc->time) &&
           take(&text, ",p=") && take_number(&text, &phc->parallelism) &&
           take(&text, "$") &&
           take_bytes(&text, phc->salt, EDC_PHC_SALT_MAX, &phc->salt_len) &&
           phc->salt_len >= SALT_MIN && take(&text, "$") &&
           take_bytes(&text, phc->tag, EDC_PHC_TAG_MAX, &phc->tag_len) &&
           phc->tag_len >= TAG_MIN && text.n == 0;
}

static void
put_bytes(char *out, const unsigned char *bytes, size_t len)
{
    uint32_t bits = 0;
    unsigned pending = 0;
    size_t n = 0;

    for (size_t i = 0; i < len; i++) {
        bits = (bits << 8 | bytes[i]) & 0xffffu;
        for (pending += 8; pending >= 6; pending -= 6)
            out[n++] = digits64[bits >> (pending - 6) & 63];
    }
    if (pending > 0)
        out[n++] = digits64[bits << (6 - pending) & 63];
    out[n] = '\0';
}

size_t
edc_phc_format(const edc_phc *phc, char *out, size_t size)
{
    char salt[EDC_PHC_SALT_MAX * 4 / 3 + 3], tag[EDC_PHC_TAG_MAX * 4 / 3 + 3];
    size_t t = 0;
    int n;

    while (t < 3 && types[t].type != phc->type)
        t++;
    if (t == 3 || !known_version(phc->version) || phc->salt_len < SALT_MIN ||
        phc->salt_len > EDC_PHC_SALT_MAX || phc->tag_len < TAG_MIN ||
        phc->tag_len > EDC_PHC_TAG_MAX)
        return 0;
    put_bytes(salt, phc->salt, phc->salt_len);
    put_bytes(tag, phc->tag, phc->tag_len);
    n = snprintf(out, size,
        "%sv=%" PRIu32 "$m=%" PRIu32 ",t=%" PRIu32 ",p=%" PRIu32 "$%s$%s",
        types[t].name, phc->version, phc->memory, phc->time, phc->parallelism,
        salt, tag);
    return (size_t)n < size ? (size_t)n : 0;
}
