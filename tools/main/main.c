/* main.c - educonnectctl: finds the subcommand and runs it. */
#include <locale.h>
#include <signal.h>
#include <string.h>

#include "ctl/help.h"
#include "ctl/language.h"
#include "core/text/version.h"

static const ctl_command *
find(const char *name)
{
    for (size_t i = 0; i < ctl_n_commands; i++) {
        if (strcmp(ctl_commands[i].name, name) == 0)
            return ctl_commands + i;
    }
    return NULL;
}

static ctl_exit
help(int argc, char **argv)
{
    const ctl_command *command = argc > 2 ? find(argv[2]) : NULL;

    if (argc > 2 && command == NULL) {
        print(stderr, "educonnectctl: %s: no such subcommand\n", argv[2]);
        return CTL_USAGE;
    }
    if (command != NULL)
        ctl_help_command(command, stdout);
    else
        ctl_help_all(stdout);
    return fflush(stdout) == 0 ? CTL_OK : CTL_LOCAL;
}

static ctl_exit
run(const ctl_command *command, int argc, char **argv)
{
    ctl c;
    ctl_exit status = CTL_USAGE;

    if (ctl_begin(&c, command, argc, argv)) {
        if (ctl_count(&c, CTL_OPT_COMMON_HELP) > 0) {
            ctl_help_command(command, stdout);
            status = CTL_OK;
        } else {
            status = command->run(&c);
            ctl_advise_identity(&c, status);
        }
        if (!ctl_flush(&c) && status < CTL_LOCAL)
            status = CTL_LOCAL;
    }
    ctl_progress_end();
    ctl_finish(&c);
    return status;
}

int
main(int argc, char **argv)
{
    const ctl_command *command;

    setlocale(LC_CTYPE, "");
    ctl_language_begin();
    signal(SIGPIPE, SIG_IGN);
    if (argc < 2) {
        ctl_help_all(stderr);
        return CTL_USAGE;
    }
    if (strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0 ||
        strcmp(argv[1], "-h") == 0)
        return help(argc, argv);
    if (strcmp(argv[1], "--version") == 0) {
        print(stdout, "educonnectctl %s\n", EDC_VERSION);
        return fflush(stdout) != 0 || ferror(stdout) != 0 ? CTL_LOCAL : CTL_OK;
    }
    command = find(argv[1]);
    if (command == NULL) {
        /* An option's value may be a secret. */
        print(stderr,
            "educonnectctl: %s: no such subcommand (educonnectctl help)\n",
            argv[1][0] == '-' ? "options stand behind the subcommand"
                              : argv[1]);
        return CTL_USAGE;
    }
    return run(command, argc - 1, argv + 1);
}
