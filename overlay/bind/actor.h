/* actor.h - what the identity of an operation is to an account. */
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

/* Fills in who asks an account for something: roles, school, Relax, time,
 * proof of the password by the session. What it names stays in *actor. Call
 * between ov_enter() and ov_leave(). */
void ov_actor_ask(Operation *op, slap_overinst *on, Entry *entry,
    const edc_account *account, ov_actor *actor, edc_request *request);

#endif
