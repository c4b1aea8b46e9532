/* adopt.h - educonnectctl adopt: entries that are there become accounts, with
 * the login and the password that they have.
 *
 *   adopt/rules.c   --give and --take: which attribute comes from where
 *   adopt/judge.c   what becomes of one entry: plain, knows no server
 *   adopt/back.c    the same for --undo
 *   adopt/list.c    a list of entries, or the report of a run
 *   adopt/find.c    the directory's entries, judged and put aside
 *   adopt/apply.c   their changes, printed or sent
 *   adopt/ldif.c    the same for a file of slapcat's
 *   adopt/report.c  what became of every entry
 */
#ifndef ADOPT_H
#define ADOPT_H

#include "core/account/adopt.h"
#include "core/account/decide.h"
#include "core/account/mend.h"
#include "ctl/change.h"
#include "ctl/ctl.h"
#include "source/store.h"

typedef enum adopt_outcome {
    ADOPT_NOT_DONE,
    ADOPT_MIGRATED, /* active, with the password that it has */
    ADOPT_CREATED,  /* uninformed, without one */
    ADOPT_SAME,     /* nothing is to be done */
    ADOPT_REFUSED,
    ADOPT_RELEASED, /* --undo: what it was before */
    N_ADOPT_OUTCOMES
} adopt_outcome;

/* An entry as it was read. */
typedef struct adopt_entry {
    char *dn;
    long line; /* in the list or in the LDIF; 0 */
    struct adopt_item {
        char *name;
        char *value; /* NUL-terminated behind its n bytes */
        size_t n;
    } *items;
    size_t n_items;
} adopt_entry;

void adopt_entry_add(
    adopt_entry *e, const char *name, const char *value, size_t n);
void adopt_entry_free(adopt_entry *e); /* zeroes values */

/* Whether an attribute is userPassword, with options or without; *options: it
 * has some. */
bool adopt_is_password(const char *name, bool *options);

/* The i-th value of an attribute, NULL behind the last; names without regard to
 * case. */
const char *adopt_entry_get(const adopt_entry *e, const char *name, size_t i);
bool adopt_entry_has(const adopt_entry *e, const char *name, const char *value);

/* ---- adopt/rules.c ---- */

typedef enum adopt_kind {
    ADOPT_TEXT,
    ADOPT_DAY,
    ADOPT_SCHOOL,
    ADOPT_NAME
} adopt_kind;

typedef struct adopt_rule {
    const char *attribute; /* of rules.def */
    adopt_kind kind;
    bool taken; /* from is an attribute of the entry, else a value */
    char *from;
} adopt_rule;

typedef struct adopt_rules {
    adopt_rule *list;
    size_t n;
} adopt_rules;

/* Reads ATTRIBUTE=VALUE, or with `taken` ATTRIBUTE=ATTRIBUTE. NULL, or what is
 * wrong with it: a clause, static. */
const char *adopt_rule_add(adopt_rules *rules, const char *text, bool taken);
void adopt_rules_free(adopt_rules *rules);

/* What an account has from provisioning, NULL-terminated: all that --undo takes
 * away. */
extern const char *const adopt_records[];

/* ---- adopt/judge.c ---- */

/* What is wanted of all entries. */
typedef struct adopt_wish {
    bool student, guardian;
    bool drop;       /* who has a password that cannot be kept loses it */
    bool any_scheme; /* the server's schemes are not known: it has the last
                        word */
    edc_settings settings;
    adopt_rules rules;
    char today[11];
    int64_t now;
    /* The DN of the school with this UAI, allocated; NULL: there is none. */
    char *(*school)(void *ctx, const char *uai);
    void *ctx;
} adopt_wish;

/* What becomes of one. Release with adopt_verdict_free(). */
typedef struct adopt_verdict {
    adopt_outcome outcome;
    char *reason;        /* allocated; NULL: none */
    bool drop;           /* its password goes first */
    ctl_change change;   /* where it is migrated, created or released */
    edc_plan plan;       /* of the event that makes it an account */
    edc_account account; /* the plan's; its ranges are the entry's */
} adopt_verdict;

/* Judges an entry; does not fail. Pure but for wish->school(). */
void adopt_judge(
    const adopt_entry *e, const adopt_wish *wish, adopt_verdict *verdict);
void adopt_verdict_free(adopt_verdict *verdict);

/* The same for --undo (adopt/back.c): every account among the entries is to be
 * what it was; whether nobody has used it says the server. */
void adopt_back(const adopt_entry *e, adopt_verdict *verdict);

/* ---- the run ---- */

typedef struct adopt {
    ctl *c;
    store s;
    adopt_wish wish;
    bool undo, dry_run;
    const char *filter;  /* NULL: there is a list */
    const char *list;    /* its path, "-", NULL */
    const char *dropped; /* the file for passwords that go */
    double share;        /* of entries that may be refused */
    size_t n_found;
} adopt;

void adopt_open(adopt *a);

/* Puts aside what becomes of an entry. */
void adopt_put(adopt *a, const adopt_entry *e, const adopt_verdict *verdict);

/* Puts aside a line of the list that is nobody. */
void adopt_put_nobody(
    adopt *a, const char *word, long line, const char *reason);

/* Reads the list; calls each() with a DN or login and its line. CTL_OK, or
 * CTL_INPUT after it has printed what is wrong. */
ctl_exit adopt_list_read(
    adopt *a, ctl_exit (*each)(adopt *a, const char *word, long line));

/* The attributes that adopt_judge() looks at, NULL-terminated; free() it. */
const char **adopt_attributes(const adopt *a);

/* CTL_STOPPED, and a word why, when more than --max-refused of what was found
 * would be refused or lose a password: a slip in the filter or in --scheme is
 * seen before anything is written. */
ctl_exit adopt_brake(adopt *a);

/* An entry of a search; adopt_entry_free() it. */
void adopt_entry_read(adopt_entry *to, const ctl_entry *e, long line);

ctl_exit adopt_find(adopt *a);
ctl_exit adopt_apply(adopt *a);
ctl_exit adopt_ldif(adopt *a, const char *path, const char *output_path);

/* One modification of the passwords that an entry has, under each name. */
void adopt_change_passwords(ctl_change *change, const adopt_entry *e, int op);

/* LDIF that gives an entry the passwords that it has, for a file; what stands
 * beside them (pwdReset, times, locks) as comments. */
void adopt_print_passwords(const adopt_entry *e, FILE *out);

void adopt_report(adopt *a, bool json, FILE *out);

/* The figures; returns how many entries were refused. */
int64_t adopt_summary(adopt *a, bool json, FILE *out);

#endif
