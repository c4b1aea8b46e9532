/* hash.c - Argon2id password hashes, under a ceiling. */
#include "core/password/hash.h"

#include <stdlib.h>
#include <string.h>

#include <argon2.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>

#include "core/password/phc.h"

#define SALT_LEN 16
#define TAG_LEN 32
#define LANES_MAX 0xffffffu
#define SCHEME "{ARGON2}"

bool
edc_cost_exceeds(edc_cost a, edc_cost b)
{
    return a.memory > b.memory || a.time > b.time ||
           a.parallelism > b.parallelism;
}

bool
edc_cost_valid(edc_cost cost)
{
    return cost.time >= 1 && cost.parallelism >= 1 &&
           cost.parallelism <= LANES_MAX && cost.memory / 8 >= cost.parallelism;
}

uint64_t
edc_cost_work(edc_cost cost)
{
    return (uint64_t)cost.memory * cost.time;
}

edc_cost
edc_cost_rest(edc_cost part, edc_cost whole)
{
    uint64_t done = edc_cost_work(part), all = edc_cost_work(whole);
    edc_cost rest = {8, whole.time, 1};

    if (done < all && (all - done) / whole.time > rest.memory)
        rest.memory = (uint32_t)((all - done) / whole.time);
    return rest;
}

/* What this thread's hashes are computed in. */
static _Thread_local edc_block *lent;

void
edc_hash_lend(edc_block *block)
{
    lent = block;
}

/* libargon2 asks for memory here, and zeroes it before it gives it back. */
static int
take_memory(uint8_t **memory, size_t bytes)
{
    *memory = lent != NULL && bytes <= lent->bytes ? lent->p : malloc(bytes);
    return *memory == NULL ? -1 : 0;
}

static void
give_memory(uint8_t *memory, size_t bytes)
{
    (void)bytes;
    if (lent == NULL || memory != lent->p)
        free(memory);
}

/* Computes the tag of phc's parameters and salt into out (phc->tag_len). */
static bool
compute(const edc_phc *phc, edc_str password, unsigned char *out)
{
    argon2_context ctx = {
        .out = out,
        .outlen = (uint32_t)phc->tag_len,
        .pwd = (uint8_t *)password.p,
        .pwdlen = (uint32_t)password.n,
        .salt = (uint8_t *)phc->salt,
        .saltlen = (uint32_t)phc->salt_len,
        .t_cost = phc->time,
        .m_cost = phc->memory,
        .lanes = phc->parallelism,
        .threads = 1,
        .version = phc->version,
        .allocate_cbk = take_memory,
        .free_cbk = give_memory,
        .flags = ARGON2_DEFAULT_FLAGS,
    };

    if (password.n > UINT32_MAX)
        return false;
    return argon2_ctx(&ctx, (argon2_type)phc->type) == ARGON2_OK;
}

static edc_phc
fresh(edc_cost cost)
{
    return (edc_phc){
        .type = EDC_ARGON2ID,
        .version = ARGON2_VERSION_13,
        .memory = cost.memory,
        .time = cost.time,
        .parallelism = cost.parallelism,
        .salt_len = SALT_LEN,
        .tag_len = TAG_LEN,
    };
}

bool
edc_hash_make(edc_str password, edc_cost cost, char *out, size_t size)
{
    edc_phc phc = fresh(cost);
    size_t n = strlen(SCHEME);

    if (size == 0)
        return false;
    out[0] = '\0';
    if (size <= n || !edc_cost_valid(cost) ||
        RAND_bytes(phc.salt, SALT_LEN) != 1 ||
        !compute(&phc, password, phc.tag) ||
        edc_phc_format(&phc, out + n, size - n) == 0) {
        out[0] = '\0';
        return false;
    }
    memcpy(out, SCHEME, n);
    return true;
}

/* Debian's own module leaves NUL bytes behind the hash. */
static bool
parse(edc_str stored, edc_phc *phc)
{
    edc_str scheme = EDC_STR(SCHEME);

    while (stored.n > 0 && stored.p[stored.n - 1] == '\0')
        stored.n--;
    if (stored.n < scheme.n ||
        !edc_str_caseeq((edc_str){stored.p, scheme.n}, scheme))
        return false;
    return edc_phc_parse(
        (edc_str){stored.p + scheme.n, stored.n - scheme.n}, phc);
}

edc_verify
edc_hash_verify(edc_str stored, edc_str password, edc_cost ceiling)
{
    unsigned char tag[EDC_PHC_TAG_MAX];
    edc_cost cost;
    edc_phc phc;
    bool same;

    if (!parse(stored, &phc))
        return EDC_MALFORMED;
    cost = (edc_cost){phc.memory, phc.time, phc.parallelism};
    if (edc_cost_exceeds(cost, ceiling))
        return EDC_TOO_COSTLY;
    if (!edc_cost_valid(cost))
        return EDC_MALFORMED;
    if (!compute(&phc, password, tag))
        return EDC_HASH_FAILED;
    same = CRYPTO_memcmp(tag, phc.tag, phc.tag_len) == 0;
    OPENSSL_cleanse(tag, sizeof(tag));
    return same ? EDC_MATCH : EDC_MISMATCH;
}

void
edc_hash_spend(edc_str password, edc_cost cost)
{
    edc_phc phc = fresh(cost);

    (void)compute(&phc, password, phc.tag);
    OPENSSL_cleanse(&phc, sizeof(phc));
}

bool
edc_hash_cost(edc_str stored, edc_cost *cost)
{
    edc_phc phc;

    if (!parse(stored, &phc))
        return false;
    *cost = (edc_cost){phc.memory, phc.time, phc.parallelism};
    return true;
}

bool
edc_hash_stale(edc_str stored, edc_cost wanted)
{
    edc_phc phc;

    if (!parse(stored, &phc) || phc.type != EDC_ARGON2ID ||
        phc.version != ARGON2_VERSION_13 || phc.memory < wanted.memory)
        return true;
    return (uint64_t)phc.memory * phc.time <
           (uint64_t)wanted.memory * wanted.time;
}

bool
edc_hash_costlier(edc_str stored, edc_cost wanted)
{
    edc_cost own;

    return !edc_hash_stale(stored, wanted) && edc_hash_cost(stored, &own) &&
           (own.memory > wanted.memory ||
               edc_cost_work(own) > edc_cost_work(wanted));
}
