/* reply.h - answers: refusals with their words and controls. */
#ifndef OV_REPLY_H
#define OV_REPLY_H

#include "slapd/control.h"
#include "slapd/instance.h"

/* Control ids of slapo-ppolicy's, found by ov_reply_init(). */
extern int ov_ppolicy_cid, ov_usability_cid;

/* Finds the controls that ppolicy's module registered. Returns -1, with the
 * reason logged, when they are absent. */
int ov_reply_init(void);

/* Whether the client asked for the password-policy control. */
bool ov_asks_ppolicy(const Operation *op);

/* Zeroes every password in an Add, a Modify, a Compare, and the whole of an
 * extended request, once nobody needs them any more and before the answer:
 * whoever logs requests as their answers go out finds none in them. A refusal
 * is the last that becomes of a request: ov_refuse() and its like do it. */
void ov_cleanse_request(Operation *op);

/* Refuses op: counts and logs the codes, cleanses the request, sends the result
 * with its text and, when the client asked for it, the password-policy control.
 * Returns the result code for the hook to return. */
int ov_refuse(Operation *op, SlapReply *rs, slap_overinst *on,
    const edc_refusal *refusal);

/* Refuses with one code that has no parameters. */
int ov_refuse_code(
    Operation *op, SlapReply *rs, slap_overinst *on, edc_code code);

/* Answers 50 as slapd does when an ACL says no: with slapd's own words (static;
 * NULL: none) and no code. */
int ov_refuse_acl(
    Operation *op, SlapReply *rs, slap_overinst *on, const char *text);

/* Turns a result that is about to be sent into a refusal (from a response
 * callback). */
void ov_rewrite(Operation *op, SlapReply *rs, slap_overinst *on,
    const edc_refusal *refusal);

/* Counts a refusal for cn=monitor. */
void ov_count_refusal(slap_overinst *on, const edc_refusal *refusal);

/* What has no code, in the overlay's language: one of the two. */
const char *ov_say(slap_overinst *on, const char *english, const char *french);

/* Text of a refusal, in memory of this thread until its next refusal: it may
 * stand in a result after the operation's own memory is gone. */
const char *ov_refusal_text(slap_overinst *on, const edc_refusal *refusal);

/* A text (or NULL) in the same place: for an answer that passes on what an
 * operation of our own was told. */
const char *ov_lasting_text(const char *text);

/* Puts a password-policy response control (error -1: none) on the result about
 * to be sent, if the client asked for one, and remembers what was there in
 * *controls. */
void ov_add_ppolicy(
    Operation *op, SlapReply *rs, int error, ov_controls *controls);

/* An Account Usability response control for one search entry, until
 * ov_control_remove() or slapd takes it off. */
void ov_add_usability(Operation *op, SlapReply *rs, const edc_account *account,
    const edc_settings *settings, ov_controls *controls);

#endif
