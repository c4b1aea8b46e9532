/* peers.c - the servers that are held against each other. */
#define _GNU_SOURCE 1
#include "peers.h"

#include <limits.h>
#include <lmdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/launch.h"

const char *const peer_names[N_PEERS] = {"bare", "stock", "ours"};

/* ---- configurations ---- */

static const char common[] = "threads " BENCH_THREADS "\n"
                             "sizelimit unlimited\n"
                             "loglevel 0\n";

static const char database[] =
    "database monitor\n"
    "database mdb\n"
    "suffix " SUFFIX "\n"
    "maxsize 8589934592\n"
    "rootdn " ROOT_DN "\n"
    "rootpw " ROOT_PASSWORD "\n"
    "index objectClass,uid,entryCSN,entryUUID eq\n"
    "index educonnectUai,educonnectFederatedId,educonnectSourceId eq\n"
    "index educonnectMobileKey eq\n"
    "index educonnectGuardian,educonnectContestedGuardian eq\n"
    "index educonnectIne eq\n"
    "access to attrs=userPassword by self =wx "
    "by dn.children=\"" STAFF_DN "\" manage by * auth\n"
    "access to * by dn.children=\"" STAFF_DN "\" manage by users read "
    "by * read\n";

/* What comes before the databases, and over the database of the people. */
static const struct {
    const char *modules;
    const char *overlays;
} configurations[N_PEERS] = {
    [BARE] = {"moduleload argon2\n", ""},
    [STOCK] = {"moduleload argon2\n"
               "moduleload ppolicy\n"
               "moduleload unique\n"
               "moduleload constraint\n"
               "moduleload memberof\n"
               "moduleload refint\n",
        "overlay ppolicy\n"
        "ppolicy_default \"cn=policy," SUFFIX "\"\n"
        "overlay unique\n"
        "unique_uri ldap:///" SUFFIX "?educonnectUai?sub\n"
        "unique_uri ldap:///" SUFFIX "?educonnectFederatedId?sub\n"
        "overlay constraint\n"
        "constraint_attribute mail regex ^[^@]+@[^@]+$\n"
        "overlay memberof\n"
        "memberof-group-oc educonnectStudent\n"
        "memberof-member-ad educonnectGuardian\n"
        "memberof-memberof-ad memberOf\n"
        "overlay refint\n"
        "refint_attributes educonnectGuardian\n"},
    [OURS] = {"moduleload ppolicy\n"
              "moduleload educonnect\n",
        "index educonnectMergedInto eq\n"
        "overlay educonnect\n"
        "educonnect-role provisioner dn=uid=provisioner," STAFF_DN "\n"
        "educonnect-role academy dn=uid=academy," STAFF_DN "\n"
        "educonnect-import-schemes {SSHA}\n"},
};

static char *
configuration(const peer_server *p, const peer_setup *how)
{
    const server *s = &p->s;
    peer which = p->peer;
    char schema[PATH_MAX] = "", disk[80];
    char *usual = launch_usual_schema(), *text;

    /* The module brings it along. */
    if (which != OURS) {
        REQUIRE(realpath("schema/educonnect.schema", schema) != NULL);
    }
    snprintf(disk, sizeof(disk), "%s/db", s->directory);
    text = text_of("%s%s%s%s\n"
                   "modulepath %s/modules:%s\n"
                   "moduleload back_mdb\nmoduleload back_monitor\n%s%s"
                   "pidfile %s/pid\nargsfile %s/args\n"
                   "database config\nrootdn " CONFIG_DN "\n"
                   "rootpw " CONFIG_PASSWORD "\n"
                   "%sdirectory %s\n%s%s%s%s",
        usual, common, which == OURS ? "" : "include ", schema, s->directory,
        launch_modules(), configurations[which].modules,
        how->global != NULL ? how->global : "", s->directory, s->directory,
        database, how->sync ? disk : p->memory, how->sync ? "" : "dbnosync\n",
        how->database != NULL ? how->database : "",
        configurations[which].overlays,
        which == OURS && how->ours != NULL ? how->ours : "");
    free(usual);
    return text;
}

/* ---- servers ---- */

static char *
database_of(const peer_server *p)
{
    return p->memory[0] != '\0' ? text_of("%s", p->memory)
                                : server_path(&p->s, "db");
}

/* Without the free pages that slapadd leaves, more or fewer as it happens: LMDB
 * writes a long list of them again at each commit. */
