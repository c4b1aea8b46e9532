/* services.h - services of the sample academy. */
#ifndef HARNESS_SERVICES_H
#define HARNESS_SERVICES_H

#include "harness/sample.h"

#define SERVICES "ou=services," SUFFIX
#define ACCESS "educonnectServiceAccess"

/* cmocka's group fixture: the usual world, with ou=services and in it
 *
 *   ent          students and guardians, every school
 *   orientation  guardians, colleges
 *   folios       students, colleges and lycees
 *   parcours     students, lycees
 *
 * world_with_services() is the same for a world that is already there. */
int services_world(void **state);
void world_with_services(world *w);

/* Writes of academy: a new service with these lines beside its name and
 * address, a change as for client_modify(), an end. */
void add_service(world *w, const char *cn, const char *lines);
answer change_service(world *w, const char *cn, const char *lines);
answer remove_service(world *w, const char *cn);

/* A student of the school, active. */
account active_student(world *w, const char *school, actor head);

#endif
