/* letters.c - educonnectctl letters: informs accounts and writes their letters.
 *
 * Class by class, at most BATCH letters at a time. Passwords are made and kept
 * in memory, the files are written under a provisional name, and renaming them
 * is what counts: a run that breaks off loses at most one batch of letters,
 * which .intent names and the next run makes anew.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "ctl/catalog.h"
#include "letters/documents.h"
#include "letters/fate.h"
#include "letters/ledger.h"
#include "letters/report.h"
#include "letters/rules.h"

#define BATCH 50

typedef struct run {
    ctl *c;
    letters_school school;
    letters_formats formats;
    letters_store store;
    letters_ledger ledger;
    letters_report report;
    bool again, past_guard, dry;
    size_t done, total; /* letters */
    bool short_of;      /* a PDF is missing */
} run;

/* A signal ends the run when the batch at hand lies there. */
static volatile sig_atomic_t stopped;

static void
stop(int signal)
{
    stopped = signal;
}

/* ---- who gets a letter ---- */

/* Leaves those that get a letter at the front, in their order. */
static void
choose(run *r)
{
    letters_school *school = &r->school;
    size_t n = 0;

    for (size_t i = 0; i < school->n; i++) {
        letter *l = school->letters + i;

        l->fate = letters_fate_of(&r->school, &r->ledger, r->again, l);
        if (l->fate == LETTERS_ISSUE) {
            letter first = school->letters[n];

            school->letters[n++] = *l;
            if (l != school->letters + n - 1)
                *l = first;
        } else {
            r->report.skipped[l->fate]++;
        }
    }
    r->total = n;
}

/* Forgets what .intent says of accounts that lost no letter. */
static bool
settle_before(run *r)
{
    bool *fine = ctl_alloc(r->school.n + 1, sizeof(*fine));
    bool settled;

    for (size_t i = 0; i < r->school.n; i++)
        fine[i] = !letters_ledger_lost(&r->ledger, r->school.letters + i);
    settled = letters_ledger_settle(
        &r->ledger, &r->store, r->school.letters, fine, r->school.n);
    free(fine);
    return settled;
}

/* ---- one batch ---- */

/* Looks once more, because slapd takes no assertion with this operation: an
 * account that was activated meanwhile is left alone. Returns the LDAP result.
 */
static int
look_again(run *r, letter *l)
{
    char *until = l->until == NULL ? NULL : ctl_copy(l->until);
    int result = letter_refresh(r->c, l);

    l->fate = letters_fate_of(&r->school, &r->ledger, r->again, l);
    if (l->fate == LETTERS_ISSUE && !r->again && l->until != NULL &&
        (until == NULL || strcmp(until, l->until) != 0))
        l->fate = LETTERS_RUNNING;
    free(until);
    return result;
}

/* Issues one; *settled: nothing of it can have been lost. CTL_SERVER: the
 * directory is gone. */
static ctl_exit
issue(run *r, letter *l, bool *settled)
{
    bool past = r->past_guard && letters_guarded(&r->school, l);
    char *why = NULL;
    int result = letters_issue(r->c, l, past, &why);

    *settled = result > 0;
    if (result > 0)
        letters_report_refused(&r->report, l, why);
    else if (result < 0)
        ctl_warn(r->c, "%s: %s", l->dn, why);
    free(why);
    return result < 0 ? CTL_SERVER : CTL_OK;
}

/* Looks at one and issues it, or counts it among those that get none. */
static ctl_exit
look_and_issue(run *r, letter *l, bool *settled)
{
    int result = look_again(r, l);

    *settled = true;
    if (result == LDAP_NO_SUCH_OBJECT)
        l->fate = LETTERS_CLOSED;
    else if (result != LDAP_SUCCESS)
        return ctl_fail_ldap(r->c, CTL_SERVER, r->c->ld, result, l->dn);
    if (l->fate == LETTERS_ISSUE)
        return issue(r, l, settled);
    r->report.skipped[l->fate]++;
    return CTL_OK;
}

static ctl_exit
issue_all(run *r, letter *letters, bool *settled, size_t n)
{
    ctl_exit status = CTL_OK;

    for (size_t i = 0; i < n; i++) {
        settled[i] = true;
        if (status != CTL_OK || stopped)
            continue;
        status = look_and_issue(r, letters + i, settled + i);
        ctl_progress(catalog_text("letters"), ++r->done, r->total);
    }
    return status;
}

