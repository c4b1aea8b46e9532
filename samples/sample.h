/* sample.h - a fictional academie, made out of a number.
 *
 *   random.c   numbers that depend on seed, use and index only
 *   names.c    words that names are made of
 *   school.c   the n-th school
 *   family.c   the n-th family: pupils, guardians, links
 *   trap.c     what befalls some of the families
 *   record.c   a person, a school as an AAF record
 *   file.c     files of records: pieces, encoding, escapes
 *   complete.c the complete export     delta.c  the changes after it
 *   move.c     families who go from an ecole to a college
 *   csv.c      the same as schools' own CSV
 *   count.c    the summary             archive.c  .zip, .tgz
 *   siecle.c   a school's own files, second degree
 *   onde.c     a school's own files, first degree
 *   own.c      whom a school's own files have
 *   help.c     the help                text.c     texts that fit
 *
 * Every school and family is computed from its number alone, so that files of
 * any size need the memory of one family. People, schools and codes are
 * invented: département 999, mail at example.org, the mobile numbers that are
 * kept for fiction (06 39 98), an INE of a shape that no INE has.
 */
#ifndef SAMPLE_H
#define SAMPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

typedef enum sample_encoding {
    SAMPLE_UTF8,
    SAMPLE_LATIN9,
    SAMPLE_UNDECLARED /* UTF-8, and no XML declaration */
} sample_encoding;

typedef enum sample_archive {
    SAMPLE_FILES,
    SAMPLE_ZIP,
    SAMPLE_TGZ
} sample_archive;

typedef enum sample_trap {
    TRAP_NONE = -1,
#define EDC_TRAP(id, name, needs, about) TRAP_##id,
#include "traps.def"
#undef EDC_TRAP
    N_TRAPS
} sample_trap;

typedef enum sample_shape {
#define EDC_SHAPE(id, name, about) SHAPE_##id,
#include "shapes.def"
#undef EDC_SHAPE
    N_SHAPES
} sample_shape;

typedef enum sample_change {
#define EDC_DELTA(id, name, needs, added, changed, closed, refused, about)     \
    CHANGE_##id,
#include "deltas.def"
#undef EDC_DELTA
    N_CHANGES
} sample_change;

typedef enum sample_move {
#define EDC_MOVE(id, name, joined, likely, about) MOVE_##id,
#include "moves.def"
#undef EDC_MOVE
    N_MOVES
} sample_move;

/* What is asked for. */
typedef struct sample {
    uint64_t seed;
    int64_t schools, people; /* as asked for; 0: to be worked out */
    int64_t families;        /* set by sample_complete() */
    int year;
    bool first_degree;
    bool traps;
    sample_encoding encoding;
    sample_archive archive;
    int64_t delta;
    bool delta_only;
    bool own_files;
    int64_t moves; /* families; 0: the usual export */
    int64_t piece; /* records a file */
    const char *output;
    bool json;
    bool csv;
} sample;

/* Prints "educonnect-sample: ..." and ends the program. */
#define SAMPLE_EXIT_USAGE 2
#define SAMPLE_EXIT_LOCAL 6
void sample_die(int status, const char *format, ...)
    __attribute__((format(printf, 2, 3), noreturn));

