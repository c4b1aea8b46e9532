/* client.h - what a client says to slapd and what it hears.
 *
 * Requests are written as LDIF, the way an administrator would. Every
 * connection sends the password-policy request control with everything; what
 * else it sends is set by client_sends().
 */
#ifndef HARNESS_CLIENT_H
#define HARNESS_CLIENT_H

#include <ldap.h>
#include <stdbool.h>
#include <stddef.h>

#include "harness/server.h"

#define PPOLICY_OID LDAP_CONTROL_PASSWORDPOLICYREQUEST
#define USABILITY_OID LDAP_CONTROL_X_ACCOUNT_USABILITY

/* What came back. */
typedef struct answer {
    int code;                  /* LDAP result, -1 and so on: libldap's */
    char text[1024];           /* diagnosticMessage */
    bool controlled;           /* a password-policy response came along */
    unsigned char control[32]; /* its value */
    size_t control_length;
    size_t n_controls; /* response controls of any kind */
    char made[64];     /* password that the server made, "" when none */
} answer;

/* Controls that a connection sends with every request. */
enum client_control {
    SENDS_PPOLICY = 1 << 0,
    SENDS_RELAX = 1 << 1,
    SENDS_USABILITY = 1 << 2,
    SENDS_PERMISSIVE = 1 << 3,
    SENDS_TRANSACTION = 1 << 4, /* with the identifier "" */
    SENDS_PROXY = 1 << 5        /* as proxy_dn */
};

LDAP *client_open(const server *s);
void client_close(LDAP *ld);
void client_sends(LDAP *ld, unsigned controls, const char *proxy_dn);

/* Opens a connection and binds; fails the test when that does not succeed. */
LDAP *client_login(const server *s, const char *dn, const char *password);

/* The machine's root, by ldapi and SASL EXTERNAL. */
LDAP *client_machine(const server *s);

answer client_bind(LDAP *ld, const char *dn, const char *password);
answer client_bind_bytes(
    LDAP *ld, const char *dn, const char *password, size_t length);

/* SASL PLAIN, spoken by hand. */
answer client_bind_plain(LDAP *ld, const char *user, const char *password);

/* One bind on a connection of its own. */
answer bind_once(const server *s, const char *dn, const char *password);

/* Any LDIF record: "dn: ...\nchangetype: ...\n...", add when none is named. */
answer client_ldif(LDAP *ld, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* "dn: <dn>", "changetype: modify" and what follows. */
answer client_modify(LDAP *ld, const char *dn, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* "attribute: value\n", in base64 where LDIF wants it; allocated. */
char *client_line(const char *attribute, const char *value);

/* Replaces one attribute by one value of any bytes. */
answer client_replace(LDAP *ld, const char *dn, const char *attribute,
    const char *value, size_t length);

answer client_delete(LDAP *ld, const char *dn);

/* Password Modify exop; NULL leaves a field out. */
answer client_password(
    LDAP *ld, const char *dn, const char *old, const char *new);

answer client_compare(
    LDAP *ld, const char *dn, const char *attribute, const char *value);
answer client_whoami(LDAP *ld);

/* Base search for all attributes; only the result matters. */
answer client_search(LDAP *ld, const char *dn);

/* Commits (or aborts) the transaction. */
answer client_transaction_end(LDAP *ld, bool commit);

/* First value of an attribute, allocated; NULL when there is none. */
char *client_read(LDAP *ld, const char *dn, const char *attribute);

/* The same for one that the server writes after its answer: waits for it. */
char *client_await(LDAP *ld, const char *dn, const char *attribute);

/* All values, sorted and joined by '|', allocated; "" when there are none. */
char *client_read_all(LDAP *ld, const char *dn, const char *attribute);

/* All values of each of these attributes, a line each in this order;
 * allocated. The names end with NULL. */
char *client_picture(LDAP *ld, const char *dn, const char *const *attributes);

/* Number of entries that match. */
int client_count(LDAP *ld, const char *base, const char *filter);

/* Value of the response control with this OID on the entry found at dn, as
 * hexadecimal ("80 01 ff"); "" when it is not there; allocated. */
char *client_entry_control(LDAP *ld, const char *dn, const char *oid);

/* ---- what a test asserts about an answer ---- */

/* The codes that the text begins its sentences with, "P01 P03"; "" for none;
 * allocated. */
char *codes_of(const char *text);

/* Result and codes, exactly: expect(a, 19, "P01 P03"). */
void expect_at(const char *file, int line, const char *what, answer a, int code,
    const char *codes);
#define expect(call, code, codes)                                              \
    expect_at(__FILE__, __LINE__, #call, (call), (code), (codes))
#define expect_ok(call) expect(call, LDAP_SUCCESS, "")

/* The password-policy response's bytes, "30 03 81 01 02"; "" for no control. */
void expect_control_at(
    const char *file, int line, const answer *a, const char *bytes);
#define expect_control(a, bytes)                                               \
    expect_control_at(__FILE__, __LINE__, (a), (bytes))

/* One stored value as this connection reads it; NULL: absent. */
void expect_stored_at(const char *file, int line, LDAP *ld, const char *dn,
    const char *attribute, const char *value);
#define expect_stored(ld, dn, attribute, value)                                \
    expect_stored_at(__FILE__, __LINE__, (ld), (dn), (attribute), (value))

/* All values of an attribute, as client_read_all() joins them. */
void expect_values_at(const char *file, int line, LDAP *ld, const char *dn,
    const char *attribute, const char *values);
#define expect_values(ld, dn, attribute, values)                               \
    expect_values_at(__FILE__, __LINE__, (ld), (dn), (attribute), (values))

/* The response control's bytes for an error of draft-behera, section 6.2. */
#define PP_NONE "30 00"
#define PP_EXPIRED "30 03 81 01 00"
#define PP_LOCKED "30 03 81 01 01"
#define PP_MUST_CHANGE "30 03 81 01 02"
#define PP_NOT_ALLOWED "30 03 81 01 03"
#define PP_NEED_OLD "30 03 81 01 04"
#define PP_QUALITY "30 03 81 01 05"
#define PP_SHORT "30 03 81 01 06"
#define PP_HISTORY "30 03 81 01 08"
#define PP_LONG "30 03 81 01 09"

#endif
