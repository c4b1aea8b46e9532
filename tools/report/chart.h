/* chart.h - states of accounts as stacked horizontal bars, in SVG.
 *
 * The picture needs nothing beside itself: no script, no font that is fetched.
 * Its colours (Okabe and Ito's) are told apart with any colour vision, numbers
 * stand in and beside the bars, and every bar has its title for a reader that
 * speaks. Nothing here knows where the numbers come from.
 */
#ifndef REPORT_CHART_H
#define REPORT_CHART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "core/text/diag.h"

/* From left to right. */
typedef enum chart_part {
    CHART_ACTIVE,
    CHART_INFORMED,
    CHART_RESET,
    CHART_UNINFORMED,
    CHART_STOPPED, /* suspended or closed */
    CHART_N_PARTS
} chart_part;

typedef enum chart_public {
    CHART_STUDENTS,
    CHART_GUARDIANS,
    CHART_N_PUBLICS
} chart_public;

/* A school or a class: a bar for each public that it has accounts of. */
typedef struct chart_group {
    char *name; /* "" when there is none */
    char *code; /* printed small above it; "" when there is none */
    struct chart_bar {
        bool there;
        int64_t n[CHART_N_PARTS];
    } bars[CHART_N_PUBLICS];
} chart_group;

typedef struct chart {
    const char *title;
    const char *subtitle;
    edc_language language;
    chart_group *groups;
    size_t n;
} chart;

/* The whole in one picture, as high as it has to be. */
void chart_draw(const chart *c, FILE *out);

/* The same as one picture after another that a page of paper can each hold,
 * without the title, which the page has. */
void chart_draw_pieces(const chart *c, FILE *out);

/* About how wide a text is, in pixels, and no less in any usual sans-serif
 * font. Pure. */
double chart_text_width(const char *text, double size);

/* Cuts a text into lines no wider than that; what does not fit in `most` lines
 * ends in an ellipsis. lines has room for `most` allocated texts. Returns how
 * many there are. */
size_t chart_wrap(
    const char *text, double size, double width, char **lines, size_t most);

#endif
