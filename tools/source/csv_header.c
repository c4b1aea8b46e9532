/* csv_header.c - the header line of a CSV file: what it is about. */
#include "ctl/catalog.h"
#include "source/csv.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "core/password/fold.h"
#include "ctl/ctl.h"

typedef enum file_of { SCHOOLS, PUPILS, GUARDIANS, INLINE } file_of;
typedef enum cells_of { ID, NEEDED, ONE, LIST } cells_of;

static const struct {
    const char *name;
    file_of file;
    cells_of cells;
    const char *also;
} known[] = {
#define EDC_CSV(file, name, cells, also, meaning) {name, file, cells, also},
#include "source/csv_columns.def"
#undef EDC_CSV
};
#define N_KNOWN (sizeof(known) / sizeof(known[0]))

static const char *const links[SRC_GUARDIANS + 1] = {
    "", "guardian1", "guardian2", "guardian3", "guardian4"};
#define PREFIX "guardian1_"

/* ---- separators ---- */

char
src_header_separator(edc_str line)
{
    static const char signs[] = ";,\t";
    size_t count[3] = {0};
    bool quoted = false;
    size_t best = 0;

    for (size_t i = 0; i < line.n; i++) {
        const char *sign = line.p[i] == '\0' ? NULL : strchr(signs, line.p[i]);

        quoted ^= line.p[i] == '"';
        if (sign != NULL && !quoted)
            count[sign - signs]++;
    }
    for (size_t i = 1; i < 3; i++) {
        if (count[i] > count[best])
            best = i;
    }
    return signs[best];
}

char
src_header_told(edc_str line)
{
    while (line.n > 0 &&
           (line.p[line.n - 1] == '\n' || line.p[line.n - 1] == '\r'))
        line.n--;
    if (line.n >= 2 && line.p[0] == '"' && line.p[line.n - 1] == '"')
        line = (edc_str){line.p + 1, line.n - 2};
    if (line.n != 5 || !edc_str_caseeq((edc_str){line.p, 4}, EDC_STR("sep=")) ||
        line.p[4] == '\0' || strchr(";,\t|", line.p[4]) == NULL)
        return 0;
    return line.p[4];
}

/* ---- names ---- */

/* A column's name and how it compares. */
typedef struct title {
    edc_str name;
    edc_buf folded;
    edc_buf unnumbered; /* folded, without its one digit from 1 to 4 */
    int number;         /* that digit; 0: none, or several */
} title;

/* The other names of the table, folded: made once, as that takes longer than
 * reading a small file, and then only read. */
typedef struct alias {
    edc_buf folded;
    int row, rank;
} alias;

#define N_ALIASES 512

static struct {
    alias names[N_ALIASES];
    size_t n;
    bool whole; /* there was memory for all */
} aliases;

static bool
add_alias(int row, int rank, edc_str name)
{
    alias *a = &aliases.names[aliases.n];

    if (aliases.n == N_ALIASES || !edc_fold(name, &a->folded))
        return false;
    a->row = row;
    a->rank = rank;
    aliases.n++;
    return true;
}

static void
make_aliases(void)
{
    aliases.whole = true;
    for (size_t i = 0; i < N_KNOWN; i++) {
        const char *also = known[i].also;

        for (int rank = 1; *also != '\0'; rank++) {
            size_t n = strcspn(also, ",");

            aliases.whole &= add_alias((int)i, rank, (edc_str){also, n});
            also += n + (also[n] != '\0');
        }
    }
}

static bool
have_aliases(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    return pthread_once(&once, make_aliases) == 0 && aliases.whole;
}

/* The row of a kind of file for a name; -1: it has none. */
static int
find(file_of file, edc_str name, edc_str folded, int *rank)
{
    *rank = 0;
    for (size_t i = 0; i < N_KNOWN; i++) {
        if (known[i].file == file &&
            edc_str_caseeq(name, edc_str_of(known[i].name)))
            return (int)i;
    }
    for (size_t i = 0; i < aliases.n && folded.n > 0; i++) {
        const alias *a = &aliases.names[i];

        *rank = a->rank;
        if (known[a->row].file == file &&
            edc_str_eq(edc_buf_str(&a->folded), folded))
            return a->row;
    }
    return -1;
}

