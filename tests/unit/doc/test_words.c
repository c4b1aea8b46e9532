/* test_words.c - words of states, events, attributes and times: every refusal
 * is French in French, and no time stands raw in a sentence.
 */
#define _GNU_SOURCE 1
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "core/account/access.h"
#include "core/account/transition.h"
#include "core/text/diag.h"
#include "core/text/gentime.h"

static bool
has_french(const char *name)
{
    edc_str word = edc_word_of(edc_str_of(name), EDC_FRENCH);

    return !edc_str_eq(word, edc_str_of(name));
}

static void
every_state_and_event_has_a_french_word(void **state)
{
    (void)state;
    for (int s = 0; s < EDC_N_STATES; s++)
        assert_true(has_french(edc_state_name((edc_state)s)));
    for (int e = 0; e < EDC_N_EVENTS; e++)
        assert_true(has_french(edc_transition_of((edc_event)e)->name));
    for (int a = 0; a < EDC_N_ACCESS; a++)
        assert_true(
            has_french(edc_access_state_word((edc_access)a, EDC_ACTIVE)));
}

/* What the sources name by themselves: a word, or an attribute. */
static void
every_event_that_the_sources_name_has_one(void **state)
{
    FILE *all = popen("cat overlay/*/*.c overlay/*/*/*.c | grep -oE"
                      " '(params[.]event =|ov_deny_role).*\"[^\"]+\"'"
                      " | sed 's/\"$//;s/.*\"//'",
        "r");
    char name[128];
    size_t n = 0;

    (void)state;
    assert_non_null(all);
    for (; fgets(name, sizeof(name), all) != NULL; n++) {
        name[strcspn(name, "\n")] = '\0';
        if (!has_french(name) && edc_attribute_french(edc_str_of(name)).n == 0)
            fail_msg("\"%s\" has no row in words.def or names.def", name);
    }
    assert_int_equal(pclose(all), 0);
    assert_true(n >= 5);
}

/* A letter, of those beyond ASCII too. */
static bool
is_letter(char c)
{
    return c == '-' || (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
}

/* Whether the word stands in the text as a word. */
static bool
says(const char *text, const char *word)
{
    size_t n = strlen(word);

    for (const char *at = text; (at = strstr(at, word)) != NULL; at++) {
        if ((at == text || !is_letter(at[-1])) && !is_letter(at[n]))
            return true;
    }
    return false;
}

/* What sentences may be given as an attribute. */
static const char *const attributes[] = {
#define EDC_ATTRIBUTE(id, name, number, rest) name,
#define EDC_CLASS(id, name, number, rest)
#include "core/text/schema.def"
#undef EDC_ATTRIBUTE
#undef EDC_CLASS
    "pwdChangedTime", "pwdReset", "pwdAccountLockedTime", "pwdFailureTime",
    "userPassword", "objectClass", "uid", "cn", "sn", "givenName", "mail",
    "displayName", "telephoneNumber", "homePhone", "postalAddress",
    "postalCode", "employeeNumber", "preferredLanguage", "labeledURI"};

#define N_ATTRIBUTES (sizeof(attributes) / sizeof(attributes[0]))

static void
every_attribute_has_a_french_name(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_ATTRIBUTES; i++) {
        char shouted[64];
        edc_str french = edc_attribute_french(edc_str_of(attributes[i]));
        size_t n = 0;

        if (french.n == 0)
            fail_msg("\"%s\" has no row in names.def", attributes[i]);
        for (; attributes[i][n] != '\0'; n++)
            shouted[n] = (char)toupper((unsigned char)attributes[i][n]);
        snprintf(shouted + n, sizeof(shouted) - n, ";lang-fr");
        assert_true(
            edc_str_eq(edc_attribute_french(edc_str_of(shouted)), french));
    }
    assert_int_equal(edc_attribute_french(EDC_STR("x")).n, 0);
    assert_int_equal(edc_attribute_french(EDC_STR("")).n, 0);
    assert_int_equal(edc_attribute_french((edc_str){NULL, 0}).n, 0);
}

