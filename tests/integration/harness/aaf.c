/* aaf.c - AAF files of a few people, written by the tests. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/aaf.h"

char *
aaf_directory(world *w)
{
    char *path = server_path(&w->server, "aaf");

    REQUIRE(mkdir(path, 0700) == 0 || errno == EEXIST);
    return path;
}

void
aaf_write(
    world *w, const char *extent, const char *category, const char *records)
{
    char *directory = aaf_directory(w);
    char *path = text_of(
        "%s/ENT_FICTIF_%s_20260901_%s_0000.xml", directory, extent, category);
    char *text;

    if (records == NULL) {
        REQUIRE(unlink(path) == 0);
    } else {
        text = text_of("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                       "<!DOCTYPE ficAlimMENESR SYSTEM "
                       "\"ficAlimMENESR.dtd\">\n<ficAlimMENESR>\n%s"
                       "</ficAlimMENESR>\n",
            records);
        write_file(path, text);
        free(text);
    }
    free(path);
    free(directory);
}

tool
aaf_import(world *w, const char *format, ...)
{
    char *directory = aaf_directory(w);
    char *rest = NULL;
    va_list ap;
    tool t;

    va_start(ap, format);
    rest = text_of_list(format, ap);
    va_end(ap);
    t = tool_run(w, PROVISIONER, NULL, "import", "%s %s", directory, rest);
    free(rest);
    free(directory);
    return t;
}

char *
aaf_dn(world *w, const char *source_id)
{
    char *nothing[] = {LDAP_NO_ATTRS, NULL};
    char *filter = text_of("(educonnectSourceId=%s)", source_id);
    LDAPMessage *found = NULL;
    LDAPMessage *entry;
    char *dn = NULL;

    REQUIRE(ldap_search_ext_s(w->as[ROOT], SUFFIX, LDAP_SCOPE_SUBTREE, filter,
                nothing, 0, NULL, NULL, NULL, 0, &found) == LDAP_SUCCESS);
    entry = ldap_first_entry(w->as[ROOT], found);
    if (entry != NULL) {
        char *name = ldap_get_dn(w->as[ROOT], entry);

        dn = text_of("%s", name);
        ldap_memfree(name);
    }
    ldap_msgfree(found);
    free(filter);
    return dn;
}

void
aaf_expect_dn(world *w, const char *source_id, const char *dn)
{
    char *found = aaf_dn(w, source_id);

    if ((found == NULL) != (dn == NULL) ||
        (dn != NULL && strcmp(found, dn) != 0))
        FAIL("%s is %s, not %s", source_id, found == NULL ? "nobody" : found,
            dn == NULL ? "nobody" : dn);
    free(found);
}
