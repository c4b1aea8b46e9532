/* output.c - files that a user names for the tools to write. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ctl/create.h"
#include "ctl/ctl.h"
#include "ctl/input.h"
#include "ctl/output.h"

/* Another run takes this name about never; a few tries are plenty. */
#define TRIES 16

/* What may not be replaced, NULL: it may. */
static const char *
precious(const struct stat *st)
{
    if (S_ISLNK(st->st_mode))
        return "it is a symbolic link; name the file itself";
    if (!S_ISREG(st->st_mode))
        return "it is there and no plain file";
    if (st->st_uid != geteuid())
        return "it is there and somebody else's";
    if (st->st_nlink != 1)
        return "it is there and has another name (a hard link)";
    return NULL;
}

static const char *
look(const output *o, output_rule rule)
{
    struct stat st;

    if (fstatat(o->directory, o->name, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT ? NULL : strerror(errno);
    if (rule == OUTPUT_NEW)
        return "is there already; name a new file";
    return precious(&st);
}

static int
create_unfinished(output *o)
{
    int fd = -1;

    for (int i = 0; i < TRIES && fd < 0; i++) {
        uint32_t random;

        if (RAND_bytes((unsigned char *)&random, sizeof(random)) != 1) {
            errno = EIO;
            break;
        }
        free(o->unfinished);
        o->unfinished =
            ctl_format(".%s.%08" PRIx32 ".unfinished", o->name, random);
        fd = create_file(o->directory, o->unfinished);
        if (fd < 0 && errno != EEXIST)
            break;
    }
    return fd;
}

static void
release(output *o)
{
    if (o->directory >= 0)
        close(o->directory);
    free(o->unfinished);
    *o = (output){NULL, NULL, -1, NULL, NULL};
}

/* The directory that path's last name is in. */
static int
open_parent(const char *path, const char **name)
{
    const char *slash = strrchr(path, '/');
    char *parent;
    int fd;

    *name = slash == NULL ? path : slash + 1;
    parent = slash == NULL   ? ctl_copy(".")
             : slash == path ? ctl_copy("/")
                             : ctl_copy_n(path, (size_t)(slash - path));
    fd = input_directory(AT_FDCWD, parent, true);
    free(parent);
    return fd;
}

const char *
output_begin(output *o, const char *path, output_rule rule)
{
    const char *why;
    int fd;

    *o = (output){.path = path};
    o->directory = open_parent(path, &o->name);
    why = o->directory < 0 ? strerror(errno) : NULL;
    if (why == NULL && (o->name[0] == '\0' || strcmp(o->name, ".") == 0 ||
                           strcmp(o->name, "..") == 0))
        why = strerror(EISDIR);
    if (why == NULL)
        why = look(o, rule);
    if (why == NULL) {
        fd = rule == OUTPUT_NEW ? create_file(o->directory, o->name)
                                : create_unfinished(o);
        o->file = fd < 0 ? NULL : fdopen(fd, "w");
        if (o->file == NULL) {
            why = strerror(errno);
            if (fd >= 0)
                close(fd);
        }
    }
    if (why != NULL)
        release(o);
    return why;
}

/* The new file takes the old one's name, unless something else has. */
static const char *
take_name(const output *o)
{
    const char *why = look(o, OUTPUT_REPLACE);

    if (why == NULL &&
        (renameat(o->directory, o->unfinished, o->directory, o->name) != 0 ||
            fsync(o->directory) != 0))
        why = strerror(errno);
    return why;
}

const char *
output_end(output *o, bool keep)
{
    const char *why = NULL;

    if (o->file == NULL)
        return NULL;
    if (fflush(o->file) != 0 || ferror(o->file) || fsync(fileno(o->file)) != 0)
        why = strerror(errno);
    if (fclose(o->file) != 0 && why == NULL)
        why = strerror(errno);
    if (o->unfinished != NULL) {
        if (why == NULL && keep)
            why = take_name(o);
        if (why != NULL || !keep)
            (void)unlinkat(o->directory, o->unfinished, 0);
    }
    release(o);
    return why;
}

bool
output_is(const char *path, const char *file)
{
    struct stat a, b;

    return stat(path, &a) == 0 && stat(file, &b) == 0 && a.st_dev == b.st_dev &&
           a.st_ino == b.st_ino;
}
