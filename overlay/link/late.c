/* late.c - links that replication brings after their guardian has gone. */
#include "link/late.h"

#include <stdio.h>

#include "core/text/gentime.h"
#include "link/clean.h"
#include "link/gone.h"
#include "slapd/clock.h"
#include "slapd/log.h"
#include "slapd/memory.h"
#include "slapd/reserve.h"
#include "slapd/task.h"

/* So many are waited for. */
#define LINKS_MAX 65536

/* So many are looked at before others have their turn. */
#define BATCH 64

/* Instead of when a link was written: later than anything. */
#define CONFIRMED "~"

/* When a link is looked at. */
typedef enum turn {
    AT_ONCE,
    SOON,         /* OV_LATE_WAIT later */
    IN_TURN,      /* it is another server's, unless that does nothing */
    AFTER_REFUSAL /* OV_LATE_REFUSED later */
} turn;

/* A link to be looked at. */
struct ov_late {
    struct ov_late *next;
    struct berval student; /* owned, as the rest; empty: whoever has the link */
    struct berval link;
    char csn[OV_CSN_SIZE]; /* when it was written, or CONFIRMED */
    bool modify;
    int64_t due; /* ov_milliseconds() */
};

/* ---- links to be looked at ---- */

static int
same(void *a, void *b)
{
    (void)a;
    (void)b;
    return -1;
}

static int
by_link(const void *a, const void *b)
{
    const struct ov_late *x = a, *y = b;
    int order = ber_bvcmp(&x->student, &y->student);

    return order != 0 ? order : ber_bvcmp(&x->link, &y->link);
}

static void
free_late(struct ov_late *l)
{
    ch_free(l->student.bv_val);
    ch_free(l->link.bv_val);
    ch_free(l);
}

/* Of the servers that may do it the one with the lowest ID is the first. */
static int64_t
wait_of(turn t)
{
    switch (t) {
    case AT_ONCE:
        return 0;
    case SOON:
        return OV_LATE_WAIT;
    case AFTER_REFUSAL:
        return OV_LATE_REFUSED;
    default:
        return (int64_t)OV_LATE_WAIT * (2 + slap_serverID);
    }
}

/* Under the mutex. */
static void
put(ov_lates *lates, struct ov_late *l, turn t)
{
    l->due = ov_milliseconds() + wait_of(t);
    l->next = NULL;
    if (lates->first[t] == NULL)
        lates->end[t] = &lates->first[t];
    *lates->end[t] = l;
    lates->end[t] = &l->next;
}

/* While much arrives the other servers are at work, on these links perhaps. */
static int64_t
due_of(const ov_lates *lates, int t)
{
    int64_t quiet = lates->arrived + OV_LATE_WAIT;
    int64_t due = lates->first[t]->due;

    return t == IN_TURN && due < quiet ? quiet : due;
}

/* Under the mutex: the first that is due, or NULL; *rest: when one will be. */
static struct ov_late *
take(ov_lates *lates, ov_rest *rest)
{
    int64_t now = ov_milliseconds();

    *rest = OV_REST_NONE;
    for (int t = 0; t < OV_N_TURNS; t++) {
        struct ov_late *l = lates->first[t];
        int64_t left = l == NULL ? 0 : due_of(lates, t) - now;

        if (l != NULL && left <= 0) {
            lates->first[t] = l->next;
            return l;
        }
        if (l != NULL && (*rest == OV_REST_NONE || left < *rest))
            *rest = left;
    }
    return NULL;
}

static ov_rest look_again(Operation *op, slap_overinst *on);

/* One that is waited for already was written again: the newest counts. */
static void
wait_for(slap_overinst *on, const struct ov_late *like, turn t)
{
    ov_lates *lates = &ov_instance_of(on)->lates;
    struct ov_late *l;
    bool added = false;

    ldap_pvt_thread_mutex_lock(&lates->mutex);
    l = ldap_avl_find(lates->links, like, by_link);
    if (l != NULL && strcmp(l->csn, like->csn) < 0)
        memcpy(l->csn, like->csn, sizeof(l->csn));
    if (l == NULL && lates->n_links < LINKS_MAX) {
        l = ch_calloc(1, sizeof(*l));
        *l = *like;
        l->student = ov_dup(&like->student);
        l->link = ov_dup(&like->link);
        ldap_avl_insert(&lates->links, l, by_link, same);
        lates->n_links++;
        put(lates, l, t);
        added = true;
    }
    ldap_pvt_thread_mutex_unlock(&lates->mutex);
    if (added)
        ov_task_start(on, look_again);
}

void
ov_late_confirm(
    slap_overinst *on, const struct berval *student, BerVarray links)
{
    ov_lates *lates = &ov_instance_of(on)->lates;

    if (lates->n_links == 0)
        return;
    ldap_pvt_thread_mutex_lock(&lates->mutex);
    for (; links != NULL && !BER_BVISNULL(links); links++) {
        struct ov_late key = {.student = *student, .link = *links};
        struct ov_late *l = ldap_avl_find(lates->links, &key, by_link);

        if (l != NULL)
            memcpy(l->csn, CONFIRMED, sizeof(CONFIRMED));
    }
    ldap_pvt_thread_mutex_unlock(&lates->mutex);
}

