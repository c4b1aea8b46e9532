/* block.h - the memory that one hashing thread fills again and again.
 *
 * A hash takes tens of MiB for some milliseconds. Mapped once and kept, they
 * cost no page faults, and a server's memory is the slots times the cost.
 */
#ifndef EDC_BLOCK_H
#define EDC_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An all-zero block holds nothing. Not thread-safe: one thread's own. */
typedef struct edc_block {
    void *p;      /* page-aligned; NULL: nothing is mapped */
    size_t bytes; /* what may be used of it */
    size_t mapped;
} edc_block;

/* Makes the block hold this many bytes, all zero when they were not there
 * before; mapped in huge pages where the system has them, left out of core
 * dumps, and locked against swapping when limits allow (a limit that does not
 * is no error). One of another size is given back first. Returns false, leaving
 * the block empty, when memory is out. */
bool edc_block_fit(edc_block *block, size_t bytes);

/* Gives the memory back; the block is empty then. Its content must have been
 * zeroed by whoever wrote it, as libargon2 does. */
void edc_block_free(edc_block *block);

#endif
