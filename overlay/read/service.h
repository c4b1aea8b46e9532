/* service.h - the services of a database, kept in memory. */
#ifndef OV_SERVICE_H
#define OV_SERVICE_H

#include "slapd/instance.h"

#include <stdatomic.h>

#include "core/account/service.h"

/* A service and the entry that its ranges point into. */
typedef struct ov_service {
    edc_service service;
    edc_str folded; /* its name, normalised: two services may share it */
    Entry *entry;
} ov_service;

/* The services at one moment, in the order of the database. Immutable once it
 * is in the cache. */
struct ov_services {
    _Atomic unsigned holders;
    uint64_t version;
    ov_service *list;
    size_t n, room;
};

/* Life of an instance's cache. Readers share an immutable list; a change of any
 * service only raises the version, and the next reader makes a new list. */
void ov_service_init(ov_service_cache *cache);
void ov_service_destroy(ov_service_cache *cache);

/* What was read may be out of date: the overlay was not there for a while. */
void ov_service_forget(ov_service_cache *cache);

/* The newest list, NULL when none was made yet; whoever holds one gives it
 * back, and the last frees it. */
struct ov_services *ov_service_hold(ov_service_cache *cache);
void ov_service_release(struct ov_services *services);

/* educonnectSchoolLevel of a service or a school, as bits of edc_level. */
unsigned ov_service_levels(Entry *e);

/* Makes the list anew when it is out of date. Called before the view of the
 * database begins in which it will be used, between ov_enter() and
 * ov_leave(). */
void ov_service_refresh(Operation *op, slap_overinst *on);

/* Watches a write: when it is stored and touches a service, the list is out of
 * date before the client is answered. Replicated writes are watched as well. */
void ov_service_watch(Operation *op, slap_overinst *on);

#endif
