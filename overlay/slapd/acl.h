/* acl.h - what slapd's access rules say of a write, asked before anything is
 * read for a client, reserved, searched or hashed.
 *
 * The questions are those that the backend asks inside its own transaction,
 * in its order, and a refusal has its words: whoever is refused cannot tell
 * which of the two answered. The backend asks again; its answer is the last.
 * Call between ov_enter() and ov_leave().
 */
#ifndef OV_ACL_H
#define OV_ACL_H

#include "slapd/instance.h"

typedef struct ov_acl {
    bool found;       /* there is an entry to ask about */
    bool ours;        /* it is an account, or a new RDN adds of this schema: not
                         the backend's alone to refuse */
    bool allowed;     /* true as well when there is none */
    const char *text; /* the backend's words for the refusal, or NULL */
    bool leaf;        /* of a ModRDN: nothing is below the entry */
    Entry *seen; /* of a Modify: what is wanted of the entry, as ov_excerpt() */
} ov_acl;

/* The entry is the one that op names, as it is stored now. wanted: attributes
 * that the caller would read next; NULL: none. A ModRDN is also
 * asked about what its new RDN adds of object classes and of this schema, as a
 * Modify would be: slapd lets a new RDN add any attribute. */
ov_acl ov_acl_modify(
    Operation *op, bool (*wanted)(const AttributeDescription *ad));
ov_acl ov_acl_rename(Operation *op);
ov_acl ov_acl_delete(Operation *op);
ov_acl ov_acl_add(Operation *op);

#endif
