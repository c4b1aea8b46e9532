/* who.h - the account that a person at a terminal means, by whatever they know
 * of it.
 */
#ifndef CTL_WHO_H
#define CTL_WHO_H

#include "ctl/ctl.h"

/* As ctl_find_account(), by name or class as well: the words of a name in any
 * order ("Chesçay Paul", "paul chescay", "chescay"), case and accents folded,
 * or a class ("6EME A"). A login, DN or source id goes before. One alone that
 * has the name is meant; of several, of those of a class, and of those whose
 * names only sound like it, somebody at a terminal is asked which, and
 * otherwise they are listed on stderr. Returns the DN, allocated; NULL when
 * there is none, or none was chosen, after it has said so. */
char *ctl_find_somebody(ctl *c, const char *word);

#endif
