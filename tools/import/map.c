/* map.c - a record's raw attributes turned into fields. */
#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "core/password/fold.h"
#include "import/import.h"
#include "core/text/phone.h"
#include "core/text/uai.h"
#include "source/day.h"

typedef struct field_row {
    const char *kinds, *aaf, *csv;
} field_row;

static const field_row rows[N_FIELDS] = {
#define EDC_FIELD(id, kinds, aaf, csv, attribute, about) {kinds, aaf, csv},
#include "import/mapping.def"
#undef EDC_FIELD
};

void
import_note(char notes[IMPORT_NOTE_MAX], const char *format, ...)
{
    size_t n = strlen(notes);
    va_list ap;

    if (n > 0 && n + 3 < IMPORT_NOTE_MAX) {
        memcpy(notes + n, "; ", 3);
        n += 2;
    }
    va_start(ap, format);
    vsnprintf(notes + n, IMPORT_NOTE_MAX - n, format, ap);
    va_end(ap);
}

/* ---- one value of each kind ---- */

static bool
digits(const char *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!isdigit((unsigned char)p[i]))
            return false;
    }
    return n > 0;
}

/* dd/mm/yyyy (AAF) or what the directory has anyhow. */
static void
map_birth_date(bag *fields, edc_str v, char *notes)
{
    char day[11];

    if (v.n == 10 && v.p[2] == '/' && v.p[5] == '/' && digits(v.p, 2) &&
        digits(v.p + 3, 2) && digits(v.p + 6, 4))
        snprintf(day, sizeof(day), "%.4s-%.2s-%.2s", v.p + 6, v.p + 3, v.p);
    else
        snprintf(day, sizeof(day), "%.*s", (int)(v.n < 11 ? v.n : 0), v.p);
    if (edc_birthdate_valid(edc_str_of(day)))
        bag_set(fields, FIELD_BIRTH_DATE, day);
    else
        import_note(notes, "the birth date is no day, left out");
}

static void
map_uai(bag *fields, edc_str v, char *refused)
{
    char uai[16];
    size_t n = v.n < sizeof(uai) ? v.n : 0;

    for (size_t i = 0; i < n; i++)
        uai[i] = (char)toupper((unsigned char)v.p[i]);
    uai[n] = '\0';
    if (edc_uai_valid(edc_str_of(uai)))
        bag_set(fields, FIELD_UAI, uai);
    else
        import_note(refused, "the UAI is none: seven digits and the right "
                             "check letter");
}

static void
map_level(bag *fields, edc_str v, char *notes)
{
    static const struct {
        const char *word, *level;
    } levels[] = {{"colleg", "college"}, {"clg", "college"},
        {"segpa", "college"}, {"lycee", "lycee"}, {"lyc", "lycee"},
        {"lgt", "lycee"}, {"lp", "lycee"}, {"ecole", "ecole"},
        {"maternelle", "ecole"}, {"elementaire", "ecole"},
        {"primaire", "ecole"}, {"1ordre", "ecole"}};
    edc_buf folded = {NULL, 0};
    const char *level = NULL;

    if (!edc_fold(v, &folded))
        return;
    for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
        if (level == NULL && folded.p != NULL &&
            strstr(folded.p, levels[i].word) != NULL)
            level = levels[i].level;
    }
    edc_buf_wipe(&folded);
    if (level != NULL)
        bag_add(fields, FIELD_LEVEL, level, strlen(level));
    else
        import_note(notes, "the type of school is unknown, left out");
}

/* Splits at '$', at most n pieces, the last with the rest. */
static size_t
split(edc_str v, edc_str *pieces, size_t n)
{
    size_t found = 0;

    while (found + 1 < n) {
        const char *end = memchr(v.p, '$', v.n);

        if (end == NULL)
            break;
        pieces[found++] = (edc_str){v.p, (size_t)(end - v.p)};
        v.n -= (size_t)(end - v.p) + 1;
        v.p = end + 1;
    }
    pieces[found++] = v;
    return found;
}

/* id$relation$financial$legal$contact$payment, id$relation or id; kept as
 * id$relation when it makes a legal guardian. Contacts have no account. */
