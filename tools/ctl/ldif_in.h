/* ldif_in.h - entries of LDIF (RFC 2849), read one at a time.
 *
 * Nothing but the file itself is ever read: libldap's reader opens what
 * "include:" names, and fetches values as "jpegPhoto:< file:///...".
 * A record has LIMIT_LDIF bytes at most; no line of it is ever printed, since
 * it may be a password's.
 */
#ifndef LDIF_IN_H
#define LDIF_IN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* An empty one has file alone. */
typedef struct ldif_in {
    FILE *file;
    long line;   /* lines read */
    long begins; /* the record's first line */
    char *text;  /* the record: unfolded lines, each with its line feed, no
                    comments */
    size_t n, room;
    bool fetched; /* it has a value of another file's: "name:< URL" */
} ldif_in;

typedef enum ldif_end {
    LDIF_RECORD,
    LDIF_END,
    LDIF_BROKEN /* *why says it, a clause; l->begins where */
} ldif_end;

ldif_end ldif_in_next(ldif_in *l, const char **why);

/* Zeroes and frees what it holds; not the file. */
void ldif_in_free(ldif_in *l);

#endif
