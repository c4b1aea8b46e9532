/* source_steps.c - files to read, and what was read of them as text. */
#include "source/source_steps.h"

#include <archive.h>
#include <archive_entry.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ctl/ctl.h"

static char folder[64];

typedef struct telling {
    FILE *out;
    size_t most; /* records until it wants no more */
} telling;

/* ---- files ---- */

int
steps_setup(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/source-XXXXXX");
    return mkdtemp(folder) == NULL ? -1 : 0;
}

static int
take_away(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st, (void)type, (void)ftw;
    return remove(path);
}

int
steps_teardown(void **state)
{
    (void)state;
    return nftw(folder, take_away, 8, FTW_DEPTH | FTW_PHYS);
}

char *
steps_path(const char *name)
{
    return ctl_format("%s/%s", folder, name);
}

void
steps_write(const char *name, const char *bytes, size_t n)
{
    char *path = steps_path(name);
    FILE *file;

    for (char *p = path + strlen(folder) + 1; *p != '\0'; p++) {
        if (*p == '/') {
            *p = '\0';
            (void)mkdir(path, 0700);
            *p = '/';
        }
    }
    file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, n, file), n);
    assert_int_equal(fclose(file), 0);
    free(path);
}

void
steps_text(const char *name, const char *text)
{
    steps_write(name, text, strlen(text));
}

void
steps_archive(const char *name, const char *const *names_and_texts)
{
    struct archive *a = archive_write_new();
    char *path = steps_path(name);
    size_t n = strlen(name);

    assert_true(n > 4);
    if (strcmp(name + n - 4, ".zip") == 0) {
        assert_int_equal(archive_write_set_format_zip(a), ARCHIVE_OK);
    } else {
        assert_int_equal(archive_write_set_format_ustar(a), ARCHIVE_OK);
        if (strcmp(name + n - 4, ".tar") != 0)
            assert_int_equal(archive_write_add_filter_gzip(a), ARCHIVE_OK);
    }
    assert_int_equal(archive_write_open_filename(a, path), ARCHIVE_OK);
    for (; *names_and_texts != NULL; names_and_texts += 2) {
        struct archive_entry *entry = archive_entry_new();
        size_t size = strlen(names_and_texts[1]);

        archive_entry_set_pathname(entry, names_and_texts[0]);
        archive_entry_set_size(entry, (la_int64_t)size);
        archive_entry_set_filetype(entry, AE_IFREG);
        archive_entry_set_perm(entry, 0600);
        assert_int_equal(archive_write_header(a, entry), ARCHIVE_OK);
        assert_int_equal(archive_write_data(a, names_and_texts[1], size), size);
        archive_entry_free(entry);
    }
    assert_int_equal(archive_write_close(a), ARCHIVE_OK);
    archive_write_free(a);
    free(path);
}

/* ---- AAF ---- */

char *
steps_aaf(const char *declaration, const char *requests)
{
    return ctl_format(
        "%s<ficAlimMENESR>\n%s</ficAlimMENESR>\n", declaration, requests);
}

char *
steps_add(const char *category, const char *id, const char *attributes)
{
    return ctl_format("<addRequest><operationalAttributes>"
                      "<attr name=\"categoriePersonne\"><value>%s</value>"
                      "</attr></operationalAttributes>"
                      "<identifier><id>%s</id></identifier>"
                      "<attributes>%s</attributes></addRequest>\n",
        category, id, attributes);
}

/* ---- what was read ---- */

static const char *
bare(const char *path)
{
    size_t n = strlen(folder);

    return strncmp(path, folder, n) == 0 ? path + n + 1 : path;
}

static bool
tell_file(void *ctx, const src_info *info)
{
    static const char *const forms[] = {
        "passed over", "AAF", "AAF1D", "AAF2D", "CSV", "SIECLE", "ONDE"};
    static const char *const extents[] = {"", " complete", " delta"};
    telling *t = ctx;

    fprintf(t->out, "file %s: %s%s%s%s\n", bare(info->file), forms[info->form],
        extents[info->extent], info->date[0] == '\0' ? "" : " ", info->date);
    return true;
}

static const char *const kinds[] = {
    "school", "student", "guardian", "other", "address"};

static bool
tell_record(void *ctx, const src_record *record)
{
    static const char *const ops[] = {"add", "modify", "delete", "part"};
    telling *t = ctx;

    fprintf(t->out, "%ld %s %s %.*s:", record->line, ops[record->op],
        kinds[record->kind], (int)record->id.n, record->id.p);
    for (size_t i = 0; i < record->n_attrs; i++) {
        const src_attr *attr = &record->attrs[i];

        fprintf(t->out, " %.*s=", (int)attr->name.n, attr->name.p);
        for (size_t j = 0; j < attr->n_values; j++)
            fprintf(
                t->out, "<%.*s>", (int)attr->values[j].n, attr->values[j].p);
    }
    if (record->note[0] != '\0')
        fprintf(t->out, " (%s)", record->note);
    fputc('\n', t->out);
    return --t->most > 0;
}

static void
tell_refused(void *ctx, const src_refusal *refusal)
{
    telling *t = ctx;

    fprintf(t->out, "%ld refused %s %.*s: %s\n", refusal->line,
        kinds[refusal->kind], (int)refusal->id.n, refusal->id.p,
        refusal->reason);
}

static void
tell_note(void *ctx, const src_info *info, long line, const char *text)
{
    telling *t = ctx;

    (void)info;
    fprintf(t->out, "%ld note: %s\n", line, text);
}

static void
tell_end(FILE *out, src_end end, const src_error *error)
{
    char text[2048];

    src_error_print(error, text, sizeof(text));
    fprintf(out, "%s%s\n",
        end == SRC_END       ? "end"
        : end == SRC_STOPPED ? "stopped"
                             : "broken ",
        end == SRC_BROKEN ? bare(text) : "");
}

char *
steps_read_with(const char *const *names, const src_options *options,
    unsigned kinds_wanted, size_t most)
{
    const char *paths[8];
    size_t n = 0, size;
    char *said = NULL;
    telling t = {open_memstream(&said, &size), most};
    src_handler handler = {
        &t, kinds_wanted, tell_file, tell_record, tell_refused, tell_note};
    src_error error;
    src *source;

    for (; names[n] != NULL; n++)
        paths[n] = steps_path(names[n]);
    source = src_open(paths, n, options, &error);
    tell_end(t.out,
        source == NULL ? SRC_BROKEN : src_read(source, &handler, &error),
        &error);
    src_close(source);
    while (n > 0)
        free((char *)paths[--n]);
    assert_int_equal(fclose(t.out), 0);
    return said;
}

char *
steps_read(const char *const *names)
{
    return steps_read_with(names, NULL, 0, SIZE_MAX);
}

void
steps_expect(const char *name, const char *said)
{
    char *text = steps_read((const char *const[]){name, NULL});

    assert_string_equal(text, said);
    free(text);
}
