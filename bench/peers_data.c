/* peers_data.c - the people of the directories that are held against each
 * other, as LDIF.
 */
#define _GNU_SOURCE 1
#include "peers.h"
#include "request.h"

#include <argon2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

people
people_of(long all)
{
    return (people){
        .guardians = all - all * 2 / 5,
        .students = all * 2 / 5,
        .argon = 256,
        .links = 4000,
        .letters = 4000,
        .families = 1000,
        .fives = 1000,
        .large = 300,
        .claims = 2000,
        .merges = 8000,
        .memory = BENCH_MEMORY,
        .passes = BENCH_PASSES,
    };
}

/* A file of people that is being written. */
typedef struct output {
    FILE *f;
    peer peer;
    char *ssha, *argon;
    unsigned long serial;
} output;

/* What is not as everybody has it; NULL: it is. */
typedef struct peculiar {
    const char *sn, *mobile, *birth;
} peculiar;

/* One person, without an empty line behind. Everybody has a telephone of their
 * own; where the state cannot be stored, as much of something else is. */
static void
write_peculiar(output *o, const char *uid, const char *class, const char *hash,
    const peculiar *p)
{
    bool ours = o->peer == OURS;
    unsigned long n = o->serial++;
    char sn[48], mobile[32];

    snprintf(sn, sizeof(sn), "Person%s", uid);
    snprintf(mobile, sizeof(mobile), "+33 6 %02lu %02lu %02lu %02lu",
        n / 1000000 % 100, n / 10000 % 100, n / 100 % 100, n % 100);
    fprintf(o->f,
        "dn: uid=%s," PEOPLE "\nobjectClass: inetOrgPerson\n"
        "objectClass: %s\nuid: %s\ncn: Person %s\nsn: %s\n"
        "givenName: " REQUEST_CLAIM_GIVEN_NAME "\nmobile: %s\n"
        "mail: %s@example.org\n",
        uid, class, uid, uid, p->sn != NULL ? p->sn : sn,
        p->mobile != NULL ? p->mobile : mobile, uid);
    fprintf(o->f, "%s: %s\n", ours ? "educonnectState" : "employeeType",
        hash != NULL ? "active" : "uninformed");
    if (p->birth != NULL)
        fprintf(o->f, "educonnectBirthDate: %s\n", p->birth);
    if (hash != NULL)
        fprintf(o->f, "%s: letter\nuserPassword: %s\n",
            ours ? "educonnectActivatedBy" : "title", hash);
}

static void
write_person(output *o, const char *uid, const char *class, const char *hash)
{
    const peculiar nothing = {NULL, NULL, NULL};

    write_peculiar(o, uid, class, hash, &nothing);
}

static void
write_guardians(output *o, const char *name, long n, const char *hash)
{
    char uid[32];

    for (long i = 0; i < n; i++) {
        snprintf(uid, sizeof(uid), "%s%ld", name, i);
        write_person(o, uid, "educonnectLegalGuardian", hash);
        fputc('\n', o->f);
    }
}

static void
write_link(output *o, const char *name, long i)
{
    fprintf(o->f, "educonnectGuardian: uid=%s%ld," PEOPLE "\n", name, i);
}

/* Two guardians each, the next student one of the same. */
static void
write_students(output *o, const people *who)
{
    char uid[32];

    for (long i = 0; i < who->students; i++) {
        snprintf(uid, sizeof(uid), "s%ld", i);
        write_person(o, uid, "educonnectStudent", o->ssha);
        write_link(o, "g", i % who->guardians);
        write_link(o, "g", (i + 1) % who->guardians);
        fputc('\n', o->f);
    }
    for (long i = 0; i < who->links; i++) {
        snprintf(uid, sizeof(uid), "l%ld", i);
        write_person(o, uid, "educonnectStudent", o->ssha);
        write_link(o, "a", i % who->argon);
        fputc('\n', o->f);
    }
}

/* The children of so many guardians, so many each. */
static void
write_children(output *o, const char *name, long families, int children)
{
    char uid[48];

    for (long i = 0; i < families; i++) {
        for (int c = 0; c < children; c++) {
            snprintf(uid, sizeof(uid), "%s%ld-%d", name, i, c);
            write_person(o, uid, "educonnectStudent", o->ssha);
            write_link(o, name, i);
            fputc('\n', o->f);
        }
    }
}

