/* onde.c - records of ONDE's CSV exports: the pupils of an école, and their
 * guardians with the children as columns, again and again on one line.
 *
 * The files name no school, no id of a guardian and of a pupil the INE only,
 * which may not be given yet. So ids are made of what is there: names, and for
 * guardians a digest of how they are reached, for two of one name are two.
 */
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/fold.h"
#include "core/text/phone.h"
#include "ctl/ctl.h"
#include "source/parts.h"

typedef enum file_of { PUPILS, GUARDIANS } file_of;

typedef enum field {
    NO_FIELD,
    FAMILY,
    USAGE,
    GIVEN,
    BIRTH,
    INE,
    CLASS,
    MOBILE,
    MAIL,
    STREET,
    POSTAL_CODE,
    TOWN,
    CHILD_USAGE,
    CHILD_FAMILY,
    CHILD_GIVEN,
    CHILD_CLASS,
    N_ONDE_FIELDS
} field;

static const struct {
    file_of file;
    const char *title;
    field to;
    bool needed;
} known[] = {
#define EDC_ONDE(file, title, field, needed) {file, title, field, needed},
#include "source/onde_columns.def"
#undef EDC_ONDE
};
#define N_KNOWN (sizeof(known) / sizeof(known[0]))

#define CHILD_FIELDS (N_ONDE_FIELDS - CHILD_USAGE)

struct src_onde {
    src_run *run;
    file_of file;
    size_t n; /* columns */
    field columns[LIMIT_COLUMNS];
    /* Columns of a child's fields, counted from 1; 0: there is none. */
    unsigned short children[LIMIT_COLUMNS][CHILD_FIELDS];
    size_t n_children;    /* that a line has room for */
    const edc_str *cells; /* of the present line */
    size_t n_cells;
    long line;
};

/* ---- the header line ---- */

/* The titles of the table, folded once for a header line. */
typedef struct titles {
    char *folded[N_KNOWN];
} titles;

static void
fold_titles(titles *t)
{
    for (size_t i = 0; i < N_KNOWN; i++)
        t->folded[i] = ctl_fold(edc_str_of(known[i].title));
}

static void
free_titles(titles *t)
{
    for (size_t i = 0; i < N_KNOWN; i++)
        free(t->folded[i]);
}

/* What a title of such a file stands for. */
static field
field_of(const titles *t, file_of file, edc_str title)
{
    char *one = ctl_fold(title);
    field found = NO_FIELD;

    for (size_t i = 0; i < N_KNOWN && found == NO_FIELD; i++) {
        if (known[i].file == file && strcmp(one, t->folded[i]) == 0)
            found = known[i].to;
    }
    free(one);
    return found;
}

/* The fields that a header line has as one of such a file, bits 1 << field. */
static unsigned
fields_of(file_of file, const edc_str *cells, size_t n)
{
    unsigned fields = 0;
    titles t;

    fold_titles(&t);
    for (size_t i = 0; i < n; i++)
        fields |= 1U << field_of(&t, file, cells[i]);
    free_titles(&t);
    return fields;
}

static bool
is_of(file_of file, const edc_str *cells, size_t n)
{
    unsigned needed =
        1U << FAMILY | (file == PUPILS ? 1U << GIVEN : 1U << CHILD_FAMILY);

    return (fields_of(file, cells, n) & needed) == needed;
}

bool
src_onde_knows(const edc_str *cells, size_t n)
{
    return is_of(PUPILS, cells, n) || is_of(GUARDIANS, cells, n);
}

static bool
has_all(src_run *run, long line, file_of file, const edc_str *cells, size_t n)
{
    unsigned fields = fields_of(file, cells, n);

    for (size_t i = 0; i < N_KNOWN; i++) {
        if (known[i].file == file && known[i].needed &&
            (fields & 1U << known[i].to) == 0)
            return src_fail(run, line,
                "the column %s is missing: choose it in ONDE's extraction",
                known[i].title);
    }
    return true;
}

static bool
is_of_child(field to)
{
    return to >= CHILD_USAGE;
}

static void
take_columns(src_onde *o, const edc_str *cells, size_t n)
{
    size_t seen[N_ONDE_FIELDS] = {0};
    titles t;

    fold_titles(&t);
    for (size_t i = 0; i < n; i++) {
        field to = field_of(&t, o->file, cells[i]);

        o->columns[i] = to;
        if (!is_of_child(to))
            continue;
        o->children[seen[to]++][to - CHILD_USAGE] = (unsigned short)(i + 1);
        if (seen[to] > o->n_children)
            o->n_children = seen[to];
    }
    o->n = n;
    free_titles(&t);
}

