/* file.c - files of records: pieces, encodings, escapes. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "ctl/create.h"
#include "sample.h"

/* ---- pieces ---- */

void
sample_file_begin(sample_file *file, const sample *s, const char *directory,
    const char *extent, const char *category, int date)
{
    *file = (sample_file){.s = s,
        .directory = directory,
        .extent = extent,
        .category = category,
        .date = date};
}

static void
close_file(sample_file *file)
{
    bool bad = ferror(file->out) != 0;

    if (fclose(file->out) != 0 || bad)
        sample_die(SAMPLE_EXIT_LOCAL, "%s: %s", file->directory,
            errno != 0 ? strerror(errno) : "cannot be written");
    file->out = NULL;
}

static void
end_piece(sample_file *file)
{
    if (file->out == NULL)
        return;
    fputs("</ficAlimMENESR>\n", file->out);
    close_file(file);
    file->piece++;
}

static void
begin_piece(sample_file *file)
{
    static const char *const declarations[] = {
        [SAMPLE_UTF8] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n",
        [SAMPLE_LATIN9] = "<?xml version=\"1.0\" encoding=\"ISO-8859-15\"?>\n",
        [SAMPLE_UNDECLARED] = ""};
    char path[4200];
    int fd;

    sample_text(path, sizeof(path), "%s/%s_FICTIF_%s_%08d_%s_%04u.xml",
        file->directory,
        file->s->moves == 0     ? "ENT"
        : file->s->first_degree ? "ENT1D"
                                : "ENT2D",
        file->extent, file->date, file->category, file->piece);
    fd = create_file(AT_FDCWD, path);
    file->out = fd < 0 ? NULL : fdopen(fd, "w");
    if (file->out == NULL)
        sample_die(SAMPLE_EXIT_LOCAL, "%s: %s", path, strerror(errno));
    fprintf(file->out,
        "%s<!DOCTYPE ficAlimMENESR SYSTEM \"ficAlimMENESR.dtd\">\n"
        "<!-- versionAF=\"AAF-VE1301\" -->\n<ficAlimMENESR>\n",
        declarations[file->s->encoding]);
}

FILE *
sample_file_record(sample_file *file)
{
    if (file->records > 0 && file->records % file->s->piece == 0)
        end_piece(file);
    if (file->out == NULL)
        begin_piece(file);
    file->records++;
    return file->out;
}

void
sample_file_end(sample_file *file)
{
    end_piece(file);
}

/* ---- a school's own files ---- */

void
sample_own_begin(
    sample_file *file, const sample *s, const char *directory, const char *name)
{
    char path[4200];
    int fd;

    *file = (sample_file){.s = s, .directory = directory};
    sample_text(path, sizeof(path), "%s/%s", directory, name);
    fd = create_file(AT_FDCWD, path);
    file->out = fd < 0 ? NULL : fdopen(fd, "w");
    if (file->out == NULL)
        sample_die(SAMPLE_EXIT_LOCAL, "%s: %s", path, strerror(errno));
}

void
sample_own_end(sample_file *file)
{
    close_file(file);
}

/* ---- characters ---- */

/* Takes one character of UTF-8 that the program made itself. */
static unsigned
next_character(const char **text)
{
    const unsigned char *p = (const unsigned char *)*text;
    unsigned n = p[0] < 0x80 ? 1 : p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : 4;
    unsigned code = n == 1 ? p[0] : p[0] & (0x7FU >> n);

    for (unsigned i = 1; i < n; i++)
        code = code << 6 | (p[i] & 0x3FU);
    *text += n;
    return code;
}

/* The byte of ISO-8859-15, 0 when it has none. */
static unsigned
latin9(unsigned code)
{
    static const struct {
        unsigned byte, code;
    } own[] = {{0xA4, 0x20AC}, {0xA6, 0x160}, {0xA8, 0x161}, {0xB4, 0x17D},
        {0xB8, 0x17E}, {0xBC, 0x152}, {0xBD, 0x153}, {0xBE, 0x178}};

    for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
        if (code == own[i].code)
            return own[i].byte;
        if (code == own[i].byte)
            return 0;
    }
    return code < 0x100 ? code : 0;
}

static void
put_character(const sample_file *file, const char **text)
{
    const char *begin = *text;
    unsigned code = next_character(text);

    if (file->s->encoding != SAMPLE_LATIN9)
        fprintf(file->out, "%.*s", (int)(*text - begin), begin);
    else if (latin9(code) != 0)
        putc((int)latin9(code), file->out);
    else
        fprintf(file->out, "&#%u;", code);
}

static const char *
entity_of(char c)
{
    return c == '&'   ? "&amp;"
           : c == '<' ? "&lt;"
           : c == '>' ? "&gt;"
           : c == '"' ? "&quot;"
                      : NULL;
}

void
sample_put_escaped(const sample_file *file, const char *text)
{
    while (*text != '\0') {
        const char *entity = entity_of(*text);

        if (entity != NULL) {
            fputs(entity, file->out);
            text++;
        } else {
            put_character(file, &text);
        }
    }
}

void
sample_put_text(const sample_file *file, const char *text)
{
    while (*text != '\0') {
        const char *next = text;

        if (file->s->encoding == SAMPLE_LATIN9 &&
            latin9(next_character(&next)) == 0) {
            putc('?', file->out);
            text = next;
        } else {
            put_character(file, &text);
        }
    }
}

/* What is not ASCII by number, decimal or hexadecimal; the first letter of the
 * text as CDATA. */
static void
put_references(const sample_file *file, const char *text)
{
    bool first = true;

    while (*text != '\0') {
        unsigned code;

        if (first && (unsigned char)*text < 0x80) {
            fprintf(file->out, "<![CDATA[%c]]>", *text++);
        } else {
            code = next_character(&text);
            fprintf(file->out,
                code < 0x80     ? "%c"
                : code % 2 == 0 ? "&#%u;"
                                : "&#x%X;",
                code);
        }
        first = false;
    }
}

/* Letters that French has as HTML's entities, and apostrophes as a number, each
 * escaped once more. */
static void
put_twice(const sample_file *file, const char *text)
{
    static const struct {
        unsigned code;
        const char *name;
    } names[] = {{0xE9, "eacute"}, {0xE8, "egrave"}, {0xEB, "euml"},
        {0xEF, "iuml"}, {0xE7, "ccedil"}, {0xC9, "Eacute"}, {'\'', "#39"}};

    while (*text != '\0') {
        const char *next = text, *name = NULL;
        unsigned code = next_character(&next);

        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
            name = names[i].code == code ? names[i].name : name;
        if (name != NULL) {
            fprintf(file->out, "&amp;%s;", name);
            text = next;
        } else if (entity_of(*text) != NULL) {
            fputs(entity_of(*text++), file->out);
        } else {
            put_character(file, &text);
        }
    }
}

void
sample_put_trapped(const sample_file *file, sample_trap trap, const char *text)
{
    if (trap == TRAP_REFERENCE) {
        put_references(file, text);
    } else if (trap == TRAP_TWICE_ESCAPED) {
        put_twice(file, text);
    } else if (trap == TRAP_BLANKS) {
        fputs("\n    ", file->out);
        sample_put_escaped(file, text);
        fputs(" \t\n   ", file->out);
    } else {
        sample_put_escaped(file, text);
    }
}
