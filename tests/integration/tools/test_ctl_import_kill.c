/* test_ctl_import_kill.c - an import that is broken off anywhere is finished by
 * another, and two at once are one.
 *
 * EDC_SEED gives the points at which it is killed; every one is a number of
 * bytes that the server got, so that requests are cut in two as well.
 */
#define _GNU_SOURCE
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/import.h"

#define KILLS 20
#define DELTA_KILLS 6
#define PAIRS 5
#define OPTIONS "--seed 11 --people 600 --schools 3 --traps --delta 28"

/* What unbroken imports leave, and the bytes that they send. */
typedef struct outcome {
    char *digest;
    uint64_t bytes;
} outcome;
static outcome complete, delta;

static void
expect_like(world *w, const outcome *unbroken, const char *when)
{
    const char *should = unbroken->digest;
    char *digest = import_digest(w);
    size_t i = 0;

    while (digest[i] != '\0' && digest[i] == should[i])
        i++;
    if (digest[i] != should[i]) {
        while (i > 0 && memcmp(digest + i, "dn: ", 4) != 0)
            i--;
        FAIL("%s, the directory differs:\n%.600s\nnot\n%.600s", when,
            digest + i, should + i);
    }
    free(digest);
}

/* Lines that begin so. */
static size_t
count_lines(const char *digest, const char *begin)
{
    size_t n = 0, length = strlen(begin);

    for (const char *at = digest; (at = strstr(at, begin)) != NULL;
        at += length)
        n += at == digest || at[-1] == '\n';
    return n;
}

/* Nobody is there twice. */
static void
expect_as_the_summary_says(world *w, const char *path)
{
    char *digest = import_digest(w);

    assert_int_equal(count_lines(digest, "educonnectSourceId: "),
        import_figure(path, "pupils") + import_figure(path, "guardians") +
            import_figure(path, "schools"));
    assert_int_equal(count_lines(digest, "objectClass: educonnectStudent\n"),
        import_figure(path, "pupils"));
    assert_int_equal(
        count_lines(digest, "objectClass: educonnectLegalGuardian\n"),
        import_figure(path, "guardians"));
    assert_int_equal(count_lines(digest, "educonnectGuardian: "),
        import_figure(path, "linksTwoAtMost"));
    free(digest);
}

static void
import_whole(world *w, const char *path, uint64_t *passed)
{
    tool t = import_relayed(w, 0, passed, path);

    /* Some records are refused: they are traps. */
    expect_status(&t, 1);
    tool_free(&t);
}

static void
expect_whole(world *w, const char *path, uint64_t *passed, long n)
{
    tool t = import_relayed(w, 0, passed, path);

    expect_status(&t, 1);
    expect_changes(&t, (size_t)n);
    tool_free(&t);
}

static void
unbroken_imports_are_as_the_summary_says(void **state)
{
    world w;
    char *path, *changes;

    (void)state;
    world_begin(&w, NULL);
    path = import_files(&w, OPTIONS);
    changes = text_of("%s/delta", path);
    import_whole(&w, path, &complete.bytes);
    expect_as_the_summary_says(&w, path);
    complete.digest = import_digest(&w);
    expect_whole(&w, path, NULL, 0);
    expect_like(&w, &complete, "after the same files again");
    expect_whole(&w, changes, &delta.bytes,
        import_figure(path, "added") + import_figure(path, "changed") +
            import_figure(path, "closed"));
    delta.digest = import_digest(&w);
    expect_whole(&w, changes, NULL, 0);
    expect_like(&w, &delta, "after the same delta again");
    free(changes);
    free(path);
    world_end(&w);
}

/* Kills an import of the complete export or, after that, of the delta. */
static void
play_kill(const outcome *unbroken, uint64_t point)
{
    char *when = text_of("killed after %llu of %llu bytes and run again",
        (unsigned long long)point, (unsigned long long)unbroken->bytes);
    world w;
    char *path;
    tool t;

    world_begin(&w, NULL);
    path = import_files(&w, OPTIONS);
    if (unbroken == &delta) {
        char *changes = text_of("%s/delta", path);

        import_whole(&w, path, NULL);
        free(path);
        path = changes;
    }
    t = import_relayed(&w, point, NULL, path);
    expect_status(&t, 128 + 9);
    tool_free(&t);
    import_whole(&w, path, NULL);
    expect_like(&w, unbroken, when);
    free(path);
    world_end(&w);
    free(when);
}

static void
play_kills(const outcome *unbroken, int n)
{
    const char *given = getenv("EDC_SEED");
    unsigned short seed[3] = {0x330E,
        (unsigned short)(given == NULL ? 4 : atoi(given)), (unsigned short)n};

    for (int i = 0; i < n; i++) {
        /* One in each part, so that every phase is met; a run that has only
         * its farewell left to say may not be killed in time. */
        double share = (i + erand48(seed)) / n;

        play_kill(
            unbroken, 1 + (uint64_t)(share * (double)(unbroken->bytes - 64)));
    }
}

static void
killed_anywhere_it_is_finished_by_another_run(void **state)
{
    (void)state;
    play_kills(&complete, KILLS);
}

static void
a_killed_delta_is_finished_by_another_run(void **state)
{
    (void)state;
    play_kills(&delta, DELTA_KILLS);
}

static void
import_twice_at_once(world *w, const char *path)
{
    /* As from two machines: neither sees the other in time. */
    tool_process one =
        tool_start(w, PROVISIONER, NULL, "import", "--together %s", path);
    tool_process two =
        tool_start(w, PROVISIONER, NULL, "import", "--together %s", path);
    tool a = tool_wait(&one), b = tool_wait(&two);

    expect_status(&a, 1);
    expect_status(&b, 1);
    tool_free(&a);
    tool_free(&b);
}

static void
two_at_once_are_one(void **state)
{
    (void)state;
    for (int i = 0; i < PAIRS; i++) {
        world w;
        char *path;

        world_begin(&w, NULL);
        path = import_files(&w, OPTIONS);
        import_twice_at_once(&w, path);
        expect_as_the_summary_says(&w, path);
        import_whole(&w, path, NULL);
        expect_like(&w, &complete, "after two imports at once");
        free(path);
        world_end(&w);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unbroken_imports_are_as_the_summary_says),
        cmocka_unit_test(killed_anywhere_it_is_finished_by_another_run),
        cmocka_unit_test(a_killed_delta_is_finished_by_another_run),
        cmocka_unit_test(two_at_once_are_one),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    free(complete.digest);
    free(delta.digest);
    return failed;
}
