/* test_ctl_school_files.c - schools import their own files, SIECLE and ONDE,
 * beside one another and beside the academy: each speaks of its own school
 * only.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/degrees.h"
#include "harness/import.h"

#define ROOT_OF(root, uai, data)                                               \
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<" root "><PARAMETRES><UAJ>"  \
    "%s</UAJ></PARAMETRES><DONNEES>\n" data "</DONNEES></" root ">\n"
#define E(name, value) "<" name ">" value "</" name ">"
#define PUPIL(id, sn, given, ine, more)                                        \
    "<ELEVE ELEVE_ID=\"" id "\">" E("ID_NATIONAL", ine) E("NOM_DE_FAMILLE",    \
        sn) E("PRENOM", given) E("DATE_NAISS", "01/03/2012") more "</ELEVE>\n"
#define IN_CLASS(id, class)                                                    \
    "<STRUCTURES_ELEVE ELEVE_ID=\"" id "\"><STRUCTURE>" E("CODE_STRUCTURE",    \
        class) E("TYPE_STRUCTURE", "D") "</STRUCTURE></STRUCTURES_ELEVE>\n"
#define PERSON(id, sn, given, mobile)                                          \
    "<PERSONNE PERSONNE_ID=\"" id "\">" E("NOM_DE_FAMILLE", sn)                \
        E("PRENOM", given) E("TEL_PORTABLE", mobile) "</PERSONNE>\n"
#define LINK(pupil, person, level)                                             \
    "<RESPONSABLE_ELEVE>" E("ELEVE_ID", pupil) E("PERSONNE_ID", person)        \
        E("NIVEAU_RESPONSABILITE", level)                                      \
            E("CODE_PARENTE", "10") "</RESPONSABLE_ELEVE>\n"

/* The pupil and the guardian of one number are two people. */
#define ZOE PUPIL("11", "EXEMPLE", "Zoé", "000000001AA", "")
#define MALO PUPIL("12", "EXEMPLE", "Malo", "000000002AA", "")
#define ANNE PERSON("11", "EXEMPLE", "Anne", "06 39 98 00 01")
#define PAUL PERSON("12", "DUPONT", "Paul", "06 39 98 00 02")
#define CLASSES IN_CLASS("11", "6A") IN_CLASS("12", "6B")
#define LINKS LINK("11", "11", "1") LINK("11", "12", "3") LINK("12", "11", "1")

#define ZOE_DN "uid=zoe.exemple," PEOPLE
#define MALO_DN "uid=malo.exemple," PEOPLE
#define ANNE_DN "uid=anne.exemple," PEOPLE
#define LEA_DN "uid=lea.autre," PEOPLE
#define JEAN_DN "uid=jean.autre," PEOPLE

/* ---- files, and the import of them ---- */

static void
put_file(world *w, const char *folder, const char *name, const char *text)
{
    char *directory = server_path(&w->server, folder);
    char *path = text_of("%s/%s", directory, name);

    REQUIRE(mkdir(directory, 0700) == 0 || errno == EEXIST);
    if (text != NULL)
        write_file(path, text);
    else
        (void)unlink(path);
    free(path);
    free(directory);
}

/* Persons NULL: the file of guardians is not there; pupils NULL likewise. */
static void
put_siecle(world *w, const char *uai, const char *pupils, const char *classes,
    const char *persons, const char *links)
{
    char *one =
        pupils == NULL
            ? NULL
            : text_of(ROOT_OF("BEE_ELEVES", uai,
                          "<STRUCTURES>%s</STRUCTURES>\n<ELEVES>%s</ELEVES>\n"),
                  uai, classes, pupils);
    char *two = persons == NULL
                    ? NULL
                    : text_of(ROOT_OF("BEE_RESPONSABLES", uai,
                                  "<PERSONNES>%s</PERSONNES>\n<RESPONSABLES>%s"
                                  "</RESPONSABLES>\n"),
                          uai, persons, links);

    put_file(w, uai, "ElevesSansAdresses.xml", one);
    put_file(w, uai, "ResponsablesAvecAdresses.xml", two);
    free(one);
    free(two);
}

static tool
import_school(world *w, const char *folder, const char *options)
{
    char *directory = server_path(&w->server, folder);
    tool t =
        tool_run(w, PROVISIONER, NULL, "import", "%s %s", directory, options);

    free(directory);
    return t;
}

static void
expect_run(world *w, const char *folder, size_t n, const char *options)
{
    tool t = import_school(w, folder, options);

    expect_status(&t, 0);
    expect_changes(&t, n);
    tool_free(&t);
}

