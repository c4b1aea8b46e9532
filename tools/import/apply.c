/* apply.c - the plan as LDIF, or sent: several requests on the way at
 * once, one phase after the other.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/catalog.h"
#include "ctl/dn.h"
#include "import/import.h"

/* A change of the plan: its place, and the record that it is of, 0: none. */
typedef struct planned {
    int64_t n, record;
} planned;

/* ---- as LDIF ---- */

static bool
next_change(sqlite3_stmt *q, ctl_change *change, planned *of)
{
    size_t n;
    const char *bytes;

    if (!store_next(q))
        return false;
    *of = (planned){store_col(q, 0), store_col(q, 1)};
    bytes = store_col_bytes(q, 2, &n);
    if (!ctl_change_unpack(change, bytes, n))
        store_broken();
    return true;
}

void
import_print(import *im, FILE *out)
{
    sqlite3_stmt *q = store_prepare(
        &im->s, "SELECT n, record, change FROM plan ORDER BY phase, n");
    ctl_change change;
    planned of;

    while (next_change(q, &change, &of)) {
        ctl_change_print(&change, im->how.offline, out);
        ctl_change_free(&change);
    }
    store_end(q);
}

/* ---- sending ---- */

typedef struct flight {
    int id;
    planned of;
    char *dn;
    bool add;
} flight;

typedef struct sender {
    import *im;
    FILE *log;
    flight *flights; /* im->how.window of them; id 0: free */
    size_t n_flying, n_done;
    bool any_failed;
    bool lost;
} sender;

/* A signal ends the run when what is on the way was answered; a second one
 * does not wait. */
static volatile sig_atomic_t stopped;

static void
stop(int signal)
{
    stopped = signal;
}

static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
#define N_SIGNALS (sizeof(signals) / sizeof(signals[0]))

static void
watch_signals(struct sigaction before[N_SIGNALS])
{
    struct sigaction action = {
        .sa_handler = stop, .sa_flags = SA_RESTART | SA_RESETHAND};

    stopped = 0;
    for (size_t i = 0; i < N_SIGNALS; i++)
        (void)sigaction(signals[i], &action, before + i);
}

static void
unwatch_signals(const struct sigaction before[N_SIGNALS])
{
    for (size_t i = 0; i < N_SIGNALS; i++)
        (void)sigaction(signals[i], before + i, NULL);
}

static bool
goes_on(const sender *s)
{
    return !s->lost && !stopped;
}

static void
mark_failed(sender *s, const char *dn)
{
    sqlite3_stmt *q =
        store_prepare(&s->im->s, "INSERT OR IGNORE INTO failed VALUES (?)");
    char *key = ctl_dn_key(dn);

    store_text(q, 1, key);
    store_do(q);
    store_end(q);
    free(key);
    s->any_failed = true;
}

/* Whether an entry that is in the way is this very record's: another import of
 * the same files was faster. */
static bool
is_same_person(sender *s, const flight *f)
{
    sqlite3_stmt *q =
        store_prepare(&s->im->s, "SELECT id FROM record WHERE n = ?");
    char *nothing[] = {LDAP_NO_ATTRS, NULL};
    LDAPMessage *found = NULL;
    char *id, *filter;
    bool same;

    store_number(q, 1, f->of.record);
    id = ctl_format(
        "%s$%s", s->im->source, store_next(q) ? store_col_text(q, 0) : "");
    store_end(q);
    filter = ctl_filter("educonnectSourceId", id);
    same = ldap_search_ext_s(s->im->c->ld, f->dn, LDAP_SCOPE_BASE, filter,
               nothing, 0, NULL, NULL, NULL, 1, &found) == LDAP_SUCCESS &&
           ldap_count_entries(s->im->c->ld, found) == 1;
    ldap_msgfree(found);
    free(filter);
    free(id);
    return same;
}

static void
answered(sender *s, flight *f, int result, const char *text)
{
    import *im = s->im;
    char *reason;

    if (result == LDAP_SUCCESS) {
        import_fate_set(im, f->of.n, FATE_DONE, NULL);
        return;
    }
    if (f->add && result == LDAP_ALREADY_EXISTS) {
        im->n_raced++;
        if (f->of.record == 0 || is_same_person(s, f)) {
            import_fate_set(im, f->of.n, FATE_DONE, NULL);
            import_outcome_set(
                im, f->of.record, OUTCOME_SAME, "another import was faster");
            return;
        }
    }
    if (f->add && strncmp(text, "EDC-D02", 7) == 0)
        im->n_raced++;
    mark_failed(s, f->dn);
    reason = text != NULL && text[0] != '\0'
                 ? ctl_copy(text)
                 : ctl_copy(ldap_err2string(result));
    import_fate_set(im, f->of.n, FATE_REFUSED, reason);
    if (f->of.record != 0)
        import_outcome_set(im, f->of.record, OUTCOME_REFUSED, reason);
    else
        ctl_warn(im->c, "%s: %s", f->dn, reason);
    im->n_failed++;
    free(reason);
}

static flight *
flight_of(sender *s, int id)
{
    for (size_t i = 0; i < s->im->how.window; i++) {
        if (s->flights[i].id == id)
            return s->flights + i;
    }
    return NULL;
}

