/* model.c - a second opinion: what the manual page says about a
 * request.
 */
#define _GNU_SOURCE 1
#include "harness/model.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* The manual page's EVENTS, in words. */
static const struct row {
    const char *event;
    char wish;
    const char *from;
    const char *to; /* "former": where it came from; "same" */
    const char *who;
} rows[] = {
    {"inform", 'p', "uninformed informed", "informed",
        "student-school guardian-school provisioner academy"},
    {"activate", 'p', "informed reset", "active", "self"},
    {"change", 'p', "active", "active", "self"},
    {"recover", 'p', "active reset", "active", "registrar"},
    {"school-reset", 'p', "active reset", "reset", "student-school"},
    {"academy-reset", 'p', "active reset", "reset", "academy"},
    {"withdraw", 's', "informed", "uninformed", "informer academy"},
    {"suspend", 's', "informed active reset", "suspended",
        "academy assistance student-school"},
    {"resume", 's', "suspended", "former", "academy assistance student-school"},
    {"close", 's', "uninformed informed active reset suspended", "closed",
        "provisioner academy"},
    {"reopen", 's', "closed", "former", "provisioner academy"},
    {"claim", 'c', "uninformed informed", "active", "registrar academy"},
    {"merge", 'm', "uninformed informed active reset", "closed",
        "self academy assistance"},
    {"unlock", 'u', "uninformed informed active reset suspended closed", "same",
        "student-school guardian-school assistance academy"},
    {"lock", 'l', "uninformed informed active reset suspended closed", "same",
        "student-school assistance academy"},
};
#define N_ROWS (sizeof(rows) / sizeof(rows[0]))

static const char *const names[N_STATES] = {
    "uninformed", "informed", "active", "reset", "suspended", "closed"};

const char *
model_state_name(model_state state)
{
    return names[state];
}

const char *
model_informed_by(const model *m)
{
    static const char *const informers[] = {NULL, "-", COLLEGE_UAI, LYCEE_UAI};

    return informers[m->letter];
}

/* ---- who ---- */

/* The school that an actor speaks for. */
static model_letter
school_of(actor who)
{
    if (who == HEAD1 || who == SDEL1 || who == GDEL1)
        return LETTER_OF_COLLEGE;
    if (who == HEAD2 || who == SDEL2 || who == GDEL2)
        return LETTER_OF_LYCEE;
    return NO_LETTER;
}

static bool
tied(const model *m, actor who)
{
    model_letter school = school_of(who);
    bool there = school == LETTER_OF_COLLEGE ? m->at_college : m->at_lycee;

    if (school == NO_LETTER || !there)
        return false;
    if (who == SDEL1 || who == SDEL2)
        return !m->guardian;
    if (who == GDEL1 || who == GDEL2)
        return m->guardian;
    return true;
}

static bool
lists(const char *words, const char *word)
{
    size_t n = strlen(word);

    for (const char *at = words; (at = strstr(at, word)) != NULL; at += n) {
        if ((at == words || at[-1] == ' ') && (at[n] == ' ' || at[n] == '\0'))
            return true;
    }
    return false;
}

/* Whether a row of the table names the one who asks. */
static bool
named(const model *m, const model_request *r, const char *who)
{
    if (r->self)
        return lists(who, "self");
    if (r->who == ROOT || r->who == ACADEMY)
        return lists(who, "academy");
    if (r->who == PROVISIONER)
        return lists(who, "provisioner");
    if (r->who == REGISTRAR)
        return lists(who, "registrar");
    if (r->who == ASSISTANCE)
        return lists(who, "assistance");
    if (!tied(m, r->who))
        return false;
    if (lists(who, "informer") && m->letter == school_of(r->who))
        return true;
    return lists(who, m->guardian ? "guardian-school" : "student-school");
}

/* ---- verdicts ---- */

static model_verdict
refused(int code, const char *codes)
{
    model_verdict v = {.code = code};

    snprintf(v.codes, sizeof(v.codes), "%s", codes);
    return v;
}

static model_state
former_state(const model *m)
{
    return m->state == CLOSED ? m->before_closing : m->before_suspension;
}

static bool
leads_there(const struct row *row, const model *m, const model_request *r)
{
    if (r->wish != 's')
        return true;
    if (strcmp(row->to, "former") == 0)
        return (m->state == SUSPENDED || m->state == CLOSED) &&
               r->target == former_state(m);
    return strcmp(row->to, names[r->target]) == 0;
}

static model_verdict
refused_by_table(const model *m, const model_request *r, bool mine, bool way)
{
    bool school = !r->self && school_of(r->who) != NO_LETTER;

    if (school && !tied(m, r->who))
        return refused(LDAP_INSUFFICIENT_ACCESS, "A01");
    if (!mine)
        return refused(LDAP_INSUFFICIENT_ACCESS, "A02");
    if (m->state == CLOSED && r->wish == 'p')
        return refused(LDAP_UNWILLING_TO_PERFORM, "S02");
    if (!way)
        return refused(LDAP_UNWILLING_TO_PERFORM, "S01");
    if (r->wish == 'p' && school && m->guardian)
        return refused(LDAP_UNWILLING_TO_PERFORM, "G02");
    return refused(LDAP_INSUFFICIENT_ACCESS, "A02");
}

/* "already informed by": another's letter runs. */
static bool
guarded(const model *m, const model_request *r)
{
    model_letter mine = r->self ? NO_LETTER : school_of(r->who);
    bool academy = r->who == ROOT || r->who == ACADEMY;

    if (m->state != INFORMED && m->state != RESET)
        return false;
    if (academy && r->relax)
        return false;
    if (mine == NO_LETTER)
        return m->letter != LETTER_OF_NOBODY;
    if (m->letter == LETTER_OF_NOBODY)
        return m->guardian;
    return m->letter != mine;
}