static void
expect_refusal(world *w, const char *folder, int status, const char *options,
    const char *said)
{
    tool t = import_school(w, folder, options);

    expect_status(&t, status);
    expect_text(t.err, said);
    tool_free(&t);
}

/* The college's family, and another one at the lycee. */
static void
put_college(world *w)
{
    put_siecle(w, COLLEGE_UAI, ZOE MALO, CLASSES, ANNE PAUL, LINKS);
}

static void
put_lycee(world *w)
{
    put_siecle(w, LYCEE_UAI, PUPIL("11", "AUTRE", "Léa", "000000003AA", ""),
        IN_CLASS("11", "2A"), PERSON("11", "AUTRE", "Jean", "06 39 98 00 03"),
        LINK("11", "11", "1"));
}

/* ---- SIECLE ---- */

static void
a_school_is_imported_from_its_own_files(void **state)
{
    world *w = *state;
    LDAP *root = w->as[ROOT];

    put_college(w);
    /* The school's id, two pupils, their guardian. */
    expect_run(w, COLLEGE_UAI, 4, "");
    expect_stored(
        root, ZOE_DN, "educonnectSourceId", "SIECLE-" COLLEGE_UAI "$ELEVE-11");
    expect_stored(root, ANNE_DN, "educonnectSourceId",
        "SIECLE-" COLLEGE_UAI "$PERSONNE-11");
    expect_stored(root, ZOE_DN, "educonnectEnrolledAt", COLLEGE);
    expect_stored(root, ZOE_DN, "educonnectClass", "6A");
    expect_stored(root, ZOE_DN, "educonnectBirthDate", "2012-03-01");
    expect_stored(root, ZOE_DN, "educonnectGuardian", ANNE_DN);
    expect_stored(root, MALO_DN, "educonnectGuardian", ANNE_DN);
    expect_stored(root, ANNE_DN, "mobile", "06 39 98 00 01");
    expect_run(w, COLLEGE_UAI, 0, "");
    expect_run(w, COLLEGE_UAI, 0, "--school " COLLEGE_UAI);
    /* Class and link stand in other places than the pupil. */
    put_siecle(w, COLLEGE_UAI, ZOE MALO, IN_CLASS("12", "6B"), ANNE PAUL,
        LINK("11", "11", "1") LINK("11", "12", "1") LINK("12", "11", "1"));
    expect_run(w, COLLEGE_UAI, 2, "");
    expect_stored(root, ZOE_DN, "educonnectClass", NULL);
    expect_values(
        root, ZOE_DN, "educonnectGuardian", ANNE_DN "|uid=paul.dupont," PEOPLE);
}

static void
two_schools_do_not_close_each_others_people(void **state)
{
    world *w = *state;
    LDAP *root = w->as[ROOT];

    put_college(w);
    put_lycee(w);
    expect_run(w, COLLEGE_UAI, 4, "");
    expect_run(w, LYCEE_UAI, 3, "");
    expect_stored(root, ZOE_DN, "educonnectState", "uninformed");
    expect_stored(root, ANNE_DN, "educonnectState", "uninformed");
    expect_stored(
        root, LEA_DN, "educonnectSourceId", "SIECLE-" LYCEE_UAI "$ELEVE-11");
    expect_run(w, COLLEGE_UAI, 0, "");
    expect_stored(root, LEA_DN, "educonnectState", "uninformed");
    expect_run(w, LYCEE_UAI, 0, "");
}

