/* csv.c - records of CSV: RFC 4180 with ; or , between the cells.
 *
 * libcsv takes the cells apart. It is given a line at a time, so that the line
 * that a record begins in is known.
 */
#include <csv.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/catalog.h"
#include "ctl/ctl.h"
#include "source/csv.h"

struct src_csv {
    src_run *run;
    struct csv_parser parser;
    bool has_header;
    src_header header;
    src_onde *onde; /* NULL: it is not ONDE's */
    char *first;    /* the header line until its end has come */
    size_t n_first;
    bool separated; /* the separator is known */

    char *title; /* the header line's cells, as bytes are of a row */
    size_t n_title;
    char *bytes; /* the cells of a row, one behind the other */
    size_t n_bytes, room;
    size_t ends[LIMIT_COLUMNS];
    size_t n_cells; /* may be more than there is room for */
    bool too_long;  /* one was left out */

    long line;     /* that is being read */
    long row_line; /* that the row begins in */
    bool fresh;    /* no row has begun */
    bool after_cr;
    bool at_start; /* of a line */
    size_t fed;    /* bytes since the last cell ended */
};

/* ---- a row ---- */

static edc_str
cell_of(const src_csv *csv, size_t i)
{
    size_t begin = i == 0 ? 0 : csv->ends[i - 1];

    /* A row may end before columns that have no name. */
    if (i >= csv->n_cells)
        return EDC_STR("");
    return (edc_str){csv->bytes + begin, csv->ends[i] - begin};
}

static void
add_values(src_csv *csv, const src_column *column, edc_str cell)
{
    src_run *run = csv->run;

    (void)src_record_attr(run, edc_str_of(column->name));
    while (cell.n > 0) {
        const char *bar = column->list ? memchr(cell.p, '|', cell.n) : NULL;
        size_t n = bar == NULL ? cell.n : (size_t)(bar - cell.p);

        src_record_value(run);
        src_record_text(run, cell.p, n);
        src_record_value_end(run);
        n += bar != NULL;
        cell = (edc_str){cell.p + n, cell.n - n};
    }
}

/* "1,23457E+11": what a spreadsheet shows of a number that it finds too long;
 * the number is lost, and others may show the same. */
static bool
is_rounded(edc_str cell)
{
    bool exponent = false;

    cell = src_trim(cell);
    for (size_t i = 0; i < cell.n; i++) {
        char c = cell.p[i];

        if (!exponent && i > 0 && i + 2 < cell.n && (c == 'E' || c == 'e') &&
            cell.p[i + 1] == '+') {
            exponent = true;
            i++;
        } else if ((c < '0' || c > '9') &&
                   (exponent || i == 0 || (c != ',' && c != '.'))) {
            return false;
        }
    }
    return exponent;
}

static void
check_rounded(src_csv *csv, const src_column *column, edc_str cell)
{
    if (is_rounded(cell))
        src_record_refuse(csv->run,
            "%s is a long number that a spreadsheet has rounded", column->name);
}

static bool
names_somebody(const src_column *column)
{
    return column->id || strcmp(column->name, "ine") == 0 ||
           strncmp(column->name, "guardian", 8) == 0;
}

/* The school that was given for pupils who have none in the file. */
static void
add_school(src_csv *csv)
{
    const char *school = csv->run->options->school;

    (void)src_record_attr(csv->run, EDC_STR("school"));
    src_record_value(csv->run);
    src_record_text(csv->run, school, strlen(school));
    src_record_value_end(csv->run);
}

static void
begin_record(src_csv *csv, src_kind kind)
{
    src_record_begin(csv->run, csv->row_line, SRC_ADD);
    csv->run->record.kind = kind;
}

static bool
is_blank(edc_str text)
{
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '\0' || strchr(" \t\r\n", text.p[i]) == NULL)
            return false;
    }
    return true;
}

/* The columns of an inline guardian as a record of its own, unless all are
 * empty. *named: whether the pupil's record may say who it is. */