/* Writes those that have a password, which are the first n of the array. */
static ctl_exit
write_letters(run *r, const letter *letters, size_t n)
{
    const char *group = letters[0].group;
    letters_batch batch = {.fd = -1};
    char *name = NULL;
    char *path;

    if (!letters_batch_begin(&r->store, &batch) ||
        !letters_documents(
            r->c, &r->school, letters, n, &r->formats, &batch, &r->short_of) ||
        !letters_batch_commit(&batch, r->school.uai, group, &name)) {
        ctl_warn(r->c,
            "%s: %s; %zu letters are lost, and the next run makes them anew",
            r->store.path, strerror(errno), n);
        letters_batch_drop(&batch);
        free(name);
        return CTL_LOCAL;
    }
    path = ctl_format("%s/%s", r->store.path, name);
    letters_report_done(&r->report, group, path, n);
    free(path);
    free(name);
    return CTL_OK;
}

/* Copies of those with a password; their strings stay the batch's. */
static size_t
collect(const letter *letters, size_t n, letter *issued)
{
    size_t found = 0;

    for (size_t i = 0; i < n; i++) {
        if (letters[i].password.n > 0)
            issued[found++] = letters[i];
    }
    return found;
}

static ctl_exit
run_batch(run *r, letter *letters, size_t n)
{
    letter issued[BATCH];
    bool settled[BATCH] = {false};
    ctl_exit status, written = CTL_OK;
    size_t n_issued;

    if (!letters_ledger_intend(&r->ledger, &r->store, letters, n))
        return ctl_fail(
            r->c, CTL_LOCAL, "%s: %s", r->store.path, strerror(errno));
    status = issue_all(r, letters, settled, n);
    n_issued = collect(letters, n, issued);
    if (n_issued > 0)
        written = write_letters(r, issued, n_issued);
    for (size_t i = 0; i < n; i++) {
        settled[i] =
            settled[i] || (written == CTL_OK && letters[i].password.n > 0);
        letters_wipe(&letters[i].password);
    }
    if (!letters_ledger_settle(&r->ledger, &r->store, letters, settled, n) &&
        written == CTL_OK)
        written =
            ctl_fail(r->c, CTL_LOCAL, "%s: %s", r->store.path, strerror(errno));
    return written != CTL_OK ? written : status;
}

/* How many from here belong to one batch. */
static size_t
batch_size(const run *r, size_t at)
{
    const char *group = r->school.letters[at].group;
    size_t n = 1;

    while (n < BATCH && at + n < r->total &&
           strcmp(r->school.letters[at + n].group, group) == 0)
        n++;
    return n;
}

static ctl_exit
run_all(run *r)
{
    ctl_exit status = CTL_OK;

    for (size_t at = 0, n; at < r->total && status == CTL_OK && !stopped;
        at += n) {
        n = batch_size(r, at);
        status = run_batch(r, r->school.letters + at, n);
    }
    return status;
}

/* ---- the dry run ---- */

static void
foretell(run *r)
{
    for (size_t at = 0, n; at < r->total; at += n) {
        size_t would = 0;

        n = batch_size(r, at);
        for (size_t i = at; i < at + n; i++) {
            const letter *l = r->school.letters + i;

            if (l->may || r->past_guard)
                would++;
            else
                letters_report_refused(&r->report, l,
                    "educonnectAllowed does not name inform for this identity");
        }
        if (would > 0)
            letters_report_done(
                &r->report, r->school.letters[at].group, NULL, would);
    }
}

/* ---- the command ---- */

/* What stands before an @ there is a login and a password, which would be on
 * every letter. */
static bool
is_address(const char *s)
{
    const char *host = strstr(s, "://");

    if (strncmp(s, "https://", 8) != 0 && strncmp(s, "http://", 7) != 0)
        return false;
    if (memchr(host + 3, '@', strcspn(host + 3, "/?#")) != NULL)
        return false;
    for (; *s != '\0'; s++) {
        if ((unsigned char)*s <= ' ' || *s == 0x7f)
            return false;
    }
    return true;
}

