/* test_random.c - a long life at random, against the second opinion.
 *
 * Random actors ask random things of a dozen accounts and of their families,
 * in two schools; harness/model.h says beforehand what must be answered. Every
 * disagreement is printed with the last requests on that account. EDC_SEED
 * repeats a run, EDC_OPS changes its length.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "harness/exop.h"
#include "harness/model.h"

#define SUBJECTS 14
#define MEMORY 6
#define MAX_TALLY 80

#define KIDS 2
#define CLAIMS 4 /* by one number; more are refused whatever they say */

/* A child of a guardian in play, and what becomes of the link. */
typedef struct kid {
    char dn[96];
    const char *birth;
    bool at_college, at_lycee;
    bool linked, contested;
} kid;

/* One account in play: the model's opinion of it, a session that was bound at
 * some time, and what was asked of it lately. */
typedef struct subject {
    account a;
    model m;
    unsigned generation; /* of its password */
    LDAP *session;
    unsigned session_generation;
    bool session_of_letter;
    char seen[MEMORY][96]; /* passwords that it once had */
    char last[MEMORY][160];
    unsigned n_last;
    unsigned guesses;
    kid kids[KIDS];                    /* a guardian's */
    bool merged_college, merged_lycee; /* has children by merged accounts */
    char mobile[32];
    unsigned claims;
} subject;

typedef struct play {
    world *w;
    subject subjects[SUBJECTS];
    uint64_t random;
    unsigned long done, granted, refused;
    struct {
        char name[40];
        unsigned long times;
    } tally[MAX_TALLY]; /* events granted and codes refused with */
} play;

/* ---- chance (xorshift64*) ---- */

static unsigned
roll(play *p, unsigned sides)
{
    p->random ^= p->random >> 12;
    p->random ^= p->random << 25;
    p->random ^= p->random >> 27;
    return (unsigned)((p->random * 2685821657736338717ULL) >> 33) % sides;
}

static uint64_t
seed(void)
{
    const char *wanted = getenv("EDC_SEED");

    if (wanted != NULL)
        return strtoull(wanted, NULL, 0);
    return (uint64_t)time(NULL) * 1000003u + (uint64_t)getpid();
}

static unsigned long
operations(void)
{
    const char *wanted = getenv("EDC_OPS");

    return wanted != NULL ? strtoul(wanted, NULL, 10) : 20000;
}

/* ---- telling ---- */

static void
note(subject *s, const char *what)
{
    snprintf(s->last[s->n_last++ % MEMORY], sizeof(s->last[0]), "%s", what);
}

static void
disagree(play *p, subject *s, const char *what, int code, const char *codes,
    const answer *a)
{
    for (unsigned i = 0; i < MEMORY; i++)
        print_message("  before: %s\n", s->last[(s->n_last + i) % MEMORY]);
    FAIL("operation %lu on %s (%s, %s): %s\n  the model says %d [%s], "
         "slapd %d %s",
        p->done, s->a.uid, s->m.guardian ? "guardian" : "student",
        model_state_name(s->m.state), what, code, codes, a->code, a->text);
}

static void
count(play *p, const char *name)
{
    for (size_t i = 0; i < MAX_TALLY; i++) {
        if (p->tally[i].name[0] == '\0')
            snprintf(p->tally[i].name, sizeof(p->tally[i].name), "%s", name);
        if (strcmp(p->tally[i].name, name) == 0) {
            p->tally[i].times++;
            return;
        }
    }
    FAIL("more kinds of answers than there are");
}

static unsigned long
counted(const play *p, const char *name)
{
    for (size_t i = 0; i < MAX_TALLY; i++) {
        if (strcmp(p->tally[i].name, name) == 0)
            return p->tally[i].times;
    }
    return 0;
}

static void
agree(play *p, subject *s, const char *what, int code, const char *codes,
    const answer *a)
{
    char *found = codes_of(a->text);

    if (a->code != code || strcmp(found, codes) != 0)
        disagree(p, s, what, code, codes, a);
    p->granted += code == LDAP_SUCCESS;
    p->refused += code != LDAP_SUCCESS;
    if (codes[0] != '\0')
        count(p, codes);
    note(s, what);
    free(found);
}

/* ---- the cast ---- */

