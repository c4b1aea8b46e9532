/* check.c - figures against limits, as a plugin of Nagios says it (Monitoring
 * Plugins Development Guidelines).
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "metrics/metrics.h"

enum { OK, WARNING, CRITICAL, UNKNOWN };

static const char *const words[] = {"OK", "WARNING", "CRITICAL", "UNKNOWN"};

static const struct check {
    metric metric;
    const char *name;
    int64_t warning, critical; /* -1: never */
} checks[] = {
#define EDC_METRIC(id, name, type, label, help)
#define EDC_METRIC_OF(id, attribute, key, value)
#define EDC_METRIC_CHECK(id, name, warning, critical, about)                   \
    {METRIC_##id, name, warning, critical},
#include "metrics/metrics.def"
#undef EDC_METRIC
#undef EDC_METRIC_OF
#undef EDC_METRIC_CHECK
};
#define N_CHECKS (sizeof(checks) / sizeof(checks[0]))

/* "waiting=100" or "waiting=-": reads its limit, -1 for none. */
static bool
read_limit(const char *text, const char *name, int64_t *limit)
{
    size_t n = strlen(name);
    char *end;

    if (strncmp(text, name, n) != 0 || text[n] != '=')
        return false;
    if (strcmp(text + n + 1, "-") == 0) {
        *limit = -1;
        return true;
    }
    errno = 0;
    *limit = strtoll(text + n + 1, &end, 10);
    return text[n + 1] >= '0' && text[n + 1] <= '9' && *end == '\0' &&
           errno == 0;
}

static bool
valid(ctl *c, ctl_opt opt, const char *option)
{
    const char *text;
    int64_t limit;

    for (size_t i = 0; (text = ctl_nth(c, opt, i)) != NULL; i++) {
        bool good = false;

        for (size_t k = 0; k < N_CHECKS; k++)
            good = good || read_limit(text, checks[k].name, &limit);
        if (!good) {
            ctl_warn(c,
                "%s %s: a name of waiting, guessing, audit, locked, age, = and "
                "a number, or - for none",
                option, text);
            return false;
        }
    }
    return true;
}

bool
metrics_limits_valid(ctl *c)
{
    return valid(c, CTL_OPT_METRICS_WARNING, "--warning") &&
           valid(c, CTL_OPT_METRICS_CRITICAL, "--critical");
}

/* The last one that was given counts. */
static int64_t
limit_of(ctl *c, ctl_opt opt, const char *name, int64_t otherwise)
{
    const char *text;
    int64_t limit;

    for (size_t i = 0; (text = ctl_nth(c, opt, i)) != NULL; i++) {
        if (read_limit(text, name, &limit))
            otherwise = limit;
    }
    return otherwise;
}

/* The greatest of a metric; -1 when there is none. */
static int64_t
greatest(const metrics *m, metric metric)
{
    int64_t value = -1;

    for (size_t i = 0; i < m->n; i++) {
        if (m->samples[i].metric == metric && m->samples[i].value > value)
            value = m->samples[i].value;
    }
    return value;
}

/* One check. */
typedef struct outcome {
    int64_t value, warning, critical;
    int state;
} outcome;

static outcome
judge(const metrics *m, const struct check *check)
{
    outcome o = {
        .value = greatest(m, check->metric),
        .warning = limit_of(
            m->c, CTL_OPT_METRICS_WARNING, check->name, check->warning),
        .critical = limit_of(
            m->c, CTL_OPT_METRICS_CRITICAL, check->name, check->critical),
    };

    if (o.value < 0)
        o.state = OK;
    else if (o.critical >= 0 && o.value > o.critical)
        o.state = CRITICAL;
    else if (o.warning >= 0 && o.value > o.warning)
        o.state = WARNING;
    return o;
}

static void
print_limit(int64_t limit)
{
    if (limit >= 0)
        print(stdout, "%" PRId64, limit);
    print(stdout, ";");
}

int
metrics_check(const metrics *m)
{
    outcome outcomes[N_CHECKS];
    int state = OK;
    size_t shown = 0;

    if (m->why != NULL) {
        print(stdout, "EDUCONNECT UNKNOWN - %s\n", m->why);
        return UNKNOWN;
    }
    for (size_t i = 0; i < N_CHECKS; i++) {
        outcomes[i] = judge(m, &checks[i]);
        state = outcomes[i].state > state ? outcomes[i].state : state;
    }
    print(stdout, "EDUCONNECT %s -", words[state]);
    for (size_t i = 0; i < N_CHECKS; i++) {
        if (outcomes[i].value < 0)
            continue;
        print(stdout, "%s %s %" PRId64, shown++ > 0 ? "," : "", checks[i].name,
            outcomes[i].value);
        if (outcomes[i].state != OK)
            print(stdout, " (%s)", words[outcomes[i].state]);
    }
    print(stdout, " |");
    for (size_t i = 0; i < N_CHECKS; i++) {
        if (outcomes[i].value < 0)
            continue;
        print(stdout, " %s=%" PRId64 ";", checks[i].name, outcomes[i].value);
        print_limit(outcomes[i].warning);
        print_limit(outcomes[i].critical);
        print(stdout, "0");
    }
    print(stdout, "\n");
    return state;
}
