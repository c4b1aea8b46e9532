/* dn.h - DNs as words that are compared. */
#ifndef CTL_DN_H
#define CTL_DN_H

#include <stdbool.h>

/* Whether a text is a DN (RFC 4514) with at least one part. Pure. */
bool ctl_is_dn(const char *text);

/* A DN in one spelling: as RFC 4514 writes it, without blanks, ASCII letters
 * small; allocated. What is no DN is only made small. Pure. */
char *ctl_dn_key(const char *dn);

#endif
