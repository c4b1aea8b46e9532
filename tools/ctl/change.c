/* change.c - one change of the directory, as LDIF, as a request, as bytes.
 */
#include <lber.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ldif.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "ctl/ctl.h"
#include "ctl/change.h"
#include "ctl/pack.h"

void
ctl_change_begin(ctl_change *change, ctl_change_kind kind, const char *dn)
{
    memset(change, 0, sizeof(*change));
    change->kind = kind;
    change->dn = ctl_copy(dn);
}

void
ctl_change_free(ctl_change *change)
{
    for (size_t i = 0; i < change->n_mods; i++) {
        for (size_t v = 0; v < change->mods[i].n_values; v++) {
            OPENSSL_cleanse(change->mods[i].values[v].bv_val,
                change->mods[i].values[v].bv_len);
            free(change->mods[i].values[v].bv_val);
        }
        free(change->mods[i].values);
        free(change->mods[i].attribute);
    }
    free(change->mods);
    free(change->dn);
    memset(change, 0, sizeof(*change));
}

void
ctl_change_mod(ctl_change *change, int op, const char *attribute)
{
    struct ctl_mod *mod;

    change->mods =
        ctl_resize(change->mods, change->n_mods + 1, sizeof(*change->mods));
    mod = change->mods + change->n_mods++;
    *mod = (struct ctl_mod){op, ctl_copy(attribute), NULL, 0};
}

void
ctl_change_value(ctl_change *change, const char *value, size_t n)
{
    struct ctl_mod *mod = change->mods + change->n_mods - 1;

    mod->values =
        ctl_resize(mod->values, mod->n_values + 1, sizeof(*mod->values));
    mod->values[mod->n_values].bv_len = n;
    mod->values[mod->n_values].bv_val = ctl_copy_n(value, n);
    mod->n_values++;
}

void
ctl_change_set(
    ctl_change *change, int op, const char *attribute, const char *value)
{
    ctl_change_mod(change, op, attribute);
    ctl_change_value(change, value, strlen(value));
}

/* ---- LDIF ---- */

static void
line(FILE *out, const char *name, const char *value, size_t n)
{
    size_t width = LDIF_SIZE_NEEDED(strlen(name), n) + 2;
    char *text = ctl_alloc(width, 1);
    char *end = text;

    ldif_sput_wrap(
        &end, LDIF_PUT_VALUE, name, value, (ber_len_t)n, (ber_len_t)width);
    print_lines(out, text); /* zeroed before, so it ends where LDIF does */
    free(text);
}

static const char *
op_name(int op)
{
    return op == LDAP_MOD_ADD      ? "add"
           : op == LDAP_MOD_DELETE ? "delete"
                                   : "replace";
}

static void
print_values(FILE *out, const struct ctl_mod *mod)
{
    for (size_t v = 0; v < mod->n_values; v++)
        line(out, mod->attribute, mod->values[v].bv_val, mod->values[v].bv_len);
}

static void
print_control(const LDAPControl *control, FILE *out)
{
    size_t n = control->ldctl_value.bv_len;
    char *text = ctl_alloc(n + 3, 2);

    EVP_EncodeBlock((unsigned char *)text,
        (const unsigned char *)control->ldctl_value.bv_val, (int)n);
    print(out, "control: %s %s:: %s\n", control->ldctl_oid,
        control->ldctl_iscritical ? "true" : "false", text);
    free(text);
}

void
ctl_change_print(const ctl_change *change, bool plain, FILE *out)
{
    static const char *const kinds[] = {"add", "modify", "delete"};

    line(out, "dn", change->dn, strlen(change->dn));
    if (change->relax)
        print_lines(out, "control: " LDAP_CONTROL_RELAX " true\n");
    if (change->control != NULL)
        print_control(change->control, out);
    if (!plain)
        print(out, "changetype: %s\n", kinds[change->kind]);
    for (size_t i = 0; i < change->n_mods; i++) {
        const struct ctl_mod *mod = change->mods + i;

        if (change->kind == CTL_CHANGE_MODIFY)
            print(out, "%s: %s\n", op_name(mod->op), mod->attribute);
        print_values(out, mod);
        if (change->kind == CTL_CHANGE_MODIFY)
            print_lines(out, "-\n");
    }
    print(out, "\n");
}

/* ---- requests ---- */

