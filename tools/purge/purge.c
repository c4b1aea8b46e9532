/* purge.c - educonnectctl purge: options, the stop before too many, the sum. */
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ctl/catalog.h"
#include "core/text/gentime.h"
#include "ctl/alone.h"
#include "purge/former.h"

/* ---- options ---- */

static bool
read_delay(const ctl *c, ctl_opt opt, const char *otherwise, int64_t *delay)
{
    const char *text = ctl_value(c, opt, otherwise);

    *delay = 0;
    if (text == NULL || edc_duration_parse(edc_str_of(text), delay))
        return true;
    ctl_warn(c, "%s: no duration such as 90d, 12h", text);
    return false;
}

static bool
read_options(purge *p)
{
    const ctl *c = p->c;

    p->apply = ctl_count(c, CTL_OPT_PURGE_APPLY) > 0;
    p->json = ctl_count(c, CTL_OPT_COMMON_JSON) > 0;
    p->rules.now = (int64_t)time(NULL);
    p->rules.all_closed = ctl_count(c, CTL_OPT_PURGE_ALL_CLOSED) > 0;
    p->rules.merged = ctl_count(c, CTL_OPT_PURGE_MERGED) > 0;
    if (c->n_args > 0) {
        ctl_warn(c, "no argument is taken");
        return false;
    }
    if (!ctl_share(
            ctl_value(c, CTL_OPT_PURGE_MAX_REMOVALS, "10%"), &p->share)) {
        ctl_warn(c, "--max-removals: 0%% to 100%%");
        return false;
    }
    if (strcmp(ctl_value(c, CTL_OPT_PURGE_KEEP_LOGINS, "365d"), "none") != 0 &&
        !read_delay(c, CTL_OPT_PURGE_KEEP_LOGINS, "365d", &p->keep_logins))
        return false;
    return read_delay(
               c, CTL_OPT_PURGE_CLOSED_AFTER, "90d", &p->rules.closed_after) &&
           read_delay(c, CTL_OPT_PURGE_UNCONFIRMED_AFTER, NULL,
               &p->rules.unconfirmed_after);
}

/* ---- the sum ---- */

/* Those that the run ended before. */
static int64_t
not_done(const purge *p)
{
    return p->apply ? purge_due(p) - p->deleted - p->changed - p->refused -
                          p->unknown
                    : 0;
}

static void
summary_json(const purge *p)
{
    json_t *o = json_pack("{s:{s:b, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}}",
        "summary", "applied", p->apply, "accounts", (json_int_t)p->all, "left",
        (json_int_t)p->n[PURGE_LEFT], "closed", (json_int_t)p->n[PURGE_CLOSED],
        "merged", (json_int_t)p->n[PURGE_MERGED], "unconfirmed",
        (json_int_t)p->n[PURGE_UNCONFIRMED], "keptForStudents",
        (json_int_t)p->n[PURGE_NAMED], "deleted", (json_int_t)p->deleted,
        "notDone", (json_int_t)not_done(p));

    print_as_json(stdout, o, JSON_COMPACT);
    json_decref(o);
}

static void
summary(const purge *p)
{
    if (p->json) {
        summary_json(p);
        return;
    }
    print(stdout, "%s%" PRId64 " of %" PRId64 " accounts are due",
        p->apply ? "" : "# ", purge_due(p), p->all);
    for (int v = 0; v < PURGE_N_VERDICTS; v++) {
        if (v != PURGE_NOT_DUE && p->n[v] > 0)
            print(stdout, "; %" PRId64 " %s", p->n[v],
                catalog_text(purge_words((purge_verdict)v)));
    }
    if (p->apply)
        print(stdout,
            ". Deleted: %" PRId64 ", changed since they were read: %" PRId64
            ", refused: %" PRId64,
            p->deleted, p->changed, p->refused);
    if (p->unknown > 0)
        print(stdout, ", without an answer: %" PRId64, p->unknown);
    if (not_done(p) > 0)
        print(stdout, ", not done: %" PRId64, not_done(p));
    print(stdout, ".\n");
}

/* ---- the run ---- */

static bool
too_many(const purge *p)
{
    return (double)purge_due(p) > p->share * (double)p->all;
}

static ctl_exit
run(purge *p)
{
    ctl_exit status = purge_find(p);

    if (status != CTL_OK)
        return status;
    if (p->apply && too_many(p))
        return ctl_fail(p->c, CTL_STOPPED,
            "%" PRId64 " of %" PRId64 " accounts would go, more than %g%%; "
            "look at them without --apply; --max-removals goes on",
            purge_due(p), p->all, 100 * p->share);
    status = p->apply ? purge_apply(p) : purge_print(p);
    if (status != CTL_SERVER) {
        ctl_exit swept = former_sweep(p);

        status = swept > status ? swept : status;
    }
    summary(p);
    if (!p->apply && too_many(p)) {
        ctl_warn(p->c,
            "with --apply this would stop: more than %g%% of all accounts; "
            "--max-removals goes on",
            100 * p->share);
        return status == CTL_OK ? CTL_STOPPED : status;
    }
    return status;
}

ctl_exit
ctl_purge(ctl *c)
{
    purge p = {.c = c};
    ctl_exit status;

    if (!read_options(&p))
        return CTL_USAGE;
    status = ctl_connect(c);
    if (status == CTL_OK)
        status = ctl_alone(c, !p.apply ? CTL_ONLY_LOOKS
                              : ctl_count(c, CTL_OPT_PURGE_TOGETHER) > 0
                                  ? CTL_TOGETHER
                                  : CTL_ALONE);
    if (status != CTL_OK)
        return status;
    status = run(&p);
    store_close(&p.store);
    free(p.printed);
    return status;
}
