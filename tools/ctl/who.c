/* who.c - the account that a person means, by login, name or class. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl/fold.h"
#include "core/text/words.h"
#include "ctl/dn.h"
#include "ctl/input.h"
#include "ctl/language.h"
#include "ctl/who.h"

/* Listed at most: more is no answer to choose from. */
#define LISTED 50

/* Words of a name that are looked for: more has nobody. */
#define WORDS_MAX 16

#define ACCOUNT                                                                \
    "(|(objectClass=educonnectStudent)(objectClass=educonnectLegalGuardian))"

/* How well somebody fits what was typed; the best that there is counts. */
typedef enum fit { FIT_LIKE, FIT_CLASS, FIT_NAME, N_FITS } fit;

typedef struct somebody {
    char *dn;
    char *shown; /* a line of the list */
} somebody;

typedef struct seeking {
    const char *word;
    char *words[WORDS_MAX]; /* of the name, folded */
    size_t n_words;
    fit best;
    somebody *found; /* of the best fit */
    size_t n;
    bool cut; /* the server showed a part */
} seeking;

/* ---- what was typed ---- */

#define BETWEEN " \t,;"

/* The next word of a text; its length, 0 after the last. */
static size_t
next_word(const char **at)
{
    *at += strspn(*at, BETWEEN);
    return strcspn(*at, BETWEEN);
}

/* "(name=*text*)" for each of the names; text is plain or escaped. */
static char *
with_part(const char *text)
{
    return ctl_format("(cn=*%s*)(sn=*%s*)(givenName=*%s*)", text, text, text);
}

/* Whose name may have a word: it has it, or sounds as if, which is how slapd
 * drops accents, or has all but its beginning, for of "Œ" and "Ø" nothing is
 * left then. That is more than is wanted. */
static char *
test_of(const char *raw, const char *word)
{
    size_t begin = strncmp(word, "oe", 2) == 0 || strncmp(word, "ae", 2) == 0;
    char *like = ctl_filter("~", raw); /* "(~=x)" */
    char *value = ctl_copy_n(like + 3, strlen(like) - 4);
    char *whole = with_part(value);
    char *rest =
        strlen(word) < begin + 4 ? ctl_copy("") : with_part(word + begin + 1);
    char *test = ctl_format("(|(cn%s(sn%s(givenName%s%s%s)", like + 1, like + 1,
        like + 1, whole, rest);

    free(rest);
    free(whole);
    free(value);
    free(like);
    return test;
}

/* Whoever may have each word of the name, or is in such a class. */
static char *
filter_of(seeking *s)
{
    char *all = ctl_copy("");
    const char *at = s->word;
    char *class, *filter;
    size_t n;

    for (; s->n_words < WORDS_MAX && (n = next_word(&at)) > 0; at += n) {
        char *raw = ctl_copy_n(at, n);
        char *word = ctl_fold((edc_str){at, n});

        if (word[0] == '\0') {
            free(word);
        } else {
            char *test = test_of(raw, word);
            char *longer = ctl_format("%s%s", all, test);

            free(test);
            free(all);
            all = longer;
            s->words[s->n_words++] = word;
        }
        free(raw);
    }
    class = ctl_filter("educonnectClass", s->word);
    filter = s->n_words == 0
                 ? ctl_format("(&" ACCOUNT "%s)", class)
                 : ctl_format("(&" ACCOUNT "(|%s(&%s)))", class, all);
    free(class);
    free(all);
    return filter;
}

/* ---- who fits ---- */

/* Whether a name's values have this folded word: one of their words, or a part
 * of one between hyphens and the like. */
static bool
has_word(struct berval *const *values, const char *word)
{
    for (size_t i = 0; values != NULL && values[i] != NULL; i++) {
        char *text = ctl_copy_n(values[i]->bv_val, values[i]->bv_len);
        const char *at = text;
        bool has = false;
        size_t n;

        while (!has && (n = next_word(&at)) > 0) {
            char *whole = ctl_fold((edc_str){at, n});

            has = strcmp(whole, word) == 0;
            free(whole);
            for (size_t from = 0, to; !has && from < n; from = to + 1) {
                char *part;

                to = from + strcspn(at + from, "-'. \t,;");
                part = ctl_fold((edc_str){at + from, to - from});
                has = strcmp(part, word) == 0;
                free(part);
            }
            at += n;
        }
        free(text);
        if (has)
            return true;
    }
    return false;
}

static fit
fit_of(const seeking *s, const ctl_entry *e)
{
    static const char *const names[] = {"cn", "sn", "givenName"};
    fit how = s->n_words == 0 ? FIT_LIKE : FIT_NAME;

    for (size_t w = 0; w < s->n_words && how == FIT_NAME; w++) {
        bool has = false;

        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && !has; i++) {
            struct berval **values = ctl_entry_values(e, names[i]);

            has = has_word(values, s->words[w]);
            if (values != NULL)
                ldap_value_free_len(values);
        }
        how = has ? FIT_NAME : FIT_LIKE;
    }
    return how == FIT_LIKE && ctl_entry_has(e, "educonnectClass", s->word)
               ? FIT_CLASS
               : how;
}

