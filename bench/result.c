/* result.c - what a run says: a table to read, everything to compute with, and
 * the plots' data.
 */
#define _GNU_SOURCE 1
#include "bench.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine.h"

static const struct {
    const char *name, *title;
} plots[N_PLOTS] = {
    [PLOT_LOAD] = {"load", "p99 of searches at a given rate"},
    [PLOT_BINDERS] = {"binders", "p99 of searches beside binds"},
    [PLOT_BINDS] = {"binds", "binds a second"},
    [PLOT_SIZE] = {"size", "time of an event by size of the directory"},
};

static FILE *
create(const char *directory, const char *name, const char *suffix)
{
    char *path = text_of("%s/%s.%s", directory, name, suffix);
    FILE *f = fopen(path, "w");

    if (f == NULL)
        fprintf(stderr, "bench: %s: %s\n", path, strerror(errno));
    free(path);
    return f;
}

/* ---- Markdown ---- */

static void
write_spread(FILE *f, const spread *s)
{
    const char *format = s->median >= 100  ? " %.0f (%.0f–%.0f) |"
                         : s->median >= 10 ? " %.1f (%.1f–%.1f) |"
                                           : " %.3g (%.3g–%.3g) |";

    fprintf(f, format, s->median, s->min, s->max);
}

static void
write_goal(FILE *f, figure_id id, const figures *all)
{
    static const char *const words[] = {
        [MET] = "", [NOT_MET] = " **not met**", [UNDECIDED] = " *undecided*"};
    const figure_info *info = &figure_infos[id];

    if (info->goal == NONE)
        fputs(" – |\n", f);
    else
        fprintf(f, " %s %g%s%s |\n", info->goal == MOST ? "≤" : "≥",
            info->bound, info->beside ? " of bare's" : "",
            words[figure_verdict(all, id)]);
}

static void
write_ratios(FILE *f, const figures *all)
{
    fputs("| figure | bare | stock | ours | goal of ours |\n"
          "|---|---|---|---|---|\n",
        f);
    for (int id = 0; id < N_FIGURES; id++) {
        const figure *rounds = all->of[id];

        if (rounds[OURS].n == 0)
            continue;
        fprintf(f, "| %s |", figure_infos[id].title);
        for (int p = 0; p < N_PEERS; p++) {
            spread s = figure_ratio(&rounds[p]);

            if (rounds[p].n == 0)
                fputs(" – |", f);
            else
                write_spread(f, &s);
        }
        write_goal(f, (figure_id)id, all);
    }
}

static void
write_values(FILE *f, const figures *all)
{
    fputs("| figure | server | measured | held against | unit |\n"
          "|---|---|---|---|---|\n",
        f);
    for (int id = 0; id < N_FIGURES; id++) {
        const figure_info *info = &figure_infos[id];

        for (int p = 0; p < N_PEERS; p++) {
            const figure *rounds = &all->of[id][p];
            spread a = spread_of(rounds->a, rounds->n);
            spread b = spread_of(rounds->b, rounds->n);

            if (rounds->n == 0)
                continue;
            fprintf(f, "| %s | %s | %s", info->title, peer_names[p], info->a);
            write_spread(f, &a);
            fprintf(f, " %s", info->b);
            write_spread(f, &b);
            fprintf(f, " %s |\n", info->unit);
        }
    }
}

static void
write_limits(FILE *f, const limits *l)
{
    fprintf(f,
        "| limit | a second |\n|---|---|\n"
        "| libargon2 alone, a thread a processor | %.1f |\n"
        "| LMDB transactions of 4 puts | %.0f |\n"
        "| the same without fsync | %.0f |\n"
        "| search of slapd with back-null | %.0f |\n"
        "| bind of slapd with back-null | %.0f |\n",
        l->argon2, l->lmdb, l->lmdb_nosync, l->null_search, l->null_bind);
}

static bool
has_points(const bench *b, plot which)
{
    for (size_t i = 0; i < b->n_points; i++) {
        if (b->points[i].plot == which)
            return true;
    }
    return false;
}

static bool
write_markdown(const bench *b, const machine *m, const char *directory)
{
    FILE *f = create(directory, "results", "md");

    if (f == NULL)
        return false;
    fprintf(f,
        "# What was measured, %s\n\nMade by `make bench%s`: %d to %d rounds of "
        "%g s each, servers in turn, client on the same machine. A cell is the "
        "median of the rounds' quotients (least–greatest). *undecided*: the "
        "rounds spread past the goal, as far as their median may lie "
        "([verdict.h](../../verdict.h)).\n\n"
        "%s, %ld processors, %ld MiB; %s, kernel %s; slapd %s, libargon2 %s "
        "(ours: %s%s), LMDB (alone) %s. {ARGON2} m=%d t=%d p=1, 16 slapd "
        "threads.\n\n"
        "*bare* is slapd with back-mdb alone, *stock* slapd with ppolicy, "
        "unique, constraint, memberof and refint, *ours* slapd with "
        "educonnect; the configurations stand beside each other in "
        "[peers.c](../../peers.c), the figures' definitions in "
        "[figures.def](../../figures.def).\n\n## Quotients\n\n",
        m->day, b->quick ? "-quick" : "", b->rounds, b->rounds_most, b->seconds,
        m->processor, m->processors, m->memory_mib, m->system, m->kernel,
        m->slapd, m->argon2,
        strcmp(m->hashing, "none") == 0 ? "the same" : m->hashing,
        strcmp(m->hashing, "none") == 0 ? "" : " of make argon2", m->lmdb,
        BENCH_MEMORY, BENCH_PASSES);
    write_ratios(f, &b->figures);
    fputs("\n## What they are made of\n\n", f);
    write_values(f, &b->figures);
    fputs("\n## Limits\n\n", f);
    write_limits(f, &b->limits);
    if (b->gate[0] != '\0')
        fprintf(f, "\nIn the storm, of ours: %s.\n", b->gate);
    fputs("\n## Pictures\n\n", f);
    for (int i = 0; i < N_PLOTS; i++) {
        if (has_points(b, (plot)i))
            fprintf(f, "![%s](%s.svg)\n", plots[i].title, plots[i].name);
    }
    return fclose(f) == 0;
}

