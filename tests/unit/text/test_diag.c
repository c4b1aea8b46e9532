/* test_diag.c - the list of codes and the messages made from it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unistr.h>

#include <cmocka.h>

#include "core/text/diag.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define ALL_CODES (EDC_BIT(EDC_N_CODES) - 1)

static const edc_params full = {
    .min = 12,
    .max = 128,
    .classes = 4,
    .longenough = 20,
    .event = {"inform", 6},
    .state = {"active", 6},
    .informer = {"0860001A", 8},
    .until = {"20261224120000Z", 15},
    .attributes = {"sn, givenName", 13},
    .schools = {"0860001A, 0860002B", 18},
    .others = {"uid=a,dc=x; uid=b,dc=x", 22},
};

/* One code of each letter, with what the manual page gives it. */
static void
results_are_the_documented(void **state)
{
    static const struct {
        edc_code code;
        const char *name;
        int result;
        int ppolicy;
    } known[] = {
        {EDC_P01, "EDC-P01", 19, 6},
        {EDC_P07, "EDC-P07", 19, 8},
        {EDC_P12, "EDC-P12", 19, 5},
        {EDC_S01, "EDC-S01", 53, 3},
        {EDC_S04, "EDC-S04", 50, 2},
        {EDC_G01, "EDC-G01", 53, 3},
        {EDC_A01, "EDC-A01", 50, 3},
        {EDC_E01, "EDC-E01", 53, -1},
        {EDC_D01, "EDC-D01", 19, -1},
        {EDC_L01, "EDC-L01", 19, -1},
        {EDC_B02, "EDC-B02", 51, -1},
        {EDC_X01, "EDC-X01", 80, -1},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(known); i++) {
        assert_string_equal(edc_code_name(known[i].code), known[i].name);
        assert_int_equal(edc_code_result(known[i].code), known[i].result);
        assert_int_equal(edc_code_ppolicy(known[i].code), known[i].ppolicy);
    }
}

static void
every_code_is_whole(void **state)
{
    (void)state;
    for (int c = 0; c < EDC_N_CODES; c++) {
        const char *name = edc_code_name((edc_code)c);
        int result = edc_code_result((edc_code)c);
        const char *texts[] = {edc_code_text((edc_code)c, EDC_ENGLISH),
            edc_code_text((edc_code)c, EDC_FRENCH)};

        assert_int_equal(strlen(name), 7);
        assert_memory_equal(name, "EDC-", 4);
        assert_non_null(strchr("PSGAEDLCMBX", name[4]));
        assert_true(result == 19 || result == 49 || result == 50 ||
                    result == 51 || result == 53 || result == 80);
        assert_in_range(edc_code_ppolicy((edc_code)c) + 1, 0, 10);
        assert_string_not_equal(texts[0], texts[1]);
        for (int l = 0; l < 2; l++) {
            assert_true(strlen(texts[l]) > 5);
            assert_null(u8_check((const uint8_t *)texts[l], strlen(texts[l])));
            assert_null(strchr(texts[l], '\n'));
        }
        for (int other = 0; other < c; other++)
            assert_string_not_equal(name, edc_code_name((edc_code)other));
    }
}

/* Both languages name the same parameters, and each is one that exists: none
 * is left in braces and none vanishes. */
static void
every_parameter_is_filled_in(void **state)
{
    static const struct {
        const char *name;
        const char *value;
        const char *french; /* NULL: the same */
    } parameters[] = {{"{min}", "12", NULL}, {"{max}", "128", NULL},
        {"{classes}", "4", NULL}, {"{long}", "20", NULL},
        {"{event}", "inform", "la remise d'un courrier"},
        {"{state}", "active", "actif"}, {"{informer}", "0860001A", NULL},
        {"{until}", "24 December 2026", "24 décembre 2026"},
        {"{attributes}", "sn, givenName", "le nom de famille, le prénom"},
        {"{schools}", "0860001A, 0860002B", NULL},
        {"{others}", "uid=a,dc=x; uid=b,dc=x", "a, b"}};
    char text[512];

    (void)state;
    for (int c = 0; c < EDC_N_CODES; c++) {
        edc_refusal refusal = {EDC_BIT(c), full};

        for (int l = 0; l < 2; l++) {
            const char *sentence = edc_code_text((edc_code)c, (edc_language)l);
            size_t braces = 0, known = 0;

            (void)edc_refusal_text(
                &refusal, (edc_language)l, text, sizeof(text));
            assert_null(strpbrk(text, "{}"));
            for (const char *p = sentence; *p != '\0'; p++)
                braces += *p == '{' ? 1 : 0;
            for (size_t i = 0; i < COUNT(parameters); i++) {
                bool here = strstr(sentence, parameters[i].name) != NULL;

                assert_int_equal(here,
                    strstr(edc_code_text((edc_code)c, (edc_language)(1 - l)),
                        parameters[i].name) != NULL);
                if (here) {
                    known++;
                    assert_non_null(strstr(
                        text, l == EDC_FRENCH && parameters[i].french != NULL
                                  ? parameters[i].french
                                  : parameters[i].value));
                }
            }
            assert_int_equal(braces, known);
        }
    }
}

