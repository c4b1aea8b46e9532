/* versions.c - which slapd it is that the tests run. */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/launch.h"
#include "harness/versions.h"

static const struct {
    unsigned since[3]; /* in 2.5, 2.6, 2.7 and later */
    const char *text;
} traits[N_SLAPD_TRAITS] = {
#define EDC_SLAPD_DOES(id, since_2_5, since_2_6, since_2_7, its, what)         \
    {{since_2_5, since_2_6, since_2_7}, its ", " what},
#include "harness/versions.def"
#undef EDC_SLAPD_DOES
};

unsigned
slapd_version(void)
{
    static unsigned version;
    server nowhere = {.directory = "/tmp"};
    char *program, *command, banner[256] = "";
    const char *at;
    unsigned major = 0, minor = 0, patch = 0;
    FILE *f;

    if (version != 0)
        return version;
    program = launch_tool(&nowhere, "slapd");
    command = text_of("%s -VV 2>&1", program);
    f = popen(command, "re");
    while (f != NULL && fgets(banner, sizeof(banner), f) != NULL &&
           strstr(banner, "slapd ") == NULL)
        ;
    if (f != NULL)
        (void)pclose(f);
    at = strstr(banner, "slapd ");
    if (at == NULL || sscanf(at, "slapd %u.%u.%u", &major, &minor, &patch) != 3)
        FAIL("%s does not say its version: %s", command, banner);
    version = major * 10000 + minor * 100 + patch;
    free(program);
    free(command);
    return version;
}

bool
slapd_does(slapd_trait trait)
{
    unsigned version = slapd_version();
    unsigned series = version < 20600 ? 0 : version < 20700 ? 1 : 2;
    unsigned since = traits[trait].since[series];

    return since != 0 && version >= since;
}

const char *
slapd_trait_text(slapd_trait trait)
{
    return traits[trait].text;
}
