/* config.h - the slapd.conf that the tests run with. */
#ifndef HARNESS_CONFIG_H
#define HARNESS_CONFIG_H

#include "harness/server.h"

/* The overlay's directives when a setup names none: the roles of the sample
 * and a hash so cheap that thousands of them cost nothing. */
const char *usual_directives(void);

/* The usual roles alone, for setups that write their other directives. */
const char *usual_roles(void);

/* The whole file for a server's directory; allocated. */
char *config_text(const char *directory, const setup *how);

#endif
