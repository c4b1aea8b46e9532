/* print.c - figures as Prometheus reads them. */
#include <inttypes.h>

#include "metrics/metrics.h"

static const struct {
    const char *name, *type, *label, *help;
} families[N_METRICS] = {
#define EDC_METRIC(id, name, type, label, help)                                \
    [METRIC_##id] = {name, type, label, help},
#define EDC_METRIC_OF(id, attribute, key, value)
#define EDC_METRIC_CHECK(id, name, warning, critical, about)
#include "metrics/metrics.def"
#undef EDC_METRIC
#undef EDC_METRIC_OF
#undef EDC_METRIC_CHECK
};

bool
metrics_has_label(metric metric)
{
    return families[metric].label[0] != '\0';
}

/* Neither help nor labels have anything that is to be escaped: helps are ours,
 * and labels are made so. */
void
metrics_print(const metrics *m, FILE *out)
{
    for (size_t i = 0; i < m->n; i++) {
        const metrics_sample *s = &m->samples[i];
        const char *name = families[s->metric].name;

        if (i == 0 || m->samples[i - 1].metric != s->metric)
            print(out, "# HELP %s %s\n# TYPE %s %s\n", name,
                families[s->metric].help, name, families[s->metric].type);
        if (s->label[0] != '\0')
            print(out, "%s{%s=\"%s\"} %" PRId64 "\n", name,
                families[s->metric].label, s->label, s->value);
        else
            print(out, "%s %" PRId64 "\n", name, s->value);
    }
}
