/* fold.h - names as they are compared. */
#ifndef CTL_FOLD_H
#define CTL_FOLD_H

#include "core/text/text.h"

/* Without case, accents and signs (core/password/fold.h), free()'d. Ends the
 * process like tools/ctl/memory.h where there is no memory: names that were not
 * folded would all be one, or none. */
char *ctl_fold(edc_str text);

#endif
