/* abi.h - the slapd that the module was built for. */
#ifndef OV_ABI_H
#define OV_ABI_H

#include "slapd/slapd.h"

/* Whether slapd is the one that the module was built for: 0, or -1 with the
 * reason logged. */
int ov_abi_check(void);

#endif
