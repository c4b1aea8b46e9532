/* ctl.h - what every subcommand of educonnectctl has: its options, its session
 * with the directory, its way to speak.
 *
 * A subcommand is a row of commands.def and a function that is given a ctl. It
 * returns one of the exit statuses below. educonnectctl is one process with one
 * thread; nothing here is safe to call from several.
 */
#ifndef CTL_H
#define CTL_H

#include <ldap.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "ctl/memory.h"
#include "ctl/print.h"
#include "ctl/progress.h"

/* What educonnectctl tells the shell: the rows of exits.def. */
typedef enum ctl_exit {
#define EDC_EXIT(id, number, meaning) CTL_##id = (number),
#include "ctl/exits.def"
#undef EDC_EXIT
} ctl_exit;

/* Every option of every subcommand, CTL_OPT_<command>_<id>; those of the
 * command COMMON are every subcommand's. */
typedef enum ctl_opt {
#define EDC_COMMAND(id, name, run, arguments, summary, about)
#define EDC_OPTION(command, id, letter, name, argument, help)                  \
    CTL_OPT_##command##_##id,
#include "ctl/commands.def"
#undef EDC_COMMAND
#undef EDC_OPTION
    CTL_N_OPTS
} ctl_opt;

/* One call of educonnectctl. */
typedef struct ctl {
    const struct ctl_command *command;
    char **args; /* what is left after the options */
    int n_args;
    LDAP *ld;          /* after ctl_connect() */
    char *base;        /* after ctl_connect(): -b, ldap.conf's, or the only one
                          that the server names */
    struct ctl_given { /* the options, as they came */
        ctl_opt opt;
        const char *value; /* "" for one without argument */
    } *given;
    size_t n_given;
    int alone;  /* after ctl_alone(): what says that this process works */
    bool shown; /* an entry was, by ctl_search() */
} ctl;

/* A row of commands.def. */
typedef struct ctl_command {
    const char *name;
    ctl_exit (*run)(ctl *c);
    const char *arguments; /* as the usage line prints them */
    const char *summary;   /* a line, without a full stop */
    const char *about;     /* paragraphs, separated by "\n" */
} ctl_command;

typedef struct ctl_option {
    int command; /* index in ctl_commands, -1: every command */
    int letter;  /* 0: none */
    const char *name;
    const char *argument; /* NULL: takes none */
    const char *help;
} ctl_option;

/* The tables, made from commands.def. */
extern const ctl_command ctl_commands[];
extern const size_t ctl_n_commands;
extern const ctl_option ctl_options[CTL_N_OPTS];

/* ---- options (ctl/options.c) ---- */

/* Reads a subcommand's options and arguments. False after it has printed what
 * is wrong. Release with ctl_finish(). */
bool ctl_begin(ctl *c, const ctl_command *command, int argc, char **argv);
void ctl_finish(ctl *c);

/* How often an option was given. */
size_t ctl_count(const ctl *c, ctl_opt opt);

/* Its last value; otherwise when it was not given. */
const char *ctl_value(const ctl *c, ctl_opt opt, const char *otherwise);

/* Its n-th value, 0 the first; NULL when it was not given so often. */
const char *ctl_nth(const ctl *c, ctl_opt opt, size_t n);

/* Reads a share, "10%" or "10", into 0.1; false for what is none of 0 to 100.
 */
bool ctl_share(const char *text, double *share);

/* ---- the session (ctl/session.c) ---- */

/* Connects and binds as the common options say: -H or ldap.conf's URI, -Z once
 * (StartTLS tried) or twice (insisted upon), -D with -W or -y, -Y for SASL,
 * nothing for anonymous. Sets c->ld, and c->base unless the subcommand has set
 * it already. CTL_OK, or what to exit with after it has printed why. */
ctl_exit ctl_connect(ctl *c);

/* Says that a run had no identity, where it ends without success and was shown
 * nothing: what the directory answers then ("No such object") does not. */
void ctl_advise_identity(const ctl *c, ctl_exit status);

/* ctl_connect() without binding, to see what anybody sees; NULL after it has
 * printed why. ldap_unbind_ext_s() it, as the next. */
LDAP *ctl_connect_anonymously(ctl *c);

/* Another identity's session with that server, by name and password: of a file,
 * or asked for where file is NULL. NULL after it has printed why. */
LDAP *ctl_connect_as(ctl *c, const char *dn, const char *file);

