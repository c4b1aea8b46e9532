/* refused_plain.h - a short plain list of refused passwords, in memory. Used by
 * refused.c only.
 */
#ifndef EDC_REFUSED_PLAIN_H
#define EDC_REFUSED_PLAIN_H

#include <sys/types.h>

#include "core/password/refused.h"

typedef struct edc_refused_plain edc_refused_plain;

/* Reads the file behind a descriptor, of size bytes. NULL with errno: EFBIG
 * when it is too long. */
edc_refused_plain *edc_refused_plain_read(int fd, off_t size);

/* NULL does nothing. */
void edc_refused_plain_free(edc_refused_plain *plain);

/* Looks a prepared password up; EDC_REFUSED_ERROR when memory is out. */
edc_refused edc_refused_plain_search(
    const edc_refused_plain *plain, edc_str prepared);

#endif