/* "guardian2_sn" is 2 and what is left; 0: no such name. */
static int
inline_guardian(edc_str name, edc_str *rest)
{
    const size_t n = sizeof(PREFIX) - 1;
    int guardian;

    if (name.n <= n || name.p[n - 1] != '_' ||
        !edc_str_caseeq((edc_str){name.p, n - 2}, EDC_STR("guardian")))
        return 0;
    guardian = name.p[n - 2] - '0';
    *rest = (edc_str){name.p + n, name.n - n};
    return guardian >= 1 && guardian <= SRC_GUARDIANS ? guardian : 0;
}

/* The column of the table that a title is, in such a file; name NULL: none. */
static src_column
column_of(file_of file, const title *t)
{
    src_column column = {.row = -1};
    edc_str rest;

    column.row = find(file, t->name, edc_buf_str(&t->folded), &column.rank);
    if (column.row < 0 && file == PUPILS) {
        column.guardian = inline_guardian(t->name, &rest);
        if (column.guardian > 0)
            column.row = find(INLINE, rest, EDC_STR(""), &column.rank);
    }
    if (column.row < 0 && file == PUPILS && t->number > 0) {
        column.guardian = t->number;
        column.row = find(
            INLINE, EDC_STR(""), edc_buf_str(&t->unnumbered), &column.rank);
    }
    if (column.row < 0)
        return (src_column){.row = -1};
    column.name = known[column.row].name;
    column.id = known[column.row].cells == ID;
    column.list = known[column.row].cells == LIST;
    return column;
}

static bool
title_begin(title *t, edc_str name)
{
    size_t digits = 0, at = 0;

    *t = (title){.name = name};
    if (!edc_fold(name, &t->folded))
        return false;
    for (size_t i = 0; i < t->folded.n; i++) {
        if (t->folded.p[i] >= '0' && t->folded.p[i] <= '9') {
            digits++;
            at = i;
        }
    }
    if (digits != 1 || t->folded.p[at] < '1' || t->folded.p[at] > '4')
        return true;
    t->number = t->folded.p[at] - '0';
    if (!edc_buf_copy(&t->unnumbered, edc_buf_str(&t->folded)))
        return false;
    memmove(
        t->unnumbered.p + at, t->unnumbered.p + at + 1, t->unnumbered.n - at);
    t->unnumbered.n--;
    return true;
}

/* A header line being read. */
typedef struct reading {
    src_run *run;
    src_header *header;
    title *titles;
    size_t n;
    file_of file;
} reading;

static bool
reading_begin(reading *r, src_run *run, const edc_str *cells, size_t n,
    src_header *header)
{
    bool good;

    *header = (src_header){.id = LIMIT_COLUMNS};
    *r = (reading){.run = run, .header = header, .n = n};
    r->titles = ctl_alloc(n, sizeof(*r->titles));
    good = have_aliases();
    for (size_t i = 0; i < n && good; i++)
        good = title_begin(&r->titles[i], cells[i]);
    return good || src_fail(run, run->line, "out of memory");
}

static void
reading_end(reading *r)
{
    for (size_t i = 0; i < r->n; i++) {
        edc_buf_wipe(&r->titles[i].folded);
        edc_buf_wipe(&r->titles[i].unnumbered);
    }
    free(r->titles);
}

/* ---- what the file is about ---- */

/* How many of the columns such a file may have; of two kinds with as many, the
 * one that has what identifies a record. */
static size_t
score_of(const reading *r, file_of file)
{
    size_t count = 0;
    bool id = false;

    for (size_t i = 0; i < r->n; i++) {
        src_column column = column_of(file, &r->titles[i]);

        count += column.row >= 0;
        id |= column.row >= 0 && column.id && column.guardian == 0;
    }
    return 2 * count + id;
}

