/* trail.c - what a file of the audit trail has of an account.
 *
 * Lines are the trail's own, or a syslog daemon's with the object in them.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/text/trail.h"
#include "ctl/input.h"
#include "history/history.h"

static const char *const names[] = {
#define EDC_TRAIL_FIELD(id, name, kind, about) [EDC_TRAIL_##id] = name,
#include "core/text/trail.def"
#undef EDC_TRAIL_FIELD
};

/* slapd's own before it, in a file of a syslog daemon. */
#define MARK "educonnect: {"

static const char *
field(const json_t *o, edc_trail_field f)
{
    return json_string_value(json_object_get(o, names[f]));
}

/* Allocated; NULL: it is not there. */
static char *
copy(const json_t *o, edc_trail_field f)
{
    const char *text = field(o, f);

    return text == NULL ? NULL : ctl_copy(text);
}

static bool
is_meant(const json_t *o, const char *word)
{
    const char *login = field(o, EDC_TRAIL_LOGIN);
    const char *id = field(o, EDC_TRAIL_ID);

    return (login != NULL && strcasecmp(login, word) == 0) ||
           (id != NULL && strcasecmp(id, word) == 0);
}

static void
take_object(history *h, const json_t *o)
{
    history_line line = {.relax = false};

    if (!is_meant(o, h->word))
        return;
    line.time = copy(o, EDC_TRAIL_TIME);
    line.event = copy(o, EDC_TRAIL_EVENT);
    line.from = copy(o, EDC_TRAIL_FROM);
    line.to = copy(o, EDC_TRAIL_TO);
    line.by = copy(o, EDC_TRAIL_BY);
    line.school = copy(o, EDC_TRAIL_SCHOOL);
    line.address = copy(o, EDC_TRAIL_ADDRESS);
    line.id = copy(o, EDC_TRAIL_ID);
    line.relax = json_is_true(json_object_get(o, names[EDC_TRAIL_RELAX]));
    history_add(h, &line);
}

/* What is neither a line of the trail nor one of something else's in a file of
 * a syslog daemon. */
static void
take_line(history *h, const char *text)
{
    const char *mark = strstr(text, MARK);
    const char *begin = text[0] == '{' ? text
                        : mark != NULL ? mark + strlen(MARK) - 1
                                       : NULL;
    json_t *o;

    if (begin == NULL)
        return;
    o = json_loads(begin, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
    if (json_is_object(o) && field(o, EDC_TRAIL_TIME) != NULL &&
        field(o, EDC_TRAIL_EVENT) != NULL)
        take_object(h, o);
    else
        h->unreadable++;
    json_decref(o);
}

ctl_exit
history_read_file(history *h, const char *path)
{
    const char *why = NULL;
    input_lines lines = {.file = input_stream(path, &why)};
    ctl_exit status = CTL_OK;

    if (lines.file == NULL)
        return ctl_fail(h->c, CTL_INPUT, "%s: %s", path, why);
    while (input_line(&lines, &why))
        take_line(h, lines.text);
    if (why != NULL)
        status = ctl_fail(h->c, CTL_INPUT, "%s:%zu: %s", path, lines.n, why);
    if (!input_close(lines.file) && status == CTL_OK)
        status = ctl_fail(h->c, CTL_INPUT, "%s: it cannot be read", path);
    input_lines_free(&lines);
    return status;
}
