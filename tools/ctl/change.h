/* change.h - one change of the directory: printed as LDIF and sent to the
 * server from the same data, so that a dry run shows what a real one sends.
 */
#ifndef CTL_CHANGE_H
#define CTL_CHANGE_H

#include <ldap.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

typedef enum ctl_change_kind {
    CTL_CHANGE_ADD,
    CTL_CHANGE_MODIFY,
    CTL_CHANGE_DELETE
} ctl_change_kind;

/* An empty one is all zero. The fields are ctl/change.c's. */
typedef struct ctl_change {
    ctl_change_kind kind;
    char *dn;
    struct ctl_mod {
        int op; /* LDAP_MOD_ADD, LDAP_MOD_DELETE, LDAP_MOD_REPLACE */
        char *attribute;
        struct berval *values;
        size_t n_values;
    } *mods;
    size_t n_mods;
    bool relax;           /* sent with the Relax control, past the guard */
    LDAPControl *control; /* another one, the caller's; not packed */
} ctl_change;

/* Begins a change of this entry. Release with ctl_change_free(), which
 * zeroes values. */
void ctl_change_begin(ctl_change *change, ctl_change_kind kind, const char *dn);
void ctl_change_free(ctl_change *change);

/* Begins what is done to one attribute; of an add, op is LDAP_MOD_ADD. */
void ctl_change_mod(ctl_change *change, int op, const char *attribute);

/* Adds a value to the last one begun. */
void ctl_change_value(ctl_change *change, const char *value, size_t n);

/* Both, for one NUL-terminated value. */
void ctl_change_set(
    ctl_change *change, int op, const char *attribute, const char *value);

/* Writes it as an LDIF change record (RFC 2849) with the empty line that ends
 * it; lines are not folded. plain: an add without its changetype, as slapadd
 * reads it. */
void ctl_change_print(const ctl_change *change, bool plain, FILE *out);

/* Sends it, and does not wait; *id is the message's. Returns libldap's code. */
int ctl_change_send(const ctl_change *change, LDAP *ld, int *id);

/* Sends it and waits; returns the LDAP result, text in ctl_diagnostic(). */
int ctl_change_apply(const ctl_change *change, LDAP *ld);

/* The change as bytes, allocated, and back. Unpack returns false for bytes
 * that pack did not make. */
char *ctl_change_pack(const ctl_change *change, size_t *n);
bool ctl_change_unpack(ctl_change *change, const char *bytes, size_t n);

#endif