/* Sentences put these names behind what no article runs together with. A
 * student may have one guardian; of characters there are never fewer than
 * eight. */
static void
no_article_meets_a_preposition(void **state)
{
    static const char *const bad[] = {"de {attributes}", "à {attributes}",
        "du {attributes}", "au {attributes}", "de {event}", "à {event}",
        "de {state}", "{max} r", "{event} n'est pas possibles", "de {until}"};

    (void)state;
    for (int c = 0; c < EDC_N_CODES; c++) {
        for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
            assert_null(strstr(edc_code_text((edc_code)c, EDC_FRENCH), bad[i]));
    }
}

/* 14 digits and a Z, with or without a fraction. */
static bool
has_raw_time(const char *text)
{
    size_t digits = 0;

    for (; *text != '\0'; text++) {
        if (digits >= 14 && strchr("Z.,", *text) != NULL)
            return true;
        digits = *text >= '0' && *text <= '9' ? digits + 1 : 0;
    }
    return false;
}

static void
never_says(const char *text, const char *word)
{
    if (says(text, word))
        fail_msg("\"%s\" in: %s", word, text);
}

/* What whoever imports is told to call. */
static bool
is_command(const char *at)
{
    return at != NULL && strncmp(at, "educonnectctl adopt ", 20) == 0 &&
           strstr(at + 1, "educonnect") == NULL;
}

/* Nothing of it is a directory's, a program's or English. */
static void
expect_plain_french(const char *text)
{
    for (int e = 0; e < EDC_N_EVENTS; e++)
        never_says(text, edc_transition_of((edc_event)e)->name);
    for (int s = 0; s < EDC_N_STATES; s++)
        never_says(text, edc_state_name((edc_state)s));
    for (int a = 0; a < EDC_N_ACCESS; a++)
        never_says(text, edc_access_state_word((edc_access)a, EDC_ACTIVE));
    for (size_t a = 0; a < N_ATTRIBUTES; a++)
        never_says(text, attributes[a]);
    if ((strstr(text, "educonnect") != NULL &&
            !is_command(strstr(text, "educonnect"))) ||
        strstr(text, "pwd") != NULL || strpbrk(text, "={}") != NULL ||
        has_raw_time(text))
        fail_msg("technical: %s", text);
}

static size_t
say_in_french(edc_codes codes, const edc_params *params)
{
    edc_refusal refusal = {codes, *params};
    char text[4096];

    edc_refusal_text(&refusal, EDC_FRENCH, text, sizeof(text));
    expect_plain_french(text);
    edc_refusal_text(&refusal, EDC_ENGLISH, text, sizeof(text));
    assert_false(has_raw_time(text));
    return 1;
}

static const char *const times[] = {
    "20261129110400Z", "20270101073000.5Z", "99991231235959Z", "", "-"};

/* Every code with every state, event and attribute, one beside others, and all
 * kinds of times, schools and people. */
static void
no_french_refusal_has_a_technical_name(void **state)
{
    static const char *const informers[] = {"-", "0860001A", ""};
    char list[256];
    size_t n = 0;

    (void)state;
    for (int c = 0; c < EDC_N_CODES; c++) {
        edc_params p = {.schools = EDC_STR("0860001A,ou=x,dc=y"),
            .others = EDC_STR("uid=a.b,ou=x,dc=y; cn=c,dc=y")};

        for (int s = 0; s < EDC_N_STATES; s++) {
            p.state = edc_str_of(edc_state_name((edc_state)s));
            for (int e = 0; e < EDC_N_EVENTS; e++) {
                p.event = edc_str_of(edc_transition_of((edc_event)e)->name);
                p.until = edc_str_of(times[(s + e) % 5]);
                p.informer = edc_str_of(informers[(s + e) % 3]);
                n += say_in_french(EDC_BIT(c), &p);
            }
        }
        for (int a = 0; a < EDC_N_ACCESS; a++) {
            p.state =
                edc_str_of(edc_access_state_word((edc_access)a, EDC_ACTIVE));
            n += say_in_french(EDC_BIT(c), &p);
        }
        for (size_t a = 0; a < N_ATTRIBUTES; a++) {
            p.event = edc_str_of(attributes[a]);
            p.attributes = p.event;
            n += say_in_french(EDC_BIT(c), &p);
            snprintf(list, sizeof(list), "%s, %s,%s", attributes[a],
                attributes[(a + 1) % N_ATTRIBUTES],
                attributes[(a + 7) % N_ATTRIBUTES]);
            p.attributes = edc_str_of(list);
            n += say_in_french(EDC_BIT(c) | EDC_BIT(EDC_E01), &p);
        }
    }
    assert_true(n > 5000);
}

