/* bars.c - the activation report as a chart. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "report/report.h"
#include "report/chart.h"

/* Where the numbers begin in a row, and where the columns of `parts` are from
 * there (report/list.c). */
static const int first_number[] = {
    [BY_SCHOOL] = 3, [BY_CLASS] = 4, [BY_PUBLIC] = 1};

static char *
today(const report *r)
{
    char text[32] = "";
    time_t now = (time_t)r->now;
    struct tm local;

    if (localtime_r(&now, &local) != NULL)
        (void)strftime(text, sizeof(text),
            r->language == EDC_FRENCH ? "%d/%m/%Y à %H:%M" : "%Y-%m-%d %H:%M",
            &local);
    return ctl_copy(text);
}

char *
report_subtitle(report *r)
{
    bool french = r->language == EDC_FRENCH;
    sqlite3_stmt *q = store_prepare(
        &r->store, "SELECT uai, name FROM school WHERE id = ?1 AND id <> 0");
    char *date = today(r);
    char *text;

    store_number(q, 1, r->school_id);
    if (store_next(q))
        text = ctl_format("%s %s — %s %s", french ? "État au" : "As of", date,
            store_col_text(q, 0), store_col_text(q, 1));
    else
        text = ctl_format("%s %s", french ? "État au" : "As of", date);
    store_again(q);
    store_end(q);
    free(date);
    return text;
}

/* What a row is about, beside its public. */
static chart_group
group_of(const report *r, sqlite3_stmt *q)
{
    bool french = r->language == EDC_FRENCH;
    const char *uai = store_col_text(q, 0), *school = store_col_text(q, 1);
    chart_group g = {.name = NULL};

    if (r->by == BY_PUBLIC) {
        g.name = ctl_copy(french ? "Tous les comptes" : "All accounts");
        g.code = ctl_copy("");
    } else if (strcmp(uai, "-") == 0) {
        g.name = ctl_copy(french ? "Sans établissement" : "Without a school");
        g.code = ctl_copy("");
    } else if (r->by == BY_SCHOOL) {
        g.name = ctl_copy(school[0] == '\0' ? uai : school);
        g.code = ctl_copy(school[0] == '\0' ? "" : uai);
    } else {
        const char *label = store_col_text(q, 2);

        if (strcmp(label, "-") == 0)
            label = french ? "Sans classe" : "Without a class";
        g.name = ctl_copy(label);
        g.code =
            r->school_id != 0 ? ctl_copy("") : ctl_format("%s %s", uai, school);
    }
    return g;
}

static void
group_free(chart_group *g)
{
    free(g->name);
    free(g->code);
}

static void
put_bar(const report *r, sqlite3_stmt *q, chart_group *g)
{
    int at = first_number[r->by];
    bool student = strcmp(store_col_text(q, at - 1), "student") == 0;
    struct chart_bar *bar =
        g->bars + (student ? CHART_STUDENTS : CHART_GUARDIANS);

    bar->there = true;
    bar->n[CHART_ACTIVE] = store_col(q, at + 1);
    bar->n[CHART_INFORMED] = store_col(q, at + 2);
    bar->n[CHART_RESET] = store_col(q, at + 3);
    bar->n[CHART_UNINFORMED] = store_col(q, at + 4);
    bar->n[CHART_STOPPED] = store_col(q, at + 5) + store_col(q, at + 6);
}

/* Rows of one group stand together. */
static void
collect(report *r, const report_definition *d, chart *c)
{
    sqlite3_stmt *q = report_query(r, d);

    while (store_next(q)) {
        chart_group g = group_of(r, q);

        if (c->n > 0 && strcmp(c->groups[c->n - 1].name, g.name) == 0 &&
            strcmp(c->groups[c->n - 1].code, g.code) == 0) {
            group_free(&g);
        } else {
            c->groups = ctl_resize(c->groups, c->n + 1, sizeof(*c->groups));
            c->groups[c->n++] = g;
        }
        put_bar(r, q, c->groups + c->n - 1);
    }
    store_end(q);
}

void
report_bars(report *r, bool in_page)
{
    const report_definition *d = report_define(r, REPORT_ACTIVATION);
    char *subtitle = report_subtitle(r);
    chart c = {.title = d->title.in[r->language],
        .subtitle = subtitle,
        .language = r->language};

    collect(r, d, &c);
    if (in_page)
        chart_draw_pieces(&c, r->out);
    else
        chart_draw(&c, r->out);
    for (size_t i = 0; i < c.n; i++)
        group_free(c.groups + i);
    free(c.groups);
    free(subtitle);
}