/* A guardian is tied to the schools of the children who are linked. */
static void
tie(subject *s)
{
    if (!s->m.guardian)
        return;
    s->m.at_college = s->merged_college;
    s->m.at_lycee = s->merged_lycee;
    for (int i = 0; i < KIDS; i++) {
        s->m.at_college |= s->kids[i].linked && s->kids[i].at_college;
        s->m.at_lycee |= s->kids[i].linked && s->kids[i].at_lycee;
    }
}

static void
enrol_at_lycee_too(play *p, const char *dn)
{
    expect_ok(client_modify(p->w->as[PROVISIONER], dn,
        "add: educonnectEnrolledAt\neduconnectEnrolledAt: " LYCEE "\n"));
}

/* The second child is at the lycee, and not linked yet. */
static void
cast_guardian(play *p, subject *s, bool college, bool lycee)
{
    account second = new_student(p->w, LYCEE);

    s->a = new_guardian(p->w, college ? COLLEGE : LYCEE);
    s->kids[0] = (kid){.birth = "2011-03-09",
        .at_college = college,
        .at_lycee = lycee,
        .linked = true};
    s->kids[1] = (kid){.birth = "2013-07-21", .at_lycee = true};
    memcpy(s->kids[0].dn, s->a.child, sizeof(s->a.child));
    memcpy(s->kids[1].dn, second.dn, sizeof(second.dn));
    expect_ok(client_modify(p->w->as[PROVISIONER], second.dn,
        "replace: educonnectBirthDate\neduconnectBirthDate: 2013-07-21\n"));
    snprintf(s->mobile, sizeof(s->mobile), "+33 7 %08u", ++p->w->serial);
    expect_ok(client_modify(p->w->as[PROVISIONER], s->a.dn,
        "replace: mobile\nmobile: %s\n", s->mobile));
    if (college && lycee)
        enrol_at_lycee_too(p, s->a.child);
    tie(s);
}

static void
cast_one(play *p, size_t i)
{
    subject *s = &p->subjects[i];
    bool college = i % 3 != 1, lycee = i % 3 != 0;

    client_sends(p->w->as[PROVISIONER], SENDS_PPOLICY, NULL);
    client_close(s->session);
    memset(s, 0, sizeof(*s));
    s->m = (model){
        .guardian = i % 2 == 1, .at_college = college, .at_lycee = lycee};
    if (s->m.guardian) {
        cast_guardian(p, s, college, lycee);
    } else {
        s->a = new_student(p->w, college ? COLLEGE : LYCEE);
        if (college && lycee)
            enrol_at_lycee_too(p, s->a.dn);
    }
    memcpy(s->m.uid, s->a.uid, sizeof(s->m.uid));
}

/* ---- passwords to try ---- */

/* A new password: mostly good, sometimes one that a rule refuses. */
static void
choose_password(play *p, subject *s, char out[96])
{
    unsigned kind = roll(p, 12);

    fresh_password(p->w, out);
    if (kind == 0)
        snprintf(out, 96, "Ab1!%u", roll(p, 1000));
    else if (kind == 1)
        snprintf(out, 96, "uniquement-minuscul");
    else if (kind == 2)
        snprintf(out, 96, "Je-suis-%s-Oui", s->m.uid);
    else if (kind == 3 && s->m.password[0] != '\0')
        snprintf(out, 96, "%s", s->m.password);
    else if (kind <= 5 && s->seen[0][0] != '\0')
        snprintf(out, 96, "%s", s->seen[roll(p, MEMORY)]);
    if (out[0] == '\0')
        fresh_password(p->w, out);
}

static void
remember_password(subject *s)
{
    s->generation++;
    s->guesses = 0;
    if (s->m.password[0] != '\0')
        snprintf(s->seen[s->generation % MEMORY], sizeof(s->seen[0]), "%s",
            s->m.password);
}

/* ---- requests ---- */

static answer
send_request(LDAP *ld, subject *s, const model_request *r, bool modify)
{
    if (r->wish == 'u')
        return client_modify(ld, s->a.dn, "delete: pwdAccountLockedTime\n");
    if (r->wish == 's')
        return client_modify(ld, s->a.dn,
            "replace: educonnectState\neduconnectState: %s\n",
            model_state_name(r->target));
    if (modify && r->password != NULL)
        return client_modify(ld, s->a.dn,
            "replace: userPassword\nuserPassword: %s\n", r->password);
    return client_password(ld, s->a.dn, NULL, r->password);
}

