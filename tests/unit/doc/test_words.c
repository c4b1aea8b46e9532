/* test_words.c - words of states, events and times: every refusal is French in
 * French, and no time stands raw in a sentence.
 */
#define _GNU_SOURCE 1
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
        if (strncmp(name, "educonnect", 10) != 0 &&
            strcmp(name, "userPassword") != 0 && strncmp(name, "pwd", 3) != 0 &&
            !has_french(name))
            fail_msg("\"%s\" has no row in words.def", name);
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

static bool
names(int code, const char *parameter)
{
    return strstr(edc_code_text((edc_code)code, EDC_FRENCH), parameter) != NULL;
}

static void
no_french_refusal_has_an_english_name_or_a_raw_time(void **state)
{
    char text[1024];

    (void)state;
    for (int c = 0; c < EDC_N_CODES; c++) {
        for (int e = 0; e < EDC_N_EVENTS; e++) {
            for (int s = 0; s < EDC_N_STATES; s++) {
                const char *event = edc_transition_of((edc_event)e)->name;
                const char *of = edc_state_name((edc_state)s);
                edc_refusal refusal = {
                    EDC_BIT(c), {.event = edc_str_of(event),
                                    .state = edc_str_of(of),
                                    .informer = EDC_STR("-"),
                                    .until = EDC_STR("20270101073000Z")}};

                edc_refusal_text(&refusal, EDC_FRENCH, text, sizeof(text));
                assert_false(names(c, "{event}") && says(text, event));
                assert_false(names(c, "{state}") && says(text, of));
                assert_null(strstr(text, "20270101"));
                edc_refusal_text(&refusal, EDC_ENGLISH, text, sizeof(text));
                assert_null(strstr(text, "20270101"));
            }
        }
    }
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
        cmocka_unit_test(no_french_refusal_has_an_english_name_or_a_raw_time),
        cmocka_unit_test(times_are_said_in_this_machines_zone),
        cmocka_unit_test(what_is_no_time_is_cut),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
