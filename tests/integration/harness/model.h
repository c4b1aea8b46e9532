/* model.h - a second opinion: what the manual page says about a
 * request.
 *
 * Written from the manual page's tables and sentences, sharing nothing with the
 * overlay's core, so that the two may disagree. Covers who may take an account
 * from where to where, the guard, eligibility and the password rules that the
 * random test provokes.
 */
#ifndef HARNESS_MODEL_H
#define HARNESS_MODEL_H

#include <stdbool.h>

#include "harness/sample.h"

typedef enum model_state {
    UNINFORMED,
    INFORMED,
    ACTIVE,
    RESET,
    SUSPENDED,
    CLOSED,
    N_STATES
} model_state;

/* Whose letter runs. */
typedef enum model_letter {
    NO_LETTER,
    LETTER_OF_NOBODY, /* of the academy or the provisioner: "-" */
    LETTER_OF_COLLEGE,
    LETTER_OF_LYCEE
} model_letter;

#define MODEL_HISTORY 3

/* What the model knows of one account. */
typedef struct model {
    bool guardian;   /* else a student */
    bool at_college; /* enrolled there, or has a child there */
    bool at_lycee;
    bool incomplete; /* a student's record lacks something */
    model_state state;
    model_state before_suspension;
    model_state before_closing;
    model_letter letter;
    bool locked;
    char uid[32];
    char password[96];              /* "" when none */
    char former[MODEL_HISTORY][96]; /* own ones, newest first */
} model;

/* What is asked for. */
typedef struct model_request {
    actor who;
    bool self; /* the holder, bound with the current password; not `who` */
    char wish; /* 'p' a new password, 's' a state, 'u' unlock, 'c' claim, 'm'
                  merge, 'l' lock */
    model_state target;   /* of 's' */
    const char *password; /* of 'p'; NULL: the server makes one */
    bool relax;
} model_request;

/* What the manual page promises. */
typedef struct model_verdict {
    int code;          /* LDAP result */
    char codes[32];    /* "P01 P03" */
    const char *event; /* when it is granted */
} model_verdict;

const char *model_state_name(model_state state);

model_verdict model_judge(const model *m, const model_request *request);

/* Takes the account where a granted request leads. password: the new one, made
 * by whoever; NULL when the request was for none. */
void model_apply(model *m, const model_request *request,
    const model_verdict *verdict, const char *password);

/* educonnectInformedBy, NULL when absent. */
const char *model_informed_by(const model *m);

/* The password-policy control of a bind with the right password, and its
 * result and codes. */
model_verdict model_bind(const model *m, const char **control);

#endif