static bool
begin_file(src_run *run, long line, file_of file)
{
    const char *school = run->options->school;

    run->info.form = SRC_FORM_ONDE;
    if (run->info.extent == SRC_EXTENT_UNKNOWN)
        run->info.extent = SRC_COMPLETE;
    if (school == NULL)
        return src_fail(run, line,
            "it is of ONDE, whose files do not say of which school they are: "
            "name it with --school");
    return src_school_set(run, line, edc_str_of(school)) &&
           (file != PUPILS || src_school_record(run, line, EDC_STR("level"),
                                  EDC_STR("ecole")));
}

src_onde *
src_onde_begin(src_run *run, long line, const edc_str *cells, size_t n)
{
    file_of file = is_of(PUPILS, cells, n) ? PUPILS : GUARDIANS;
    src_onde *o;

    if (!has_all(run, line, file, cells, n) || !begin_file(run, line, file))
        return NULL;
    o = ctl_alloc(1, sizeof(*o));
    o->run = run;
    o->file = file;
    take_columns(o, cells, n);
    return o;
}

void
src_onde_free(src_onde *o)
{
    free(o);
}

/* ---- cells ---- */

static edc_str
cell_of_child(const src_onde *o, field to, size_t child)
{
    size_t column = o->children[child][to - CHILD_USAGE];

    return column == 0 || column > o->n_cells ? EDC_STR("")
                                              : o->cells[column - 1];
}

/* The first cell of a field that has something in it. */
static edc_str
cell_of(const src_onde *o, field to, size_t child)
{
    if (is_of_child(to))
        return cell_of_child(o, to, child);
    for (size_t i = 0; i < o->n && i < o->n_cells; i++) {
        if (o->columns[i] == to && o->cells[i].n > 0)
            return o->cells[i];
    }
    return EDC_STR("");
}

static edc_str
cell_or(const src_onde *o, field to, field otherwise, size_t child)
{
    edc_str cell = cell_of(o, to, child);

    return cell.n > 0 ? cell : cell_of(o, otherwise, child);
}

static void
put(src_onde *o, const char *attr, edc_str value)
{
    (void)src_record_attr(o->run, edc_str_of(attr));
    src_record_value(o->run);
    src_record_text(o->run, value.p, value.n);
    src_record_value_end(o->run);
}

/* "martin-paul", allocated; "" without any name. The family name is in both
 * files and does not change by marriage. */
static char *
key_of(edc_str family, edc_str given)
{
    char *one = ctl_fold(family);
    char *two = ctl_fold(given);
    char *key = one[0] == '\0' && two[0] == '\0'
                    ? ctl_copy("")
                    : ctl_format("%s-%s", one, two);

    free(one);
    free(two);
    return key;
}

/* Allocated; "" when there is no key. */
static char *
id_of(const char *prefix, const char *key)
{
    return key[0] == '\0' ? ctl_copy("") : ctl_format("%s%s", prefix, key);
}

#define PUPIL "ELEVE-"
#define GUARDIAN "RESPONSABLE-"

static void
begin_record(src_onde *o, src_kind kind, src_op op, const char *id)
{
    src_record_begin(o->run, o->line, op);
    o->run->record.kind = kind;
    src_record_id(o->run, edc_str_of(id));
}

/* ---- pupils ---- */

static char *
pupil_id(src_onde *o, const char *names)
{
    edc_str ine = cell_of(o, INE, 0);

    return ine.n == 0
               ? ctl_copy(names)
               : ctl_format(PUPIL "%.*s",
                     (int)(ine.n > SRC_ID_MAX ? SRC_ID_MAX : ine.n), ine.p);
}

static void
put_pupil(src_onde *o)
{
    char *key = key_of(cell_or(o, FAMILY, USAGE, 0), cell_of(o, GIVEN, 0));
    char *names = id_of(PUPIL, key);
    char *id = pupil_id(o, names);

    begin_record(o, SRC_STUDENT, SRC_ADD, id);
    put(o, "ine", cell_of(o, INE, 0));
    put(o, "sn", cell_or(o, USAGE, FAMILY, 0));
    put(o, "givenName", cell_of(o, GIVEN, 0));
    put(o, "birthDate", cell_of(o, BIRTH, 0));
    put(o, "school", edc_str_of(o->run->info.school));
    put(o, "class", cell_of(o, CLASS, 0));
    put(o, "former", edc_str_of(names));
    free(id);
    free(names);
    free(key);
}

