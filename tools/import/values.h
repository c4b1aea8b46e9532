/* values.h - values of an entry's attributes: compared, and how they change. */
#ifndef IMPORT_VALUES_H
#define IMPORT_VALUES_H

#include "import/import.h"

/* Whether an attribute's values are changed one by one. */
bool import_by_value(import_attr attr);

/* Whether a value is there, DNs and classes compared as such. */
bool import_has(const bag *b, import_attr attr, const char *value);

#endif