static void
compact(const peer_server *p)
{
    char *database = database_of(p);
    char *copy = text_of("%s/compact", database);
    char *from = text_of("%s/data.mdb", copy);
    char *to = text_of("%s/data.mdb", database);
    MDB_env *env;

    REQUIRE(mkdir(copy, 0700) == 0 && mdb_env_create(&env) == 0);
    REQUIRE(mdb_env_open(env, database, MDB_RDONLY, 0600) == 0);
    REQUIRE(mdb_env_copy2(env, copy, MDB_CP_COMPACT) == 0);
    mdb_env_close(env);
    REQUIRE(rename(from, to) == 0 && rmdir(copy) == 0);
    free(database);
    free(copy);
    free(from);
    free(to);
}

/* Entries that only one server can have: ppolicy's own classes. */
static void
load(peer_server *p, const char *data)
{
    char *output = NULL;

    if (server_tool(&p->s, NULL, &output, "slapadd", "-q -l %s", data) != 0)
        FAIL("slapadd: %s", output);
    free(output);
    if (p->peer != STOCK)
        return;
    if (server_tool(&p->s,
            "dn: cn=policy," SUFFIX "\nobjectClass: person\n"
            "objectClass: pwdPolicy\ncn: policy\nsn: policy\n"
            "pwdAttribute: userPassword\npwdLockout: TRUE\n"
            "pwdMaxFailure: 5\npwdLockoutDuration: 900\n",
            &output, "slapadd", "-q") != 0)
        FAIL("slapadd: %s", output);
    free(output);
}

void
peer_begin(peer_server *p, peer which, const char *data, const peer_setup *peer)
{
    setup how = {.without = which != OURS, .debug = 32768};
    char *config, *path;

    memset(p, 0, sizeof(*p));
    p->peer = which;
    server_prepare(&p->s, &how);
    if (!peer->sync) {
        snprintf(p->memory, sizeof(p->memory), "/dev/shm/educonnect-XXXXXX");
        REQUIRE(mkdtemp(p->memory) != NULL);
    }
    config = configuration(p, peer);
    path = server_path(&p->s, "slapd.conf");
    write_file(path, config);
    free(config);
    free(path);
    if (data != NULL) {
        load(p, data);
        compact(p);
    }
    server_start(&p->s);
}

struct peer_reader {
    MDB_env *env;
    MDB_txn *txn;
};

peer_reader *
peer_read(const peer_server *p)
{
    peer_reader *reader = calloc(1, sizeof(*reader));
    char *database = database_of(p);

    REQUIRE(reader != NULL && mdb_env_create(&reader->env) == 0);
    REQUIRE(mdb_env_open(reader->env, database, MDB_RDONLY, 0600) == 0);
    REQUIRE(mdb_txn_begin(reader->env, NULL, MDB_RDONLY, &reader->txn) == 0);
    free(database);
    return reader;
}

void
peer_read_end(peer_reader *reader)
{
    mdb_txn_abort(reader->txn);
    mdb_env_close(reader->env);
    free(reader);
}

void
peer_begin_null(peer_server *p)
{
    setup how = {.without = true, .debug = 32768};
    char *config, *path, *schema = launch_usual_schema();

    memset(p, 0, sizeof(*p));
    server_prepare(&p->s, &how);
    path = server_path(&p->s, "slapd.conf");
    config = text_of("%s%smodulepath %s\nmoduleload back_null\n"
                     "pidfile %s/pid\nargsfile %s/args\n"
                     "database null\nsuffix " SUFFIX "\nbind on\n",
        schema, common, launch_modules(), p->s.directory, p->s.directory);
    free(schema);
    write_file(path, config);
    free(config);
    free(path);
    server_start(&p->s);
}

/* utime and stime, the 14th and 15th field; the name before them has no blank
 * in it. */
double
peer_seconds(const peer_server *p)
{
    char *path = text_of("/proc/%d/stat", (int)p->s.pid);
    char *text = read_file(path, NULL);
    unsigned long user = 0, system = 0;

    REQUIRE(text != NULL &&
            sscanf(text,
                "%*d %*s %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu",
                &user, &system) == 2);
    free(path);
    free(text);
    return (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
}

static void
remove_database(const char *directory)
{
    static const char *const files[] = {"data.mdb", "lock.mdb"};

    for (int i = 0; i < 2; i++) {
        char *path = text_of("%s/%s", directory, files[i]);

        unlink(path);
        free(path);
    }
    rmdir(directory);
}

void
peer_end(peer_server *p)
{
    server_stop(&p->s);
    if (p->memory[0] != '\0')
        remove_database(p->memory);
    server_finish(&p->s);
}
