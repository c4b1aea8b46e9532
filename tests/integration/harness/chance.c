/* chance.c - what a test draws, so that it can be drawn again. */
#define _GNU_SOURCE 1
#include "harness/chance.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

chance
chance_begin(void)
{
    const char *wanted = getenv("EDC_SEED");
    uint64_t seed = wanted != NULL
                        ? strtoull(wanted, NULL, 0)
                        : (uint64_t)time(NULL) * 1000003u + (uint64_t)getpid();

    print_message("EDC_SEED=%llu\n", (unsigned long long)seed);
    return (chance){seed};
}

chance
chance_of(chance from, uint64_t number)
{
    return (chance){from.state ^ (number + 1) * 0xd1342543de82ef95u};
}

/* splitmix64, which has no bad seed. */
size_t
chance_draw(chance *c, size_t below)
{
    uint64_t z = c->state += 0x9e3779b97f4a7c15u;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (size_t)((z ^ (z >> 31)) % below);
}
