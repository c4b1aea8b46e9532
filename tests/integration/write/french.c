/* french.c - what slapd says to people in French. */
#include "write/french.h"

#include <stdlib.h>
#include <string.h>

#include "harness/harness.h"

int
french_world(void **state)
{
    char *directives =
        text_of("%seduconnect-language fr\n", usual_directives());
    setup how = {.directives = directives};
    int begun = world_of(state, &how);

    free(directives);
    return begun;
}

/* Whether the name stands in the text as a word. */
static bool
names(const char *text, const char *name)
{
    static const char letters[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-";
    size_t n = strlen(name);

    for (const char *at = text; (at = strstr(at, name)) != NULL; at++) {
        if ((at == text || strchr(letters, at[-1]) == NULL) &&
            (at[n] == '\0' || strchr(letters, at[n]) == NULL))
            return true;
    }
    return false;
}

void
expect_plain_french(const char *text)
{
    static const char *const technical[] = {"uninformed", "informed", "active",
        "reset", "suspended", "closed", "merged", "legacy", "uid", "sn",
        "givenName", "objectClass", "userPassword", "the", "of"};

    const char *ours = strstr(text, "educonnect");

    /* The command that whoever imports is told to call. */
    if ((ours != NULL && strncmp(ours, "educonnectctl adopt ", 20) != 0) ||
        strstr(text, "pwd") != NULL || strchr(text, '=') != NULL ||
        strstr(text, "000Z") != NULL)
        FAIL("technical: %s", text);
    for (size_t t = 0; t < sizeof(technical) / sizeof(technical[0]); t++) {
        if (names(text, technical[t]))
            FAIL("\"%s\" in: %s", technical[t], text);
    }
}
