/* shipped.h - the files of ldif/ as a test may run them: in directories of its
 * own, by a user of its own, with a certificate for 127.0.0.1.
 */
#ifndef HARNESS_SHIPPED_H
#define HARNESS_SHIPPED_H

#include "harness/server.h"

/* A file of ldif/, whole; allocated. EDC_SOURCE names the top of the source
 * tree when it is not the current directory. */
char *shipped_file(const char *name);

/* Every occurrence of a word replaced; text is given up, allocated. */
char *text_with(char *text, const char *word, const char *own);

/* Puts this machine's root, tls, slapd's schema and modules, and the files of
 * the server's directory in the place of what Debian has; text is given up,
 * allocated. */
char *shipped_here(const server *s, const char *tls, char *text);

/* Writes server.pem, server.key and ca.pem into a directory. */
void shipped_certificate(const char *tls);

#endif
