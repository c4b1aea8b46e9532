/* schema.h - the schema's attributes and classes, as a table. */
#ifndef EDC_SCHEMA_H
#define EDC_SCHEMA_H

/* The project's own arc: a UUID-derived OID (X.667) of
 * f88db001-78e3-4861-bfda-9dd570a0a611. */
#define EDC_OID_ARC "2.25.330384226632443921537185309621840029201"

typedef enum edc_attribute {
#define EDC_ATTRIBUTE(id, name, number, rest) EDC_AT_##id,
#define EDC_CLASS(id, name, number, rest)
#include "core/text/schema.def"
#undef EDC_ATTRIBUTE
#undef EDC_CLASS
    EDC_N_ATTRIBUTES
} edc_attribute;

typedef enum edc_class {
#define EDC_ATTRIBUTE(id, name, number, rest)
#define EDC_CLASS(id, name, number, rest) EDC_OC_##id,
#include "core/text/schema.def"
#undef EDC_ATTRIBUTE
#undef EDC_CLASS
    EDC_N_CLASSES
} edc_class;

/* One definition; static storage. */
typedef struct edc_definition {
    const char *name;
    const char *oid;
    const char *text; /* the whole, as RFC 4512 writes it */
} edc_definition;

const edc_definition *edc_schema_attribute(edc_attribute attribute);
const edc_definition *edc_schema_class(edc_class class);

#endif