/* By the day of leaving, or by not being there any more. */
static void
who_leaves_is_closed_with_that_school(void **state)
{
    world *w = *state;
    LDAP *root = w->as[ROOT];

    put_college(w);
    put_lycee(w);
    expect_run(w, COLLEGE_UAI, 4, "");
    expect_run(w, LYCEE_UAI, 3, "");
    put_siecle(w, COLLEGE_UAI,
        ZOE PUPIL("12", "EXEMPLE", "Malo", "000000002AA",
            E("DATE_SORTIE", "01/09/2020")) PUPIL("13", "EXEMPLE", "Luc",
            "000000004AA", E("DATE_SORTIE", "01/09/2020")),
        CLASSES, ANNE PAUL, LINKS LINK("13", "12", "1"));
    expect_run(w, COLLEGE_UAI, 1, "--max-removals 50%");
    expect_stored(root, MALO_DN, "educonnectState", "closed");
    expect_stored(root, ZOE_DN, "educonnectState", "uninformed");
    expect_stored(root, ANNE_DN, "educonnectState", "uninformed");
    put_siecle(w, COLLEGE_UAI, PUPIL("14", "NEUF", "Nina", "000000005AA", ""),
        "", PAUL, LINK("14", "12", "1"));
    expect_run(w, COLLEGE_UAI, 4, "--max-removals 100%");
    expect_stored(root, ZOE_DN, "educonnectState", "closed");
    expect_stored(root, ANNE_DN, "educonnectState", "closed");
    expect_stored(root, LEA_DN, "educonnectState", "uninformed");
    expect_stored(root, JEAN_DN, "educonnectState", "uninformed");
    expect_run(w, COLLEGE_UAI, 0, "");
    /* A day that is to come is no leaving yet. */
    put_siecle(w, COLLEGE_UAI,
        PUPIL("14", "NEUF", "Nina", "000000005AA",
            E("DATE_SORTIE", "01/09/2190")),
        "", PAUL, LINK("14", "12", "1"));
    expect_run(w, COLLEGE_UAI, 0, "");
}

/* Known by INE and day of birth at the second, and not closed by the first. */
static void
a_pupil_moves_from_school_to_school(void **state)
{
    world *w = *state;
    LDAP *root = w->as[ROOT];

    put_college(w);
    expect_run(w, COLLEGE_UAI, 4, "");
    put_siecle(w, LYCEE_UAI, PUPIL("77", "EXEMPLE", "Zoé", "000000001AA", ""),
        IN_CLASS("77", "2A"), ANNE, LINK("77", "11", "1"));
    expect_run(w, LYCEE_UAI, 3, "");
    expect_values(root, ANNE_DN, "educonnectSourceId",
        "SIECLE-" COLLEGE_UAI "$PERSONNE-11|SIECLE-" LYCEE_UAI "$PERSONNE-11");
    expect_values(root, ZOE_DN, "educonnectEnrolledAt", COLLEGE "|" LYCEE);
    put_siecle(w, COLLEGE_UAI, MALO, CLASSES, ANNE PAUL, LINKS);
    expect_run(w, COLLEGE_UAI, 1, "--max-removals 50%");
    expect_stored(root, ZOE_DN, "educonnectEnrolledAt", LYCEE);
    expect_stored(root, ZOE_DN, "educonnectState", "uninformed");
    expect_stored(
        root, ZOE_DN, "educonnectSourceId", "SIECLE-" LYCEE_UAI "$ELEVE-77");
    expect_run(w, COLLEGE_UAI, 0, "");
    /* Labels of classes do not say of which school they are: with the college
     * gone, the other one is the lycee's. */
    expect_run(w, LYCEE_UAI, 1, "");
    expect_stored(root, ZOE_DN, "educonnectClass", "2A");
    expect_run(w, LYCEE_UAI, 0, "");
}

#define IDA(id) PERSON(id, "SUIVANT", "Ida", "06 39 98 00 21")
#define IDA_DN "uid=ida.suivant," PEOPLE
#define MAX PUPIL("31", "SUIVANT", "Max", "000000031AA", "")

/* What a run that ends at once has done to the account that gives way. */
static void
break_off(world *w)
{
    expect_ok(client_modify(w->as[PROVISIONER], "uid=ida.suivant2," PEOPLE,
        "replace: educonnectState\neduconnectState: closed\n-\n"
        "replace: educonnectLeftAt\neduconnectLeftAt: 20260901000000Z\n-\n"
        "delete: educonnectSourceId\n"));
}

/* A mother has an account of each school, one in use, until the younger child
 * follows the elder: it stays, although the school that is left spoke first. */