static void
times_are_said_in_this_machines_zone(void **state)
{
    static const struct {
        const char *zone, *time, *english, *french;
    } rows[] = {
        {"UTC0", "20261129110400Z", "29 November 2026 at 11:04 (UTC)",
            "29 novembre 2026 à 11 h 04 (UTC)"},
        {"CET-1CEST,M3.5.0,M10.5.0/3", "20261129100459Z",
            "29 November 2026 at 11:04 (UTC+1)",
            "29 novembre 2026 à 11 h 04 (UTC+1)"},
        {"CET-1CEST,M3.5.0,M10.5.0/3", "20260731220000Z",
            "1 August 2026 at 0:00 (UTC+2)", "1er août 2026 à 0 h 00 (UTC+2)"},
        {"<-03>3", "20270101013000Z", "31 December 2026 at 22:30 (UTC-3)",
            "31 décembre 2026 à 22 h 30 (UTC-3)"},
        {"<-0930>9:30", "20270101120000Z", "1 January 2027 at 2:30 (UTC-9:30)",
            "1er janvier 2027 à 2 h 30 (UTC-9:30)"},
        {"<+04>-4", "20270228210000.5Z", "1 March 2027 at 1:00 (UTC+4)",
            "1er mars 2027 à 1 h 00 (UTC+4)"},
        {"UTC0", "99991231235959Z", "31 December 9999 at 23:59 (UTC)",
            "31 décembre 9999 à 23 h 59 (UTC)"},
        {"UTC0", "no time", "no time", "no time"},
        {"UTC0", "", "", ""},
    };
    char text[EDC_TIME_WORDS_SIZE];

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_int_equal(setenv("TZ", rows[i].zone, 1), 0);
        tzset();
        edc_time_words(edc_str_of(rows[i].time), EDC_ENGLISH, text);
        assert_string_equal(text, rows[i].english);
        edc_time_words(edc_str_of(rows[i].time), EDC_FRENCH, text);
        assert_string_equal(text, rows[i].french);
    }
}

/* What is none is cut, not written over. */
static void
what_is_no_time_is_cut(void **state)
{
    char text[EDC_TIME_WORDS_SIZE], long_one[200];

    (void)state;
    memset(long_one, 'x', sizeof(long_one));
    edc_time_words((edc_str){long_one, sizeof(long_one)}, EDC_FRENCH, text);
    assert_int_equal(strlen(text), EDC_TIME_WORDS_SIZE - 1);
    edc_time_words((edc_str){NULL, 0}, EDC_FRENCH, text);
    assert_string_equal(text, "");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_state_and_event_has_a_french_word),
        cmocka_unit_test(every_event_that_the_sources_name_has_one),
        cmocka_unit_test(every_attribute_has_a_french_name),
        cmocka_unit_test(no_article_meets_a_preposition),
        cmocka_unit_test(no_french_refusal_has_a_technical_name),
        cmocka_unit_test(times_are_said_in_this_machines_zone),
        cmocka_unit_test(what_is_no_time_is_cut),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
