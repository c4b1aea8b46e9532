/* lines.c - lines of jobs, in turn. */
#include "core/gate/lines.h"

#include <string.h>

static edc_job *
find_line(const edc_lines *lines, const char *client)
{
    edc_job *first = lines->turn;

    if (first == NULL)
        return NULL;
    do {
        if (strcmp(first->client, client) == 0)
            return first;
        first = first->next_line;
    } while (first != lines->turn);
    return NULL;
}

/* A new line comes last: before the one whose turn it is. */
static void
add_line(edc_lines *lines, edc_job *first)
{
    edc_job *turn = lines->turn;

    if (turn == NULL) {
        first->previous_line = first->next_line = first;
        lines->turn = first;
        return;
    }
    first->next_line = turn;
    first->previous_line = turn->previous_line;
    turn->previous_line->next_line = first;
    turn->previous_line = first;
}

static void
remove_line(edc_lines *lines, edc_job *first)
{
    if (first->next_line == first) {
        lines->turn = NULL;
        return;
    }
    first->previous_line->next_line = first->next_line;
    first->next_line->previous_line = first->previous_line;
    if (lines->turn == first)
        lines->turn = first->next_line;
}

/* The second of a line takes the place of the first. */
static void
promote(edc_lines *lines, edc_job *first)
{
    edc_job *second = first->behind;

    second->ahead = NULL;
    second->last = first->last;
    second->in_line = first->in_line - 1;
    if (first->next_line == first) {
        second->previous_line = second->next_line = second;
    } else {
        second->previous_line = first->previous_line;
        second->next_line = first->next_line;
        second->previous_line->next_line = second;
        second->next_line->previous_line = second;
    }
    if (lines->turn == first)
        lines->turn = second;
}

void
edc_lines_add(edc_lines *lines, edc_job *job)
{
    edc_job *first = find_line(lines, job->client);

    lines->n++;
    job->behind = NULL;
    if (first == NULL) {
        job->ahead = NULL;
        job->last = job;
        job->in_line = 1;
        add_line(lines, job);
        return;
    }
    job->ahead = first->last;
    first->last->behind = job;
    first->last = job;
    first->in_line++;
}

edc_job *
edc_lines_take(edc_lines *lines)
{
    edc_job *job = lines->turn;

    if (job == NULL)
        return NULL;
    edc_lines_remove(lines, job);
    /* What took the place of the job has had its turn. */
    if (job->behind != NULL)
        lines->turn = lines->turn->next_line;
    return job;
}

void
edc_lines_remove(edc_lines *lines, edc_job *job)
{
    edc_job *first = job;

    lines->n--;
    if (job->ahead == NULL) {
        if (job->behind == NULL)
            remove_line(lines, job);
        else
            promote(lines, job);
        return;
    }
    while (first->ahead != NULL)
        first = first->ahead;
    first->in_line--;
    job->ahead->behind = job->behind;
    if (job->behind != NULL)
        job->behind->ahead = job->ahead;
    else
        first->last = job->ahead;
}

edc_job *
edc_lines_spare(const edc_lines *lines, const char *client)
{
    const edc_job *own = find_line(lines, client);
    uint32_t length = own == NULL ? 0 : own->in_line;
    edc_job *longest = lines->turn, *first = lines->turn;

    if (first == NULL)
        return NULL;
    do {
        if (first->in_line > longest->in_line)
            longest = first;
        first = first->next_line;
    } while (first != lines->turn);
    return longest->in_line >= length + 2 ? longest->last : NULL;
}
