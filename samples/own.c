/* own.c - whom a school's own files have: its pupils, and their guardians. */
#include "sample.h"

/* Where in the school a pupil is: 0 or 1 of p->school; -1: nowhere. */
static int
place_at(const sample_pupil *p, const sample_school *school)
{
    for (size_t i = 0; i < p->n_schools; i++) {
        if (p->school[i] == school->number)
            return (int)i;
    }
    return -1;
}

const sample_pupil *
sample_own_pupil(
    const sample_own *own, const sample_family *f, size_t *i, size_t *place)
{
    while (*i < f->n_pupils) {
        const sample_pupil *p = f->pupils + (*i)++;
        int found = place_at(p, own->school);

        if (found >= 0) {
            if (place != NULL)
                *place = (size_t)found;
            return p;
        }
    }
    return NULL;
}

bool
sample_own_child(const sample_pupil *p, size_t guardian)
{
    for (size_t l = 0; l < p->n_links; l++) {
        if (p->links[l].guardian == (int)guardian)
            return true;
    }
    return false;
}

static bool
is_named(const sample_own *own, const sample_family *f, size_t guardian)
{
    const sample_pupil *p;
    size_t i = 0;

    while ((p = sample_own_pupil(own, f, &i, NULL)) != NULL) {
        if (sample_own_child(p, guardian))
            return true;
    }
    return false;
}

const sample_guardian *
sample_own_guardian(const sample_own *own, const sample_family *f, size_t *i)
{
    while (*i < f->n_guardians) {
        size_t guardian = (*i)++;

        if (is_named(own, f, guardian))
            return f->guardians + guardian;
    }
    return NULL;
}
