/* accesslog.c - what the database of slapo-accesslog(5) has of an account.
 *
 * Its records hold what was written, passwords' hashes among it. Those are read
 * past: nothing but states, times, marks and names is kept.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/dn.h"
#include "ctl/who.h"
#include "history/history.h"
#include "history/infer.h"

/* The account, and what is known of it so far. */
typedef struct reader {
    history *h;
    const char *dn;
    history_state account;
    bool known;      /* whether the next is */
    uint64_t stored; /* digest of the password that is stored, 0: none */
} reader;

/* One record of a change. */
typedef struct record {
    history_change change;
    char *informed_by; /* allocated; NULL */
    const char *start; /* reqStart without its fraction, borrowed */
    bool named;        /* userPassword is among what was written */
    uint64_t stored;   /* as above, of what was written */
    bool now;          /* the password's time is the request's */
} record;

/* ---- one value of reqMod: "attribute:op value", op one of + - = # ---- */

typedef struct mod {
    char attribute[64];
    char op;
    const char *value; /* "" for none; not NUL-terminated */
    size_t n;
} mod;

static bool
read_mod(const struct berval *bv, mod *m)
{
    const char *colon = memchr(bv->bv_val, ':', bv->bv_len);
    size_t n = colon == NULL ? 0 : (size_t)(colon - bv->bv_val);

    if (colon == NULL || n >= sizeof(m->attribute) || n + 1 >= bv->bv_len)
        return false;
    memcpy(m->attribute, bv->bv_val, n);
    m->attribute[n] = '\0';
    m->op = colon[1];
    m->n = bv->bv_len - n - 2;
    m->value = colon + 2;
    if (m->n > 0 && m->value[0] == ' ') {
        m->value++;
        m->n--;
    }
    return true;
}

static bool
is(const mod *m, const char *attribute)
{
    return strcasecmp(m->attribute, attribute) == 0;
}

static bool
brings(const mod *m)
{
    return (m->op == '+' || m->op == '=') && m->n > 0;
}

static bool
begins(const mod *m, const char *text)
{
    return m->n >= strlen(text) && memcmp(m->value, text, strlen(text)) == 0;
}

/* Tells stored values from each other, each of which has a salt of its own
 * (FNV-1a, 64 bits); kept no longer than the run. */
static uint64_t
digest_of(const mod *m)
{
    uint64_t digest = UINT64_C(0xcbf29ce484222325);

    for (size_t i = 0; i < m->n; i++)
        digest =
            (digest ^ (unsigned char)m->value[i]) * UINT64_C(0x100000001b3);
    return digest | 1;
}

static bool
is_account_class(const mod *m)
{
    static const char *const classes[] = {
        "educonnectStudent", "educonnectLegalGuardian"};
    bool found = false;

    for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
        found = found || (m->n == strlen(classes[i]) &&
                             strncasecmp(m->value, classes[i], m->n) == 0);
    return found;
}

static void
take_mod(record *r, const mod *m)
{
    history_change *c = &r->change;
    edc_str value = {m->value, m->n};

    if (is(m, "userPassword")) {
        r->named = true;
        r->stored = brings(m) ? digest_of(m) : 0;
        c->hash = brings(m);
    }
    if (is(m, "educonnectState") && m->op != '+' && m->n == 0)
        c->ended = true;
    if (!brings(m))
        return;
    if (is(m, "objectClass"))
        c->classed = c->classed || is_account_class(m);
    else if (is(m, "educonnectState"))
        c->state = edc_state_parse(value, &c->to);
    else if (is(m, "pwdChangedTime"))
        r->now = begins(m, r->start);
    else if (is(m, "pwdAccountLockedTime")) {
        c->lock = true;
        c->permanent = begins(m, "00000101");
    } else if (is(m, "educonnectMergedInto"))
        c->merged = true;
    else if (is(m, "educonnectContestedGuardian"))
        c->contested = true;
    else if (is(m, "educonnectInformedBy") && r->informed_by == NULL)
        r->informed_by = ctl_copy_n(m->value, m->n);
}

/* The values are somebody's hashes, too. */
static void
forget_values(struct berval **values)
{
    for (size_t i = 0; values != NULL && values[i] != NULL; i++)
        memset(values[i]->bv_val, 0, values[i]->bv_len);
    ldap_value_free_len(values);
}

static void
take_mods(record *r, const ctl_entry *e)
{
    struct berval **values = ctl_entry_values(e, "reqMod");
    mod m;

    for (size_t i = 0; values != NULL && values[i] != NULL; i++) {
        if (read_mod(values[i], &m))
            take_mod(r, &m);
    }
    forget_values(values);
}

/* With logold the record has the state before. */
static void
take_old(reader *r, const ctl_entry *e)
{
    struct berval **values = ctl_entry_values(e, "reqOld");

    for (size_t i = 0; values != NULL && values[i] != NULL; i++) {
        static const char name[] = "educonnectState: ";
        size_t n = sizeof(name) - 1;
        edc_str value = {values[i]->bv_val + n, values[i]->bv_len - n};

        if (values[i]->bv_len > n &&
            strncasecmp(values[i]->bv_val, name, n) == 0)
            (void)edc_state_parse(value, &r->account.state);
    }
    forget_values(values);
}

/* ---- one record ---- */

/* "20261130000001.000042Z" as the trail writes it; allocated. */
static char *
written_time(const char *start)
{
    if (strlen(start) < 15)
        return ctl_copy(start);
    return ctl_format("%.4s-%.2s-%.2sT%.2s:%.2s:%.2s%s", start, start + 4,
        start + 6, start + 8, start + 10, start + 12, start + 14);
}

