/* schema.h - the schema in slapd's terms: descriptions, classes, checks. */
#ifndef OV_SCHEMA_H
#define OV_SCHEMA_H

#include "slapd/slapd.h"

#include "core/account/account.h"
#include "core/text/schema.h"

/* Attribute descriptions of the schema, by edc_attribute. */
extern AttributeDescription *ov_ad[EDC_N_ATTRIBUTES];

/* Those of the attributes that the overlay keeps, ppolicy's among them. */
extern AttributeDescription *ov_kept[EDC_N_KEPT];

/* Those that rules speak of; all but the first from ov_schema_complete() on. */
extern AttributeDescription *ov_ad_uid, *ov_ad_sn, *ov_ad_given_name,
    *ov_ad_mobile;

/* groupOfNames and its member, for roles given to groups; from
 * ov_schema_complete() on. */
extern ObjectClass *ov_oc_group;
extern AttributeDescription *ov_ad_member;

/* Object classes, by edc_class. */
extern ObjectClass *ov_oc[EDC_N_CLASSES];

/* Registers everything and hangs the invariants on the classes: a server
 * refuses what breaks them, slapadd and slapmodify log and count it. Logs the
 * reason and returns -1 when it cannot (ppolicy's schema absent, a name
 * taken). Called once, from init_module(). */
int ov_schema_register(void);

/* Finds what the schema of inetOrgPerson brings; cn=config loads that after the
 * modules, so it is looked for when an overlay is configured. Returns 0 or -1
 * with the reason logged. */
int ov_schema_complete(void);

/* Logs how much a tool's checks let pass, if anything; called once, at the
 * tool's end. */
void ov_schema_report(void);

/* Whether one of slapd's tools runs (slapadd, slapmodify): what it loads
 * passes, and is counted. */
bool ov_is_tool(void);

/* Fills in a snapshot from an entry; its ranges point into the entry. Lock-free
 * and without allocation; history is left empty (see slapd/entry.h). */
void ov_account_read(Entry *e, edc_account *account);

/* Whether a value of pwdAccountLockedTime, as it is or normalised, is a lock
 * without end. */
bool ov_is_lock_for_good(edc_str value);

/* Whether the entry has one of the account classes, or descends from one. */
bool ov_is_account(Entry *e);

/* Whether the entry has the class or one that descends from it. */
bool ov_has_class(Entry *e, edc_class class);

/* Whether a description is of userPassword, with or without options. */
bool ov_is_password(const AttributeDescription *ad);

/* Whether a client may never write this attribute of an account. */
bool ov_is_kept(const AttributeDescription *ad);

/* Which one it is, an edc_kept; EDC_N_KEPT when it is none. */
unsigned ov_kept_number(const AttributeDescription *ad);

#endif
