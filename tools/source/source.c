/* source.c - what the user named, as a list of files in the order of reading.
 */
#include "ctl/catalog.h"
#include "source/source.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ctl/ctl.h"
#include "ctl/input.h"
#include "source/parts.h"

#define BLOCK 65536

typedef struct unit {
    char *path;
    src_info info;
    int64_t size;
    int rank;
    size_t named; /* which of the user's names it is of */
} unit;

struct src {
    src_options options;
    char *encoding, *school;
    unit *units;
    size_t n, room;
    int64_t before; /* bytes of the files that have been read */
    int64_t done;   /* of the one that is being read */
    int64_t total;
};

static void
set_error(src_error *error, const char *file, const char *text)
{
    *error = (src_error){.line = 0};
    snprintf(error->file, sizeof(error->file), "%s", file);
    snprintf(error->text, sizeof(error->text), "%s", catalog_text(text));
}

/* ---- the list ---- */

static void
add_unit(src *source, const char *path, const struct stat *st, size_t named)
{
    unit *u;

    if (source->n == source->room) {
        source->room = source->room == 0 ? 16 : 2 * source->room;
        source->units = ctl_resize(source->units, source->room, sizeof(unit));
    }
    u = &source->units[source->n++];
    *u = (unit){.path = ctl_copy(path),
        .size = st->st_size,
        .rank = src_name_rank(path),
        .named = named};
    src_name_tells(path, &u->info);
    u->info.file = u->path;
    if (src_suffix_of(path) == SRC_SUFFIX_CSV)
        u->info.form = SRC_FORM_CSV;
    source->total += u->size;
}

/* The files of a folder whose names are those of something to read; the
 * folder's own name may be that of the archive that they are out of. */
static bool
add_folder(src *source, const char *path, size_t named, src_error *error)
{
    int fd = input_directory(AT_FDCWD, path, true);
    DIR *folder = fd < 0 ? NULL : fdopendir(fd);
    struct dirent *entry;
    size_t first = source->n, n = strlen(path);
    src_info outer = {.file = path};
    char *bare = ctl_copy(path);

    if (folder == NULL) {
        set_error(error, path, strerror(errno));
        if (fd >= 0)
            close(fd);
        free(bare);
        return false;
    }
    while (n > 1 && bare[n - 1] == '/')
        bare[--n] = '\0';
    src_name_tells(bare, &outer);
    while ((entry = readdir(folder)) != NULL) {
        char *file = ctl_format(
            "%s%s%s", bare, bare[n - 1] == '/' ? "" : "/", entry->d_name);
        struct stat st;

        if (entry->d_name[0] != '.' &&
            src_suffix_of(entry->d_name) != SRC_SUFFIX_OTHER &&
            stat(file, &st) == 0 && S_ISREG(st.st_mode)) {
            add_unit(source, file, &st, named);
            /* Any folder may be called "delta"; one of the archives' names
             * speaks of what is in it. */
            if (outer.form != SRC_FORM_NONE)
                src_name_within(&outer, &source->units[source->n - 1].info);
        }
        free(file);
    }
    (void)closedir(folder);
    free(bare);
    if (source->n == first)
        set_error(error, path,
            "the folder has no file whose name ends in .xml, .csv, .zip, .tgz "
            "or .tar.gz");
    return source->n > first;
}

static bool
add_name(src *source, const char *path, size_t named, src_error *error)
{
    struct stat st;

    if (path[0] == '\0') {
        set_error(error, path, "a name is empty");
        return false;
    }
    if (stat(path, &st) != 0) {
        set_error(error, path, strerror(errno));
        return false;
    }
    if (S_ISDIR(st.st_mode))
        return add_folder(source, path, named, error);
    if (!S_ISREG(st.st_mode)) {
        set_error(error, path, "it is neither a file nor a folder");
        return false;
    }
    add_unit(source, path, &st, named);
    return true;
}

static int
by_order(const void *one, const void *two)
{
    const unit *a = one, *b = two;
    int order = strcmp(a->info.date, b->info.date);

    if (order == 0)
        order = (a->info.extent == SRC_DELTA) - (b->info.extent == SRC_DELTA);
    if (order == 0)
        order = a->rank - b->rank;
    if (order == 0)
        order = (a->named > b->named) - (a->named < b->named);
    return order == 0 ? strcmp(a->path, b->path) : order;
}

