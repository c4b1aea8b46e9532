/* replay.c - a fuzzer without libFuzzer: its corpus, and changed copies of it,
 * the same ones every time.
 *
 * Linked with one fuzz_<name>.c as replay_<name>, run in the project's folder.
 * EDC_REPLAYS is how many changed copies there are. An input that breaks the
 * fuzzer is left as build/broken-<name>.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define INPUTS_MAX 256
#define SIZE_LIMIT 65536
#define REPLAYS 3000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct input {
    uint8_t *bytes;
    size_t n;
} input;

static input corpus[INPUTS_MAX];
static size_t n_corpus;
static const char *fuzzer;
static char broken[256];
static input current; /* what the fuzzer is at */

/* ---- an input that breaks it ---- */

static void
keep_input(void)
{
    int fd = open(broken, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    if (fd >= 0 && write(fd, current.bytes, current.n) == (ssize_t)current.n &&
        close(fd) == 0)
        (void)!write(STDERR_FILENO, broken, strlen(broken));
}

static void
on_abort(int number)
{
    keep_input();
    (void)signal(number, SIG_DFL);
    (void)raise(number);
}

/* In memory of just its size, so that a sanitizer sees reading beyond. */
static void
play(const uint8_t *bytes, size_t n)
{
    current = (input){malloc(n == 0 ? 1 : n), n};
    assert_non_null(current.bytes);
    if (n > 0)
        memcpy(current.bytes, bytes, n);
    assert_int_equal(LLVMFuzzerTestOneInput(current.bytes, n), 0);
    free(current.bytes);
    current.bytes = NULL;
}

/* ---- the corpus, in the order of its names ---- */

static void
load(const char *folder, const char *name)
{
    char path[512];
    FILE *file;
    input *in = &corpus[n_corpus];

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    file = fopen(path, "rb");
    assert_non_null(file);
    assert_true(n_corpus < INPUTS_MAX);
    in->bytes = malloc(SIZE_LIMIT);
    assert_non_null(in->bytes);
    in->n = fread(in->bytes, 1, SIZE_LIMIT, file);
    assert_true(in->n < SIZE_LIMIT);
    assert_int_equal(fclose(file), 0);
    n_corpus++;
}

static int
load_corpus(void **state)
{
    char folder[256];
    struct dirent **entries;
    int n;

    (void)state;
    snprintf(folder, sizeof(folder), "tests/fuzz/corpus/%s", fuzzer);
    n = scandir(folder, &entries, NULL, alphasort);
    for (int i = 0; i < n; i++) {
        if (entries[i]->d_name[0] != '.')
            load(folder, entries[i]->d_name);
        free(entries[i]);
    }
    if (n >= 0)
        free(entries);
    return n_corpus > 0 ? 0 : -1;
}

static int
free_corpus(void **state)
{
    (void)state;
    if (current.bytes != NULL)
        keep_input();
    while (n_corpus > 0)
        free(corpus[--n_corpus].bytes);
    return 0;
}

static void
the_corpus_is_borne(void **state)
{
    (void)state;
    play(NULL, 0);
    for (size_t i = 0; i < n_corpus; i++)
        play(corpus[i].bytes, corpus[i].n);
}

/* ---- changed copies ---- */

/* xorshift64: the same numbers everywhere. */
static uint64_t
next_number(void)
{
    static uint64_t state = UINT64_C(88172645463325252);

    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

static size_t
below(size_t n)
{
    return n == 0 ? 0 : (size_t)(next_number() % n);
}

/* Puts n bytes at a place, over what is there or between. */
static void
put(input *to, size_t at, const uint8_t *bytes, size_t n, bool over)
{
    if (over) {
        n = n < to->n - at ? n : to->n - at;
        memmove(to->bytes + at, bytes, n);
        return;
    }
    n = n < SIZE_LIMIT - to->n ? n : SIZE_LIMIT - to->n;
    memmove(to->bytes + at + n, to->bytes + at, to->n - at);
    memcpy(to->bytes + at, bytes, n);
    to->n += n;
}

static void
take_away(input *from, size_t at, size_t n)
{
    n = n < from->n - at ? n : from->n - at;
    memmove(from->bytes + at, from->bytes + at + n, from->n - at - n);
    from->n -= n;
}

static void
change(input *copy)
{
    static const uint8_t telling[] = {0, 1, 9, 10, 13, 32, '"', '$', '%', '&',
        ',', '/', '0', ';', '<', '>', 0x7F, 0x80, 0xC2, 0xE2, 0xFE, 0xFF};
    const input *other = &corpus[below(n_corpus)];
    size_t at = below(copy->n + 1), n = 1 + below(32), from = below(other->n);
    uint8_t byte = telling[below(sizeof(telling))], own[32];

    switch (below(7)) {
    case 0:
        if (at < copy->n)
            copy->bytes[at] ^= (uint8_t)(1U << below(8));
        break;
    case 1:
        put(copy, at, &byte, 1, true);
        break;
    case 2:
        put(copy, at, &byte, 1, false);
        break;
    case 3:
        take_away(copy, at, n);
        break;
    case 4:
        n = n < copy->n - at ? n : copy->n - at;
        memcpy(own, copy->bytes + at, n);
        put(copy, below(copy->n + 1), own, n, false);
        break;
    case 5:
        put(copy, at, other->bytes + from, below(other->n - from + 1), false);
        break;
    default:
        if (below(8) == 0)
            copy->n = at;
        break;
    }
}

static void
changed_copies_are_borne(void **state)
{
    const char *given = getenv("EDC_REPLAYS");
    long n = given == NULL ? REPLAYS : strtol(given, NULL, 10);
    input copy = {malloc(SIZE_LIMIT), 0};

    (void)state;
    assert_non_null(copy.bytes);
    assert_true(n > 0);
    for (long i = 0; i < n; i++) {
        const input *in = &corpus[below(n_corpus)];

        memcpy(copy.bytes, in->bytes, in->n);
        copy.n = in->n;
        for (size_t changes = 1 + below(6); changes > 0; changes--)
            change(&copy);
        play(copy.bytes, copy.n);
    }
    free(copy.bytes);
}

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_corpus_is_borne),
        cmocka_unit_test(changed_copies_are_borne),
    };
    const char *name = argc > 0 ? strstr(argv[0], "replay_") : NULL;

    if (name == NULL)
        return 1;
    fuzzer = name + strlen("replay_");
    snprintf(broken, sizeof(broken), "build/broken-%s", fuzzer);
    (void)signal(SIGABRT, on_abort);
    return cmocka_run_group_tests(tests, load_corpus, free_corpus);
}
