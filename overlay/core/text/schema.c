/* schema.c - the schema as a table of definitions. */
#include "core/text/schema.h"

#define OID(branch, number) EDC_OID_ARC "." #branch "." #number
#define DEFINITION(branch, name, number, rest)                                 \
    {name, OID(branch, number),                                                \
        "( " OID(branch, number) " NAME '" name "' " rest ")"}

static const edc_definition attributes[] = {
#define EDC_ATTRIBUTE(id, name, number, rest)                                  \
    [EDC_AT_##id] = DEFINITION(1, name, number, rest),
#define EDC_CLASS(id, name, number, rest)
#include "core/text/schema.def"
#undef EDC_ATTRIBUTE
#undef EDC_CLASS
};

static const edc_definition classes[] = {
#define EDC_ATTRIBUTE(id, name, number, rest)
#define EDC_CLASS(id, name, number, rest)                                      \
    [EDC_OC_##id] = DEFINITION(2, name, number, rest),
#include "core/text/schema.def"
#undef EDC_ATTRIBUTE
#undef EDC_CLASS
};

const edc_definition *
edc_schema_attribute(edc_attribute attribute)
{
    return &attributes[attribute];
}

const edc_definition *
edc_schema_class(edc_class class)
{
    return &classes[class];
}
