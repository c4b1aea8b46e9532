/* refused.h - the file of refused passwords. */
#ifndef EDC_REFUSED_H
#define EDC_REFUSED_H

#include "core/text/text.h"

typedef enum edc_refused {
    EDC_REFUSED_NO,   /* not listed */
    EDC_REFUSED_YES,  /* listed */
    EDC_REFUSED_ERROR /* the file cannot be used: errno tells; EFBIG: plain and
                         too long, EILSEQ: hashes that are not sorted */
} edc_refused;

/* A file in one of two forms, told apart by its first line:
 *  - upper- or lower-case hexadecimal SHA-1, sorted, optionally followed by
 *    ":count" (as published by breach lists), of any size: searched in place by
 *    halving it, a handful of reads whatever the size; compared exactly;
 *  - one password a line (LF or CR LF), UTF-8, any order, at most
 *    EDC_REFUSED_PLAIN_MAX bytes and EDC_REFUSED_LINES_MAX lines: kept in
 *    memory as sorted digests; compared with case and accents folded (see
 *    fold.h). */
typedef struct edc_refused_list edc_refused_list;

#define EDC_REFUSED_PLAIN_MAX 1048576
#define EDC_REFUSED_LINES_MAX 100000

/* Opens a list and tries it. NULL, with errno as above (ENOMEM, EISDIR, ESPIPE
 * for what is no regular file), when it cannot be used. Never waits for what
 * the path names. */
edc_refused_list *edc_refused_open(const char *path);

/* One more owner of the same list; edc_refused_close() ends one, NULL does
 * nothing. Thread-safe. */
edc_refused_list *edc_refused_share(edc_refused_list *list);
void edc_refused_close(edc_refused_list *list);

/* The path as it was given; lives as long as the list. */
const char *edc_refused_path(const edc_refused_list *list);

/* Looks a prepared password up. The file is looked at each time: one that was
 * replaced (rename(2) does it at once for all) or changed counts from then on.
 * One that can no longer be used is EDC_REFUSED_ERROR, and is tried again the
 * next time; hashes that end early are searched as far as they go. Thread-safe;
 * takes logarithmic time but for the first look at a plain file that has
 * changed. */
edc_refused edc_refused_lookup(edc_refused_list *list, edc_str prepared);

#endif
