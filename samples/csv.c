/* csv.c - the same school as it exports itself: CSV as software and
 * spreadsheets write it, with all that importers get wrong about that.
 *
 * Pupils and guardians are numbered each from 1. Columns are called as schools'
 * software calls them, days and numbers are written in several ways, in turn.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>

#include "ctl/create.h"
#include "sample.h"

#define MARK "\xEF\xBB\xBF"

/* Days from 30 December 1899, which spreadsheets count from, to 1970. */
#define EPOCH_SERIAL 25569

static FILE *
begin(const char *directory, const char *name, const char *first)
{
    char path[4200];
    FILE *out;
    int fd;

    sample_text(path, sizeof(path), "%s/%s", directory, name);
    fd = create_file(AT_FDCWD, path);
    out = fd < 0 ? NULL : fdopen(fd, "w");
    if (out == NULL)
        sample_die(SAMPLE_EXIT_LOCAL, "%s: %s", path, strerror(errno));
    fputs(first, out);
    return out;
}

static void
end(FILE *out)
{
    bool bad = ferror(out) != 0;

    if (fclose(out) != 0 || bad)
        sample_die(SAMPLE_EXIT_LOCAL, "a file cannot be written");
}

static void
put(FILE *out, const char *text)
{
    putc('"', out);
    for (; *text != '\0'; text++) {
        if (*text == '"')
            putc('"', out);
        putc(*text, out);
    }
    fputs("\";", out);
}

/* ---- days and numbers, as they come out of a spreadsheet ---- */

static void
put_day(FILE *out, const char *birth, int64_t number)
{
    struct tm day = {.tm_hour = 12};
    char text[32];
    int d = 0, m = 0, y = 0;
    time_t at;

    if (sscanf(birth, "%2d/%2d/%4d", &d, &m, &y) != 3 || y < 1970 || y > 2100 ||
        d > 28) {
        put(out, birth);
        return;
    }
    day.tm_year = y - 1900;
    day.tm_mon = m - 1;
    day.tm_mday = d;
    at = timegm(&day);
    switch (number % 5) {
    case 0:
        SAMPLE_TEXT(text, "%d/%d/%d", d, m, y);
        break;
    case 1:
        SAMPLE_TEXT(text, "%02d.%02d.%02d", d, m, y % 100);
        break;
    case 2:
        SAMPLE_TEXT(text, "%lld", (long long)(at / 86400 + EPOCH_SERIAL));
        break;
    case 3:
        SAMPLE_TEXT(text, "%04d-%02d-%02dT00:00:00", y, m, d);
        break;
    default:
        SAMPLE_TEXT(text, "%02d-%02d-%04d", d, m, y);
        break;
    }
    put(out, text);
}

/* "+33 6 39 98 12 34" as people and spreadsheets have it. */
static void
put_mobile(FILE *out, const char *mobile, int64_t number)
{
    char digits[24] = "", text[40];
    size_t n = 0;

    for (; *mobile != '\0' && n + 1 < sizeof(digits); mobile++) {
        if (*mobile >= '0' && *mobile <= '9')
            digits[n++] = *mobile;
    }
    if (n != 11 || digits[0] != '3') {
        put(out, digits);
        return;
    }
    switch (number % 4) {
    case 0: /* the zero is gone */
        SAMPLE_TEXT(text, "%s", digits + 2);
        break;
    case 1:
        SAMPLE_TEXT(text, "0%c.%.2s.%.2s.%.2s.%.2s", digits[2], digits + 3,
            digits + 5, digits + 7, digits + 9);
        break;
    case 2:
        SAMPLE_TEXT(text, "+33 (0)%s (maman)", digits + 2);
        break;
    default:
        SAMPLE_TEXT(text, "0033%s", digits + 2);
        break;
    }
    put(out, text);
}

/* ---- the three files ---- */

static void
put_schools(const sample *s, FILE *out)
{
    static const char *const levels[] = {
        [ECOLE] = "ECOLE", [COLLEGE] = "COLLEGE", [LYCEE] = "LYCEE"};
    sample_school school;

    for (int64_t i = 0; i < s->schools; i++) {
        sample_school_of(s, i, &school);
        put(out, school.uai);
        put(out, school.name);
        put(out, levels[school.level]);
        fputs("\r\n", out);
    }
}

void
sample_csv_begin(sample_csv *csv, const sample *s, const char *directory)
{
    FILE *schools = begin(directory, "etablissements.csv",
        "Code UAI;Nom établissement;Type;\r\n");

    *csv = (sample_csv){.s = s};
    put_schools(s, schools);
    end(schools);
    csv->pupils = begin(directory, "eleves.csv",
        MARK "sep=;\r\n"
             "Id;Nom;Prénom;Né(e) le;Sexe;Classe;Code UAI;N° INE;Régime;"
             "Id responsable 1;Id responsable 2;;;\r\n");
    csv->guardians = begin(directory, "responsables.csv",
        MARK MARK "PERS_ID;Civilité;Nom de famille;Prénom;Tél. portable;Mél;"
                  "Profession;;;\r\n");
}

static void
put_pupil(sample_csv *csv, const sample_pupil *p, int64_t guardians)
{
    FILE *out = csv->pupils;
    sample_school school;
    char text[24];
    int put_links = 0;

    SAMPLE_TEXT(text, "%lld", (long long)++csv->n_pupils);
    put(out, text);
    put(out, p->person.sn);
    put(out, p->person.given_name);
    put_day(out, p->birth, csv->n_pupils);
    put(out, p->person.woman ? "F" : "M");
    put(out, p->class[0]);
    if (p->school[0] < 0) {
        put(out, "9999999Z");
    } else {
        sample_school_of(csv->s, p->school[0], &school);
        put(out, school.uai);
    }
    put(out, p->ine);
    put(out, "DEMI-PENSIONNAIRE");
    for (size_t i = 0; i < p->n_links && put_links < 2; i++) {
        const sample_link *link = p->links + i;

        if (link->legal != 1 || link->guardian < 0 || link->relation == 70)
            continue;
        SAMPLE_TEXT(text, "%lld", (long long)(guardians + link->guardian + 1));
        put(out, text);
        put_links++;
    }
    for (; put_links < 2; put_links++)
        put(out, "");
    fputs(";;\r\n", out);
}

static void
put_guardian(sample_csv *csv, const sample_guardian *g)
{
    FILE *out = csv->guardians;
    char text[24];

    SAMPLE_TEXT(text, "%lld", (long long)++csv->n_guardians);
    put(out, text);
    put(out, g->person.woman ? "Mme" : "M.");
    put(out, g->person.sn);
    put(out, g->person.given_name);
    put_mobile(out, g->person.mobile, csv->n_guardians);
    put(out, g->person.mail);
    put(out, "");
    fputs(";;\r\n", out);
}

void
sample_csv_family(sample_csv *csv, const sample_family *f)
{
    int64_t guardians = csv->n_guardians;

    for (size_t i = 0; i < f->n_pupils; i++)
        put_pupil(csv, f->pupils + i, guardians);
    for (size_t i = 0; i < f->n_guardians; i++)
        put_guardian(csv, f->guardians + i);
}

void
sample_csv_end(sample_csv *csv)
{
    end(csv->pupils);
    end(csv->guardians);
}
