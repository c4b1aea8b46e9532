/* versions.h - which slapd it is that the tests run, and what it does
 * otherwise than others: versions.def.
 */
#ifndef HARNESS_VERSIONS_H
#define HARNESS_VERSIONS_H

#include <stdbool.h>

typedef enum slapd_trait {
#define EDC_SLAPD_DOES(id, since_2_5, since_2_6, since_2_7, its, what)         \
    SLAPD_DOES_##id,
#include "harness/versions.def"
#undef EDC_SLAPD_DOES
    N_SLAPD_TRAITS
} slapd_trait;

/* 20610 for 2.6.10. */
unsigned slapd_version(void);

/* Whether it does. A test that asserts something else then says so in its
 * output, with the row's words. */
bool slapd_does(slapd_trait trait);

/* "ITS#9930, a client that ..."; static storage. */
const char *slapd_trait_text(slapd_trait trait);

#endif
