/* change.h - what a write makes of an entry, told from the entry before it and
 * the entry after it.
 *
 * Add, Modify and ModRDN are judged here alike, by what they lead to and not by
 * what they are called or how they spell it. What an event of the table changes
 * (password, state, lock) a Modify wishes: the event is judged by decide.h.
 */
#ifndef EDC_CHANGE_H
#define EDC_CHANGE_H

#include "core/account/decide.h"

/* By which operation. */
typedef enum edc_means {
    EDC_MEANS_ADD,
    EDC_MEANS_MODIFY,
    EDC_MEANS_RENAME
} edc_means;

/* One value as the directory compares it (normalised), with the options of its
 * attribute ("lang-fr"; empty: none) and, where a list is of several
 * attributes, which of them. Borrowed. */
typedef struct edc_value {
    unsigned which;
    edc_str options;
    edc_str value;
} edc_value;

/* The array is the caller's; it is put in order here. */
typedef struct edc_values {
    edc_value *list;
    size_t n;
} edc_values;

/* What rules know of an entry. All zero: there is none. */
typedef struct edc_picture {
    bool student;
    bool guardian;
    bool link_in_name; /* a link is part of its RDN */
    edc_values uid;
    edc_values password;
    edc_values kept; /* which: edc_kept */
} edc_picture;

/* One write. */
typedef struct edc_write {
    edc_means means;
    bool transaction;   /* inside an LDAP transaction */
    unsigned wishes;    /* bits 1 << edc_wish: what a Modify says it wishes, by
                           naming the attribute. Its pictures leave password
                           and kept attributes as they are. */
    edc_str names_kept; /* a kept attribute that a Modify names although no
                           wish is written so; empty: none */
} edc_write;

/* What the pictures of a write say of it. */
typedef struct edc_change {
    bool was;      /* an account before */
    bool is;       /* and after */
    bool lost;     /* an account loses one of the account classes */
    bool gained;   /* or has one more */
    bool ended;    /* it loses all of them */
    bool uid;      /* another login */
    bool password; /* another password, or more of them */
    bool keyed;    /* a new account has a password; it may keep one of before
                      with the Relax control, by the event migrate */
    bool kept;     /* another value of a kept attribute */
    bool option;   /* a new account's login has attribute options */
    bool link;     /* a link comes into the name */
} edc_change;

/* Compares. In the time of sorting what the pictures hold. Thread-safe; changes
 * nothing but the order of the lists. */
edc_change edc_change_find(edc_picture *before, edc_picture *after);

/* Whether somebody's roles count: the write is about an account's password,
 * state, marks, or makes an account. Else request is not looked at below. */
bool edc_change_asks_roles(const edc_change *change, const edc_write *write);

/* Judges everything about it that is no event: returns true when it may go on
 * (an account's wishes, a new account's creation, to edc_decide()). Else
 * *refusal says why; roles come before whatever tells of the account: who has
 * none for what is written learns nothing else. account: as it is before, for
 * its state's name; request: roles and school_identity are looked at. Pure. */
bool edc_change_judge(const edc_change *change, const edc_write *write,
    const edc_account *account, const edc_request *request,
    edc_refusal *refusal);

#endif
