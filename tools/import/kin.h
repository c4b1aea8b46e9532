/* kin.h - the people of the directory, as an import knows them: what account a
 * link means in the end, whether somebody lives behind it, by which number and
 * address a person is reached.
 *
 * All of it is looked up in the tables that import_directory() filled.
 */
#ifndef IMPORT_KIN_H
#define IMPORT_KIN_H

#include "import/import.h"

/* The account behind a DN. */
typedef struct kin {
    int64_t entry; /* 0: none in the directory, it is to be made */
    bool lives;    /* open, or a record of this run opens it again */
    bool ours;     /* it has an id of this source */
    bool others;   /* it has ids of others */
    bool gave_way; /* an import gave its only record to another account of the
                      same person (import/adopt.c), and closed it */
} kin;

/* Merged accounts are followed to who stayed. */
kin kin_of(import *im, const char *dn);
kin kin_of_entry(import *im, int64_t entry);

/* Whether two DNs mean one account. */
bool kin_same(import *im, const char *dn, const char *other);

/* The value of the list that means the account, NULL when none does; the very
 * DN before others. */
const char *kin_find(
    import *im, const bag *list, import_attr attr, const char *dn);

/* Whether no record of this source is an entry's any more, although it has an
 * id of it: the files give the person another id. */
bool kin_renumbered(import *im, int64_t entry);

/* Whether the record with this id is gone: not in files that are complete, or
 * deleted. */
bool kin_record_gone(import *im, const char *id);

/* A number or an address as it is compared, "m+33612345678" or "eanne@...";
 * allocated, NULL for what is none. */
typedef char *kin_key(const import *im, const char *value);
kin_key kin_mobile_key, kin_mail_key;

/* A name as it is compared; allocated, "" for none. */
char *kin_name_key(const char *name);

/* Whether a source's name says that it is one of the first degree. */
bool kin_first_degree(const char *source, size_t n);

/* Whether an entry has ids of other sources that still have the person; those
 * of former accounts (migrate-aten) are none. higher, if not NULL: one of them
 * is not of the first degree. */
bool kin_has_others(const import *im, const bag *have, bool *higher);

#endif