/* A session with another server, by name and password; tls: StartTLS is
 * insisted upon where the URI is ldap://, else it is as -Z says. NULL after it
 * has printed why. */
LDAP *ctl_connect_to(
    ctl *c, const char *uri, bool tls, const char *dn, char *secret);

/* Reads a secret from a file as -y does, the whole of it without its last line
 * feed, or from the terminal when path is NULL, with a prompt. NULL after it
 * has printed why. Zero it with ctl_forget(). */
char *ctl_secret(const char *path, const char *prompt);
void ctl_forget(char *secret);

/* ---- reading the directory (ctl/search.c) ---- */

/* One entry as a search found it; lives during the call of each(). */
typedef struct ctl_entry {
    LDAP *ld;
    LDAPMessage *message;
    const char *dn;
} ctl_entry;

/* The attribute's values, NULL when it has none; ldap_value_free_len() them. */
struct berval **ctl_entry_values(const ctl_entry *e, const char *attribute);

/* Its first value, allocated; NULL when there is none. */
char *ctl_entry_first(const ctl_entry *e, const char *attribute);

/* Whether one of its values is this one, letters' case apart. */
bool ctl_entry_has(
    const ctl_entry *e, const char *attribute, const char *value);

/* Searches page by page (RFC 2696) and calls each() for every entry, which may
 * use c->ld itself and stops the search by returning false. Memory is that of a
 * page. attributes as ldap_search_ext() takes them. Returns the LDAP result;
 * base that does not exist: LDAP_NO_SUCH_OBJECT. Prints nothing. */
int ctl_search(ctl *c, const char *base, int scope, const char *filter,
    const char *const *attributes,
    bool (*each)(void *ctx, const ctl_entry *entry), void *ctx);

/* "(attribute=value)" with the value escaped (RFC 4515); allocated. */
char *ctl_filter(const char *attribute, const char *value);

/* Finds the one account that a person at a terminal means: a DN, a uid, an
 * educonnectSourceId. Returns its DN, allocated; NULL after it has printed that
 * there is none, or several. shown: what messages call the word, the word
 * itself or, of a list, its line; for what stands there may be a secret. */
char *ctl_find_account(ctl *c, const char *word, const char *shown);

/* The same by login or source id, and silently: NULL when there is none.
 * *other: there are several, or it could not be looked for, which
 * ctl_find_account() says. */
char *ctl_look_for_account(ctl *c, const char *word, bool *other);

/* Whether a word of a list may be an account's: a DN, or one without blanks,
 * control characters and what separates in other lists (; , : "). What is none
 * is neither printed nor sent to the server, whose log would keep it: lists of
 * logins with passwords behind them are easily taken for lists of logins. */
bool ctl_is_account_word(const char *word);

/* The same for whoever acts for a school, who needs no account: a DN or a uid.
 */
char *ctl_find_person(ctl *c, const char *word);

/* The DN of the school with this UAI, allocated, or NULL after it has printed
 * that there is none. A DN is returned as it is. */
char *ctl_find_school(ctl *c, const char *uai);

/* What remembers the logins of deleted accounts: see purge/former.h. */
#define CTL_FORMER_LOGINS "former-logins"

/* Entries that have a login nobody else may be given, their uid or, of a former
 * one, their cn; and schools. */
#define CTL_LOGINS_FILTER                                                      \
    "(|(objectClass=educonnectSchool)(uid=*)"                                  \
    "(&(objectClass=organizationalRole)(ou=" CTL_FORMER_LOGINS ")))"

/* ---- speaking (ctl/messages.c) ---- */

/* "educonnectctl import: <text>" to stderr, a line. Never a secret. */
void ctl_warn(const ctl *c, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The same, and the status to exit with: return ctl_fail(c, CTL_USAGE, ...). */
ctl_exit ctl_fail(const ctl *c, ctl_exit status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same for an LDAP result: "<what>: <result> (<diagnosticMessage>)". */
ctl_exit ctl_fail_ldap(
    const ctl *c, ctl_exit status, LDAP *ld, int result, const char *what);

/* The words of a result of LDAP, in the language of whoever reads. */
const char *ctl_result(int result);

/* The diagnosticMessage of the last result, allocated, "" for none. */
char *ctl_diagnostic(LDAP *ld);

/* Writes what stdout still holds; false, said on stderr, when it cannot. Every
 * subcommand's last step. */
bool ctl_flush(const ctl *c);

#endif