static bool
end_guardian(src_csv *csv, int guardian, bool *named)
{
    const src_header *header = &csv->header;
    bool any = false;

    begin_record(csv, SRC_GUARDIAN);
    *named = true;
    for (size_t i = 0; i < header->n; i++) {
        const src_column *column = &header->columns[i];
        edc_str cell = cell_of(csv, i);

        if (column->name == NULL || column->guardian != guardian)
            continue;
        any |= !is_blank(cell);
        if (column->id)
            check_rounded(csv, column, cell);
        if (column->id)
            src_record_id(csv->run, cell);
        else
            add_values(csv, column, cell);
    }
    if (!any)
        return true;
    *named = csv->run->record.has_id;
    if (!*named)
        src_record_refuse(csv->run, "guardian%d has no id", guardian);
    return src_record_end(csv->run);
}

/* One column of the row's own record. */
static void
add_column(src_csv *csv, size_t i, const bool *named)
{
    const src_header *header = &csv->header;
    const src_column *column = &header->columns[i];
    edc_str cell = cell_of(csv, i);
    bool school = column->name != NULL && strcmp(column->name, "school") == 0;

    if (column->name == NULL)
        return;
    if (names_somebody(column))
        check_rounded(csv, column, cell);
    if ((i == header->id && !header->id_is_ine) || !named[column->guardian] ||
        (column->guardian > 0 && !column->id))
        return;
    if (school && is_blank(cell) && csv->run->options->school != NULL)
        add_school(csv);
    else
        add_values(csv, column, cell);
}

static bool
end_record(src_csv *csv)
{
    const src_header *header = &csv->header;
    bool named[SRC_GUARDIANS + 1] = {true, true, true, true, true};

    for (int guardian = 1; guardian <= SRC_GUARDIANS; guardian++) {
        if (!end_guardian(csv, guardian, &named[guardian]))
            return false;
    }
    begin_record(csv, header->kind);
    src_record_id(csv->run, cell_of(csv, header->id));
    for (size_t i = 0; i < header->n; i++)
        add_column(csv, i, named);
    if (header->kind == SRC_STUDENT && !header->school &&
        csv->run->options->school != NULL)
        add_school(csv);
    return src_record_end(csv->run);
}

static bool
refuse_row(src_csv *csv)
{
    const src_header *header = &csv->header;

    begin_record(csv, header->kind);
    if (header->id < csv->n_cells)
        src_record_id(csv->run, cell_of(csv, header->id));
    if (csv->too_long)
        src_record_refuse(
            csv->run, "it is longer than %d bytes", SRC_RECORD_MAX);
    src_record_refuse(csv->run, "it has %zu cells, the header line %zu",
        csv->n_cells, header->n_named);
    return src_record_end(csv->run);
}

static bool
read_header(src_csv *csv)
{
    edc_str cells[LIMIT_COLUMNS];

    csv->has_header = true;
    csv->run->line = csv->row_line;
    if (csv->n_cells > LIMIT_COLUMNS)
        return src_fail(csv->run, csv->row_line,
            "the header line has more than %d columns", LIMIT_COLUMNS);
    for (size_t i = 0; i < csv->n_cells; i++)
        cells[i] = src_trim(cell_of(csv, i));
    csv->title = ctl_copy_n(csv->bytes, csv->n_bytes);
    csv->n_title = csv->n_bytes;
    if (src_onde_knows(cells, csv->n_cells)) {
        csv->onde =
            src_onde_begin(csv->run, csv->row_line, cells, csv->n_cells);
        return csv->onde != NULL;
    }
    return src_header_read(csv->run, cells, csv->n_cells, &csv->header);
}

static bool
end_onde_row(src_csv *csv)
{
    edc_str cells[LIMIT_COLUMNS];

    for (size_t i = 0; i < csv->n_cells && i < LIMIT_COLUMNS; i++)
        cells[i] = src_trim(cell_of(csv, i));
    return src_onde_row(csv->onde, csv->row_line, cells,
        csv->too_long ? SIZE_MAX : csv->n_cells);
}