/* The kind of file that most columns are of, so that an unknown one is told
 * from a wrong kind. */
static bool
find_file(reading *r)
{
    size_t most = 0;
    bool clear = false;

    for (file_of f = SCHOOLS; f <= GUARDIANS; f++) {
        size_t score = score_of(r, f);

        if (score >= most) {
            clear = score > most;
            r->file = f;
            most = score;
        }
    }
    return clear || src_fail(r->run, r->run->line,
                        "the header line tells neither schools (uai...), "
                        "pupils (birthDate, school...) nor guardians (mobile, "
                        "mail...)");
}

/* ---- its columns ---- */

static bool
is_same(const src_column *a, const src_column *b)
{
    return a->name != NULL && a->row == b->row && a->guardian == b->guardian;
}

/* Of two columns that mean the same the better name counts. False when both
 * have the same name. */
static bool
settle(src_header *header, src_column *column, size_t *worse)
{
    for (size_t i = 0; i < header->n; i++) {
        src_column *other = &header->columns[i];

        if (!is_same(other, column))
            continue;
        if (other->rank == column->rank)
            return false;
        if (column->rank < other->rank) {
            *other = (src_column){.row = -1};
            *worse = i;
        } else {
            *column = (src_column){.row = -1};
            *worse = header->n;
        }
        return true;
    }
    return true;
}

/* A note's list of columns that are passed over. */
typedef struct passed {
    char text[200];
    size_t left_out;
} passed;

static void
pass_over(passed *p, edc_str name)
{
    size_t n = strlen(p->text);
    size_t most = name.n > 40 ? 40 : name.n;

    if (name.n == 0)
        return;
    if (n + most + 3 >= sizeof(p->text))
        p->left_out++;
    else
        snprintf(p->text + n, sizeof(p->text) - n, "%s%.*s", n > 0 ? ", " : "",
            (int)most, name.p);
}

static bool
add_column(reading *r, size_t i, passed *p)
{
    edc_str name = r->titles[i].name;
    src_column *column = &r->header->columns[i];
    int shown = (int)(name.n > 64 ? 64 : name.n);
    size_t worse = SIZE_MAX;

    *column = column_of(r->file, &r->titles[i]);
    if (column->row < 0 && name.n > 0 && r->run->options->strict)
        return src_fail(
            r->run, r->run->line, "there is no column %.*s", shown, name.p);
    if (column->row >= 0 && !settle(r->header, column, &worse))
        return src_fail(r->run, r->run->line, "the column %.*s is there twice",
            shown, name.p);
    if (worse != SIZE_MAX)
        pass_over(p, r->titles[worse].name);
    else if (column->row < 0)
        pass_over(p, name);
    if (name.n > 0)
        r->header->n_named = i + 1;
    r->header->n++;
    return true;
}

static bool
add_columns(reading *r)
{
    passed p = {"", 0};

    for (size_t i = 0; i < r->n; i++) {
        if (!add_column(r, i, &p))
            return false;
    }
    if (p.left_out > 0)
        src_note(r->run, r->run->line,
            "columns that are not read: %s and %zu more", p.text, p.left_out);
    else if (p.text[0] != '\0')
        src_note(r->run, r->run->line, "columns that are not read: %s", p.text);
    return true;
}

/* ---- what is missing ---- */

static bool
has_column(const src_header *header, const char *name, int guardian)
{
    for (size_t i = 0; i < header->n; i++) {
        const src_column *column = &header->columns[i];

        if (column->name != NULL && column->guardian == guardian &&
            strcmp(column->name, name) == 0)
            return true;
    }
    return false;
}

static bool
is_missing(src_run *run, file_of file, const char *name)
{
    static const char *const needs[] = {"schools need uai",
        "pupils need id (or ine), sn, givenName and school (or --school)",
        "guardians need id and sn"};

    return src_fail(run, run->line, "the column %s is missing: %s", name,
        catalog_text(needs[file]));
}

