/* harness_races.c - what ThreadSanitizer has reported. */
#define _GNU_SOURCE 1
#include "harness_races.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define BEGIN "WARNING: ThreadSanitizer: "
#define RACE BEGIN "data race "
#define END "\n=================="
#define OURS "(educonnect.so+"

typedef struct name {
    const char *p;
    size_t n;
} name;

/* The first line at or after `at` that has the text; NULL beyond the end. */
static const char *
find(const char *at, const char *end, const char *text)
{
    const char *found = at != NULL ? strstr(at, text) : NULL;

    return found != NULL && found < end ? found : NULL;
}

/* Frames of the sanitizer itself and of liblber, slapd's library of strings,
 * and slapd's malloc: who called them has touched the memory. */
static bool
is_helper(const char *frame, const char *line_end)
{
    return find(frame, line_end, "(libtsan.so") != NULL ||
           find(frame, line_end, "(liblber") != NULL ||
           strncmp(frame, "ch_", 3) == 0;
}

/* Whose access the stack after `at` is; nothing when that is not known, or when
 * it is the module's, which no name excuses. */
static name
accessor(const char *at, const char *end)
{
    while ((at = strchr(at, '\n')) != NULL && at < end) {
        const char *line = at + 1, *line_end = strchrnul(line, '\n');
        const char *frame = find(line, line_end, "    #");

        if (frame != line)
            break;
        frame = strchrnul(frame + 5, ' ');
        frame += *frame == ' ';
        if (find(frame, line_end, OURS) != NULL)
            break;
        if (!is_helper(frame, line_end))
            return (name){frame, strcspn(frame, " \n")};
        at = line_end;
    }
    return (name){NULL, 0};
}

static bool
is(name one, const char *word, size_t n)
{
    return one.n == n && n > 0 && memcmp(one.p, word, n) == 0;
}

/* Whether the line begins with the one, and the other is among the rest. */
static bool
line_has(const char *line, name one, name other)
{
    size_t n = strcspn(line, " \n");

    if (!is(one, line, n))
        return false;
    for (line += n; *line == ' '; line += n) {
        line += strspn(line, " ");
        n = strcspn(line, " \n");
        if (is(other, line, n))
            return true;
    }
    return false;
}

static bool
are_known(name a, name b, const char *known)
{
    while (*known != '\0') {
        if (line_has(known, a, b) || line_has(known, b, a))
            return true;
        known = strchrnul(known, '\n');
        known += *known == '\n';
    }
    return false;
}

static bool
is_known(const char *report, const char *end, const char *known)
{
    const char *first = find(report, end, "\n  ");
    const char *second = find(first, end, "\n  Previous ");
    const char *location = find(second, end, "\n  Location is ");
    const char *after = find(location, end, "\n\n");

    if (strncmp(report, RACE, strlen(RACE)) != 0 || second == NULL ||
        find(location, after != NULL ? after : end, OURS) != NULL)
        return false;
    return are_known(
        accessor(first + 1, end), accessor(second + 1, end), known);
}

char *
unknown_race(char *reports, const char *known)
{
    char *report = strstr(reports, BEGIN);

    while (report != NULL) {
        char *end = strchrnul(report, '\0'), *line = strstr(report, END);

        if (line != NULL)
            end = line;
        if (!is_known(report, end, known)) {
            *end = '\0';
            return report;
        }
        report = strstr(end, BEGIN);
    }
    return NULL;
}
