/* sample_main.c - educonnect-sample: options, directories, summary. */
#include <dirent.h>
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "sample.h"
#include "core/text/version.h"

enum {
#define EDC_OPTION(id, name, argument, help) OPT_##id,
#include "options.def"
#undef EDC_OPTION
    N_OPTS
};

static const struct option options[] = {
#define HAS(argument) ((argument) == NULL ? no_argument : required_argument)
#define EDC_OPTION(id, name, argument, help)                                   \
    {name, HAS(argument), NULL, OPT_##id},
#include "options.def"
#undef EDC_OPTION
    {NULL, 0, NULL, 0}};

/* People for each school, when one of both is given. */
#define PEOPLE_SECOND 1100
#define PEOPLE_FIRST 330
#define PEOPLE_MAX INT64_C(100000000)

/* Every family is made anew for each of them. */
#define OWN_SCHOOLS 20

static int64_t
number(const char *name, const char *text, int64_t least, int64_t most)
{
    char *end;
    long long value;

    errno = 0;
    value = strtoll(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || value < least ||
        value > most)
        sample_die(SAMPLE_EXIT_USAGE, "--%s: a number from %lld to %lld", name,
            (long long)least, (long long)most);
    return value;
}

/* The place of a word in a list that NULL ends. */
static int
choice(const char *name, const char *text, const char *const *words)
{
    for (int i = 0; words[i] != NULL; i++) {
        if (strcmp(text, words[i]) == 0)
            return i;
    }
    sample_die(
        SAMPLE_EXIT_USAGE, "--%s: %s is not known; see --help", name, text);
}

/* What an option without an argument turns on; NULL: it is none. */
static bool *
switch_of(sample *s, int opt)
{
    switch (opt) {
    case OPT_TRAPS:
        return &s->traps;
    case OPT_DELTA_ONLY:
        return &s->delta_only;
    case OPT_OWN_FILES:
        return &s->own_files;
    case OPT_CSV:
        return &s->csv;
    case OPT_JSON:
        return &s->json;
    default:
        return NULL;
    }
}

static void
take_option(sample *s, int opt, const char *name)
{
    static const char *const forms[] = {"2D", "1D", NULL};
    static const char *const encodings[] = {
        "utf-8", "iso-8859-15", "none", NULL};
    static const char *const archives[] = {"files", "zip", "tgz", NULL};
    bool *turned = switch_of(s, opt);

    if (turned != NULL) {
        *turned = true;
        return;
    }
    switch (opt) {
    case OPT_SEED:
        s->seed = (uint64_t)number(name, optarg, 0, INT64_MAX);
        break;
    case OPT_SCHOOLS:
        s->schools = number(name, optarg, 1, SAMPLE_SCHOOLS_MAX);
        break;
    case OPT_PEOPLE:
        s->people = number(name, optarg, 1, PEOPLE_MAX);
        break;
    case OPT_YEAR:
        s->year = (int)number(name, optarg, 2000, 2099);
        break;
    case OPT_FORM:
        s->first_degree = choice(name, optarg, forms) == 1;
        break;
    case OPT_ENCODING:
        s->encoding = (sample_encoding)choice(name, optarg, encodings);
        break;
    case OPT_DELTA:
        s->delta = number(name, optarg, 1, PEOPLE_MAX);
        break;
    case OPT_MOVES:
        s->moves = number(name, optarg, 1, PEOPLE_MAX / 8);
        break;
    case OPT_PIECE:
        s->piece = number(name, optarg, 1, PEOPLE_MAX);
        break;
    case OPT_ARCHIVE:
        s->archive = (sample_archive)choice(name, optarg, archives);
        break;
    case OPT_OUTPUT:
        s->output = optarg;
        break;
    case OPT_VERSION:
        puts("educonnect-sample " EDC_VERSION);
        exit(fflush(stdout) == 0 ? 0 : SAMPLE_EXIT_LOCAL);
    case OPT_HELP:
        sample_help(stdout);
        exit(0);
    default:
        exit(SAMPLE_EXIT_USAGE);
    }
}

static void
work_out(sample *s)
{
    int64_t each = s->first_degree ? PEOPLE_FIRST : PEOPLE_SECOND;

    if (s->output == NULL)
        sample_die(SAMPLE_EXIT_USAGE, "--output is needed; see --help");
    if (s->schools == 0 && s->people == 0)
        s->schools = 1;
    if (s->people == 0)
        s->people = s->schools * each;
    if (s->schools == 0)
        s->schools = s->people < 2 * each ? 2 : s->people / each;
    if (s->schools > SAMPLE_SCHOOLS_MAX)
        s->schools = SAMPLE_SCHOOLS_MAX;
    if (s->traps && s->people < 400)
        sample_die(SAMPLE_EXIT_USAGE, "--traps needs 400 people");
    if (s->own_files && s->schools > OWN_SCHOOLS)
        sample_die(SAMPLE_EXIT_USAGE, "--own-files needs at most %d schools",
            OWN_SCHOOLS);
    if (s->delta_only && s->delta == 0)
        sample_die(SAMPLE_EXIT_USAGE, "--delta-only needs --delta");
    if (s->moves > 0 &&
        (s->delta > 0 || s->traps || s->archive != SAMPLE_FILES))
        sample_die(SAMPLE_EXIT_USAGE,
            "--moves is for itself, without --delta, --traps, --archive");
}

/* A directory that this run may fill. */
static void
make_directory(const char *path)
{
    DIR *directory;
    const struct dirent *entry;

    if (mkdir(path, 0755) == 0)
        return;
    directory = errno == EEXIST ? opendir(path) : NULL;
    if (directory == NULL)
        sample_die(SAMPLE_EXIT_LOCAL, "%s: %s", path, strerror(errno));
    while ((entry = readdir(directory)) != NULL) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            sample_die(SAMPLE_EXIT_LOCAL,
                "%s: has files already; name a directory that is new or empty",
                path);
    }
    closedir(directory);
}

