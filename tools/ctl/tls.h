/* tls.h - why TLS with a server did not begin. */
#ifndef CTL_TLS_H
#define CTL_TLS_H

/* What is wrong with the certificate of the server of uri, or with the file of
 * trusted CAs, as a clause, allocated; NULL: nothing, or nothing to be known.
 * libldap says "unknown error code" of every one of these.
 *
 * Asks the server for its certificate once more, by a connection of its own
 * that checks nothing and sends nothing but, with starttls, that request. */
char *ctl_tls_complaint(const char *uri, bool starttls);

#endif