/* Waits for one answer. */
static void
land(sender *s)
{
    LDAPMessage *message = NULL;
    LDAP *ld = s->im->c->ld;
    char *text = NULL;
    int result = LDAP_OTHER;
    flight *f;

    if (ldap_result(ld, LDAP_RES_ANY, LDAP_MSG_ONE, NULL, &message) <= 0) {
        s->lost = true;
        return;
    }
    f = flight_of(s, ldap_msgid(message));
    if (f == NULL) {
        /* Notice of disconnection. */
        s->lost = ldap_msgid(message) == 0;
        ldap_msgfree(message);
        return;
    }
    if (ldap_parse_result(ld, message, &result, NULL, &text, NULL, NULL, 1) !=
        LDAP_SUCCESS)
        result = LDAP_DECODING_ERROR;
    answered(s, f, result, text == NULL ? "" : text);
    ldap_memfree(text);
    free(f->dn);
    *f = (flight){0, {0, 0}, NULL, false};
    s->n_flying--;
    s->n_done++;
    ctl_progress(catalog_text("writing"), s->n_done, s->im->n_planned);
}

static void
land_all(sender *s)
{
    while (s->n_flying > 0 && !s->lost)
        land(s);
}

/* Whether a change names an entry that could not be made: somebody else may
 * have that name now. */
static bool
names_failed(sender *s, const ctl_change *change)
{
    sqlite3_stmt *q;
    bool names = false;

    if (!s->any_failed)
        return false;
    q = store_prepare(&s->im->s, "SELECT 1 FROM failed WHERE key = ?");
    for (size_t i = 0; i < change->n_mods; i++) {
        const struct ctl_mod *mod = change->mods + i;
        bool is_dn = strcmp(mod->attribute, "educonnectGuardian") == 0 ||
                     strcmp(mod->attribute, "educonnectEnrolledAt") == 0;

        for (size_t v = 0; is_dn && v < mod->n_values && !names; v++) {
            char *key = ctl_dn_key(mod->values[v].bv_val);

            store_text(q, 1, key);
            names = store_first(q, 0) != 0;
            free(key);
        }
    }
    store_end(q);
    return names;
}

/* Whether a change closes a guardian whom a pupil would lose who could not be
 * written: it would be the last one. */
static bool
closes_last(sender *s, const ctl_change *change)
{
    sqlite3_stmt *q;
    char *key;
    bool closes = s->any_failed && change->n_mods > 0 &&
                  strcmp(change->mods[0].attribute, "educonnectState") == 0;

    if (!closes)
        return false;
    q = store_prepare(&s->im->s,
        "SELECT 1 FROM relinked JOIN dn ON dn.entry = relinked.student"
        " JOIN failed ON failed.key = dn.key WHERE relinked.guardian = ?");
    key = ctl_dn_key(change->dn);
    store_text(q, 1, key);
    closes = store_first(q, 0) != 0;
    free(key);
    store_end(q);
    return closes;
}

static void
take_off(sender *s, const ctl_change *change, planned of)
{
    static const char unwritten[] =
        "a school or guardian that it names could not be written";
    flight *f;
    bool last = closes_last(s, change);

    if (last || names_failed(s, change)) {
        const char *why =
            last ? "a pupil of this guardian could not be written" : unwritten;

        import_fate_set(s->im, of.n, FATE_REFUSED, why);
        import_outcome_set(s->im, of.record, OUTCOME_REFUSED, why);
        mark_failed(s, change->dn);
        s->im->n_failed++;
        s->n_done++;
        return;
    }
    while (s->n_flying == s->im->how.window && goes_on(s))
        land(s);
    if (!goes_on(s))
        return;
    f = flight_of(s, 0);
    if (s->log != NULL)
        ctl_change_print(change, false, s->log);
    if (ctl_change_send(change, s->im->c->ld, &f->id) != LDAP_SUCCESS) {
        f->id = 0;
        s->lost = true;
        return;
    }
    f->of = of;
    f->dn = ctl_copy(change->dn);
    f->add = change->kind == CTL_CHANGE_ADD;
    s->n_flying++;
}

static void
send_phase(sender *s, int phase)
{
    sqlite3_stmt *q = store_prepare(&s->im->s,
        "SELECT n, record, change FROM plan WHERE phase = ? ORDER BY n");
    ctl_change change;
    planned of;

    store_number(q, 1, phase);
    while (goes_on(s) && next_change(q, &change, &of)) {
        take_off(s, &change, of);
        ctl_change_free(&change);
        /* A container may stand in the one before. */
        if (phase == PHASE_CONTAINERS)
            land_all(s);
    }
    store_end(q);
    land_all(s);
}

/* What was on the way when the connection was lost may have been done. */
static void
drop_flights(sender *s)
{
    for (size_t i = 0; i < s->im->how.window; i++) {
        if (s->flights[i].id != 0)
            import_fate_set(
                s->im, s->flights[i].of.n, FATE_UNKNOWN, "no answer came");
        free(s->flights[i].dn);
    }
    free(s->flights);
}

ctl_exit
import_apply(import *im, FILE *log)
{
    sender s = {.im = im, .log = log};
    struct sigaction before[N_SIGNALS];

    s.flights = ctl_alloc(im->how.window, sizeof(*s.flights));
    store_run(&im->s, "CREATE INDEX plan_phase ON plan (phase, n)");
    watch_signals(before);
    for (int phase = 0; phase < N_PHASES && goes_on(&s); phase++)
        send_phase(&s, phase);
    drop_flights(&s);
    unwatch_signals(before);
    ctl_progress_end();
    im->stopped = (int)stopped;
    if (s.lost)
        return ctl_fail(im->c, CTL_SERVER,
            "the connection was lost after %zu of %zu changes; run it again, "
            "it goes on where it was",
            s.n_done, im->n_planned);
    if (im->stopped != 0 && s.n_done < im->n_planned)
        ctl_warn(im->c,
            "ended by a signal after %zu of %zu changes; run it again, it goes "
            "on where it was",
            s.n_done, im->n_planned);
    return CTL_OK;
}