/* snprintf whose result must fit: texts here are made of known words. */
void sample_text(char *out, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
#define SAMPLE_TEXT(array, ...) sample_text((array), sizeof(array), __VA_ARGS__)

/* ---- random.c ---- */

typedef enum sample_use {
    USE_FAMILY = 1,
    USE_TRAP,
    USE_TRAPPED,
    USE_SCHOOL,
    USE_DELTA,
    USE_STAFF,
    USE_MOVE,
    USE_MOVED
} sample_use;

typedef struct sample_random {
    uint64_t state;
} sample_random;

/* The numbers of one thing: the same at every call. */
sample_random sample_random_of(const sample *s, sample_use use, int64_t index);

/* 0..n-1; n > 0. */
unsigned sample_below(sample_random *r, unsigned n);
int64_t sample_below64(sample_random *r, int64_t n);

/* True in so many cases of a thousand. */
bool sample_often(sample_random *r, unsigned thousandths);

/* ---- names.c: allocated nowhere, valid for ever ---- */

const char *sample_given_name(sample_random *r, bool woman);
void sample_family_name(sample_random *r, char *out, size_t size);
const char *sample_town(sample_random *r);
const char *sample_street(sample_random *r);

/* Lower-case ASCII letters of a name, for a mail address. */
void sample_mail_word(const char *name, char *out, size_t size);

/* ---- school.c ---- */

typedef enum sample_level { ECOLE, COLLEGE, LYCEE } sample_level;

typedef struct sample_school {
    int64_t number;
    char id[16], uai[9];
    sample_level level;
    char name[96], town[64], street[80];
} sample_school;

#define SAMPLE_SCHOOLS_MAX 4800

/* number < schools; schools itself is the one with the wrong UAI. */
void sample_school_of(const sample *s, int64_t number, sample_school *school);

/* Its classes: the number of them, labels, their MEF. grade counts from the
 * youngest. */
unsigned sample_grades(sample_level level);
unsigned sample_classes(sample_level level); /* of a grade */
void sample_class(sample_level level, unsigned grade, unsigned class,
    char *label, size_t size);
void sample_mef(sample_level level, unsigned grade, char mef[12]);
const char *sample_grade_name(sample_level level, unsigned grade);

/* The age at which most are in a grade. */
unsigned sample_age(sample_level level, unsigned grade);

/* ---- family.c ---- */

#define SAMPLE_PUPILS 8
#define SAMPLE_GUARDIANS 8
#define SAMPLE_LINKS 8

typedef struct sample_person {
    char id[20];
    bool woman;
    char sn[200], given_name[120];
    char mobile[24], mail[200]; /* "": `<value/>` */
    sample_trap trap;           /* that shows in this person's record */
} sample_person;

typedef struct sample_guardian {
    sample_person person;
    char phone[24];
    char street[120], code[6], town[64];
} sample_guardian;

typedef struct sample_link {
    char id[20];
    int guardian; /* in the family, or -1: nobody's */
    unsigned relation, financial, legal, contact, payment;
} sample_link;

typedef struct sample_pupil {
    sample_person person;
    int64_t school[2]; /* school[0] == -1: one that is not in the files */
    char class[2][48];
    size_t n_schools;
    sample_level level;
    unsigned grade;
    char ine[12], birth[12]; /* "": see trap */
    bool adult;
    sample_link links[SAMPLE_LINKS];
    size_t n_links;
} sample_pupil;

typedef struct sample_family {
    int64_t number;
    sample_trap trap;
    bool old_codes;
    sample_pupil pupils[SAMPLE_PUPILS];
    size_t n_pupils;
    sample_guardian guardians[SAMPLE_GUARDIANS];
    size_t n_guardians;
} sample_family;

/* A family without what befalls it; with it: sample_family_of(). */
void sample_family_plain(const sample *s, int64_t number, sample_family *f);

/* Takes people away until at most n are left; n > 0. */
void sample_family_cut(sample_family *f, size_t n);

/* One more pupil, in place k of the ids, of the same guardians as the first. */
sample_pupil *sample_family_sibling(
    const sample *s, sample_random *r, sample_family *f, unsigned k);

/* One more guardian, in place k of the ids, linked to nobody yet. */
sample_guardian *sample_family_guardian(
    sample_random *r, sample_family *f, unsigned k, bool woman, const char *sn);

void sample_link_to(sample_family *f, size_t pupil, size_t guardian,
    unsigned relation, unsigned legal);

/* Puts a pupil into a class of a school. */
void sample_enrol(
    const sample *s, sample_random *r, sample_pupil *p, int64_t school);

/* A school that is not this one, near it; there must be several. */
int64_t sample_other_school(const sample *s, sample_random *r, int64_t school);

/* ---- trap.c ---- */

/* What befalls a family; a school's trap befalls none. */
sample_trap sample_trap_of(const sample *s, int64_t number);
bool sample_needs(const sample *s, const char *needs);
bool sample_trap_of_school(sample_trap trap);

/* A family with what befalls it. */
void sample_family_of(const sample *s, int64_t number, sample_family *f);

/* ---- file.c ---- */

typedef struct sample_file {
    const sample *s;
    const char *directory, *extent, *category;
    int date;
    int64_t records; /* of all pieces */
    unsigned piece;
    FILE *out;
} sample_file;

/* The next record goes into the piece with room for it. Nothing is made before
 * the first. */
void sample_file_begin(sample_file *file, const sample *s,
    const char *directory, const char *extent, const char *category, int date);
FILE *sample_file_record(sample_file *file);
void sample_file_end(sample_file *file);

/* Puts UTF-8 into the file's encoding, escaped. */
void sample_put_escaped(const sample_file *file, const char *text);
void sample_put_trapped(
    const sample_file *file, sample_trap trap, const char *text);

/* As it is, for CSV: what an encoding has not becomes a question mark. */
void sample_put_text(const sample_file *file, const char *text);

/* A file of this name, which is one of a school's own, begun and ended. */
void sample_own_begin(sample_file *file, const sample *s, const char *directory,
    const char *name);
void sample_own_end(sample_file *file);

/* ---- record.c ---- */

/* The old code of a relation, or itself. */
unsigned sample_old_code(unsigned relation);

void sample_put_school(sample_file *file, const sample_school *school);
void sample_put_mef(sample_file *file, sample_level level, unsigned grade);
void sample_put_staff(sample_file *file, const sample_school *school, int n);
void sample_put_pupil(
    sample_file *file, const sample_family *f, const sample_pupil *p);
void sample_put_guardian(sample_file *file, const sample_guardian *g);

/* Changes: begun, attributes one by one, ended. */
void sample_put_modify(sample_file *file, const char *category, const char *id);
void sample_put_modified(sample_file *file, const char *name,
    const char *value); /* "": `<value/>` */
void sample_put_modified_links(
    sample_file *file, const sample_family *f, const sample_pupil *p);
void sample_put_modified_schools(
    sample_file *file, const sample_pupil *p, bool school_too);
void sample_put_modify_end(sample_file *file);
void sample_put_delete(sample_file *file, const char *category, const char *id);

/* Names of attributes that the degrees call differently. */
typedef struct sample_words {
    const char *sn, *given_name, *title, *mail, *mobile, *phone, *classes,
        *links;
} sample_words;
const sample_words *sample_words_of(const sample *s);

/* ---- count.c ---- */

typedef struct sample_counts {
    int64_t families;
    int64_t schools, pupils, guardians, mefs, staff; /* records */
    int64_t known_schools;   /* with a UAI that is one */
    int64_t accepted_pupils; /* with a name and a known school */
    int64_t legal_guardians; /* of those, two of each, with a record */
    int64_t selves;          /* of these, those who are a pupil */
    int64_t links;           /* to them, each once */
    int64_t links_of_two;    /* two for a pupil at most */
    int64_t links_in_charge; /* beside those, of legal level 2 */
    int64_t shapes[N_SHAPES], traps[N_TRAPS];
} sample_counts;

typedef struct sample_delta {
    int64_t kinds[N_CHANGES];
    int64_t added, changed, closed, refused; /* see deltas.def */
    int64_t pupils, guardians;               /* records */
} sample_delta;

typedef struct sample_moves {
    int64_t kinds[N_MOVES];
    int64_t pupils;         /* in the ecole's first export */
    int64_t joined, likely; /* see moves.def */
} sample_moves;

void sample_count_family(sample_counts *c, const sample_family *f);
void sample_count_schools(sample_counts *c, const sample *s);
void sample_print(const sample *s, const sample_counts *c,
    const sample_delta *delta, FILE *out);

/* ---- siecle.c, onde.c: of one school, into a directory that is there ---- */

void sample_write_siecle(
    const sample *s, const char *directory, const sample_school *school);
void sample_write_onde(
    const sample *s, const char *directory, const sample_school *school);

/* ---- own.c ---- */

/* One file of a school, as it is written. */
typedef struct sample_own {
    sample_file *file;
    const sample_school *school;
} sample_own;

/* The next pupil of a family who is in the school, or guardian whom such a
 * pupil names, from number *i on; NULL: no more. *i is the number after. place
 * becomes the school's among the pupil's, unless it is NULL. */
const sample_pupil *sample_own_pupil(
    const sample_own *own, const sample_family *f, size_t *i, size_t *place);
const sample_guardian *sample_own_guardian(
    const sample_own *own, const sample_family *f, size_t *i);

/* Whether a pupil names a guardian of the family. */
bool sample_own_child(const sample_pupil *p, size_t guardian);

/* ---- csv.c ---- */

typedef struct sample_csv {
    const sample *s;
    FILE *pupils, *guardians;
    int64_t n_pupils, n_guardians;
} sample_csv;

/* Writes the schools, and begins the files of pupils and guardians. */
void sample_csv_begin(sample_csv *csv, const sample *s, const char *directory);
void sample_csv_family(sample_csv *csv, const sample_family *f);
void sample_csv_end(sample_csv *csv);

/* ---- complete.c, delta.c, archive.c, help.c ----
 */

/* All families of the complete export, in order. */
void sample_each_family(const sample *s,
    void (*each)(void *ctx, const sample_family *f), void *ctx);

/* Makes all families and counts them; writes them unless directory is NULL, as
 * CSV too unless csv is. */
void sample_complete(
    sample *s, const char *directory, const char *csv, sample_counts *c);

void sample_write_delta(
    const sample *s, const char *directory, sample_delta *delta);

/* Writes s->output/1D, 1D-after and 2D. */
void sample_write_moves(const sample *s, sample_moves *moves);
void sample_print_moves(const sample *s, const sample_moves *moves, FILE *out);

/* A directory's .xml files into one archive there, and the files away. */
void sample_pack(
    const sample *s, const char *directory, const char *extent, int date);

void sample_help(FILE *out);

#endif
