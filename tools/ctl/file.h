/* file.h - a file that the user named for a subcommand to write, begun and
 * ended as output.h has it, with what is wrong said in one way.
 */
#ifndef CTL_FILE_H
#define CTL_FILE_H

#include "ctl/ctl.h"
#include "ctl/output.h"

/* Begins it; NULL path: none is wanted, and o stays empty. CTL_LOCAL, and why
 * is said, where it cannot be. path outlives o. */
ctl_exit ctl_file_begin(ctl *c, output *o, const char *path, output_rule rule);

/* The same for what a run says about a file that it reads, in whose place it
 * is not put: CTL_USAGE. input NULL: it reads none. */
ctl_exit ctl_file_beside(
    ctl *c, output *o, const char *path, const char *input);

/* Ends it, as output_end(); nothing for an empty one. CTL_LOCAL, and why is
 * said, where it did not get to the disk. */
ctl_exit ctl_file_end(ctl *c, output *o, bool keep);

#endif