static int
classes(const char *password)
{
    int lower = 0, upper = 0, digit = 0, other = 0;

    for (; *password != '\0'; password++) {
        unsigned char c = (unsigned char)*password;

        if (islower(c))
            lower = 1;
        else if (isupper(c))
            upper = 1;
        else if (isdigit(c))
            digit = 1;
        else
            other = 1;
    }
    return lower + upper + digit + other;
}

static bool
used_before(const model *m, const char *password)
{
    if (strcmp(m->password, password) == 0)
        return true;
    for (int i = 0; i < MODEL_HISTORY; i++) {
        if (strcmp(m->former[i], password) == 0)
            return true;
    }
    return false;
}

static model_verdict
password_rules(const model *m, const char *password, bool own)
{
    size_t n = strlen(password);
    char found[32] = "";

    if (n < 12)
        strcat(found, " P01");
    if (n < 20 && classes(password) < 4)
        strcat(found, " P03");
    if (strcasestr(password, m->uid) != NULL)
        strcat(found, " P04");
    /* Nobody but the holder is told of a locked account's passwords. */
    if (used_before(m, password) && (own || !m->locked))
        strcat(found, " P07");
    return found[0] == '\0' ? refused(LDAP_SUCCESS, "")
                            : refused(LDAP_CONSTRAINT_VIOLATION, found + 1);
}

/* What is asked beside the table when a row fits. */
static model_verdict
conditions(const model *m, const model_request *r, const struct row *row)
{
    bool opens = strcmp(row->event, "inform") == 0 && m->state == UNINFORMED;
    bool twice = m->at_college && m->at_lycee;

    if (r->wish == 'c' && !m->guardian)
        return refused(LDAP_INVALID_CREDENTIALS, "C01");
    if (r->wish == 'm' && !m->guardian)
        return refused(LDAP_UNWILLING_TO_PERFORM, "M03");

    if (opens && !m->guardian && (m->incomplete || twice))
        return refused(LDAP_UNWILLING_TO_PERFORM, !twice          ? "E01"
                                                  : m->incomplete ? "E01 E02"
                                                                  : "E02");
    if (strcmp(row->event, "inform") == 0 || strstr(row->event, "-reset")) {
        if (guarded(m, r))
            return refused(LDAP_UNWILLING_TO_PERFORM, "G01");
    }
    if (r->wish == 'p' && r->password != NULL)
        return password_rules(m, r->password, r->self);
    return refused(LDAP_SUCCESS, "");
}

model_verdict
model_judge(const model *m, const model_request *r)
{
    bool mine = false, way = false;

    for (size_t i = 0; i < N_ROWS; i++) {
        const struct row *row = &rows[i];
        bool me = named(m, r, row->who);
        model_verdict v;

        if (row->wish != r->wish)
            continue;
        mine = mine || me;
        if (!leads_there(row, m, r) || !lists(row->from, names[m->state]))
            continue;
        way = true;
        if (!me)
            continue;
        v = conditions(m, r, row);
        if (v.code == LDAP_SUCCESS)
            v.event = row->event;
        return v;
    }
    return refused_by_table(m, r, mine, way);
}

/* ---- consequences ---- */

static void
take_password(model *m, const char *password)
{
    if (m->state == ACTIVE) {
        memmove(m->former[1], m->former[0], sizeof(m->former[0]) * 2);
        snprintf(m->former[0], sizeof(m->former[0]), "%s", m->password);
    }
    snprintf(m->password, sizeof(m->password), "%s", password);
}

static model_letter
letter_of(const model_request *r)
{
    model_letter school = school_of(r->who);

    return school != NO_LETTER ? school : LETTER_OF_NOBODY;
}

static void
apply_state(model *m, const char *event)
{
    if (strcmp(event, "withdraw") == 0) {
        m->state = UNINFORMED;
        m->letter = NO_LETTER;
        m->password[0] = '\0';
        m->locked = false;
    } else if (strcmp(event, "suspend") == 0) {
        m->before_suspension = m->state;
        m->state = SUSPENDED;
    } else if (strcmp(event, "resume") == 0) {
        m->state = m->before_suspension;
    } else if (strcmp(event, "close") == 0) {
        m->before_closing = m->state;
        m->state = CLOSED;
    } else {
        m->state = m->before_closing;
    }
}

void
model_apply(model *m, const model_request *r, const model_verdict *verdict,
    const char *password)
{
    const char *event = verdict->event;

    if (r->wish == 'u') {
        m->locked = false;
        return;
    }
    if (r->wish == 's') {
        apply_state(m, event);
        return;
    }
    take_password(m, password);
    if (!r->self)
        m->locked = false;
    if (strcmp(event, "inform") == 0 || strstr(event, "-reset") != NULL) {
        m->state = strcmp(event, "inform") == 0 ? INFORMED : RESET;
        m->letter = letter_of(r);
    } else {
        m->state = ACTIVE;
        m->letter = NO_LETTER;
    }
}

model_verdict
model_bind(const model *m, const char **control)
{
    *control = PP_NONE;
    if (m->locked || m->password[0] == '\0')
        return refused(LDAP_INVALID_CREDENTIALS, "");
    if (m->state == SUSPENDED || m->state == CLOSED) {
        *control = PP_LOCKED;
        return refused(LDAP_INVALID_CREDENTIALS, "S02");
    }
    if (m->state == INFORMED || m->state == RESET)
        *control = PP_MUST_CHANGE;
    return refused(LDAP_SUCCESS, "");
}
