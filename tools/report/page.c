/* page.c - reports as one HTML page that needs nothing beside itself. */
#include <stdlib.h>

#include "report/report.h"

static const char style[] =
    "body{font-family:Arial,Helvetica,'Liberation Sans',sans-serif;color:"
    "#1a1a1a;background:#fff;max-width:68rem;margin:2rem auto;padding:0 1rem}"
    "svg{display:block;max-width:100%;height:auto}"
    "h1{font-size:1.5rem}h2{font-size:1.2rem;margin-top:2.5rem}"
    "table{border-collapse:collapse;width:100%;font-size:.8rem}"
    "th,td{border-bottom:1px solid #bbb;padding:.3rem .4rem;text-align:left;"
    "vertical-align:top;overflow-wrap:break-word}"
    "thead th{background:#eee;border-bottom:2px solid #444;"
    "vertical-align:bottom}"
    ".n{text-align:right;white-space:nowrap}"
    "tbody tr:nth-child(even){background:#f7f7f7}"
    "footer{margin-top:2rem;font-size:.8rem;color:#444}"
    "@page{size:A4 landscape;margin:12mm}"
    "@media print{body{max-width:none;margin:0;padding:0}thead{display:"
    "table-header-group}tr,svg{break-inside:avoid}table{font-size:8pt}h2{break-"
    "after:avoid}}";

static const report_text footers[] = {
    {{"Percentages are of all accounts of the row, suspended and closed ones "
      "too. A guardian counts once in each school of his or her children.",
        "Les pourcentages portent sur tous les comptes de la ligne, suspendus "
        "et fermés compris. Un responsable compte une fois dans chaque "
        "établissement de ses enfants."}},
    {{"Accounts of the local directory; not affiliated with the national "
      "service.",
        "Comptes de l’annuaire local, sans lien avec le service national."}},
};

static const char *
class_of(const report_column *column)
{
    return column->kind == KIND_NUMBER || column->kind == KIND_PERMILLE
               ? " class=\"n\""
               : "";
}

static void
head(report *r, const report_definition *d)
{
    print_lines(r->out, "<table>\n<thead><tr>");
    for (size_t i = 0; i < d->n_columns; i++) {
        print(r->out, "<th scope=\"col\"%s>", class_of(d->columns + i));
        print_markup(r->out, d->columns[i].title.in[r->language]);
        print_lines(r->out, "</th>");
    }
    print_lines(r->out, "</tr></thead>\n<tbody>\n");
}

static void
table(report *r, const report_definition *d)
{
    sqlite3_stmt *q = report_query(r, d);
    size_t rows = 0;

    for (; store_next(q); rows++) {
        if (rows == 0)
            head(r, d);
        print_lines(r->out, "<tr>");
        for (size_t i = 0; i < d->n_columns; i++) {
            char *value = report_value(r, d->columns + i, q, (int)i);

            print(r->out, "<td%s>", class_of(d->columns + i));
            print_markup(r->out, value);
            print_lines(r->out, "</td>");
            free(value);
        }
        print_lines(r->out, "</tr>\n");
    }
    if (rows > 0)
        print_lines(r->out, "</tbody>\n</table>\n");
    else
        print(r->out, "<p>%s</p>\n",
            r->language == EDC_FRENCH ? "Aucun." : "None.");
    store_end(q);
}

static void
section(report *r, report_id id)
{
    const report_definition *d = report_define(r, id);

    print_lines(r->out, "<section>\n<h2>");
    print_markup(r->out, d->title.in[r->language]);
    print_lines(r->out, "</h2>\n");
    if (id == REPORT_ACTIVATION)
        report_bars(r, true);
    table(r, d);
    print_lines(r->out, "</section>\n");
}

void
report_page(report *r)
{
    const char *title = r->language == EDC_FRENCH
                            ? "Comptes des élèves et des responsables"
                            : "Accounts of students and guardians";
    char *subtitle = report_subtitle(r);

    print(r->out,
        "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">"
        "\n<meta name=\"viewport\" content=\"width=device-width\">\n<title>%s"
        "</title>\n<style>%s</style>\n</head>\n<body>\n<h1>%s</h1>\n<p>",
        r->language == EDC_FRENCH ? "fr" : "en", title, style, title);
    print_markup(r->out, subtitle);
    print_lines(r->out, "</p>\n");
    for (int id = 0; id < REPORT_N; id++) {
        if ((r->wanted & (1u << id)) != 0)
            section(r, (report_id)id);
    }
    print(r->out, "<footer><p>%s</p><p>%s</p></footer>\n</body>\n</html>\n",
        footers[0].in[r->language], footers[1].in[r->language]);
    free(subtitle);
}