/* A row of nothing but separators is what spreadsheets leave of rows that were
 * emptied. */
static bool
is_empty_row(const src_csv *csv)
{
    return is_blank((edc_str){csv->bytes, csv->n_bytes});
}

/* The header line again, where files were put one behind the other. */
static bool
is_title(const src_csv *csv)
{
    return edc_str_eq((edc_str){csv->title, csv->n_title},
        (edc_str){csv->bytes, csv->n_bytes});
}

/* Cells behind the last column with a name must be empty, and need not be
 * there: what is in them was pushed there by a separator too many. */
static bool
fits(const src_csv *csv)
{
    size_t n = csv->header.n_named;

    if (csv->n_cells <= n)
        return csv->n_cells == n;
    return csv->n_cells <= LIMIT_COLUMNS &&
           is_blank((edc_str){
               csv->bytes + csv->ends[n - 1], csv->n_bytes - csv->ends[n - 1]});
}

static void
on_cell(void *text, size_t n, void *ctx)
{
    src_csv *csv = ctx;

    csv->fed = 0;
    if (csv->n_cells < LIMIT_COLUMNS) {
        if (n > SRC_RECORD_MAX - csv->n_bytes) {
            csv->too_long = true;
            n = 0;
        }
        if (csv->room < csv->n_bytes + n) {
            csv->room = 2 * (csv->n_bytes + n);
            csv->bytes = ctl_resize(csv->bytes, csv->room, 1);
        }
        if (n > 0)
            memcpy(csv->bytes + csv->n_bytes, text, n);
        csv->n_bytes += n;
        csv->ends[csv->n_cells] = csv->n_bytes;
    }
    csv->n_cells++;
}

static void
on_row(int end, void *ctx)
{
    src_csv *csv = ctx;

    (void)end;
    if (csv->run->end != SRC_END || is_empty_row(csv) ||
        (csv->has_header && is_title(csv)))
        ;
    else if (!csv->has_header)
        (void)read_header(csv);
    else if (csv->onde != NULL)
        (void)end_onde_row(csv);
    else if (csv->too_long || !fits(csv))
        (void)refuse_row(csv);
    else
        (void)end_record(csv);
    csv->n_bytes = csv->n_cells = 0;
    csv->too_long = false;
    csv->fresh = true;
}

/* ---- lines ---- */

/* A line or a part of one, its end included. */
static bool
feed_line(src_csv *csv, edc_str text)
{
    src_run *run = csv->run;

    if (csv->fresh && !is_blank(text)) {
        csv->fresh = false;
        csv->row_line = csv->line;
    }
    csv->fed += text.n;
    if (csv->fed > LIMIT_CELL)
        return src_fail(run, csv->row_line,
            "a cell has more than %d bytes: a quote may not be closed",
            LIMIT_CELL);
    if (csv_parse(&csv->parser, text.p, text.n, on_cell, on_row, csv) != text.n)
        return src_fail(run, csv->line, "%s",
            csv_error(&csv->parser) == CSV_EPARSE
                ? catalog_text("a quote is within a cell or a cell goes on "
                               "behind its quote")
                : csv_strerror(csv_error(&csv->parser)));
    return run->end == SRC_END;
}

/* Bytes of a line, its end included, which is LF, CR LF or CR; a CR LF counts
 * as two ends here, the second of an empty line. */
static size_t
line_length(edc_str text)
{
    size_t n = 0;

    while (n < text.n && text.p[n] != '\n' && text.p[n] != '\r')
        n++;
    return n < text.n ? n + 1 : n;
}

/* A byte order mark, of which some programs put several. */
static size_t
marks_at(edc_str text)
{
    size_t n = 0;

    while (text.n - n >= 3 && memcmp(text.p + n, "\xEF\xBB\xBF", 3) == 0)
        n += 3;
    return n;
}