static void
settle(play *p, subject *s, const model_request *r, const model_verdict *v,
    const answer *a, const char *what)
{
    agree(p, s, what, v->code, v->codes, a);
    /* What somebody else tried to set was compared, which counts. */
    if (v->code != LDAP_SUCCESS && !r->self && r->wish == 'p' &&
        r->password != NULL)
        s->guesses++;
    if (v->code != LDAP_SUCCESS)
        return;
    count(p, v->event);
    model_apply(&s->m, r, v, r->password != NULL ? r->password : a->made);
    if (r->wish == 'p' || s->m.password[0] == '\0')
        remember_password(s);
    if (r->wish == 'u')
        s->guesses = 0;
}

/* One request of the staff's, and how it travels. */
typedef struct staff_request {
    model_request r;
    char password[96];
    bool modify;
} staff_request;

static void
choose_request(play *p, subject *s, staff_request *q)
{
    unsigned kind = roll(p, 10);

    memset(q, 0, sizeof(*q));
    q->r.who = (actor)roll(p, N_ACTORS);
    q->r.wish = kind < 5 ? 'p' : kind < 9 ? 's' : 'u';
    q->r.target = (model_state)roll(p, N_STATES);
    if (q->r.wish == 'p' && roll(p, 2) == 0) {
        choose_password(p, s, q->password);
        q->r.password = q->password;
    }
    q->modify = q->r.password == NULL || roll(p, 2) == 0;
    /* slapd takes the Relax control with Modify alone. */
    q->r.relax = q->r.password != NULL && q->modify && roll(p, 4) == 0;
}

static void
ask_by_staff(play *p, subject *s)
{
    bool lucky = roll(p, 2) == 0;
    staff_request q;
    model_verdict v;
    char what[160];
    answer a;

    /* Most of what is drawn blindly is refused: half of the time the dice are
     * thrown again until something is granted, lest accounts stand still. */
    for (int tries = 0; tries < 40; tries++) {
        choose_request(p, s, &q);
        v = model_judge(&s->m, &q.r);
        if (!lucky || v.code == LDAP_SUCCESS)
            break;
    }
    if (q.r.wish == 'u' && v.code == LDAP_SUCCESS && !s->m.locked)
        return;
    snprintf(what, sizeof(what), "%s%s asks %c %s", actor_name(q.r.who),
        q.r.relax ? " with relax" : "", q.r.wish,
        q.r.wish == 's'        ? model_state_name(q.r.target)
        : q.r.password != NULL ? q.r.password
                               : "");
    client_sends(
        p->w->as[q.r.who], SENDS_PPOLICY | (q.r.relax ? SENDS_RELAX : 0), NULL);
    a = send_request(p->w->as[q.r.who], s, &q.r, q.modify);
    settle(p, s, &q.r, &v, &a, what);
}

/* The result of any work in a session that may have grown old. */
static model_verdict
session_verdict(const subject *s)
{
    model_verdict v = {.code = LDAP_SUCCESS};

    if (s->m.state == INFORMED || s->m.state == RESET) {
        v.code = LDAP_INSUFFICIENT_ACCESS;
        strcpy(v.codes, "S04");
    } else if (s->m.state != ACTIVE) {
        v.code = LDAP_UNWILLING_TO_PERFORM;
        strcpy(v.codes, "S02");
    } else if (s->session_of_letter && s->session_generation != s->generation) {
        v.code = LDAP_INSUFFICIENT_ACCESS;
        strcpy(v.codes, "A03");
    }
    return v;
}

static void
log_in(play *p, subject *s)
{
    const char *control;
    model_verdict v = model_bind(&s->m, &control);
    LDAP *ld = client_open(&p->w->server);
    answer a = client_bind(ld, s->a.dn,
        s->m.password[0] != '\0' ? s->m.password : "Sans-Mot-De-Passe");

    agree(p, s, "binds with the right password", v.code, v.codes, &a);
    expect_control(&a, control);
    /* A right password is right, whatever state it meets. */
    if (s->m.password[0] != '\0' && !s->m.locked)
        s->guesses = 0;
    if (v.code != LDAP_SUCCESS) {
        client_close(ld);
        return;
    }
    client_close(s->session);
    s->session = ld;
    s->session_generation = s->generation;
    s->session_of_letter = s->m.state != ACTIVE;
}

