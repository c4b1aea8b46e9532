/* races.c - what ThreadSanitizer has reported. */
#define _GNU_SOURCE 1
#include "harness/races.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define BEGIN "WARNING: ThreadSanitizer: "
#define RACE BEGIN "data race "
#define END "\n=================="
#define OURS "(educonnect.so+"
#define FRAME "    #"
#define LOST "[failed to restore the stack]"

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

/* The function of a frame. */
static name
function_of(const char *frame)
{
    frame = strchrnul(frame + strlen(FRAME), ' ');
    frame += *frame == ' ';
    return (name){frame, strcspn(frame, " \n")};
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
        const char *frame = find(line, line_end, FRAME);

        if (frame != line)
            break;
        if (find(frame, line_end, OURS) != NULL)
            break;
        frame = function_of(frame).p;
        if (!is_helper(frame, line_end))
            return function_of(line);
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

/* One stack, from the access outwards: the module's own code and what it has
 * called are ours, but not an operation that it had slapd carry out. */
typedef struct stack {
    bool counts;
    bool handed_over; /* to slapd's operations */
    bool ours;
} stack;

static void
add_frame(stack *s, const char *line, const char *line_end)
{
    name function = function_of(line);

    if (is(function, "overlay_op_walk", 15) || is(function, "over_op_func", 12))
        s->handed_over = true;
    s->ours = s->ours || (s->counts && !s->handed_over &&
                             find(line, line_end, OURS) != NULL);
}

/* Whether one of the stacks between is ours, and whether there is a frame at
 * all. Who began the threads has no part in a race. */
static bool
has_ours(const char *from, const char *end, bool race, bool *any)
{
    stack s = {.counts = true};

    *any = false;
    for (const char *line = from; line < end && !s.ours;) {
        const char *line_end = strchrnul(line, '\n');

        if (line_end > end)
            line_end = end;
        if (strncmp(line, "  ", 2) == 0 && line[2] != ' ')
            s = (stack){.counts = !race || strncmp(line, "  Thread ", 9) != 0};
        if (strncmp(line, FRAME, strlen(FRAME)) == 0) {
            add_frame(&s, line, line_end);
            *any = *any || s.counts;
        }
        line = line_end + 1;
    }
    return s.ours;
}

static bool
is_known(const char *report, const char *end, const char *known)
{
    const char *first = find(report, end, "\n  ");
    const char *second = find(first, end, "\n  Previous ");
    const char *location = find(second, end, "\n  Location is ");
    const char *after = find(location, end, "\n\n");
    bool any;

    if (second == NULL)
        return false;
    if (location != NULL &&
        has_ours(location + 1, after != NULL ? after : end, true, &any))
        return false;
    return are_known(
        accessor(first + 1, end), accessor(second + 1, end), known);
}

static race_kind
judge(const char *report, const char *end, const char *known)
{
    bool any, race = strncmp(report, RACE, strlen(RACE)) == 0;

    if (race && is_known(report, end, known))
        return RACE_KNOWN;
    if (has_ours(report, end, race, &any) || !any)
        return RACE_OURS;
    return find(report, end, LOST) != NULL ? RACE_HALF_SEEN : RACE_FOREIGN;
}

static void
count_other(const char *report, const char *end, race_kind kind, race_count *n)
{
    const char *summary = find(report, end, "SUMMARY: ");
    const char *line = summary != NULL ? summary : report + strlen(BEGIN);

    n->of[kind]++;
    if (kind != RACE_KNOWN && n->print != NULL)
        fprintf(n->print, "%s: %.*s\n", RACE_NOT_OURS,
            (int)(strchrnul(line, '\n') - line), line);
}

char *
race_of_ours(char *reports, const char *known, race_count *n)
{
    char *report = strstr(reports, BEGIN);

    while (report != NULL) {
        char *end = strchrnul(report, '\0'), *line = strstr(report, END);
        race_kind kind;

        if (line != NULL)
            end = line;
        kind = judge(report, end, known);
        if (kind == RACE_OURS) {
            n->of[kind]++;
            *end = '\0';
            return report;
        }
        count_other(report, end, kind, n);
        report = strstr(end, BEGIN);
    }
    return NULL;
}
