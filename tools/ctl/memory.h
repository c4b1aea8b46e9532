/* memory.h - memory: ends the process with CTL_LOCAL when there is none left,
 * after a line on stderr. What they return is free()'d.
 */
#ifndef CTL_MEMORY_H
#define CTL_MEMORY_H

#include <stddef.h>

/* ctl_copy() and ctl_format() take the texts of this program as they are said
 * in the language of whoever reads (ctl/catalog.h). */

void *ctl_alloc(size_t n, size_t size); /* zeroed */
void *ctl_resize(void *p, size_t n, size_t size);
char *ctl_copy(const char *s);
char *ctl_copy_n(const char *s, size_t n);
char *ctl_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
