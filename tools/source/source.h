/* source.h - reading what a school's files say, as records: AAF, SIECLE, ONDE
 * and CSV.
 *
 * Opens what the user names: files, directories (their files, not those of
 * directories below), .zip, .tgz, .tar.gz; archives are read as a stream,
 * nothing of them is written to disk. Hands every record to the caller, one at
 * a time and in order; memory depends on the longest record, not on the files.
 *
 * Syntax only: names and values are as in the file, nothing is known here of
 * the directory or of what a record means. Not thread-safe; one src, one
 * thread.
 */
#ifndef EDC_SOURCE_H
#define EDC_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ctl/limits.h"
#include "core/text/text.h"

/* Beyond these a record is refused (ctl/limits.def). */
#define SRC_VALUE_MAX LIMIT_VALUE
#define SRC_ID_MAX LIMIT_ID
#define SRC_NAME_MAX LIMIT_NAME
#define SRC_ATTRS_MAX LIMIT_ATTRS
#define SRC_VALUES_MAX LIMIT_VALUES
#define SRC_RECORD_MAX LIMIT_RECORD

/* Bytes of all files, unpacked, unless src_options says another limit. */
#define SRC_BYTES_MAX ((int64_t)LIMIT_BYTES << 30)

typedef enum src_form {
    SRC_FORM_NONE,  /* neither: the file is passed over */
    SRC_FORM_AAF,   /* AAF, the degree is told by no name and no attribute */
    SRC_FORM_AAF1D, /* first degree: écoles */
    SRC_FORM_AAF2D, /* second degree: collèges, lycées */
    SRC_FORM_CSV,
    SRC_FORM_SIECLE, /* XML of one school of the second degree */
    SRC_FORM_ONDE    /* CSV of one school of the first degree */
} src_form;

/* Complete: who is not in it is gone. Delta: only what changed. */
typedef enum src_extent {
    SRC_EXTENT_UNKNOWN, /* no name says it: CSV, renamed files */
    SRC_COMPLETE,
    SRC_DELTA
} src_extent;

/* Whether such files are an academy's, of any number of schools each of which
 * has a record. */
bool src_is_aaf(src_form form);

/* Whether the pupils and the guardians of such files are numbered each for
 * themselves, so that pupil 12 and guardian 12 are two people; AAF numbers all
 * of them together. */
bool src_numbers_apart(src_form form);

/* A part is what another place says of a record: SIECLE has a pupil's class and
 * guardians elsewhere, ONDE the pupil with the guardian. Its values join those
 * of the record with its id, whichever of them comes first. */
typedef enum src_op { SRC_ADD, SRC_MODIFY, SRC_DELETE, SRC_PART } src_op;

typedef enum src_kind {
    SRC_SCHOOL,   /* EtabEducNat; CSV with the columns of schools */
    SRC_STUDENT,  /* Eleve; CSV of pupils */
    SRC_GUARDIAN, /* PersRelEleve; CSV of guardians, or inline with pupils */
    SRC_OTHER,    /* teachers, MEF, subjects...: handed over without attrs */
    SRC_ADDRESS   /* SIECLE's, which guardians name by its id */
} src_kind;
#define SRC_KINDS 5

/* Bytes of a school's code with its NUL. */
#define SRC_UAI_SIZE 9

/* A file, as its name and its first bytes tell it. */
typedef struct src_info {
    const char *file; /* as in src_record */
    src_form form;
    src_extent extent;
    char date[9];  /* "YYYYMMDD" of the export, "" when nothing tells */
    src_form seen; /* AAF1D or AAF2D when its first records can be no other;
                      whatever its name says */
    /* UAI that a file of SIECLE or ONDE is of, before its first record; else
     * "". */
    char school[SRC_UAI_SIZE];
} src_info;

typedef struct src_attr {
    edc_str name;          /* raw: "ENTEleveINE"; a CSV column's name */
    const edc_str *values; /* trimmed, not empty, none twice, UTF-8 */
    size_t n_values;       /* 0: named without a value, which empties it */
} src_attr;

