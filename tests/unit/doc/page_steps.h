/* page_steps.h - what the tests of manual pages do again and again.
 *
 * EDC_SOURCE names the top of the source tree when it is not the current
 * directory.
 */
#ifndef EDC_TEST_PAGE_STEPS_H
#define EDC_TEST_PAGE_STEPS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tables.h"

static inline int
go_to_the_top(void)
{
    const char *top = getenv("EDC_SOURCE");

    return top != NULL ? chdir(top) : 0;
}

/* The page that is made of a template, without the escapes of hyphens;
 * allocated. */
static inline char *
page_of(const char *path)
{
    FILE *template = fopen(path, "r");
    char *text = NULL, *out;
    size_t size = 0;
    FILE *page = open_memstream(&text, &size);

    assert_non_null(template);
    assert_non_null(page);
    assert_true(tables_page(template, page));
    fclose(page);
    fclose(template);
    out = text;
    for (const char *at = text; *at != '\0'; at++) {
        if (at[0] != '\\' || at[1] != '-')
            *out++ = *at;
    }
    *out = '\0';
    return text;
}

static inline int
free_page(void **state)
{
    free(*state);
    return 0;
}

#endif
