/* crossing.c - pairs of events, and what is stored of them. */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include "harness/crossing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the pairs ---- */

static void
add_pairs(
    crossing_pair *all, size_t *n, const crossing_group *of, unsigned without)
{
    for (const crossing_event *e = of->events; e->name != NULL; e++) {
        for (const crossing_event *f = of->events; f->name != NULL; f++) {
            if (((e->writes | f->writes) & without) == 0)
                all[(*n)++] = (crossing_pair){.group = of, .events = {e, f}};
        }
    }
}

crossing_pair *
crossing_draw(
    chance *c, bool created, unsigned without, size_t wanted, size_t *n)
{
    size_t most = crossing_n_groups * CROSSING_EVENTS * CROSSING_EVENTS;
    crossing_pair *all = calloc(most, sizeof(*all));

    *n = 0;
    for (size_t g = 0; g < crossing_n_groups; g++) {
        if (created == (crossing_groups[g].from == NULL))
            add_pairs(all, n, &crossing_groups[g], without);
    }
    for (size_t i = 0; i < *n; i++) {
        size_t other = i + chance_draw(c, *n - i);
        crossing_pair p = all[i];

        all[i] = all[other];
        all[other] = p;
    }
    if (*n > wanted)
        *n = wanted;
    return all;
}

void
crossing_prepare(crossing_pair *p, world *w, size_t number)
{
    const crossing_group *g = p->group;

    if (g->from == NULL) {
        snprintf(p->a.uid, sizeof(p->a.uid), "neuf%zu", number);
        snprintf(p->a.dn, sizeof(p->a.dn), "uid=neuf%zu," PEOPLE, number);
    } else {
        p->a = g->pupil ? student_in(w, g->from) : guardian_in(w, g->from);
    }
    snprintf(p->mobile, sizeof(p->mobile), "+336%08zu", 10000000 + number);
    if (g->from != NULL && !g->pupil)
        expect_ok(client_modify(w->as[PROVISIONER], p->a.dn,
            "replace: mobile\nmobile: %s\n", p->mobile));
    for (int i = 0; i < 2; i++)
        fresh_password(w, p->own[i]);
}

static void
run_into(answer *r, const crossing_event *e, const crossing_doing *d)
{
    *r = e->run(d);
}

answer
crossing_run(crossing_pair *p, int side, world *w, const char *into, bool alone)
{
    crossing_doing d = {.w = w,
        .a = &p->a,
        .pupil = p->group->pupil,
        .alone = alone,
        .own = p->own[side],
        .mobile = p->mobile,
        .into = into};
    answer r;

    run_into(&r, p->events[side], &d);
    snprintf(p->made[side], sizeof(p->made[side]), "%s", r.made);
    return r;
}

/* ---- what is stored ---- */

/* Nothing that the manual's table of states excludes. */
#define PARKED "(|(educonnectState=suspended)(educonnectState=closed))"
#define LETTER                                                                 \
    "(userPassword=*)(educonnectProvisionalUntil=*)(educonnectInformedBy=*)"   \
    "(pwdReset=TRUE)"
#define NO_LETTER                                                              \
    "(!(educonnectProvisionalUntil=*))(!(educonnectInformedBy=*))"             \
    "(!(pwdReset=*))"
static const char contradictory[] =
    "(!(&(|(&(educonnectState=uninformed)(!(userPassword=*))" NO_LETTER ")"
    "(&(|(educonnectState=informed)(educonnectState=reset))" LETTER ")"
    "(&(educonnectState=active)(userPassword=*)(educonnectActivatedBy=*)"
    "(pwdChangedTime=*)" NO_LETTER ")"
    "(&" PARKED "(educonnectFormerState=*)))"
    "(|" PARKED "(!(educonnectFormerState=*)))"
    "(|(!(educonnectMergedInto=*))(&(educonnectState=closed)"
    "(educonnectFormerState=uninformed)(!(userPassword=*))"
    "(!(educonnectPasswordHistory=*))" NO_LETTER "))))";

bool
crossing_sound(LDAP *root, const char *dn)
{
    return client_count(root, dn, contradictory) == 0;
}

/* The dump is sorted: an entry's lines follow each other. */
char *
crossing_lines(const char *dump, const char *dn)
{
    char *begin = text_of("\ndn: %s ", dn);
    const char *at = strncmp(dump, begin + 1, strlen(begin + 1)) == 0
                         ? dump
                         : strstr(dump, begin);
    const char *end;
    char *all;

    if (at != NULL && *at == '\n')
        at++;
    end = at;
    while (end != NULL && strncmp(end, begin + 1, strlen(begin + 1)) == 0)
        end = strchr(end, '\n') + 1;
    all = at == NULL ? strdup("") : strndup(at, (size_t)(end - at));
    free(begin);
    return all;
}

static const char *const parts[CROSSING_PARTS][4] = {
    [THE_LOCK] = {" pwdAccountLockedTime:", " pwdFailureTime:"},
    [THE_RECORD] = {" mobile:", " educonnectMobileKey:"},
    [THE_SERIAL] = {" educonnectSerial:"},
    [THE_STAMP] = {" entryCSN:", " modifyTimestamp:", " modifiersName:"}};

static crossing_part
part_of_line(const char *line)
{
    for (int part = 0; part < THE_REST; part++) {
        for (int i = 0; i < 4 && parts[part][i] != NULL; i++) {
            const char *found = strstr(line, parts[part][i]);

            if (found != NULL && found < strchr(line, '\n'))
                return (crossing_part)part;
        }
    }
    return THE_REST;
}

char *
crossing_part_of(const char *lines, crossing_part part)
{
    char *out = calloc(1, strlen(lines) + 1), *end = out;

    for (const char *at = lines, *next; *at != '\0'; at = next) {
        next = strchr(at, '\n') + 1;
        if (part_of_line(at) == part)
            end = mempcpy(end, at, (size_t)(next - at));
    }
    return out;
}
