/* create.c - the one way in which the tools make a file. */
#include <fcntl.h>
#include <sys/stat.h>

#include "ctl/create.h"

int
create_file(int directory, const char *name)
{
    return openat(directory, name,
        O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
        S_IRUSR | S_IWUSR);
}
