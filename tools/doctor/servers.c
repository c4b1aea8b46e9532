/* servers.c - this server held against others: whether the overlay is in force
 * there, how far each has got, whether clocks, settings and versions are the
 * same.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "core/settings/settings.h"
#include "core/text/gentime.h"
#include "doctor/peer.h"
#include "doctor/replica.h"

/* A change that is on its way is none that is missing. */
#define BEHIND_SECONDS 10
#define LOOK_MS 200

/* Two servers' clocks: overlay/slapd/ahead.h allows as much. */
#define CLOCK_SECONDS 2.0

/* One server; the first is the one that -H names. */
typedef struct peer {
    const char *name;
    ctl c; /* the caller's, with a session of its own */
    setup_config config;
    bool configured; /* its cn=config was read */
    bool itself;     /* the first one, by another way */
    doctor_replication replication;
    doctor_release release;
    setup_values context; /* contextCSN, one for each server that writes */
    double low, high;     /* its clock less this machine's, in between */
    bool clock;
} peer;

/* ---- how far it has got ---- */

/* "20261129205020.123456Z#000000#001#000000": the number of the server. */
#define CSN_LENGTH 40
#define CSN_NUMBER 30
#define CSN_DIGITS 3

static bool
read_context(void *ctx, const ctl_entry *e)
{
    setup_read_values(e, "contextCSN", ctx);
    return false;
}

static void
look_at_context(peer *p)
{
    static const char *const wanted[] = {"contextCSN", NULL};

    setup_free(&p->context);
    (void)ctl_search(&p->c, p->c.base, LDAP_SCOPE_BASE, "(objectClass=*)",
        wanted, read_context, &p->context);
}

/* Its last change that came by the server of this CSN; NULL: none. */
static const char *
last_of(const peer *p, const char *csn)
{
    for (size_t i = 0; i < p->context.n; i++) {
        const char *own = p->context.values[i];

        if (strlen(own) == CSN_LENGTH &&
            strncmp(own + CSN_NUMBER, csn + CSN_NUMBER, CSN_DIGITS) == 0)
            return own;
    }
    return NULL;
}

static bool
has_got(const peer *p, const char *csn)
{
    const char *own = last_of(p, csn);

    return own != NULL && strcmp(own, csn) >= 0;
}

static void
found_behind(doctor *d, const peer *p, const peer *ahead, const char *csn)
{
    const char *own = last_of(p, csn);
    char *detail =
        own == NULL
            ? ctl_format("of server %.*s it has no changes, %s until %.*s",
                  CSN_DIGITS, csn + CSN_NUMBER, ahead->name, 14, csn)
            : ctl_format("of server %.*s it has changes until %.*s, %s until "
                         "%.*s",
                  CSN_DIGITS, csn + CSN_NUMBER, 14, own, ahead->name, 14, csn);

    doctor_found(d, DOCTOR_BEHIND_, p->name, detail, NULL);
    free(detail);
}

/* Waits until p has what another had when it was looked at, ten seconds in
 * all. */
static void
check_behind(doctor *d, peer *p, const peer *ahead)
{
    static const struct timespec pause = {.tv_nsec = LOOK_MS * 1000000L};
    int ms = 0;

    for (size_t i = 0; i < ahead->context.n; i++) {
        const char *csn = ahead->context.values[i];

        if (strlen(csn) != CSN_LENGTH)
            continue;
        for (; !has_got(p, csn) && ms < BEHIND_SECONDS * 1000; ms += LOOK_MS) {
            (void)nanosleep(&pause, NULL);
            look_at_context(p);
        }
        if (!has_got(p, csn))
            found_behind(d, p, ahead, csn);
    }
}

/* ---- clocks ---- */

static bool
read_time(void *ctx, const ctl_entry *e)
{
    char **text = ctx;

    *text = ctl_entry_first(e, "monitorTimestamp");
    return false;
}

static double
now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_REALTIME, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* cn=Monitor tells whole seconds: when it said so, its clock was at that second
 * or less than one further. */
static bool
look_at_clock(peer *p)
{
    static const char *const wanted[] = {"monitorTimestamp", NULL};
    double before = now(), after, low, high;
    char *text = NULL;
    int64_t seconds;
    bool known;

    (void)ctl_search(&p->c, "cn=Current,cn=Time,cn=Monitor", LDAP_SCOPE_BASE,
        "(objectClass=*)", wanted, read_time, &text);
    after = now();
    known = text != NULL && edc_time_parse(edc_str_of(text), &seconds);
    free(text);
    if (!known)
        return false;
    low = (double)seconds - after;
    high = (double)seconds + 1.0 - before;
    p->low = p->clock && p->low > low ? p->low : low;
    p->high = p->clock && p->high < high ? p->high : high;
    p->clock = true;
    return true;
}

