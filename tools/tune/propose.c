/* propose.c - what follows from what was measured: slots, queue, cost. */
#include <stdlib.h>
#include <string.h>

#include "tune/tune.h"

/* In memory's figure; whole MiB. */
#define STEP 1024

/* One in so many hashes may be made anew. */
#define REHASH_SHARE 10

uint32_t
tune_slots(const tune_row *rows, size_t n)
{
    double most = 0;
    uint32_t slots = 0;

    for (size_t i = 0; i < n; i++)
        most = rows[i].hashes > most ? rows[i].hashes : most;
    for (size_t i = 0; i < n; i++) {
        if (rows[i].hashes >= most * 0.95 &&
            (slots == 0 || rows[i].slots < slots))
            slots = rows[i].slots;
    }
    return slots;
}

/* The most memory that one slot may have. */
static uint32_t
memory_of(const tune_wish *wish, uint32_t slots)
{
    uint64_t memory = wish->memory / (slots < 1 ? 1 : slots);

    memory = memory > TUNE_MEMORY_MAX ? TUNE_MEMORY_MAX : memory;
    memory -= memory % STEP;
    return memory < EDC_HASH_MEMORY ? EDC_HASH_MEMORY : (uint32_t)memory;
}

edc_cost
tune_cost(const tune_row *row, const tune_wish *wish)
{
    double each = row->hash / (double)edc_cost_work(row->cost);
    double work = wish->target * (1 - TUNE_MARGIN) / each;
    uint32_t most = memory_of(wish, row->slots);
    edc_cost cost = {EDC_HASH_MEMORY, EDC_HASH_TIME, EDC_HASH_PARALLELISM};
    double passes = work / most;

    if (work < (double)edc_cost_work(cost))
        return cost;
    if (passes < EDC_HASH_TIME) {
        cost.memory = (uint32_t)(work / EDC_HASH_TIME);
        cost.memory -= cost.memory % STEP;
        if (cost.memory < EDC_HASH_MEMORY)
            cost.memory = EDC_HASH_MEMORY;
    } else {
        cost.memory = most;
        cost.time =
            passes > EDC_CEILING_TIME ? EDC_CEILING_TIME : (uint32_t)passes;
    }
    return cost;
}

tune_plan
tune_plan_of(const tune_row *row, const tune_wish *wish)
{
    double queue = row->hashes * wish->patience;
    double rehash = row->hashes / REHASH_SHARE;
    tune_plan plan = {.cost = row->cost,
        .slots = {row->slots,
            queue > EDC_QUEUE_MAX ? EDC_QUEUE_MAX : (uint32_t)queue},
        .rehash = rehash < 1                     ? 1
                  : rehash > EDC_BUCKET_RATE_MAX ? EDC_BUCKET_RATE_MAX
                                                 : (uint32_t)rehash};

    return plan;
}

bool
tune_is_missed(const tune_row *row, const tune_wish *wish)
{
    return row->cost.memory == EDC_HASH_MEMORY &&
           row->cost.time == EDC_HASH_TIME && row->hash > wish->target;
}

bool
tune_time(const char *text, double min, double max, double *seconds)
{
    char *end;
    double value;

    /* No sign, and nothing hexadecimal, which strtod() would take as well. */
    if (*text < '0' || *text > '9' || text[1] == 'x' || text[1] == 'X')
        return false;
    value = strtod(text, &end);
    if (strcmp(end, "ms") == 0)
        value /= 1000;
    else if (strcmp(end, "s") != 0)
        return false;
    if (!(value >= min && value <= max))
        return false;
    *seconds = value;
    return true;
}
