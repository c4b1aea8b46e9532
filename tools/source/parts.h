/* parts.h - what the readers behind source.h have in common.
 *
 * A reading (src_run) goes through files one after the other. The bytes of each
 * are pushed through src_file into a parser of its form, the parser builds
 * records with src_record_*() and these go to the handler. Every step returns
 * false once the reading is over: stopped by the handler, or broken with
 * src_error filled in.
 */
#ifndef EDC_SOURCE_PARTS_H
#define EDC_SOURCE_PARTS_H

#include "source/charset.h"
#include "source/source.h"

/* ---- names (source/name.c) ---- */

typedef enum src_suffix {
    SRC_SUFFIX_OTHER,
    SRC_SUFFIX_XML,
    SRC_SUFFIX_CSV,
    SRC_SUFFIX_ARCHIVE
} src_suffix;

src_suffix src_suffix_of(const char *path);

/* What the name of a file tells, and those of the folders or the archive that
 * it is in: form (AAF1D, AAF2D or NONE), extent and date. info->file is left.
 */
void src_name_tells(const char *path, src_info *info);

/* What the name of the archive or folder around a file tells where the file's
 * own does not; delta in either is delta. */
void src_name_within(const src_info *outer, src_info *info);

/* Where a file stands among those of its day: schools, then what they teach,
 * students, guardians, the rest. */
int src_name_rank(const char *path);

/* ---- a record being built (source/record.c) ---- */

typedef struct src_value {
    size_t at, n; /* in src_builder.bytes */
    size_t attr;
    unsigned hash;
} src_value;

typedef struct src_name {
    size_t at, n, n_values;
} src_name;

/* All of it grows to the longest record and is used again for the next. */
typedef struct src_builder {
    char *bytes;
    size_t n, room;
    src_name *names;
    size_t n_names, room_names;
    src_value *values;
    size_t n_values, room_values;
    size_t attr;  /* the one that values are of */
    size_t begin; /* of the value being read, in bytes */
    bool too_long;
    src_attr *attrs; /* as they are handed over */
    edc_str *list;
    size_t room_attrs, room_list;

    long line;
    src_op op;
    src_kind kind;
    char category[64];
    size_t category_n;
    bool has_id;
    char id[SRC_ID_MAX + 1];
    size_t id_n;
    char reason[256]; /* to refuse it; the first that was found */
    char note[256];   /* what was put right; as much as there is room for */
} src_builder;

typedef struct src_run {
    const src_options *options;
    const src_handler *handler;
    src_error *error;
    src_end end;
    src_info info; /* of the file being read; file belongs to it */
    long line;     /* how far its parser has come */
    char last_id[SRC_ID_MAX + 1]; /* of that file's records */
    int64_t bytes;                /* unpacked, of all files */
    src_builder record;
} src_run;

void src_run_begin(src_run *run, const src_options *options,
    const src_handler *handler, src_error *error);
void src_run_end(src_run *run);

/* Ends the reading as broken, unless it is over; line 0: run->line. The text
 * may quote the file: what a terminal would obey is replaced. Returns false. */