/* A second is looked through, to see where it changes there. */
static void
read_clock(peer *p)
{
    static const struct timespec pause = {.tv_nsec = LOOK_MS * 500000L};

    /* By its socket a server is on this machine, and has its clock. */
    if (strncasecmp(p->name, "ldapi:", strlen("ldapi:")) == 0) {
        p->clock = true;
        return;
    }
    for (int ms = 0; ms <= 1000 && look_at_clock(p); ms += LOOK_MS / 2)
        (void)nanosleep(&pause, NULL);
}

/* The fastest and the slowest are told, by as much as is certain. */
static void
check_clocks(doctor *d, const peer *peers, size_t n)
{
    const peer *fast = NULL, *slow = NULL;
    char *subject, *detail;

    for (size_t i = 0; i < n; i++) {
        if (!peers[i].clock)
            continue;
        if (fast == NULL || peers[i].low > fast->low)
            fast = peers + i;
        if (slow == NULL || peers[i].high < slow->high)
            slow = peers + i;
    }
    if (fast == NULL || fast->low - slow->high <= CLOCK_SECONDS)
        return;
    subject = ctl_format("%s, %s", fast->name, slow->name);
    detail = ctl_format(
        "the first is at least %.1f seconds ahead", fast->low - slow->high);
    doctor_found(d, DOCTOR_CLOCKS_, subject, detail, NULL);
    free(detail);
    free(subject);
}

/* ---- settings ---- */

/* What is not named is to be the same on all servers. */
static const enum {
    SAME,
    OWN,
    BOTH_OR_NONE
} agreement[EDC_N_DIRECTIVES] = {
    [EDC_CONF_HASH_SLOTS] = OWN,
    [EDC_CONF_VERIFY_CACHE] = OWN,
    [EDC_CONF_REHASH] = OWN,
    [EDC_CONF_PASSWORD_LIST] = BOTH_OR_NONE,
    [EDC_CONF_AUDIT] = BOTH_OR_NONE,
};

static bool
has_same(const setup_values *v, const char *value)
{
    for (size_t i = 0; i < v->n; i++) {
        if (setup_same_words(v->values[i], value))
            return true;
    }
    return false;
}

static void
found_setting(doctor *d, const peer *where, const peer *other,
    const char *attribute, const char *value)
{
    char *subject = ctl_format("%s: %s", attribute, value);
    char *detail = ctl_format("on %s, not on %s", where->name, other->name);

    doctor_found(d, DOCTOR_SETTINGS_, subject, detail, NULL);
    free(detail);
    free(subject);
}

/* The overlay shows a setting only where it is not its default, and always in
 * the same words. */
static void
check_only(doctor *d, const peer *where, const peer *other, int directive)
{
    const char *attribute = where->config.settings[directive].attribute;
    const setup_values *here = &where->config.settings[directive].values;
    const setup_values *there = &other->config.settings[directive].values;

    if (agreement[directive] == OWN ||
        (agreement[directive] == BOTH_OR_NONE && there->n > 0))
        return;
    for (size_t i = 0; i < here->n; i++) {
        if (!has_same(there, here->values[i]))
            found_setting(d, where, other, attribute, here->values[i]);
    }
}

static void
check_settings(doctor *d, const peer *here, const peer *there)
{
    if (here->config.overlay_dn == NULL || there->config.overlay_dn == NULL)
        return;
    for (int i = 0; i < EDC_N_DIRECTIVES; i++) {
        check_only(d, here, there, i);
        check_only(d, there, here, i);
    }
}

/* Lists of numbers and URLs are to be the same everywhere. */
static bool
lists_differ(const setup_values *a, const setup_values *b)
{
    bool differ = a->n != b->n;

    for (size_t i = 0; i < a->n && !differ; i++)
        differ = !has_same(b, a->values[i]);
    return differ;
}

static void
check_number(doctor *d, const peer *here, const peer *there)
{
    long number = doctor_number(&here->replication);
    long other = doctor_number(&there->replication);
    char *detail;

    if (!here->replication.writes_beside || !there->replication.writes_beside)
        return;
    if (number < 0 && other < 0 &&
        lists_differ(&here->replication.numbers, &there->replication.numbers)) {
        detail =
            ctl_format("olcServerID has not the list that %s has", here->name);
        doctor_found(d, DOCTOR_SERVER_ID_, there->name, detail, NULL);
        free(detail);
    } else if (number >= 0 && number == other) {
        detail =
            ctl_format("olcServerID is %ld, as that of %s", number, here->name);
        doctor_found(d, DOCTOR_SERVER_ID_, there->name, detail, NULL);
        free(detail);
    }
}

/* ---- what it shows ---- */

static void
found_silent(doctor *d, const peer *p, const char *what)
{
    doctor_found(d, DOCTOR_SERVER_SILENT_, p->name, what, NULL);
}

