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

/* One record on its way. */
typedef struct mapper {
    import *im;
    const src_record *record;
    bag *fields;
    char *notes, *refused;
} mapper;

/* ---- one value of each kind ---- */

/* A day that was guessed at is used and said, as what is none is. */
static void
map_birth_date(mapper *m, edc_str v)
{
    char today[11];
    src_day day;
    src_day_verdict verdict;

    src_day_today(today);
    verdict = src_day_read(v, today, &day);
    m->im->n_days++;
    m->im->n_month_first += verdict == SRC_DAY_MONTH_FIRST;
    if (verdict != SRC_DAY_GOOD) {
        import_note(
            m->notes, "the birth date %s, left out", src_day_words(verdict));
        return;
    }
    bag_set(m->fields, FIELD_BIRTH_DATE, day.iso);
    if (day.guess != SRC_DAY_AS_WRITTEN)
        import_note(m->notes, "the birth date %s: %s",
            src_day_guessed(day.guess), day.iso);
}

/* A school's code in upper case, with the zero that spreadsheets take away from
 * its beginning; other texts as they are. */
static void
code_of(edc_str v, char code[16])
{
    size_t digits = 0;

    while (digits < v.n && isdigit((unsigned char)v.p[digits]))
        digits++;
    snprintf(code, 16, "%s%.*s",
        digits == 6 && v.n == 7 && isalpha((unsigned char)v.p[6]) ? "0" : "",
        (int)(v.n < 15 ? v.n : 0), v.p);
    for (char *p = code; digits + 1 == v.n && *p != '\0'; p++)
        *p = (char)toupper((unsigned char)*p);
}

static void
map_uai(mapper *m, edc_str v)
{
    char code[16];

    code_of(v, code);
    if (edc_uai_valid(edc_str_of(code))) {
        bag_set(m->fields, FIELD_UAI, code);
    } else if (edc_uai_shaped(edc_str_of(code)) &&
               m->im->how.accepted & 1U << DOUBT_CODES) {
        bag_set(m->fields, FIELD_UAI, code);
        import_note(m->notes, "the UAI has a wrong check letter");
    } else {
        import_note(m->refused, "the UAI is none: seven digits and the right "
                                "check letter");
    }
}

/* In CSV the school of a pupil is a code too. */
static void
map_school(mapper *m, edc_str v)
{
    char code[16];

    code_of(v, code);
    if (m->record->info->form == SRC_FORM_CSV && v.n < sizeof(code) - 1)
        bag_add(m->fields, FIELD_SCHOOL, code, strlen(code));
    else
        bag_add(m->fields, FIELD_SCHOOL, v.p, v.n);
}

static void
map_level(mapper *m, edc_str v)
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
        bag_add(m->fields, FIELD_LEVEL, level, strlen(level));
    else
        import_note(m->notes, "the type of school is unknown, left out");
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
map_link(mapper *m, edc_str v)
{
    edc_str p[7];
    size_t n = split(v, p, 7);
    char *link, *key;

    if ((n != 1 && n != 2 && n != 6) || p[0].n == 0) {
        import_note(
            m->notes, "a link to a guardian is not understood, left out");
        return;
    }
    if (n == 6 && !edc_str_eq(p[3], EDC_STR("1")) &&
        !(m->im->how.persons_in_charge && edc_str_eq(p[3], EDC_STR("2"))))
        return;
    key = import_key(m->record->info->form, SRC_GUARDIAN, p[0]);
    link = ctl_format(
        "%s$%.*s", key, n > 1 ? (int)p[1].n : 1, n > 1 ? p[1].p : "0");
    bag_add(m->fields, FIELD_LINK, link, strlen(link));
    free(key);
    free(link);
}

static void
map_class(mapper *m, edc_str v)
{
    edc_str p[2];

    if (split(v, p, 2) == 2 && p[0].n > 0 && p[1].n > 0)
        bag_add(m->fields, FIELD_CLASS, v.p, v.n);
    else
        import_note(m->notes, "a class is not school$label, left out");
}

