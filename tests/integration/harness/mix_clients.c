/* mix_clients.c - the long mix's clients: events on accounts that all of them
 * write, and a number that each counts up alone.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/crossing.h"
#include "harness/mix.h"

/* ---- sessions ---- */

/* Whoever runs knows of servers that were started again on the same port. */
static void
hang_up(mix_client *me, size_t side)
{
    for (int i = 0; i < N_ACTORS; i++) {
        client_close(me->w[side].as[i]);
        me->w[side].as[i] = NULL;
    }
}

static bool
log_in(world *w, actor who)
{
    char *dn, *password;
    answer r;

    if (w->as[who] != NULL)
        return true;
    dn = actor_dn(who);
    password = actor_password(who);
    w->as[who] = client_open(&w->server);
    r = client_bind(w->as[who], dn, password);
    free(dn);
    free(password);
    return r.code == LDAP_SUCCESS;
}

/* Whether the server lets everybody in. */
static bool
connect_all(mix_client *me, size_t side)
{
    bool all = true;

    me->w[side].server = me->m->p.side[side].server;
    for (int i = 0; i < N_ACTORS && all; i++)
        all = log_in(&me->w[side], (actor)i);
    if (!all)
        hang_up(me, side);
    return all;
}

/* ---- what came of it ---- */

static void
count_refusal(mix_figures *f, const answer *r)
{
    char *codes = codes_of(r->text);
    char *name = text_of("%d%s%s", r->code, codes[0] != '\0' ? " " : "", codes);
    size_t i = 0;

    while (i < MIX_CODES - 1 && f->refusals[i].n > 0 &&
           strncmp(f->refusals[i].code, name, sizeof(f->refusals[i].code) - 1))
        i++;
    if (f->refusals[i].n == 0)
        snprintf(f->refusals[i].code, sizeof(f->refusals[i].code), "%s", name);
    f->refusals[i].n++;
    f->refused++;
    free(name);
    free(codes);
}

static void
note_password(mix_account *a, const char *password)
{
    if (password[0] != '\0')
        snprintf(a->known[a->n_known++ % MIX_PASSWORDS], sizeof(a->known[0]),
            "%s", password);
}

/* own: what the event may have stored. */
static void
note(mix_client *me, mix_account *a, const answer *r, const char *own)
{
    mix *m = me->m;

    pthread_mutex_lock(&m->mutex);
    if (r->code < 0) {
        m->f.unreachable++;
    } else if (r->code != LDAP_SUCCESS) {
        count_refusal(&m->f, r);
    } else {
        m->f.done++;
        note_password(a, own);
        note_password(a, r->made);
    }
    pthread_mutex_unlock(&m->mutex);
}

static void
last_password(mix *m, const mix_account *a, char out[96])
{
    pthread_mutex_lock(&m->mutex);
    snprintf(out, 96, "%s",
        a->n_known == 0 ? "" : a->known[(a->n_known - 1) % MIX_PASSWORDS]);
    pthread_mutex_unlock(&m->mutex);
}

/* ---- writes ---- */

static const crossing_event *
draw_event(mix_client *me, bool pupil)
{
    for (;;) {
        const crossing_group *g =
            &crossing_groups[chance_draw(&me->c, crossing_n_groups)];
        size_t n = 0;

        while (g->events[n].name != NULL)
            n++;
        if (g->from != NULL && g->pupil == pupil)
            return &g->events[chance_draw(&me->c, n)];
    }
}

static void
do_event(mix_client *me, size_t side)
{
    mix *m = me->m;
    mix_account *shared = &m->accounts[chance_draw(&me->c, MIX_ACCOUNTS)];
    account a = shared->a;
    crossing_doing d = {.w = &me->w[side],
        .a = &a,
        .pupil = shared->pupil,
        .mobile = shared->mobile,
        .into = m->kept.dn};
    char own[96];
    answer r;

    snprintf(own, sizeof(own), "Tulipe-%zu-%zu_Rouge", me->number,
        chance_draw(&me->c, 1000000000));
    d.own = own;
    last_password(m, shared, a.password);
    r = draw_event(me, shared->pupil)->run(&d);
    note(me, shared, &r, r.made[0] != '\0' ? "" : own);
    if (r.code < 0)
        hang_up(me, side);
}

/* On stock slapd: a password and a description, or one of them. */
static void
do_plain(mix_client *me, size_t side)
{
    mix *m = me->m;
    mix_account *shared = &m->accounts[chance_draw(&me->c, MIX_ACCOUNTS)];
    char own[96];
    answer r;

    snprintf(own, sizeof(own), "Tulipe-%zu-%zu_Rouge", me->number,
        chance_draw(&me->c, 1000000000));
    if (chance_draw(&me->c, 2) == 0)
        r = client_password(me->w[side].as[ROOT], shared->a.dn, NULL, own);
    else
        r = client_modify(me->w[side].as[ROOT], shared->a.dn,
            "replace: userPassword\nuserPassword: %s\n-\n"
            "replace: description\ndescription: %s\n",
            own, own);
    note(me, shared, &r, own);
    if (r.code < 0)
        hang_up(me, side);
}

/* One more than what was acknowledged last, where that is known. An answer that
 * did not come leaves open which one is stored. */
static void
do_count(mix_client *me, size_t side)
{
    mix_counter *c = &me->m->counters[me->number];
    char *text = client_read(me->w[side].as[ROOT], c->dn, "description");
    unsigned long there = text != NULL ? strtoul(text, NULL, 10) : 0;
    answer r;

    if (text == NULL) {
        hang_up(me, side);
        return;
    }
    free(text);
    if (there == c->acknowledged + 1)
        c->acknowledged = there;
    if (there != c->acknowledged)
        return;
    r = client_modify(me->w[side].as[ROOT], c->dn,
        "replace: description\ndescription: %lu\n", there + 1);
    if (r.code == LDAP_SUCCESS)
        c->acknowledged = there + 1;
    pthread_mutex_lock(&me->m->mutex);
    me->m->f.counted += r.code == LDAP_SUCCESS;
    if (r.code > 0)
        count_refusal(&me->m->f, &r);
    pthread_mutex_unlock(&me->m->mutex);
    if (r.code < 0)
        hang_up(me, side);
}

static bool
is_over(mix *m)
{
    bool over;

    pthread_mutex_lock(&m->mutex);
    over = m->over;
    pthread_mutex_unlock(&m->mutex);
    return over;
}

void *
mix_client_run(void *argument)
{
    mix_client *me = argument;

    while (!is_over(me->m)) {
        size_t side = chance_draw(&me->c, MIX_SERVERS);

        if (!connect_all(me, side))
            mix_sleep(0.2);
        else if (chance_draw(&me->c, 4) == 0)
            do_count(me, side);
        else if (me->m->without)
            do_plain(me, side);
        else
            do_event(me, side);
        mix_sleep((double)chance_draw(&me->c, 20) / 1000);
    }
    for (size_t side = 0; side < MIX_SERVERS; side++)
        hang_up(me, side);
    return NULL;
}