static void
read_config(doctor *d, peer *p)
{
    p->configured = setup_may_read(&p->c) &&
                    setup_read(&p->c, p->c.base, &p->config) == CTL_OK &&
                    doctor_replication_read(&p->c, p->config.database_dn,
                        &p->replication) == LDAP_SUCCESS;
    if (!p->configured)
        found_silent(d, p, "its cn=config, so its settings");
}

static void
look_at(doctor *d, peer *p)
{
    read_config(d, p);
    read_clock(p);
    look_at_context(p);
    if (!p->clock)
        found_silent(d, p, "its clock, which is in cn=Monitor");
    if (p->context.n == 0)
        found_silent(d, p, "contextCSN, so how far it has got");
    doctor_release_read(&p->c, &p->release);
    if (!p->release.read)
        found_silent(d, p, "its schema (cn=Subschema)");
}

static void
compare(doctor *d, peer *here, peer *there)
{
    const char *why = doctor_no_force(&there->c);

    if (why != NULL)
        doctor_found(d, DOCTOR_SERVER_BARE_, there->name, why, NULL);
    if (here->configured && there->configured) {
        check_settings(d, here, there);
        check_number(d, here, there);
    }
    doctor_release_compare(
        d, here->name, &here->release, there->name, &there->release);
    if (here->context.n == 0 || there->context.n == 0)
        return;
    check_behind(d, here, there);
    check_behind(d, there, here);
}

/* ---- sessions ---- */

static char *
secret_of(doctor *d, const char *dn)
{
    const char *file = ctl_value(d->c, CTL_OPT_DOCTOR_SERVER_FILE, NULL);
    char *prompt = ctl_format("Password of %.100s: ", dn);
    char *shown = print_shown(prompt), *secret;

    if (file == NULL && ctl_count(d->c, CTL_OPT_DOCTOR_SERVER_AS) == 0)
        file = ctl_value(d->c, CTL_OPT_COMMON_PASSWORD_FILE, NULL);
    secret = ctl_secret(file, shown);
    free(shown);
    free(prompt);
    return secret;
}

/* Those that answer, behind the first; how many there are then. */
static size_t
open_peers(doctor *d, peer *peers, const char *dn, char *secret)
{
    size_t n = 1;
    const char *uri;

    peers[0] = (peer){
        .name = ctl_value(d->c, CTL_OPT_COMMON_URI, "this server"), .c = *d->c};
    for (size_t i = 0; (uri = ctl_nth(d->c, CTL_OPT_DOCTOR_SERVER, i)) != NULL;
        i++) {
        peers[n] = (peer){.name = uri, .c = *d->c};
        peers[n].c.ld =
            ctl_connect_to(d->c, uri, !doctor_is_this_machine(uri), dn, secret);
        if (peers[n].c.ld == NULL)
            found_silent(d, peers + n, "anything: no session began");
        else
            n++;
    }
    return n;
}

static void
close_peer(peer *p)
{
    setup_config_free(&p->config);
    doctor_replication_free(&p->replication);
    doctor_release_free(&p->release);
    setup_free(&p->context);
}

/* Nobody is held against himself: his number would be given twice. */
static void
look_at_all(doctor *d, peer *peers, size_t n)
{
    look_at(d, peers);
    for (size_t i = 1; i < n; i++) {
        peers[i].itself = doctor_same_server(&peers[0].c, &peers[i].c);
        if (peers[i].itself)
            doctor_found(d, DOCTOR_SAME_SERVER_, peers[i].name, NULL, NULL);
        else
            look_at(d, peers + i);
    }
    for (size_t i = 1; i < n; i++) {
        if (!peers[i].itself)
            compare(d, peers, peers + i);
    }
    check_clocks(d, peers, n);
}

ctl_exit
doctor_servers(doctor *d)
{
    size_t wanted = ctl_count(d->c, CTL_OPT_DOCTOR_SERVER), n;
    const char *dn = ctl_value(d->c, CTL_OPT_DOCTOR_SERVER_AS,
        ctl_value(d->c, CTL_OPT_COMMON_BIND_DN, NULL));
    peer *peers;
    char *secret;

    if (wanted == 0)
        return CTL_OK;
    if (dn == NULL)
        return ctl_fail(d->c, CTL_USAGE, "--server needs --server-as, or -D");
    secret = secret_of(d, dn);
    if (secret == NULL)
        return CTL_USAGE;
    peers = ctl_alloc(wanted + 1, sizeof(*peers));
    n = open_peers(d, peers, dn, secret);
    ctl_forget(secret);
    look_at_all(d, peers, n);
    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            ldap_unbind_ext_s(peers[i].c.ld, NULL, NULL);
        close_peer(peers + i);
    }
    free(peers);
    return CTL_OK;
}
