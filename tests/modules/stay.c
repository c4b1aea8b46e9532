/* stay.c - a library put before slapd's others, by which modules of slapd's own
 * stay loaded when it ends: LeakSanitizer, which looks last, can say then which
 * of them allocated what it found, and tests/lsan.supp can name it. Ours goes:
 * what nothing but its own variables points to is to be found.
 */
#define _GNU_SOURCE 1
#include <dlfcn.h>
#include <link.h>
#include <string.h>

#define VISIBLE __attribute__((visibility("default")))

VISIBLE int dlclose(void *handle);

int
dlclose(void *handle)
{
    int (*real)(void *);
    struct link_map *library = NULL;

    if (dlinfo(handle, RTLD_DI_LINKMAP, &library) != 0 ||
        strstr(library->l_name, "/educonnect") == NULL)
        return 0;
    *(void **)&real = dlsym(RTLD_NEXT, "dlclose");
    return real != NULL ? real(handle) : -1;
}
