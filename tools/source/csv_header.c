/* csv_header.c - the header line of a CSV file: what it is about. */
#include "source/csv.h"

#include <string.h>

typedef enum file_of { SCHOOLS, PUPILS, GUARDIANS, INLINE } file_of;
typedef enum cells_of { ID, ONE, LIST } cells_of;

static const struct {
    const char *name;
    file_of file;
    cells_of cells;
} known[] = {
#define EDC_CSV(file, name, cells, meaning) {name, file, cells},
#include "source/csv_columns.def"
#undef EDC_CSV
};
#define N_KNOWN (sizeof(known) / sizeof(known[0]))

static const char *const links[SRC_GUARDIANS + 1] = {
    "", "guardian1", "guardian2", "guardian3", "guardian4"};
#define PREFIX "guardian1_"

char
src_header_separator(edc_str line)
{
    size_t commas = 0, semicolons = 0;
    bool quoted = false;

    for (size_t i = 0; i < line.n; i++) {
        quoted ^= line.p[i] == '"';
        commas += line.p[i] == ',' && !quoted;
        semicolons += line.p[i] == ';' && !quoted;
    }
    return commas > semicolons ? ',' : ';';
}

/* The row of the table for a column of such a file; -1: it has none. */
static int
find(file_of file, edc_str name)
{
    for (size_t i = 0; i < N_KNOWN; i++) {
        if (known[i].file == file &&
            edc_str_caseeq(name, edc_str_of(known[i].name)))
            return (int)i;
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

/* How many of the columns such a file may have. */
static size_t
count_known(file_of file, const edc_str *cells, size_t n)
{
    size_t count = 0;
    edc_str rest;

    for (size_t i = 0; i < n; i++)
        count += find(file, cells[i]) >= 0 ||
                 (file == PUPILS && inline_guardian(cells[i], &rest) > 0);
    return count;
}

/* The kind of file that most columns are of, so that an unknown one is told
 * from a wrong kind. */
static bool
find_file(src_run *run, const edc_str *cells, size_t n, file_of *file)
{
    size_t most = 0;
    bool clear = false;

    *file = SCHOOLS;
    for (file_of f = SCHOOLS; f <= GUARDIANS; f++) {
        size_t count = count_known(f, cells, n);

        if (count >= most) {
            clear = count > most;
            *file = f;
            most = count;
        }
    }
    return clear || src_fail(run, run->line,
                        "the header line tells neither schools (uai...), "
                        "pupils (birthDate, school...) nor guardians (mobile, "
                        "mail...)");
}

static bool
add_column(src_run *run, file_of file, edc_str name, src_header *header)
{
    src_column *column = &header->columns[header->n];
    edc_str rest = name;
    int guardian = file == PUPILS ? inline_guardian(name, &rest) : 0;
    int row = find(guardian > 0 ? INLINE : file, guardian > 0 ? rest : name);

    if (row < 0)
        return src_fail(run, run->line, "there is no column %.*s",
            (int)(name.n > 64 ? 64 : name.n), name.p);
    if (header->n == SRC_COLUMNS - 1)
        return src_fail(run, run->line,
            "the header line has more columns "
            "than there are");
    *column = (src_column){.name = known[row].name,
        .id = known[row].cells == ID,
        .list = known[row].cells == LIST,
        .guardian = guardian};
    for (size_t i = 0; i < header->n; i++) {
        if (header->columns[i].name == column->name &&
            header->columns[i].guardian == guardian)
            return src_fail(run, run->line, "the column %.*s is there twice",
                (int)(name.n > 64 ? 64 : name.n), name.p);
    }
    if (column->id && guardian == 0)
        header->id = header->n;
    header->n++;
    return true;
}

/* Columns of a guardian need that of its id; with them, the id has no other
 * column. */
static bool
check_guardian(src_run *run, const src_header *header, int guardian)
{
    bool any = false, id = false, link = false;

    for (size_t i = 0; i < header->n; i++) {
        const src_column *column = &header->columns[i];

        any |= column->guardian == guardian;
        id |= column->guardian == guardian && column->id;
        link |= strcmp(column->name, links[guardian]) == 0;
    }
    if (any && !id)
        return src_fail(
            run, run->line, "the column %s_id is missing", links[guardian]);
    if (any && link)
        return src_fail(run, run->line,
            "there are both the column %s and columns %s_...", links[guardian],
            links[guardian]);
    return true;
}

bool
src_header_read(
    src_run *run, const edc_str *cells, size_t n, src_header *header)
{
    static const src_kind kinds[] = {SRC_SCHOOL, SRC_STUDENT, SRC_GUARDIAN};
    file_of file;

    header->n = 0;
    header->id = SRC_COLUMNS;
    if (!find_file(run, cells, n, &file))
        return false;
    header->kind = kinds[file];
    for (size_t i = 0; i < n; i++) {
        if (!add_column(run, file, cells[i], header))
            return false;
    }
    if (header->id == SRC_COLUMNS)
        return src_fail(run, run->line, "the column %s is missing",
            file == SCHOOLS ? "uai" : "id");
    for (int guardian = 1; guardian <= SRC_GUARDIANS; guardian++) {
        if (!check_guardian(run, header, guardian))
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
