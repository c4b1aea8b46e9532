/* links.h - what students and guardians say of each other. */
#ifndef HARNESS_LINKS_H
#define HARNESS_LINKS_H

#include "harness/client.h"

/* Reads educonnectGuardian of every student and educonnectChild of every
 * guardian by one search, so in one state of the database. A student who names
 * a merged account means the one it was merged into. Returns the LDAP result;
 * why becomes "" when both say the same, else what they disagree on. */
int read_both_directions(LDAP *ld, char *why, size_t size);

#endif
