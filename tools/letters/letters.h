/* letters.h - the letters of a school: who gets one, and what stands in it. */
#ifndef LETTERS_H
#define LETTERS_H

#include <stdint.h>

#include "core/password/password.h"
#include "ctl/ctl.h"
#include "letters/text.h"

/* What becomes of an account in a run. */
typedef enum letters_fate {
    LETTERS_ISSUE,      /* it gets a letter */
    LETTERS_WRITTEN,    /* a letter that is valid lies in the directory */
    LETTERS_RUNNING,    /* the school's letter, written elsewhere, is valid */
    LETTERS_ACTIVE,     /* activated: never reset by letters */
    LETTERS_SUSPENDED,  /* ... */
    LETTERS_CLOSED,     /* ... */
    LETTERS_UNREADABLE, /* access rules hide its state */
    LETTERS_N_FATES
} letters_fate;

/* One account, and its letter. Strings are allocated, NULL for none, unless
 * said otherwise. */
typedef struct letter {
    char *dn;
    char *key; /* the DN, in one form: ctl_dn_key() */
    char *uid; /* never NULL */
    char *last, *first;
    char *mail, *mobile;
    char *address; /* lines, each ended by a line feed */
    char *group;   /* the class's label, "" for none */
    char *mark;    /* what tells a homonym of the class apart */
    bool guardian;
    char **children; /* of a guardian, at this school: "Ines Karadec (6A)" */
    size_t n_children;
    char *state, *status, *informed_by, *until; /* as the directory has them */
    char *merged;                               /* educonnectMergedInto */
    bool may; /* educonnectAllowed: inform, or of a reset account that */
    letters_fate fate;
    letters_text password; /* after it was issued */
} letter;

/* A school, with the accounts that were asked for, in the order of printing:
 * by class, pupils before guardians, by name. */
typedef struct letters_school {
    char *dn;
    char *uai;
    char *name;
    char *login_address; /* NULL: not given */
    edc_policy rules[2]; /* of pupils' passwords, and of guardians' */
    bool acts_for;       /* the session's identity is its head or delegate */
    letter *letters;
    size_t n;
} letters_school;

/* ---- finding (letters/find.c, letters/school.c, letters/people.c) ---- */

/* Fills in the school and its accounts as --school, --class, --audience and
 * --list say. CTL_OK, or what to exit with after it has printed why. *stray
 * counts names of the list that are no account of the school, each printed.
 * Release with letters_school_free() in every case. */
ctl_exit letters_find(ctl *c, letters_school *school, size_t *stray);
void letters_school_free(letters_school *school);

/* The school alone, as letters_find() does. */
ctl_exit letters_find_school(ctl *c, letters_school *school);

/* An account out of an entry; release with letter_free(). */
letter letter_of(const ctl_entry *entry, bool guardian);
void letter_free(letter *l);
extern const char *const letter_attributes[];

/* Asks for one account's state, status, holder and end of letter anew. Returns
 * the LDAP result. */
int letter_refresh(ctl *c, letter *l);

/* ---- issuing (letters/issue.c) ---- */

/* Has the server make a provisional password: l->password and l->until. past:
 * with the Relax control, past another's letter. Returns the LDAP result; of a
 * refusal *why is the server's own words, allocated. */
int letters_issue(ctl *c, letter *l, bool past, char **why);

/* ---- what stands on paper (letters/html.c, letters/csv.c) ---- */

/* A document with a cover (no passwords) and a page for every letter, for
 * letters of one class. date is that of the run. */
void letters_html(const letters_school *school, const letter *letters, size_t n,
    int64_t date, letters_text *out);

/* The same letters for a word processor's mail merge. */
void letters_csv(const letters_school *school, const letter *letters, size_t n,
    letters_text *out);

#endif
