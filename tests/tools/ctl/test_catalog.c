/* test_catalog.c - what the tools say in French, by the catalogue that was
 * built and a locale of French that was made for it.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <libintl.h>
#include <limits.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/catalog.h"
#include "ctl/conversions.h"
#include "ctl/ctl.h"
#include "ctl/language.h"

static char *printed;
static size_t n_printed;

static FILE *
begin(void)
{
    FILE *out = open_memstream(&printed, &n_printed);

    assert_non_null(out);
    return out;
}

static void
expect(FILE *out, const char *text)
{
    assert_int_equal(fclose(out), 0);
    assert_string_equal(printed, text);
    free(printed);
    printed = NULL;
}

#define EXPECT_PRINT(text, ...)                                                \
    do {                                                                       \
        FILE *out_ = begin();                                                  \
        print(out_, __VA_ARGS__);                                              \
        expect(out_, text);                                                    \
    } while (0)

/* Reads the catalogue that is beside the program, and not this test's. */
static int
speak_french(void **state)
{
    const char *tools = getenv("EDC_TOOLS");
    const char *locales = getenv("EDC_LOCALES");
    char path[PATH_MAX], place[PATH_MAX + 16];

    (void)state;
    if (realpath(locales == NULL ? "build/locales" : locales, path) == NULL)
        return -1;
    setenv("LOCPATH", path, 1);
    setenv("LC_ALL", "fr_FR.UTF-8", 1);
    unsetenv("LANGUAGE");
    if (realpath(tools == NULL ? "build" : tools, path) == NULL ||
        setlocale(LC_CTYPE, "") == NULL)
        return -1;
    ctl_language_begin();
    snprintf(place, sizeof(place), "%s/locale", path);
    return bindtextdomain("educonnect", place) == NULL ||
                   ctl_language() != EDC_FRENCH
               ? -1
               : 0;
}

/* ---- tables ---- */

static void
has_french(const char *text, const char *of)
{
    const char *french = catalog_text(text);

    if (strcmp(french, text) == 0 && strcmp(text, "[options]") != 0)
        fail_msg("%s: no French of \"%s\"", of, text);
}

static void
every_command_and_option_has_french(void **state)
{
    (void)state;
    assert_true(ctl_n_commands > 15);
    for (size_t i = 0; i < ctl_n_commands; i++) {
        has_french(ctl_commands[i].summary, ctl_commands[i].name);
        has_french(ctl_commands[i].about, ctl_commands[i].name);
    }
    for (size_t i = 0; i < CTL_N_OPTS; i++)
        has_french(ctl_options[i].help, ctl_options[i].name);
}

static void
every_finding_and_exit_status_has_french(void **state)
{
    (void)state;
#define EDC_FINDING(id, code, severity, title, explanation)                    \
    has_french(title, code);                                                   \
    has_french(explanation, code);
#include "doctor/doctor.def"
#undef EDC_FINDING
#define EDC_EXIT(id, number, meaning) has_french(meaning, #number);
#include "ctl/exits.def"
#undef EDC_EXIT
}

/* ---- what is said in French, and what is not ---- */

static void
a_format_is_said_in_french(void **state)
{
    (void)state;
    EXPECT_PRINT("le processus 7 de marie", "process %ld of %s", 7L, "marie");
    EXPECT_PRINT("rien à changer\n", "nothing to change\n");
    EXPECT_PRINT("x : non lisible", "%s: not to be read", "x");
    EXPECT_PRINT("nobody has said this 1", "nobody has said this %d", 1);
}

static void
a_number_chooses_the_plural(void **state)
{
    (void)state;
    EXPECT_PRINT("arrêtée après 0 fiche", "ended after %zu entries", (size_t)0);
    EXPECT_PRINT("arrêtée après 1 fiche", "ended after %zu entries", (size_t)1);
    EXPECT_PRINT(
        "arrêtée après 2 fiches", "ended after %zu entries", (size_t)2);
    EXPECT_PRINT("arrêtée après 1000000 fiches", "ended after %zu entries",
        (size_t)1000000);
    EXPECT_PRINT("il reste 1 jour", "%d days are left", 1);
    EXPECT_PRINT("il reste -5 jours", "%d days are left", -5);
}

static void
data_is_never_translated(void **state)
{
    static const char *const texts[] = {
        "nothing to change\n", "none is set", "this server"};

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        char *data = strdup(texts[i]);
        char *shown;

        assert_non_null(data);
        assert_ptr_equal(catalog_text(data), data);
        assert_string_not_equal(catalog_text(texts[i]), texts[i]);
        shown = print_shown(data);
        EXPECT_PRINT(shown, "%s", data);
        free(shown);
        free(data);
    }
    /* A phrase of ours in the place of data is, a word is not: it may be a
     * name. */
    EXPECT_PRINT("ce serveur", "%s", "this server");
    EXPECT_PRINT("this", "%.4s", "this server");
    EXPECT_PRINT(
        "letters school closed", "%s %s %s", "letters", "school", "closed");
    EXPECT_PRINT("", "%s", "");
}

