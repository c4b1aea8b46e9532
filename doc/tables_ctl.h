/* tables_ctl.h - the tables of educonnectctl, as its documents read them. */
#ifndef TABLES_CTL_H
#define TABLES_CTL_H

#include <stddef.h>

/* A row of tools/ctl/commands.def: a subcommand. */
typedef struct ctl_doc_command {
    const char *name, *arguments, *summary, *about;
} ctl_doc_command;

/* An option; command is an index, -1: every subcommand's. */
typedef struct ctl_doc_option {
    int command;
    int letter; /* 0: none */
    const char *name;
    const char *argument; /* NULL: takes none */
    const char *help;
} ctl_doc_option;

extern const ctl_doc_command ctl_doc_commands[];
extern const size_t ctl_doc_n_commands;
extern const ctl_doc_option ctl_doc_options[];
extern const size_t ctl_doc_n_options;

#endif
