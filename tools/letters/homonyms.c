/* homonyms.c - pupils of one class and one name, told apart on paper.
 *
 * By their guardians, whom whoever hands letters out in a class knows; a day of
 * birth is more than a list in a class needs, and heads do not read it.
 */
#include "letters/homonyms.h"

#include <stdlib.h>
#include <string.h>

#include "ctl/fold.h"

typedef struct named {
    char *name; /* class and name, folded */
    size_t pupil;
} named;

static char *
folded(const char *text)
{
    return ctl_fold(edc_str_of(text == NULL ? "" : text));
}

static int
by_name(const void *a, const void *b)
{
    const named *one = a, *two = b;
    int order = strcmp(one->name, two->name);

    return order != 0 ? order
                      : (one->pupil > two->pupil) - (one->pupil < two->pupil);
}

/* The selected pupils by name; allocated, *n of them. */
static named *
sorted(const letter *pupils, const bool *selected, size_t all, size_t *n)
{
    named *list = ctl_alloc(all + 1, sizeof(*list));

    *n = 0;
    for (size_t i = 0; i < all; i++) {
        char *last, *first;

        if (!selected[i])
            continue;
        last = folded(pupils[i].last);
        first = folded(pupils[i].first);
        list[(*n)++] =
            (named){ctl_format("%s\n%s\n%s", pupils[i].group, last, first), i};
        free(first);
        free(last);
    }
    if (*n > 1)
        qsort(list, *n, sizeof(*list), by_name);
    return list;
}

static void
sorted_free(named *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        free(list[i].name);
    free(list);
}

/* The end of those of one name that begin here. */
static size_t
end_of(const named *list, size_t n, size_t at)
{
    size_t end = at + 1;

    while (end < n && strcmp(list[end].name, list[at].name) == 0)
        end++;
    return end;
}

bool
letters_homonyms_any(const letter *pupils, const bool *selected, size_t all)
{
    size_t n;
    named *list = sorted(pupils, selected, all, &n);
    bool any = false;

    for (size_t at = 0; at < n && !any; at++)
        any = end_of(list, n, at) > at + 1;
    sorted_free(list, n);
    return any;
}

static bool
is_told_apart(const letter *pupils, const named *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const char *mark = pupils[list[i].pupil].mark;

        if (mark[0] == '\0')
            return false;
        for (size_t k = 0; k < i; k++) {
            if (strcmp(mark, pupils[list[k].pupil].mark) == 0)
                return false;
        }
    }
    return true;
}

static void
mark_run(letter *pupils, const named *list, size_t n,
    char *(*guardians_of)(void *ctx, size_t pupil), void *ctx)
{
    bool apart;

    for (size_t i = 0; i < n; i++) {
        letter *l = pupils + list[i].pupil;

        free(l->mark);
        l->mark = guardians_of(ctx, list[i].pupil);
    }
    apart = is_told_apart(pupils, list, n);
    for (size_t i = 0; i < n; i++) {
        letter *l = pupils + list[i].pupil;
        char *names = l->mark;

        l->mark = apart ? ctl_format("responsables : %s", names)
                        : ctl_format("identifiant : %s", l->uid);
        free(names);
    }
}

void
letters_homonyms_mark(letter *pupils, const bool *selected, size_t all,
    char *(*guardians_of)(void *ctx, size_t pupil), void *ctx)
{
    size_t n;
    named *list = sorted(pupils, selected, all, &n);

    for (size_t at = 0, end; at < n; at = end) {
        end = end_of(list, n, at);
        if (end > at + 1)
            mark_run(pupils, list + at, end - at, guardians_of, ctx);
    }
    sorted_free(list, n);
}
