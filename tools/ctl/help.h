/* help.h - what educonnectctl says of itself. */
#ifndef CTL_HELP_H
#define CTL_HELP_H

#include "ctl/ctl.h"

/* The subcommands, a line each. */
void ctl_help_all(FILE *out);

/* One subcommand: usage, what it does, its options, the common ones, the exit
 * statuses. */
void ctl_help_command(const ctl_command *command, FILE *out);

#endif
