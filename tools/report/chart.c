/* chart.c - states of accounts as stacked horizontal bars, in SVG. */
#include "ctl/print.h"
#include "report/chart.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "report/words.h"

/* Pixels. From left to right: names, publics, bars, numbers. */
#define WIDTH 1000
#define MARGIN 24
#define NAMES_WIDTH 262
#define PUBLIC_RIGHT 384
#define BARS_LEFT 396
#define BARS_WIDTH 410
#define NUMBERS_LEFT 834

#define BAR 22
#define BAR_STEP 28
#define LINE 17
#define CODE_LINE 14
#define GROUP_GAP 18
#define TITLE_SIZE 20.0
#define NAME_SIZE 14.0
#define CODE_SIZE 11.0
#define SMALL 12.0
#define NAME_LINES 3

/* A picture so high has its scale below, too; a piece is at most so high. */
#define LONG 600
#define PIECE 430

static const struct {
    const char *fill;
    const char *text;
    report_text name;
} parts[CHART_N_PARTS] = {
    [CHART_ACTIVE] = {"#0072b2", "#fff", {{"active", "actifs"}}},
    [CHART_INFORMED] = {"#56b4e9", "#000",
        {{"informed, not yet activated", "informés, pas encore activés"}}},
    [CHART_RESET] = {"#e69f00", "#000",
        {{"reset, new password to choose",
            "réinitialisés, mot de passe à choisir"}}},
    [CHART_UNINFORMED] = {"#e8e8e8", "#000", {{"uninformed", "non informés"}}},
    [CHART_STOPPED] = {NULL, "#fff",
        {{"suspended or closed", "suspendus ou fermés"}}},
};

static const report_text publics[CHART_N_PUBLICS] = {
    [CHART_STUDENTS] = {{"students", "élèves"}},
    [CHART_GUARDIANS] = {{"guardians", "responsables"}},
};

static int64_t
total_of(const struct chart_bar *bar)
{
    int64_t total = 0;

    for (int p = 0; p < CHART_N_PARTS; p++)
        total += bar->n[p];
    return total;
}

static void
text(FILE *out, double x, double y, const char *attributes, const char *content)
{
    print(out, "<text x=\"%.1f\" y=\"%.1f\" %s>", x, y, attributes);
    print_markup(out, content);
    print_lines(out, "</text>\n");
}

/* ---- a group's height, which its name or its bars ask for ---- */

typedef struct layout {
    char *code; /* NULL: none */
    char *name[NAME_LINES];
    size_t n_name;
    double height;
} layout;

static layout
lay_out(const chart_group *g)
{
    layout l = {NULL, {NULL}, 0, 0};
    double bars = 0, names;

    (void)chart_wrap(g->code, CODE_SIZE, NAMES_WIDTH, &l.code, 1);
    l.n_name = chart_wrap(g->name, NAME_SIZE, NAMES_WIDTH, l.name, NAME_LINES);
    for (int p = 0; p < CHART_N_PUBLICS; p++)
        bars += g->bars[p].there ? BAR_STEP : 0;
    names = (l.code != NULL ? CODE_LINE : 0) + (double)l.n_name * LINE;
    l.height = (names > bars ? names : bars) + GROUP_GAP;
    return l;
}

static void
layout_free(layout *l)
{
    free(l->code);
    for (size_t i = 0; i < l->n_name; i++)
        free(l->name[i]);
}

/* ---- legend ---- */

/* Of the drawing of one picture; piece tells several on one page apart. */
typedef struct picture {
    const chart *c;
    size_t first, end; /* groups */
    int piece;
    bool titled;
} picture;

/* A part's colour, which for one is a pattern of this picture. */
static void
fill(const picture *p, int part, FILE *out)
{
    if (part == CHART_STOPPED)
        print(out, "fill=\"url(#stopped%d)\"", p->piece);
    else
        print(out, "fill=\"%s\"", parts[part].fill);
}

/* Draws it, or only finds out where it ends. */
static double
legend(const picture *picture, double y, FILE *out)
{
    double x = MARGIN;

    for (int p = 0; p < CHART_N_PARTS; p++) {
        const char *name = parts[p].name.in[picture->c->language];
        double wide = 22 + chart_text_width(name, SMALL) + 14;

        if (x + wide > WIDTH - MARGIN) {
            x = MARGIN;
            y += 20;
        }
        if (out != NULL) {
            print(out,
                "<rect x=\"%.1f\" y=\"%.1f\" width=\"14\" height=\"14\" "
                "stroke=\"#444\" ",
                x, y);
            fill(picture, p, out);
            print_lines(out, "/>\n");
            text(out, x + 20, y + 11.5, "class=\"small\"", name);
        }
        x += wide;
    }
    return y + 14;
}

