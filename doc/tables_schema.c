/* tables_schema.c - the schema as files, and the register of its numbers. */
#include "tables.h"

#include <stdlib.h>
#include <string.h>

#include "core/text/schema.h"
#include "core/settings/settings.h"

#define WIDTH 76

/* Numbers that the glue gives out itself: overlay/exop/protocol.h,
 * overlay/module/config.c and overlay/slapd/monitor.c. */
static const struct {
    const char *number, *name;
} others[] = {
    {".3.1", "claim"},
    {".3.2", "merge"},
    {".3.3", "contest"},
    {".5.2.1", "olcEduconnectConfig"},
    {".6.1.1", "educonnectMonitorEvents"},
    {".6.1.2", "educonnectMonitorRefusals"},
    {".6.1.3", "educonnectMonitorGuesses"},
    {".6.1.4", "educonnectMonitorHashing"},
    {".6.1.5", "educonnectMonitorAddresses"},
    {".6.1.6", "educonnectMonitorAudit"},
    {".6.1.7", "educonnectMonitorVersion"},
    {".6.1.8", "educonnectMonitorLibrary"},
    {".6.1.9", "educonnectMonitorTimes"},
    {".6.2.1", "educonnectMonitor"},
};

static bool
is_operational(const edc_definition *d)
{
    return strstr(d->text, " USAGE ") != NULL;
}

/* Stored in entries, not computed. */
static bool
is_kept(const edc_definition *d)
{
    return strstr(d->text, " USAGE directoryOperation ") != NULL;
}

/* Keywords that the next word belongs to. */
static bool
has_argument(const char *word, size_t n)
{
    static const char *const keywords[] = {"NAME", "DESC", "SUP", "EQUALITY",
        "ORDERING", "SUBSTR", "SYNTAX", "USAGE", "MUST", "MAY"};

    for (size_t i = 0; i < sizeof(keywords) / sizeof(keywords[0]); i++) {
        if (n == strlen(keywords[i]) && strncmp(word, keywords[i], n) == 0)
            return true;
    }
    return false;
}

/* Length of the next word; what stands in quotes is one. */
static size_t
word_length(const char *at)
{
    bool quoted = false;
    size_t n = 0;

    for (; at[n] != '\0' && (quoted || at[n] != ' '); n++)
        quoted ^= at[n] == '\'';
    if (has_argument(at, n) && at[n] == ' ')
        n += 1 + word_length(at + n + 1);
    return n;
}

/* A definition behind its keyword, broken between words; next begins each
 * further line. */
static void
print_definition(FILE *out, const char *keyword, const edc_definition *d,
    const char *first, const char *next)
{
    size_t column = strlen(first) + strlen(keyword);

    fprintf(out, "%s%s", first, keyword);
    for (const char *at = d->text; *at != '\0';) {
        size_t n = word_length(at);

        if (column + 1 + n > WIDTH) {
            fprintf(out, "\n%s", next);
            column = strlen(next);
        } else {
            fputc(' ', out);
            column++;
        }
        fprintf(out, "%.*s", (int)n, at);
        column += n;
        for (at += n; *at == ' ';)
            at++;
    }
    fputc('\n', out);
}

static const char origin[] =
    "# Made from overlay/core/text/schema.def by \"make schema-files\".\n"
    "#\n"
    "# educonnect for OpenLDAP reproduces the published life cycle of a "
    "French\n"
    "# school account in a local directory. It is not affiliated with the\n"
    "# ministry and logs nobody in to the national service.\n"
    "#\n"
    "# The module registers all of this itself: this file is for readers, for\n"
    "# clients, and for servers without the module. On such a server it makes\n"
    "# the data of one with the module valid, and its access rules. What "
    "pwd...\n"
    "# attributes there are come with slapd's own module ppolicy: load that.\n"
    "#\n"
    "# slapd takes operational attributes from modules alone. What the module\n"
    "# registers in another way stands here as a comment; what stands in for "
    "it\n"
    "# has the same number and name: the attributes as attributes of users, "
    "and\n"
    "# educonnectAccount with those of them that are stored.\n";

/* ---- what stands in on a server without the module ---- */

static void
put(FILE *out, const char *text, size_t n)
{
    fprintf(out, "%.*s", (int)n, text);
}

/* The attribute without what makes it operational. */
static void
attribute_stand_in(FILE *out, const edc_definition *d)
{
    const char *end = strstr(d->text, " NO-USER-MODIFICATION");

    if (end == NULL)
        end = strstr(d->text, " USAGE ");
    put(out, d->text, (size_t)(end - d->text));
    fputs(" )", out);
}

/* The class with all attributes that the module keeps in its entries. */
static void
class_stand_in(FILE *out, const edc_definition *d)
{
    const char *end = strrchr(d->text, ')') - 1;

    while (end > d->text && *end != ')')
        end--;
    put(out, d->text, (size_t)(end - d->text));
    for (int i = 0; i < EDC_N_ATTRIBUTES; i++) {
        const edc_definition *a = edc_schema_attribute((edc_attribute)i);

        if (is_kept(a))
            fprintf(out, "$ %s ", a->name);
    }
    fputs(end, out);
}

static void
print_stand_in(FILE *out, const char *keyword, const edc_definition *d,
    void (*print)(FILE *out, const edc_definition *d), const char *next)
{
    char *text = NULL;
    size_t size = 0;
    FILE *memory = open_memstream(&text, &size);
    edc_definition other = *d;

    if (memory == NULL)
        return;
    print(memory, d);
    if (fclose(memory) == 0) {
        other.text = text;
        print_definition(out, keyword, &other, "", next);
    }
    free(text);
}