/* ---- guardians ---- */

/* Digits that tell two guardians of one name apart: of the number, else the
 * address for mail, else where they live, else the first child. */
static void
digest_of(src_onde *o, char hex[13])
{
    unsigned char digest[EVP_MAX_MD_SIZE] = {0};
    char number[EDC_PHONE_SIZE];
    edc_str mobile = cell_of(o, MOBILE, 0);
    char *mail = ctl_fold(cell_of(o, MAIL, 0));
    char *home = ctl_fold(cell_of(o, STREET, 0));
    char *child = key_of(
        cell_or(o, CHILD_FAMILY, CHILD_USAGE, 0), cell_of(o, CHILD_GIVEN, 0));
    const char *text = edc_phone_read(mobile, EDC_PHONE_REGION, number) ? number
                       : mail[0] != '\0'                                ? mail
                       : home[0] != '\0'                                ? home
                                                                        : child;

    if (EVP_Digest(text, strlen(text), digest, NULL, EVP_sha256(), NULL) != 1)
        src_record_refuse(o->run, "no digest of it could be made");
    for (size_t i = 0; i < 6; i++)
        snprintf(hex + 2 * i, 3, "%02x", digest[i]);
    free(mail);
    free(home);
    free(child);
}

static char *
guardian_id(src_onde *o)
{
    char *key = key_of(cell_or(o, FAMILY, USAGE, 0), cell_of(o, GIVEN, 0));
    char hex[13];
    char *id;

    digest_of(o, hex);
    id = key[0] == '\0' ? ctl_copy("") : ctl_format(GUARDIAN "%s-%s", key, hex);
    free(key);
    return id;
}

static void
put_guardian(src_onde *o, const char *id)
{
    begin_record(o, SRC_GUARDIAN, SRC_ADD, id);
    put(o, "sn", cell_or(o, USAGE, FAMILY, 0));
    put(o, "givenName", cell_of(o, GIVEN, 0));
    put(o, "mobile", cell_of(o, MOBILE, 0));
    put(o, "mail", cell_of(o, MAIL, 0));
    put(o, "address", cell_of(o, STREET, 0));
    put(o, "postalCode", cell_of(o, POSTAL_CODE, 0));
    put(o, "town", cell_of(o, TOWN, 0));
}

/* A child is named as the pupils' file names it; the class tells children of
 * one name apart. */
static bool
put_child(src_onde *o, size_t child, const char *guardian)
{
    char *key = key_of(cell_or(o, CHILD_FAMILY, CHILD_USAGE, child),
        cell_of(o, CHILD_GIVEN, child));
    char *id = id_of(PUPIL, key);
    bool more = true;

    if (id[0] != '\0') {
        begin_record(o, SRC_STUDENT, SRC_PART, id);
        put(o, "school", edc_str_of(o->run->info.school));
        put(o, "class", cell_of(o, CHILD_CLASS, child));
        put(o, "guardian1", edc_str_of(guardian));
        more = src_record_end(o->run);
    }
    free(id);
    free(key);
    return more;
}

static bool
put_family(src_onde *o)
{
    char *id = guardian_id(o);
    bool more;

    put_guardian(o, id);
    more = src_record_end(o->run);
    for (size_t child = 0; more && child < o->n_children; child++)
        more = id[0] == '\0' || put_child(o, child, id);
    free(id);
    return more;
}

/* ---- a line ---- */

/* Lines have more or fewer separators at their ends than the header line. */
static bool
fits(const src_onde *o)
{
    if (o->n_cells > LIMIT_COLUMNS)
        return false;
    for (size_t i = o->n; i < o->n_cells; i++) {
        if (o->cells[i].n > 0)
            return false;
    }
    return true;
}

bool
src_onde_row(src_onde *o, long line, const edc_str *cells, size_t n)
{
    o->cells = cells;
    o->n_cells = n;
    o->line = line;
    if (!fits(o)) {
        o->n_cells = 0;
        begin_record(
            o, o->file == PUPILS ? SRC_STUDENT : SRC_GUARDIAN, SRC_ADD, "");
        src_record_refuse(
            o->run, n == SIZE_MAX ? "it is longer than a record may be"
                                  : "it has more cells than the header line");
        return src_record_end(o->run);
    }
    if (o->file == GUARDIANS)
        return put_family(o);
    put_pupil(o);
    return src_record_end(o->run);
}
