/* test_status_words.c - states, bind statuses, holds and times in words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ctl/language.h"
#include "status/words.h"

#define NOW 1790000000 /* 2026-09-21 */

static void
expect_text(char *text, const char *expected)
{
    assert_string_equal(text, expected);
    free(text);
}

static void
why_of_every_state(void **state)
{
    static const struct {
        status_facts facts;
        const char *words;
    } known[] = {
        {{.state = NULL}, "no letter has been handed out"},
        {{.state = "uninformed", .legacy = "i.karadec"},
            "no letter has been handed out; former login i.karadec"},
        {{.state = "informed",
             .informed_by = "9990001X",
             .until = "20261202101200Z"},
            "has a letter from 9990001X; it is valid until 2 December "
            "2026 at 10:12 (UTC)"},
        {{.state = "informed", .informed_by = "-", .until = "20260902101200Z"},
            "has a letter from no school (an import or the academy); it ran "
            "out on 2 September 2026 at 10:12 (UTC)"},
        {{.state = "reset",
             .informed_by = "9990001X",
             .informed_name = "Embruns"},
            "has a new provisional password from 9990001X Embruns"},
        {{.state = "active", .activated_by = "federation"},
            "activated by a federated identity, no password here"},
        {{.state = "active", .activated_by = "pigeon"}, "activated by pigeon"},
        {{.state = "active"}, ""},
        {{.state = "suspended", .former = "informed"},
            "suspended, was informed before"},
        {{.state = "closed", .former = "active", .left_at = "20260902101200Z"},
            "closed, was active before; the sources have it no more since "
            "2 September 2026 at 10:12 (UTC)"},
        {{.state = "closed", .merged_into = "uid=a,dc=b"},
            "merged into uid=a,dc=b"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        expect_text(status_why(&known[i].facts, NOW), known[i].words);
}

static void
bind_statuses(void **state)
{
    (void)state;
    expect_text(status_bind_words("ok"), "can log in");
    expect_text(status_bind_words("merged:uid=a,dc=b"),
        "cannot log in: to use instead, uid=a,dc=b");
    expect_text(status_bind_words("locked-until:20260921143000Z"),
        "cannot log in: locked until 21 September 2026 at 14:30 (UTC), too "
        "many wrong passwords");
    expect_text(status_bind_words("locked-until:99991231235959Z"),
        "cannot log in: locked until somebody unlocks it");
    expect_text(status_bind_words("okay"), "okay");
}

static void
holds(void **state)
{
    (void)state;
    expect_text(status_hold_words("record-incomplete:educonnectIne"),
        "the record lacks educonnectIne");
    expect_text(status_hold_words("multi-enrolled:9990001X,9990002Y"),
        "enrolled at several schools: 9990001X,9990002Y");
    expect_text(status_hold_words("duplicate-ine:uid=a,dc=b"),
        "the same INE is on uid=a,dc=b");
    expect_text(status_hold_words("something-new"), "something-new");
}

/* Every state, bind status and hold has French words, and no English ones. */
static void
french(void **state)
{
    static const char *const states[] = {
        "uninformed", "informed", "active", "reset", "suspended", "closed"};
    static const char *const binds[] = {"ok", "must-change", "no-password",
        "provisional-expired", "locked-until:20260921143000Z",
        "locked-until:99991231235959Z", "suspended", "closed", "merged:uid=a",
        "federated-only", "legacy"};
    static const char *const holds_of[] = {
        "record-incomplete:sn", "multi-enrolled:9990001X", "duplicate-ine:x"};

    (void)state;
    for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
        status_facts f = {.state = states[i],
            .activated_by = "letter",
            .informed_by = "9990001X",
            .until = "20261202101200Z",
            .former = "actif"};
        char *english, *french;

        ctl_language_set(EDC_ENGLISH);
        english = status_why(&f, NOW);
        ctl_language_set(EDC_FRENCH);
        french = status_why(&f, NOW);
        assert_string_not_equal(english, french);
        assert_null(strstr(french, " the "));
        assert_null(strstr(french, states[i]));
        free(english);
        free(french);
    }
    for (size_t i = 0; i < sizeof(binds) / sizeof(binds[0]); i++) {
        char *words = status_bind_words(binds[i]);

        assert_null(strstr(words, "log"));
        assert_non_null(strstr(words, "connect"));
        free(words);
    }
    for (size_t i = 0; i < sizeof(holds_of) / sizeof(holds_of[0]); i++) {
        char *words = status_hold_words(holds_of[i]);

        assert_null(strstr(words, " the "));
        assert_non_null(strchr(words, ' '));
        free(words);
    }
    expect_text(status_hold_words("record-incomplete:educonnectBirthDate"),
        "il manque au dossier la date de naissance");
    expect_text(status_bind_words("locked-until:20260921143000Z"),
        "ne peut pas se connecter : bloqué jusqu'au 21 septembre 2026 à 14 h "
        "30 (UTC), trop de mots de passe faux");
    ctl_language_set(EDC_ENGLISH);
}

static void
times(void **state)
{
    (void)state;
    expect_text(status_time("20260903101259Z"), "2026-09-03 10:12 UTC");
    expect_text(status_time("soon"), "soon");
    expect_text(status_time_iso("20260903101259.5Z"), "2026-09-03T10:12:59Z");
    expect_text(status_time_iso(""), "");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(why_of_every_state),
        cmocka_unit_test(bind_statuses),
        cmocka_unit_test(holds),
        cmocka_unit_test(times),
        cmocka_unit_test(french),
    };

    (void)setenv("TZ", "UTC0", 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