static void
work_in_session(play *p, subject *s)
{
    model_verdict v = session_verdict(s);
    bool search = roll(p, 2) == 0;
    char mobile[32];
    answer a;

    if (s->session == NULL)
        return;
    snprintf(mobile, sizeof(mobile), "+33 6 %08u", roll(p, 100000000));
    a = search ? client_search(s->session, s->a.dn)
               : client_modify(s->session, s->a.dn,
                     "replace: mobile\nmobile: %s\n", mobile);
    agree(p, s, "works in its session", v.code, v.codes, &a);
    if (!search && v.code == LDAP_SUCCESS)
        memcpy(s->mobile, mobile, sizeof(mobile));
}

static void
change_own(play *p, subject *s)
{
    model_request r = {.who = STRANGER, .self = true, .wish = 'p'};
    model_verdict v = session_verdict(s);
    char password[96], what[160];
    answer a;

    if (s->session == NULL)
        return;
    choose_password(p, s, password);
    r.password = roll(p, 5) == 0 ? NULL : password;
    snprintf(what, sizeof(what), "changes its own password %s",
        r.password != NULL ? r.password : "(server's)");
    if (strcmp(v.codes, "S02") != 0) {
        v = model_judge(&s->m, &r);
        if (s->session_generation != s->generation) {
            v = (model_verdict){.code = LDAP_INSUFFICIENT_ACCESS};
            strcpy(v.codes, "A03");
        }
    }
    a = send_request(s->session, s, &r, roll(p, 2) == 0);
    settle(p, s, &r, &v, &a, what);
    if (v.code == LDAP_SUCCESS) {
        s->session_generation = s->generation;
        s->session_of_letter = false;
    }
}

/* Wrong passwords: seldom so many that the account is locked. */
static void
guess(play *p, subject *s)
{
    bool storm = roll(p, 10) == 0;
    unsigned n = storm ? 10 : 1;

    for (unsigned i = 0; i < n; i++) {
        char value[64];
        answer a;

        snprintf(value, sizeof(value), "Faux-%lu-%u", storm ? p->done : 0, i);
        a = bind_once(&p->w->server, s->a.dn, value);
        agree(p, s, "guesses wrong", LDAP_INVALID_CREDENTIALS, "", &a);
    }
    if (storm && s->m.password[0] != '\0')
        s->m.locked = true;
}

static void
try_former_password(play *p, subject *s)
{
    const char *value = s->seen[roll(p, MEMORY)];
    answer a;

    if (value[0] == '\0' || strcmp(value, s->m.password) == 0 ||
        s->guesses >= 5)
        return;
    s->guesses++;
    a = bind_once(&p->w->server, s->a.dn, value);
    agree(
        p, s, "binds with a former password", LDAP_INVALID_CREDENTIALS, "", &a);
}

/* A pupil's record changes: an INE comes or goes, a school does. */
static void
change_record(play *p, subject *s)
{
    LDAP *provisioner = p->w->as[PROVISIONER];
    kid *k = s->m.guardian ? &s->kids[0] : NULL;
    const char *dn = k != NULL ? k->dn : s->a.dn;
    bool *lycee = k != NULL ? &k->at_lycee : &s->m.at_lycee;
    answer a;

    client_sends(provisioner, SENDS_PPOLICY, NULL);
    if (!s->m.guardian && roll(p, 2) == 0) {
        a = s->m.incomplete
                ? client_modify(provisioner, dn,
                      "add: educonnectIne\neduconnectIne: %09luZZ\n", p->done)
                : client_modify(provisioner, dn, "delete: educonnectIne\n");
        agree(p, s, "changes its INE", LDAP_SUCCESS, "", &a);
        s->m.incomplete = !s->m.incomplete;
        return;
    }
    if (k != NULL ? !k->at_college : !s->m.at_college)
        return;
    a = client_modify(provisioner, dn,
        "%s: educonnectEnrolledAt\neduconnectEnrolledAt: " LYCEE "\n",
        *lycee ? "delete" : "add");
    agree(p, s, "changes its schools", LDAP_SUCCESS, "", &a);
    *lycee = !*lycee;
    tie(s);
}

/* ---- families ---- */

