/* hooks.h - the table of slapd's hooks: where each is carried out. */
#ifndef OV_HOOKS_H
#define OV_HOOKS_H

#include "slapd/slapd.h"

int ov_bind(Operation *op, SlapReply *rs);     /* bind/bind.c */
int ov_add(Operation *op, SlapReply *rs);      /* write/add.c */
int ov_modify(Operation *op, SlapReply *rs);   /* write/modify.c */
int ov_modrdn(Operation *op, SlapReply *rs);   /* write/rename.c */
int ov_delete(Operation *op, SlapReply *rs);   /* write/delete.c */
int ov_extended(Operation *op, SlapReply *rs); /* write/exop.c */

/* Before a write is left to another server, and whether it is. */
bool ov_is_forwarded(Operation *op);          /* write/forward.c */
int ov_forward(Operation *op, SlapReply *rs); /* write/forward.c */

int ov_search(Operation *op, SlapReply *rs);  /* read/read.c */
int ov_compare(Operation *op, SlapReply *rs); /* read/compare.c */

/* Somebody gives an operation up: what waits of it leaves the queue. slapd
 * holds the connection's mutex. */
int ov_abandon(Operation *op, SlapReply *rs);            /* bind/park.c */
int ov_session_destroy(BackendDB *be, Connection *conn); /* bind/session.c */

/* Whether the overlay of a database is open by now: asked before every hook,
 * and by who comes from elsewhere. (module/open.c) */
bool ov_open_now(BackendDB *be, slap_overinst *on);

#endif