static ctl_exit
check_options(const ctl *c)
{
    const char *audience = ctl_value(c, CTL_OPT_LETTERS_AUDIENCE, "both");
    const char *address = ctl_value(c, CTL_OPT_LETTERS_LOGIN_ADDRESS, NULL);

    if (c->n_args > 0)
        return ctl_fail(c, CTL_USAGE, "no argument is taken");
    if (ctl_count(c, CTL_OPT_LETTERS_SCHOOL) != 1)
        return ctl_fail(c, CTL_USAGE, "--school UAI, once");
    if (ctl_count(c, CTL_OPT_LETTERS_OUTPUT) == 0 &&
        ctl_count(c, CTL_OPT_LETTERS_DRY_RUN) == 0)
        return ctl_fail(c, CTL_USAGE,
            "--output DIR: where the letters go; nobody else may enter it");
    if (strcmp(audience, "student") != 0 && strcmp(audience, "guardian") != 0 &&
        strcmp(audience, "both") != 0)
        return ctl_fail(c, CTL_USAGE,
            "--audience: %s: there are student, guardian and both", audience);
    if (address != NULL && !is_address(address))
        return ctl_fail(
            c, CTL_USAGE, "--login-address: %s: an https:// address", address);
    return CTL_OK;
}

/* Memory with passwords goes to no core file; a signal lets the batch end. */
static void
guard_process(void)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action = {.sa_handler = stop, .sa_flags = SA_RESTART};
    struct rlimit none = {0, 0};

    (void)setrlimit(RLIMIT_CORE, &none);
    for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
        (void)sigaction(signals[i], &action, NULL);
}

static ctl_exit
prepare(run *r)
{
    const char *path = ctl_value(r->c, CTL_OPT_LETTERS_OUTPUT, NULL);
    ctl_exit status = letters_formats_begin(r->c, &r->formats);

    if (status == CTL_OK)
        status = ctl_connect(r->c);
    if (status == CTL_OK)
        status = letters_find(r->c, &r->school, &r->report.stray);
    if (status == CTL_OK)
        status = letters_rules_read(r->c, &r->school);
    if (status == CTL_OK && path != NULL)
        status = letters_store_open(r->c, &r->store, path, !r->dry);
    if (status == CTL_OK && !letters_ledger_read(&r->ledger, &r->store))
        status = ctl_fail(r->c, CTL_LOCAL, "%s: %s", path, strerror(errno));
    return status;
}

static ctl_exit
carry_out(run *r)
{
    ctl_exit status = CTL_OK;

    choose(r);
    if (r->dry) {
        foretell(r);
    } else if (!settle_before(r)) {
        status =
            ctl_fail(r->c, CTL_LOCAL, "%s: %s", r->store.path, strerror(errno));
    } else {
        guard_process();
        status = run_all(r);
        r->report.not_done = r->total - r->done;
        ctl_progress_end();
    }
    letters_report_print(r->c, &r->school, &r->report);
    if (status == CTL_OK && r->short_of)
        status = CTL_LOCAL;
    if (status == CTL_OK && (r->report.n_refused > 0 || r->report.stray > 0 ||
                                r->report.skipped[LETTERS_UNREADABLE] > 0))
        status = CTL_REFUSED;
    return status;
}

ctl_exit
ctl_letters(ctl *c)
{
    run r = {.c = c, .store = {.fd = -1}};
    ctl_exit status = check_options(c);

    if (status != CTL_OK)
        return status;
    r.school.login_address =
        (char *)ctl_value(c, CTL_OPT_LETTERS_LOGIN_ADDRESS, NULL);
    r.again = ctl_count(c, CTL_OPT_LETTERS_AGAIN) > 0;
    r.past_guard = ctl_count(c, CTL_OPT_LETTERS_PAST_GUARD) > 0;
    r.dry = ctl_count(c, CTL_OPT_LETTERS_DRY_RUN) > 0;
    status = prepare(&r);
    if (status == CTL_OK)
        status = carry_out(&r);
    letters_store_close(&r.store);
    letters_ledger_free(&r.ledger);
    letters_report_free(&r.report);
    letters_school_free(&r.school);
    letters_formats_end(&r.formats);
    if (stopped) {
        (void)signal((int)stopped, SIG_DFL);
        (void)ctl_flush(c);
        (void)raise((int)stopped);
    }
    return status;
}
