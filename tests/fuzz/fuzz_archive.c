/* fuzz_archive.c - any bytes as a .zip or .tgz. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "source_checks.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    src_info outer = {.file = "archive"};
    char path[32];
    int64_t done = 0;
    source_checks c;
    int fd = memfd_create("archive", MFD_CLOEXEC);

    if (fd < 0 || write(fd, data, size) != (ssize_t)size)
        abort();
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    source_checks_begin(&c);
    if (src_archive_read(&c.run, path, &outer, &done) != (c.run.end == SRC_END))
        abort();
    source_checks_end(&c);
    (void)close(fd);
    return 0;
}
