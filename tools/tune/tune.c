/* tune.c - educonnectctl tune: measures the machine, prints what to set. */
#include <stdlib.h>
#include <string.h>

#include "core/gate/cgroup.h"
#include "core/gate/machine.h"
#include "core/password/library.h"
#include "ctl/catalog.h"
#include "ctl/change.h"
#include "ctl/ctl.h"
#include "ctl/dn.h"
#include "tune/tune.h"

#define TARGET "100ms"
#define PATIENCE "10s"
#define LENGTH "10s"

/* Where an overlay stands that is the first of the first database. */
#define USUAL_OVERLAY "olcOverlay={0}educonnect,olcDatabase={1}mdb,cn=config"

#define ROWS_MAX 8

typedef struct tuning {
    ctl *c;
    tune_wish wish;
    double length; /* seconds, of all that is measured */
    uint32_t processors;
    double time;          /* processors whose time this process may use */
    bool limited;         /* by its control groups */
    size_t planned, done; /* measurements */
    double share;         /* the least of all */
    tune_row rows[ROWS_MAX];
    size_t n;
    tune_row chosen; /* at what is proposed */
} tuning;

/* ---- measuring ---- */

/* One more row; false when the machine has not what it takes, which then is not
 * proposed either. */
static bool
measure(tuning *t, edc_cost cost, uint32_t slots)
{
    tune_row *row = &t->rows[t->n];

    if (!tune_measure(
            cost, slots, t->time, t->length / (double)t->planned, row)) {
        t->wish.memory = (uint64_t)cost.memory * slots / 2;
        return false;
    }
    t->n++;
    t->share = row->share < t->share ? row->share : t->share;
    ctl_progress("costs measured", ++t->done, t->planned);
    return true;
}

static bool
has_memory(const tuning *t, edc_cost cost, uint32_t slots)
{
    return (uint64_t)cost.memory * slots <= t->wish.memory;
}

/* The default cost in one slot, half as many as processors, and as many. */
static uint32_t
measure_slots(tuning *t)
{
    const edc_cost usual = {
        EDC_HASH_MEMORY, EDC_HASH_TIME, EDC_HASH_PARALLELISM};
    const uint32_t all = t->processors;
    const uint32_t slots[] = {1, all / 2, all};

    for (size_t i = 0; i < 3; i++) {
        if (slots[i] < 1 || (i > 0 && slots[i] <= t->rows[t->n - 1].slots))
            continue;
        if (i > 0 && !has_memory(t, usual, slots[i]))
            break;
        if (!measure(t, usual, slots[i]))
            break;
    }
    return tune_slots(t->rows, t->n);
}

static void
measure_costs(tuning *t, uint32_t slots)
{
    static const edc_cost costs[] = {
        {32768, 2, 1}, {65536, 2, 1}, {65536, 3, 1}};

    for (size_t i = 0; i < sizeof(costs) / sizeof(costs[0]); i++) {
        if (has_memory(t, costs[i], slots))
            (void)measure(t, costs[i], slots);
    }
}

static const tune_row *
row_of(const tuning *t, uint32_t slots)
{
    const tune_row *row = NULL;

    for (size_t i = 0; i < t->n; i++) {
        if (t->rows[i].slots == slots)
            row = &t->rows[i];
    }
    return row;
}

/* Twice: what the costliest row lets expect, and what that lets; less where
 * there is no memory for it. */
static bool
measure_proposal(tuning *t, uint32_t slots)
{
    tune_row last = *row_of(t, slots);

    for (int i = 0; i < 2;) {
        edc_cost cost = tune_cost(&last, &t->wish);

        if (measure(t, cost, slots)) {
            last = t->rows[--t->n];
            i++;
        } else if (cost.memory == EDC_HASH_MEMORY) {
            return false;
        }
    }
    t->chosen = last;
    return true;
}

static ctl_exit
measure_all(tuning *t)
{
    uint32_t slots;
    bool good;

    /* Slots, costs, and twice the proposal. */
    t->planned = (t->processors > 3 ? 3 : t->processors > 1 ? 2 : 1) + 3 + 2;
    slots = measure_slots(t);
    if (slots > 0)
        measure_costs(t, slots);
    good = slots > 0 && measure_proposal(t, slots);
    ctl_progress_end();
    return good ? CTL_OK
                : ctl_fail(t->c, CTL_LOCAL,
                      "no memory or no threads to measure with");
}

