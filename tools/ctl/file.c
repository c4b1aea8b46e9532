/* file.c - files that a user named, begun and ended with what is wrong said. */
#include "ctl/file.h"

static ctl_exit
told(ctl *c, const char *path, const char *why)
{
    return why == NULL ? CTL_OK : ctl_fail(c, CTL_LOCAL, "%s: %s", path, why);
}

ctl_exit
ctl_file_begin(ctl *c, output *o, const char *path, output_rule rule)
{
    return path == NULL ? CTL_OK : told(c, path, output_begin(o, path, rule));
}

ctl_exit
ctl_file_beside(ctl *c, output *o, const char *path, const char *input)
{
    if (path != NULL && input != NULL && output_is(path, input))
        return ctl_fail(c, CTL_USAGE, "%s: it is the file to read", path);
    return ctl_file_begin(c, o, path, OUTPUT_REPLACE);
}

ctl_exit
ctl_file_end(ctl *c, output *o, bool keep)
{
    const char *path = o->path;

    return told(c, path, output_end(o, keep));
}
