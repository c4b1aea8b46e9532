/* looks.c - whether a password is the hash of one. */
#include "core/password/looks.h"

#include <string.h>

/* Longest name of a scheme. */
#define NAME_MAX_LENGTH 32

/* Schemes of OpenLDAP, 389 DS, Dovecot and their like, in lower case and
 * without hyphens and underscores. */
static const char *const schemes[] = {"argon2", "argon2d", "argon2i",
    "argon2id", "base64", "bcrypt", "blfcrypt", "cleartext", "clear", "crammd5",
    "crypt", "descrypt", "digestmd5", "gostyescrypt", "hmacmd5", "hotp",
    "kerberos", "lanman", "lm", "md4", "md5", "md5crypt", "nsmtamd5", "nt",
    "nthash", "ntlm", "pbkdf2", "pbkdf2sha1", "pbkdf2sha256", "pbkdf2sha384",
    "pbkdf2sha512", "plain", "plainmd4", "plainmd5", "plaintext", "sasl",
    "scramsha1", "scramsha256", "scrypt", "sha", "sha1", "sha224", "sha256",
    "sha256crypt", "sha384", "sha512", "sha512crypt", "smd4", "smd5", "ssha",
    "ssha1", "ssha224", "ssha256", "ssha384", "ssha512", "totp1", "totp1andpw",
    "totp256", "totp256andpw", "totp512", "totp512andpw", "unix", "xnthash",
    "yescrypt"};

/* What stands in front of other hashes, and how much follows at least for it to
 * be no chance. */
static const struct {
    const char *begin;
    size_t least;
} marks[] = {
    {"$argon2i$", 1},
    {"$argon2d$", 1},
    {"$argon2id$", 1},
    {"$2a$", 1},
    {"$2b$", 1},
    {"$2x$", 1},
    {"$2y$", 1},
    {"$bcrypt-sha256$", 1},
    {"$pbkdf2$", 1},
    {"$pbkdf2-sha1$", 1},
    {"$pbkdf2-sha256$", 1},
    {"$pbkdf2-sha512$", 1},
    {"$scrypt$", 1},
    {"$apr1$", 1},
    {"$sha1$", 1},
    {"$md5$", 1},
    {"$gy$", 8},
    {"$y$", 8},
    {"$1$", 16},
    {"$2$", 16},
    {"$3$", 16},
    {"$5$", 16},
    {"$6$", 16},
    {"$7$", 16},
    {"$H$", 16},
    {"$P$", 16},
    {"$S$", 16},
    {"pbkdf2_sha1$", 16},
    {"pbkdf2_sha256$", 16},
    {"pbkdf2_sha512$", 16},
    {"bcrypt_sha256$", 16},
    {"bcrypt$", 16},
    {"argon2$", 16},
    {"scrypt$", 16},
    /* Django, Werkzeug, passlib. */
    {"md5$", 24},
    {"sha1$", 24},
    {"sha256$", 24},
    {"sha512$", 24},
    {"pbkdf2:sha1:", 16},
    {"pbkdf2:sha256:", 16},
    {"pbkdf2:sha512:", 16},
    {"scrypt:32768:8:1$", 16},
    {"$argon2$", 16},
    {"$sha256$", 16},
    {"$sha512$", 16},
    {"$pbkdf2-digest$", 16},
    {"$scram$", 16},
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool
is_one_of(char c, const char *set)
{
    return c != '\0' && strchr(set, c) != NULL;
}

/* Bytes of the blank that p begins with, 0: none. Those of Unicode become
 * U+0020 when a password is prepared (RFC 8265, section 4.2.2). */
static size_t
blank(const char *p, size_t n)
{
    if (is_one_of(p[0], " \t\r\n"))
        return 1;
    if (n >= 2 && memcmp(p, "\xc2\xa0", 2) == 0)
        return 2;
    if (n >= 3 && memcmp(p, "\xe2\x80", 2) == 0 &&
        ((unsigned char)p[2] <= 0x8f || (unsigned char)p[2] == 0xaf))
        return 3;
    return n >= 3 && (memcmp(p, "\xe3\x80\x80", 3) == 0 ||
                         memcmp(p, "\xe2\x81\x9f", 3) == 0 ||
                         memcmp(p, "\xef\xbb\xbf", 3) == 0)
               ? 3
               : 0;
}

static edc_str
after_blanks(edc_str value)
{
    size_t step;

    while (value.n > 0 && (step = blank(value.p, value.n)) > 0) {
        value.p += step;
        value.n -= step;
    }
    return value;
}

static bool
is_alnum(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (c >= '0' && c <= '9');
}

/* Nothing but what base64, crypt(3) and their parameters are written with;
 * blanks may follow. */
static bool
is_encoded(edc_str text, size_t least)
{
    size_t n = 0;

    while (
        n < text.n && (is_alnum(text.p[n]) || is_one_of(text.p[n], "./+=$,_-")))
        n++;
    return n >= least && after_blanks((edc_str){text.p + n, text.n - n}).n == 0;
}

/* A scheme's name as schemes[] has it, and what was left out of it. */
typedef struct name {
    char text[NAME_MAX_LENGTH + 1];
    size_t n;
    bool blanks;
} name;

static bool
add_letter(name *s, char c)
{
    if (c == '-' || c == '_')
        return true;
    if ((!is_alnum(c) && c != '.' && c != '/') || s->n == NAME_MAX_LENGTH)
        return false;
    s->text[s->n++] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    return true;
}

/* Reads up to the brace that closes; *rest is what is behind it. */
static bool
read_name(edc_str value, name *s, edc_str *rest)
{
    for (size_t i = 1; i < value.n;) {
        size_t step = blank(value.p + i, value.n - i);

        if (value.p[i] == '}') {
            *rest = (edc_str){value.p + i + 1, value.n - i - 1};
            return i > 1;
        }
        s->blanks = s->blanks || step > 0;
        if (step == 0 && !add_letter(s, value.p[i]))
            return false;
        i += step > 0 ? step : 1;
    }
    return false;
}

static bool
has_scheme(edc_str value)
{
    name s = {.n = 0};
    edc_str rest;

    if (value.n == 0 || value.p[0] != '{' || !read_name(value, &s, &rest))
        return false;
    for (size_t i = 0; i < COUNT(schemes); i++) {
        if (strcmp(s.text, schemes[i]) == 0)
            return true;
    }
    return !s.blanks && is_encoded(rest, 0);
}

static bool
has_mark(edc_str value)
{
    for (size_t i = 0; i < COUNT(marks); i++) {
        size_t n = strlen(marks[i].begin);

        if (value.n > n && memcmp(value.p, marks[i].begin, n) == 0)
            return is_encoded(
                (edc_str){value.p + n, value.n - n}, marks[i].least);
    }
    return false;
}

bool
edc_looks_hashed(edc_str value)
{
    edc_str text = after_blanks(value);

    return has_scheme(text) || has_mark(text);
}