static bool
feed_lines(src_csv *csv, edc_str text)
{
    while (text.n > 0) {
        size_t marks = csv->at_start && csv->fresh ? marks_at(text) : 0;
        size_t n;
        char end;

        text = (edc_str){text.p + marks, text.n - marks};
        if (text.n == 0)
            return true;
        n = line_length(text);
        end = text.p[n - 1];

        csv->run->line = csv->line;
        if (!feed_line(csv, (edc_str){text.p, n}))
            return false;
        if (end == '\r' || (end == '\n' && !(n == 1 && csv->after_cr)))
            csv->line++;
        csv->after_cr = end == '\r';
        csv->at_start = end == '\r' || end == '\n';
        text = (edc_str){text.p + n, text.n - n};
    }
    return true;
}

/* Bytes of blanks, ends of lines and byte order marks before the first line
 * with something in it. */
static size_t
blank_begin(edc_str text)
{
    size_t n = 0, more = 1;

    while (more > 0) {
        more = marks_at((edc_str){text.p + n, text.n - n});
        while (n + more < text.n && text.p[n + more] != '\0' &&
               strchr(" \r\n", text.p[n + more]) != NULL)
            more++;
        n += more;
    }
    return n;
}

/* What tells the separator is taken out of its line, which counts as an empty
 * one. */
static void
drop_told(src_csv *csv, edc_str line)
{
    size_t at = (size_t)(line.p - csv->first), n = 0;

    while (n < line.n && line.p[n] != '\n' && line.p[n] != '\r')
        n++;
    memmove(csv->first + at, csv->first + at + n, csv->n_first - at - n);
    csv->n_first -= n;
}

/* The separator is told by a line of its own or chosen by the whole header
 * line: what comes is kept until that is there. */
static bool
feed_first(src_csv *csv, edc_str text, bool last)
{
    edc_str first, line;
    char told;

    csv->first = ctl_resize(csv->first, csv->n_first + text.n, 1);
    if (text.n > 0)
        memcpy(csv->first + csv->n_first, text.p, text.n);
    csv->n_first += text.n;
    first = (edc_str){csv->first, csv->n_first};
    first.p += blank_begin(first);
    first.n -= (size_t)(first.p - csv->first);
    line = (edc_str){first.p, line_length(first)};
    if (!last && line.n == first.n && csv->n_first <= LIMIT_HEADER)
        return true;
    csv->separated = true;
    told = src_header_told(line);
    csv_set_delim(&csv->parser,
        (unsigned char)(told != 0 ? told : src_header_separator(line)));
    if (told != 0)
        drop_told(csv, line);
    return feed_lines(csv, (edc_str){csv->first, csv->n_first});
}

/* ---- the parser ---- */

src_csv *
src_csv_begin(src_run *run)
{
    src_csv *csv = ctl_alloc(1, sizeof(*csv));

    csv->run = run;
    csv->line = 1;
    csv->fresh = csv->at_start = true;
    csv->room = 256;
    csv->bytes = ctl_alloc(csv->room, 1);
    csv_init(&csv->parser, CSV_STRICT | CSV_STRICT_FINI);
    return csv;
}

bool
src_csv_feed(src_csv *csv, edc_str bytes, bool last)
{
    src_run *run = csv->run;

    if (run->end != SRC_END || !(csv->separated ? feed_lines(csv, bytes)
                                                : feed_first(csv, bytes, last)))
        return false;
    if (!last)
        return true;
    if (csv_fini(&csv->parser, on_cell, on_row, csv) != 0)
        return src_fail(run, csv->row_line, "a quote is not closed");
    if (!csv->has_header)
        return src_fail(run, csv->line, "it has no header line");
    return run->end == SRC_END;
}

void
src_csv_free(src_csv *csv)
{
    if (csv == NULL)
        return;
    csv_free(&csv->parser);
    src_onde_free(csv->onde);
    free(csv->first);
    free(csv->title);
    free(csv->bytes);
    free(csv);
}
