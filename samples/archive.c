/* archive.c - a directory's files into one archive, as exports come. */
#include <archive.h>
#include <archive_entry.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ctl/create.h"
#include "sample.h"

static void
check(struct archive *a, int status)
{
    if (status != ARCHIVE_OK)
        sample_die(
            SAMPLE_EXIT_LOCAL, "the archive: %s", archive_error_string(a));
}

static int
is_xml(const struct dirent *entry)
{
    size_t n = strlen(entry->d_name);

    return n > 4 && strcmp(entry->d_name + n - 4, ".xml") == 0;
}

static void
add_content(struct archive *a, FILE *in, const char *path)
{
    static char bytes[65536];
    size_t n;

    while ((n = fread(bytes, 1, sizeof(bytes), in)) > 0) {
        if (archive_write_data(a, bytes, n) != (la_ssize_t)n)
            check(a, ARCHIVE_FATAL);
    }
    if (ferror(in) != 0)
        sample_die(SAMPLE_EXIT_LOCAL, "%s: cannot be read", path);
}

/* The day of the export as the time of every file: the same bytes each time. */
static void
add(struct archive *a, const char *directory, const char *name, time_t when)
{
    char path[4200];
    struct archive_entry *entry = archive_entry_new();
    FILE *in;
    long size = -1;

    sample_text(path, sizeof(path), "%s/%s", directory, name);
    in = fopen(path, "rb");
    if (in != NULL && fseek(in, 0, SEEK_END) == 0)
        size = ftell(in);
    if (entry == NULL || size < 0)
        sample_die(SAMPLE_EXIT_LOCAL, "%s: %s", path, strerror(errno));
    rewind(in);
    archive_entry_set_pathname(entry, name);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_mtime(entry, when, 0);
    archive_entry_set_size(entry, size);
    check(a, archive_write_header(a, entry));
    add_content(a, in, path);
    archive_entry_free(entry);
    if (fclose(in) != 0 || unlink(path) != 0)
        sample_die(SAMPLE_EXIT_LOCAL, "%s: %s", path, strerror(errno));
}

static struct archive *
open_archive(const sample *s, const char *path, int *out)
{
    struct archive *a = archive_write_new();
    int fd;

    if (a == NULL)
        sample_die(SAMPLE_EXIT_LOCAL, "memory has run out");
    if (s->archive == SAMPLE_ZIP) {
        check(a, archive_write_set_format_zip(a));
    } else {
        check(a, archive_write_set_format_pax_restricted(a));
        check(a, archive_write_add_filter_gzip(a));
        check(a, archive_write_set_filter_option(a, "gzip", "timestamp", NULL));
    }
    fd = create_file(AT_FDCWD, path);
    if (fd < 0)
        sample_die(SAMPLE_EXIT_LOCAL, "%s: %s", path, strerror(errno));
    check(a, archive_write_open_fd(a, fd));
    *out = fd;
    return a;
}

/* Noon of a day, as seconds. */
static time_t
noon_of(int date)
{
    struct tm day = {.tm_year = date / 10000 - 1900,
        .tm_mon = date / 100 % 100 - 1,
        .tm_mday = date % 100,
        .tm_hour = 12};

    return timegm(&day);
}

void
sample_pack(
    const sample *s, const char *directory, const char *extent, int date)
{
    struct dirent **names;
    struct archive *a;
    char path[4200];
    int fd;
    int n = scandir(directory, &names, is_xml, alphasort);

    if (n < 0)
        sample_die(SAMPLE_EXIT_LOCAL, "%s: %s", directory, strerror(errno));
    sample_text(path, sizeof(path), "%s/ENT%s.%08d.FICTIF%s.%s", directory,
        s->first_degree ? "1D" : "2D", date, extent,
        s->archive == SAMPLE_ZIP ? "zip" : "tgz");
    a = open_archive(s, path, &fd);
    for (int i = 0; i < n; i++) {
        add(a, directory, names[i]->d_name, noon_of(date));
        free(names[i]);
    }
    free(names);
    check(a, archive_write_close(a));
    archive_write_free(a);
    if (close(fd) != 0)
        sample_die(SAMPLE_EXIT_LOCAL, "%s: %s", path, strerror(errno));
}