/* ---- printing ---- */

typedef struct setting {
    edc_directive directive;
    char value[128];
} setting;

#define N_SETTINGS 3

/* Takes the value as the server does, which says whether it is one. */
static bool
is_taken(const setting *s)
{
    char why[256], *copy = ctl_copy(s->value), *rest = NULL;
    const char *argv[8];
    edc_settings settings;
    int argc = 0;
    bool taken = edc_settings_init(&settings);

    for (char *word = strtok_r(copy, " ", &rest); word != NULL && argc < 8;
        word = strtok_r(NULL, " ", &rest))
        argv[argc++] = word;
    if (taken) {
        taken = edc_settings_set(
                    &settings, s->directive, argc, argv, why, sizeof(why)) &&
                edc_settings_check(&settings, why, sizeof(why));
        edc_settings_free(&settings);
    }
    free(copy);
    return taken;
}

static bool
make_settings(const tune_plan *plan, setting settings[N_SETTINGS])
{
    setting *hash = &settings[0], *slots = &settings[1], *rehash = &settings[2];

    hash->directive = EDC_CONF_HASH;
    snprintf(hash->value, sizeof(hash->value),
        "memory=%u time=%u parallelism=%u", plan->cost.memory, plan->cost.time,
        plan->cost.parallelism);
    slots->directive = EDC_CONF_HASH_SLOTS;
    snprintf(slots->value, sizeof(slots->value), "%u queue=%u",
        plan->slots.slots, plan->slots.queue);
    rehash->directive = EDC_CONF_REHASH;
    snprintf(rehash->value, sizeof(rehash->value), "rate=%u/s", plan->rehash);
    return is_taken(hash) && is_taken(slots) && is_taken(rehash);
}

static void
print_rows(const tuning *t)
{
    print(stdout, "%11s %6s %8s %12s %12s %14s\n", "memory KiB",
        catalog_text("passes"), catalog_text("slots"), "ms a hash",
        catalog_text("hashes/s"), catalog_text("logins/minute"));
    for (size_t i = 0; i < t->n; i++) {
        const tune_row *r = &t->rows[i];

        print(stdout, "%11u %6u %8u %12.1f %12.1f %14.0f\n", r->cost.memory,
            r->cost.time, r->slots, r->hash * 1e3, r->hashes, r->hashes * 60);
    }
}

static void
print_directives(const tuning *t, const setting settings[N_SETTINGS])
{
    const char *dn = ctl_value(t->c, CTL_OPT_TUNE_OVERLAY, USUAL_OVERLAY);
    ctl_change change = {0};

    print(stdout, "\nslapd.conf:\n\n");
    for (size_t i = 0; i < N_SETTINGS; i++)
        print(stdout, "    %s %s\n",
            edc_directive_info_of(settings[i].directive)->name,
            settings[i].value);
    print(stdout, "\ncn=config, for ldapmodify:\n\n");
    ctl_change_begin(&change, CTL_CHANGE_MODIFY, dn);
    for (size_t i = 0; i < N_SETTINGS; i++)
        ctl_change_set(&change, LDAP_MOD_REPLACE,
            edc_directive_info_of(settings[i].directive)->olc,
            settings[i].value);
    ctl_change_print(&change, false, stdout);
    ctl_change_free(&change);
}

static void
print_library(void)
{
    char path[EDC_LIBRARY_PATH];
    edc_str level;

    edc_library_path(path);
    level = edc_library_level(path);
    print(
        stdout, "libargon2: %s (vectors: %.*s)\n", path, (int)level.n, level.p);
}

/* What was measured is not what was asked for, or not of this machine alone. */
static void
print_doubts(const tuning *t)
{
    if (tune_is_missed(&t->chosen, &t->wish))
        print(stdout,
            "The target is missed: less than memory=%d time=%d is not "
            "proposed.\n",
            EDC_HASH_MEMORY, EDC_HASH_TIME);
    if (t->share < TUNE_SHARE)
        print(stdout,
            "Something else was at work, and left hashing %.0f %% of its "
            "processors: without it there are as many logins as said.\n",
            t->share * 100);
}

