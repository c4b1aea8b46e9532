/* report.c - educonnectctl report: how far the accounts are, and what somebody
 * should look at.
 */
#include "ctl/language.h"
#include "ctl/output.h"
#include "report/report.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- options ---- */

static const char *const formats[] = {
    [REPORT_TABLE] = "table",
    [REPORT_CSV] = "csv",
    [REPORT_JSON] = "json",
    [REPORT_SVG] = "svg",
    [REPORT_HTML] = "html",
};
static const char *const groupings[] = {
    [BY_SCHOOL] = "school", [BY_CLASS] = "class", [BY_PUBLIC] = "public"};
static const char *const languages[] = {
    [EDC_ENGLISH] = "en", [EDC_FRENCH] = "fr"};

#define N(array) (sizeof(array) / sizeof((array)[0]))

/* "table, csv, json"; allocated. */
static char *
words_of(const char *const *words, size_t n)
{
    char *all = ctl_copy(words[0]);

    for (size_t i = 1; i < n; i++) {
        char *longer = ctl_format("%s, %s", all, words[i]);

        free(all);
        all = longer;
    }
    return all;
}

/* Which word of a list it is, -1 after saying that it is none. */
static int
word_of(const report *r, const char *const *words, size_t n, const char *given,
    const char *option)
{
    char *all;

    for (size_t i = 0; i < n; i++) {
        if (strcmp(words[i], given) == 0)
            return (int)i;
    }
    all = words_of(words, n);
    ctl_warn(r->c, "--%s: %s: there are %s", option, given, all);
    free(all);
    return -1;
}

static bool
read_report(report *r)
{
    const char *name = r->c->n_args > 0 ? r->c->args[0] : "activation";
    const char *names[REPORT_N];
    char *all;

    if (r->c->n_args > 1) {
        ctl_warn(r->c, "one report at a time, or all");
        return false;
    }
    if (strcmp(name, "all") == 0)
        r->wanted = (1u << REPORT_N) - 1;
    for (int id = 0; id < REPORT_N; id++) {
        if (strcmp(report_define(r, (report_id)id)->name, name) == 0)
            r->wanted = 1u << id;
    }
    if (r->wanted != 0)
        return true;
    for (int id = 0; id < REPORT_N; id++)
        names[id] = report_define(r, (report_id)id)->name;
    all = words_of(names, REPORT_N);
    ctl_warn(r->c, "%s: no such report: there are %s, and all", name, all);
    free(all);
    return false;
}

static bool
read_score(report *r)
{
    const char *given = ctl_value(r->c, CTL_OPT_REPORT_MIN_SCORE, "60");
    char *end;
    long score = strtol(given, &end, 10);

    if (end == given || *end != '\0' || score < 0 || score > 100) {
        ctl_warn(r->c, "--min-score %s: 0 to 100", given);
        return false;
    }
    r->min_score = (int)score;
    return true;
}

/* A chart has numbers only; one file of CSV has one heading. */
static bool
fits(const report *r)
{
    bool activation = (r->wanted & (1u << REPORT_ACTIVATION)) != 0;
    bool several = (r->wanted & (r->wanted - 1)) != 0;

    if (r->format == REPORT_SVG && (several || !activation)) {
        ctl_warn(r->c, "--format svg is for activation alone");
        return false;
    }
    if (r->format == REPORT_CSV && several) {
        ctl_warn(r->c, "--format csv takes one report at a time");
        return false;
    }
    return true;
}

/* Pages are for schools, tables for whoever sits at the terminal; what programs
 * read is English. */
static const char *
by_default(report_format format)
{
    bool page = format == REPORT_SVG || format == REPORT_HTML;

    return page || (format == REPORT_TABLE && ctl_language() == EDC_FRENCH)
               ? "fr"
               : "en";
}

static bool
read_options(report *r)
{
    const ctl *c = r->c;
    int format, by, language;

    format = word_of(r, formats, N(formats),
        ctl_value(c, CTL_OPT_REPORT_FORMAT,
            ctl_count(c, CTL_OPT_COMMON_JSON) > 0 ? "json" : "table"),
        "format");
    by = word_of(r, groupings, N(groupings),
        ctl_value(c, CTL_OPT_REPORT_BY, "school"), "by");
    language = word_of(r, languages, N(languages),
        ctl_value(
            c, CTL_OPT_REPORT_LANGUAGE, by_default((report_format)format)),
        "language");
    if (format < 0 || by < 0 || language < 0)
        return false;
    /* Its English words are not said in French where somebody wants them. */
    if (language == EDC_ENGLISH && format != REPORT_CSV)
        ctl_language_set(EDC_ENGLISH);
    r->format = (report_format)format;
    r->by = (report_by)by;
    r->language = (edc_language)language;
    return read_report(r) && read_score(r) && fits(r);
}

/* ---- the run ---- */

static void
write_rows(report *r)
{
    bool first = true;

    for (int id = 0; id < REPORT_N; id++) {
        const report_definition *d = report_define(r, (report_id)id);

        if ((r->wanted & (1u << id)) == 0)
            continue;
        if (!first && r->format == REPORT_TABLE)
            print(r->out, "\n");
        first = false;
        if (r->format == REPORT_CSV)
            report_rows_csv(r, d);
        else if (r->format == REPORT_JSON)
            report_rows_json(r, d);
        else
            report_rows_table(r, d);
    }
}

/* A file appears whole or not at all. */
static ctl_exit
write_report(report *r)
{
    const char *path = ctl_value(r->c, CTL_OPT_REPORT_OUTPUT, NULL);
    output o = {NULL, NULL, -1, NULL, NULL};
    const char *why =
        path == NULL ? NULL : output_begin(&o, path, OUTPUT_REPLACE);

    r->out = path == NULL ? stdout : o.file;
    if (why == NULL) {
        if (r->format == REPORT_SVG)
            report_bars(r, false);
        else if (r->format == REPORT_HTML)
            report_page(r);
        else
            write_rows(r);
        why = output_end(&o, true);
    }
    return why == NULL ? CTL_OK
                       : ctl_fail(r->c, CTL_LOCAL, "%s: %s", path, why);
}

static ctl_exit
run(report *r)
{
    const char *school = ctl_value(r->c, CTL_OPT_REPORT_SCHOOL, NULL);
    ctl_exit status = ctl_connect(r->c);

    if (status != CTL_OK)
        return status;
    if (school != NULL) {
        r->school = ctl_find_school(r->c, school);
        if (r->school == NULL)
            return CTL_REFUSED;
    }
    store_open(&r->store, "");
    status = report_load(r);
    if (status == CTL_OK) {
        if ((r->wanted & (1u << REPORT_DUPLICATES)) != 0)
            report_twins(r);
        status = write_report(r);
    }
    store_close(&r->store);
    return status;
}

ctl_exit
ctl_report(ctl *c)
{
    report r = {.c = c, .now = (int64_t)time(NULL)};
    ctl_exit status = read_options(&r) ? run(&r) : CTL_USAGE;

    free(r.school);
    return status;
}