static void
messages_are_as_documented(void **state)
{
    edc_refusal two = {EDC_BIT(EDC_P01) | EDC_BIT(EDC_P08), full};
    edc_refusal g01 = {EDC_BIT(EDC_G01), full};
    edc_refusal e01 = {EDC_BIT(EDC_E01), full};
    edc_refusal nobody = {
        EDC_BIT(EDC_G01), {.informer = {"-", 1}, .until = full.until}};
    edc_refusal none = {0, full};
    char text[256];
    size_t n;

    (void)state;
    n = edc_refusal_text(&two, EDC_ENGLISH, text, sizeof(text));
    assert_string_equal(text,
        "EDC-P01 the password is too short: at least 12 characters are needed; "
        "EDC-P08 the password is in the list of refused passwords");
    assert_int_equal(n, strlen(text));
    edc_refusal_text(&g01, EDC_ENGLISH, text, sizeof(text));
    assert_string_equal(text, "EDC-G01 already informed by 0860001A until 24 "
                              "December 2026 at 13:00 (UTC+1)");
    edc_refusal_text(&g01, EDC_FRENCH, text, sizeof(text));
    assert_string_equal(text, "EDC-G01 déjà informé par 0860001A jusqu'au 24 "
                              "décembre 2026 à 13 h 00 (UTC+1)");
    edc_refusal_text(&nobody, EDC_FRENCH, text, sizeof(text));
    assert_string_equal(text, "EDC-G01 déjà informé par l'académie ou un "
                              "import jusqu'au 24 décembre 2026 à 13 h 00 "
                              "(UTC+1)");
    edc_refusal_text(&e01, EDC_ENGLISH, text, sizeof(text));
    assert_string_equal(text, "EDC-E01 record incomplete: sn, givenName");
    assert_int_equal(
        edc_refusal_text(&none, EDC_ENGLISH, text, sizeof(text)), 0);
    assert_string_equal(text, "");
}

/* What stands in lists, as people say it. */
static void
lists_are_said_in_french(void **state)
{
    static const struct {
        edc_code code;
        const char *event, *list, *french;
    } rows[] = {
        {EDC_E01, "", "educonnectBirthDate,educonnectIne",
            "EDC-E01 dossier incomplet, il manque : la date de naissance, "
            "l'INE"},
        {EDC_E01, "", "SN,x-other",
            "EDC-E01 dossier incomplet, il manque : le nom de famille, un "
            "autre élément (x-other)"},
        {EDC_D01, "", "userPassword;lang-fr",
            "EDC-D01 valeur non valide pour le mot de passe"},
        {EDC_D01, "", "", "EDC-D01 valeur non valide pour -"},
        {EDC_D04, "", "pwdReset",
            "EDC-D04 la fiche se contredit sur l'obligation de changer le mot "
            "de passe"},
        {EDC_E02, "", "0860001A,ou=b,dc=x,0860002B",
            "EDC-E02 inscriptions multiples : 0860001A, un établissement "
            "inconnu, 0860002B"},
        {EDC_E03, "", "uid=ana.riou,dc=x; cn=B\\,C+sn=d,dc=x",
            "EDC-E03 INE en double : ana.riou, B\\,C"},
        {EDC_A02, "educonnectState", "",
            "EDC-A02 modifier l'état du compte demande un autre rôle"},
        {EDC_A02, "educonnect-role", "",
            "EDC-A02 prendre le nom d'une personne qui a un rôle demande un "
            "autre rôle"},
        {EDC_A02, "suspend", "", "EDC-A02 la suspension demande un autre rôle"},
    };
    char text[256];

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        edc_refusal refusal = {
            EDC_BIT(rows[i].code), {.event = edc_str_of(rows[i].event),
                                       .attributes = edc_str_of(rows[i].list),
                                       .schools = edc_str_of(rows[i].list),
                                       .others = edc_str_of(rows[i].list)}};

        edc_refusal_text(&refusal, EDC_FRENCH, text, sizeof(text));
        assert_string_equal(text, rows[i].french);
    }
}