static bool
has_stand_in(int class)
{
    return class == EDC_OC_ACCOUNT;
}

/* ---- schema/educonnect.schema, schema/educonnect.ldif ----
 *
 * A line of LDIF that goes on begins with two blanks: one is dropped.
 */

typedef struct form {
    const char *attribute, *class; /* what begins a definition */
    const char *next;              /* what begins its other lines */
    const char *gap;               /* what stands before each */
} form;

static const form conf = {"attributetype", "objectclass", "    ", "\n"};
static const form ldif = {"olcAttributeTypes:", "olcObjectClasses:", "  ", ""};

/* As the module has it, in a comment. */
static void
print_comment(
    FILE *out, const form *f, const char *keyword, const edc_definition *d)
{
    char next[16];

    snprintf(next, sizeof(next), "# %s", f->next);
    fputs(f->gap, out);
    print_definition(out, keyword, d, "# ", next);
}

static void
print_registered(FILE *out, const form *f)
{
    fputs("#\n# What the module registers in another way:\n#\n", out);
    for (int i = 0; i < EDC_N_ATTRIBUTES; i++) {
        const edc_definition *d = edc_schema_attribute((edc_attribute)i);

        if (is_operational(d))
            print_comment(out, f, f->attribute, d);
    }
    for (int i = 0; i < EDC_N_CLASSES; i++) {
        if (has_stand_in(i))
            print_comment(out, f, f->class, edc_schema_class((edc_class)i));
    }
}

static void
print_attributes(FILE *out, const form *f)
{
    for (int i = 0; i < EDC_N_ATTRIBUTES; i++) {
        const edc_definition *d = edc_schema_attribute((edc_attribute)i);

        fputs(f->gap, out);
        if (is_operational(d))
            print_stand_in(out, f->attribute, d, attribute_stand_in, f->next);
        else
            print_definition(out, f->attribute, d, "", f->next);
    }
}

static void
print_classes(FILE *out, const form *f)
{
    for (int i = 0; i < EDC_N_CLASSES; i++) {
        const edc_definition *d = edc_schema_class((edc_class)i);

        fputs(f->gap, out);
        if (has_stand_in(i))
            print_stand_in(out, f->class, d, class_stand_in, f->next);
        else
            print_definition(out, f->class, d, "", f->next);
    }
}

void
tables_schema(FILE *out)
{
    fprintf(out,
        "# educonnect.schema - attributes and classes of educonnect, "
        "for slapd.conf.\n#\n%s",
        origin);
    print_registered(out, &conf);
    print_attributes(out, &conf);
    print_classes(out, &conf);
}

void
tables_ldif(FILE *out)
{
    fprintf(out,
        "# educonnect.ldif - attributes and classes of educonnect, "
        "for cn=config.\n#\n%s",
        origin);
    print_registered(out, &ldif);
    fputs("\ndn: cn=educonnect,cn=schema,cn=config\n"
          "objectClass: olcSchemaConfig\n"
          "cn: educonnect\n",
        out);
    print_attributes(out, &ldif);
    print_classes(out, &ldif);
}

/* ---- doc/OIDS.md ---- */

static void
oid_row(FILE *out, const char *oid, const char *name)
{
    fprintf(out, "| %s | %s |\n", oid, name);
}

static void
other_rows(FILE *out, const char *branch)
{
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        if (strncmp(others[i].number, branch, strlen(branch)) == 0)
            oid_row(out, others[i].number, others[i].name);
    }
}

static void
heading(FILE *out, const char *text)
{
    fprintf(out, "\n## %s\n\n| number | name |\n|---|---|\n", text);
}

void
tables_oids(FILE *out)
{
    size_t arc = strlen(EDC_OID_ARC);

    fputs(
        "# Register of object identifiers\n\n"
        "educonnect for OpenLDAP is not affiliated with the ministry and "
        "logs nobody in to\nthe national service.\n\n"
        "Made by `make schema-files`. Every number stands below the arc\n\n"
        "    " EDC_OID_ARC "\n\n"
        "which is derived from the UUID f88db001-78e3-4861-bfda-9dd570a0a611\n"
        "(ITU-T X.667) and is this project's own. A number that was given "
        "out is never\nused again, not even when what it named is gone. "
        "Numbers that are not listed\nare free.\n",
        out);
    heading(out, ".1 attributes");
    for (int i = 0; i < EDC_N_ATTRIBUTES; i++) {
        const edc_definition *d = edc_schema_attribute((edc_attribute)i);

        oid_row(out, d->oid + arc, d->name);
    }
    heading(out, ".2 classes");
    for (int i = 0; i < EDC_N_CLASSES; i++) {
        const edc_definition *d = edc_schema_class((edc_class)i);

        oid_row(out, d->oid + arc, d->name);
    }
    heading(out, ".3 extended operations (PROTOCOL.md)");
    other_rows(out, ".3.");
    fputs("\n## .4 controls\n\nNone was given out.\n", out);
    heading(out, ".5 cn=config: .5.1 directives, .5.2 classes");
    for (int i = 0; i < EDC_N_DIRECTIVES; i++)
        fprintf(out, "| .5.1.%d | %s |\n", i + 1,
            edc_directive_info_of((edc_directive)i)->olc);
    other_rows(out, ".5.");
    heading(out, ".6 cn=monitor: .6.1 attributes, .6.2 classes");
    other_rows(out, ".6.");
}