/* ---- whom a link names ---- */

/* Who has a name, and since when. */
typedef struct holder {
    bool guardian;
    int64_t created; /* 0: nobody knows */
} holder;

static void
look_at_holder(void *ctx, Entry *e)
{
    holder *h = ctx;
    BerVarray created = ov_values(e, slap_schema.si_ad_createTimestamp);

    h->guardian = ov_has_class(e, EDC_OC_LEGAL_GUARDIAN);
    if (created == NULL || !edc_time_parse(ov_str(created), &h->created))
        h->created = 0;
}

/* Seconds: clocks differ by no more than a write is granted with
 * (OV_AHEAD_WAIT), and both times are whole seconds. */
#define CLOCKS_DIFFER 2

/* By the clocks of two servers, where this one does not remember: such an entry
 * cannot have named who was not there. */
static bool
is_older(const struct ov_late *l, int64_t created)
{
    char text[EDC_TIME_SIZE];
    int64_t written;

    snprintf(text, sizeof(text), "%.14sZ", l->csn);
    return l->modify && created != 0 &&
           edc_time_parse(edc_str_of(text), &written) &&
           written + CLOCKS_DIFFER < created;
}

/* What is known of a link. */
typedef enum meaning {
    NAMES_SOMEBODY,
    NAMES_NOBODY, /* and whether somebody went is not known */
    NAMES_WHO_IS_GONE,
    NAMES_ANOTHER, /* than the one who has the name now */
    NOT_READ
} meaning;

/* *t: when this server may take it out. */
static meaning
meaning_of(Operation *op, slap_overinst *on, const struct ov_late *l, turn *t)
{
    ov_gone gone;
    bool known = ov_gone_recall(ov_instance_of(on), &l->link, &gone), read;
    holder h = {0};
    meaning m = NAMES_SOMEBODY;

    read = ov_entry_look(op, (struct berval *)&l->link, look_at_holder, &h);
    if (!read && ov_is_unread(op))
        return NOT_READ;
    *t = known && gone.here ? SOON : IN_TURN;
    if (!h.guardian)
        return known ? NAMES_WHO_IS_GONE : NAMES_NOBODY;
    if (known && gone.born[0] != '\0') {
        *t = gone.born_here ? AT_ONCE : IN_TURN;
        if (strcmp(l->csn, gone.born) < 0)
            m = NAMES_ANOTHER;
    } else if (is_older(l, h.created)) {
        *t = IN_TURN;
        m = NAMES_ANOTHER;
    }
    return m;
}

/* ---- a link arrives ---- */

void
ov_late_gone(slap_overinst *on, const struct berval *ndn, bool here)
{
    struct ov_late whoever = {.student = BER_BVC(""), .link = *ndn};

    ov_gone_note(ov_instance_of(on), ndn, here);
    if (!here && SLAP_MULTIPROVIDER(on->on_info->oi_origdb))
        wait_for(on, &whoever, IN_TURN);
}

/* A link that op brings; in op's memory. */
typedef struct arrival {
    slap_overinst *on;
    struct ov_late link;
    turn turn;
    bool over;
} arrival;

static int
is_stored(Operation *op, SlapReply *rs)
{
    arrival *a = op->o_callback->sc_private;

    (void)rs;
    if (!a->over)
        wait_for(a->on, &a->link, a->turn);
    a->over = true;
    return SLAP_CB_CONTINUE;
}

/* Once it is stored, and not before. */
static void
wait_for_stored(
    Operation *op, slap_overinst *on, const struct ov_late *l, turn t)
{
    arrival *a = ov_keep(op, sizeof(*a));

    a->on = on;
    a->link = *l;
    a->link.student = ov_keep_bv(op, &l->student);
    a->link.link = ov_keep_bv(op, &l->link);
    a->turn = t;
    ov_push_callback(op, NULL, is_stored, a);
}

void
ov_late_arrived(Operation *op, slap_overinst *on, struct berval *student,
    struct berval *link, const struct berval *csn, bool modify)
{
    struct ov_late l = {.student = *student, .link = *link, .modify = modify};
    turn t = IN_TURN;
    meaning m;

    snprintf(l.csn, sizeof(l.csn), "%.*s", csn == NULL ? 0 : (int)csn->bv_len,
        csn == NULL ? "" : csn->bv_val);
    m = meaning_of(op, on, &l, &t);
    if (m == NAMES_NOBODY || m == NAMES_WHO_IS_GONE || m == NOT_READ)
        ov_void_mark(ov_instance_of(on), link);
    if (!SLAP_MULTIPROVIDER(op->o_bd))
        return;
    if (m == NAMES_WHO_IS_GONE || m == NAMES_ANOTHER)
        wait_for_stored(op, on, &l, t);
    else if (m == NAMES_SOMEBODY)
        ov_late_confirm(on, student, (struct berval[]){*link, BER_BVNULL});
}