bool src_fail(src_run *run, long line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Tells the handler about the file; line 0: run->line. */
void src_note(src_run *run, long line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Without white space at its ends: ASCII's, the no-break space and the byte
 * order mark, which stands within files that were put together. */
edc_str src_trim(edc_str text);

/* Begins a record. Its kind is SRC_OTHER until it is set. */
void src_record_begin(src_run *run, long line, src_op op);

/* Its kind by the category: Eleve, PersRelEleve, EtabEducNat, another. */
void src_record_category(src_run *run, edc_str category);

/* Its id, trimmed here. Without one it is refused. */
void src_record_id(src_run *run, edc_str id);

/* An attribute is named; values are of this one from now on. False when it was
 * named before: its values come together. */
bool src_record_attr(src_run *run, edc_str name);

/* A value begins, goes on, ends. */
void src_record_value(src_run *run);
void src_record_text(src_run *run, const char *text, size_t n);
void src_record_value_end(src_run *run);

/* The value that has begun is taken back and given to the caller, trimmed,
 * until the next call: for what is no attribute's value. */
edc_str src_record_take(src_run *run);

/* The record will be refused for this. */
void src_record_refuse(src_run *run, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Something was put right in the record; said once in the same words. */
void src_record_note(src_run *run, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Whether the record's kind is one that the handler asked for. */
bool src_record_wanted(const src_run *run);

/* It is complete: handed over, or refused. */
bool src_record_end(src_run *run);

/* ---- the parsers ---- */

/* AAF, fed with UTF-8 (source/aaf.c). NULL: the reading is broken. */
typedef struct src_aaf src_aaf;
src_aaf *src_aaf_begin(src_run *run);
bool src_aaf_feed(src_aaf *aaf, edc_str bytes, bool last);
void src_aaf_free(src_aaf *aaf);

/* CSV, fed with UTF-8 (source/csv.c). */
typedef struct src_csv src_csv;
src_csv *src_csv_begin(src_run *run);
bool src_csv_feed(src_csv *csv, edc_str bytes, bool last);
void src_csv_free(src_csv *csv);

/* SIECLE: the elements of a document whose root is BEE_..., which the reader of
 * AAF passes on with its limits kept (source/siecle.c). What ends the reading
 * is seen at run->end. name and values are only read; attributes are libxml2's,
 * five pointers for each. */
typedef struct src_siecle src_siecle;
src_siecle *src_siecle_begin(src_run *run);
void src_siecle_start(src_siecle *siecle, long line, const char *name, int n,
    const unsigned char **attributes);
void src_siecle_text(src_siecle *siecle, edc_str text);
void src_siecle_end(src_siecle *siecle);
void src_siecle_free(src_siecle *siecle);

/* ONDE: rows of a CSV file, taken apart already (source/onde.c). */
typedef struct src_onde src_onde;

/* Whether a header line is one of ONDE's. */
bool src_onde_knows(const edc_str *cells, size_t n);

/* Begins such a file, which the run's info is told. NULL: the reading is
 * broken.
 */
src_onde *src_onde_begin(
    src_run *run, long line, const edc_str *cells, size_t n);
bool src_onde_row(src_onde *onde, long line, const edc_str *cells, size_t n);
void src_onde_free(src_onde *onde);

/* The file is of this school, and it is the one that was asked for; false, the
 * reading is broken (source/school.c). */
bool src_school_set(src_run *run, long line, edc_str uai);

/* Hands over a record of that school, with one attribute. */
bool src_school_record(src_run *run, long line, edc_str attr, edc_str value);

/* ---- one file (source/file.c) ---- */

/* Its form is decided by its first bytes. */
#define SRC_SNIFF 8192

typedef struct src_file {
    src_run *run;
    src_suffix suffix;
    bool optional; /* passed over when it is of neither form */
    char first[SRC_SNIFF];
    size_t n_first;
    bool decided;
    charset decoder;
    bool decoding;
    bool said_windows; /* that its encoding is not quite what it says */
    char encoding[64]; /* how messages name it */
    src_aaf *aaf;
    src_csv *csv;
} src_file;

/* Begins the file that run->info is about. */
void src_file_begin(src_file *file, src_run *run, bool optional);
bool src_file_feed(src_file *file, edc_str bytes);
bool src_file_end(src_file *file);

/* Whether the rest of it is of no interest: it is neither AAF nor CSV. */
bool src_file_is_passed_over(const src_file *file);
void src_file_free(src_file *file);

/* ---- archives (source/archive.c) ---- */

/* Reads every file of an archive; done(ctx) is told the bytes that were taken
 * from disk. outer is what the archive's name tells; path how messages name
 * it. */
bool src_archive_read(
    src_run *run, const char *path, const src_info *outer, int64_t *done);

#endif