/* "paul.chescay: Paul CHESÇAY, student, 6EME A, active". */
static char *
line_of(const ctl_entry *e)
{
    bool student = ctl_entry_has(e, "objectClass", "educonnectStudent");
    char *uid = ctl_entry_first(e, "uid");
    char *name = ctl_entry_first(e, "cn");
    char *class = ctl_entry_first(e, "educonnectClass");
    char *state = ctl_entry_first(e, "educonnectState");
    char *word = ctl_word(state == NULL ? "uninformed" : state);
    char *line = ctl_format("%s: %s, %s%s%s, %s", uid == NULL ? e->dn : uid,
        name == NULL ? "?" : name,
        student ? ctl_text("student", "élève")
                : ctl_text("guardian", "responsable"),
        class == NULL ? "" : ", ", class == NULL ? "" : class, word);

    free(word);
    free(state);
    free(class);
    free(name);
    free(uid);
    return line;
}

static void
forget_found(seeking *s)
{
    for (size_t i = 0; i < s->n; i++) {
        free(s->found[i].dn);
        free(s->found[i].shown);
    }
    free(s->found);
    s->found = NULL;
    s->n = 0;
}

static bool
keep(void *ctx, const ctl_entry *e)
{
    seeking *s = ctx;
    fit how = fit_of(s, e);

    if (how > s->best) {
        forget_found(s);
        s->best = how;
    }
    if (how < s->best)
        return true;
    /* One more than is listed, to say that there are more. */
    if (s->n > LISTED) {
        s->cut = true;
        return true;
    }
    s->found = ctl_resize(s->found, s->n + 1, sizeof(*s->found));
    s->found[s->n++] = (somebody){ctl_copy(e->dn), line_of(e)};
    return true;
}

static int
by_line(const void *a, const void *b)
{
    return strcoll(((const somebody *)a)->shown, ((const somebody *)b)->shown);
}

/* ---- which ---- */

/* What is said above the list; allocated. */
static char *
head_of(const seeking *s)
{
    switch (s->best) {
    case FIT_CLASS:
        return ctl_format(
            ctl_text("%s is a class:", "%s est une classe :"), s->word);
    case FIT_NAME:
        return ctl_format(ctl_text("%s may be:", "%s peut être :"), s->word);
    default:
        return ctl_format(ctl_text("nobody has the name %s; it sounds like:",
                              "personne ne s'appelle %s ; cela ressemble à :"),
            s->word);
    }
}

static void
list(const seeking *s, bool numbered)
{
    size_t n = s->n > LISTED ? LISTED : s->n;
    char *head = head_of(s);

    print(stderr, "%s\n", head);
    free(head);
    for (size_t i = 0; i < n; i++) {
        if (numbered)
            print(stderr, "%3zu  %s\n", i + 1, s->found[i].shown);
        else
            print(stderr, "  %s\n", s->found[i].shown);
    }
    if (s->n > n || s->cut)
        print(stderr, "  %s\n",
            ctl_text("and others; add the other name, or a login",
                "et d'autres ; ajoutez l'autre nom, ou un identifiant"));
}

/* The number that somebody at the terminal types; 0: none. */
static size_t
ask(size_t most)
{
    int fd = input_terminal();
    char answer[32];
    ssize_t got = -1;
    size_t number = 0;
    char *end;

    print(stderr, "%s ",
        ctl_text("Which one (a number, or nothing)?",
            "Lequel (un numéro, ou rien) ?"));
    if (fflush(stderr) == 0 && fd >= 0)
        got = read(fd, answer, sizeof(answer) - 1);
    if (fd >= 0)
        close(fd);
    if (got <= 0)
        return 0;
    answer[got] = '\0';
    if (!isdigit((unsigned char)answer[0]))
        return 0;
    number = strtoul(answer, &end, 10);
    return *end != '\n' || number > most ? 0 : number;
}

/* The one that is meant, NULL: none was. */
static char *
choose(ctl *c, seeking *s)
{
    bool terminal = isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
    size_t number;

    if (s->n == 0) {
        ctl_warn(c,
            ctl_text("%s: no such account, or not to be read",
                "%s : pas de tel compte, ou non lisible"),
            s->word);
        return NULL;
    }
    if (s->n == 1 && s->best == FIT_NAME && !s->cut)
        return ctl_copy(s->found[0].dn);
    qsort(s->found, s->n, sizeof(*s->found), by_line);
    list(s, terminal);
    number = terminal ? ask(s->n > LISTED ? LISTED : s->n) : 0;
    if (number > 0)
        return ctl_copy(s->found[number - 1].dn);
    ctl_warn(c, "%s",
        ctl_text("none was chosen: name one by its login",
            "aucun n'a été choisi : désignez-le par son identifiant"));
    return NULL;
}

static char *
by_name(ctl *c, const char *word)
{
    static const char *const wanted[] = {"objectClass", "uid", "cn", "sn",
        "givenName", "educonnectClass", "educonnectState", NULL};
    seeking s = {.word = word};
    char *filter = filter_of(&s);
    char *dn = NULL;
    int result =
        ctl_search(c, c->base, LDAP_SCOPE_SUBTREE, filter, wanted, keep, &s);

    s.cut = s.cut || result == LDAP_SIZELIMIT_EXCEEDED;
    if (result == LDAP_SUCCESS || result == LDAP_NO_SUCH_OBJECT ||
        result == LDAP_SIZELIMIT_EXCEEDED)
        dn = choose(c, &s);
    else
        ctl_fail_ldap(c, CTL_SERVER, c->ld, result, word);
    forget_found(&s);
    for (size_t i = 0; i < s.n_words; i++)
        free(s.words[i]);
    free(filter);
    return dn;
}

char *
ctl_find_somebody(ctl *c, const char *word)
{
    bool other;
    char *dn;

    if (ctl_is_dn(word))
        return ctl_find_account(c, word, word);
    dn = ctl_look_for_account(c, word, &other);
    if (dn != NULL)
        return dn;
    return other ? ctl_find_account(c, word, word) : by_name(c, word);
}
