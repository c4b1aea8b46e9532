/* entity.h - characters by the names and numbers that HTML has for them. */
#ifndef EDC_SOURCE_ENTITY_H
#define EDC_SOURCE_ENTITY_H

#include "core/text/text.h"

/* The character of a name ("eacute") as UTF-8, NUL-terminated. False: there is
 * none. Thread-safe. */
bool src_entity(edc_str name, char utf8[4]);

/* Undoes what was written as an entity twice ("&amp;eacute;" in XML, "&eacute;"
 * in CSV), in place, as often as it was done: names of entities.def, and
 * numbers of characters. What is no such thing stays. Returns the new length,
 * never longer; name is the first that was undone, "&eacute;", or "". */
size_t src_entities_undo(char *text, size_t n, char name[16]);

#endif
