/* test_letters_program.c - programs that turn bytes into bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "letters/program.h"

/* More than any pipe holds. */
#define MANY (8U << 20)

static letters_end
run(const char *const *argv, const char *in, letters_text *out, char **said)
{
    letters_text text = {NULL, 0, 0};
    letters_end end;

    letters_add(&text, in);
    end = letters_program(argv, &text, out, said);
    letters_wipe(&text);
    return end;
}

static void
what_goes_in_comes_out_however_much(void **state)
{
    const char *const argv[] = {"cat", NULL};
    letters_text in = {NULL, 0, 0}, out = {NULL, 0, 0};
    char *block = calloc(MANY, 1);

    (void)state;
    assert_non_null(block);
    for (size_t i = 0; i < MANY; i++)
        block[i] = (char)(i * 31 % 251);
    letters_put(&in, block, MANY);
    assert_int_equal(letters_program(argv, &in, &out, NULL), LETTERS_DONE);
    assert_int_equal(out.n, MANY);
    assert_memory_equal(out.p, block, MANY);
    letters_wipe(&out);
    letters_wipe(&in);
    free(block);
}

static void
a_program_that_does_not_read_is_not_waited_for(void **state)
{
    const char *const argv[] = {"sh", "-c", "exec 0<&-; echo done", NULL};
    letters_text in = {NULL, 0, 0}, out = {NULL, 0, 0};
    char *block = calloc(MANY, 1);

    (void)state;
    assert_non_null(block);
    letters_put(&in, block, MANY);
    assert_int_equal(letters_program(argv, &in, &out, NULL), LETTERS_DONE);
    assert_string_equal(out.p, "done\n");
    letters_wipe(&out);
    letters_wipe(&in);
    free(block);
}

static void
a_failure_is_one_and_what_it_says_is_kept(void **state)
{
    const char *const argv[] = {
        "sh", "-c", "cat >/dev/null; echo no such key >&2; exit 3", NULL};
    letters_text out = {NULL, 0, 0};
    char *said = NULL;

    (void)state;
    assert_int_equal(run(argv, "x", &out, &said), LETTERS_FAILED);
    assert_string_equal(said, "no such key");
    free(said);
    letters_wipe(&out);
}

static void
a_program_that_is_killed_has_failed(void **state)
{
    const char *const argv[] = {"sh", "-c", "kill -9 $$", NULL};
    letters_text out = {NULL, 0, 0};

    (void)state;
    assert_int_equal(run(argv, "x", &out, NULL), LETTERS_FAILED);
    letters_wipe(&out);
}

static void
long_complaints_are_cut_and_do_not_block(void **state)
{
    const char *const argv[] = {
        "sh", "-c", "head -c 4000000 /dev/zero | tr '\\0' x >&2", NULL};
    letters_text out = {NULL, 0, 0};
    char *said = NULL;

    (void)state;
    assert_int_equal(run(argv, "", &out, &said), LETTERS_DONE);
    assert_true(strlen(said) > 0 && strlen(said) < 40000);
    free(said);
    letters_wipe(&out);
}

/* It is printed behind other words. */
static void
a_complaint_is_one_line(void **state)
{
    const char *const argv[] = {
        "sh", "-c", "printf 'no key\\nno letter\\n\\n' >&2; exit 2", NULL};
    letters_text out = {NULL, 0, 0};
    char *said = NULL;

    (void)state;
    assert_int_equal(run(argv, "", &out, &said), LETTERS_FAILED);
    assert_string_equal(said, "no key no letter");
    free(said);
    letters_wipe(&out);
}

static void
a_program_that_is_not_there_is_missing(void **state)
{
    const char *const argv[] = {"no-such-program-anywhere", NULL};
    letters_text out = {NULL, 0, 0};
    char *said = NULL;

    (void)state;
    assert_int_equal(run(argv, "x", &out, &said), LETTERS_MISSING);
    assert_null(said);
    letters_wipe(&out);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_goes_in_comes_out_however_much),
        cmocka_unit_test(a_program_that_does_not_read_is_not_waited_for),
        cmocka_unit_test(a_failure_is_one_and_what_it_says_is_kept),
        cmocka_unit_test(a_program_that_is_killed_has_failed),
        cmocka_unit_test(long_complaints_are_cut_and_do_not_block),
        cmocka_unit_test(a_complaint_is_one_line),
        cmocka_unit_test(a_program_that_is_not_there_is_missing),
    };

    signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
