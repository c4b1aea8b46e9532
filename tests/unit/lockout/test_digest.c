/* test_digest.c - our SipHash beside OpenSSL's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include "core/lockout/digest.h"

#define LENGTH_MAX 200

static void
by_openssl(
    const edc_digester *d, const unsigned char *text, size_t n, edc_digest *out)
{
    unsigned char key[EDC_DIGEST_KEY_SIZE];
    EVP_MAC *method = EVP_MAC_fetch(NULL, "SIPHASH", NULL);
    EVP_MAC_CTX *mac = EVP_MAC_CTX_new(method);
    size_t made = 0;

    edc_digester_key(d, key);
    assert_int_equal(EVP_MAC_init(mac, key, sizeof(key), NULL), 1);
    assert_int_equal(EVP_MAC_update(mac, text, n), 1);
    assert_int_equal(EVP_MAC_final(mac, out->byte, &made, sizeof(*out)), 1);
    assert_int_equal(made, sizeof(*out));
    EVP_MAC_CTX_free(mac);
    EVP_MAC_free(method);
}

/* Each length, with and without a prefix, for each purpose. */
static void
digests_are_siphash(void **state)
{
    unsigned char text[sizeof(edc_digest) + LENGTH_MAX + 1];
    edc_digester *d = edc_digester_new();

    (void)state;
    for (size_t n = 0; n <= LENGTH_MAX; n++) {
        for (int purpose = 0; purpose <= EDC_DIGEST_GUESS; purpose++) {
            for (int with = 0; with < 2; with++) {
                edc_digest prefix, ours, theirs;
                size_t skip = with ? sizeof(prefix) : 0;

                assert_int_equal(RAND_bytes(text, sizeof(text)), 1);
                memcpy(prefix.byte, text, sizeof(prefix));
                edc_digester_make(d, (edc_purpose)purpose,
                    with ? &prefix : NULL, (edc_str){(char *)text + skip, n},
                    &ours);
                text[skip + n] = (unsigned char)(purpose << 1 | with);
                by_openssl(d, text, skip + n + 1, &theirs);
                assert_true(edc_digest_eq(&ours, &theirs));
            }
        }
    }
    edc_digester_free(d);
}

static void
each_process_has_its_own_key(void **state)
{
    edc_digester *one = edc_digester_new(), *other = edc_digester_new();
    edc_digest a, b;

    (void)state;
    edc_digester_make(one, EDC_DIGEST_ACCOUNT, NULL, EDC_STR("x"), &a);
    edc_digester_make(other, EDC_DIGEST_ACCOUNT, NULL, EDC_STR("x"), &b);
    assert_false(edc_digest_eq(&a, &b));
    edc_digester_make(one, EDC_DIGEST_ACCOUNT, NULL, (edc_str){NULL, 0}, &b);
    assert_false(edc_digest_eq(&a, &b));
    edc_digester_free(one);
    edc_digester_free(other);
    edc_digester_free(NULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digests_are_siphash),
        cmocka_unit_test(each_process_has_its_own_key),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