static void
copies_of_phrases_are_french(void **state)
{
    static const char *const same[] = {"closed", "school", "(uid=x)",
        "nobody has said this", "", "uid=a b,dc=x"};
    char *copy = ctl_copy("none is set");

    (void)state;
    assert_string_equal(copy, "aucune n'est réglée");
    free(copy);
    copy = ctl_format("process %ld of %s", 1L, "x");
    assert_string_equal(copy, "le processus 1 de x");
    free(copy);
    copy = ctl_format("%s: %s%s", "x", "none is set", "");
    assert_string_equal(copy, "x: aucune n'est réglée");
    free(copy);
    for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
        copy = ctl_copy(same[i]);
        assert_string_equal(copy, same[i]);
        free(copy);
    }
}

/* What is put together in French is put together as ever. */
static void
what_is_formatted_is_the_same(void **state)
{
#define ROW(...)                                                               \
    do {                                                                       \
        char *french = ctl_format(__VA_ARGS__), *english;                      \
        ctl_language_set(EDC_ENGLISH);                                         \
        english = ctl_format(__VA_ARGS__);                                     \
        ctl_language_set(EDC_FRENCH);                                          \
        assert_string_equal(french, english);                                  \
        free(french);                                                          \
        free(english);                                                         \
    } while (0)
    (void)state;
    ROW("%s", "");
    ROW("%%");
    ROW("(&%s%s)", "(uid=*)", "(cn=\x1b[2J)");
    ROW("%.3s|%.*s|%5s|%-5s|", "abcdef", 2, "xyz", "a", "b");
    ROW("%d %5d %-5d| %05d %+d %x %#x", -1, 2, 3, 4, 5, 255U, 255U);
    ROW("%ld %lld %zu %u", -7L, -8LL, (size_t)9, 10U);
    ROW("%03o %lu %lld", 0755U, 12UL, 1234567890123LL);
    ROW("%.1f %g %g %5.2f", 2.25, 0.1, 10.0, 3.14159);
    ROW("%c%c", 'a', 'b');
    ROW("a%sb\n%s\\", "\n\t", "\xff\xfe");
#undef ROW
}

static void
numbers_are_the_same_in_every_language(void **state)
{
    (void)state;
    EXPECT_PRINT("1234567.5 12345678", "%.1f %d", 1234567.5, 12345678);
    EXPECT_PRINT("le premier a au moins 2.5 secondes d'avance",
        "the first is at least %.1f seconds ahead", 2.5);
}

/* What programs read is English, and the run with it. */
static void
json_is_english(void **state)
{
    char *args[] = {"status", "--json", NULL};
    ctl c;

    (void)state;
    assert_true(ctl_begin(&c, ctl_commands, 2, args));
    EXPECT_PRINT("nothing to change\n", "nothing to change\n");
    EXPECT_PRINT("this server", "%s", "this server");
    ctl_finish(&c);
    ctl_language_set(EDC_FRENCH);
}

/* ---- conversions ---- */

static bool
fits(const char *other, const char *format, ...)
{
    conversion_values values;
    va_list ap;

    va_start(ap, format);
    conversions_take(format, ap, &values);
    va_end(ap);
    return conversions_fit(other, &values);
}

static void
only_what_fits_is_said(void **state)
{
    (void)state;
    assert_true(fits("%2$s de %1$ld", "%ld of %s", 1L, "x"));
    assert_true(fits("%s", "%s %d", "x", 1));
    assert_true(fits("%2$d", "%s %d", "x", 1));
    assert_true(fits("%1$s %1$s 100 %%", "%s", "x"));
    assert_true(fits("%2$*1$d", "%*d", 3, 4));
    assert_false(fits("%2$s", "%s", "x"));
    assert_false(fits("%s %s", "%s", "x"));
    assert_false(fits("%s", "%d", 1));
    assert_false(fits("%d", "%s", "x"));
    assert_false(fits("%d", "%f", 1.0));
    assert_false(fits("%u", "%d", 1));
    assert_false(fits("%*d", "%d", 1));
    assert_false(fits("%9999999999$s", "%s", "x"));
    assert_false(fits("%33$s", "%s", "x"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_command_and_option_has_french),
        cmocka_unit_test(every_finding_and_exit_status_has_french),
        cmocka_unit_test(a_format_is_said_in_french),
        cmocka_unit_test(a_number_chooses_the_plural),
        cmocka_unit_test(data_is_never_translated),
        cmocka_unit_test(copies_of_phrases_are_french),
        cmocka_unit_test(what_is_formatted_is_the_same),
        cmocka_unit_test(numbers_are_the_same_in_every_language),
        cmocka_unit_test(json_is_english),
        cmocka_unit_test(only_what_fits_is_said),
    };

    return cmocka_run_group_tests(tests, speak_french, NULL);
}
