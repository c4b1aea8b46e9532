/* scheme.c - {ARGON2} as slapd's password code calls it.
 *
 * The overlay verifies a bind itself, before the backend asks; this is what
 * the backend then gets, and whoever else checks such a hash or makes one. It
 * never computes one that is over the ceiling of the configuration's defaults.
 */
#include "bind/scheme.h"
#include "bind/digest.h"
#include "bind/hash.h"

#include <openssl/crypto.h>

#include "lutil.h"

#include "core/password/opaque.h"
#include "core/password/scheme.h"

static struct berval scheme = BER_BVC("{ARGON2}");

/* What this thread has just found out about a stored hash and a password, by a
 * digest of both. Being about their content it can only ever say what is
 * true. */
typedef struct verdict {
    bool right;
    edc_digest digest;
} verdict;

static _Thread_local struct {
    verdict *list; /* owned; NULL: nothing is known */
    size_t n;
} verified;

/* slapd hands the value over without its scheme. */
static edc_str
without_scheme(edc_str stored)
{
    if (stored.n < scheme.bv_len)
        return stored;
    return (edc_str){stored.p + scheme.bv_len, stored.n - scheme.bv_len};
}

void
ov_verified_begin(
    const edc_str *stored, size_t n, const struct berval *cred, bool right)
{
    ov_verified_end();
    /* The backend asks us for no other scheme. */
    if (n == 1 && !edc_scheme_is_argon2(stored[0]))
        return;
    verified.list = OPENSSL_zalloc(n * sizeof(*verified.list));
    for (size_t i = 0; verified.list != NULL && i < n; i++) {
        verdict *v = &verified.list[verified.n];

        v->digest = ov_digest_two(without_scheme(stored[i]), ov_str(cred));
        v->right = right && i + 1 == n;
        verified.n++;
    }
}

void
ov_verified_end(void)
{
    OPENSSL_clear_free(verified.list, verified.n * sizeof(*verified.list));
    verified.list = NULL;
    verified.n = 0;
}

/* NULL: nothing is known of them. */
static const verdict *
just_verified(edc_str hash, const struct berval *cred)
{
    const verdict *found = NULL;
    edc_digest digest;

    if (verified.n == 0)
        return NULL;
    digest = ov_digest_two(hash, ov_str(cred));
    for (size_t i = 0; found == NULL && i < verified.n; i++) {
        if (CRYPTO_memcmp(digest.byte, verified.list[i].digest.byte,
                EDC_DIGEST_SIZE) == 0)
            found = &verified.list[i];
    }
    OPENSSL_cleanse(&digest, sizeof(digest));
    return found;
}

/* Behind a gate where there is room. These functions cannot answer that there
 * is none: a wrong password would be a lie, and one that could not be hashed is
 * kept in clear by some that ask. */
static void
compute(edc_work *work)
{
    if (!ov_hash_run_anywhere(work))
        edc_work_run(&work->job);
}

static int
check(const struct berval *name, const struct berval *passwd,
    const struct berval *cred, const char **text)
{
    edc_work work = {.ceiling = {EDC_CEILING_MEMORY, EDC_CEILING_TIME,
                         EDC_CEILING_PARALLELISM},
        .verify = true,
        .verified = EDC_MISMATCH};
    const verdict *known;
    edc_buf prepared = {NULL, 0}, stored = {NULL, 0};
    int result = LUTIL_PASSWD_ERR;

    (void)name;
    (void)text;
    if (cred->bv_len == 0)
        return LUTIL_PASSWD_ERR;
    known = just_verified(ov_str(passwd), cred);
    if (known != NULL)
        return known->right ? LUTIL_PASSWD_OK : LUTIL_PASSWD_ERR;
    if (edc_opaque_prepare(ov_str(cred), &prepared) == EDC_OPAQUE_OK &&
        edc_buf_alloc(&stored, scheme.bv_len + passwd->bv_len)) {
        memcpy(stored.p, scheme.bv_val, scheme.bv_len);
        memcpy(stored.p + scheme.bv_len, passwd->bv_val, passwd->bv_len);
        work.stored = edc_buf_str(&stored);
        work.prepared = edc_buf_str(&prepared);
        compute(&work);
        if (work.verified == EDC_MATCH)
            result = LUTIL_PASSWD_OK;
    }
    edc_buf_wipe(&prepared);
    edc_buf_wipe(&stored);
    return result;
}

/* For entries that are no accounts, when `password-hash {ARGON2}` is set. */
static int
hash(const struct berval *name, const struct berval *passwd, struct berval *out,
    const char **text)
{
    edc_work work = {
        .cost = {EDC_HASH_MEMORY, EDC_HASH_TIME, EDC_HASH_PARALLELISM},
        .make = true};
    edc_buf prepared = {NULL, 0};
    int result = LUTIL_PASSWD_ERR;

    (void)name;
    (void)text;
    if (edc_opaque_prepare(ov_str(passwd), &prepared) == EDC_OPAQUE_OK) {
        work.prepared = edc_buf_str(&prepared);
        compute(&work);
    }
    if (work.made[0] != '\0') {
        ber_str2bv(work.made, 0, 1, out);
        result = LUTIL_PASSWD_OK;
    }
    edc_buf_wipe(&prepared);
    return result;
}

int
ov_scheme_register(void)
{
    return lutil_passwd_add(&scheme, check, hash);
}