static void
print_text(
    const tuning *t, const tune_plan *plan, const setting settings[N_SETTINGS])
{
    const tune_row *r = &t->chosen;

    print_library();
    print(stdout, "processors: %u\n", t->processors);
    if (t->limited)
        print(stdout,
            "A control group (a service's, a container's) allows the time of "
            "%.2f processors.\n",
            t->time);
    print(stdout, "\n");
    print_rows(t);
    print(stdout,
        "\nproposed for %.0f ms a hash: memory=%u time=%u, %.1f ms as "
        "measured\n%.1f logins a second, %.0f a minute; a full queue of %u is "
        "through in %.0f s\nmemory for hashing: %u MiB\n",
        t->wish.target * 1e3, r->cost.memory, r->cost.time, r->hash * 1e3,
        r->hashes, r->hashes * 60, plan->slots.queue,
        plan->slots.queue / r->hashes, r->cost.memory / 1024 * r->slots);
    print_doubts(t);
    print_directives(t, settings);
}

static json_t *
json_row(const tune_row *r)
{
    return json_pack("{si si si si sf sf}", "memory", (int)r->cost.memory,
        "time", (int)r->cost.time, "parallelism", (int)r->cost.parallelism,
        "slots", (int)r->slots, "hashMs", r->hash * 1e3, "hashesPerSecond",
        r->hashes);
}

static void
print_json(
    const tuning *t, const tune_plan *plan, const setting settings[N_SETTINGS])
{
    char path[EDC_LIBRARY_PATH];
    json_t *rows = json_array(), *directives = json_object(), *all;
    edc_str level;

    edc_library_path(path);
    level = edc_library_level(path);
    for (size_t i = 0; i < t->n; i++)
        json_array_append_new(rows, json_row(&t->rows[i]));
    for (size_t i = 0; i < N_SETTINGS; i++)
        json_object_set_new(directives,
            edc_directive_info_of(settings[i].directive)->olc,
            print_json_text(settings[i].value));
    all = json_pack("{so ss% si sf so so sf sf si so}", "library",
        print_json_text(path), "level", level.p, level.n, "processors",
        (int)t->processors, "processorTime", t->time, "measured", rows,
        "proposed", json_row(&t->chosen), "share", t->share, "loginsPerMinute",
        t->chosen.hashes * 60, "queue", (int)plan->slots.queue, "directives",
        directives);
    print_as_json(stdout, all, JSON_COMPACT | JSON_ENSURE_ASCII);
    json_decref(all);
}

/* ---- the subcommand ---- */

static bool
read_times(tuning *t)
{
    return tune_time(ctl_value(t->c, CTL_OPT_TUNE_TARGET, TARGET), 0.005, 10,
               &t->wish.target) &&
           tune_time(ctl_value(t->c, CTL_OPT_TUNE_PATIENCE, PATIENCE), 0.1, 600,
               &t->wish.patience) &&
           tune_time(ctl_value(t->c, CTL_OPT_TUNE_LENGTH, LENGTH), 1, 600,
               &t->length);
}

/* Half of what is to be had now, for all slots. */
static void
look(tuning *t)
{
    uint32_t processors = edc_processors("");

    t->processors = processors > EDC_SLOTS_MAX ? EDC_SLOTS_MAX : processors;
    t->time = (double)edc_processor_time("") / 1000;
    t->limited = edc_cgroup_processors("") <= edc_processor_time("");
    t->wish.memory = edc_memory_left("") / 2;
}

ctl_exit
ctl_tune(ctl *c)
{
    tuning t = {.c = c, .share = 1};
    setting settings[N_SETTINGS];
    tune_plan plan;
    ctl_exit status;

    if (c->n_args > 0)
        return ctl_fail(c, CTL_USAGE, "no argument is taken");
    if (!ctl_is_dn(ctl_value(c, CTL_OPT_TUNE_OVERLAY, USUAL_OVERLAY)))
        return ctl_fail(c, CTL_USAGE, "--overlay: it is no DN");
    if (!read_times(&t))
        return ctl_fail(c, CTL_USAGE,
            "a time is a number and ms or s: --target 5ms to 10s, --patience "
            "100ms to 600s, --for 1s to 600s");
    look(&t);
    status = measure_all(&t);
    if (status != CTL_OK)
        return status;
    plan = tune_plan_of(&t.chosen, &t.wish);
    if (!make_settings(&plan, settings))
        return ctl_fail(c, CTL_LOCAL, "out of memory");
    if (ctl_count(c, CTL_OPT_COMMON_JSON) > 0)
        print_json(&t, &plan, settings);
    else
        print_text(&t, &plan, settings);
    return CTL_OK;
}
