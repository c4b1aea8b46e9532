/* former.h - former passwords are nobody's to read. */
#ifndef OV_FORMER_H
#define OV_FORMER_H

#include "slapd/instance.h"

/* Has slapd ask here before its access rules, in every database: whatever they
 * grant, educonnectPasswordHistory (and what descends from it) is disclosed,
 * compared, searched and read by nobody who may not manage it. Called from
 * init_module(), with no operation under way. */
void ov_former_guard(void);

/* The same for what overlays ask about entries of the database that this one
 * stands in. Called when it is opened; a second time does nothing. */
void ov_former_guard_database(slap_overinst *on);

/* Whether a search wants its entries sorted by former passwords: slapd's own
 * sorting (sssvlv) asks no access rule, and the order tells of the values. */
bool ov_former_sorts(Operation *op);

#endif
