/* actor.h - what the identity of an operation is to an account, and who is
 * linked to whom. */
#ifndef OV_ACTOR_H
#define OV_ACTOR_H

#include "slapd/entry.h"
#include "slapd/instance.h"

/* Room for a UAI with its NUL. */
#define OV_UAI_SIZE 16

/* What was found out about the actor and the account's schools. It owns no
 * memory: a search finds it out for every entry. */
typedef struct ov_actor {
    unsigned roles;
    char school[OV_UAI_SIZE]; /* UAI that the actor acts for; empty */
    char owner[OV_UAI_SIZE];  /* lowest UAI of the children's schools; empty */
} ov_actor;

/* Roles that the configuration gives op's identity, whatever the account;
 * op->o_bd is the overlay's database. */
unsigned ov_actor_roles(Operation *op, slap_overinst *on);

/* Roles of op's identity for an account; entry is the stored one (NULL for an
 * Add). Call between ov_enter() and ov_leave(). */
void ov_actor_find(Operation *op, slap_overinst *on, Entry *entry,
    const edc_account *account, ov_actor *actor);

/* Whether any school's entry names op's identity. */
bool ov_actor_is_school(Operation *op);

/* Longest list of names in a refusal, with its NUL. */
#define OV_LIST_MAX 1024

/* Why no account may be opened for a student; all empty when one may. The
 * ranges point into the structure itself, which must not be copied while they
 * are used. */
typedef struct ov_hold {
    edc_str missing; /* attributes that the record lacks, comma-separated */
    edc_str schools; /* UAIs, when there are several, comma-separated */
    edc_str others;  /* DNs of students with the same INE, by "; " */
    char text[3][OV_LIST_MAX];
} ov_hold;

/* Finds out; entry: as it would be stored. Call between ov_enter() and
 * ov_leave(). */
void ov_eligibility(
    Operation *op, slap_overinst *on, Entry *entry, ov_hold *hold);

/* Checks new values of educonnectGuardian (entry: as it would be stored;
 * before: as it is, or NULL). Returns 0 or the bits of L01 L02 L03 L04. */
edc_codes ov_links_check(
    Operation *op, slap_overinst *on, Entry *entry, Entry *before);

/* The people whose names a password may not contain: the holder (entry) and
 * those linked to it. */
typedef struct ov_people {
    edc_person *people;
    size_t n;
    Entry **entries; /* copies that the people point into */
    size_t n_entries;
} ov_people;

void ov_people_find(Operation *op, Entry *entry, ov_people *people);
void ov_people_free(ov_people *people);

#endif
