/* failing.h - calls that fail when a test says so: the n-th from now, 0 none.
 *
 * For one source of a program that is linked with --wrap=calloc.
 */
#ifndef EDC_TEST_FAILING_H
#define EDC_TEST_FAILING_H

#include <stdbool.h>
#include <stddef.h>

static inline bool
is_the_one(int *countdown)
{
    return *countdown > 0 && --*countdown == 0;
}

static int failing_calloc;

void *__real_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *
__wrap_calloc(size_t n, size_t size)
{
    return is_the_one(&failing_calloc) ? NULL : __real_calloc(n, size);
}

#endif
