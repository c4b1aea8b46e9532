/* block.c - memory for hashing, mapped once. */
#include "core/password/block.h"

#include <sys/mman.h>

#define HUGE_PAGE ((size_t)2 << 20)

static size_t
whole_pages(size_t bytes)
{
    return (bytes + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
}

bool
edc_block_fit(edc_block *block, size_t bytes)
{
    size_t mapped = whole_pages(bytes);
    void *p;

    if (block->p != NULL && block->bytes == bytes)
        return true;
    edc_block_free(block);
    if (bytes == 0 || mapped < bytes)
        return false;
    p = mmap(NULL, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
        -1, 0);
    if (p == MAP_FAILED)
        return false;
    /* What follows makes it faster or safer, and works without. */
    (void)madvise(p, mapped, MADV_HUGEPAGE);
    (void)madvise(p, mapped, MADV_DONTDUMP);
    (void)mlock(p, mapped);
    *block = (edc_block){p, bytes, mapped};
    return true;
}

void
edc_block_free(edc_block *block)
{
    if (block->p != NULL)
        (void)munmap(block->p, block->mapped);
    *block = (edc_block){NULL, 0, 0};
}
