/* port.h - ports for servers under test.
 *
 * Tests run side by side, and slapd cannot be told to take any port. So a test
 * reserves one, below those that the system gives to outgoing connections, by a
 * socket whose name tells the others; it is kept from before slapd listens
 * there until it has ended.
 */
#ifndef HARNESS_PORT_H
#define HARNESS_PORT_H

/* Reserves a port that nobody has; returns the reservation, a descriptor to be
 * closed, or -1. */
int port_reserve(int port);

/* The same for any port, which is returned. */
int port_take(int *reservation);

/* A port that is reserved as long as this process runs. */
int server_free_port(void);

#endif