static void
follow(world *w, bool broken_off)
{
    static const char other[] = PUPIL("41", "AUTRE", "Ali", "000000041AA", "");
    LDAP *root = w->as[ROOT];
    char password[96];
    tool t;

    put_siecle(w, COLLEGE_UAI, PUPIL("21", "SUIVANT", "Zoa", "000000021AA", ""),
        "", IDA("21"), LINK("21", "21", "1"));
    expect_run(w, COLLEGE_UAI, 3, "");
    degree_activate(w, IDA_DN, password);
    put_siecle(w, LYCEE_UAI, MAX, "", IDA("31"), LINK("31", "31", "1"));
    expect_refusal(w, LYCEE_UAI, 1, "", "");
    put_siecle(w, COLLEGE_UAI, other, "", PERSON("41", "AUTRE", "Eve", "1"),
        LINK("41", "41", "1"));
    expect_run(w, COLLEGE_UAI, 4, "--max-removals 100%");
    expect_stored(root, IDA_DN, "educonnectState", "closed");
    put_siecle(w, LYCEE_UAI,
        MAX PUPIL("32", "SUIVANT", "Zoa", "000000021AA", ""), "", IDA("31"),
        LINK("31", "31", "1") LINK("32", "31", "1"));
    if (broken_off) {
        break_off(w);
    } else {
        t = import_school(w, LYCEE_UAI, "");
        expect_status(&t, 4);
        expect_text(t.out, "\n1 guardians would be joined to their account");
        tool_free(&t);
    }
    /* Both pupils, and both accounts. */
    expect_run(w, LYCEE_UAI, broken_off ? 3 : 4, "--max-removals 100%");
    expect_stored(root, IDA_DN, "educonnectState", "active");
    expect_stored(
        root, "uid=ida.suivant2," PEOPLE, "educonnectState", "closed");
    expect_stored(
        root, "uid=zoa.suivant," PEOPLE, "educonnectGuardian", IDA_DN);
    expect_stored(
        root, "uid=max.suivant," PEOPLE, "educonnectGuardian", IDA_DN);
    client_close(client_login(&w->server, IDA_DN, password));
    expect_run(w, LYCEE_UAI, 0, "");
    expect_run(w, COLLEGE_UAI, 0, "");
}

static void
a_pupil_follows_a_sibling(void **state)
{
    follow(*state, false);
}

static void
a_sibling_is_followed_although_a_run_broke_off(void **state)
{
    follow(*state, true);
}

/* A third guardian, of whom no account is made, has no account to merge. */
static void
who_is_left_out_is_likely_to_be_nobody(void **state)
{
    world *w = *state;

    put_college(w);
    expect_run(w, COLLEGE_UAI, 4, "");
    put_siecle(w, LYCEE_UAI, PUPIL("11", "AUTRE", "Léa", "000000003AA", ""), "",
        PERSON("11", "AUTRE", "Jean", "06 39 98 00 03")
            PERSON("12", "AUTRE", "Ines", "06 39 98 00 04")
                PERSON("13", "EXEMPLE", "Anne", "06 39 98 00 01"),
        LINK("11", "11", "1") LINK("11", "12", "1") LINK("11", "13", "1"));
    expect_run(w, LYCEE_UAI, 4, "");
    expect_run(w, LYCEE_UAI, 0, "");
    /* There is a place now. */
    put_siecle(w, LYCEE_UAI, PUPIL("11", "AUTRE", "Léa", "000000003AA", ""), "",
        PERSON("11", "AUTRE", "Jean", "06 39 98 00 03")
            PERSON("13", "EXEMPLE", "Anne", "06 39 98 00 01"),
        LINK("11", "11", "1") LINK("11", "13", "1"));
    expect_refusal(w, LYCEE_UAI, 1, "--max-removals 100%", "");
    expect_stored(w->as[ROOT], "uid=anne.exemple2," PEOPLE,
        "educonnectSourceId", "SIECLE-" LYCEE_UAI "$PERSONNE-13");
}

static void
pupils_alone_say_nothing_of_guardians(void **state)
{
    world *w = *state;

    put_college(w);
    expect_run(w, COLLEGE_UAI, 4, "");
    put_siecle(w, COLLEGE_UAI, ZOE MALO, CLASSES, NULL, NULL);
    expect_run(w, COLLEGE_UAI, 0, "");
    expect_stored(w->as[ROOT], ANNE_DN, "educonnectState", "uninformed");
    expect_stored(w->as[ROOT], ZOE_DN, "educonnectGuardian", ANNE_DN);
    put_siecle(w, COLLEGE_UAI, NULL, NULL, ANNE PAUL, LINKS);
    expect_refusal(w, COLLEGE_UAI, 5, "", "the file of pupils is missing");
}

static void
files_that_do_not_go_together_are_refused(void **state)
{
    world *w = *state;
    char *lycee = server_path(&w->server, LYCEE_UAI);

    put_college(w);
    put_lycee(w);
    expect_refusal(w, COLLEGE_UAI, 2, lycee, "of two schools, " COLLEGE_UAI);
    expect_refusal(w, COLLEGE_UAI, 5, "--school " LYCEE_UAI,
        "it is of the school " COLLEGE_UAI ", not of " LYCEE_UAI);
    expect_refusal(w, COLLEGE_UAI, 2, "--school 9990001A", "--school: the UAI");
    aaf_write(w, "Complet", "EtabEducNat",
        AAF_SCHOOL("88001", COLLEGE_UAI, "Collège", "COLLEGE"));
    expect_refusal(w, "aaf", 2, "--school " COLLEGE_UAI,
        "--school is for a school's own files");
    expect_refusal(w, "aaf", 2, lycee, "several kinds");
    free(lycee);
}