/* ---- axis ---- */

static void
axis(const chart *c, double top, double bottom, FILE *out)
{
    for (int i = 0; i <= 4; i++) {
        double x = BARS_LEFT + BARS_WIDTH * i / 4.0;
        char label[16];

        print(out,
            "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" "
            "stroke=\"#bbb\"/>\n",
            x, top, x, bottom);
        snprintf(label, sizeof(label), "%d %%", i * 25);
        text(out, x, top - 6, "class=\"small\" text-anchor=\"middle\"", label);
        if (bottom - top > LONG)
            text(out, x, bottom + 16, "class=\"small\" text-anchor=\"middle\"",
                label);
    }
    text(out, NUMBERS_LEFT, top - 6, "class=\"small\"",
        c->language == EDC_FRENCH ? "actifs" : "active");
}

/* ---- bars ---- */

static void
tooltip(const chart *c, const chart_group *g, int public, FILE *out)
{
    const struct chart_bar *bar = g->bars + public;

    print_lines(out, "<title>");
    print_markup(out, g->name[0] != '\0' ? g->name : g->code);
    print(out, ", %s: ", publics[public].in[c->language]);
    for (int p = 0; p < CHART_N_PARTS; p++)
        print(out, "%s%" PRId64 " %s", p > 0 ? ", " : "", bar->n[p],
            parts[p].name.in[c->language]);
    print_lines(out, "</title>\n");
}

/* n accounts in one state, from x on. */
static void
segment(const picture *p, int part, int64_t n, double x, double wide, double y,
    FILE *out)
{
    char number[24], attributes[80];

    print(out,
        "<rect x=\"%.2f\" y=\"%.1f\" width=\"%.2f\" height=\"%d\" "
        "stroke=\"#fff\" stroke-width=\"0.8\" ",
        x, y, wide, BAR);
    fill(p, part, out);
    print_lines(out, "/>\n");
    snprintf(number, sizeof(number), "%" PRId64, n);
    if (wide < chart_text_width(number, SMALL) + 4)
        return;
    snprintf(attributes, sizeof(attributes),
        "class=\"small\" text-anchor=\"middle\" style=\"fill:%s\"",
        parts[part].text);
    text(out, x + wide / 2, y + BAR / 2.0 + 4.3, attributes, number);
}

/* "78,3 %" and of how many. */
static void
numbers(const chart *c, const struct chart_bar *bar, double y, FILE *out)
{
    int64_t total = total_of(bar);
    char percent[16], of[48];

    report_percent_text(report_permille(bar->n[CHART_ACTIVE], total),
        c->language, percent, sizeof(percent));
    snprintf(of, sizeof(of), "%s %" PRId64,
        c->language == EDC_FRENCH ? "sur" : "of", total);
    text(out, NUMBERS_LEFT, y, "class=\"percent\"", percent);
    text(out, NUMBERS_LEFT + 66, y, "class=\"small\"", of);
}

static void
draw_bar(const picture *picture, const chart_group *g, int public, double y,
    FILE *out)
{
    const struct chart_bar *bar = g->bars + public;
    const chart *c = picture->c;
    int64_t total = total_of(bar), before = 0;

    text(out, PUBLIC_RIGHT, y + BAR / 2.0 + 4.3,
        "class=\"small\" text-anchor=\"end\"", publics[public].in[c->language]);
    print_lines(out, "<g>\n");
    tooltip(c, g, public, out);
    for (int p = 0; p < CHART_N_PARTS; p++) {
        double x = BARS_LEFT + BARS_WIDTH * (double)before / (double)total;
        double wide = BARS_WIDTH * (double)bar->n[p] / (double)total;

        if (bar->n[p] > 0)
            segment(picture, p, bar->n[p], x, wide, y, out);
        before += bar->n[p];
    }
    print(out,
        "<rect x=\"%d\" y=\"%.1f\" width=\"%d\" height=\"%d\" fill=\"none\" "
        "stroke=\"#444\"/>\n</g>\n",
        BARS_LEFT, y, BARS_WIDTH, BAR);
    numbers(c, bar, y + BAR / 2.0 + 4.3, out);
}

