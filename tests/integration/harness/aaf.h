/* aaf.h - AAF files of a few people, written by the tests.
 *
 * A file's text is made of literals: AAF_ADD("Eleve", "9100001", AAF_A("sn",
 * "EXEMPLE") ...). Invented people only.
 */
#ifndef HARNESS_AAF_H
#define HARNESS_AAF_H

#include "harness/tool.h"

#define AAF_HEAD(category)                                                     \
    "<operationalAttributes><attr name=\"categoriePersonne\"><value>" category \
    "</value></attr></operationalAttributes>\n"
#define AAF_V(value) "<value>" value "</value>"
#define AAF_A(name, value) "<attr name=\"" name "\">" AAF_V(value) "</attr>\n"
#define AAF_ADD(category, id, attrs)                                           \
    "<addRequest>" AAF_HEAD(category) "<identifier><id>" id                    \
                                      "</id></identifier><attributes>" attrs   \
                                      "</attributes></addRequest>\n"
#define AAF_CHANGE(category, id, name, values)                                 \
    "<modifyRequest>" AAF_HEAD(                                                \
        category) "<identifier><id>" id                                        \
                  "</id></identifier><modifications><modification "            \
                  "name=\"" name "\" operation=\"replace\">" values            \
                  "</modification></modifications></modifyRequest>\n"
#define AAF_DELETE(category, id)                                               \
    "<deleteRequest>" AAF_HEAD(                                                \
        category) "<identifier><id>" id "</id></identifier></deleteRequest>\n"

#define AAF_SCHOOL(id, uai, name, type)                                        \
    "<addRequest><operationalAttributes><attr name=\"categorieStructure\">"    \
    "<value>EtabEducNat</value></attr></operationalAttributes><identifier>"    \
    "<id>" id "</id></identifier><attributes>" AAF_A("ENTStructureUAI", uai)   \
        AAF_A("ENTStructureNomCourant", name) AAF_A(                           \
            "ENTStructureTypeStruct", type) "</attributes></addRequest>\n"

/* A pupil of one school and class; links are values of ENTElevePersRelEleve. */
#define AAF_PUPIL(id, sn, given, ine, birth, school, class, links)             \
    AAF_ADD("Eleve", id,                                                       \
        AAF_A("sn", sn) AAF_A("givenName", given) AAF_A("ENTEleveINE", ine)    \
            AAF_A("ENTPersonDateNaissance", birth) AAF_A(                      \
                "ENTPersonStructRattach", school) AAF_A("ENTEleveClasses",     \
                school "$" class) "<attr name=\"ENTElevePersRelEleve\">" links \
                                  "</attr>\n")

#define AAF_GUARDIAN(id, sn, given, mobile, mail)                              \
    AAF_ADD("PersRelEleve", id,                                                \
        AAF_A("sn", sn) AAF_A("givenName", given) AAF_A("mobile", mobile)      \
            AAF_A("mail", mail))

/* Where a test's files are: <server's directory>/aaf, made when it is not
 * there; allocated. */
char *aaf_directory(world *w);

/* Writes ENT_FICTIF_<extent>_20260901_<category>_0000.xml there with these
 * records; NULL removes it. */
void aaf_write(
    world *w, const char *extent, const char *category, const char *records);

/* "educonnectctl import <directory> <rest>" as the provisioner. */
tool aaf_import(world *w, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* DN of the entry that a source's record became, allocated; NULL: none. */
char *aaf_dn(world *w, const char *source_id);

/* Fails the test unless that is this one; NULL: none. */
void aaf_expect_dn(world *w, const char *source_id, const char *dn);

#endif