/* memberOf is what the overlay of that name would have put there. */
static void
write_family(output *o, const char *name, long i, int children)
{
    char uid[32];

    snprintf(uid, sizeof(uid), "%s%ld", name, i);
    write_person(o, uid, "educonnectLegalGuardian", o->ssha);
    for (int c = 0; o->peer == STOCK && c < children; c++)
        fprintf(o->f, "memberOf: uid=%s-%d," PEOPLE "\n", uid, c);
    fputc('\n', o->f);
}

static void
write_claims(output *o, const people *who)
{
    char uid[48], mobile[32];
    const peculiar guardian = {REQUEST_CLAIM_SN, mobile, NULL},
                   child = {REQUEST_CLAIM_SN, NULL, REQUEST_CLAIM_BIRTH};

    for (long i = 0; i < who->claims; i++) {
        char name[32];

        snprintf(name, sizeof(name), "c%ld", PEOPLE_CLAIM_FIRST + i);
        snprintf(mobile, sizeof(mobile), "+337%ld", PEOPLE_CLAIM_FIRST + i);
        write_peculiar(o, name, "educonnectLegalGuardian", NULL, &guardian);
        snprintf(uid, sizeof(uid), "%s-0", name);
        fputc('\n', o->f);
        write_peculiar(o, uid, "educonnectStudent", o->ssha, &child);
        fprintf(o->f, "educonnectGuardian: uid=%s," PEOPLE "\n\n", name);
    }
}

static void
write_merges(output *o, const people *who)
{
    for (long i = 0; i < who->merges * 2; i++) {
        char uid[32], sn[32];
        const peculiar one = {sn, NULL, NULL};

        snprintf(sn, sizeof(sn), "Famille%ld", i / 2);
        snprintf(uid, sizeof(uid), "%c%ld", i % 2 == 0 ? 'm' : 'n', i / 2);
        write_peculiar(o, uid, "educonnectLegalGuardian",
            i % 2 == 0 ? o->ssha : NULL, &one);
        fputc('\n', o->f);
    }
}

static void
write_families(output *o, const people *who)
{
    const struct {
        const char *name;
        int children;
        long n;
    } kinds[] = {{"none", 0, who->families}, {"three", 3, who->families},
        {"five", 5, who->fives}, {"fifty", 50, who->large}};

    for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
        for (long i = 0; i < kinds[k].n; i++)
            write_family(o, kinds[k].name, i, kinds[k].children);
        write_children(o, kinds[k].name, kinds[k].n, kinds[k].children);
    }
}

static char *
argon2_of(const people *who)
{
    char encoded[256];

    REQUIRE(argon2id_hash_encoded((uint32_t)who->passes, (uint32_t)who->memory,
                1, BENCH_PASSWORD, strlen(BENCH_PASSWORD), "salt of the bench",
                16, 32, encoded, sizeof(encoded)) == ARGON2_OK);
    return text_of("{ARGON2}%s", encoded);
}

static void
write_base(output *o)
{
    static const char *const units[] = {"people", "staff", "schools"};
    const struct {
        const char *name, *hash;
    } staff[] = {
        {"academy", o->ssha}, {"provisioner", o->ssha}, {"portal", o->argon}};

    fputs("dn: " SUFFIX "\nobjectClass: dcObject\nobjectClass: organization\n"
          "dc: example\no: example\n\n",
        o->f);
    for (size_t i = 0; i < 3; i++)
        fprintf(o->f,
            "dn: ou=%s," SUFFIX "\nobjectClass: organizationalUnit\n\n",
            units[i]);
    for (size_t i = 0; i < 3; i++)
        fprintf(o->f,
            "dn: uid=%s," STAFF_DN "\nobjectClass: inetOrgPerson\n"
            "uid: %s\ncn: staff\nsn: staff\nuserPassword: %s\n\n",
            staff[i].name, staff[i].name, staff[i].hash);
}

char *
peers_data(const char *directory, const people *who, peer which)
{
    char *path = text_of("%s/%s.ldif", directory, peer_names[which]);
    output o = {
        fopen(path, "w"), which, ssha_of(BENCH_PASSWORD), argon2_of(who), 0};

    REQUIRE(o.f != NULL);
    write_base(&o);
    write_guardians(&o, "g", who->guardians, o.ssha);
    write_guardians(&o, "a", who->argon, o.argon);
    write_guardians(&o, "u", who->letters, NULL);
    write_students(&o, who);
    write_families(&o, who);
    write_claims(&o, who);
    write_merges(&o, who);
    REQUIRE(fclose(o.f) == 0);
    free(o.ssha);
    free(o.argon);
    return path;
}
