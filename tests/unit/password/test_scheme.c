/* test_scheme.c - {SCHEME} values: which are hashes, which may be imported. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/password/scheme.h"

static const edc_cost ceiling = {
    EDC_CEILING_MEMORY, EDC_CEILING_TIME, EDC_CEILING_PARALLELISM};

#define SALT "$c29tZXNhbHQ$AAECAwQFBgcICQoLDA0ODw"
#define A10 "aaaaaaaaaa"
#define KEY43 A10 A10 A10 A10 "aaa"
#define KEY86 A10 A10 A10 A10 A10 A10 A10 A10 "aaaaaa"
#define SALT22 A10 A10 "./"

static void
expect_all(const char *const *values, size_t n, edc_scheme_verdict verdict)
{
    for (size_t i = 0; i < n; i++) {
        edc_scheme_verdict got =
            edc_scheme_check(edc_str_of(values[i]), ceiling);

        if (got != verdict)
            fail_msg("%d, not %d: %s", got, verdict, values[i]);
    }
}

#define EXPECT_ALL(values, verdict)                                            \
    expect_all(values, sizeof(values) / sizeof((values)[0]), verdict)

/* Known or not: what is stored is never clear. */
static void
form_of_a_scheme_is_told(void **state)
{
    static const char *const schemes[] = {"{A}", "{SSHA}x", "{x}",
        "{a.b/c_d-9}", "{abcdefghijklmnopqrstuvwxyz012345}", "{SSHA}",
        "{CLEARTEXT}x"};
    static const char *const others[] = {"", "{", "{}", "{}x", "{SSHA",
        "x{SSHA}", "{SS HA}x", "{SS{HA}x", "{\xc3\xa9}x", "{a+b}x", "{a:b}x",
        "{a@b}x", "{a[b}x", "{a`b}x", "{a,b}", "{{a}", " {SSHA}x",
        "{abcdefghijklmnopqrstuvwxyz0123456}"};

    (void)state;
    for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
        assert_true(edc_scheme_of(edc_str_of(schemes[i])).n > 0);
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        assert_int_equal(edc_scheme_of(edc_str_of(others[i])).n, 0);
    assert_int_equal(edc_scheme_of((edc_str){NULL, 0}).n, 0);
    assert_int_equal(edc_scheme_of(EDC_STR("{A\0}x")).n, 0);
}

static void
scheme_is_cut_out(void **state)
{
    edc_str value = EDC_STR("{SSHA}abc}"), scheme = edc_scheme_of(value);

    (void)state;
    assert_ptr_equal(scheme.p, value.p);
    assert_int_equal(scheme.n, 6);
    assert_int_equal(edc_scheme_of(EDC_STR("abc")).n, 0);
    assert_null(edc_scheme_of(EDC_STR("abc")).p);
}

static void
schemes_of_the_table_may_be_imported(void **state)
{
    (void)state;
    assert_true(edc_scheme_importable(EDC_STR("{SSHA}")));
    assert_true(edc_scheme_importable(EDC_STR("{ssha}")));
    assert_true(edc_scheme_importable(EDC_STR("{ARGON2}")));
    assert_true(edc_scheme_importable(EDC_STR("{Pbkdf2-Sha512}")));
    assert_true(edc_scheme_importable(EDC_STR("{CRYPT}")));
    assert_false(edc_scheme_importable(EDC_STR("SSHA")));
    assert_false(edc_scheme_importable(EDC_STR("{SSHA}x")));
    assert_false(edc_scheme_importable(EDC_STR("{CLEARTEXT}")));
    assert_false(edc_scheme_importable(EDC_STR("{SASL}")));
    assert_false(edc_scheme_importable(EDC_STR("{UNIX}")));
    assert_false(edc_scheme_importable(EDC_STR("{TOTP1}")));
    assert_false(edc_scheme_importable((edc_str){NULL, 0}));
}

