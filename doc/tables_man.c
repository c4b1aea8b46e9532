/* tables_man.c - the core's tables as rows of the manual page. */
#include "tables.h"

#include <stdlib.h>
#include <string.h>

#include "core/text/diag.h"
#include "core/text/schema.h"
#include "core/settings/settings.h"
#include "core/account/account.h"

#define WIDTH 76
#define LINE_BYTES 512

/* ---- text ---- */

/* One UTF-8 character as groff names it; bytes that are none end the text.
 * Returns its length. */
static size_t
print_wide(FILE *out, const unsigned char *at)
{
    unsigned code;

    if (at[0] < 0xc0 || (at[1] & 0xc0) != 0x80)
        return 1;
    if (at[0] < 0xe0) {
        code = (at[0] & 0x1fu) << 6 | (at[1] & 0x3fu);
        fprintf(out, "\\[u%04X]", code);
        return 2;
    }
    if ((at[2] & 0xc0) != 0x80)
        return 2;
    code = (at[0] & 0x0fu) << 12 | (at[1] & 0x3fu) << 6 | (at[2] & 0x3fu);
    fprintf(out, "\\[u%04X]", code);
    return 3;
}

static bool
is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

/* A hyphen that joins two words of English is one; every other is a sign that
 * is typed, as in names of directives, codes and dates. */
static bool
joins_words(const char *word, size_t i, size_t n)
{
    return i > 0 && i + 1 < n && is_lower(word[i - 1]) &&
           is_lower(word[i + 1]) && strstr(word, "educonnect-") != word;
}

static void
print_word(FILE *out, const char *word, size_t n, bool literal)
{
    if (n > 0 && (word[0] == '.' || word[0] == '\''))
        fputs("\\&", out);
    for (size_t i = 0; i < n;) {
        char c = word[i];

        if (c == '\\')
            fputs("\\e", out);
        else if (c == '\'' && literal)
            fputs("\\(aq", out);
        else if (c == '-' && (literal || !joins_words(word, i, n)))
            fputs("\\-", out);
        else if ((unsigned char)c >= 0x80) {
            i += print_wide(out, (const unsigned char *)word + i);
            continue;
        } else
            fputc(c, out);
        i++;
    }
}

void
man_literal(FILE *out, const char *line)
{
    print_word(out, line, strlen(line), true);
    fputc('\n', out);
}

void
man_word(FILE *out, const char *word)
{
    print_word(out, word, strlen(word), true);
}

/* "--option", perhaps behind a bracket or a quote. */
static bool
is_option(const char *word)
{
    word += strspn(word, "(\"[");
    return strncmp(word, "--", 2) == 0;
}

void
man_text(FILE *out, const char *text, bool literal)
{
    char line[LINE_BYTES] = "";
    size_t column = 0;

    for (const char *at = text; *at != '\0';) {
        size_t n = strcspn(at, " ");
        FILE *word = fmemopen(line, sizeof(line), "w");
        size_t width;

        if (word == NULL) {
            perror("tables");
            exit(EXIT_FAILURE);
        }
        print_word(word, at, n, literal || is_option(at));
        fclose(word);
        width = strlen(line);
        if (column > 0 && column + 1 + width > WIDTH) {
            fputc('\n', out);
            column = 0;
        } else if (column > 0) {
            fputc(' ', out);
            column++;
        }
        fputs(line, out);
        column += width;
        at += n;
        at += strspn(at, " ");
    }
    fputc('\n', out);
}

static void
term(FILE *out, const char *name)
{
    fputs(".TP\n.B ", out);
    man_text(out, name, true);
}

/* ---- transitions ---- */

static const char *
written_as(const edc_transition *t)
{
    switch (t->wish) {
    case EDC_WISH_CREATE:
        return "a new entry without userPassword";
    case EDC_WISH_CREATE_PASSWORD:
        return "a new entry with userPassword";
    case EDC_WISH_PASSWORD:
        return "a new password";
    case EDC_WISH_UNLOCK:
        return "pwdAccountLockedTime deleted, or replaced by nothing";
    case EDC_WISH_LOCK:
        return "pwdAccountLockedTime: " EDC_LOCKED_FOR_GOOD;
    case EDC_WISH_CLAIM:
        return "the claim operation";
    case EDC_WISH_MERGE:
        return "the merge operation";
    case EDC_WISH_MIGRATE:
        return "the class given to an entry with userPassword, by a Modify "
               "with the Relax control";
    case EDC_WISH_RELEASE:
        return "its class deleted, by a Modify with the Relax control";
    default:
        return "a new value of educonnectState";
    }
}

/* Adds a name to a list that is joined by commas. */
static void
join(char *list, size_t size, const char *name)
{
    size_t n = strlen(list);

    snprintf(list + n, size - n, "%s%s", n > 0 ? ", " : "", name);
}

static void
list_states(const edc_transition *t, char *list, size_t size)
{
    list[0] = '\0';
    for (int s = EDC_ABSENT; s < EDC_N_STATES; s++) {
        if (t->from & 1u << s)
            join(list, size,
                s == EDC_ABSENT ? "no entry" : edc_state_name((edc_state)s));
    }
}

static void
list_roles(const edc_transition *t, char *list, size_t size)
{
    list[0] = '\0';
    for (int i = 0; i < EDC_N_ROLES; i++) {
        if (t->roles & 1u << i)
            join(list, size, edc_role_name(1u << i));
    }
}

static const char *
target(const edc_transition *t)
{
    if (t->to == EDC_TO_SAME)
        return "the same state";
    if (t->to == EDC_TO_FORMER)
        return "the former state";
    if (t->to == EDC_ABSENT)
        return "no account";
    return edc_state_name((edc_state)t->to);
}

