/* request.h - what connections ask a server for.
 *
 * Entries are numbered: in a template such as "uid=g%,ou=people" each % stands
 * for a number, and requests go over the numbers in an order that is the same
 * every time and has no neighbours in it.
 */
#ifndef BENCH_REQUEST_H
#define BENCH_REQUEST_H

#include "load.h"

/* Kinds of requests: name, what is sent. */
#define REQUEST_KINDS(X)                                                       \
    X(SEARCH, "search", "subtree search by filter")                            \
    X(BASE, "base", "base search of an entry")                                 \
    X(COMPARE, "compare", "compare of an attribute with a value")              \
    X(BIND, "bind", "simple bind of an entry")                                 \
    X(MODIFY, "modify", "replace of an attribute, another value each time")    \
    X(TOGGLE, "toggle", "add of a value to an entry, and its removal next")    \
    X(SWITCH, "switch",                                                        \
        "replace of an attribute by one of two values in turn")                \
    X(DELETE, "delete", "delete of an entry")                                  \
    X(PASSWORD, "password", "Password Modify, another password each time")     \
    X(LETTER, "letter",                                                        \
        "Password Modify that leaves the choice to the server")                \
    X(CLAIM, "claim",                                                          \
        "claim by the mobile number that -d is, for the password that -v is")  \
    X(MERGE, "merge", "merge of an entry into the one that -v names")

typedef enum request_kind {
#define REQUEST_ID(id, name, what) REQUEST_##id,
    REQUEST_KINDS(REQUEST_ID)
#undef REQUEST_ID
        N_REQUEST_KINDS
} request_kind;

extern const char *const request_names[N_REQUEST_KINDS];
extern const char *const request_texts[N_REQUEST_KINDS];

/* What a claim says of a guardian beside the number and the password. */
#define REQUEST_CLAIM_SN "Famille"
#define REQUEST_CLAIM_GIVEN_NAME "Jeanne"
#define REQUEST_CLAIM_BIRTH "2014-02-03"

/* A load_group's context for request_send(). Strings are borrowed; NULL where
 * no kind that is asked for needs them. */
typedef struct requests {
    unsigned weight[N_REQUEST_KINDS]; /* in the mix; 0: not sent */
    const char *dn;                   /* template of the entry; CLAIM: of a
                                         mobile number */
    const char *base, *filter;        /* SEARCH: base, template */
    const char *attribute;            /* of COMPARE, MODIFY, TOGGLE, SWITCH */
    const char *value;                /* template; of SWITCH the first, of MERGE
                                         the entry that stays */
    const char *other;                /* SWITCH: the second */
    const char *wanted;   /* one attribute that is read; NULL: all */
    const char *password; /* BIND */
    bool fresh;           /* another wrong password each time */
    uint64_t first, n;    /* numbers of the entries */
    bool in_order;        /* one after the other, each once */
} requests;

/* Sends the next request of the mix; a load_send. */
int request_send(load_group *g, LDAP *ld, const load_turn *turn, int *message);

/* The kind with this name, N_REQUEST_KINDS when there is none. */
request_kind request_kind_of(const char *name);

#endif
