/* csv.c - former accounts from CSV: RFC 4180 with ; or , between the
 * cells, UTF-8 or Windows-1252.
 */
#include <csv.h>
#include <errno.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/catalog.h"
#include "source/charset.h"
#include "ctl/input.h"
#include "ctl/limits.h"
#include "migrate/migrate.h"
#include "source/csv.h"

typedef struct reader {
    migrate *m;
    const char *path;
    struct csv_parser parser;
    charset decoder;
    bool begun;  /* the separator is known */
    bool headed; /* the header was read */
    migrate_field columns[LIMIT_COLUMNS];
    size_t n_columns;
    bag row;
    bag unused; /* names of columns */
    size_t n_cells;
    size_t fed;    /* bytes since the last cell ended */
    bool any;      /* the row has a value */
    bool too_long; /* a cell of it */
    long line, row_line;
    ctl_exit status;
} reader;

static ctl_exit
broken(reader *r, const char *what)
{
    r->status = ctl_fail(r->m->c, CTL_INPUT, "%s:%ld: %s", r->path,
        r->row_line == 0 ? r->line : r->row_line, what);
    return r->status;
}

/* ---- cells and rows ---- */

static void
head(reader *r, const char *name, size_t n)
{
    char *copy = ctl_copy_n(name, n);
    migrate_field field = migrate_column(copy);

    if (r->n_columns == LIMIT_COLUMNS) {
        broken(r, "it has too many columns");
    } else {
        for (size_t i = 0; i < r->n_columns && field != N_LEGACY; i++) {
            if (r->columns[i] == field)
                broken(r, "a column stands twice in the header line");
        }
        if (field == N_LEGACY)
            bag_add(&r->unused, 0, copy, strlen(copy));
        r->columns[r->n_columns++] = field;
    }
    free(copy);
}

static void
on_cell(void *text, size_t n, void *ctx)
{
    reader *r = ctx;
    size_t i = r->n_cells++;
    const char *p = text;

    r->fed = 0;
    if (r->status != CTL_OK)
        return;
    if (r->row_line == 0)
        r->row_line = r->line;
    while (n > 0 && strchr(" \t", p[n - 1]) != NULL && p[n - 1] != '\0')
        n--;
    while (n > 0 && (*p == ' ' || *p == '\t')) {
        p++;
        n--;
    }
    r->any = r->any || n > 0;
    if (!r->headed)
        head(r, p, n);
    else if (n > LIMIT_VALUE)
        r->too_long = true;
    else if (n > 0 && i < r->n_columns && r->columns[i] != N_LEGACY)
        bag_add(&r->row, r->columns[i], p, n);
}

static bool
has_column(const reader *r, migrate_field field)
{
    for (size_t i = 0; i < r->n_columns; i++) {
        if (r->columns[i] == field)
            return true;
    }
    return false;
}

static void
tell_unused(const reader *r)
{
    const char *name;

    for (size_t i = 0; (name = bag_get(&r->unused, 0, i)) != NULL; i++)
        ctl_warn(r->m->c, "%s: the column \"%s\" is not used", r->path, name);
}

static void
on_row(int end, void *ctx)
{
    reader *r = ctx;

    (void)end;
    if (r->status == CTL_OK && r->any && !r->headed) {
        r->headed = true;
        /* Without one this may be no header line, and what stands there a
         * password. */
        if (!has_column(r, LEGACY_LOGIN))
            broken(r, "the header line has no column login");
        else
            tell_unused(r);
    } else if (r->status == CTL_OK && r->any) {
        migrate_stage(r->m, r->row_line, NULL, &r->row,
            r->n_cells != r->n_columns
                ? "it has other cells than the header line"
            : r->too_long ? "a cell is too long"
                          : NULL);
        ctl_progress(catalog_text("reading"), r->m->n_found, 0);
    }
    bag_clear(&r->row);
    r->n_cells = 0;
    r->any = r->too_long = false;
    r->row_line = 0;
}

/* ---- lines ---- */

static void
feed(reader *r, edc_str text)
{
    while (text.n > 0 && r->status == CTL_OK) {
        const char *end = memchr(text.p, '\n', text.n);
        size_t n = end == NULL ? text.n : (size_t)(end - text.p) + 1;

        if (!r->begun) {
            csv_set_delim(&r->parser,
                (unsigned char)src_header_separator((edc_str){text.p, n}));
            r->begun = true;
        }
        r->fed += n;
        if (r->fed > LIMIT_CELL) {
            broken(r, "a cell is too long: a quote may not be closed");
            return;
        }
        if (csv_parse(&r->parser, text.p, n, on_cell, on_row, r) != n) {
            broken(r, "a quote is where none may be");
            return;
        }
        r->line += end != NULL;
        text = (edc_str){text.p + n, text.n - n};
    }
}

/* A line with its end, LIMIT_CELL bytes of it at most. */
static size_t
read_line(FILE *file, char *raw)
{
    size_t n = 0;
    int c = 0;

    while (n < LIMIT_CELL && c != '\n' && (c = getc(file)) != EOF)
        raw[n++] = (char)c;
    return n;
}

/* The file is read line by line, so that the header comes whole. */
static void
read_lines(reader *r, FILE *file)
{
    char *raw = ctl_alloc(LIMIT_CELL, 1);
    size_t skip = 0, n;
    edc_str text;

    while (r->status == CTL_OK && (n = read_line(file, raw)) > 0) {
        edc_str bytes = {raw, n};

        if (r->line == 1 && !r->begun)
            (void)charset_of_mark(bytes, &skip);
        bytes = (edc_str){raw + skip, n - skip};
        skip = 0;
        if (charset_feed(&r->decoder, bytes.p, bytes.n, false, &text))
            feed(r, text);
    }
    if (r->status == CTL_OK && ferror(file))
        r->status =
            ctl_fail(r->m->c, CTL_INPUT, "%s: %s", r->path, strerror(errno));
    if (r->status == CTL_OK && charset_feed(&r->decoder, NULL, 0, true, &text))
        feed(r, text);
    OPENSSL_cleanse(raw, LIMIT_CELL);
    free(raw);
}

ctl_exit
migrate_read_csv(migrate *m, const char *path)
{
    reader r = {.m = m, .path = path, .line = 1};
    const char *why;
    FILE *file = input_stream(path, &why);

    if (file == NULL)
        return ctl_fail(m->c, CTL_INPUT, "%s: %s", path, why);
    input_warn(fileno(file), path);
    if (csv_init(&r.parser, CSV_STRICT | CSV_STRICT_FINI) != 0 ||
        !charset_begin(&r.decoder, NULL)) {
        (void)input_close(file);
        return ctl_fail(m->c, CTL_LOCAL, "%s: out of memory", path);
    }
    read_lines(&r, file);
    if (r.status == CTL_OK && csv_fini(&r.parser, on_cell, on_row, &r) != 0)
        broken(&r, "a quote is not closed");
    if (r.status == CTL_OK && !r.headed)
        broken(&r, "it has no header line");
    csv_free(&r.parser);
    charset_end(&r.decoder);
    bag_free(&r.row);
    bag_free(&r.unused);
    (void)input_close(file);
    ctl_progress_end();
    return r.status;
}