static const struct {
    unsigned effect;
    const char *sentence;
} effects[] = {
    {EDC_BEGIN_LETTER, "The password is provisional."},
    {EDC_END_LETTER, "The letter has served."},
    {EDC_DROP_PASSWORD, "The password is deleted."},
    {EDC_ACTIVATION, "educonnectActivatedBy is set unless it was."},
    {EDC_KEEP_FORMER, "educonnectFormerState keeps the state that is left."},
    {EDC_RELEASE_LOCK, "A lock is lifted."},
    {EDC_LOCKS, "Nobody binds until somebody unlocks."},
    {EDC_MERGES, "educonnectMergedInto names the account that stays; "
                 "educonnectFormerState is uninformed, the history is gone."},
    {EDC_KEEP_PASSWORD, "The password stays, and so do its time and lock."},
    {EDC_RELEASES, "It is the entry of before again, with its password; not "
                   "once somebody has bound."},
    {EDC_OPENS, "A student's record must be complete."},
    {EDC_GUARDED, "The letter that another school handed out is respected."},
};

void
tables_transitions(FILE *out)
{
    char line[2 * LINE_BYTES], from[LINE_BYTES], by[LINE_BYTES];

    for (int i = 0; i < EDC_N_EVENTS; i++) {
        const edc_transition *t = edc_transition_of((edc_event)i);

        term(out, t->name);
        list_states(t, from, sizeof(from));
        list_roles(t, by, sizeof(by));
        snprintf(line, sizeof(line), "From: %s. To: %s.", from, target(t));
        man_text(out, line, false);
        fputs(".br\n", out);
        snprintf(
            line, sizeof(line), "By: %s. Written as: %s.", by, written_as(t));
        man_text(out, line, false);
        for (size_t e = 0; e < sizeof(effects) / sizeof(effects[0]); e++) {
            if (t->effects & effects[e].effect)
                man_text(out, effects[e].sentence, false);
        }
    }
}

/* ---- codes ---- */

void
tables_codes(FILE *out)
{
    char line[LINE_BYTES];

    for (int i = 0; i < EDC_N_CODES; i++) {
        edc_code code = (edc_code)i;
        int ppolicy = edc_code_ppolicy(code);

        snprintf(line, sizeof(line), "%s (%d)", edc_code_name(code),
            edc_code_result(code));
        term(out, line);
        man_text(out, edc_code_text(code, EDC_ENGLISH), false);
        fputs(".br\n.ft I\n", out);
        man_text(out, edc_code_text(code, EDC_FRENCH), false);
        fputs(".ft\n", out);
        if (ppolicy < 0)
            continue;
        snprintf(line, sizeof(line), "Password-policy control: %d.", ppolicy);
        fputs(".br\n", out);
        man_text(out, line, false);
    }
}

/* ---- the audit trail ---- */

static const struct {
    const char *name, *about;
} trail_fields[] = {
#define EDC_TRAIL_FIELD(id, name, kind, about) {name, about},
#include "core/text/trail.def"
#undef EDC_TRAIL_FIELD
};

void
tables_trail(FILE *out)
{
    for (size_t i = 0; i < sizeof(trail_fields) / sizeof(trail_fields[0]);
        i++) {
        term(out, trail_fields[i].name);
        man_text(out, trail_fields[i].about, false);
    }
}

/* ---- directives ---- */

static void
print_default(FILE *out, const edc_directive_info *d)
{
    fputs(".br\nDefault:\n", out);
    if (d->def[0] == '\0') {
        fputs("none\n", out);
    } else {
        fputs(".B ", out);
        man_text(out, d->def, true);
    }
    fputs(".br\nSource:\n", out);
}

void
tables_directives(FILE *out)
{
    for (int i = 0; i < EDC_N_DIRECTIVES; i++) {
        const edc_directive_info *d = edc_directive_info_of((edc_directive)i);

        fputs(".TP\n.BI ", out);
        print_word(out, d->name, strlen(d->name), true);
        fputs(" \" ", out);
        print_word(out, d->syntax, strlen(d->syntax), true);
        fputs("\"\n", out);
        fprintf(out, ".B %s%s\n.br\n", d->olc,
            d->many ? " \\fR(several values)" : "");
        man_text(out, d->about, false);
        print_default(out, d);
        man_text(out, d->source, false);
    }
}

/* ---- attributes, classes ---- */

/* What stands between the quotes of DESC. */
static void
print_description(FILE *out, const edc_definition *d)
{
    const char *begin = strstr(d->text, "DESC '");
    char text[LINE_BYTES];

    if (begin == NULL)
        return;
    begin += strlen("DESC '");
    snprintf(text, sizeof(text), "%.*s%s", (int)strcspn(begin, "'"), begin,
        strstr(d->text, "SINGLE-VALUE") != NULL ? ". One value." : ".");
    man_text(out, text, false);
}

void
tables_attributes(FILE *out)
{
    for (int i = 0; i < EDC_N_ATTRIBUTES; i++) {
        const edc_definition *d = edc_schema_attribute((edc_attribute)i);

        if (strstr(d->text, "dSAOperation") != NULL)
            continue;
        term(out, d->name);
        print_description(out, d);
        if (strstr(d->text, "NO-USER-MODIFICATION") != NULL)
            fputs("Written by the overlay only.\n", out);
    }
}

void
tables_classes(FILE *out)
{
    for (int i = 0; i < EDC_N_CLASSES; i++) {
        const edc_definition *d = edc_schema_class((edc_class)i);

        term(out, d->name);
        print_description(out, d);
    }
}
