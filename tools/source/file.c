/* file.c - the bytes of one file: which form it is of, what its encoding
 * is, on to the parser.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "source/parts.h"

/* Encodings that a file may declare for itself. Others can be named by whoever
 * runs the import: iconv knows hundreds, and many of their converters are no
 * match for a file that was made to harm. */
static const char *const declarable[] = {"UTF-8", "UTF8", "US-ASCII", "ASCII",
    "LATIN1", "LATIN-9", "CP1252", "ISO-8859-1", "ISO-8859-15", "windows-1252",
    "UTF-16", "UTF-16LE", "UTF-16BE"};

void
src_file_begin(src_file *file, src_run *run, bool optional)
{
    file->run = run;
    file->suffix = src_suffix_of(run->info.file);
    file->optional = optional;
    file->n_first = 0;
    file->decided = file->decoding = file->said_windows = false;
    file->encoding[0] = '\0';
    file->aaf = NULL;
    file->csv = NULL;
    run->last_id[0] = '\0';
    run->line = 0;
}

void
src_file_free(src_file *file)
{
    if (file->decoding)
        charset_end(&file->decoder);
    src_aaf_free(file->aaf);
    src_csv_free(file->csv);
    file->decoding = false;
    file->aaf = NULL;
    file->csv = NULL;
}

/* ---- what the first bytes tell ---- */

/* Finds encoding="..." in the XML declaration, should there be one; *name is
 * "" when there is none. */
static void
declared_encoding(edc_str first, edc_str *name)
{
    const char *end, *p;
    size_t n;

    *name = EDC_STR("");
    if (first.n < 6 || memcmp(first.p, "<?xml", 5) != 0)
        return;
    end = memchr(first.p, '>', first.n);
    if (end == NULL)
        return;
    p = memmem(first.p, (size_t)(end - first.p), "encoding", 8);
    if (p == NULL)
        return;
    p += 8;
    while (p < end && strchr(" \t\r\n=", *p) != NULL && *p != '\0')
        p++;
    if (p == end || (*p != '"' && *p != '\''))
        return;
    for (n = 0; p + 1 + n < end && p[1 + n] != *p;)
        n++;
    *name = (edc_str){p + 1, n};
}

static bool
set_encoding(src_file *file, const char *name)
{
    snprintf(
        file->encoding, sizeof(file->encoding), "%s", name == NULL ? "" : name);
    if (!charset_begin(&file->decoder, name))
        return src_fail(
            file->run, 0, "iconv knows no encoding of the name %s", name);
    file->decoding = true;
    return true;
}

static bool
set_declared(src_file *file, edc_str name)
{
    for (size_t i = 0; i < sizeof(declarable) / sizeof(declarable[0]); i++) {
        if (!edc_str_caseeq(name, edc_str_of(declarable[i])))
            continue;
        /* UTF-16 that can be read up to here as ASCII is none. */
        if (strncmp(declarable[i], "UTF-16", 6) == 0)
            return src_fail(
                file->run, 1, "it declares to be UTF-16 and is not");
        return set_encoding(file, declarable[i]);
    }
    return src_fail(file->run, 1,
        "it declares an encoding that is not read unless it is given as an "
        "option: %.*s",
        (int)(name.n > 64 ? 64 : name.n), name.p);
}

/* A header line's first letters as two bytes each; NULL: they are not. */
static const char *
wide_without_mark(edc_str first)
{
    if (first.n < 4 || (first.p[0] == '\0') == (first.p[1] == '\0') ||
        (first.p[0] == '\0') != (first.p[2] == '\0') ||
        (first.p[1] == '\0') != (first.p[3] == '\0'))
        return NULL;
    return first.p[0] == '\0' ? "UTF-16BE" : "UTF-16LE";
}

/* By what was asked for, the byte order mark, the declaration; else found out
 * byte by byte. *skip is the length of the mark. */
static bool
choose_encoding(src_file *file, edc_str first, bool xml, size_t *skip)
{
    const char *mark = charset_of_mark(first, skip);
    const char *asked = file->run->options->encoding;
    edc_str name = {"", 0};

    if (asked != NULL) {
        /* Of this one, iconv reads the mark itself. */
        if (strcasecmp(asked, "UTF-16") == 0)
            *skip = 0;
        return set_encoding(file, asked);
    }
    if (mark == NULL && !xml)
        mark = wide_without_mark(first);
    if (mark != NULL)
        return set_encoding(file, mark);
    if (xml)
        declared_encoding(first, &name);
    return name.n == 0 ? set_encoding(file, NULL) : set_declared(file, name);
}

static bool
has(edc_str text, const char *word)
{
    return memmem(text.p, text.n, word, strlen(word)) != NULL;
}

/* The degrees call a person's attributes by different names. */
static src_form
degree_of(edc_str first)
{
    bool one = has(first, "\"ENTPersonNom\"") ||
               has(first, "\"ENTPersonPrenom\"") ||
               has(first, "\"ENTEleveAutoriteParentale\"");
    bool two = has(first, "\"sn\"") || has(first, "\"givenName\"") ||
               has(first, "\"ENTElevePersRelEleve\"");

    return one == two ? SRC_FORM_AAF : one ? SRC_FORM_AAF1D : SRC_FORM_AAF2D;
}

