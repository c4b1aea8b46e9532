/* doctor.h - what educonnectctl doctor found, and its repairs. */
#ifndef HARNESS_DOCTOR_H
#define HARNESS_DOCTOR_H

#include "harness/tool.h"

/* Whether there is a finding of this code with this part in its lines; ""
 * asks for the code alone. */
bool doctor_finds(const tool *t, const char *code, const char *part);

/* Applies the repairs of a run with --json, each as it stands; code: of these
 * findings only, each of which has one; NULL: of all. How many there were. */
size_t doctor_repair(const tool *t, LDAP *as, const char *code);

#endif
