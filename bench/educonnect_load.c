/* educonnect_load.c - educonnect-load: load on any LDAP server, from the
 * command line; what came of it as JSON.
 */
#define _GNU_SOURCE 1
#include "request.h"
#include "core/text/version.h"

#include <errno.h>
#include <getopt.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GROUPS_MAX 8
#define LINE_MAX_LENGTH 512

/* Bad usage, and a run that could not be made. */
#define EXIT_USAGE 2

typedef struct command {
    load_group groups[GROUPS_MAX];
    requests requests[GROUPS_MAX];
    char mixes[GROUPS_MAX][LINE_MAX_LENGTH]; /* as given */
    size_t n;
    requests common; /* what all groups ask about */
    const char *url, *dn;
    char password[LINE_MAX_LENGTH], bind_password[LINE_MAX_LENGTH];
    double seconds, warm_up;
} command;

static void
usage(FILE *f)
{
    fputs(
        "usage: educonnect-load [option...] -g group [-g group...]\n\n"
        "Sends requests over many connections and prints rates and latencies\n"
        "as JSON. A group is a mix of kinds with their weights, and figures:\n"
        "  -g bind,connections=32\n"
        "  -g search=9,compare=1,connections=4,rate=200,address=127.0.0.2\n"
        "Without a rate a connection sends when it was answered; with one,\n"
        "latencies count from when a request was due. Kinds:\n",
        f);
    for (int i = 0; i < N_REQUEST_KINDS; i++)
        fprintf(f, "  %-9s %s\n", request_names[i], request_texts[i]);
    fputs("\noptions; in a template % stands for the number of an entry:\n"
          "  -H url       ldap://127.0.0.1/\n"
          "  -n entries   how many there are, 1000\n"
          "  -d template  DN of an entry\n"
          "  -b base      -f template  of searches: base and filter\n"
          "  -a name      -v template  attribute and value that are compared,\n"
          "               written or toggled (password: the new one)\n"
          "  -o value     the other value of a switch\n"
          "  -r name      read this attribute only\n"
          "  -p file      password of the entries, for binds\n"
          "  -x           binds are wrong: another password each time\n"
          "  -D dn        -y file      all but binds are sent as\n"
          "  -t seconds   5     -w seconds  first, not counted: 1\n"
          "  --version    alone: print the version\n",
        f);
}

static void __attribute__((noreturn, format(printf, 1, 2)))
give_up(const char *format, ...)
{
    va_list list;

    fputs("educonnect-load: ", stderr);
    va_start(list, format);
    vfprintf(stderr, format, list);
    va_end(list);
    fputc('\n', stderr);
    exit(EXIT_USAGE);
}

/* The first line of a file. */
static void
read_password(const char *path, char out[LINE_MAX_LENGTH])
{
    FILE *f = fopen(path, "r");

    if (f == NULL)
        give_up("%s: %s", path, strerror(errno));
    if (fgets(out, LINE_MAX_LENGTH, f) == NULL)
        give_up("%s: there is no line", path);
    out[strcspn(out, "\r\n")] = '\0';
    fclose(f);
}

static double
number(const char *text, const char *what, double least)
{
    char *end;
    double value = strtod(text, &end);

    if (end == text || *end != '\0' || !(value >= least) || value > 1e9)
        give_up("%s: \"%s\" is no number from %g", what, text, least);
    return value;
}

static void
set_figure(load_group *g, requests *r, const char *name, char *value)
{
    request_kind kind = request_kind_of(name);

    if (kind != N_REQUEST_KINDS)
        r->weight[kind] = value != NULL ? (unsigned)number(value, name, 1) : 1;
    else if (value == NULL)
        give_up("there is no kind of request \"%s\"", name);
    else if (strcmp(name, "connections") == 0)
        g->connections = (size_t)number(value, name, 1);
    else if (strcmp(name, "rate") == 0)
        g->rate = number(value, name, 0.001);
    else if (strcmp(name, "address") == 0)
        g->address = value;
    else
        give_up("a group has no figure \"%s\"", name);
}

static void
add_group(command *c, char *text)
{
    load_group *g = &c->groups[c->n];
    requests *r = &c->requests[c->n];
    char *word, *rest = text;
    unsigned all = 0;

    if (c->n == GROUPS_MAX)
        give_up("more than %d groups", GROUPS_MAX);
    snprintf(c->mixes[c->n++], LINE_MAX_LENGTH, "%s", text);
    g->connections = 1;
    while ((word = strsep(&rest, ",")) != NULL) {
        char *value = strchr(word, '=');

        if (value != NULL)
            *value++ = '\0';
        set_figure(g, r, word, value);
    }
    for (int i = 0; i < N_REQUEST_KINDS; i++)
        all += r->weight[i];
    if (all == 0)
        give_up("group \"%s\" sends nothing", c->mixes[c->n - 1]);
}

/* Options that are kept as they are. Returns whether it is one. */
static bool
keep_text(command *c, int option)
{
    const struct {
        int option;
        const char **text;
    } texts[] = {{'H', &c->url}, {'D', &c->dn}, {'d', &c->common.dn},
        {'b', &c->common.base}, {'f', &c->common.filter},
        {'a', &c->common.attribute}, {'v', &c->common.value},
        {'o', &c->common.other}, {'r', &c->common.wanted}};

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        if (texts[i].option != option)
            continue;
        *texts[i].text = optarg;
        return true;
    }
    return false;
}

