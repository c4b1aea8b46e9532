/* degrees.c - AAF files of the first and of the second degree. */
#define _GNU_SOURCE
#include "harness/degrees.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const folders[N_DEGREES] = {"ENT1D", "ENT2D"};

#define SCHOOL_ECOLE AAF_SCHOOL("77001", "9990011H", "École du Bourg", "ECOLE")
/* The harness' own, with its head. */
#define SCHOOL_COLLEGE                                                         \
    AAF_SCHOOL("88001", COLLEGE_UAI, "Collège des Genêts", "COLLEGE")

static void
write_records(world *w, degree d, const char *extent, const char *category,
    const char *records)
{
    char *directory = server_path(&w->server, folders[d]);
    char *path = text_of("%s/%s_FICTIF_%s_20260901_%s_0000.xml", directory,
        folders[d], extent, category);
    char *text = text_of("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                         "<ficAlimMENESR>\n%s</ficAlimMENESR>\n",
        records);

    REQUIRE(mkdir(directory, 0700) == 0 || errno == EEXIST);
    write_file(path, text);
    free(text);
    free(path);
    free(directory);
}

/* No file of the extent stays. */
static void
remove_records(world *w, degree d, const char *extent)
{
    static const char *const categories[] = {
        "EtabEducNat", "Eleve", "PersRelEleve"};

    for (size_t i = 0; i < 3; i++) {
        char *name = text_of("%s/%s_FICTIF_%s_20260901_%s_0000.xml", folders[d],
            folders[d], extent, categories[i]);
        char *path = server_path(&w->server, name);

        REQUIRE(unlink(path) == 0 || errno == ENOENT);
        free(path);
        free(name);
    }
}

/* Everything of a source, the texts freed. */
void
degree_write(
    world *w, degree d, const char *extent, char *pupils, char *guardians)
{
    remove_records(w, d, "Complet");
    remove_records(w, d, "Delta");
    write_records(w, d, extent, "EtabEducNat",
        d == ECOLE ? SCHOOL_ECOLE : SCHOOL_COLLEGE);
    write_records(w, d, extent, "Eleve", pupils);
    write_records(w, d, extent, "PersRelEleve", guardians);
    free(pupils);
    free(guardians);
}

static char *
attr_of(const char *name, const char *value)
{
    return value == NULL || value[0] == '\0'
               ? text_of("<attr name=\"%s\"><value/></attr>\n", name)
               : text_of("<attr name=\"%s\"><value>%s</value></attr>\n", name,
                     value);
}

/* Names of attributes of the two degrees. */
static const char *const words[N_DEGREES][5] = {
    {"ENTPersonNom", "ENTPersonPrenom", "ENTPersRelEleveTelMobile",
        "ENTPersonMail", "ENTEleveAutoriteParentale"},
    {"sn", "givenName", "mobile", "mail", "ENTElevePersRelEleve"}};

char *
degree_guardian(degree d, const char *id, const char *sn, const char *given,
    const char *mobile, const char *mail)
{
    const char *values[] = {sn, given, mobile, mail};
    char *attrs = text_of("%s", "");
    char *record;

    for (size_t i = 0; i < 4; i++) {
        char *one = attr_of(words[d][i], values[i]);
        char *all = text_of("%s%s", attrs, one);

        free(one);
        free(attrs);
        attrs = all;
    }
    record = text_of(AAF_ADD("PersRelEleve", "%s", "%s"), id, attrs);
    free(attrs);
    return record;
}

/* links: ids of guardians, each of one letter of parents; at most two. */
char *
degree_pupil(degree d, const char *id, const char *sn, const char *given,
    const char *ine, const char *birth, char *const links[2])
{
    const char *school = d == ECOLE ? "77001" : "88001";
    char *values = text_of("%s", "");
    char *record, *code;

    for (size_t i = 0; i < 2 && links[i] != NULL; i++) {
        char *all = text_of("%s<value>%s$%s%s</value>", values, links[i],
            i == 0 ? "10" : "20", d == ECOLE ? "" : "$1$1$1$1");

        free(values);
        values = all;
    }
    code = attr_of("ENTEleveINE", ine);
    record = text_of(
        AAF_ADD("Eleve", "%s",
            "<attr name=\"%s\"><value>%s</value></attr><attr name=\"%s\">"
            "<value>%s</value></attr>%s" AAF_A("ENTPersonDateNaissance", "%s")
                AAF_A("ENTPersonStructRattach", "%s") AAF_A(
                    "ENTEleveClasses", "%s$%s") "<attr name=\"%s\">%s</attr>"),
        id, words[d][0], sn, words[d][1], given, code, birth, school, school,
        d == ECOLE ? "CM2" : "6EME", words[d][4], values);
    free(code);
    free(values);
    return record;
}

/* ---- imports ---- */

tool
degree_import(world *w, degree d, const char *options)
{
    char *directory = server_path(&w->server, folders[d]);
    char *report = server_path(&w->server, "families.csv");
    char *sent = server_path(&w->server, "families.ldif");
    tool t = tool_run(w, PROVISIONER, NULL, "import",
        "%s --max-removals 100 --report %s --ldif %s %s", directory, report,
        sent, options);

    free(sent);
    free(report);
    free(directory);
    return t;
}

void
degree_expect(world *w, degree d, const char *options, int status)
{
    tool t = degree_import(w, d, options);

    expect_status(&t, status);
    tool_free(&t);
}

void
degree_nothing(world *w, degree d, const char *options)
{
    tool t = degree_import(w, d, options);

    if (t.status > 1 || strstr(t.out, "\n0 changes\n") == NULL) {
        char *sent = server_path(&w->server, "families.ldif");

        FAIL("not 0 changes: %s%s%s", t.out, t.err, read_file(sent, NULL));
    }
    tool_free(&t);
}

void
degree_report(world *w, const char *part)
{
    char *path = server_path(&w->server, "families.csv");
    char *text = read_file(path, NULL);

    REQUIRE(text != NULL);
    expect_text(text, part);
    free(text);
    free(path);
}

void
degree_activate(world *w, const char *dn, char password[96])
{
    answer letter = client_password(w->as[PROVISIONER], dn, NULL, NULL);
    LDAP *holder;

    expect_ok(letter);
    holder = client_login(&w->server, dn, letter.made);
    fresh_password(w, password);
    expect_ok(client_password(holder, dn, letter.made, password));
    client_close(holder);
}
