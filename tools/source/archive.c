/* archive.c - the files of a .zip or .tar.gz, read as a stream. */
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ctl/catalog.h"
#include "ctl/ctl.h"
#include "ctl/input.h"
#include "source/parts.h"

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

/* One archive being read. */
typedef struct reading {
    src_run *run;
    struct archive *a;
    const char *path;
    const src_info *outer;
    int64_t *done; /* bytes taken from disk */
    int64_t begin; /* run->bytes before it */
    int64_t most;  /* that it may unpack to */
} reading;

/* A bomb unpacks to what no honest archive does. What is passed over has been
 * unpacked too, where it is a tar. */
static bool
is_bounded(reading *r)
{
    int64_t read = r->run->bytes - r->begin;
    int64_t unpacked = archive_filter_bytes(r->a, 0);

    *r->done = archive_filter_bytes(r->a, -1);
    if (read <= r->most && unpacked <= r->most)
        return true;
    return src_fail(r->run, 0,
        "the archive unpacks to more than %d times its size", LIMIT_RATIO);
}

static bool
read_data(reading *r, src_file *file)
{
    char *block = ctl_alloc(BLOCK, 1);
    la_ssize_t n = 0;
    bool more = true;

    while (more && !src_file_is_passed_over(file) &&
           (n = archive_read_data(r->a, block, BLOCK)) > 0)
        more =
            src_file_feed(file, (edc_str){block, (size_t)n}) && is_bounded(r);
    free(block);
    if (more && n < 0)
        return archive_fails(r->run, r->a);
    return more && src_file_end(file);
}

static bool
read_entry(reading *r, const char *name)
{
    src_run *run = r->run;
    src_file *file = ctl_alloc(1, sizeof(*file));
    char *shown = ctl_format("%s: %s", r->path, name);
    bool more;

    src_name_tells(name, &run->info);
    src_name_within(r->outer, &run->info);
    run->info.file = shown;
    src_file_begin(file, run, true);
    more = read_data(r, file);
    src_file_free(file);
    free(file);
    run->info = (src_info){.file = r->path};
    run->line = 0;
    free(shown);
    return more;
}

/* What an archive of AAF's makers cannot be: the first of its files tells. */
static bool
is_of_a_kind(reading *r)
{
    bool zip = archive_format(r->a) == ARCHIVE_FORMAT_ZIP;

    if (!zip && archive_filter_code(r->a, 0) != ARCHIVE_FILTER_GZIP)
        return src_fail(r->run, 0, "it is neither a zip nor a compressed tar");
    /* The last one is none: what lies on the disk. */
    if (archive_filter_count(r->a) > (zip ? 1 : 2))
        return src_fail(r->run, 0, "it is compressed more than once");
    return true;
}

static bool
is_name(reading *r, const char *name)
{
    if (name == NULL)
        return src_fail(r->run, 0, "a file in the archive has no name");
    if (strlen(name) > LIMIT_MEMBER_NAME)
        return src_fail(r->run, 0,
            "a name in the archive has more than %d bytes", LIMIT_MEMBER_NAME);
    if (leaves_archive(name))
        return src_fail(
            r->run, 0, "a name in the archive leads out of it: %s", name);
    return true;
}

static bool
read_entries(reading *r)
{
    struct archive_entry *entry;
    size_t n = 0;
    int status;

    while ((status = archive_read_next_header(r->a, &entry)) == ARCHIVE_OK ||
           status == ARCHIVE_WARN) {
        const char *name = archive_entry_pathname_utf8(entry);

        if (name == NULL)
            name = archive_entry_pathname(entry);
        if ((n++ == 0 && !is_of_a_kind(r)) || !is_bounded(r) ||
            !is_name(r, name))
            return false;
        if (n > LIMIT_MEMBERS)
            return src_fail(
                r->run, 0, "the archive has more than %d files", LIMIT_MEMBERS);
        if (archive_entry_filetype(entry) != AE_IFREG || is_hidden(name))
            continue;
        if (archive_entry_is_encrypted(entry))
            return src_fail(r->run, 0, "the archive is encrypted: %s", name);
        if (!read_entry(r, name))
            return false;
    }
    if (status != ARCHIVE_EOF)
        return archive_fails(r->run, r->a);
    return n > 0 || src_fail(r->run, 0, "the archive is empty");
}

/* libarchive has a zip's whole list in memory before it hands out the first
 * name. So the signatures of its items are counted before, wherever they are:
 * by chance one stands in 4 GiB. */
static bool
is_short(src_run *run, int fd)
{
    static const char signature[] = {'P', 'K', 1, 2};
    char *block = ctl_alloc(BLOCK, 1);
    size_t matched = 0, found = 0;
    ssize_t n;

    while ((n = read(fd, block, BLOCK)) > 0 && found <= LIMIT_MEMBERS) {
        for (ssize_t i = 0; i < n; i++) {
            matched = block[i] == signature[matched] ? matched + 1
                      : block[i] == signature[0]     ? 1
                                                     : 0;
            if (matched == sizeof(signature)) {
                found++;
                matched = 0;
            }
        }
    }
    free(block);
    if (n < 0 || lseek(fd, 0, SEEK_SET) != 0)
        return src_fail(run, 0, "%s", strerror(errno));
    return found <= LIMIT_MEMBERS ||
           src_fail(
               run, 0, "the archive has more than %d files", LIMIT_MEMBERS);
}

static bool
read_archive(reading *r, int fd)
{
    struct stat st;
    bool more;

    if (fstat(fd, &st) != 0)
        return src_fail(r->run, 0, "%s", strerror(errno));
    if (!is_short(r->run, fd))
        return false;
    r->most =
        LIMIT_RATIO * (int64_t)st.st_size + ((int64_t)LIMIT_RATIO_FREE << 20);
    r->a = archive_read_new();
    if (r->a == NULL)
        return src_fail(r->run, 0, "out of memory");
    /* An archive that was cut off between two of its files must not pass for
     * whole: who is in the rest would be taken to be gone. So a zip is read by
     * the list at its end, and a tar has to be compressed, which tells. */
    archive_read_support_filter_gzip(r->a);
    archive_read_support_format_zip_seekable(r->a);
    archive_read_support_format_tar(r->a);
    if (archive_read_open_fd(r->a, fd, BLOCK) != ARCHIVE_OK)
        more = archive_fails(r->run, r->a);
    else
        more = read_entries(r);
    archive_read_free(r->a);
    return more;
}

bool
src_archive_read(
    src_run *run, const char *path, const src_info *outer, int64_t *done)
{
    reading r = {run, NULL, path, outer, done, run->bytes, 0};
    const char *why;
    bool more;
    int fd;

    run->info = (src_info){.file = path};
    run->last_id[0] = '\0';
    run->line = 0;
    fd = input_open(path, INPUT_FILE, &why);
    if (fd < 0)
        return src_fail(run, 0, "%s", catalog_text(why));
    more = read_archive(&r, fd);
    close(fd);
    return more;
}
