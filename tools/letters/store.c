/* store.c - the directory that letters are written to. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ctl/create.h"
#include "ctl/input.h"
#include "letters/store.h"
#include "letters/words.h"

#define PARTIAL ".partial-"

/* Behind the name of a file that letters_store_replace() is writing. */
#define UNFINISHED ".new"

static bool
shut(int fd)
{
    return close(fd) == 0;
}

/* ---- opening ---- */

/* The path without slashes at its end, behind which a symbolic link would be
 * followed. Allocated. */
static char *
without_slashes(const char *path)
{
    size_t n = strlen(path);

    while (n > 1 && path[n - 1] == '/')
        n--;
    return ctl_copy_n(path, n);
}

/* Makes a new name in a directory last. */
static bool
sync_parent(const char *path)
{
    char *parent = ctl_copy(path);
    char *slash = strrchr(parent, '/');
    int fd;
    bool synced;

    if (slash == parent)
        slash[1] = '\0';
    else if (slash != NULL)
        *slash = '\0';
    fd = input_directory(AT_FDCWD, slash == NULL ? "." : parent, true);
    synced = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        synced = shut(fd) && synced;
    free(parent);
    return synced;
}

static ctl_exit
check(const ctl *c, const letters_store *store)
{
    struct stat is;

    if (fstat(store->fd, &is) != 0)
        return ctl_fail(c, CTL_LOCAL, "%s: %s", store->path, strerror(errno));
    if (is.st_uid != geteuid())
        return ctl_fail(c, CTL_LOCAL,
            "%s: belongs to somebody else; letters hold passwords",
            store->path);
    if ((is.st_mode & 077) != 0)
        return ctl_fail(c, CTL_LOCAL,
            "%s: others may enter or read it (mode %03o); letters hold "
            "passwords: chmod 700",
            store->path, (unsigned)is.st_mode & 0777);
    if (flock(store->fd, LOCK_EX | LOCK_NB) != 0)
        return ctl_fail(c, CTL_LOCAL,
            "%s: another run is writing letters there", store->path);
    return CTL_OK;
}

/* Takes a directory of plain files away. */
static bool
remove_directory(int parent, const char *name)
{
    int fd = input_directory(parent, name, false);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    struct dirent *one;

    if (dir == NULL) {
        if (fd >= 0)
            close(fd);
        return false;
    }
    while ((one = readdir(dir)) != NULL) {
        if (strcmp(one->d_name, ".") != 0 && strcmp(one->d_name, "..") != 0 &&
            unlinkat(fd, one->d_name, 0) != 0)
            break;
    }
    closedir(dir);
    return unlinkat(parent, name, AT_REMOVEDIR) == 0;
}

static ctl_exit
sweep(const ctl *c, const letters_store *store)
{
    int fd = input_directory(store->fd, ".", false);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    ctl_exit status = CTL_OK;
    struct dirent *one;

    if (dir == NULL) {
        status = ctl_fail(c, CTL_LOCAL, "%s: %s", store->path, strerror(errno));
        if (fd >= 0)
            close(fd);
        return status;
    }
    while ((one = readdir(dir)) != NULL) {
        if (strncmp(one->d_name, PARTIAL, strlen(PARTIAL)) == 0 &&
            !remove_directory(store->fd, one->d_name))
            status = ctl_fail(c, CTL_LOCAL, "%s/%s: %s", store->path,
                one->d_name, strerror(errno));
    }
    closedir(dir);
    return status;
}

ctl_exit
letters_store_open(
    const ctl *c, letters_store *store, const char *path, bool make)
{
    char *plain = without_slashes(path);
    ctl_exit status = CTL_OK;

    store->path = path;
    store->fd = input_directory(AT_FDCWD, plain, false);
    if (store->fd < 0 && errno == ENOENT && make && mkdir(plain, 0700) == 0 &&
        sync_parent(plain))
        store->fd = input_directory(AT_FDCWD, plain, false);
    if (store->fd >= 0)
        status = check(c, store);
    else if (make || errno != ENOENT)
        status = ctl_fail(c, CTL_LOCAL, "%s: %s", path,
            errno == ELOOP || errno == ENOTDIR
                ? "not a directory, or a symbolic link"
                : strerror(errno));
    free(plain);
    return status == CTL_OK && make ? sweep(c, store) : status;
}

void
letters_store_close(letters_store *store)
{
    if (store->fd >= 0)
        close(store->fd);
    store->fd = -1;
}

/* ---- files ---- */

static bool
write_file(int fd, const char *bytes, size_t n)
{
    while (n > 0) {
        ssize_t written = write(fd, bytes, n);

        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        bytes += written;
        n -= (size_t)written;
    }
    return fsync(fd) == 0;
}

static bool
create(int directory, const char *name, const void *bytes, size_t n)
{
    int fd = create_file(directory, name);
    bool written;

    if (fd < 0)
        return false;
    written = write_file(fd, bytes, n);
    return shut(fd) && written;
}

static bool
unlink_at(int directory, const char *name)
{
    return unlinkat(directory, name, 0) == 0 || errno == ENOENT;
}

bool
letters_store_remove(const letters_store *store, const char *name)
{
    char *other = ctl_format("%s" UNFINISHED, name);
    bool removed = unlink_at(store->fd, other) && unlink_at(store->fd, name);

    free(other);
    return removed;
}

bool
letters_store_replace(
    const letters_store *store, const char *name, const void *bytes, size_t n)
{
    char *other = ctl_format("%s" UNFINISHED, name);
    bool replaced = unlink_at(store->fd, other) &&
                    create(store->fd, other, bytes, n) &&
                    renameat(store->fd, other, store->fd, name) == 0 &&
                    fsync(store->fd) == 0;

    free(other);
    return replaced;
}

/* ---- batches ---- */

bool
letters_batch_begin(const letters_store *store, letters_batch *b)
{
    uint32_t random;

    b->store = store;
    b->fd = -1;
    do {
        if (RAND_bytes((unsigned char *)&random, sizeof(random)) != 1) {
            errno = EIO;
            return false;
        }
        snprintf(b->name, sizeof(b->name), PARTIAL "%08" PRIx32, random);
        if (mkdirat(store->fd, b->name, 0700) == 0) {
            b->fd = input_directory(store->fd, b->name, false);
            return b->fd >= 0;
        }
    } while (errno == EEXIST);
    return false;
}

bool
letters_batch_write(
    letters_batch *b, const char *name, const void *bytes, size_t n)
{
    return create(b->fd, name, bytes, n);
}

bool
letters_batch_commit(
    letters_batch *b, const char *uai, const char *label, char **name)
{
    if (fsync(b->fd) != 0)
        return false;
    /* A directory that is not empty cannot be renamed over. */
    for (unsigned n = 1;; n++) {
        *name = letters_directory(uai, label, n);
        if (renameat(b->store->fd, b->name, b->store->fd, *name) == 0)
            break;
        free(*name);
        *name = NULL;
        if (errno != EEXIST && errno != ENOTEMPTY && errno != ENOTDIR)
            return false;
    }
    close(b->fd);
    b->fd = -1;
    return fsync(b->store->fd) == 0;
}

void
letters_batch_drop(letters_batch *b)
{
    if (b->fd < 0)
        return;
    close(b->fd);
    b->fd = -1;
    (void)remove_directory(b->store->fd, b->name);
}