/* A letter's mark says which school; "-" is none. */
static void
take_school(record *r)
{
    r->change.school = r->informed_by != NULL &&
                       strcmp(r->informed_by, "-") != 0 &&
                       r->informed_by[0] != '\0';
}

/* An event that leaves the password writes it again as it was. Where nobody
 * knows how it was, its time tells. */
static void
take_password(reader *r, record *record)
{
    bool another = r->known ? record->stored != r->stored : record->now;

    record->change.password = record->stored != 0 && another;
    if (!record->named)
        return;
    r->known = true;
    r->stored = record->stored;
}

static bool
is_self(const reader *r, const char *by)
{
    char *key = by == NULL ? NULL : ctl_dn_key(by);
    char *own = ctl_dn_key(r->dn);
    bool self = key != NULL && strcmp(key, own) == 0;

    free(own);
    free(key);
    return self;
}

static void
add_line(reader *r, const record *record, const ctl_entry *e, const char *event,
    edc_state from)
{
    bool letter = record->change.password && record->change.school;
    char *start = ctl_entry_first(e, "reqStart");
    history_line line = {
        .time = written_time(start == NULL ? "" : start),
        .event = ctl_copy(event),
        .by = ctl_entry_first(e, "reqAuthzID"),
        .id = ctl_entry_first(e, "reqEntryUUID"),
        .school = letter ? ctl_copy(record->informed_by) : NULL,
    };

    if (from != EDC_ABSENT || record->change.add || record->change.classed)
        line.from = ctl_copy(edc_state_name(from));
    if (r->account.state != EDC_ABSENT || record->change.gone ||
        record->change.ended)
        line.to = ctl_copy(edc_state_name(r->account.state));
    history_add(r->h, &line);
    free(start);
}

static bool
take_record(void *ctx, const ctl_entry *e)
{
    reader *r = ctx;
    char *start = ctl_entry_first(e, "reqStart");
    char *type = ctl_entry_first(e, "reqType");
    char *by = ctl_entry_first(e, "reqAuthzID");
    char *second = ctl_copy_n(start == NULL ? "" : start,
        start == NULL || strlen(start) < 14 ? 0 : 14);
    record record = {.start = second[0] == '\0' ? "none" : second};
    const char *event;
    edc_state from;

    take_mods(&record, e);
    take_old(r, e);
    take_school(&record);
    take_password(r, &record);
    record.change.add = type != NULL && strcmp(type, "add") == 0;
    record.change.gone = type != NULL && strcmp(type, "delete") == 0;
    record.change.self = is_self(r, by);
    from = record.change.add ? EDC_ABSENT : r->account.state;
    event = history_infer(&r->account, &record.change);
    if (event != NULL)
        add_line(r, &record, e, event, from);
    free(record.informed_by);
    free(second);
    free(by);
    free(type);
    free(start);
    return true;
}

/* ---- the search ---- */

/* By its name; by its entryUUID as well, where it is there and can be read. A
 * rename keeps that one. */
static char *
filter_of(ctl *c, const char *dn)
{
    static const char *const names[] = {"entryUUID", NULL};
    char *by_name = ctl_filter("reqDN", dn), *id = NULL, *by_id, *all;
    LDAPMessage *found = NULL;

    if (ldap_search_ext_s(c->ld, dn, LDAP_SCOPE_BASE, "(objectClass=*)",
            (char **)names, 0, NULL, NULL, NULL, 1, &found) == LDAP_SUCCESS) {
        ctl_entry e = {c->ld, ldap_first_entry(c->ld, found), dn};

        id = e.message == NULL ? NULL : ctl_entry_first(&e, "entryUUID");
    }
    ldap_msgfree(found);
    by_id = id == NULL ? ctl_copy("") : ctl_filter("reqEntryUUID", id);
    all = ctl_format("(&(objectClass=auditWriteObject)(reqResult=0)(|%s%s))",
        by_name, by_id);
    free(by_id);
    free(id);
    free(by_name);
    return all;
}

static ctl_exit
search(history *h, const char *base, const char *dn)
{
    static const char *const names[] = {"reqStart", "reqType", "reqAuthzID",
        "reqEntryUUID", "reqMod", "reqOld", NULL};
    reader r = {.h = h, .dn = dn};
    char *filter = filter_of(h->c, dn);
    int rc = ctl_search(
        h->c, base, LDAP_SCOPE_SUBTREE, filter, names, take_record, &r);

    free(filter);
    if (rc == LDAP_SUCCESS)
        return CTL_OK;
    if (rc == LDAP_NO_SUCH_OBJECT)
        return ctl_fail(h->c, CTL_SERVER,
            "%s: there is no such log, or this identity may not read it; "
            "--log names another, --file reads the audit trail",
            base);
    return ctl_fail_ldap(h->c, CTL_SERVER, h->c->ld, rc, base);
}

ctl_exit
history_read_log(history *h, const char *base)
{
    ctl_exit status = ctl_connect(h->c);
    char *dn;

    if (status != CTL_OK)
        return status;
    /* Who was deleted is known by the DN alone. */
    dn = ctl_is_dn(h->word) ? ctl_copy(h->word)
                            : ctl_find_somebody(h->c, h->word);
    status = dn == NULL ? CTL_REFUSED : search(h, base, dn);
    free(dn);
    return status;
}
