/* replica.c - what cn=config says of replication: how this server fetches
 * changes, whether it takes writes beside others, by which number, and where it
 * sends who writes to it.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "doctor/replica.h"

/* ---- one olcSyncrepl ---- */

/* The value of "name=value" or name="several words" in a line of syncrepl;
 * allocated, NULL: it is not there. Of a secret nothing is copied. */
static char *
word_of(const char *line, const char *name)
{
    size_t length = strlen(name);

    while (*line != '\0') {
        const char *word, *end;
        bool quoted = false;

        line += strspn(line, " \t\n");
        word = line;
        while (*line != '\0' && (quoted || strchr(" \t\n", *line) == NULL)) {
            quoted = quoted != (*line == '"');
            line++;
        }
        end = line;
        if (strncasecmp(word, name, length) != 0 || word[length] != '=')
            continue;
        word += length + 1;
        if (end - word >= 2 && *word == '"' && end[-1] == '"') {
            word++;
            end--;
        }
        return ctl_copy_n(word, (size_t)(end - word));
    }
    return NULL;
}

static bool
is(const char *word, const char *value)
{
    return word != NULL && strcasecmp(word, value) == 0;
}

/* One of a list that commas or blanks part. */
static bool
lists(const char *list, const char *word)
{
    size_t length = strlen(word);

    while (*list != '\0') {
        size_t n = strcspn(list, ", \t");

        if (n == length && strncasecmp(list, word, n) == 0)
            return true;
        list += n;
        list += strspn(list, ", \t");
    }
    return false;
}

bool
doctor_is_this_machine(const char *uri)
{
    static const char *const here[] = {"localhost", "127.", "[::1]"};
    const char *host = strstr(uri, "://");

    if (strncasecmp(uri, "ldapi:", strlen("ldapi:")) == 0)
        return true;
    host = host == NULL ? uri : host + strlen("://");
    for (size_t i = 0; i < sizeof(here) / sizeof(here[0]); i++) {
        if (strncasecmp(host, here[i], strlen(here[i])) == 0)
            return true;
    }
    return false;
}

/* slapd's own: what is not named is an hour for ever (slapd.conf(5)). */
static void
check_retry(doctor *d, const char *line, const char *provider)
{
    char *retry = word_of(line, "retry");
    size_t n = retry == NULL ? 0 : strlen(retry);

    if (retry == NULL || strcasecmp(retry, "undefined") == 0)
        doctor_found(d, DOCTOR_RETRY_, provider,
            "no retry: slapd tries again after an hour", NULL);
    else if (n == 0 || retry[n - 1] != '+')
        doctor_found(d, DOCTOR_RETRY_, provider,
            "retry does not end with +: slapd gives up for good", NULL);
    free(retry);
}

static void
check_tls(doctor *d, const char *line, const char *provider)
{
    char *starttls = word_of(line, "starttls");
    char *method = word_of(line, "bindmethod");
    bool tls = strncasecmp(provider, "ldaps:", strlen("ldaps:")) == 0 ||
               is(starttls, "critical");

    if (!tls && !is(method, "sasl") && !doctor_is_this_machine(provider))
        doctor_found(d, DOCTOR_REPLICA_CLEAR_, provider,
            is(starttls, "yes") ? "starttls=yes goes on without TLS where it "
                                  "fails; critical does not"
                                : NULL,
            NULL);
    free(method);
    free(starttls);
}

/* What it leaves out; NULL: nothing. */
static const char *
part_of(const char *filter, const char *attrs, const char *exattrs,
    const char *scope)
{
    if (exattrs != NULL && *exattrs != '\0')
        return "exattrs leaves attributes out";
    if (attrs != NULL && (!lists(attrs, "*") || !lists(attrs, "+")))
        return "attrs is not \"*,+\": what the overlay keeps is operational";
    if (filter != NULL && !is(filter, "(objectClass=*)"))
        return "filter leaves entries out";
    if (scope != NULL && !is(scope, "sub") && !is(scope, "subtree"))
        return "scope leaves entries out";
    return NULL;
}

static void
check_whole(doctor *d, const char *line, const char *provider)
{
    char *filter = word_of(line, "filter"), *attrs = word_of(line, "attrs");
    char *exattrs = word_of(line, "exattrs"), *scope = word_of(line, "scope");
    const char *part = part_of(filter, attrs, exattrs, scope);

    if (part != NULL)
        doctor_found(d, DOCTOR_REPLICA_PART_, provider, part, NULL);
    free(scope);
    free(exattrs);
    free(attrs);
    free(filter);
}

static void
read_line(doctor *d, const char *line, doctor_replication *r)
{
    char *provider = word_of(line, "provider");
    char *data = word_of(line, "syncdata");

    if (provider == NULL)
        provider = ctl_copy(d->config.database_dn);
    r->whole_entries = r->whole_entries || data == NULL || is(data, "default");
    setup_add(&r->providers, provider);
    check_retry(d, line, provider);
    check_tls(d, line, provider);
    check_whole(d, line, provider);
    free(data);
    free(provider);
}

/* ---- the entries ---- */

typedef struct reading {
    doctor *d;
    doctor_replication *r;
    bool lines; /* their findings are wanted */
} reading;