static void
map_link(const import *im, bag *fields, edc_str v, char *notes)
{
    edc_str p[7];
    size_t n = split(v, p, 7);
    char *link;

    if ((n != 1 && n != 2 && n != 6) || p[0].n == 0) {
        import_note(notes, "a link to a guardian is not understood, left out");
        return;
    }
    if (n == 6 && !edc_str_eq(p[3], EDC_STR("1")) &&
        !(im->how.persons_in_charge && edc_str_eq(p[3], EDC_STR("2"))))
        return;
    link = ctl_format("%.*s$%.*s", (int)p[0].n, p[0].p, n > 1 ? (int)p[1].n : 1,
        n > 1 ? p[1].p : "0");
    bag_add(fields, FIELD_LINK, link, strlen(link));
    free(link);
}

static void
map_class(bag *fields, edc_str v, char *notes)
{
    edc_str p[2];

    if (split(v, p, 2) == 2 && p[0].n > 0 && p[1].n > 0)
        bag_add(fields, FIELD_CLASS, v.p, v.n);
    else
        import_note(notes, "a class is not school$label, left out");
}

/* Who has left stands in SIECLE's files until the year is over. */
static void
map_left(edc_str v, char *notes, char *refused)
{
    char today[11];
    src_day day;
    src_day_verdict verdict;

    src_day_today(today);
    verdict = src_day_read(v, today, &day);
    if (verdict == SRC_DAY_GOOD)
        import_note(refused, IMPORT_LEFT);
    else if (verdict != SRC_DAY_FUTURE)
        import_note(notes, "the day of leaving is no day, passed over");
}

/* PrintableString (RFC 4517, section 3.3.29), of which telephone numbers are in
 * the directory. */
static bool
is_storable(edc_str v)
{
    for (size_t i = 0; i < v.n; i++) {
        if (!isalnum((unsigned char)v.p[i]) &&
            (v.p[i] == '\0' || strchr("'()+,-./:?= ", v.p[i]) == NULL))
            return false;
    }
    return v.n > 0;
}

uint32_t
import_region(const import *im)
{
    return im->how.region != 0 ? (uint32_t)im->how.region : EDC_PHONE_REGION;
}

/* As it was typed, where a directory takes that: no-break blanks and accents in
 * what stands beside a number it does not. */
static void
map_mobile(const import *im, bag *fields, edc_str v, char *notes)
{
    char number[EDC_PHONE_SIZE];
    bool read = edc_phone_read(v, import_region(im), number);

    if (is_storable(v)) {
        bag_add(fields, FIELD_MOBILE, v.p, v.n);
        if (!read)
            import_note(notes, "the mobile is no number: no claim finds it");
    } else if (read) {
        bag_add(fields, FIELD_MOBILE, number, strlen(number));
        import_note(notes,
            "the mobile has signs that a directory does not take, and is "
            "stored as the number alone");
    } else {
        import_note(notes, "the mobile is no number, left out");
    }
}

static void
map_value(const import *im, import_field field, bag *fields, edc_str v,
    char *notes, char *refused)
{
    bag_name(fields, field);
    switch (field) {
    case FIELD_UAI:
        map_uai(fields, v, refused);
        break;
    case FIELD_LEVEL:
        map_level(fields, v, notes);
        break;
    case FIELD_BIRTH_DATE:
        map_birth_date(fields, v, notes);
        break;
    case FIELD_LINK:
        map_link(im, fields, v, notes);
        break;
    case FIELD_CLASS:
        map_class(fields, v, notes);
        break;
    case FIELD_LEFT:
        map_left(v, notes, refused);
        break;
    case FIELD_MOBILE:
        map_mobile(im, fields, v, notes);
        break;
    default:
        bag_add(fields, field, v.p, v.n);
        break;
    }
}

/* ---- which attribute is which field ---- */

static bool
names_it(const char *names, edc_str name, size_t *rank)
{
    *rank = 0;
    while (*names != '\0') {
        size_t n = strcspn(names, " ");

        if (edc_str_caseeq((edc_str){names, n}, name))
            return true;
        names += n + (names[n] == ' ');
        ++*rank;
    }
    return false;
}

/* The attribute of the record that stands for a field: of several names the
 * first that has a value, or else the first that is there. */
static const src_attr *
pick(const src_record *record, const char *names)
{
    const src_attr *picked = NULL;
    size_t best = 0, rank;

    for (size_t i = 0; i < record->n_attrs; i++) {
        const src_attr *a = record->attrs + i;

        if (!names_it(names, a->name, &rank))
            continue;
        if (picked == NULL || (picked->n_values == 0 && a->n_values > 0) ||
            (rank < best && (a->n_values > 0 || picked->n_values == 0))) {
            picked = a;
            best = rank;
        }
    }
    return picked;
}