/* Parts of one pupil are values of one record, and bounded like these. */
static void
links_without_number_are_refused(void **state)
{
    enum { LINKS_MAX = 16384 };
    world *w = *state;
    char *links = NULL;
    size_t size;
    FILE *out = open_memstream(&links, &size);
    tool t;

    REQUIRE(out != NULL);
    for (int i = 0; i <= LINKS_MAX; i++)
        fprintf(out, LINK("12", "%d", "1"), i);
    REQUIRE(fclose(out) == 0);
    put_siecle(w, COLLEGE_UAI, ZOE MALO, CLASSES, ANNE, links);
    t = import_school(w, COLLEGE_UAI, "--json");
    expect_status(&t, 1);
    expect_text(t.out, "\"student\":{\"created\":1,\"changed\":0,\"same\":0,"
                       "\"closed\":0,\"refused\":1,");
    tool_free(&t);
    expect_stored(w->as[ROOT], ZOE_DN, "educonnectClass", "6A");
    REQUIRE(client_count(w->as[ROOT], MALO_DN, "(uid=*)") <= 0);
    free(links);
}

/* ---- the academy's files of one school ---- */

#define AAF_CHILD(id, given, schools)                                          \
    AAF_ADD("Eleve", id,                                                       \
        AAF_A("sn", "EXEMPLE") AAF_A("givenName", given) AAF_A("ENTEleveINE",  \
            "00000" id "AA") AAF_A("ENTPersonDateNaissance", "01/03/2012")     \
            schools "<attr name=\"ENTElevePersRelEleve\">" AAF_V(              \
                "9201$10$1$1$1$1") "</attr>\n")
#define AT_COLLEGE AAF_A("ENTPersonStructRattach", "88001")
#define AT_LYCEE AAF_A("ENTPersonStructRattach", "88002")
#define AT_BOTH AT_COLLEGE AAF_A("ENTEleveClasses", "88002$2A")

static void
put_aaf(world *w, const char *schools, const char *pupils)
{
    aaf_write(w, "Complet", "EtabEducNat", schools);
    aaf_write(w, "Complet", "Eleve", pupils);
    aaf_write(w, "Complet", "PersRelEleve",
        AAF_GUARDIAN("9201", "EXEMPLE", "Anne", "0639980001", "a@example.org"));
}

static void
a_complete_export_is_that_of_its_schools(void **state)
{
    world *w = *state;
    LDAP *root = w->as[ROOT];
    const char *college = AAF_SCHOOL("88001", COLLEGE_UAI, "C", "COLLEGE");
    const char *lycee = AAF_SCHOOL("88002", LYCEE_UAI, "L", "LYCEE");
    char *both = text_of("%s%s", college, lycee);
    tool t;

    put_aaf(w, both,
        AAF_CHILD("9101", "Ana", AT_COLLEGE) AAF_CHILD("9102", "Bob", AT_LYCEE)
            AAF_CHILD("9103", "Cid", AT_BOTH));
    /* Two schools' ids and names, a guardian, three pupils. */
    expect_run(w, "aaf", 6, "");
    /* The college alone: Bob is not its, Cid has left it and not the lycee. */
    put_aaf(w, college, AAF_CHILD("9101", "Ana", AT_COLLEGE));
    expect_run(w, "aaf", 1, "");
    expect_stored(
        root, "uid=bob.exemple," PEOPLE, "educonnectState", "uninformed");
    expect_stored(
        root, "uid=cid.exemple," PEOPLE, "educonnectState", "uninformed");
    expect_stored(
        root, "uid=cid.exemple," PEOPLE, "educonnectEnrolledAt", LYCEE);
    expect_run(w, "aaf", 0, "");
    /* Who is at the college only has left it, and keeps the others' guardian.
     */
    put_aaf(w, college, AAF_CHILD("9104", "Dan", AT_COLLEGE));
    expect_run(w, "aaf", 2, "--max-removals 50%");
    expect_stored(root, "uid=ana.exemple," PEOPLE, "educonnectState", "closed");
    expect_stored(root, ANNE_DN, "educonnectState", "uninformed");
    /* The academy without the lycee, which it says or does not say. */
    expect_refusal(w, "aaf", 0, "", "2 pupils who are not in the files");
    t = import_school(w, "aaf", "--complete --max-removals 100% --dry-run");
    expect_text(t.out, "dn: uid=bob.exemple," PEOPLE "\nchangetype: modify\n"
                       "replace: educonnectState\neduconnectState: closed\n");
    tool_free(&t);
    /* Both again, without anybody of the lycee but one. */
    put_aaf(w, both,
        AAF_CHILD("9104", "Dan", AT_COLLEGE)
            AAF_CHILD("9102", "Bob", AT_LYCEE));
    expect_run(w, "aaf", 1, "--max-removals 50%");
    expect_stored(root, "uid=cid.exemple," PEOPLE, "educonnectState", "closed");
    free(both);
}

