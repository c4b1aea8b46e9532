/* ov_service.h - the services of a database, kept in memory. */
#ifndef OV_SERVICE_H
#define OV_SERVICE_H

#include "ov_ops.h"

/* Life of an instance's cache. Readers share an immutable list; a change of any
 * service only raises the version, and the next reader makes a new list. */
void ov_service_init(ov_service_cache *cache);
void ov_service_destroy(ov_service_cache *cache);

/* Makes the list anew when it is out of date. Called before the view of the
 * database begins in which it will be used, between ov_enter() and
 * ov_leave(). */
void ov_service_refresh(Operation *op, slap_overinst *on);

/* Watches a write: when it is stored and touches a service, the list is out of
 * date before the client is answered. added: the new entry of an Add, else
 * NULL. Replicated writes are watched as well. */
void ov_service_watch(Operation *op, slap_overinst *on, Entry *added);

#endif
