/* peers.c - the servers that are held against each other, and their data. */
#define _GNU_SOURCE 1
#include "peers.h"

#include <argon2.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *const peer_names[N_PEERS] = {"bare", "stock", "ours"};

/* ---- configurations ---- */

static const char common[] = "include /etc/ldap/schema/core.schema\n"
                             "include /etc/ldap/schema/cosine.schema\n"
                             "include /etc/ldap/schema/inetorgperson.schema\n"
                             "threads " BENCH_THREADS "\n"
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
    "index educonnectUai,educonnectFederatedId,educonnectSourceId,mobile eq\n"
    "index educonnectGuardian,educonnectContestedGuardian eq\n"
    "index educonnectIne eq\n"
    "access to attrs=userPassword by self =wx by * auth\n"
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
configuration(const server *s, peer which, bool sync, const char *more)
{
    char schema[PATH_MAX] = "";

    /* The module brings it along. */
    if (which != OURS) {
        REQUIRE(realpath("schema/educonnect.schema", schema) != NULL);
    }
    return text_of("%s%s%s\n"
                   "modulepath %s/modules:/usr/lib/ldap\n"
                   "moduleload back_mdb\nmoduleload back_monitor\n%s"
                   "pidfile %s/pid\nargsfile %s/args\n"
                   "database config\nrootdn " CONFIG_DN "\n"
                   "rootpw " CONFIG_PASSWORD "\n"
                   "%sdirectory %s/db\n%s%s%s",
        common, which == OURS ? "" : "include ", schema, s->directory,
        configurations[which].modules, s->directory, s->directory, database,
        s->directory, sync ? "" : "dbnosync\n", configurations[which].overlays,
        which == OURS && more != NULL ? more : "");
}

/* ---- data ---- */

long
peers_students(long people)
{
    return people * 2 / 5;
}

long
peers_guardians(long people)
{
    return people - peers_students(people);
}

/* A file of people that is being written; only ours has states. */
typedef struct output {
    FILE *f;
    bool states;
} output;

static void
write_person(output *o, const char *uid, const char *class, const char *hash)
{
    fprintf(o->f,
        "dn: uid=%s," PEOPLE "\nobjectClass: inetOrgPerson\n"
        "objectClass: %s\nuid: %s\ncn: Person %s\nsn: Person%s\n"
        "givenName: Jeanne\nmobile: +33 6 99 00 00 00\nmail: %s@example.org\n"
        "userPassword: %s\n%s",
        uid, class, uid, uid, uid, uid, hash,
        o->states ? "educonnectState: active\neduconnectActivatedBy: letter\n"
                  : "");
}

static void
write_guardian(output *o, const char *uid, const char *hash)
{
    write_person(o, uid, "educonnectLegalGuardian", hash);
    fputc('\n', o->f);
}

/* Two guardians each, the next student one of the same. */
static void
write_student(output *o, long i, long guardians, const char *hash)
{
    char uid[32];

    snprintf(uid, sizeof(uid), "s%ld", i);
    write_person(o, uid, "educonnectStudent", hash);
    fprintf(o->f, "educonnectGuardian: uid=g%ld," PEOPLE "\n", i % guardians);
    if (i % 10 != 0)
        fprintf(o->f, "educonnectGuardian: uid=g%ld," PEOPLE "\n",
            (i + 1) % guardians);
    fputc('\n', o->f);
}

static void
write_family(output *o, const char *name, int i, int children, const char *hash)
{
    char guardian[32], uid[48];

    snprintf(guardian, sizeof(guardian), "%s%d", name, i);
    write_guardian(o, guardian, hash);
    for (int c = 0; c < children; c++) {
        snprintf(uid, sizeof(uid), "%s-%d", guardian, c);
        write_person(o, uid, "educonnectStudent", hash);
        fprintf(o->f, "educonnectGuardian: uid=%s," PEOPLE "\n\n", guardian);
    }
}

/* Families of one guardian, to be deleted and read. */
static void
write_families(output *o, const char *hash)
{
    static const struct {
        const char *name;
        int children;
    } kinds[] = {{"none", 0}, {"three", 3}, {"five", 5}, {"fifty", 50}};

    for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
        for (int i = 0; i < BENCH_FAMILIES; i++)
            write_family(o, kinds[k].name, i, kinds[k].children, hash);
    }
}

static char *
argon2_of(const char *password)
{
    char encoded[256];

    REQUIRE(argon2id_hash_encoded(BENCH_PASSES, BENCH_MEMORY, 1, password,
                strlen(password), "salt of the bench", 16, 32, encoded,
                sizeof(encoded)) == ARGON2_OK);
    return text_of("{ARGON2}%s", encoded);
}

static void
write_base(output *o, const char *hash)
{
    static const char *const units[] = {"people", "staff", "schools"};

    fputs("dn: " SUFFIX "\nobjectClass: dcObject\nobjectClass: organization\n"
          "dc: example\no: example\n\n",
        o->f);
    for (size_t i = 0; i < 3; i++)
        fprintf(o->f,
            "dn: ou=%s," SUFFIX "\nobjectClass: organizationalUnit\n\n",
            units[i]);
    fprintf(o->f,
        "dn: uid=academy," STAFF_DN "\nobjectClass: inetOrgPerson\n"
        "uid: academy\ncn: academy\nsn: academy\nuserPassword: %s\n\n",
        hash);
}

static void
write_people(output *o, long people, const char *ssha, const char *argon)
{
    long guardians = peers_guardians(people);
    char uid[32];

    for (long i = 0; i < guardians; i++) {
        snprintf(uid, sizeof(uid), "g%ld", i);
        write_guardian(o, uid, ssha);
    }
    for (long i = 0; i < BENCH_ARGON; i++) {
        snprintf(uid, sizeof(uid), "a%ld", i);
        write_guardian(o, uid, argon);
    }
    for (long i = 0; i < peers_students(people); i++)
        write_student(o, i, guardians, ssha);
}

char *
peers_data(const char *directory, long people, bool states)
{
    char *path =
        text_of("%s/%s.ldif", directory, states ? "accounts" : "people");
    char *ssha = ssha_of(BENCH_PASSWORD), *argon = argon2_of(BENCH_PASSWORD);
    output o = {fopen(path, "w"), states};

    REQUIRE(o.f != NULL);
    write_base(&o, ssha);
    write_people(&o, people, ssha, argon);
    write_families(&o, ssha);
    REQUIRE(fclose(o.f) == 0);
    free(ssha);
    free(argon);
    return path;
}

/* ---- servers ---- */

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
peer_begin(
    peer_server *p, peer which, const char *data, bool sync, const char *more)
{
    setup how = {.without = which != OURS, .debug = 32768};
    char *config, *path;

    memset(p, 0, sizeof(*p));
    p->peer = which;
    server_prepare(&p->s, &how);
    config = configuration(&p->s, which, sync, more);
    path = server_path(&p->s, "slapd.conf");
    write_file(path, config);
    free(config);
    free(path);
    load(p, data);
    server_start(&p->s);
}

void
peer_end(peer_server *p)
{
    server_stop(&p->s);
    server_finish(&p->s);
}
