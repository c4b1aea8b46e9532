/* alone.h - one run at a time of those that plan for a whole directory and then
 * write: import, migrate-aten, adopt, purge.
 *
 * Who runs is known by a socket in the machine's abstract name space
 * (unix(7)): nothing lies on the disk, and it ends with its process, however
 * that ends. A run on another machine is not seen; the server's answers keep
 * two such runs apart (ARCHITECTURE.md), this one only tells people in time.
 */
#ifndef CTL_ALONE_H
#define CTL_ALONE_H

#include "ctl/ctl.h"

/* What is to be when somebody works on the directory already. */
typedef enum ctl_alone_rule {
    CTL_ALONE,     /* this run ends */
    CTL_TOGETHER,  /* it is warned */
    CTL_ONLY_LOOKS /* the same: it writes nothing, and keeps nobody waiting */
} ctl_alone_rule;

/* Says that this process works on the directory that c is connected to, until
 * ctl_finish(). CTL_OK; CTL_STOPPED after it has printed who does so already.
 * The directory is known by the entryUUID of c->base, by whatever URI it was
 * reached, or by URI and base where that cannot be read. */
ctl_exit ctl_alone(ctl *c, ctl_alone_rule rule);

#endif