/* The same pupil of both, whom neither takes from the other. */
static void
a_school_imports_beside_the_academy(void **state)
{
    world *w = *state;
    LDAP *root = w->as[ROOT];
    const char *ana = "uid=ana.exemple," PEOPLE;

    put_aaf(w,
        AAF_SCHOOL("88001", COLLEGE_UAI, "C", "COLLEGE")
            AAF_SCHOOL("88002", LYCEE_UAI, "L", "LYCEE"),
        AAF_CHILD("9101", "Ana", AT_COLLEGE)
            AAF_CHILD("9102", "Bob", AT_LYCEE));
    expect_run(w, "aaf", 5, "");
    put_siecle(w, COLLEGE_UAI,
        PUPIL("5", "EXEMPLE", "Ana", "000009101AA", "")
            PUPIL("6", "NEUF", "Nina", "000000005AA", ""),
        IN_CLASS("5", "6A"), NULL, NULL);
    /* The school's id, Ana's and her class, and Nina. */
    expect_run(w, COLLEGE_UAI, 3, "");
    expect_values(root, ana, "educonnectSourceId",
        "AAF$9101|SIECLE-" COLLEGE_UAI "$ELEVE-5");
    expect_stored(root, ana, "educonnectGuardian", ANNE_DN);
    expect_stored(
        root, "uid=bob.exemple," PEOPLE, "educonnectState", "uninformed");
    expect_run(w, "aaf", 0, "");
    expect_run(w, COLLEGE_UAI, 0, "");
    put_siecle(w, COLLEGE_UAI, PUPIL("6", "NEUF", "Nina", "000000005AA", ""),
        "", NULL, NULL);
    expect_run(w, COLLEGE_UAI, 1, "");
    expect_stored(root, ana, "educonnectState", "uninformed");
    expect_stored(root, ana, "educonnectSourceId", "AAF$9101");
    /* The academy has not heard of it yet. */
    expect_run(w, "aaf", 1, "");
    expect_stored(root, ana, "educonnectEnrolledAt", COLLEGE);
    expect_run(w, COLLEGE_UAI, 0, "");
    expect_run(w, "aaf", 0, "");
}

/* A pupil of an ecole and of a college, whose code tells nothing of its degree:
 * neither undoes what the other wrote. */
static void
a_code_is_no_degree(void **state)
{
    world *w = *state;
    LDAP *root = w->as[ROOT];
    const char *college = "9990191D";

    aaf_write(w, "Complet", "EtabEducNat",
        AAF_SCHOOL("77001", "9990011H", "E", "ECOLE"));
    aaf_write(w, "Complet", "Eleve",
        AAF_PUPIL("100", "EXEMPLE", "Zoé", "000000001AA", "01/03/2012", "77001",
            "CM2", AAF_V("900$10$1$1$1$1")));
    aaf_write(w, "Complet", "PersRelEleve",
        AAF_GUARDIAN("900", "EXEMPLE", "Anne", "0639980009", ""));
    expect_run(w, "aaf", 3, "--source AAF1D");
    put_siecle(w, college, PUPIL("11", "EXEMPLE", "Zoé", "000000001AA", ""),
        IN_CLASS("11", "6A"), PERSON("11", "NOUVEAU", "Anne", "0639980009"),
        LINK("11", "11", "1"));
    expect_refusal(w, college, 1, "", "");
    for (int i = 0; i < 2; i++) {
        expect_run(w, "aaf", 0, "--source AAF1D");
        expect_run(w, college, 0, "");
    }
    expect_stored(root, ZOE_DN, "educonnectClass", "6A");
}