static void
map_attr(const import *im, import_field field, const src_attr *a, bag *fields,
    char *notes, char *refused)
{
    bag_name(fields, field);
    for (size_t v = 0; v < a->n_values; v++)
        map_value(im, field, fields, a->values[v], notes, refused);
}

/* In CSV a class is a label of the row's school, and several columns may be one
 * field. */
static void
map_csv(const import *im, import_field field, const src_record *record,
    bag *fields, char *notes, char *refused)
{
    const src_attr *school = pick(record, "school");
    size_t rank;

    for (size_t i = 0; i < record->n_attrs; i++) {
        const src_attr *a = record->attrs + i;

        if (!names_it(rows[field].csv, a->name, &rank))
            continue;
        if (field != FIELD_CLASS) {
            map_attr(im, field, a, fields, notes, refused);
            continue;
        }
        bag_name(fields, field);
        for (size_t v = 0; v < a->n_values; v++) {
            edc_str at = school != NULL && school->n_values > 0
                             ? school->values[0]
                             : EDC_STR("-");
            char *class = ctl_format("%.*s$%.*s", (int)at.n, at.p,
                (int)a->values[v].n, a->values[v].p);

            bag_add(fields, field, class, strlen(class));
            free(class);
        }
    }
}

/* What is passed through; an attribute that is emptied has no value behind its
 * colon. */
static void
map_extra(const import *im, const src_record *record, bag *fields)
{
    for (size_t i = 0; i < record->n_attrs; i++) {
        const src_attr *a = record->attrs + i;
        const char *name = import_extra_name(&im->extra, record->kind, a->name);
        char *item;

        if (name == NULL)
            continue;
        for (size_t v = 0; v < (a->n_values == 0 ? 1 : a->n_values); v++) {
            edc_str value = a->n_values == 0 ? EDC_STR("") : a->values[v];

            item = ctl_format("%s:%.*s", name, (int)value.n, value.p);
            bag_add(fields, FIELD_EXTRA, item, strlen(item));
            free(item);
        }
    }
}

static void
check_needed(const src_record *record, const bag *fields, char *refused)
{
    if (record->op == SRC_DELETE || record->op == SRC_PART ||
        record->kind == SRC_ADDRESS)
        return;
    if (record->kind == SRC_SCHOOL) {
        if (record->op == SRC_ADD && !bag_named(fields, FIELD_UAI))
            import_note(refused, "no UAI");
        return;
    }
    if (bag_count(fields, FIELD_SN) == 0 &&
        (record->op == SRC_ADD || bag_named(fields, FIELD_SN)))
        import_note(refused, "no family name");
    if (record->kind == SRC_STUDENT &&
        bag_count(fields, FIELD_GIVEN_NAME) == 0 &&
        (record->op == SRC_ADD || bag_named(fields, FIELD_GIVEN_NAME)))
        import_note(refused, "no first name");
}

void
import_map(const import *im, const src_record *record, bag *fields,
    char notes[IMPORT_NOTE_MAX], char refused[IMPORT_NOTE_MAX])
{
    static const char letters[SRC_KINDS] = {
        [SRC_SCHOOL] = 'E',
        [SRC_STUDENT] = 'S',
        [SRC_GUARDIAN] = 'G',
        [SRC_OTHER] = '-',
        [SRC_ADDRESS] = 'A',
    };
    bool csv = record->info->form == SRC_FORM_CSV ||
               record->info->form == SRC_FORM_ONDE;

    notes[0] = refused[0] = '\0';
    bag_clear(fields);
    for (int f = 0; f < N_FIELDS; f++) {
        const src_attr *a;

        if (strchr(rows[f].kinds, letters[record->kind]) == NULL)
            continue;
        if (csv) {
            map_csv(im, (import_field)f, record, fields, notes, refused);
            continue;
        }
        a = pick(record, rows[f].aaf);
        if (a != NULL)
            map_attr(im, (import_field)f, a, fields, notes, refused);
    }
    if (csv && record->kind == SRC_SCHOOL)
        map_uai(fields, record->id, refused);
    if (im->how.pass_through && record->kind != SRC_ADDRESS)
        map_extra(im, record, fields);
    check_needed(record, fields, refused);
}