/* The same where there is no doubt: "sn" may stand in either. */
static src_form
degree_seen(edc_str first)
{
    bool one = has(first, "\"ENTPersonNom\"") ||
               has(first, "\"ENTEleveAutoriteParentale\"");
    bool two = has(first, "\"ENTElevePersRelEleve\"");

    return one && !two && !has(first, "\"sn\"") ? SRC_FORM_AAF1D
           : two && !one                        ? SRC_FORM_AAF2D
                                                : SRC_FORM_NONE;
}

/* Whether it begins as XML does, a byte order mark and white space apart;
 * UTF-16 has a zero beside the <. */
static bool
begins_as_xml(edc_str first)
{
    size_t i;

    (void)charset_of_mark(first, &i);
    while (i < first.n && (strchr(" \t\r\n", first.p[i]) != NULL))
        i++;
    return i < first.n && first.p[i] == '<';
}

static src_form
form_of(const src_file *file, edc_str first)
{
    src_form told = file->run->info.form;

    if (file->suffix == SRC_SUFFIX_CSV)
        return SRC_FORM_CSV;
    if (file->suffix != SRC_SUFFIX_XML &&
        (file->optional || !begins_as_xml(first)))
        return SRC_FORM_NONE;
    if (has(first, "<BEE_"))
        return SRC_FORM_SIECLE;
    if (told != SRC_FORM_NONE)
        return told;
    told = file->run->options->form;
    return told != SRC_FORM_NONE ? told : degree_of(first);
}

static bool
tell_handler(src_run *run)
{
    if (run->handler->file == NULL ||
        run->handler->file(run->handler->ctx, &run->info))
        return true;
    run->end = SRC_STOPPED;
    return false;
}

/* ---- on to the parser ---- */

static bool
parse(src_file *file, edc_str raw, bool last)
{
    src_run *run = file->run;
    edc_str text;
    bool right, more;

    if (run->end != SRC_END)
        return false;
    right = charset_feed(&file->decoder, raw.p, raw.n, last, &text);
    if (file->decoder.windows && !file->said_windows) {
        file->said_windows = true;
        src_note(run, run->line < 1 ? 1 : run->line,
            "bytes that %s does not have are read as Windows-1252",
            file->encoding);
    }
    /* What comes before a wrong byte is parsed, so that its line is known. */
    more = file->aaf != NULL ? src_aaf_feed(file->aaf, text, last && right)
                             : src_csv_feed(file->csv, text, last && right);
    if (!right)
        return src_fail(run, 0, "byte %lld is not valid %s",
            (long long)file->decoder.offset + 1, file->encoding);
    return more;
}

static bool
decide(src_file *file)
{
    src_run *run = file->run;
    edc_str first = {file->first, file->n_first};
    size_t skip = 0;

    file->decided = true;
    run->info.form = form_of(file, first);
    run->info.seen = begins_as_xml(first) ? degree_seen(first) : SRC_FORM_NONE;
    if (run->info.form == SRC_FORM_NONE)
        return file->optional ? tell_handler(run)
                              : src_fail(run, 0, "it is neither AAF nor CSV");
    if (first.n == 0)
        return src_fail(run, 0, "it is empty");
    if (run->info.form != SRC_FORM_CSV && !begins_as_xml(first))
        return src_fail(run, 1, "it is no XML");
    if (!choose_encoding(file, first, run->info.form != SRC_FORM_CSV, &skip) ||
        !tell_handler(run))
        return false;
    if (run->info.form == SRC_FORM_CSV)
        file->csv = src_csv_begin(run);
    else
        file->aaf = src_aaf_begin(run);
    if (run->end != SRC_END)
        return false;
    return parse(file, (edc_str){first.p + skip, first.n - skip}, false);
}

static bool
is_read(const src_file *file)
{
    return file->aaf != NULL || file->csv != NULL;
}

bool
src_file_is_passed_over(const src_file *file)
{
    return file->decided && !is_read(file);
}

bool
src_file_feed(src_file *file, edc_str bytes)
{
    src_run *run = file->run;
    int64_t most = run->options->max_bytes;

    if (run->end != SRC_END)
        return false;
    run->bytes += (int64_t)bytes.n;
    if (run->bytes > most)
        return src_fail(run, 0, "the files have more than %lld bytes in all",
            (long long)most);
    if (!file->decided) {
        size_t n = SRC_SNIFF - file->n_first;

        n = n < bytes.n ? n : bytes.n;
        memcpy(file->first + file->n_first, bytes.p, n);
        file->n_first += n;
        bytes = (edc_str){bytes.p + n, bytes.n - n};
        if (file->n_first < SRC_SNIFF)
            return true;
        if (!decide(file))
            return false;
    }
    return is_read(file) && bytes.n > 0 ? parse(file, bytes, false) : true;
}

bool
src_file_end(src_file *file)
{
    if (file->run->end != SRC_END || (!file->decided && !decide(file)))
        return false;
    return is_read(file) ? parse(file, EDC_STR(""), true) : true;
}
