/* fold.c - names as they are compared, or the end of the process. */
#include "ctl/fold.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/password/fold.h"
#include "ctl/ctl.h"

char *
ctl_fold(edc_str text)
{
    edc_buf folded = {NULL, 0};
    char *copy;

    if (!edc_fold(text, &folded)) {
        print_lines(stderr, "educonnectctl: out of memory\n");
        exit(CTL_LOCAL);
    }
    copy = ctl_copy_n(folded.p == NULL ? "" : folded.p, folded.n);
    edc_buf_wipe(&folded);
    return copy;
}
