/* wish.h - what a record wishes its entry to be. */
#ifndef IMPORT_WISH_H
#define IMPORT_WISH_H

#include "import/import.h"
#include "import/say.h"

/* Looking things up on the way; one for all records. */
typedef struct wish_finder {
    import *im;
    sqlite3_stmt *school, *by_uai, *is_ours, *guardian, *in_directory, *selves,
        *link, *linked;
    int64_t links_removed;
} wish_finder;

void wish_open(wish_finder *f, import *im);
void wish_close(wish_finder *f);

/* One record and its entry. */
typedef struct wish {
    int64_t record;
    src_kind kind;
    src_op op;
    int64_t entry;  /* 0: it is to be made */
    import_say say; /* of a pupil's guardians */
    const char *id, *dn;
    size_t n_handed;        /* links of other sources that wish_make() ends */
    bool student, guardian; /* what the entry will be; wish_make() sets them */
    char notes[IMPORT_NOTE_MAX];
} wish;

/* Names in *want every attribute that the record has an opinion on, with the
 * values that the entry should have then; of a new entry, all of it. *have is
 * what the entry has, empty for a new one. */
void wish_make(
    wish_finder *f, wish *w, const bag *fields, const bag *have, bag *want);

/* Whether a pupil of whom a wish was made has this new guardian. */
bool wish_linked(wish_finder *f, const wish *w);

/* The parts of wish_make() about a pupil's schools and classes
 * (wish_ties.c), and guardians (wish_links.c). */
void wish_schools(
    wish_finder *f, wish *w, const bag *fields, const bag *have, bag *want);
void wish_links(
    wish_finder *f, wish *w, const bag *fields, const bag *have, bag *want);

#endif