/* The provisioner links a child, takes the link off, or forgives a contest. */
static void
change_link(play *p, subject *s)
{
    kid *k = &s->kids[roll(p, KIDS)];
    unsigned kind = k->contested && roll(p, 2) == 0 ? 0 : roll(p, 3);
    bool add = kind == 0, *has = kind < 2 ? &k->linked : &k->contested;
    const char *name =
        kind < 2 ? "educonnectGuardian" : "educonnectContestedGuardian";
    model_verdict v = {.code = LDAP_SUCCESS};
    answer a;

    client_sends(p->w->as[PROVISIONER], SENDS_PPOLICY, NULL);
    if (add && k->contested) {
        v.code = LDAP_CONSTRAINT_VIOLATION;
        strcpy(v.codes, "L04");
    } else if (add == *has) {
        v.code = add ? LDAP_TYPE_OR_VALUE_EXISTS : LDAP_NO_SUCH_ATTRIBUTE;
    }
    a = client_modify(p->w->as[PROVISIONER], k->dn, "%s: %s\n%s: %s\n",
        add ? "add" : "delete", name, name, s->a.dn);
    agree(p, s, "is linked or not", v.code, v.codes, &a);
    if (v.code != LDAP_SUCCESS)
        return;
    count(p, add ? "link" : "unlink");
    *has = add;
    tie(s);
}

static void
contest(play *p, subject *s)
{
    kid *k = &s->kids[roll(p, KIDS)];
    model_verdict v = session_verdict(s);
    answer a;

    if (s->session == NULL)
        log_in(p, s);
    if (s->session == NULL)
        return;
    if (v.code == LDAP_SUCCESS && !k->linked && !k->contested)
        v.code = LDAP_NO_SUCH_OBJECT;
    a = client_contest(s->session, k->dn);
    agree(p, s, "contests a child", v.code, v.codes, &a);
    if (v.code != LDAP_SUCCESS)
        return;
    count(p, "contest");
    k->contested = true;
    k->linked = false;
    tie(s);
}

/* Says the right things half of the time; they help who was never active. */
static void
claim(play *p, subject *s)
{
    bool right = roll(p, 2) == 0;
    char dates[64] = "", password[96];
    claim_data c = {s->mobile, "Karadec", right ? "Soizic" : "Solenn", dates,
        password, NULL};
    model_verdict v = {.code = LDAP_SUCCESS, .event = "claim"};
    answer a;

    for (int i = 0; i < KIDS; i++) {
        if (s->kids[i].linked)
            snprintf(dates + strlen(dates), 16, "%s%s",
                dates[0] != '\0' ? "|" : "", s->kids[i].birth);
    }
    if (dates[0] == '\0' || s->merged_college || s->merged_lycee ||
        s->m.locked || s->claims++ >= CLAIMS)
        return;
    fresh_password(p->w, password);
    if (!right || (s->m.state != UNINFORMED && s->m.state != INFORMED)) {
        v.code = LDAP_INVALID_CREDENTIALS;
        strcpy(v.codes, "C01");
    }
    client_sends(p->w->as[REGISTRAR], SENDS_PPOLICY, NULL);
    a = client_claim(p->w->as[REGISTRAR], &c);
    agree(p, s, "claims", v.code, v.codes, &a);
    if (v.code != LDAP_SUCCESS)
        return;
    count(p, v.event);
    snprintf(s->m.password, sizeof(s->m.password), "%s", password);
    s->m.state = ACTIVE;
    s->m.letter = NO_LETTER;
    remember_password(s);
}

static bool
may_merge(const subject *s)
{
    return s->m.guardian && s->m.state != SUSPENDED && s->m.state != CLOSED;
}

/* Two accounts: any, such that can be merged, or could if one were active. */
static void
choose_pair(play *p, size_t *i, size_t *into)
{
    unsigned luck = roll(p, 3);

    for (int tries = 0; tries < 200; tries++) {
        const subject *a, *b;

        *i = roll(p, SUBJECTS);
        *into = roll(p, SUBJECTS);
        a = &p->subjects[*i];
        b = &p->subjects[*into];
        if (luck == 0 ||
            (a != b && may_merge(a) && may_merge(b) &&
                (a->m.state == ACTIVE || b->m.state == ACTIVE) == (luck == 1)))
            return;
    }
}

/* s is closed, its children become another's; a newcomer takes its place. */
static void
merge(play *p)
{
    static const actor who[] = {ACADEMY, ASSISTANCE, HEAD1, PROVISIONER};
    size_t i, other;
    subject *s, *into;
    unsigned by = roll(p, 4);
    model_verdict v = {.code = LDAP_UNWILLING_TO_PERFORM};
    answer a;

    choose_pair(p, &i, &other);
    s = &p->subjects[i];
    into = &p->subjects[other];
    if (by >= 2) {
        v.code = LDAP_INSUFFICIENT_ACCESS;
        strcpy(v.codes, "A02");
    } else if (!may_merge(s) || !may_merge(into) || s == into) {
        strcpy(v.codes, "M03");
    } else if (s->m.state != ACTIVE && into->m.state != ACTIVE) {
        strcpy(v.codes, "M02");
    } else {
        v.code = LDAP_SUCCESS;
    }
    client_sends(p->w->as[who[by]], SENDS_PPOLICY, NULL);
    a = client_merge_of(p->w->as[who[by]], s->a.dn, into->a.dn);
    agree(p, s, "is merged", v.code, v.codes, &a);
    if (v.code != LDAP_SUCCESS)
        return;
    count(p, "merge");
    into->merged_college |= s->m.at_college;
    into->merged_lycee |= s->m.at_lycee;
    tie(into);
    cast_one(p, i);
}

