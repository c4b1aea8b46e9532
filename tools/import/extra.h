/* extra.h - attributes of the SDET (ENT...) that are passed through when
 * the directory has their schema.
 *
 * Which class carries those of a kind is one table; which of them it may have
 * and must have, and which are DNs, is asked of the server's schema. DNs are
 * not passed: a file has ids where the schema wants names of entries.
 */
#ifndef IMPORT_EXTRA_H
#define IMPORT_EXTRA_H

#include "source/bag.h"
#include "ctl/ctl.h"
#include "source/source.h"

/* One class with what its superiors have. names are as the schema spells them.
 */
typedef struct extra_class {
    const char *name; /* NULL: the server has no such class */
    char **may;       /* ENT attributes, those that it must have too */
    size_t n_may;
    char **must;
    size_t n_must;
} extra_class;

typedef struct import_extra {
    extra_class of[SRC_OTHER]; /* by src_kind */
} import_extra;

/* Reads the schema. CTL_OK, or what to exit with: when there is no server, or
 * when it knows none of the classes. */
ctl_exit import_extra_read(ctl *c, import_extra *extra);
void import_extra_free(import_extra *extra);

/* The schema's spelling of a name that entries of this kind may have; NULL when
 * they may not. */
const char *import_extra_name(
    const import_extra *extra, src_kind kind, edc_str name);

/* "name:value" as a key of a bag holds it: the length of the name, and where
 * the value begins. */
size_t import_extra_split(const char *item, const char **value);

/* Whether the items under a key have a value for every attribute that the class
 * must have; *missing names the first that is not there. */
bool import_extra_whole(
    const extra_class *class, const bag *b, unsigned key, const char **missing);

#endif
