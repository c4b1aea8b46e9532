/* test_looks.c - hashes that are sent for passwords, and passwords that only
 * look a little like one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/password/looks.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define A10 "aaaaaaaaaa"
#define A20 A10 A10

static const char *const hashes[] = {
    "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$AAECAwQFBgcICQoLDA0ODw",
    "$argon2i$v=19$m=4096,t=3,p=1$c29tZXNhbHQ$" A20 A20,
    "$argon2d$m=4096,t=3,p=1$c29tZXNhbHQ$" A20 A20,
    "$2y$10$" A20 A20 A10 "aaa",
    "$2a$12$" A20 A20 A10 "aaa",
    "$2b$12$" A20 A20 A10 "aaa",
    "$2x$05$" A20 A20 A10 "aaa",
    "$6$PRQum1slxRWEIHM1$vF5rKdA6VIj.BqoRKcr2w4B.jRbcTQHXBm8nRLHnTv",
    "$6$rounds=5000$saltsalt$" A20 A20 A20 A20 "aaaaaa",
    "$5$rounds=9999$saltsaltsalt$IHoFkbxOMGOLiL.fDzfXWWi0JR5VH6xodX",
    "$5$salt$" A20 A20 "aaa",
    "$1$saltsalt$" A20 "aa",
    "$1$$" A20 "aa",
    "$apr1$saltsalt$" A20 "aa",
    "$y$j9T$F5Jx5fExrKuPp53xLKQ..1$X3DX6M94c7o.9agCG9G317fhZg9SqC.5i5rd.RhAtQ7",
    "$gy$j9T$saltsalt$" A20 A20 "aaa",
    "$7$CU..../....saltsalt$" A20 A20 "aaa",
    "$3$$8846f7eaee8fb117ad06bdd830b7586c",
    "$sha1$40000$jtNX3nZ2$" A20 "aaaaaaaa",
    "$P$B" A20 A10,
    "$H$9" A20 A10,
    "$S$D" A20 A20 A10,
    "$scrypt$ln=16,r=8,p=1$saltsalt$" A20 A20,
    "$pbkdf2-sha256$29000$saltsalt$" A20 A20,
    "pbkdf2_sha256$260000$saltsalt$YWJjZGVmZ2hpamtsbW5vcA==",
    "bcrypt_sha256$$2b$12$" A20 A20 A10 "aaa",
    "argon2$argon2id$v=19$m=102400,t=2,p=8$saltsalt$" A20,
    "md5$saltsalt$5f4dcc3b5aa765d61d8327deb882cf99",
    "sha1$a1976$a36cc8cbf81742a8fb52e221aaeab48ed7f58ab4",
    "sha256$saltsalt$" A20 A20 A20,
    "pbkdf2:sha256:260000$saltsalt$" A20 A20 A20,
    "pbkdf2:sha512:1000000$saltsalt$" A20 A20 A20,
    "scrypt:32768:8:1$saltsalt$" A20 A20 A20,
    "$argon2$m=4096$saltsalt$" A20,
    "$sha512$saltsalt$" A20 A20 A20 A20,
    "$scram$6400$saltsalt$sha-1=" A20 ",sha-256=" A20,
    " $6$saltsalt$" A20 A20,
    "$6$saltsalt$" A20 A20 "\n",
    "{SSHA}b0rEUeLx7IuYa4SyYLdlnw09oeBzpb/5",
    "{ssha}b0rEUeLx7IuYa4SyYLdlnw09oeBzpb/5",
    "{Ssha}b0rEUeLx7IuYa4SyYLdlnw09oeBzpb/5",
    "{ SSHA}b0rEUeLx7IuYa4SyYLdlnw09oeBzpb/5",
    "{SSHA }b0rEUeLx7IuYa4SyYLdlnw09oeBzpb/5",
    "{ ssha }b0rEUeLx7IuYa4SyYLdlnw09oeBzpb/5",
    "{ssha} b0rEUeLx7IuYa4SyYLdlnw09oeBzpb/5",
    " {SSHA}b0rEUeLx7IuYa4SyYLdlnw09oeBzpb/5",
    "\t{SSHA}b0rEUeLx7IuYa4SyYLdlnw09oeBzpb/5",
    "\xc2\xa0{SSHA}b0rEUeLx7IuYa4SyYLdlnw09oeBzpb/5",
    "{\xc2\xa0SSHA}b0rEUeLx7IuYa4SyYLdlnw09oeBzpb/5",
    "{SSHA\xe2\x80\xaf}b0rEUeLx7IuYa4SyYLdlnw09oeBzpb/5",
    "{\xe3\x80\x80SSHA\xe2\x81\x9f}b0rEUeLx7IuYa4SyYLdlnw09oeBzpb/5",
    "\xef\xbb\xbf{SSHA}b0rEUeLx7IuYa4SyYLdlnw09oeBzpb/5",
    "{S S H A}b0rEUeLx7IuYa4SyYLdlnw09oeBzpb/5",
    "{SSHA}",
    "{SHA}EfatjsUqKYSrqv18O1FlA3hcIHI=",
    "{SHA-256}LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE=",
    "{MD5}ndTkYSaMgDT1yFZOFVxnpg==",
    "{CRYPT}$6$saltsalt$" A20 A20,
    "{crypt} ab01FAX.bQRSU",
    "{PBKDF2_SHA256}AAAIAAAA",
    "{ARGON2}$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$" A20,
    "{BLF-CRYPT}$2y$10$" A20,
    "{SASL}someone@realm",
    "{CLEARTEXT}Violette-2026 Bleue!",
    "{x}",
    "{X-OUR-OWN}b0rEUeLx7IuYa4SyYLdlnw09oeBzpb/5",
};

/* Not one of these is refused for what it looks like. */
static const char *const passwords[] = {
    "",
    " ",
    "{",
    "{}",
    "{}Violette-2026",
    "$",
    "$$",
    "$6$",
    "$1$2$3$4$5Abc",
    "{bonjour} $5 de plus",
    "{bonjour} tout le monde",
    "{Bonjour}!Marie-2026",
    "{c\xc5\x93ur} de pirate",
    "{ bonjour }Marie-2026",
    "{x} = {1, 2, 3}",
    "{a+b}Violette-2026",
    "{SSHA est un schema",
    "Mon {SSHA} prefere",
    "Violette-2026$6$Bleue",
    "$5$ de plus pour Marie",
    "$6$ ou $7$, c'est cher !",
    "$2y$",
    "$2 pour 3 pains au lait",
    "$argon$ 2026 Violette",
    "$y$ et $x$ = 2 inconnues",
    "$PATH et $HOME-2026",
    "$1$ trente-six chandelles",
    "US$100 ou 90 EUR, merci",
    "scrypt$ est un mot",
    "sha1$ de Noisette-2026",
    "md5$Noisette-2026",
    "pbkdf2: ma recette, 2026",
    "scrypt:Noisette-2026",
    "$scram$Noisette",
    "Passe de Marie (2026) $6",
    "5f4dcc3b5aa765d61d8327deb882cf99",
    "md5 de mon chat: felix",
    "{abcdefghijklmnopqrstuvwxyz0123456}",
    "\xc2\xa0",
    "\xe2\x80",
    "{\xe2\x80",
};

static void
hashes_are_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(hashes); i++) {
        if (!edc_looks_hashed(edc_str_of(hashes[i])))
            fail_msg("not told: %s", hashes[i]);
    }
}

static void
passwords_are_left_alone(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(passwords); i++) {
        if (edc_looks_hashed(edc_str_of(passwords[i])))
            fail_msg("taken for a hash: %s", passwords[i]);
    }
    assert_false(edc_looks_hashed((edc_str){NULL, 0}));
    assert_false(edc_looks_hashed(EDC_STR("{A\0}x")));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hashes_are_told),
        cmocka_unit_test(passwords_are_left_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