/* A pupil who has no other id has the INE. */
static bool
find_id(src_run *run, file_of file, src_header *header)
{
    for (size_t i = 0; i < header->n; i++) {
        const src_column *column = &header->columns[i];

        if (column->name == NULL || column->guardian > 0)
            continue;
        if (column->id ||
            (header->id == LIMIT_COLUMNS && strcmp(column->name, "ine") == 0)) {
            header->id = i;
            header->id_is_ine = !column->id;
        }
        if (column->id)
            return true;
    }
    return header->id < LIMIT_COLUMNS ||
           is_missing(run, file, file == SCHOOLS ? "uai" : "id");
}

static bool
check_needed(src_run *run, file_of file, const src_header *header)
{
    for (size_t i = 0; i < N_KNOWN; i++) {
        if (known[i].file == file && known[i].cells == NEEDED &&
            !has_column(header, known[i].name, 0))
            return is_missing(run, file, known[i].name);
    }
    return file != PUPILS || header->school || run->options->school != NULL ||
           is_missing(run, file, "school");
}

/* The columns that speak of one guardian. */
typedef struct ties {
    src_column *id, *link; /* "guardian1_id", "guardian1"; or NULL */
    size_t others;         /* "guardian1_sn"... */
} ties;

static ties
ties_of(src_header *header, int guardian)
{
    ties t = {NULL, NULL, 0};

    for (size_t i = 0; i < header->n; i++) {
        src_column *column = &header->columns[i];

        if (column->name == NULL)
            continue;
        if (column->guardian == guardian && column->id)
            t.id = column;
        else if (column->guardian == guardian)
            t.others++;
        else if (strcmp(column->name, links[guardian]) == 0)
            t.link = column;
    }
    return t;
}

/* Columns of a guardian need that of its id: guardian1_id, or guardian1, which
 * by itself has the id of one whose record stands elsewhere. Other software has
 * one name for both. */
static bool
check_guardian(src_run *run, src_header *header, int guardian)
{
    ties t = ties_of(header, guardian);

    if (t.id != NULL && t.link != NULL)
        return src_fail(run, run->line,
            "there are both the column %s and columns %s_...", links[guardian],
            links[guardian]);
    if (t.id != NULL && t.others == 0 && t.id->rank > 0) {
        t.id->name = links[guardian];
        t.id->id = false;
        t.id->guardian = 0;
    } else if (t.link != NULL && t.others > 0) {
        t.link->id = true;
        t.link->guardian = guardian;
    }
    return t.others == 0 || t.id != NULL || t.link != NULL ||
           src_fail(
               run, run->line, "the column %s_id is missing", links[guardian]);
}

/* ---- all of it ---- */

static bool
read_titles(reading *r)
{
    static const src_kind kinds[] = {SRC_SCHOOL, SRC_STUDENT, SRC_GUARDIAN};
    src_header *header = r->header;

    if (!find_file(r) || !add_columns(r) || !find_id(r->run, r->file, header))
        return false;
    header->kind = kinds[r->file];
    header->school = has_column(header, "school", 0);
    if (r->run->options->needed && !check_needed(r->run, r->file, header))
        return false;
    for (int guardian = 1; guardian <= SRC_GUARDIANS; guardian++) {
        if (!check_guardian(r->run, header, guardian))
            return false;
    }
    /* What the record calls the guardian whose id the column is. */
    for (size_t i = 0; i < header->n; i++) {
        src_column *column = &header->columns[i];

        if (column->guardian > 0 && column->id)
            column->name = links[column->guardian];
    }
    return true;
}

bool
src_header_read(
    src_run *run, const edc_str *cells, size_t n, src_header *header)
{
    reading r;
    bool good = reading_begin(&r, run, cells, n, header) && read_titles(&r);

    reading_end(&r);
    return good;
}