/* As slappasswd and mkpasswd made them. */
static void
hashes_of_stock_tools_are_taken(void **state)
{
    static const char *const values[] = {
        "{SSHA}b0rEUeLx7IuYa4SyYLdlnw09oeBzpb/5",
        "{SMD5}YmfnyW3xk5GeNZNY3Y6MuMFnjjM=",
        "{MD5}ndTkYSaMgDT1yFZOFVxnpg==",
        "{SHA}EfatjsUqKYSrqv18O1FlA3hcIHI=",
        "{SSHA256}e7RhpZRXsw7txefHg052q+/o9xcpDoUyQWeVXrGNomm92xLVQokk4A==",
        "{SHA256}LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE=",
        "{SSHA384}r7GjO1sFY9KULrwf+U8TbxjFzblUaFxUMFC3HIJjMQfsRMpMApVjKX+9jGkl"
        "WnwgIV+JG2pZ8xo=",
        "{SHA384}11LCxR+6DimqGQVwqdQlPkQHegWNMpf6OlYw1b0BJiL5fCisrtMTtcg7uZDKp"
        "9qF",
        "{SSHA512}X/4uBnvOAZDKYIY5GmMsT7qOOubU9MHtFk0ZJbpKpH43dQUt4Y40MLb0ghOi"
        "9q84adtMTkS/maa21NV2fdGM3+YgeG1esigs",
        "{SHA512}pKvURIxJVi2CgRXROh/M6pJ/UrTVRZKX+LQ+QtqJI4vBNibkPcs43bCCSIkn7"
        "JBPtCBXRDmD6IWFF51QVRr+Yg==",
        "{CRYPT}$6$PRQum1slxRWEIHM1$vF5rKdA6VIj.BqoRKcr2w4B.jRbcTQHXBm8nRLHnTv"
        "x0xNOmQ04YDvcEAeZ5VV80UpPerGW8hAGQeWv1iNPGy.",
        "{CRYPT}$5$rounds=9999$saltsaltsalt$IHoFkbxOMGOLiL.fDzfXWWi0JR5VH6xodX"
        "DGg0PHW6D",
        "{PBKDF2}60000$" SALT22 "$" A10 A10 "aaaaaaa",
        "{PBKDF2-SHA1}60000$" SALT22 "$" A10 A10 "aaaaaaa",
        "{PBKDF2-SHA256}60000$" SALT22 "$" KEY43,
        "{pbkdf2-sha512}60000$" SALT22 "$" KEY86,
        "{ARGON2}$argon2i$v=19$m=4096,t=3,p=1$i5Cv09VoYx84vGTcenV2MQ"
        "$qwE9nVYBo2pFuAm4ci3tKXWDSd94iUkVX/nL2qudZX0",
        "{argon2}$argon2id$v=19$m=262144,t=16,p=8" SALT,
    };

    (void)state;
    EXPECT_ALL(values, EDC_SCHEME_OK);
}

static void
other_schemes_are_unknown(void **state)
{
    static const char *const values[] = {"", "password", "{CLEARTEXT}x",
        "{SASL}someone@realm", "{UNIX}root", "{SSHA", "{NONE}x", "{}x"};

    (void)state;
    EXPECT_ALL(values, EDC_SCHEME_UNKNOWN);
    assert_int_equal(
        edc_scheme_check((edc_str){NULL, 0}, ceiling), EDC_SCHEME_UNKNOWN);
}

static void
broken_digests_are_refused(void **state)
{
    static const char *const values[] = {"{SSHA}", "{SHA}", "{MD5}", "{SSHA}x",
        "{SSHA}====", "{SSHA}AAAA",
        "{SSHA}EfatjsUqKYSrqv18O1FlA3hcIHI=", /* without salt */
        "{SHA}b0rEUeLx7IuYa4SyYLdlnw09oeBzpb/5",
        "{SHA}EfatjsUqKYSrqv18O1FlA3hcIHI", "{SHA}EfatjsUqKYSrqv18O1FlA3hcIH==",
        "{SHA}EfatjsUqKYSrqv18O1Fl=3hcIHI=",
        "{SHA}EfatjsUqKYSrqv18O1Fl*3hcIHI=",
        "{SHA}EfatjsUqKYSrqv18O1Fl\xc3\xa9hcIH=",
        "{SHA}EfatjsUqKYSrqv18O1FlA3hcIHI= ", "{MD5}ndTkYSaMgDT1yFZOFVxnpg=",
        "{MD5}ndTkYSaMgDT1yFZOFVxn====", "{SSHA512}b0rEUeLx7IuYa4SyYLdlnw09"};

    (void)state;
    EXPECT_ALL(values, EDC_SCHEME_BROKEN);
    assert_int_equal(
        edc_scheme_check(
            EDC_STR("{SHA}Efatj\0UqKYSrqv18O1FlA3hcIHI="), ceiling),
        EDC_SCHEME_BROKEN);
}

static void
broken_pbkdf2_is_refused(void **state)
{
    static const char *const values[] = {"{PBKDF2-SHA256}",
        "{PBKDF2-SHA256}60000", "{PBKDF2-SHA256}60000$",
        "{PBKDF2-SHA256}60000$" SALT22, "{PBKDF2-SHA256}60000$" SALT22 "$",
        "{PBKDF2-SHA256}60000$" SALT22 "$" KEY86,
        "{PBKDF2-SHA512}60000$" SALT22 "$" KEY43,
        "{PBKDF2-SHA256}60000$" SALT22 "a$" KEY43,
        "{PBKDF2-SHA256}60000$" A10 A10 "a$" KEY43,
        "{PBKDF2-SHA256}60000$" A10 A10 "a+$" KEY43,
        "{PBKDF2-SHA256}60000$" SALT22 "$" A10 A10 A10 A10 "aa=",
        "{PBKDF2-SHA256}$" SALT22 "$" KEY43,
        "{PBKDF2-SHA256}0$" SALT22 "$" KEY43,
        "{PBKDF2-SHA256}060000$" SALT22 "$" KEY43,
        "{PBKDF2-SHA256}-1$" SALT22 "$" KEY43,
        "{PBKDF2-SHA256}+1$" SALT22 "$" KEY43,
        "{PBKDF2-SHA256}1e5$" SALT22 "$" KEY43,
        "{PBKDF2-SHA256}1:5$" SALT22 "$" KEY43,
        "{PBKDF2-SHA256}4294967297$" SALT22 "$" KEY43,
        "{PBKDF2-SHA256}99999999999999999999999$" SALT22 "$" KEY43};

    (void)state;
    EXPECT_ALL(values, EDC_SCHEME_BROKEN);
}

