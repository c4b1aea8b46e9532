/* test_hash_sort.c - sorting digests in bounded memory. */
/* LDFLAGS: -Wl,--wrap=realloc,--wrap=pwrite,--wrap=pread */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "password_list/hash_sort.h"

static int failing_realloc, failing_write, failing_read;

static bool
is_the_one(int *countdown)
{
    return *countdown > 0 && --*countdown == 0;
}

void *__real_realloc(void *old, size_t size);
void *__wrap_realloc(void *old, size_t size);
void *
__wrap_realloc(void *old, size_t size)
{
    return is_the_one(&failing_realloc) ? NULL : __real_realloc(old, size);
}

ssize_t __real_pwrite(int fd, const void *from, size_t n, off_t at);
ssize_t __wrap_pwrite(int fd, const void *from, size_t n, off_t at);
ssize_t
__wrap_pwrite(int fd, const void *from, size_t n, off_t at)
{
    if (is_the_one(&failing_write)) {
        errno = ENOSPC;
        return -1;
    }
    /* As a disk may: less than was asked for. */
    return __real_pwrite(fd, from, n > 7 ? n - 7 : n, at);
}

ssize_t __real_pread(int fd, void *out, size_t n, off_t at);
ssize_t __wrap_pread(int fd, void *out, size_t n, off_t at);
ssize_t
__wrap_pread(int fd, void *out, size_t n, off_t at)
{
    if (is_the_one(&failing_read)) {
        errno = EIO;
        return -1;
    }
    return __real_pread(fd, out, n > 7 ? n - 7 : n, at);
}

static void
digest_of(unsigned i, unsigned char out[HASH_SIZE])
{
    for (size_t b = 0; b < HASH_SIZE; b++) {
        i = i * 1103515245u + 12345u;
        out[b] = (unsigned char)(i >> 16);
    }
}

typedef struct seen {
    unsigned char last[HASH_SIZE];
    size_t n, stop;
} seen;

static bool
in_order(void *ctx, const unsigned char digest[HASH_SIZE])
{
    seen *s = ctx;

    assert_true(s->n == 0 || memcmp(s->last, digest, HASH_SIZE) < 0);
    memcpy(s->last, digest, HASH_SIZE);
    return ++s->n != s->stop;
}

static bool
add_all(hash_sort *sort, unsigned from, unsigned n)
{
    unsigned char digest[HASH_SIZE];

    for (unsigned i = from; i < from + n; i++) {
        digest_of(i, digest);
        if (!hash_sort_add(sort, digest))
            return false;
    }
    return true;
}

/* Whatever is held at a time: in order, each once. */
static void
everything_comes_back_in_order(void **state)
{
    static const size_t at_once[] = {0, 2, 3, 100, 999, 1000, 1001, 100000};
    static const unsigned amounts[] = {0, 1, 2, 3, 1000, 5000};

    (void)state;
    for (size_t a = 0; a < sizeof(at_once) / sizeof(at_once[0]); a++) {
        for (size_t n = 0; n < sizeof(amounts) / sizeof(amounts[0]); n++) {
            hash_sort *sort = hash_sort_new(at_once[a], "/tmp");
            seen s = {.n = 0};

            assert_non_null(sort);
            assert_true(add_all(sort, 0, amounts[n]));
            assert_true(add_all(sort, 0, amounts[n] / 2));
            assert_true(hash_sort_each(sort, in_order, &s));
            assert_int_equal(s.n, amounts[n]);
            hash_sort_free(sort);
        }
    }
}

static void
failures_are_told(void **state)
{
    struct {
        int *countdown;
        int calls;
        bool adding;
    } cases[] = {{&failing_realloc, 1, true}, {&failing_write, 1, true},
        {&failing_write, 3, true}, {&failing_read, 1, false},
        {&failing_read, 20, false}};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        hash_sort *sort = hash_sort_new(100, "/tmp");
        seen s = {.n = 0};

        assert_non_null(sort);
        if (cases[i].adding)
            *cases[i].countdown = cases[i].calls;
        assert_int_equal(add_all(sort, 0, 1000), !cases[i].adding);
        if (!cases[i].adding) {
            *cases[i].countdown = cases[i].calls;
            assert_false(hash_sort_each(sort, in_order, &s));
        }
        assert_int_equal(*cases[i].countdown, 0);
        hash_sort_free(sort);
    }
}

static void
who_reads_may_stop(void **state)
{
    (void)state;
    for (size_t at_once = 10; at_once <= 1000; at_once *= 10) {
        hash_sort *sort = hash_sort_new(at_once, "/tmp");
        seen s = {.stop = 5};

        assert_non_null(sort);
        assert_true(add_all(sort, 0, 100));
        assert_false(hash_sort_each(sort, in_order, &s));
        assert_int_equal(s.n, 5);
        hash_sort_free(sort);
    }
    hash_sort_free(NULL);
    {
        hash_sort *sort = hash_sort_new(2, "/nonexistent");

        assert_non_null(sort);
        assert_false(add_all(sort, 0, 3));
        assert_int_equal(errno, ENOENT);
        hash_sort_free(sort);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_comes_back_in_order),
        cmocka_unit_test(failures_are_told),
        cmocka_unit_test(who_reads_may_stop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
