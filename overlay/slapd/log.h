/* log.h - what the overlay writes to slapd's log: names of things, never a
 * password, a birth date or an INE. */
#ifndef OV_LOG_H
#define OV_LOG_H

#include "slapd/slapd.h"

#include "core/account/decide.h"

/* "educonnect: refused EDC-... on <dn> to <identity>", at level stats. */
void ov_log_refusal(Operation *op, const edc_refusal *refusal);

/* "educonnect: <dn> <event> <from> -> <to> by <identity>", at level stats. */
void ov_log_event(Operation *op, const struct berval *dn, const edc_plan *plan);

/* What the guard would have refused, at level none: an audit is meant to be
 * read. */
void ov_log_audit(Operation *op, const edc_plan *plan);

/* Something that an administrator must know of, with the entry's DN. */
void ov_log_error(const struct berval *dn, const char *what);

#endif
