/* library.c - which libargon2 computes the hashes. */
#include "core/password/library.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#include <argon2.h>

#define LEVELS "/glibc-hwcaps/"

void
edc_library_path(char path[EDC_LIBRARY_PATH])
{
    int (*function)(argon2_context *, argon2_type) = argon2_ctx;
    Dl_info info;
    void *address;
    int n;

    path[0] = '\0';
    memcpy(&address, &function, sizeof(address));
    if (dladdr(address, &info) == 0 || info.dli_fname == NULL)
        return;
    n = snprintf(path, EDC_LIBRARY_PATH, "%s", info.dli_fname);
    if (n < 0 || n >= EDC_LIBRARY_PATH)
        path[0] = '\0';
}

edc_str
edc_library_level(const char *path)
{
    const char *at = strstr(path, LEVELS);
    size_t n;

    if (at == NULL)
        return EDC_STR("none");
    at += strlen(LEVELS);
    n = strcspn(at, "/");
    return n > 0 && at[n] == '/' ? (edc_str){at, n} : EDC_STR("none");
}
