/* library.h - which libargon2 computes the hashes.
 *
 * ld.so chooses it when the process loads it first, by run paths, the processor
 * and whoever else had the name loaded before; this says what came of it.
 */
#ifndef EDC_LIBRARY_H
#define EDC_LIBRARY_H

#include "core/text/text.h"

#define EDC_LIBRARY_PATH 512 /* with the NUL */

/* Writes the path of the library that this process computes with, as ld.so
 * found it, NUL-terminated; "" when it cannot be told (linked in, or a longer
 * path). Thread-safe. */
void edc_library_path(char path[EDC_LIBRARY_PATH]);

/* The level of vectors that a library is for, by its path: what stands behind
 * glibc-hwcaps/ ("x86-64-v3"), "none" for one that is for every processor.
 * Points into path, or to static storage. Pure. */
edc_str edc_library_level(const char *path);

#endif