/* ---- looking again ---- */

static bool
has_link(Entry *e, const struct berval *link)
{
    for (int i = 0; i < OV_N_REFERENCES; i++) {
        if (ov_has_dn(e, ov_ad[ov_references[i]], link))
            return true;
    }
    return false;
}

/* A client that had the name reserved may have said it again meanwhile. */
static bool
is_as_seen(ov_lates *lates, const struct ov_late *seen)
{
    const struct ov_late *l;
    bool same;

    ldap_pvt_thread_mutex_lock(&lates->mutex);
    l = ldap_avl_find(lates->links, seen, by_link);
    same = l != NULL && strcmp(l->csn, seen->csn) == 0;
    ldap_pvt_thread_mutex_unlock(&lates->mutex);
    return same;
}

/* To a guardian who came after it was written. Returns false to try again, and
 * when (*t). */
static bool
take_out(Operation *op, slap_overinst *on, struct ov_late *l, turn *t)
{
    ov_want want = {
        .ad = ov_ad[EDC_AT_GUARDIAN], .value = l->link, .share = OV_EXCLUSIVE};
    Entry *e = NULL;
    bool done;

    *t = SOON;
    if (!ov_reserve_for(ov_instance_of(on), l, &want, 1))
        return false;
    done = is_as_seen(&ov_instance_of(on)->lates, l);
    if (done)
        e = ov_entry_copy(op, &l->student);
    if (e != NULL && has_link(e, &l->link)) {
        done = ov_clean_entry(op, e, &l->link);
        if (done)
            ov_log_error(&e->e_nname,
                "a link that was written before there was this guardian is "
                "taken out");
        else
            *t = AFTER_REFUSAL;
    }
    if (e != NULL)
        entry_free(e);
    ov_unreserve(ov_instance_of(on), l);
    return done;
}

static bool
is_quiet(const ov_instance *instance)
{
    return ov_milliseconds() - instance->lates.arrived >= OV_LATE_WAIT;
}

/* Returns false when it is to be looked at again. */
static bool
settle(Operation *op, slap_overinst *on, struct ov_late *l, turn *t)
{
    meaning m = meaning_of(op, on, l, t);

    if (m == NOT_READ || (*t == IN_TURN && !is_quiet(ov_instance_of(on))))
        return false;
    if (m == NAMES_WHO_IS_GONE)
        ov_clean_rest(on, &l->link);
    if (m != NAMES_ANOTHER || BER_BVISEMPTY(&l->student))
        return true;
    return take_out(op, on, l, t);
}

/* What was written again meanwhile is looked at once more. */
static void
finish(ov_lates *lates, struct ov_late *l, const struct ov_late *seen,
    bool done, turn t)
{
    ldap_pvt_thread_mutex_lock(&lates->mutex);
    if (done && strcmp(l->csn, seen->csn) == 0) {
        ldap_avl_delete(&lates->links, l, by_link);
        lates->n_links--;
    } else {
        put(lates, l, t);
        l = NULL;
    }
    ldap_pvt_thread_mutex_unlock(&lates->mutex);
    if (l != NULL)
        free_late(l);
}

static ov_rest
look_again(Operation *op, slap_overinst *on)
{
    ov_lates *lates = &ov_instance_of(on)->lates;

    for (int i = 0; i < BATCH && !ov_task_hurry(); i++) {
        struct ov_late *l, seen;
        turn t = SOON;
        ov_rest rest;
        bool done;

        ldap_pvt_thread_mutex_lock(&lates->mutex);
        l = take(lates, &rest);
        if (l != NULL)
            seen = *l;
        ldap_pvt_thread_mutex_unlock(&lates->mutex);
        if (l == NULL)
            return rest;
        done = settle(op, on, &seen, &t);
        finish(lates, l, &seen, done, t == AT_ONCE ? SOON : t);
    }
    return OV_REST_MORE;
}

/* ---- life ---- */

void
ov_late_init(ov_instance *instance)
{
    ldap_pvt_thread_mutex_init(&instance->lates.mutex);
}

void
ov_late_resume(slap_overinst *on)
{
    if (ov_instance_of(on)->lates.n_links > 0)
        ov_task_start(on, look_again);
}

void
ov_late_destroy(ov_instance *instance)
{
    ov_lates *lates = &instance->lates;
    struct ov_late *l;

    ldap_avl_free(lates->links, NULL);
    for (int t = 0; t < OV_N_TURNS; t++) {
        while ((l = lates->first[t]) != NULL) {
            lates->first[t] = l->next;
            free_late(l);
        }
    }
    ov_gone_free(instance);
    ldap_pvt_thread_mutex_destroy(&lates->mutex);
}
