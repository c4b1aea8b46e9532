/* open.h - an overlay that is open before anything relies on it.
 *
 * slapd opens an overlay with its database, or when cn=config adds it. It does
 * not always when olcDisabled goes from TRUE to FALSE (ITS#10219, since 2.5.19
 * and 2.6.9), and yet calls it. So whoever is called asks here first.
 */
#ifndef OV_OPEN_H
#define OV_OPEN_H

#include "slapd/hooks.h"
#include "slapd/instance.h"

/* Opens an instance of a database unless it is open already; for slapd, and
 * for any number of threads at once. Returns false with why filled in, which
 * is logged too, when it cannot be. A tool of slapd's (slapadd) opens
 * nothing, and nothing is called there: true. */
bool ov_open(BackendDB *be, ov_instance *instance, slap_overinst *on, char *why,
    size_t size);

/* Closes it; slapd has stopped everything else. */
void ov_close(BackendDB *be, slap_overinst *on);

/* Puts the hooks of the overlay in: those of slapd/hooks.h, each behind
 * ov_open_now(). An operation is refused when it says no. */
void ov_open_hooks(BackendInfo *bi);

#endif
