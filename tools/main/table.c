/* table.c - commands.def as arrays. */
#include "ctl/ctl.h"

enum {
    CTL_CMD_COMMON = -1,
#define EDC_COMMAND(id, name, run, arguments, summary, about) CTL_CMD_##id,
#define EDC_OPTION(command, id, letter, name, argument, help)
#include "ctl/commands.def"
#undef EDC_COMMAND
#undef EDC_OPTION
    CTL_N_CMDS
};

#define EDC_COMMAND(id, name, run, arguments, summary, about)                  \
    ctl_exit run(ctl *c);
#define EDC_OPTION(command, id, letter, name, argument, help)
#include "ctl/commands.def"
#undef EDC_COMMAND
#undef EDC_OPTION

const ctl_command ctl_commands[] = {
#define EDC_COMMAND(id, name, run, arguments, summary, about)                  \
    {name, run, arguments, summary, about},
#define EDC_OPTION(command, id, letter, name, argument, help)
#include "ctl/commands.def"
#undef EDC_COMMAND
#undef EDC_OPTION
};

const size_t ctl_n_commands = CTL_N_CMDS;

const ctl_option ctl_options[CTL_N_OPTS] = {
#define EDC_COMMAND(id, name, run, arguments, summary, about)
#define EDC_OPTION(command, id, letter, name, argument, help)                  \
    {CTL_CMD_##command, letter, name, argument, help},
#include "ctl/commands.def"
#undef EDC_COMMAND
#undef EDC_OPTION
};