/* One of two in a school is half of it, however large the academy is. */
static void
the_brake_knows_the_schools_of_the_files(void **state)
{
    world *w = *state;
    const char *college = AAF_SCHOOL("88001", COLLEGE_UAI, "C", "COLLEGE");
    const char *lycee = AAF_SCHOOL("88002", LYCEE_UAI, "L", "LYCEE");
    char *both = text_of("%s%s", college, lycee);
    char *all = text_of("%s", AAF_CHILD("9101", "Ana", AT_COLLEGE)
                                  AAF_CHILD("9102", "Bob", AT_COLLEGE));
    tool t;

    for (int i = 0; i < 40; i++) {
        char *more = text_of(
            "%s<addRequest>" AAF_HEAD(
                "Eleve") "<identifier><id>93%02d</id>"
                         "</identifier><attributes>" AAF_A("sn", "LYCEEN")
                             AAF_A("givenName", "Paul") AT_LYCEE
            "</attributes></addRequest>\n",
            all, i);

        free(all);
        all = more;
    }
    put_aaf(w, both, all);
    expect_run(w, "aaf", 45, "");
    put_aaf(w, college, AAF_CHILD("9101", "Ana", AT_COLLEGE));
    t = import_school(w, "aaf", "");
    expect_status(&t, 4);
    expect_text(t.err, "this would close 1 of 3 accounts");
    tool_free(&t);
    expect_run(w, "aaf", 1, "--max-removals 40%");
    free(all);
    free(both);
}

/* ---- ONDE ---- */

#define ONDE_PUPILS                                                            \
    "Nom élève;Nom d'usage élève;Prénom élève;Date naissance;INE;Libellé "     \
    "classe\n"
#define ONDE_GUARDIANS                                                         \
    "Nom responsable;Prénom responsable;Courriel;Téléphone portable;Nom de "   \
    "famille enfant;Prénom enfant;Classes enfants;Nom de famille enfant;"      \
    "Prénom enfant;Classes enfants\n"
#define PRIMARY "9990003Z"

static void
put_onde(world *w, const char *pupils, const char *guardians)
{
    char *one = text_of(ONDE_PUPILS "%s", pupils);
    char *two =
        guardians == NULL ? NULL : text_of(ONDE_GUARDIANS "%s", guardians);

    put_file(w, "onde", "CSVExtraction.csv", one);
    put_file(w, "onde", "CSVExtraction2.csv", two);
    free(one);
    free(two);
}

#define UNA_DN "uid=una.petit," PEOPLE
#define TOM_DN "uid=tom.petit," PEOPLE
#define EVE_DN "uid=eve.petit," PEOPLE

static void
an_ecole_is_imported_from_its_own_files(void **state)
{
    world *w = *state;
    LDAP *root = w->as[ROOT];

    put_onde(w,
        "PETIT;;Una;01/03/2018;;CP A\nPETIT;;Tom;02/03/2019;000000009AA;GS\n",
        "PETIT;Eve;e@example.org;06 39 98 00 04;PETIT;Una;CP;PETIT;Tom;GS\n");
    expect_refusal(w, "onde", 5, "", "name it with --school");
    /* The school is new. */
    expect_run(w, "onde", 4, "--school " PRIMARY);
    expect_stored(
        root, "ou=" PRIMARY "," SCHOOLS, "educonnectSchoolLevel", "ecole");
    expect_stored(root, UNA_DN, "educonnectClass", "CP A");
    expect_stored(root, UNA_DN, "educonnectGuardian", EVE_DN);
    expect_stored(root, TOM_DN, "educonnectGuardian", EVE_DN);
    expect_run(w, "onde", 0, "--school " PRIMARY);
    /* An INE has come, and another number: the same people. */
    put_onde(w,
        "PETIT;;Una;01/03/2018;000000008AA;CP A\n"
        "PETIT;;Tom;02/03/2019;000000009AA;GS\n",
        "PETIT;Eve;e@example.org;06 39 98 00 05;PETIT;Una;CP;PETIT;Tom;GS\n");
    expect_run(w, "onde", 2, "--school " PRIMARY);
    expect_stored(root, UNA_DN, "educonnectSourceId",
        "ONDE-" PRIMARY "$ELEVE-000000008AA");
    expect_stored(root, EVE_DN, "mobile", "06 39 98 00 05");
    expect_run(w, "onde", 0, "--school " PRIMARY);
    put_onde(w, "PETIT;;Una;01/03/2018;000000008AA;CP A\n", NULL);
    expect_run(w, "onde", 1, "--school " PRIMARY " --max-removals 50%");
    expect_refusal(w, "onde", 2, "--school 9990003A", "--school: the UAI");
    expect_stored(root, TOM_DN, "educonnectState", "closed");
    expect_stored(root, EVE_DN, "educonnectState", "uninformed");
}