/* ---- JSON ---- */

static json_t *
numbers(const double *values, int n)
{
    json_t *list = json_array();

    for (int i = 0; i < n; i++)
        json_array_append_new(list, json_real(values[i]));
    return list;
}

static const char *const verdict_words[] = {[NO_GOAL] = "",
    [MET] = "met",
    [NOT_MET] = "not met",
    [UNDECIDED] = "undecided"};

static json_t *
json_figures(const figures *all)
{
    json_t *list = json_array();

    for (int id = 0; id < N_FIGURES; id++) {
        const figure_info *info = &figure_infos[id];

        for (int p = 0; p < N_PEERS; p++) {
            const figure *rounds = &all->of[id][p];

            if (rounds->n > 0)
                json_array_append_new(list,
                    json_pack("{s:s, s:s, s:s, s:o, s:o, s:f, s:s}", "figure",
                        info->title, "server", peer_names[p], "unit",
                        info->unit, "measured", numbers(rounds->a, rounds->n),
                        "against", numbers(rounds->b, rounds->n), "quotient",
                        figure_ratio(rounds).median, "goal",
                        p == OURS
                            ? verdict_words[figure_verdict(all, (figure_id)id)]
                            : ""));
        }
    }
    return list;
}

static json_t *
json_points(const bench *b)
{
    json_t *list = json_array();

    for (size_t i = 0; i < b->n_points; i++) {
        const point *p = &b->points[i];

        json_array_append_new(
            list, json_pack("{s:s, s:s, s:f, s:f}", "plot", plots[p->plot].name,
                      "series", p->series, "x", p->x, "y", p->y));
    }
    return list;
}

static bool
write_json(const bench *b, const machine *m, const char *directory)
{
    FILE *f = create(directory, "results", "json");
    json_t *all;
    bool good;

    if (f == NULL)
        return false;
    all = json_pack("{s:{s:s, s:s, s:I, s:I, s:s, s:s, s:s, s:s, s:s},"
                    " s:{s:f, s:f, s:f, s:f, s:f}, s:o, s:o}",
        "machine", "day", m->day, "processor", m->processor, "processors",
        (json_int_t)m->processors, "memory MiB", (json_int_t)m->memory_mib,
        "system", m->system, "kernel", m->kernel, "slapd", m->slapd,
        "libargon2", m->argon2, "libargon2 of ours", m->hashing, "limits",
        "libargon2", b->limits.argon2, "lmdb", b->limits.lmdb,
        "lmdb without fsync", b->limits.lmdb_nosync, "back-null search",
        b->limits.null_search, "back-null bind", b->limits.null_bind, "figures",
        json_figures(&b->figures), "points", json_points(b));
    good = all != NULL &&
           json_dumpf(all, f, JSON_INDENT(1) | JSON_REAL_PRECISION(6)) == 0;
    json_decref(all);
    return fclose(f) == 0 && good;
}

/* ---- plots ---- */

/* gnuplot's format: a block for each series, headed by its name. */
static bool
write_points(const bench *b, plot which, const char *directory)
{
    FILE *f = create(directory, plots[which].name, "dat");
    bool done[BENCH_POINTS_MAX] = {false};

    if (f == NULL)
        return false;
    for (size_t i = 0; i < b->n_points; i++) {
        if (done[i] || b->points[i].plot != which)
            continue;
        fprintf(f, "x \"%s\"\n", b->points[i].series);
        for (size_t j = i; j < b->n_points; j++) {
            const point *p = &b->points[j];

            if (p->plot != which || strcmp(p->series, b->points[i].series) != 0)
                continue;
            done[j] = true;
            fprintf(f, "%g %g\n", p->x, p->y);
        }
        fputs("\n\n", f);
    }
    return fclose(f) == 0;
}

bool
result_write(const bench *b, const char *directory)
{
    machine m;
    bool good;

    machine_look(&m);
    good = write_markdown(b, &m, directory) && write_json(b, &m, directory);
    for (int i = 0; i < N_PLOTS && good; i++)
        good = write_points(b, (plot)i, directory);
    return good;
}