/* Everything in it belongs to the reader and lasts until each() returns.
 *
 * A CSV record is SRC_ADD and its attrs are all columns of the header but that
 * of the id (uai of a school, id of a pupil or guardian), in their order. Of a
 * pupil with inline guardians (guardian1_id, guardian1_sn...) guardian records
 * come first, with the attrs sn, givenName... that the header has; then the
 * pupil's, with guardian1 = that id. A guardian of siblings comes once each.
 *
 * SIECLE and ONDE begin with a record of the school, id and info->school its
 * UAI. Ids are made so that pupils and guardians are two number spaces.
 * SIECLE: ELEVE-<ELEVE_ID>, PERSONNE-<PERSONNE_ID>, ADRESSE-<ADRESSE_ID>; attrs
 * are elements' names, and UAJ, CODE_STRUCTURE (school$class) and
 * RESPONSABLE_ELEVE (in the six fields of AAF) are put together. ONDE, which
 * has no ids: ELEVE-<INE> with former = ELEVE-<names>, or that without INE;
 * RESPONSABLE-<names>-<digits>; attrs as in CSV. */
typedef struct src_record {
    const src_info *info;
    const char *file; /* "name" or "archive.zip: name"; the user's path */
    long line;        /* where the record begins, from 1 */
    edc_str id;
    edc_str category; /* raw: "Eleve"; "" in CSV */
    src_op op;
    src_kind kind;
    const src_attr *attrs; /* no name twice */
    size_t n_attrs;
    const char *note; /* what was put right in it, a clause; "" nothing */
} src_record;

/* A record that cannot be handed over; reading goes on. */
typedef struct src_refusal {
    const src_info *info;
    const char *file;
    long line;
    edc_str id; /* "" when it has none */
    src_op op;
    src_kind kind;
    const char *reason; /* a clause without full stop, no value quoted */
} src_refusal;

typedef struct src_handler {
    void *ctx;
    /* Kinds to hand over and to report refusals of, bits 1 << kind; 0 is all.
     * The others are read for their syntax only. */
    unsigned kinds;
    /* A file begins; files of an archive that are neither AAF nor CSV are
     * passed over: SRC_FORM_NONE. May be NULL. False ends the reading. */
    bool (*file)(void *ctx, const src_info *info);
    /* False ends the reading. */
    bool (*each)(void *ctx, const src_record *record);
    void (*refused)(void *ctx, const src_refusal *refusal);
    /* Of a file: what is passed over in it or put right; a clause without full
     * stop, printable. May be NULL. */
    void (*note)(void *ctx, const src_info *info, long line, const char *text);
} src_handler;

/* Why a file could not be read to its end. "" and 0 where unknown. */
typedef struct src_error {
    char file[1024];
    long line;
    char id[SRC_ID_MAX + 1]; /* of the record last begun in that file */
    char text[512];
} src_error;

typedef struct src_options {
    const char *encoding; /* of every file, for iconv; NULL: found out */
    src_form form;        /* AAF1D or AAF2D where names do not tell; or NONE */
    int64_t max_bytes;    /* 0: SRC_BYTES_MAX */
    bool strict;          /* refuse what would be passed over with a note */
    bool needed;          /* refuse CSV without a column that is needed */
    /* UAI that SIECLE and ONDE must be of, and pupils are whose row in CSV
     * names none; or NULL. */
    const char *school;
} src_options;

typedef enum src_end {
    SRC_END,     /* everything was read */
    SRC_STOPPED, /* the handler wanted no more */
    SRC_BROKEN   /* see src_error */
} src_end;

typedef struct src src;

/* Opens what n names say, options may be NULL. Files and archives are then in
 * the order of reading: by the date in their names, complete before delta,
 * schools before students before guardians, as named (a directory's by name).
 * Reads no record. NULL and *error when a name is not there or names nothing
 * to read. The names are copied. */
src *src_open(const char *const *names, size_t n, const src_options *options,
    src_error *error);
void src_close(src *source);

/* What will be read, files and archives as a whole; i < src_count(). */
size_t src_count(const src *source);
const src_info *src_unit(const src *source, size_t i);

/* Reads everything, from the beginning: it may be done again. Records that came
 * before a broken file's error were handed over. *error is set when the outcome
 * is SRC_BROKEN. */
src_end src_read(src *source, const src_handler *handler, src_error *error);

/* Bytes read from disk so far, and those of all files: for a progress bar. */
void src_progress(const src *source, int64_t *done, int64_t *total);

/* "file:line: record id: text" as far as they are known; size >= 2048. */
void src_error_print(const src_error *error, char *out, size_t size);

#endif
