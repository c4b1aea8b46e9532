/* client.h - whom an operation is for: who is connected, or who stands behind.
 */
#ifndef OV_CLIENT_H
#define OV_CLIENT_H

#include "slapd/instance.h"

#include "core/lockout/watch.h"

typedef struct ov_client {
    char line[EDC_CLIENT_SIZE];      /* its line of the gate; "" of slapd's own
                                        operations */
    char address[EDC_WATCH_ADDRESS]; /* "" when it has none */
} ov_client;

/* The client of op: the one that a proxy of educonnect-gate-proxies names,
 * else the one that is connected. (bind/client.c) */
void ov_client_of(Operation *op, slap_overinst *on, ov_client *client);

#endif