/* The ecole's own names and numbers do not count beside the college's, whatever
 * the source is called; a sibling is at the ecole still. */
static void
an_ecole_comes_after_the_college(void **state)
{
    world *w = *state;
    LDAP *root = w->as[ROOT];

    put_onde(w,
        "EXEMPLE;;ZOE;01/03/2012;000000001AA;CM2\n"
        "EXEMPLE;;TOM;02/03/2014;000000002AA;CE1\n",
        "EXEMPLE;ANNE;a@example.org;0639980001;EXEMPLE;ZOE;CM2;EXEMPLE;TOM;"
        "CE1\n");
    expect_run(w, "onde", 4, "--school " PRIMARY);
    aaf_write(w, "Complet", "EtabEducNat",
        AAF_SCHOOL("88001", COLLEGE_UAI, "C", "COLLEGE"));
    aaf_write(w, "Complet", "Eleve",
        AAF_PUPIL("1", "EXEMPLE", "Zoé", "000000001AA", "01/03/2012", "88001",
            "6A", AAF_V("9$10$1$1$1$1")));
    aaf_write(w, "Complet", "PersRelEleve",
        AAF_GUARDIAN(
            "9", "EXEMPLE", "Anne", "06 39 98 00 07", "a@example.org"));
    expect_run(w, "aaf", 3, "");
    for (int i = 0; i < 2; i++) {
        expect_run(w, "onde", 0, "--school " PRIMARY);
        expect_run(w, "aaf", 0, "");
    }
    expect_stored(root, ANNE_DN, "mobile", "06 39 98 00 07");
    expect_stored(root, ANNE_DN, "givenName", "Anne");
    expect_stored(root, ZOE_DN, "educonnectClass", "6A");
}

/* Who is meant is certain, or nobody is. */
static void
children_of_one_name_are_told_apart_by_class(void **state)
{
    world *w = *state;
    tool t;

    put_onde(w,
        "PETIT;;Una;01/03/2018;000000008AA;CP A\n"
        "PETIT;;Una;02/03/2019;000000009AA;GS\n",
        "PETIT;Eve;;06 39 98 00 04;PETIT;Una;GS;;;\n"
        "PETIT;Eve;;06 39 98 00 05;PETIT;Una;CP A;;;\n"
        "GRAND;Luc;;06 39 98 00 06;PETIT;Una;CE1;PETIT;Ugo;CP A\n");
    t = import_school(w, "onde", "--school " PRIMARY);
    expect_status(&t, 1);
    tool_free(&t);
    expect_stored(w->as[ROOT], UNA_DN, "educonnectIne", "000000008AA");
    expect_stored(w->as[ROOT], UNA_DN, "educonnectClass", "CP A");
    for (int i = 0; i < 2; i++) {
        const char *una = i == 0 ? UNA_DN : "uid=una.petit2," PEOPLE;
        char *eve = client_read(w->as[ROOT], una, "educonnectGuardian");

        REQUIRE(eve != NULL);
        expect_stored(w->as[ROOT], eve, "mobile",
            i == 0 ? "06 39 98 00 05" : "06 39 98 00 04");
        free(eve);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, usual_world, end_world)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_school_is_imported_from_its_own_files),
        TEST(two_schools_do_not_close_each_others_people),
        TEST(who_leaves_is_closed_with_that_school),
        TEST(a_pupil_moves_from_school_to_school),
        TEST(a_pupil_follows_a_sibling),
        TEST(a_sibling_is_followed_although_a_run_broke_off),
        TEST(who_is_left_out_is_likely_to_be_nobody),
        TEST(pupils_alone_say_nothing_of_guardians),
        TEST(files_that_do_not_go_together_are_refused),
        TEST(links_without_number_are_refused),
        TEST(a_complete_export_is_that_of_its_schools),
        TEST(a_school_imports_beside_the_academy),
        TEST(a_code_is_no_degree),
        TEST(the_brake_knows_the_schools_of_the_files),
        TEST(an_ecole_is_imported_from_its_own_files),
        TEST(an_ecole_comes_after_the_college),
        TEST(children_of_one_name_are_told_apart_by_class),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
