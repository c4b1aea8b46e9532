/* options.c - a subcommand's options, and its help, from commands.def. */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl/ctl.h"
#include "ctl/help.h"
#include "ctl/language.h"

/* Long options come back from getopt as their index above this. */
#define LONG_BASE 256

static bool
belongs(const ctl *c, size_t i)
{
    return ctl_options[i].command < 0 ||
           c->command == ctl_commands + ctl_options[i].command;
}

static void
keep(ctl *c, size_t opt, const char *value)
{
    c->given = ctl_resize(c->given, c->n_given + 1, sizeof(*c->given));
    c->given[c->n_given].opt = (ctl_opt)opt;
    c->given[c->n_given].value = value == NULL ? "" : value;
    c->n_given++;
}

static bool
by_letter(ctl *c, int letter, const char *value)
{
    for (size_t i = 0; i < CTL_N_OPTS; i++) {
        if (ctl_options[i].letter == letter && belongs(c, i)) {
            keep(c, i, value);
            return true;
        }
    }
    return false;
}

/* What getopt wants: ":" first, so that a missing value is told apart. */
static void
describe(const ctl *c, char *letters, struct option *longs)
{
    *letters++ = ':';
    for (size_t i = 0; i < CTL_N_OPTS; i++) {
        const ctl_option *o = ctl_options + i;

        if (!belongs(c, i))
            continue;
        *longs++ = (struct option){o->name,
            o->argument == NULL ? no_argument : required_argument, NULL,
            LONG_BASE + (int)i};
        if (o->letter == 0)
            continue;
        *letters++ = (char)o->letter;
        if (o->argument != NULL)
            *letters++ = ':';
    }
    *letters = '\0';
}

static bool
wrong(const ctl *c, int argc, char **argv, int code)
{
    const char *word = optind > 1 && optind <= argc ? argv[optind - 1] : "";

    if (code == '?' && optopt == 'w')
        ctl_warn(c, "there is no -w: every user of this machine can read "
                    "what a command was given; -y FILE or -W");
    else if (optopt > 0 && optopt < LONG_BASE)
        ctl_warn(c, "-%c: %s", optopt,
            code == ':' ? "a value is missing" : "no such option");
    else
        /* What stands behind the = may be a secret. */
        ctl_warn(c, "%.*s: %s", (int)strcspn(word, "="), word,
            code == ':' ? "a value is missing" : "no such option");
    print(stderr, "educonnectctl %s --help says what there is\n",
        c->command->name);
    return false;
}

bool
ctl_begin(ctl *c, const ctl_command *command, int argc, char **argv)
{
    char letters[2 * CTL_N_OPTS + 2];
    struct option longs[CTL_N_OPTS + 1];
    int code;

    memset(c, 0, sizeof(*c));
    memset(longs, 0, sizeof(longs));
    c->command = command;
    c->alone = -1;
    describe(c, letters, longs);
    opterr = 0;
    optind = 1;
    while ((code = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
        if (code >= LONG_BASE)
            keep(c, (size_t)(code - LONG_BASE), optarg);
        else if (code == ':' || code == '?' || !by_letter(c, code, optarg))
            return wrong(c, argc, argv, code);
    }
    c->args = argv + optind;
    c->n_args = argc - optind;
    /* Programs read one language. */
    if (ctl_count(c, CTL_OPT_COMMON_JSON) > 0)
        ctl_language_set(EDC_ENGLISH);
    if (ctl_progress_every(ctl_value(c, CTL_OPT_COMMON_PROGRESS, "10")))
        return true;
    ctl_warn(c, "--progress: seconds, 0 for none");
    return false;
}

void
ctl_finish(ctl *c)
{
    if (c->alone >= 0)
        close(c->alone);
    if (c->ld != NULL)
        ldap_unbind_ext_s(c->ld, NULL, NULL);
    free(c->base);
    free(c->given);
    memset(c, 0, sizeof(*c));
}

size_t
ctl_count(const ctl *c, ctl_opt opt)
{
    size_t n = 0;

    for (size_t i = 0; i < c->n_given; i++)
        n += c->given[i].opt == opt;
    return n;
}

const char *
ctl_value(const ctl *c, ctl_opt opt, const char *otherwise)
{
    size_t n = ctl_count(c, opt);

    return n == 0 ? otherwise : ctl_nth(c, opt, n - 1);
}

const char *
ctl_nth(const ctl *c, ctl_opt opt, size_t n)
{
    for (size_t i = 0; i < c->n_given; i++) {
        if (c->given[i].opt == opt && n-- == 0)
            return c->given[i].value;
    }
    return NULL;
}

bool
ctl_share(const char *text, double *share)
{
    char *end;

    errno = 0;
    *share = strtod(text, &end) / 100;
    return errno == 0 && end != text && *share >= 0 && *share <= 1 &&
           (*end == '\0' || strcmp(end, "%") == 0 || strcmp(end, " %") == 0);
}