static void
read_option(command *c, int option)
{
    switch (option) {
    case 'n':
        c->common.n = (uint64_t)number(optarg, "-n", 1);
        break;
    case 'p':
        read_password(optarg, c->password);
        break;
    case 'x':
        c->common.fresh = true;
        break;
    case 'y':
        read_password(optarg, c->bind_password);
        break;
    case 't':
        c->seconds = number(optarg, "-t", 0.01);
        break;
    case 'w':
        c->warm_up = number(optarg, "-w", 0);
        break;
    case 'g':
        add_group(c, optarg);
        break;
    default:
        usage(option == 'h' ? stdout : stderr);
        exit(option == 'h' ? 0 : EXIT_USAGE);
    }
}

static void
read_options(command *c, int argc, char *argv[])
{
    int option;

    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        puts("educonnect-load " EDC_VERSION);
        exit(0);
    }
    while ((option = getopt(argc, argv, "H:n:d:b:f:a:v:o:r:p:xD:y:t:w:g:h")) !=
           -1) {
        if (!keep_text(c, option))
            read_option(c, option);
    }
    if (optind < argc || c->n == 0) {
        usage(stderr);
        exit(EXIT_USAGE);
    }
}

/* What a kind cannot do without. */
static void
check_mix(const requests *r)
{
    const unsigned *w = r->weight;

    if (w[REQUEST_SEARCH] > 0 && (r->base == NULL || r->filter == NULL))
        give_up("search needs -b and -f");
    if (r->dn == NULL &&
        (w[REQUEST_BASE] | w[REQUEST_COMPARE] | w[REQUEST_BIND] |
            w[REQUEST_MODIFY] | w[REQUEST_TOGGLE] | w[REQUEST_SWITCH] |
            w[REQUEST_DELETE] | w[REQUEST_PASSWORD] | w[REQUEST_LETTER]) != 0)
        give_up("-d is needed: the DN of an entry");
    if ((w[REQUEST_COMPARE] | w[REQUEST_MODIFY] | w[REQUEST_TOGGLE] |
            w[REQUEST_SWITCH]) != 0 &&
        (r->attribute == NULL || r->value == NULL))
        give_up("-a and -v are needed: an attribute and its value");
    if (w[REQUEST_SWITCH] > 0 && r->other == NULL)
        give_up("switch needs -o");
    if (w[REQUEST_PASSWORD] > 0 && r->value == NULL)
        give_up("password needs -v");
}

/* Every group asks about the same entries, in its own mix. */
static void
prepare(command *c)
{
    for (size_t i = 0; i < c->n; i++) {
        requests mix = c->requests[i];
        load_group *g = &c->groups[i];

        c->requests[i] = c->common;
        memcpy(c->requests[i].weight, mix.weight, sizeof(mix.weight));
        c->requests[i].password = c->password;
        check_mix(&c->requests[i]);
        g->url = c->url;
        g->busy_pause = 0.1;
        g->send = request_send;
        g->context = &c->requests[i];
        if (mix.weight[REQUEST_BIND] == 0) {
            g->dn = c->dn;
            g->password = c->dn != NULL ? c->bind_password : NULL;
        }
    }
}

static json_t *
answers_of(const load_group *g)
{
    json_t *all = json_object();
    char code[8];

    for (int i = 0; i < LOAD_CODES; i++) {
        if (g->answers[i] == 0)
            continue;
        snprintf(code, sizeof(code), "%d", i);
        json_object_set_new(all, code, json_integer((json_int_t)g->answers[i]));
    }
    return all;
}

static json_t *
latencies_of(const histogram *h)
{
    return json_pack("{s:f, s:f, s:f, s:f, s:f, s:f}", "mean",
        h->n > 0 ? h->sum / (double)h->n * 1e3 : 0, "p50",
        histogram_at(h, 0.5) * 1e3, "p95", histogram_at(h, 0.95) * 1e3, "p99",
        histogram_at(h, 0.99) * 1e3, "p99.9", histogram_at(h, 0.999) * 1e3,
        "max", h->max * 1e3);
}

static int
print(const command *c)
{
    json_t *all = json_array();
    int rc;

    for (size_t i = 0; i < c->n; i++) {
        const load_group *g = &c->groups[i];

        json_array_append_new(
            all, json_pack("{s:s, s:f, s:f, s:o, s:I, s:o}", "group",
                     c->mixes[i], "seconds", g->seconds, "answers a second",
                     load_rate_of_all(g), "answers by code", answers_of(g),
                     "failures", (json_int_t)g->failures, "latency ms",
                     latencies_of(&g->latency)));
    }
    rc = json_dumpf(all, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(5));
    putchar('\n');
    json_decref(all);
    return rc == 0 && fflush(stdout) == 0 ? 0 : 1;
}

int
main(int argc, char *argv[])
{
    static command c = {.url = "ldap://127.0.0.1/",
        .seconds = 5,
        .warm_up = 1,
        .common = {.n = 1000}};

    read_options(&c, argc, argv);
    prepare(&c);
    load_run(c.groups, c.n, c.warm_up, c.seconds);
    return print(&c);
}