/* Who has left stands in SIECLE's files until the year is over. */
static void
map_left(mapper *m, edc_str v)
{
    char today[11];
    src_day day;
    src_day_verdict verdict;

    src_day_today(today);
    verdict = src_day_read(v, today, &day);
    if (verdict == SRC_DAY_GOOD)
        import_note(m->refused, IMPORT_LEFT);
    else if (verdict != SRC_DAY_FUTURE)
        import_note(m->notes, "the day of leaving is no day, passed over");
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
map_mobile(mapper *m, edc_str v)
{
    char number[EDC_PHONE_SIZE];
    bool read = edc_phone_read(v, import_region(m->im), number);

    if (is_storable(v)) {
        bag_add(m->fields, FIELD_MOBILE, v.p, v.n);
        if (!read)
            import_note(m->notes, "the mobile is no number: no claim finds it");
    } else if (read) {
        bag_add(m->fields, FIELD_MOBILE, number, strlen(number));
        import_note(m->notes,
            "the mobile has signs that a directory does not take, and is "
            "stored as the number alone");
    } else {
        import_note(m->notes, "the mobile is no number, left out");
    }
}

static void
map_value(mapper *m, import_field field, edc_str v)
{
    bag_name(m->fields, field);
    switch (field) {
    case FIELD_UAI:
        map_uai(m, v);
        break;
    case FIELD_LEVEL:
        map_level(m, v);
        break;
    case FIELD_BIRTH_DATE:
        map_birth_date(m, v);
        break;
    case FIELD_SCHOOL:
        map_school(m, v);
        break;
    case FIELD_LINK:
        map_link(m, v);
        break;
    case FIELD_CLASS:
        map_class(m, v);
        break;
    case FIELD_LEFT:
        map_left(m, v);
        break;
    case FIELD_MOBILE:
        map_mobile(m, v);
        break;
    default:
        bag_add(m->fields, field, v.p, v.n);
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
map_attr(mapper *m, import_field field, const src_attr *a)
{
    bag_name(m->fields, field);
    for (size_t v = 0; v < a->n_values; v++)
        map_value(m, field, a->values[v]);
}

/* In CSV a class is a label of the row's school, and several columns may be one
 * field. */
static void
map_csv_class(mapper *m, const src_attr *a)
{
    const src_attr *school = pick(m->record, "school");
    char code[16];

    bag_name(m->fields, FIELD_CLASS);
    for (size_t v = 0; v < a->n_values; v++) {
        size_t at = school == NULL || school->n_values <= v ? 0 : v;
        edc_str of = school == NULL || school->n_values == 0
                         ? EDC_STR("-")
                         : school->values[at];
        char *class;

        code_of(of, code);
        class = ctl_format("%s$%.*s", code[0] == '\0' ? "-" : code,
            (int)a->values[v].n, a->values[v].p);
        bag_add(m->fields, FIELD_CLASS, class, strlen(class));
        free(class);
    }
}

static void
map_csv(mapper *m, import_field field)
{
    size_t rank;

    for (size_t i = 0; i < m->record->n_attrs; i++) {
        const src_attr *a = m->record->attrs + i;

        if (!names_it(rows[field].csv, a->name, &rank))
            continue;
        if (field == FIELD_CLASS)
            map_csv_class(m, a);
        else
            map_attr(m, field, a);
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
import_map(import *im, const src_record *record, bag *fields,
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
    mapper m = {im, record, fields, notes, refused};

    notes[0] = refused[0] = '\0';
    bag_clear(fields);
    if (record->note != NULL && record->note[0] != '\0')
        import_note(notes, "%s", record->note);
    for (int f = 0; f < N_FIELDS; f++) {
        const src_attr *a;

        if (strchr(rows[f].kinds, letters[record->kind]) == NULL)
            continue;
        if (csv) {
            map_csv(&m, (import_field)f);
            continue;
        }
        a = pick(record, rows[f].aaf);
        if (a != NULL)
            map_attr(&m, (import_field)f, a);
    }
    if (csv && record->kind == SRC_SCHOOL)
        map_uai(&m, record->id);
    if (im->how.pass_through && record->kind != SRC_ADDRESS)
        map_extra(im, record, fields);
    check_needed(record, fields, refused);
}