static bool
read_database(void *ctx, const ctl_entry *e)
{
    reading *reading = ctx;
    struct berval **lines = ctl_entry_values(e, "olcSyncrepl");

    reading->r->fetches = lines != NULL;
    reading->r->writes_beside = ctl_entry_has(e, "olcMultiProvider", "TRUE");
    setup_read_values(e, "olcUpdateRef", &reading->r->referrals);
    for (size_t i = 0; reading->lines && lines != NULL && lines[i] != NULL; i++)
        read_line(reading->d, setup_bare(lines[i]->bv_val), reading->r);
    if (lines != NULL)
        ldap_value_free_len(lines);
    return false;
}

static bool
read_global(void *ctx, const ctl_entry *e)
{
    reading *reading = ctx;

    setup_read_values(e, "olcServerID", &reading->r->numbers);
    setup_read_values(e, "olcReferral", &reading->r->referrals);
    return false;
}

static bool
read_overlay(void *ctx, const ctl_entry *e)
{
    reading *reading = ctx;
    setup_values names = {NULL, 0};

    setup_read_values(e, "olcOverlay", &names);
    reading->r->provides =
        reading->r->provides || setup_has(&names, "syncprov");
    setup_free(&names);
    return true;
}

/* lines: d for the findings of single lines, NULL: none are wanted. */
static int
read_all(ctl *c, const char *dn, doctor *lines, doctor_replication *r)
{
    static const char *const all[] = {LDAP_ALL_USER_ATTRIBUTES, NULL};
    reading reading = {.d = lines, .r = r, .lines = lines != NULL};
    int result = ctl_search(c, dn, LDAP_SCOPE_BASE, "(objectClass=*)", all,
        read_database, &reading);

    if (result == LDAP_SUCCESS)
        result = ctl_search(c, dn, LDAP_SCOPE_ONELEVEL,
            "(objectClass=olcOverlayConfig)", all, read_overlay, &reading);
    if (result == LDAP_SUCCESS)
        result = ctl_search(c, "cn=config", LDAP_SCOPE_BASE, "(objectClass=*)",
            all, read_global, &reading);
    return result;
}

int
doctor_replication_read(ctl *c, const char *database, doctor_replication *r)
{
    *r = (doctor_replication){.provides = false};
    return read_all(c, database, NULL, r);
}

void
doctor_replication_free(doctor_replication *r)
{
    setup_free(&r->providers);
    setup_free(&r->referrals);
    setup_free(&r->numbers);
}

/* ---- numbers of servers ---- */

long
doctor_number(const doctor_replication *r)
{
    char *end;
    long number;

    if (r->numbers.n == 0)
        return 0;
    number = strtol(r->numbers.values[0], &end, 0);
    return r->numbers.n == 1 && *end == '\0' ? number : -1;
}

/* Two servers of a list "<number> <URL>" with one number. */
static bool
is_twice(const setup_values *numbers)
{
    for (size_t i = 0; i < numbers->n; i++) {
        for (size_t j = 0; j < i; j++) {
            if (strtol(numbers->values[i], NULL, 0) ==
                strtol(numbers->values[j], NULL, 0))
                return true;
        }
    }
    return false;
}

static void
check_writers(doctor *d, const doctor_replication *r)
{
    const char *dn = d->config.database_dn;

    if (doctor_number(r) == 0)
        doctor_found(d, DOCTOR_SERVER_ID_, "cn=config",
            "olcServerID is missing, or 0", NULL);
    else if (is_twice(&r->numbers))
        doctor_found(d, DOCTOR_SERVER_ID_, "cn=config",
            "olcServerID has one number for two servers", NULL);
    if (!r->provides)
        doctor_found(d, DOCTOR_NO_SYNCPROV_, dn, NULL, NULL);
    if (r->whole_entries)
        doctor_found(d, DOCTOR_WHOLE_ENTRIES_, dn, NULL, NULL);
}

/* ---- all of it ---- */

static void
check_others(doctor *d, const doctor_replication *r)
{
    if (ctl_count(d->c, CTL_OPT_DOCTOR_SERVER) > 0)
        return;
    for (size_t i = 0; i < r->providers.n; i++)
        doctor_found(
            d, DOCTOR_NOT_COMPARED_, r->providers.values[i], NULL, NULL);
    if (r->providers.n == 0 && r->provides)
        doctor_found(
            d, DOCTOR_NOT_COMPARED_, d->config.database_dn, NULL, NULL);
}

ctl_exit
doctor_replica(doctor *d)
{
    doctor_replication r = {.provides = false};
    const char *dn = d->config.database_dn;
    int result = read_all(d->c, dn, d, &r);

    if (result == LDAP_SUCCESS) {
        if (r.fetches && r.writes_beside)
            check_writers(d, &r);
        else if (r.fetches && r.referrals.n == 0)
            doctor_found(d, DOCTOR_NO_REFERRAL_, dn, NULL, NULL);
        check_others(d, &r);
    }
    doctor_replication_free(&r);
    return result == LDAP_SUCCESS
               ? CTL_OK
               : ctl_fail_ldap(d->c, CTL_SERVER, d->c->ld, result, dn);
}