static void
absent_parameters_are_a_dash(void **state)
{
    edc_refusal refusal = {EDC_BIT(EDC_G01) | EDC_BIT(EDC_S01),
        {.state = {"active", 0}, .event = {NULL, 0}}};
    edc_refusal figures = {EDC_BIT(EDC_P02), {.max = UINT32_MAX}};
    char text[256];

    (void)state;
    edc_refusal_text(&refusal, EDC_ENGLISH, text, sizeof(text));
    assert_string_equal(text, "EDC-S01 - is not possible from state -; EDC-G01 "
                              "already informed by - until -");
    edc_refusal_text(&figures, EDC_ENGLISH, text, sizeof(text));
    assert_string_equal(text, "EDC-P02 the password is too long: at most "
                              "4294967295 characters are accepted");
}

/* What a caller puts in is not read again. */
static void
braces_in_parameters_stay(void **state)
{
    edc_refusal refusal = {
        EDC_BIT(EDC_E01), {.attributes = {"{min}%s{", 8}, .min = 7}};
    char text[64];

    (void)state;
    edc_refusal_text(&refusal, EDC_ENGLISH, text, sizeof(text));
    assert_string_equal(text, "EDC-E01 record incomplete: {min}%s{");
}

static void
messages_are_cut_at_a_character(void **state)
{
    edc_refusal all = {ALL_CODES, full};
    char whole[8192], text[8192];
    size_t n;

    (void)state;
    for (int l = 0; l < 2; l++) {
        n = edc_refusal_text(&all, (edc_language)l, whole, sizeof(whole));
        assert_true(n < sizeof(whole) - 1);
        for (int c = 0; c < EDC_N_CODES; c++)
            assert_non_null(strstr(whole, edc_code_name((edc_code)c)));
        for (size_t size = 1; size <= n + 2; size++) {
            size_t cut;

            memset(text, 'x', sizeof(text));
            cut = edc_refusal_text(&all, (edc_language)l, text, size);
            assert_true(cut < size);
            assert_true(cut + 4 > size || cut == n);
            assert_int_equal(strlen(text), cut);
            assert_memory_equal(text, whole, cut);
            assert_null(u8_check((const uint8_t *)text, cut));
            assert_int_equal(text[size], 'x');
        }
    }
    memset(text, 'x', 2);
    assert_int_equal(edc_refusal_text(&all, EDC_ENGLISH, text, 0), 0);
    assert_int_equal(text[0], 'x');
}

static void
bytes_that_are_no_character_do_not_lead_astray(void **state)
{
    edc_refusal refusal = {EDC_BIT(EDC_D01),
        {.attributes = {"\x80\x80\x80\x80\x80\x80\x80\x80", 8}}};
    char text[64];

    (void)state;
    for (size_t size = 1; size < sizeof(text); size++)
        assert_true(edc_refusal_text(&refusal, EDC_ENGLISH, text, size) < size);
}

static void
the_first_of_the_list_decides(void **state)
{
    (void)state;
    for (int a = 0; a < EDC_N_CODES; a++) {
        for (int b = a; b < EDC_N_CODES; b++)
            assert_int_equal(edc_codes_first(EDC_BIT(a) | EDC_BIT(b)), a);
    }
    assert_int_equal(edc_codes_first(ALL_CODES), EDC_P01);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(results_are_the_documented),
        cmocka_unit_test(every_code_is_whole),
        cmocka_unit_test(every_parameter_is_filled_in),
        cmocka_unit_test(messages_are_as_documented),
        cmocka_unit_test(lists_are_said_in_french),
        cmocka_unit_test(absent_parameters_are_a_dash),
        cmocka_unit_test(braces_in_parameters_stay),
        cmocka_unit_test(messages_are_cut_at_a_character),
        cmocka_unit_test(bytes_that_are_no_character_do_not_lead_astray),
        cmocka_unit_test(the_first_of_the_list_decides),
    };

    (void)setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
