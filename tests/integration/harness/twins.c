/* twins.c - two providers that both take writes. */
#define _GNU_SOURCE 1
#include "harness/twins.h"

void
twins_begin(twins *t, const char *directives)
{
    providers_begin(t,
        &(providers_setup){.n = 2, .by = BY_CHANGE, .directives = directives});
}

void
twins_end(twins *t)
{
    providers_end(t);
}

void
twins_agree(twins *t)
{
    providers_agree(t);
}