static void
broken_crypt_is_refused(void **state)
{
    static const char *const values[] = {"{CRYPT}", "{CRYPT}$", "{CRYPT}$6",
        "{CRYPT}$6$", "{CRYPT}$6$salt", "{CRYPT}$6$salt$", "{CRYPT}x$6$s$h",
        "{CRYPT}$6$salt$" KEY43, "{CRYPT}$5$salt$" KEY86,
        "{CRYPT}$6$saltsaltsaltsalt5$" KEY86, "{CRYPT}$6$s:lt$" KEY86,
        "{CRYPT}$5$salt$" A10 A10 A10 A10 "aa:", "{CRYPT}$1$salt$" KEY43,
        "{CRYPT}$56$salt$" KEY43, "{CRYPT}$$salt$" KEY43,
        "{CRYPT}abJnggxhB/yWI", "{CRYPT}_J9..CCCCXBrJUJV154M",
        "{CRYPT}$2b$12$abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz0",
        "{CRYPT}$y$j9T$dnno8weFsiZ8pZ94cGQNE/$3OJFjgBfbHA8W9tK9Jam1t59P2x.gW6t"
        "z1nhOfjjxA.",
        "{CRYPT}$6$rounds=$salt$" KEY86, "{CRYPT}$6$rounds=$" KEY86,
        "{CRYPT}$6$rounds=0$salt$" KEY86, "{CRYPT}$6$rounds=05000$salt$" KEY86,
        "{CRYPT}$6$rounds=5x$salt$" KEY86, "{CRYPT}$6$rounds=5000$" KEY86,
        "{CRYPT}$6$rounds=5000", "{CRYPT}$6$rounds=5000$salt" KEY86,
        "{CRYPT}$6$rounds=9999999999$salt$" KEY86};

    (void)state;
    EXPECT_ALL(values, EDC_SCHEME_BROKEN);
}

static void
broken_argon2_is_refused(void **state)
{
    static const char *const values[] = {"{ARGON2}", "{ARGON2}x",
        "{ARGON2}$argon2id$v=19$m=7,t=1,p=1" SALT,
        "{ARGON2}$argon2id$v=19$m=64,t=0,p=1" SALT,
        "{ARGON2}$argon2id$v=19$m=64,t=1,p=1" SALT "="};

    (void)state;
    EXPECT_ALL(values, EDC_SCHEME_BROKEN);
}

/* The default ceiling is 262144 x 16 = 4194304 of what is counted. */
static void
costs_over_the_ceiling_are_refused(void **state)
{
    static const char *const costly[] = {
        "{ARGON2}$argon2id$v=19$m=2097152,t=4,p=1" SALT,
        "{ARGON2}$argon2id$v=19$m=262145,t=1,p=1" SALT,
        "{ARGON2}$argon2id$v=19$m=64,t=17,p=1" SALT,
        "{ARGON2}$argon2id$v=19$m=72,t=1,p=9" SALT,
        "{PBKDF2-SHA256}4194305$" SALT22 "$" KEY43,
        "{PBKDF2-SHA512}999999999$" SALT22 "$" KEY86,
        "{CRYPT}$5$rounds=4194305$salt$" KEY43,
        "{CRYPT}$6$rounds=999999999$salt$" KEY86};
    static const char *const allowed[] = {"{PBKDF2-SHA256}4194304$" SALT22
                                          "$" KEY43,
        "{PBKDF2-SHA256}1$" SALT22 "$" KEY43,
        "{CRYPT}$6$rounds=4194304$salt$" KEY86, "{CRYPT}$6$$" KEY86,
        "{CRYPT}$6$saltsaltsaltsalt$" KEY86, "{CRYPT}$5$roundsalt$" KEY43};
    const edc_cost low = {64, 1, 1};

    (void)state;
    EXPECT_ALL(costly, EDC_SCHEME_TOO_COSTLY);
    EXPECT_ALL(allowed, EDC_SCHEME_OK);
    assert_int_equal(edc_scheme_check(EDC_STR("{CRYPT}$6$salt$" KEY86), low),
        EDC_SCHEME_TOO_COSTLY);
    assert_int_equal(
        edc_scheme_check(EDC_STR("{CRYPT}$6$rounds=64$salt$" KEY86), low),
        EDC_SCHEME_OK);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(form_of_a_scheme_is_told),
        cmocka_unit_test(scheme_is_cut_out),
        cmocka_unit_test(schemes_of_the_table_may_be_imported),
        cmocka_unit_test(hashes_of_stock_tools_are_taken),
        cmocka_unit_test(other_schemes_are_unknown),
        cmocka_unit_test(broken_digests_are_refused),
        cmocka_unit_test(broken_pbkdf2_is_refused),
        cmocka_unit_test(broken_crypt_is_refused),
        cmocka_unit_test(broken_argon2_is_refused),
        cmocka_unit_test(costs_over_the_ceiling_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
