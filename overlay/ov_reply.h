/* ov_reply.h - answers: refusals with their words and controls. */
#ifndef OV_REPLY_H
#define OV_REPLY_H

#include "ov_control.h"
#include "ov_instance.h"

/* Control ids of slapo-ppolicy's, found by ov_reply_init(). */
extern int ov_ppolicy_cid, ov_usability_cid;

/* Finds the controls that ppolicy's module registered. Returns -1, with the
 * reason logged, when they are absent. */
int ov_reply_init(void);

/* Refuses op: counts and logs the codes, sends the result with its text and,
 * when the client asked for it, the password-policy control. Returns the
 * result code for the hook to return. */
int ov_refuse(Operation *op, SlapReply *rs, slap_overinst *on,
    const edc_refusal *refusal);

/* Refuses with one code that has no parameters. */
int ov_refuse_code(
    Operation *op, SlapReply *rs, slap_overinst *on, edc_code code);

/* Refuses with one code about one attribute. */
int ov_refuse_attribute(Operation *op, SlapReply *rs, slap_overinst *on,
    edc_code code, const char *attribute);

/* Refuses with S01: what was written is no event from this state. */
int ov_refuse_change(
    Operation *op, SlapReply *rs, slap_overinst *on, edc_state state);

/* Answers 50 without a word, as slapd does when an ACL says no. */
int ov_refuse_acl(Operation *op, SlapReply *rs, slap_overinst *on);

/* Turns a result that is about to be sent into a refusal (from a response
 * callback). */
void ov_rewrite(Operation *op, SlapReply *rs, slap_overinst *on,
    const edc_refusal *refusal);

/* Counts a refusal for cn=monitor. */
void ov_count_refusal(slap_overinst *on, const edc_refusal *refusal);

/* Text of a refusal in op's temporary memory. */
const char *ov_refusal_text(
    Operation *op, slap_overinst *on, const edc_refusal *refusal);

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
