/* history.c - educonnectctl history: options, order, the table. */
#include "history/history.h"
#include "ctl/catalog.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

void
history_add(history *h, const history_line *line)
{
    if (h->n == h->room) {
        h->room = h->room == 0 ? 64 : 2 * h->room;
        h->lines = ctl_resize(h->lines, h->room, sizeof(*h->lines));
    }
    h->lines[h->n++] = *line;
}

static void
free_lines(history *h)
{
    for (size_t i = 0; i < h->n; i++) {
        history_line *l = &h->lines[i];

        free(l->time);
        free(l->event);
        free(l->from);
        free(l->to);
        free(l->by);
        free(l->school);
        free(l->address);
        free(l->id);
    }
    free(h->lines);
}

static int
by_time(const void *a, const void *b)
{
    const history_line *x = a, *y = b;

    return strcmp(x->time, y->time);
}

/* ---- printing ---- */

static const char *
shown(const char *text)
{
    return text == NULL || text[0] == '\0' ? "-" : text;
}

/* "2026-11-30 00:00:01" of the trail's time; allocated. */
static char *
short_time(const char *time)
{
    char *text = ctl_copy_n(time, strlen(time) < 19 ? strlen(time) : 19);

    if (strlen(text) > 10 && text[10] == 'T')
        text[10] = ' ';
    return text;
}

static void
print_line(const history_line *l)
{
    char *time = short_time(l->time);
    char *states = ctl_format("%s -> %s", shown(l->from), shown(l->to));

    print(stdout, "%-19s  %-15s  %-24s  %-13s  %-15s  %s%s\n", time, l->event,
        states, shown(l->school), shown(l->address), shown(l->by),
        l->relax ? " (relax)" : "");
    free(states);
    free(time);
}

static void
print_json(const history_line *l)
{
    json_t *o = json_object();

    json_object_set_new(o, "time", print_json_text(l->time));
    json_object_set_new(o, "event", print_json_text(l->event));
    json_object_set_new(o, "id", print_json_text(l->id));
    json_object_set_new(o, "from", print_json_text(l->from));
    json_object_set_new(o, "to", print_json_text(l->to));
    json_object_set_new(o, "by", print_json_text(l->by));
    json_object_set_new(o, "school", print_json_text(l->school));
    json_object_set_new(o, "address", print_json_text(l->address));
    json_object_set_new(o, "relax", json_boolean(l->relax));
    print_as_json(stdout, o, JSON_COMPACT);
    json_decref(o);
}

static void
print_all(const history *h)
{
    bool json = ctl_count(h->c, CTL_OPT_COMMON_JSON) > 0;

    if (!json && h->n > 0)
        print(stdout, "%-19s  %-15s  %-24s  %-13s  %-15s  %s\n", "time (UTC)",
            catalog_text("event"), catalog_text("from -> to"),
            catalog_text("school"), catalog_text("address"),
            catalog_text("by"));
    for (size_t i = 0; i < h->n; i++) {
        if (json)
            print_json(&h->lines[i]);
        else
            print_line(&h->lines[i]);
    }
}

/* ---- the run ---- */

static ctl_exit
read_files(history *h, size_t n_files)
{
    ctl_exit status = CTL_OK;

    for (size_t i = 0; i < n_files && status == CTL_OK; i++)
        status = history_read_file(h, ctl_nth(h->c, CTL_OPT_HISTORY_FILE, i));
    if (h->unreadable > 0)
        ctl_warn(h->c, "%zu lines of the trail cannot be read", h->unreadable);
    return status;
}

/* A login, or a name, may be given anew once its account is gone. */
static void
tell_others(const history *h)
{
    const char *first = NULL;

    for (size_t i = 0; i < h->n; i++) {
        const char *id = h->lines[i].id;

        if (id == NULL || (first != NULL && strcasecmp(first, id) == 0))
            continue;
        if (first != NULL) {
            ctl_warn(h->c,
                "these are several accounts, one after the other: --json "
                "tells them apart by id");
            return;
        }
        first = id;
    }
}

static ctl_exit
run(history *h)
{
    size_t n_files = ctl_count(h->c, CTL_OPT_HISTORY_FILE);
    ctl_exit status =
        n_files > 0 ? read_files(h, n_files)
                    : history_read_log(h,
                          ctl_value(h->c, CTL_OPT_HISTORY_LOG, "cn=accesslog"));

    if (status != CTL_OK)
        return status;
    if (h->n > 1)
        qsort(h->lines, h->n, sizeof(*h->lines), by_time);
    print_all(h);
    tell_others(h);
    if (h->n == 0)
        return ctl_fail(
            h->c, CTL_REFUSED, "nothing is recorded of this account there");
    return CTL_OK;
}

ctl_exit
ctl_history(ctl *c)
{
    history h = {.c = c};
    ctl_exit status;

    if (c->n_args != 1)
        return ctl_fail(c, CTL_USAGE,
            "wants one account: a login, a name, a DN or a source id");
    if (ctl_count(c, CTL_OPT_HISTORY_FILE) > 0 &&
        ctl_count(c, CTL_OPT_HISTORY_LOG) > 0)
        return ctl_fail(c, CTL_USAGE, "--file or --log, not both");
    h.word = c->args[0];
    status = run(&h);
    free_lines(&h);
    return status;
}
