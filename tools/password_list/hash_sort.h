/* hash_sort.h - sorting any number of SHA-1 digests in bounded memory: runs of
 * them are sorted, kept in a file without a name, and merged.
 */
#ifndef HASH_SORT_H
#define HASH_SORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HASH_SIZE 20

typedef struct hash_sort hash_sort;

/* Sorts with the memory of so many digests at a time, at least 2. directory:
 * where the file without a name is made once it is needed. NULL when memory is
 * out. */
hash_sort *hash_sort_new(size_t at_once, const char *directory);
void hash_sort_free(hash_sort *sort);

/* Adds one. Returns false, with errno, when the file cannot be written. */
bool hash_sort_add(hash_sort *sort, const unsigned char digest[HASH_SIZE]);

/* Calls each() for every different digest in ascending order, once; each()
 * stops it by returning false. Returns false, with errno, when each() did, or
 * the file cannot be read, or memory is out. */
bool hash_sort_each(hash_sort *sort,
    bool (*each)(void *ctx, const unsigned char digest[HASH_SIZE]), void *ctx);

#endif