src *
src_open(const char *const *names, size_t n, const src_options *options,
    src_error *error)
{
    src *source = ctl_alloc(1, sizeof(*source));

    if (options != NULL)
        source->options = *options;
    if (source->options.encoding != NULL)
        source->options.encoding = source->encoding =
            ctl_copy(source->options.encoding);
    if (source->options.school != NULL)
        source->options.school = source->school =
            ctl_copy(source->options.school);
    if (source->options.max_bytes == 0)
        source->options.max_bytes = SRC_BYTES_MAX;
    for (size_t i = 0; i < n; i++) {
        if (!add_name(source, names[i], i, error)) {
            src_close(source);
            return NULL;
        }
    }
    if (source->n > 1)
        qsort(source->units, source->n, sizeof(unit), by_order);
    return source;
}

void
src_close(src *source)
{
    if (source == NULL)
        return;
    for (size_t i = 0; i < source->n; i++)
        free(source->units[i].path);
    free(source->units);
    free(source->encoding);
    free(source->school);
    free(source);
}

bool
src_is_aaf(src_form form)
{
    return form == SRC_FORM_AAF || form == SRC_FORM_AAF1D ||
           form == SRC_FORM_AAF2D;
}

bool
src_numbers_apart(src_form form)
{
    return form == SRC_FORM_CSV;
}

size_t
src_count(const src *source)
{
    return source->n;
}

const src_info *
src_unit(const src *source, size_t i)
{
    return &source->units[i].info;
}

/* ---- reading ---- */

static bool
read_blocks(src *source, src_run *run, FILE *in, src_file *file)
{
    char *block = ctl_alloc(BLOCK, 1);
    bool more = true;
    size_t n = 1;

    while (more && n > 0) {
        errno = 0;
        n = fread(block, 1, BLOCK, in);
        source->done += (int64_t)n;
        if (n > 0)
            more = src_file_feed(file, (edc_str){block, n});
        else if (ferror(in))
            more = src_fail(run, 0, "%s", strerror(errno));
    }
    free(block);
    return more && src_file_end(file);
}

static bool
read_file(src *source, src_run *run, const unit *u)
{
    src_file *file;
    FILE *in;
    bool more;
    const char *why;
    int fd;

    run->info = u->info;
    if (run->info.form == SRC_FORM_CSV)
        run->info.form = SRC_FORM_NONE;
    fd = input_open(u->path, INPUT_FILE, &why);
    in = fd < 0 ? NULL : fdopen(fd, "r");
    if (in == NULL) {
        (void)src_fail(
            run, 0, "%s", fd < 0 ? catalog_text(why) : strerror(errno));
        if (fd >= 0)
            close(fd);
        return false;
    }
    file = ctl_alloc(1, sizeof(*file));
    src_file_begin(file, run, false);
    more = read_blocks(source, run, in, file);
    src_file_free(file);
    free(file);
    (void)fclose(in);
    return more;
}

src_end
src_read(src *source, const src_handler *handler, src_error *error)
{
    src_run *run = ctl_alloc(1, sizeof(*run));
    src_end end;
    bool more = true;

    src_run_begin(run, &source->options, handler, error);
    source->before = source->done = 0;
    for (size_t i = 0; more && i < source->n; i++) {
        const unit *u = &source->units[i];

        if (src_suffix_of(u->path) == SRC_SUFFIX_ARCHIVE)
            more = src_archive_read(run, u->path, &u->info, &source->done);
        else
            more = read_file(source, run, u);
        if (more) {
            source->before += u->size;
            source->done = 0;
        }
    }
    end = run->end;
    src_run_end(run);
    free(run);
    return end;
}

void
src_progress(const src *source, int64_t *done, int64_t *total)
{
    *done = source->before + source->done;
    *total = source->total;
}

void
src_error_print(const src_error *error, char *out, size_t size)
{
    size_t n = 0;

    out[0] = '\0';
    if (error->file[0] != '\0')
        n += (size_t)snprintf(out + n, size - n, "%s:", error->file);
    if (error->line > 0)
        n += (size_t)snprintf(out + n, size - n, "%ld:", error->line);
    if (error->id[0] != '\0')
        n += (size_t)snprintf(out + n, size - n, catalog_plain("%srecord %s:"),
            n > 0 ? " " : "", error->id);
    snprintf(out + n, size - n, "%s%s", n > 0 ? " " : "", error->text);
}
