/* memory.c - memory that lives as long as an operation. */
#include "slapd/memory.h"
#include "slapd/task.h"

#include <stddef.h>

/* One piece; what is asked for follows, aligned for anything. */
typedef struct piece {
    struct piece *next;
    _Alignas(max_align_t) char bytes[];
} piece;

/* Below a kibibyte with its own bookkeeping: beyond, glibc goes through all
 * that is free. */
#define AT_ONCE ((size_t)992)

/* Everything that is kept for one operation. An overlay may send a result from
 * its response function: what stands behind it on the list of callbacks is
 * cleaned up by that already, what stands before it later. slapd may be through
 * with what was cleaned up (sssvlv) or go through it once more (chain, which
 * keeps its own place on the list). So one callback stands before every overlay
 * (ov_keep_begin()), and the last of all that slapd goes through gives the
 * memory back. */
typedef struct ov_keeper {
    slap_callback callback; /* first: found by it */
    ber_tag_t tag;
    unsigned linked; /* callbacks in its memory that slapd still goes through */
    bool over;       /* slapd does not go through this one any more */
    bool unread;     /* ov_note_unread() */
    bool held;       /* ov_keep_hold() */
    bool result;     /* what slapd sends now is the operation's result */
    bool ended;      /* and slapd cleans up after it */
    struct berval bound; /* ov_note_bound() */
    piece *pieces;       /* that had no room here */
    char *at;            /* what is free, in the room or in a block */
    size_t left;         /* bytes of that */
    _Alignas(max_align_t) char room[];
} keeper;

/* What is asked for comes out of the keeper's room, which has enough for nearly
 * every operation, then out of blocks. Where somebody looks for what is written
 * beyond a piece, each is by itself. */
#if defined(__SANITIZE_ADDRESS__)
#define ROOM ((size_t)0)
#define BLOCK ((size_t)0)
#else
#define ROOM (AT_ONCE - sizeof(keeper))
#define BLOCK (AT_ONCE - sizeof(piece))
#endif

/* slapd sets and reads it without a lock, here and in its backends: it may be
 * seen late, which ThreadSanitizer cannot know to be no matter. */
__attribute__((no_sanitize("thread"))) bool
ov_is_abandoned(const Operation *op)
{
    return op->o_abandon != 0;
}

/* tag: of the operation that the callback is for; a Modify may run in its
 * place, in the same structure. A search whose entry cannot be written, for
 * the client has gone, ends without a result; slapd has marked it abandoned
 * then, and sends no further entry of one that is. */
bool
ov_is_over(const Operation *op, const SlapReply *rs, ber_tag_t tag)
{
    if (op->o_tag != tag)
        return false;
    if (rs->sr_type == REP_SEARCH || rs->sr_type == REP_SEARCHREF ||
        rs->sr_type == REP_INTERMEDIATE)
        return ov_is_abandoned(op);
    return true;
}

static bool
is_over(const keeper *k, const Operation *op, const SlapReply *rs)
{
    return k->ended || ov_is_over(op, rs, k->tag);
}

static void
free_keeper(keeper *k)
{
    piece *p;

    while ((p = k->pieces) != NULL) {
        k->pieces = p->next;
        ch_free(p);
    }
    ch_free(k);
}

static int
keeper_cleanup(Operation *op, SlapReply *rs)
{
    keeper *k = (keeper *)op->o_callback;

    if (!is_over(k, op, rs))
        return SLAP_CB_CONTINUE;
    op->o_callback = k->callback.sc_next;
    k->over = true;
    if (k->linked == 0 && !k->held)
        free_keeper(k);
    return SLAP_CB_CONTINUE;
}

static keeper *
find_keeper(Operation *op)
{
    slap_callback *cb = op->o_callback;

    for (; cb != NULL; cb = cb->sc_next) {
        if (cb->sc_cleanup == keeper_cleanup &&
            ((keeper *)cb)->tag == op->o_tag)
            return (keeper *)cb;
    }
    return NULL;
}

/* Below the overlays of the database, so that it is cleaned up after whatever
 * uses the memory, and may begin in a response. */
static keeper *
keeper_of(Operation *op)
{
    keeper *k = find_keeper(op);

    if (k != NULL)
        return k;
    k = ch_malloc(sizeof(*k) + ROOM);
    memset(k, 0, sizeof(*k) + ROOM);
    k->at = k->room;
    k->left = ROOM;
    k->tag = op->o_tag;
    k->callback.sc_cleanup = keeper_cleanup;
    overlay_callback_after_backover(op, &k->callback, 1);
    return k;
}

/* calloc() does not ask for what a thread has at hand. */
static char *
new_piece(keeper *k, size_t n)
{
    piece *p = ch_malloc(sizeof(*p) + n);

    memset(p->bytes, 0, n);
    p->next = k->pieces;
    k->pieces = p;
    return p->bytes;
}

static void *
keep(keeper *k, size_t n)
{
    size_t whole = (n + sizeof(max_align_t) - 1) & -sizeof(max_align_t);

    if (n > k->left || whole > k->left) {
        if (n > BLOCK || whole > BLOCK)
            return new_piece(k, n);
        k->at = new_piece(k, BLOCK);
        k->left = BLOCK;
    }
    k->at += whole;
    k->left -= whole;
    return k->at - whole;
}

void *
ov_keep(Operation *op, size_t n)
{
    return keep(keeper_of(op), n);
}

void
ov_note_unread(Operation *op)
{
    keeper_of(op)->unread = true;
}

bool
ov_is_unread(Operation *op)
{
    const keeper *k = find_keeper(op);

    return k != NULL && k->unread;
}