/* Another guardian, whose account is active, when there is one. */
static subject *
lucky_guardian(play *p, subject *s)
{
    for (int tries = 0; tries < 40; tries++) {
        subject *other = &p->subjects[roll(p, SUBJECTS)];

        if (other->m.guardian && other->m.state == ACTIVE)
            return other;
    }
    return s;
}

static void
family_operation(play *p, subject *s)
{
    unsigned kind = roll(p, 10);

    if (kind == 0)
        merge(p);
    else if (!s->m.guardian)
        change_record(p, s);
    else if (kind < 5)
        change_link(p, s);
    else if (kind < 7)
        contest(p, lucky_guardian(p, s));
    else
        claim(p, s);
}

static void
check_stored(play *p, subject *s)
{
    LDAP *root = p->w->as[ROOT];

    client_sends(root, SENDS_PPOLICY, NULL);
    expect_stored(
        root, s->a.dn, "educonnectState", model_state_name(s->m.state));
    expect_stored(
        root, s->a.dn, "educonnectInformedBy", model_informed_by(&s->m));
}

static void
one_operation(play *p)
{
    size_t i = roll(p, SUBJECTS);
    subject *s = &p->subjects[i];
    unsigned kind = roll(p, 100);

    if (s->guesses >= 7 && s->m.password[0] != '\0' && !s->m.locked)
        log_in(p, s); /* before so many are counted that it is locked */
    if (roll(p, 60) == 0)
        cast_one(p, i); /* a newcomer takes the place */
    else if (kind < 45)
        ask_by_staff(p, s);
    else if (kind < 58)
        log_in(p, s);
    else if (kind < 70)
        change_own(p, s);
    else if (kind < 76)
        work_in_session(p, s);
    else if (kind < 80)
        guess(p, s);
    else if (kind < 84)
        try_former_password(p, s);
    else if (kind < 88)
        change_record(p, s);
    else if (kind < 97)
        family_operation(p, s);
    else
        check_stored(p, s);
}

/* A run that never came to something says nothing about it. */
static void
expect_variety(const play *p)
{
    static const char *const kinds[] = {"inform", "withdraw", "activate",
        "change", "recover", "school-reset", "academy-reset", "suspend",
        "resume", "close", "reopen", "unlock", "claim", "merge", "contest",
        "link", "unlink", "C01", "L04", "M02", "M03", "A01", "A02", "A03",
        "S01", "S02", "S04", "G01", "G02", "E01", "E02", "E01 E02", "P01",
        "P03", "P04", "P07"};

    for (size_t i = 0; i < MAX_TALLY && p->tally[i].name[0] != '\0'; i++)
        print_message("  %-16s %lu\n", p->tally[i].name, p->tally[i].times);
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (counted(p, kinds[i]) == 0)
            FAIL("there was no %s in the whole run", kinds[i]);
    }
}

static void
a_long_life_at_random(void **state)
{
    play *p = calloc(1, sizeof(*p));
    uint64_t chosen = seed();
    unsigned long n = operations();

    p->w = *state;
    p->random = chosen * 2 + 1;
    print_message("EDC_SEED=%llu EDC_OPS=%lu\n", (unsigned long long)chosen, n);
    for (size_t i = 0; i < SUBJECTS; i++)
        cast_one(p, i);
    /* Counted are the requests that were answered and compared. */
    while (p->granted + p->refused < n) {
        one_operation(p);
        p->done++;
    }
    print_message(
        "%lu granted, %lu refused, no disagreement\n", p->granted, p->refused);
    if (n >= 5000)
        expect_variety(p);
    for (size_t i = 0; i < SUBJECTS; i++)
        client_close(p->subjects[i].session);
    free(p);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_long_life_at_random),
    };

    return cmocka_run_group_tests(tests, usual_world, end_world);
}
