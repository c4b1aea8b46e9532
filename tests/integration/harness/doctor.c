/* doctor.c - what doctor prints, read. */
#define _GNU_SOURCE 1
#include "harness/doctor.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "harness/harness.h"

bool
doctor_finds(const tool *t, const char *code, const char *part)
{
    char *head = text_of("\n%s ", code), *all = text_of("\n%s", t->out);
    const char *at = all;
    bool is = false;

    while (!is && (at = strstr(at, head)) != NULL) {
        const char *end = strstr(at, "\n\nEDD-");
        const char *found = strstr(at, part);

        is = found != NULL && (end == NULL || found < end);
        at++;
    }
    free(all);
    free(head);
    return is;
}

static void
apply(LDAP *as, const char *ldif)
{
    answer a = client_ldif(as, "%s", ldif);

    if (a.code != LDAP_SUCCESS)
        FAIL("%d %s to the repair\n%s", a.code, a.text, ldif);
}

size_t
doctor_repair(const tool *t, LDAP *as, const char *code)
{
    char *lines = text_of("%s", t->out), *rest = NULL;
    size_t n = 0;

    for (char *line = strtok_r(lines, "\n", &rest); line != NULL;
        line = strtok_r(NULL, "\n", &rest)) {
        json_t *finding = json_loads(line, 0, NULL);
        const char *is = json_string_value(json_object_get(finding, "code"));
        const char *ldif =
            json_string_value(json_object_get(finding, "repair"));

        REQUIRE(is != NULL);
        if (code == NULL ? ldif != NULL : strcmp(is, code) == 0) {
            REQUIRE(ldif != NULL);
            apply(as, ldif);
            n++;
        }
        json_decref(finding);
    }
    free(lines);
    return n;
}