static double
draw_group(const picture *p, const chart_group *g, double y, FILE *out)
{
    layout l = lay_out(g);
    double at = y, bar_y = y;

    if (l.code != NULL) {
        text(out, MARGIN, at + CODE_SIZE, "class=\"code\"", l.code);
        at += CODE_LINE;
    }
    for (size_t i = 0; i < l.n_name; i++) {
        text(out, MARGIN, at + NAME_SIZE, "class=\"name\"", l.name[i]);
        at += LINE;
    }
    for (int b = 0; b < CHART_N_PUBLICS; b++) {
        if (!g->bars[b].there || total_of(g->bars + b) == 0)
            continue;
        draw_bar(p, g, b, bar_y, out);
        bar_y += BAR_STEP;
    }
    y += l.height;
    layout_free(&l);
    return y;
}

/* ---- the whole ---- */

static const char style[] =
    "<style>svg text{font-family:Arial,Helvetica,'Liberation Sans',"
    "'DejaVu Sans',sans-serif;fill:#1a1a1a}"
    "svg .title{font-size:20px;font-weight:bold}"
    "svg .name{font-size:14px;font-weight:bold}"
    "svg .code{font-size:11px;fill:#444}svg .small{font-size:12px}"
    "svg .percent{font-size:14px;font-weight:bold}</style>\n";

static void
begin(const picture *p, double height, FILE *out)
{
    print(out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %.0f\" "
        "width=\"%d\" height=\"%.0f\" role=\"img\" lang=\"%s\">\n<title>",
        WIDTH, height, WIDTH, height,
        p->c->language == EDC_FRENCH ? "fr" : "en");
    print_markup(out, p->c->title);
    print_lines(out, "</title>\n");
    print_lines(out, style);
    print(out,
        "<defs><pattern id=\"stopped%d\" width=\"6\" height=\"6\" "
        "patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">"
        "<rect width=\"6\" height=\"6\" fill=\"#4d4d4d\"/>"
        "<rect width=\"2\" height=\"6\" fill=\"#6b6b6b\"/></pattern></defs>\n"
        "<rect width=\"%d\" height=\"%.0f\" fill=\"#fff\"/>\n",
        p->piece, WIDTH, height);
}

/* Title and what stands below it; returns where they end. NULL: only that. */
static double
heading(const chart *c, FILE *out)
{
    char *title[3];
    size_t lines =
        chart_wrap(c->title, TITLE_SIZE, WIDTH - 2 * MARGIN, title, 3);
    double y = MARGIN;

    for (size_t i = 0; i < lines; i++) {
        if (out != NULL)
            text(out, MARGIN, y + 20, "class=\"title\"", title[i]);
        y += 26;
        free(title[i]);
    }
    if (chart_wrap(c->subtitle, SMALL, WIDTH - 2 * MARGIN, title, 1) > 0) {
        if (out != NULL)
            text(out, MARGIN, y + 14, "class=\"small\"", title[0]);
        free(title[0]);
    }
    return y + 28;
}

static double
height_of(const chart_group *g)
{
    layout l = lay_out(g);

    layout_free(&l);
    return l.height;
}

static void
draw(const picture *p, FILE *out)
{
    double y = p->titled ? heading(p->c, NULL) : 4;
    double top = legend(p, y, NULL) + 42;
    double bottom = top + 8;

    for (size_t i = p->first; i < p->end; i++)
        bottom += height_of(p->c->groups + i);
    begin(p, bottom + (bottom - top > LONG ? 28 : 0) + MARGIN / 2.0, out);
    if (p->titled)
        (void)heading(p->c, out);
    (void)legend(p, y, out);
    axis(p->c, top, bottom, out);
    y = top + 10;
    for (size_t i = p->first; i < p->end; i++)
        y = draw_group(p, p->c->groups + i, y, out);
    print_lines(out, "</svg>\n");
}

void
chart_draw(const chart *c, FILE *out)
{
    draw(&(picture){c, 0, c->n, 0, true}, out);
}

void
chart_draw_pieces(const chart *c, FILE *out)
{
    picture p = {c, 0, 0, 0, false};

    while (p.end < c->n) {
        double height = height_of(c->groups + p.end);

        p.first = p.end++;
        p.piece++;
        while (p.end < c->n) {
            height += height_of(c->groups + p.end);
            if (height > PIECE)
                break;
            p.end++;
        }
        draw(&p, out);
    }
}
