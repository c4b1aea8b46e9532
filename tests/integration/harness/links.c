/* links.c - what students and guardians say of each other, read by one
 * search.
 */
#define _GNU_SOURCE 1
#include "harness/links.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/harness.h"

#define ROWS_MAX 4096
#define HOPS_MAX 256

/* "a > b": a student and a guardian, or a guardian and whom it was merged
 * into. */
typedef struct rows {
    char *list[ROWS_MAX];
    size_t n;
} rows;

typedef struct view {
    rows guardians; /* DNs of all there are */
    rows merged;
    rows up;   /* what students say */
    rows down; /* what guardians say */
} view;

static void
add_row(rows *r, char *text)
{
    if (r->n < ROWS_MAX)
        r->list[r->n++] = text;
    else
        free(text);
}

static void
free_rows(rows *r)
{
    for (size_t i = 0; i < r->n; i++)
        free(r->list[i]);
    r->n = 0;
}

static int
by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
sort_once(rows *r)
{
    size_t n = 0;

    qsort(r->list, r->n, sizeof(char *), by_text);
    for (size_t i = 0; i < r->n; i++) {
        if (n > 0 && strcmp(r->list[n - 1], r->list[i]) == 0)
            free(r->list[i]);
        else
            r->list[n++] = r->list[i];
    }
    r->n = n;
}

static void
collect(
    LDAP *ld, LDAPMessage *entry, const char *attribute, bool downward, rows *r)
{
    struct berval **values = ldap_get_values_len(ld, entry, attribute);
    char *dn = ldap_get_dn(ld, entry);

    for (int i = 0; values != NULL && values[i] != NULL; i++)
        add_row(r, downward ? text_of("%s > %s", values[i]->bv_val, dn)
                            : text_of("%s > %s", dn, values[i]->bv_val));
    ldap_memfree(dn);
    ldap_value_free_len(values);
}

static bool
there_is(const view *v, const char *guardian)
{
    for (size_t i = 0; i < v->guardians.n; i++) {
        if (strcmp(v->guardians.list[i], guardian) == 0)
            return true;
    }
    return false;
}

/* The account that this one was merged into, when there still is one. */
static const char *
next_of(const view *v, const char *guardian)
{
    size_t n = strlen(guardian);

    for (size_t i = 0; i < v->merged.n; i++) {
        const char *row = v->merged.list[i];

        if (strncmp(row, guardian, n) == 0 && strncmp(row + n, " > ", 3) == 0 &&
            there_is(v, row + n + 3))
            return row + n + 3;
    }
    return NULL;
}

/* What a student says means the account in the end. */
static void
follow_merges(view *v)
{
    for (size_t i = 0; i < v->up.n; i++) {
        char *row = v->up.list[i], *at = strstr(row, " > ");
        const char *guardian = at + 3, *next;

        for (int hops = 0;
            hops < HOPS_MAX && (next = next_of(v, guardian)) != NULL; hops++)
            guardian = next;
        v->up.list[i] = text_of("%.*s > %s", (int)(at - row), row, guardian);
        free(row);
    }
}

static void
compare_directions(view *v, char *why, size_t size)
{
    follow_merges(v);
    sort_once(&v->up);
    sort_once(&v->down);
    for (size_t i = 0; i < v->up.n || i < v->down.n; i++) {
        const char *a = i < v->up.n ? v->up.list[i] : "nothing";
        const char *b = i < v->down.n ? v->down.list[i] : "nothing";

        if (strcmp(a, b) != 0) {
            snprintf(why, size, "students say %s, guardians %s", a, b);
            return;
        }
    }
}

static void
collect_entry(LDAP *ld, LDAPMessage *e, view *v)
{
    struct berval **classes = ldap_get_values_len(ld, e, "objectClass");
    char *dn = ldap_get_dn(ld, e);

    for (int i = 0; classes != NULL && classes[i] != NULL; i++) {
        if (strcmp(classes[i]->bv_val, "educonnectLegalGuardian") == 0)
            add_row(&v->guardians, text_of("%s", dn));
    }
    ldap_memfree(dn);
    ldap_value_free_len(classes);
    collect(ld, e, "educonnectMergedInto", false, &v->merged);
    collect(ld, e, "educonnectGuardian", false, &v->up);
    collect(ld, e, "educonnectChild", true, &v->down);
}

int
read_both_directions(LDAP *ld, char *why, size_t size)
{
    char *attrs[] = {"objectClass", "educonnectGuardian", "educonnectChild",
        "educonnectMergedInto", NULL};
    LDAPMessage *result = NULL;
    view *v = calloc(1, sizeof(*v));
    int rc = ldap_search_ext_s(ld, PEOPLE, LDAP_SCOPE_SUBTREE,
        "(|(educonnectGuardian=*)(educonnectChild=*)"
        "(objectClass=educonnectLegalGuardian))",
        attrs, 0, NULL, NULL, NULL, 0, &result);

    why[0] = '\0';
    if (rc == LDAP_SUCCESS) {
        for (LDAPMessage *e = ldap_first_entry(ld, result); e != NULL;
            e = ldap_next_entry(ld, e))
            collect_entry(ld, e, v);
        compare_directions(v, why, size);
    }
    ldap_msgfree(result);
    free_rows(&v->guardians);
    free_rows(&v->merged);
    free_rows(&v->up);
    free_rows(&v->down);
    free(v);
    return rc;
}
