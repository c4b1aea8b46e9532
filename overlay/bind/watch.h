/* watch.h - addresses that only guess. */
#ifndef OV_WATCH_H
#define OV_WATCH_H

#include "slapd/instance.h"

/* Counts a password that the client of op (bind/client.h) has sent for a name,
 * right or wrong; an address that only guesses is told of in the log.
 * (bind/watch.c) */
void ov_watch_note(
    Operation *op, slap_overinst *on, const struct berval *name, bool right);

#endif