edc_code
ov_unread_code(void)
{
    return ov_is_shutting_down() ? EDC_B01 : EDC_X01;
}

void
ov_note_bound(Operation *op, const struct berval *dn)
{
    keeper *k = keeper_of(op);

    if (BER_BVISNULL(&k->bound))
        k->bound = *dn;
}

struct berval
ov_bound(Operation *op)
{
    const keeper *k = find_keeper(op);

    return k != NULL ? k->bound : (struct berval)BER_BVNULL;
}

struct berval
ov_keep_bv(Operation *op, const struct berval *bv)
{
    struct berval copy = {.bv_len = bv->bv_len};

    copy.bv_val = ov_keep(op, bv->bv_len + 1);
    memcpy(copy.bv_val, bv->bv_val, bv->bv_len);
    return copy;
}

edc_str
ov_tmp(Operation *op, edc_str text)
{
    struct berval from = ov_berval(text), copy;

    if (text.p == NULL)
        return text;
    copy = ov_keep_bv(op, &from);
    return ov_str(&copy);
}

bool
ov_keep_dn(Operation *op, edc_str text, struct berval *ndn)
{
    struct berval dn = ov_berval(ov_tmp(op, text)), made;

    if (dnNormalize(0, NULL, NULL, &dn, &made, NULL) != LDAP_SUCCESS)
        return false;
    *ndn = ov_keep_bv(op, &made);
    ch_free(made.bv_val);
    return true;
}

ov_keeper *
ov_keep_hold(Operation *op)
{
    keeper *k = keeper_of(op);

    k->held = true;
    return k;
}

void
ov_keep_let_go(ov_keeper *k)
{
    k->held = false;
}

void
ov_keep_end(ov_keeper *k)
{
    free_keeper(k);
}

/* ---- callbacks ---- */

typedef struct pushed {
    slap_callback callback; /* first: found by it */
    slap_response *cleanup;
    keeper *keeper; /* whose memory this is in */
    ber_tag_t tag;
    bool over; /* cleaned up, by a result within a result */
} pushed;

/* Whether slapd comes to the keeper yet, again or for the first time. */
static bool
comes_to(const slap_callback *cb, const keeper *k)
{
    while (cb != NULL && cb != &k->callback)
        cb = cb->sc_next;
    return cb != NULL;
}

/* The operation's first callback. What a result is cannot be told afterwards:
 * syncprov sends what it has left from its response to one, and slapd cleans up
 * after an intermediate response then. */
static int
begin_response(Operation *op, SlapReply *rs)
{
    pushed *p = (pushed *)op->o_callback;

    p->keeper->result =
        rs->sr_type == REP_RESULT && op->o_tag == p->keeper->tag;
    return SLAP_CB_CONTINUE;
}

/* Whether it is over is asked once: an Abandon may come at any time, and the
 * memory goes when every callback in it has gone. */
static int
pushed_cleanup(Operation *op, SlapReply *rs)
{
    pushed *p = (pushed *)op->o_callback;
    keeper *k = p->keeper;
    bool over;

    /* Seen by the first callback, which what is sent within the sending does
     * not come to. */
    if (p->callback.sc_response == begin_response && k->result)
        k->ended = true;
    over = p->over || k->ended || ov_is_over(op, rs, p->tag);

    if (!p->over && p->cleanup != NULL)
        (void)p->cleanup(op, rs);
    if (!over)
        return SLAP_CB_CONTINUE;
    op->o_callback = p->callback.sc_next;
    if (!p->over)
        k->linked--;
    p->over = true;
    if (k->over && k->linked == 0 && !k->held && !comes_to(op->o_callback, k))
        free_keeper(k);
    return SLAP_CB_CONTINUE;
}

/* Whether a callback is the keeper, or in its memory. */
static bool
is_kept_by(slap_callback *cb, const keeper *k)
{
    return cb == &k->callback ||
           (cb->sc_cleanup == pushed_cleanup && ((pushed *)cb)->keeper == k);
}

void
ov_keep_drop(Operation *op)
{
    slap_callback **at = &op->o_callback;
    keeper *k = find_keeper(op);

    if (k == NULL)
        return;
    while (*at != NULL) {
        if (is_kept_by(*at, k))
            *at = (*at)->sc_next;
        else
            at = &(*at)->sc_next;
    }
    k->over = true;
    k->linked = 0;
    if (!k->held)
        free_keeper(k);
}

static slap_callback *
new_callback(Operation *op, slap_response *response, slap_response *cleanup,
    void *private)
{
    keeper *k = keeper_of(op);
    pushed *p = keep(k, sizeof(*p));

    p->keeper = k;
    k->linked++;
    p->cleanup = cleanup;
    p->tag = op->o_tag;
    p->callback.sc_response = response;
    p->callback.sc_cleanup = pushed_cleanup;
    p->callback.sc_private = private;
    return &p->callback;
}

bool
ov_is_pushed(const slap_callback *cb)
{
    return cb->sc_cleanup == pushed_cleanup;
}

void
ov_push_callback(Operation *op, slap_response *response, slap_response *cleanup,
    void *private)
{
    slap_callback *cb = new_callback(op, response, cleanup, private);

    cb->sc_next = op->o_callback;
    op->o_callback = cb;
}

void
ov_push_callback_below(Operation *op, slap_response *response,
    slap_response *cleanup, void *private)
{
    overlay_callback_after_backover(
        op, new_callback(op, response, cleanup, private), 1);
}

void
ov_keep_begin(Operation *op)
{
    if (find_keeper(op) == NULL)
        ov_push_callback(op, begin_response, NULL, NULL);
}