static void
make_own_files(const sample *s)
{
    sample_school school;
    char path[4096];

    for (int64_t i = 0; i < s->schools; i++) {
        sample_school_of(s, i, &school);
        SAMPLE_TEXT(path, "%s/%s", s->output, school.uai);
        make_directory(path);
        if (s->first_degree)
            sample_write_onde(s, path, &school);
        else
            sample_write_siecle(s, path, &school);
    }
}

static void
make(sample *s)
{
    sample_counts counts;
    sample_delta delta;
    char path[4096];

    make_directory(s->output);
    if (s->moves > 0) {
        sample_moves moves;

        sample_write_moves(s, &moves);
        sample_print_moves(s, &moves, stdout);
        return;
    }
    SAMPLE_TEXT(path, "%s/csv", s->output);
    if (s->csv)
        make_directory(path);
    sample_complete(
        s, s->delta_only ? NULL : s->output, s->csv ? path : NULL, &counts);
    if (!s->delta_only && s->archive != SAMPLE_FILES)
        sample_pack(s, s->output, "", s->year * 10000 + 901);
    if (s->own_files)
        make_own_files(s);
    if (s->delta > 0) {
        SAMPLE_TEXT(path, "%s/delta", s->output);
        make_directory(path);
        sample_write_delta(s, path, &delta);
        if (s->archive != SAMPLE_FILES)
            sample_pack(s, path, "_Delta", s->year * 10000 + 902);
    }
    sample_print(s, &counts, s->delta > 0 ? &delta : NULL, stdout);
}

int
main(int argc, char **argv)
{
    sample s = {.seed = 1, .year = 2026, .piece = 20000};
    int index = 0, opt;

    while ((opt = getopt_long(argc, argv, "", options, &index)) != -1)
        take_option(&s, opt, opt == '?' ? "" : options[index].name);
    if (optind != argc)
        sample_die(
            SAMPLE_EXIT_USAGE, "%s: no argument is wanted", argv[optind]);
    work_out(&s);
    make(&s);
    if (fflush(stdout) != 0 || ferror(stdout) != 0)
        sample_die(SAMPLE_EXIT_LOCAL, "stdout cannot be written");
    return 0;
}
