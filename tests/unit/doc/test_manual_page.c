/* test_manual_page.c - the manual page names everything that the tables have,
 * and no directive that they have not.
 */
#define _GNU_SOURCE 1
#include "doc/page_steps.h"

#include "core/text/diag.h"
#include "core/text/schema.h"
#include "core/settings/settings.h"
#include "core/account/transition.h"

#define TEMPLATE "doc/slapo-educonnect.5.in"

static int
setup_page(void **state)
{
    if (go_to_the_top() != 0)
        return -1;
    *state = page_of(TEMPLATE);
    return 0;
}

/* A term of its own, as rows begin. */
static void
expect_term(const char *page, const char *macro, const char *name)
{
    char line[128];

    snprintf(line, sizeof(line), "\n.TP\n.%s %s", macro, name);
    if (strstr(page, line) == NULL)
        fail_msg("the page does not describe %s", name);
}

/* One sign of the page as it is read: groff's name of an accented letter in
 * UTF-8, a line's end as a blank. Returns what follows. */
static const char *
read_sign(const char *at, char sign[3])
{
    unsigned code;

    memset(sign, 0, 3);
    if (sscanf(at, "\\[u00%2X]", &code) == 1) {
        sign[0] = (char)(0xc0 | code >> 6);
        sign[1] = (char)(0x80 | (code & 0x3f));
        return at + strlen("\\[u0000]");
    }
    sign[0] = *at;
    if (*at == '\n')
        sign[0] = ' ';
    return at + 1;
}

/* The row of a code has this whole sentence, however it is broken. */
static void
expect_sentence(const char *page, const char *name, const char *sentence)
{
    for (const char *row = strstr(page, name); *row != '\0'; row++) {
        const char *at = row, *wanted = sentence;
        char sign[3];

        while (*wanted != '\0') {
            at = read_sign(at, sign);
            if (strncmp(wanted, sign, strlen(sign)) != 0 || sign[0] == '\0')
                break;
            wanted += strlen(sign);
        }
        if (*wanted == '\0')
            return;
        if (strncmp(row, "\n.TP", 4) == 0)
            break;
    }
    fail_msg("%s lacks: %s", name, sentence);
}

static void
it_says_first_what_it_is_not(void **state)
{
    const char *page = *state, *claim = strstr(page, "not affiliated");

    assert_non_null(claim);
    assert_true(claim < strstr(page, ".SH DESCRIPTION"));
}

static void
it_has_every_state_and_event(void **state)
{
    for (int s = EDC_UNINFORMED; s < EDC_N_STATES; s++)
        expect_term(*state, "B", edc_state_name((edc_state)s));
    for (int e = 0; e < EDC_N_EVENTS; e++)
        expect_term(*state, "B", edc_transition_of((edc_event)e)->name);
}

static void
it_has_every_code_in_both_languages(void **state)
{
    const char *page = *state;

    for (int i = 0; i < EDC_N_CODES; i++) {
        char name[32];

        snprintf(name, sizeof(name), "%s (%d)", edc_code_name((edc_code)i),
            edc_code_result((edc_code)i));
        expect_term(page, "B", name);
        expect_sentence(page, name, edc_code_text((edc_code)i, EDC_ENGLISH));
        expect_sentence(page, name, edc_code_text((edc_code)i, EDC_FRENCH));
    }
}

static void
it_has_every_directive(void **state)
{
    for (int i = 0; i < EDC_N_DIRECTIVES; i++) {
        const edc_directive_info *d = edc_directive_info_of((edc_directive)i);
        char olc[64];

        expect_term(*state, "BI", d->name);
        snprintf(olc, sizeof(olc), "\n.B %s", d->olc);
        if (strstr(*state, olc) == NULL)
            fail_msg("the page lacks %s", d->olc);
    }
}

static void
it_has_every_stored_attribute_and_class(void **state)
{
    for (int i = 0; i < EDC_N_ATTRIBUTES; i++) {
        const edc_definition *d = edc_schema_attribute((edc_attribute)i);

        if (strstr(d->text, "dSAOperation") == NULL)
            expect_term(*state, "B", d->name);
    }
    for (int i = 0; i < EDC_N_CLASSES; i++)
        expect_term(*state, "B", edc_schema_class((edc_class)i)->name);
}

static bool
is_directive(const char *name, size_t n)
{
    for (int i = 0; i < EDC_N_DIRECTIVES; i++) {
        const char *known = edc_directive_info_of((edc_directive)i)->name;

        if (strlen(known) == n && strncmp(name, known, n) == 0)
            return true;
    }
    return false;
}

static void
it_has_no_other_directive(void **state)
{
    const char *page = *state;
    int n_found = 0;

    for (const char *at = page; (at = strstr(at, "educonnect-")) != NULL;
        n_found++) {
        size_t n = strspn(at, "abcdefghijklmnopqrstuvwxyz-");

        if (!is_directive(at, n))
            fail_msg("there is no directive %.*s", (int)n, at);
        at += n;
    }
    assert_true(n_found > EDC_N_DIRECTIVES);
}

static void
a_template_that_asks_for_nothing_known_is_refused(void **state)
{
    static char unknown[] = ".TH X\n@nothing\n", missing[] = "@file nowhere\n";
    char *const templates[] = {unknown, missing};

    (void)state;
    for (int i = 0; i < 2; i++) {
        FILE *in = fmemopen(templates[i], strlen(templates[i]), "r");
        FILE *out = fopen("/dev/null", "w");

        assert_non_null(in);
        assert_non_null(out);
        assert_false(tables_page(in, out));
        fclose(in);
        fclose(out);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_says_first_what_it_is_not),
        cmocka_unit_test(it_has_every_state_and_event),
        cmocka_unit_test(it_has_every_code_in_both_languages),
        cmocka_unit_test(it_has_every_directive),
        cmocka_unit_test(it_has_every_stored_attribute_and_class),
        cmocka_unit_test(it_has_no_other_directive),
        cmocka_unit_test(a_template_that_asks_for_nothing_known_is_refused),
    };

    return cmocka_run_group_tests(tests, setup_page, free_page);
}
