/* source_archive.c - the files of a .zip or .tar.gz, read as a stream. */
#include <archive.h>
#include <archive_entry.h>
#include <stdlib.h>
#include <string.h>

#include "ctl.h"
#include "source_parts.h"

#define BLOCK 65536

static bool
archive_fails(src_run *run, struct archive *a)
{
    const char *why = archive_error_string(a);

    return src_fail(
        run, 0, "the archive cannot be read: %s", why == NULL ? "" : why);
}

/* Nothing is extracted, so such a name could do no harm here; but whoever made
 * it wanted harm, or is not who makes AAF's archives. */
static bool
leaves_archive(const char *name)
{
    if (name[0] == '/' || name[0] == '\\' ||
        (name[0] != '\0' && name[1] == ':'))
        return true;
    for (const char *p = name; p != NULL; p = strpbrk(p, "/\\")) {
        p += strspn(p, "/\\");
        if (strncmp(p, "..", 2) == 0 && strchr("/\\", p[2]) != NULL)
            return true;
    }
    return false;
}

static bool
is_hidden(const char *name)
{
    const char *slash = strrchr(name, '/');

    return (slash == NULL ? name : slash + 1)[0] == '.' ||
           strncmp(name, "__MACOSX/", 9) == 0;
}

static bool
read_data(src_run *run, struct archive *a, src_file *file, int64_t *done)
{
    char *block = ctl_alloc(BLOCK, 1);
    la_ssize_t n = 0;
    bool more = true;

    while (more && (n = archive_read_data(a, block, BLOCK)) > 0) {
        *done = archive_filter_bytes(a, -1);
        more = src_file_feed(file, (edc_str){block, (size_t)n});
    }
    free(block);
    if (more && n < 0)
        return archive_fails(run, a);
    return more && src_file_end(file);
}

static bool
read_entry(src_run *run, struct archive *a, const char *path,
    const src_info *outer, const char *name, int64_t *done)
{
    src_file *file = ctl_alloc(1, sizeof(*file));
    char *shown = ctl_format("%s: %s", path, name);
    bool more;

    src_name_tells(name, &run->info);
    src_name_within(outer, &run->info);
    run->info.file = shown;
    src_file_begin(file, run, true);
    more = read_data(run, a, file, done);
    src_file_free(file);
    free(file);
    run->info = (src_info){.file = path};
    run->line = 0;
    free(shown);
    return more;
}

static bool
read_entries(src_run *run, struct archive *a, const char *path,
    const src_info *outer, int64_t *done)
{
    struct archive_entry *entry;
    size_t n = 0;
    int status;

    while ((status = archive_read_next_header(a, &entry)) == ARCHIVE_OK ||
           status == ARCHIVE_WARN) {
        const char *name = archive_entry_pathname_utf8(entry);

        if (n++ == 0 && archive_format(a) != ARCHIVE_FORMAT_ZIP &&
            archive_filter_code(a, 0) != ARCHIVE_FILTER_GZIP)
            return src_fail(run, 0, "it is neither a zip nor a compressed tar");
        if (name == NULL)
            name = archive_entry_pathname(entry);
        if (name == NULL)
            return src_fail(run, 0, "a file in the archive has no name");
        if (leaves_archive(name))
            return src_fail(
                run, 0, "a name in the archive leads out of it: %s", name);
        if (archive_entry_filetype(entry) != AE_IFREG || is_hidden(name))
            continue;
        if (archive_entry_is_encrypted(entry))
            return src_fail(run, 0, "the archive is encrypted: %s", name);
        if (!read_entry(run, a, path, outer, name, done))
            return false;
    }
    if (status != ARCHIVE_EOF)
        return archive_fails(run, a);
    return n > 0 || src_fail(run, 0, "the archive is empty");
}

bool
src_archive_read(
    src_run *run, const char *path, const src_info *outer, int64_t *done)
{
    struct archive *a = archive_read_new();
    bool more;

    run->info = (src_info){.file = path};
    run->last_id[0] = '\0';
    run->line = 0;
    if (a == NULL)
        return src_fail(run, 0, "out of memory");
    /* An archive that was cut off between two of its files must not pass for
     * whole: who is in the rest would be taken to be gone. So a zip is read by
     * the list at its end, and a tar has to be compressed, which tells. */
    archive_read_support_filter_gzip(a);
    archive_read_support_format_zip_seekable(a);
    archive_read_support_format_tar(a);
    if (archive_read_open_filename(a, path, BLOCK) != ARCHIVE_OK)
        more = archive_fails(run, a);
    else
        more = read_entries(run, a, path, outer, done);
    archive_read_free(a);
    return more;
}
