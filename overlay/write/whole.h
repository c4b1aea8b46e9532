/* whole.h - of what was written here and what plain syncrepl brings, one whole.
 */
#ifndef OV_WHOLE_H
#define OV_WHOLE_H

#include "slapd/instance.h"

/* Whether a Modify of plain syncrepl was compared with an account (`seen`,
 * slapd/seen.h) that is another one by now; then has it write, in place of the
 * differences, the whole of the newer of the two by entryCSN: what is stored,
 * or what arrives. The name is reserved, so that nothing comes between any
 * more. Call between ov_enter() and ov_leave(). */
void ov_whole_bring(Operation *op, Entry *seen);

#endif
