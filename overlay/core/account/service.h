/* service.h - which services an account opens. */
#ifndef EDC_SERVICE_H
#define EDC_SERVICE_H

#include <stdint.h>

#include "core/account/account.h"

/* Levels of schools, as bits. */
enum edc_level { EDC_ECOLE = 1 << 0, EDC_COLLEGE = 1 << 1, EDC_LYCEE = 1 << 2 };

/* The bit of a level's name (educonnectSchoolLevel), ASCII case folded; 0 when
 * it is none. Pure. */
unsigned edc_level_parse(edc_str name);

/* A school as far as services ask. */
typedef struct edc_school {
    edc_str dn;      /* normalised */
    unsigned levels; /* bits of edc_level */
} edc_school;

/* A service. Ranges are borrowed. */
typedef struct edc_service {
    edc_str name;      /* the value of cn that is shown */
    bool for_students; /* educonnectAudience */
    bool for_guardians;
    unsigned levels;        /* 0: schools of every level */
    const edc_str *schools; /* normalised DNs; n_schools 0: every school */
    size_t n_schools;
    int64_t opens;  /* EDC_NO_TIME: ever since */
    int64_t closes; /* EDC_NO_TIME: never; from this second on it is closed */
} edc_service;

/* Somebody's schools: a student's own, or those of a guardian's children. */
typedef struct edc_schools {
    const edc_school *list; /* borrowed */
    size_t n;
} edc_schools;

/* Whether an account may use the service at this moment: it is active, it is a
 * student's for whom the service is and one of its own schools opens it, or a
 * guardian's and one of the children's does. The schools of what the account
 * is not are not looked at. Pure. */
bool edc_service_access(const edc_service *service, const edc_account *account,
    edc_schools own, edc_schools childrens, int64_t now);

#endif
