/* read.c - the figures: cn=monitor's counters, accounts counted, contextCSN. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/account/transition.h"
#include "core/text/gentime.h"
#include "ctl/dn.h"
#include "metrics/metrics.h"

/* Overlays of a database that are looked at. */
#define OVERLAYS_MAX 64

void
metrics_add(metrics *m, metric metric, const char *label, int64_t value)
{
    metrics_sample *s;

    m->samples = ctl_resize(m->samples, m->n + 1, sizeof(*m->samples));
    s = &m->samples[m->n++];
    *s = (metrics_sample){.metric = metric, .value = value};
    for (size_t i = 0; label[i] != '\0' && i + 1 < sizeof(s->label); i++) {
        char c = label[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                     (c >= '0' && c <= '9') || c == '.' || c == '-';

        s->label[i] = '_';
        if (plain)
            s->label[i] = c;
    }
}

/* ---- cn=monitor ---- */

static const struct source {
    metric metric;
    const char *attribute, *key, *label;
} sources[] = {
#define EDC_METRIC(id, name, type, label, help)
#define EDC_METRIC_OF(id, attribute, key, value)                               \
    {METRIC_##id, attribute, key, value},
#define EDC_METRIC_CHECK(id, name, warning, critical, about)
#include "metrics/metrics.def"
#undef EDC_METRIC
#undef EDC_METRIC_OF
#undef EDC_METRIC_CHECK
};

/* "inform 12": the key, NUL-terminated then, and the number. */
static bool
read_counter(char *text, int64_t *value)
{
    char *blank = strrchr(text, ' '), *end;

    if (blank == NULL || blank[1] < '0' || blank[1] > '9')
        return false;
    *blank = '\0';
    *value = strtoll(blank + 1, &end, 10);
    return *end == '\0';
}

static void
take_source(metrics *m, const struct source *s, const ctl_entry *e)
{
    struct berval **values = ctl_entry_values(e, s->attribute);

    for (size_t i = 0; values != NULL && values[i] != NULL; i++) {
        char *text = ctl_copy_n(values[i]->bv_val, values[i]->bv_len);
        bool every = s->key[0] == '\0';
        int64_t value;

        if (read_counter(text, &value) &&
            (every || strcmp(text, s->key) == 0)) {
            const char *label = s->label[0] != '\0' ? s->label : text;

            metrics_add(
                m, s->metric, metrics_has_label(s->metric) ? label : "", value);
        }
        free(text);
    }
    ldap_value_free_len(values);
}

static bool
take_counters(void *ctx, const ctl_entry *e)
{
    metrics *m = ctx;
    struct berval **addresses;

    for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++)
        take_source(m, &sources[i], e);
    if (m->n == 0)
        return true;
    addresses = ctl_entry_values(e, "educonnectMonitorAddresses");
    metrics_add(m, METRIC_GUESSERS, "",
        addresses == NULL ? 0 : ldap_count_values_len(addresses));
    ldap_value_free_len(addresses);
    return true;
}

typedef struct database {
    const char *key; /* of the suffix */
    char *dn;        /* in cn=monitor */
} database;

static bool
is_this(void *ctx, const ctl_entry *e)
{
    database *d = ctx;
    struct berval **values = ctl_entry_values(e, "namingContexts");

    for (size_t i = 0; values != NULL && values[i] != NULL; i++) {
        char *text = ctl_copy_n(values[i]->bv_val, values[i]->bv_len);
        char *key = ctl_dn_key(text);

        if (d->dn == NULL && strcmp(key, d->key) == 0)
            d->dn = ctl_copy(e->dn);
        free(key);
        free(text);
    }
    ldap_value_free_len(values);
    return d->dn == NULL;
}

/* The overlay's entry is asked for by each name that it may have: a search
 * comes only upon the overlay that is configured first. */
static void
read_counters(metrics *m)
{
    static const char *const contexts[] = {"namingContexts", NULL};
    static const char *const counters[] = {"educonnectMonitorEvents",
        "educonnectMonitorRefusals", "educonnectMonitorGuesses",
        "educonnectMonitorHashing", "educonnectMonitorAddresses",
        "educonnectMonitorAudit", "educonnectMonitorTimes", NULL};
    char *key = ctl_dn_key(m->c->base);
    database d = {.key = key};

    (void)ctl_search(m->c, "cn=Databases,cn=Monitor", LDAP_SCOPE_ONELEVEL,
        "(objectClass=*)", contexts, is_this, &d);
    for (int i = 0; d.dn != NULL && i < OVERLAYS_MAX && m->n == 0; i++) {
        char *dn = ctl_format("cn=Overlay %d,%s", i, d.dn);
        int rc = ctl_search(m->c, dn, LDAP_SCOPE_BASE, "(objectClass=*)",
            counters, take_counters, m);

        free(dn);
        if (rc != LDAP_SUCCESS)
            break;
    }
    free(d.dn);
    free(key);
}

/* ---- accounts ---- */

typedef struct census {
    int64_t states[EDC_N_STATES]; /* EDC_ABSENT: no state */
    int64_t timed, permanent;
} census;

static bool
take_account(void *ctx, const ctl_entry *e)
{
    census *n = ctx;
    char *state = ctl_entry_first(e, "educonnectState");
    char *lock = ctl_entry_first(e, "pwdAccountLockedTime");
    edc_state s = EDC_ABSENT;

    if (state != NULL)
        (void)edc_state_parse(edc_str_of(state), &s);
    n->states[s]++;
    if (lock != NULL && strncmp(lock, "00000101", 8) == 0)
        n->permanent++;
    else if (lock != NULL)
        n->timed++;
    free(lock);
    free(state);
    return true;
}

static int
read_accounts(metrics *m)
{
    static const char *const wanted[] = {
        "educonnectState", "pwdAccountLockedTime", NULL};
    census n = {.timed = 0};
    int rc = ctl_search(m->c, m->c->base, LDAP_SCOPE_SUBTREE,
        "(|(objectClass=educonnectStudent)"
        "(objectClass=educonnectLegalGuardian))",
        wanted, take_account, &n);

    if (rc != LDAP_SUCCESS)
        return rc;
    for (int s = 0; s < EDC_N_STATES; s++)
        metrics_add(
            m, METRIC_ACCOUNTS, edc_state_name((edc_state)s), n.states[s]);
    metrics_add(m, METRIC_LOCKED, "permanent", n.permanent);
    metrics_add(m, METRIC_LOCKED, "timed", n.timed);
    return rc;
}

/* ---- contextCSN: "20261130000001.000042Z#000000#001#000000" ---- */

typedef struct csns {
    struct {
        char server[8];
        int64_t time;
    } list[64];
    size_t n;
} csns;

static bool
take_csns(void *ctx, const ctl_entry *e)
{
    csns *found = ctx;
    struct berval **values = ctl_entry_values(e, "contextCSN");
    size_t room = sizeof(found->list) / sizeof(found->list[0]);

    for (size_t i = 0; values != NULL && values[i] != NULL; i++) {
        char *text = ctl_copy_n(values[i]->bv_val, values[i]->bv_len);
        char *count = strchr(text, '#');
        char *server = count == NULL ? NULL : strchr(count + 1, '#');
        int64_t time;

        if (count != NULL)
            *count = '\0';
        if (server != NULL && found->n < room &&
            edc_time_parse(edc_str_of(text), &time)) {
            snprintf(found->list[found->n].server,
                sizeof(found->list[0].server), "%.3s", server + 1);
            found->list[found->n++].time = time;
        }
        free(text);
    }
    ldap_value_free_len(values);
    return true;
}

static void
read_replication(metrics *m)
{
    static const char *const wanted[] = {"contextCSN", NULL};
    csns found = {.n = 0};
    int64_t now = (int64_t)time(NULL);

    (void)ctl_search(m->c, m->c->base, LDAP_SCOPE_BASE, "(objectClass=*)",
        wanted, take_csns, &found);
    for (size_t i = 0; i < found.n; i++)
        metrics_add(m, METRIC_CSN, found.list[i].server, found.list[i].time);
    for (size_t i = 0; i < found.n; i++) {
        int64_t age = now - found.list[i].time;

        metrics_add(m, METRIC_CSN_AGE, found.list[i].server, age > 0 ? age : 0);
    }
}

/* ---- all of it ---- */

static int
by_metric(const void *a, const void *b)
{
    const metrics_sample *x = a, *y = b;

    return x->metric != y->metric ? (int)x->metric - (int)y->metric
                                  : strcmp(x->label, y->label);
}

bool
metrics_read(metrics *m)
{
    int rc = LDAP_SUCCESS;

    read_counters(m);
    if (m->n == 0) {
        m->why = ctl_format("no counters of the overlay of %s under "
                            "cn=Monitor, or not to be read",
            m->c->base);
        return false;
    }
    if (ctl_count(m->c, CTL_OPT_METRICS_NO_ACCOUNTS) == 0)
        rc = read_accounts(m);
    if (rc != LDAP_SUCCESS) {
        m->why =
            ctl_format("accounts cannot be counted: %s", ldap_err2string(rc));
        return false;
    }
    read_replication(m);
    qsort(m->samples, m->n, sizeof(*m->samples), by_metric);
    return true;
}

void
metrics_free(metrics *m)
{
    free(m->why);
    m->why = NULL;
    free(m->samples);
    m->samples = NULL;
    m->n = 0;
}
