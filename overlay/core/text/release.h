/* release.h - slapd's version, and whether the overlay can be in it.
 *
 * A version is one number, 2.6.10 is 20610, as in <ldap_features.h>.
 */
#ifndef EDC_RELEASE_H
#define EDC_RELEASE_H

#include <stdint.h>

#include "core/text/text.h"

/* The oldest release of each series whose BackendDB is the one of today: 2.5.13
 * and 2.6.3 made it larger (ITS#9868), which no other structure shows. 2.7 has
 * had it from its first release on. */
#define EDC_RELEASE_2_5 20513
#define EDC_RELEASE_2_6 20603
#define EDC_RELEASE_2_7 20700

/* For the preprocessor: is a version one of those, or after them? */
#define EDC_RELEASE_FITS(v)                                                    \
    (((v) >= EDC_RELEASE_2_5 && (v) < 20600) ||                                \
        ((v) >= EDC_RELEASE_2_6 && (v) < 20700) || (v) >= EDC_RELEASE_2_7)

/* Why a module that was built for one version does not fit the slapd that
 * loads it. */
typedef enum edc_release_fit {
    EDC_RELEASE_FITTING,
    EDC_RELEASE_OTHER, /* of another series (2.5, 2.6) than it was built for */
    EDC_RELEASE_OLD    /* older than the oldest release that it can be in */
} edc_release_fit;
edc_release_fit edc_release_judge(uint32_t built, uint32_t running);

/* The version in what slapd -V says, "... slapd 2.6.10+dfsg-1 (May ...) ...";
 * 0 when there is none in it. Pure. */
uint32_t edc_release_read(edc_str banner);

#define EDC_RELEASE_SIZE 16

/* "2.6.10". */
void edc_release_write(uint32_t version, char out[EDC_RELEASE_SIZE]);

#endif
