/* hold.c - a library put before slapd's others, by which a test holds what is
 * hashed for as long as the file EDC_HOLD is there: what waits meanwhile can be
 * counted, however busy the machine is.
 */
#define _GNU_SOURCE 1
#include <argon2.h>
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define VISIBLE __attribute__((visibility("default")))
#define MOMENT 2 /* milliseconds */

VISIBLE int argon2_ctx(argon2_context *context, argon2_type type);

int
argon2_ctx(argon2_context *context, argon2_type type)
{
    const struct timespec moment = {0, MOMENT * 1000000L};
    const char *file = getenv("EDC_HOLD");
    int (*next)(argon2_context *, argon2_type);

    *(void **)&next = dlsym(RTLD_NEXT, "argon2_ctx");
    while (file != NULL && access(file, F_OK) == 0)
        nanosleep(&moment, NULL);
    return next != NULL ? next(context, type) : ARGON2_MEMORY_ALLOCATION_ERROR;
}