static LDAPMod **
as_mods(const ctl_change *change)
{
    LDAPMod **mods = ctl_alloc(change->n_mods + 1, sizeof(*mods));

    for (size_t i = 0; i < change->n_mods; i++) {
        const struct ctl_mod *mod = change->mods + i;

        mods[i] = ctl_alloc(1, sizeof(**mods));
        mods[i]->mod_op = mod->op | LDAP_MOD_BVALUES;
        mods[i]->mod_type = mod->attribute;
        if (mod->n_values == 0)
            continue;
        mods[i]->mod_bvalues =
            ctl_alloc(mod->n_values + 1, sizeof(struct berval *));
        for (size_t v = 0; v < mod->n_values; v++)
            mods[i]->mod_bvalues[v] = mod->values + v;
    }
    return mods;
}

static void
free_mods(LDAPMod **mods)
{
    for (size_t i = 0; mods[i] != NULL; i++) {
        free(mods[i]->mod_bvalues);
        free(mods[i]);
    }
    free(mods);
}

int
ctl_change_send(const ctl_change *change, LDAP *ld, int *id)
{
    LDAPControl relax = {LDAP_CONTROL_RELAX, {0, NULL}, 1};
    LDAPControl *controls[3] = {NULL, NULL, NULL};
    size_t n = 0;
    LDAPMod **mods = as_mods(change);
    int result = LDAP_OTHER;

    if (change->relax)
        controls[n++] = &relax;
    if (change->control != NULL)
        controls[n++] = change->control;
    switch (change->kind) {
    case CTL_CHANGE_ADD:
        result = ldap_add_ext(ld, change->dn, mods, controls, NULL, id);
        break;
    case CTL_CHANGE_MODIFY:
        result = ldap_modify_ext(ld, change->dn, mods, controls, NULL, id);
        break;
    case CTL_CHANGE_DELETE:
        result = ldap_delete_ext(ld, change->dn, controls, NULL, id);
        break;
    }
    free_mods(mods);
    return result;
}

int
ctl_change_apply(const ctl_change *change, LDAP *ld)
{
    LDAPMessage *answer = NULL;
    int id;
    int error;
    int result = ctl_change_send(change, ld, &id);

    if (result != LDAP_SUCCESS)
        return result;
    if (ldap_result(ld, id, LDAP_MSG_ALL, NULL, &answer) <= 0)
        return ldap_get_option(ld, LDAP_OPT_RESULT_CODE, &error) ==
                       LDAP_OPT_SUCCESS
                   ? error
                   : LDAP_OTHER;
    result = ldap_parse_result(ld, answer, &error, NULL, NULL, NULL, NULL, 1);
    return result == LDAP_SUCCESS ? error : result;
}

/* ---- bytes ---- */

char *
ctl_change_pack(const ctl_change *change, size_t *n)
{
    ctl_pack p = {NULL, 0, 0};

    ctl_pack_number(&p, (size_t)change->kind);
    ctl_pack_number(&p, change->relax);
    ctl_pack_text(&p, change->dn, strlen(change->dn));
    ctl_pack_number(&p, change->n_mods);
    for (size_t i = 0; i < change->n_mods; i++) {
        const struct ctl_mod *mod = change->mods + i;

        ctl_pack_number(&p, (size_t)mod->op);
        ctl_pack_text(&p, mod->attribute, strlen(mod->attribute));
        ctl_pack_number(&p, mod->n_values);
        for (size_t v = 0; v < mod->n_values; v++)
            ctl_pack_text(&p, mod->values[v].bv_val, mod->values[v].bv_len);
    }
    *n = p.n;
    return p.bytes;
}

static void
unpack_mod(ctl_unpack *u, ctl_change *change)
{
    int op = (int)ctl_unpack_number(u);
    size_t n, n_values;
    const char *text = ctl_unpack_text(u, &n);
    char *attribute = ctl_copy_n(text, n);

    ctl_change_mod(change, op, attribute);
    free(attribute);
    n_values = ctl_unpack_number(u);
    for (size_t v = 0; v < n_values && u->ok; v++) {
        text = ctl_unpack_text(u, &n);
        if (u->ok)
            ctl_change_value(change, text, n);
    }
}

bool
ctl_change_unpack(ctl_change *change, const char *bytes, size_t n)
{
    ctl_unpack u = {bytes, n, true};
    size_t kind = ctl_unpack_number(&u);
    size_t relax = ctl_unpack_number(&u);
    size_t length, n_mods;
    const char *text = ctl_unpack_text(&u, &length);
    char *dn = ctl_copy_n(text, length);

    ctl_change_begin(change, (ctl_change_kind)kind, dn);
    free(dn);
    change->relax = relax != 0;
    n_mods = ctl_unpack_number(&u);
    for (size_t i = 0; i < n_mods && u.ok; i++)
        unpack_mod(&u, change);
    if (u.ok && u.n == 0 && kind <= CTL_CHANGE_DELETE)
        return true;
    ctl_change_free(change);
    return false;
}
