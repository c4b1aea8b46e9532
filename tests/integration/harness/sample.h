/* sample.h - a small fictional academy, and accounts in every state.
 *
 *   ou=schools  college (9990001X), lycee (9990002Y): head and two delegates
 *   ou=staff    those six, provisioner, registrar, assistance (through the
 *               group cn=helpdesk), academy, stranger (no role at all)
 *   ou=people   the accounts, which tests make as they need them
 *
 * All people, schools and codes are invented.
 */
#ifndef HARNESS_SAMPLE_H
#define HARNESS_SAMPLE_H

#include "harness/client.h"

#define SCHOOLS "ou=schools," SUFFIX
#define STAFF_DN "ou=staff," SUFFIX
#define PEOPLE "ou=people," SUFFIX
#define COLLEGE "ou=college," SCHOOLS
#define LYCEE "ou=lycee," SCHOOLS
#define COLLEGE_UAI "9990001X"
#define LYCEE_UAI "9990002Y"

typedef enum actor {
    ROOT, /* the rootdn */
    PROVISIONER,
    REGISTRAR,
    ASSISTANCE,
    ACADEMY,
    HEAD1, /* of the college */
    SDEL1, /* its delegate for students */
    GDEL1, /* its delegate for guardians */
    HEAD2, /* of the lycee */
    SDEL2,
    GDEL2,
    STRANGER,
    N_ACTORS
} actor;

/* A running server with the sample and a session of every actor. */
typedef struct world {
    server server;
    LDAP *as[N_ACTORS];
    LDAP *config; /* cn=config */
    unsigned serial;
} world;

/* One account as a test knows it. */
typedef struct account {
    char dn[96];
    char uid[32];
    char password[96];    /* what a bind would need now, "" when none */
    char provisional[96]; /* the last one that was handed out */
    char child[96];       /* a guardian's student */
} account;

const char *actor_name(actor who);
char *actor_dn(actor who);       /* allocated */
char *actor_password(actor who); /* allocated */
LDAP *actor_login(const server *s, actor who);

/* The base entries as LDIF, for slapadd; with_overlay false leaves our classes
 * out. Allocated. */
char *sample_ldif(bool with_overlay);

/* Prepares a server, loads the sample with slapadd, starts it, logs all
 * actors in. NULL: the usual setup. */
void world_begin(world *w, const setup *how);
void world_end(world *w);

/* Logs everybody in again, after the server was stopped and started. */
void world_login(world *w);

/* DN of the overlay's entry in cn=config; allocated. */
char *world_overlay_dn(world *w);

/* A change of the overlay's entry in cn=config, as client_modify(). */
answer world_configure(world *w, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Letters of the next moments die in a few seconds: long enough to be used on
 * a slow machine, short enough to be waited for. */
void letters_expire_soon(world *w);
void letters_expire_as_usual(world *w);

/* A clear password that every rule accepts, different at every call. */
void fresh_password(world *w, char out[96]);

/* New accounts, uninformed, made by the provisioner. enrolled: DNs of schools
 * joined by '|'. A guardian comes with a child enrolled there. */
account new_student(world *w, const char *enrolled);
account new_guardian(world *w, const char *enrolled);

/* A guardian with a child at the college and one at the lycee. */
account shared_guardian(world *w);

/* So many binds, each with a wrong password of its own; kind: what no other
 * series of that account has. */
void bind_wrongly(const server *s, const account *a, const char *kind, int n);

/* New accounts brought to a state by the events that lead there; letters are
 * the college's. state: "uninformed" ... "closed" (from active). */
account student_in(world *w, const char *state);
account guardian_in(world *w, const char *state);

/* Single steps, which fail the test when they are refused. */
void step_inform(world *w, account *a, actor school);
void step_activate(world *w, account *a);
void step_state(world *w, account *a, actor who, const char *state);

/* {SSHA} of a password, for slapadd; allocated. */
char *ssha_of(const char *password);

/* The overlay's counters under cn=monitor: "evaluated 12", "refused 3". */
#define GUESSES "educonnectMonitorGuesses"

/* A counter under cn=monitor: the n of "<key> <n>" among the values of the
 * attribute in the overlay's entry. Fails the test when it is not there. */
long monitor_counter(world *w, const char *attribute, const char *key);

/* All of an attribute's counters, joined by '|'; allocated. */
char *monitor_counters(world *w, const char *attribute);

/* Waits until every Modify that slapd has begun is over, answered or not.
 * Between a change in a transaction and the end of it this is needed: slapd
 * 2.5.13 (ITS#9892) lets the end free an operation whose thread has sent its
 * answer but not left it yet. */
void await_modifies(world *w);

/* The same for another kind, as cn=monitor names it ("Modrdn"). */
void await_operations(world *w, const char *kind);

/* cmocka's group fixtures with the usual setup; *state is a world. */
int usual_world(void **state);

/* The same with another setup, for a fixture to call. */
int world_of(void **state, const setup *how);
int end_world(void **state);

#endif
