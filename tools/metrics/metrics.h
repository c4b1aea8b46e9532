/* metrics.h - educonnectctl metrics: figures for Prometheus and Nagios. */
#ifndef METRICS_H
#define METRICS_H

#include <stdint.h>

#include "ctl/ctl.h"

typedef enum metric {
#define EDC_METRIC(id, name, type, label, help) METRIC_##id,
#define EDC_METRIC_OF(id, attribute, key, value)
#define EDC_METRIC_CHECK(id, name, warning, critical, about)
#include "metrics/metrics.def"
#undef EDC_METRIC
#undef EDC_METRIC_OF
#undef EDC_METRIC_CHECK
    N_METRICS
} metric;

/* One figure. */
typedef struct metrics_sample {
    metric metric;
    char label[40]; /* "" without; letters, digits, . - _ alone */
    int64_t value;
} metrics_sample;

typedef struct metrics {
    ctl *c;
    metrics_sample *samples; /* in the order of their metrics */
    size_t n;
    char *why; /* what could not be read, allocated; NULL: nothing */
} metrics;

/* Reads all of it. False with why: the counters cannot be read. */
bool metrics_read(metrics *m);
void metrics_free(metrics *m);

/* Adds a figure. What a label's value may not have becomes "_". */
void metrics_add(metrics *m, metric metric, const char *label, int64_t value);

/* Whether a metric's figures have a label. Pure. */
bool metrics_has_label(metric metric);

/* The text that Prometheus reads (exposition format 0.0.4). */
void metrics_print(const metrics *m, FILE *out);

/* One line as of a plugin of Nagios, with performance data; what it ends with
 * (0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN) is returned. */
int metrics_check(const metrics *m);

/* Whether --warning and --critical are readable; false after saying why not. */
bool metrics_limits_valid(ctl *c);

#endif
