/* known.h - educonnect-verify-cache: entries whose password was verified a
 * moment ago.
 */
#ifndef OV_KNOWN_H
#define OV_KNOWN_H

#include "slapd/instance.h"

/* Makes the cache that the configuration asks for, or none; when memory is out
 * there is none, and the log says so. The server is paused or starting. */
void ov_known_follow(ov_instance *instance);
void ov_known_close(ov_instance *instance);

/* Whether this password opened the entry, as it is stored now, a moment ago;
 * and that it just did. entry: a copy. */
bool ov_known_ask(
    Operation *op, slap_overinst *on, Entry *entry, edc_str stored);
void ov_known_keep(
    Operation *op, slap_overinst *on, Entry *entry, edc_str stored);

/* Wipes what is known of an entry that changes. */
void ov_known_forget(slap_overinst *on, const struct berval *ndn);

#endif
