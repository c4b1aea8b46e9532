/* lock.c - the lock of an account: when it began, and its one write.
 *
 * The write waits for the disk, and whoever made the last guess must not notice
 * that: it is done by another thread of the server's pool, while the guess is
 * answered. The lock-out table holds the lock from the guess on.
 */
#include "bind/lock.h"
#include "bind/forward.h"
#include "bind/trail.h"
#include "slapd/clock.h"
#include "slapd/entry.h"
#include "slapd/mods.h"
#include "slapd/reserve.h"
#include "slapd/task.h"

#include <time.h>
#include <openssl/crypto.h>

#include "core/account/access.h"
#include "core/account/forwarded.h"

/* Servers' clocks differ by less without anybody minding. */
#define FUTURE 60

/* How often a write is tried that others' writes of the same account make
 * fail. */
#define TRIES 4

/* Seconds until a lock is handed on once more: to a server that was away, or
 * knew the account otherwise, and where nobody chains. */
#define AGAIN 10
#define AGAIN_CHAINING 600

/* A lock that is to be written. */
struct ov_lock_due {
    struct ov_lock_due *next;
    struct berval ndn;    /* owned */
    struct berval stored; /* the password that was guessed at; null: a lock that
                             is dated in the future is put right */
    bool busy;            /* somebody is writing it */
    ov_origin origin;     /* of the guess that completed it */
    uint32_t n;
    int64_t times[]; /* of the guesses, by ov_clock() */
};

edc_str
ov_lock_id(Entry *entry)
{
    BerVarray uuid = ov_nvalues(entry, slap_schema.si_ad_entryUUID);

    return uuid != NULL ? ov_str(uuid) : ov_str(&entry->e_nname);
}

/* ---- when a lock began ---- */

/* The time of the stored lock; false when there is none that ends. */
static bool
stored_lock(Entry *entry, int64_t *when)
{
    BerVarray value = ov_values(entry, ov_kept[EDC_KEPT_PWD_LOCKED_TIME]);

    return value != NULL && edc_time_parse(ov_str(value), when);
}

void
ov_lock_date(slap_overinst *on, Entry *entry, edc_account *account, int64_t now)
{
    ov_instance *instance = ov_instance_of(on);
    int64_t stored, clock = ov_clock();

    if (!account->permanent_lock && stored_lock(entry, &stored))
        account->locked =
            now - clock +
            edc_lockout_date(instance->lockout, &instance->settings.lockout,
                ov_lock_id(entry), stored, now, clock);
}

int64_t
ov_lock_until(
    slap_overinst *on, Entry *entry, const edc_account *account, int64_t now)
{
    ov_instance *instance = ov_instance_of(on);
    edc_account dated = *account;
    int64_t until, counted, clock = ov_clock();

    ov_lock_date(on, entry, &dated, now);
    until = edc_access_locked_until(&dated, &instance->settings, now);
    counted = edc_lockout_until(instance->lockout, &instance->settings.lockout,
        ov_lock_id(entry), account->password, clock);
    if (counted != 0)
        counted += now - clock;
    return counted > until ? counted : until;
}

/* ---- the write ---- */

static bool
is_still_locked(slap_overinst *on, const struct ov_lock_due *due, Entry *entry)
{
    ov_instance *instance = ov_instance_of(on);

    return edc_lockout_until(instance->lockout, &instance->settings.lockout,
               ov_lock_id(entry), ov_str(&due->stored), ov_clock()) != 0;
}

/* Whether the lock is still to be written now: another password is another
 * account to guess at, and an unlock may have come in between. */
static bool
is_wanted(
    Operation *op, slap_overinst *on, const struct ov_lock_due *due, Entry *e)
{
    edc_account account;
    int64_t stored;

    ov_account_read(e, &account);
    if (BER_BVISNULL(&due->stored))
        return stored_lock(e, &stored) && stored > op->o_time + FUTURE;
    return !account.permanent_lock &&
           edc_str_eq(account.password, ov_str(&due->stored)) &&
           is_still_locked(on, due, e);
}

/* When the lock began that the table has, by its clock. */
static int64_t
remembered(slap_overinst *on, const struct ov_lock_due *due, Entry *e)
{
    ov_instance *instance = ov_instance_of(on);
    const edc_lockout_rules *rules = &instance->settings.lockout;

    return edc_lockout_until(instance->lockout, rules, ov_lock_id(e),
               ov_str(&due->stored), ov_clock()) -
           rules->duration;
}

/* When the lock began, by the time of day, which is `offset` ahead of the
 * clock. */
static int64_t
began(
    slap_overinst *on, const struct ov_lock_due *due, Entry *e, int64_t offset)
{
    edc_account account = {.locked = ov_clock() + offset};

    if (BER_BVISNULL(&due->stored))
        ov_lock_date(on, e, &account, ov_clock() + offset);
    else if (due->n > 0)
        account.locked = due->times[due->n - 1] + offset;
    else
        account.locked = remembered(on, due, e) + offset;
    return account.locked;
}

static void
add_times(Modifications **mods, const struct ov_lock_due *due, int64_t offset)
{
    char text[EDC_LOCKOUT_FAILURES_MAX][EDC_TIME_SIZE];
    struct berval values[EDC_LOCKOUT_FAILURES_MAX];
    unsigned kept = 0;

    for (uint32_t i = 0; i < due->n; i++) {
        edc_time_format(due->times[i] + offset, text[kept]);
        values[kept] = ov_berval(edc_str_of(text[kept]));
        if (kept == 0 || strcmp(text[kept], text[kept - 1]) != 0)
            kept++;
    }
    if (kept > 0)
        ov_mods_append(mods, LDAP_MOD_REPLACE,
            ov_kept[EDC_KEPT_PWD_FAILURE_TIME], values, kept);
}

static void
trail_lock(
    Operation *op, slap_overinst *on, const struct ov_lock_due *due, Entry *e)
{
    edc_trail trail = {
        .text = {[EDC_TRAIL_BY] = EDC_STR("anonymous"),
            [EDC_TRAIL_ADDRESS] = edc_str_of(due->origin.address),
            [EDC_TRAIL_PEER] = edc_str_of(due->origin.peer)}};

    if (!BER_BVISNULL(&due->stored))
        ov_trail_same(op, on, e, OV_TRAIL_LOCK_OUT, &trail);
}

/* Where it went well the next may follow. */
static int64_t
rest_after(int rc)
{
    if (rc == LDAP_SUCCESS)
        return 0;
    return rc == LDAP_REFERRAL ? AGAIN_CHAINING : AGAIN;
}

/* The same where no writes are taken. What fails is not tried again at once:
 * the other server has not sent yet what it knows, or cannot be reached. */
static void
hand_on(Operation *op, slap_overinst *on, struct ov_lock_due *due, Entry *e)
{
    ov_instance *instance = ov_instance_of(on);
    char text[EDC_TIME_SIZE];
    struct berval value;
    int64_t now = time(NULL), when = began(on, due, e, now - ov_clock());
    edc_account account;
    int rc;

    ov_account_read(e, &account);
    if (edc_forwarded_is_known(&account, when, now))
        return;
    edc_time_format(when, text);
    value = ov_berval(edc_str_of(text));
    rc = ov_forward_lock(op, e, &value);
    instance->locks_again_at = ov_clock() + rest_after(rc);
    if (rc == LDAP_SUCCESS) {
        instance->locks_handed_on++;
    } else if (due->n > 0) {
        instance->locks_alone++;
        trail_lock(op, on, due, e);
        Debug(LDAP_DEBUG_STATS,
            "educonnect: \"%s\" is locked on this server alone: handing the "
            "lock on was answered %d (%s)\n",
            e->e_name.bv_val, rc, ldap_err2string(rc));
    }
}

/* Returns whether it is to be tried again: another change of the account came
 * in between. */
static bool
write_once(Operation *op, slap_overinst *on, struct ov_lock_due *due, Entry *e)
{
    char text[EDC_TIME_SIZE];
    struct berval value;
    Modifications *mods = NULL;
    int64_t offset = time(NULL) - ov_clock();
    edc_account account;
    edc_plan plan;
    int rc;

    if (SLAP_SINGLE_SHADOW(op->o_bd)) {
        hand_on(op, on, due, e);
        return false;
    }
    ov_account_read(e, &account);
    edc_plan_next_serial(&account, &plan);
    ov_mods_serial(&mods, &account, plan.serial);
    edc_time_format(began(on, due, e, offset), text);
    value = ov_berval(edc_str_of(text));
    ov_mods_append(
        &mods, LDAP_MOD_REPLACE, ov_kept[EDC_KEPT_PWD_LOCKED_TIME], &value, 1);
    add_times(&mods, due, offset);
    rc = ov_modify_internal(op, &e->e_name, &e->e_nname, mods, NULL);
    if (rc == LDAP_SUCCESS)
        trail_lock(op, on, due, e);
    return rc == OV_LOST_RACE;
}

/* What was written is the table's own lock: it knows it from now on. */
static void
know_again(Operation *op, slap_overinst *on, struct ov_lock_due *due)
{
    Entry *e = ov_entry_copy(op, &due->ndn);
    edc_account account;

    if (e == NULL)
        return;
    ov_account_read(e, &account);
    ov_lock_date(on, e, &account, time(NULL));
    entry_free(e);
}

/* What is being written to the account ends first: a new password that somebody
 * else brings is compared with the stored one as a guess, which may complete a
 * lock, and must not meet the lock's write. Not while slapd ends: whoever
 * writes may be who does this. */
static bool
reserve(Operation *op, slap_overinst *on, const struct ov_lock_due *due)
{
    const ov_want want = {.ad = slap_schema.si_ad_entryDN,
        .value = due->ndn,
        .share = OV_EXCLUSIVE};

    return !SLAP_SINGLE_SHADOW(op->o_bd) && !ov_is_shutting_down() &&
           ov_reserve_for(ov_instance_of(on), due, &want, 1);
}

static void
write_lock(Operation *op, slap_overinst *on, struct ov_lock_due *due)
{
    bool again = true, reserved = reserve(op, on, due);

    for (int try = 0; again && try < TRIES; try++) {
        Entry *e = ov_entry_copy(op, &due->ndn);

        again = e != NULL && is_wanted(op, on, due, e) &&
                write_once(op, on, due, e);
        if (e != NULL)
            entry_free(e);
    }
    if (reserved)
        ov_unreserve(ov_instance_of(on), due);
    know_again(op, on, due);
}

/* ---- what waits to be written ---- */

/* Under the mutex: the first that nobody is writing; of one name, or of any. */
static struct ov_lock_due *
find_due(ov_instance *instance, const struct berval *ndn)
{
    struct ov_lock_due *due = instance->locks_due;

    while (due != NULL && (ndn != NULL ? !bvmatch(&due->ndn, ndn) : due->busy))
        due = due->next;
    return due;
}

static struct ov_lock_due *
take_first(ov_instance *instance)
{
    struct ov_lock_due *due;

    ldap_pvt_thread_mutex_lock(&instance->locks_mutex);
    due = find_due(instance, NULL);
    if (due != NULL)
        due->busy = true;
    ldap_pvt_thread_mutex_unlock(&instance->locks_mutex);
    return due;
}

static void
drop(ov_instance *instance, struct ov_lock_due *due)
{
    struct ov_lock_due **link = &instance->locks_due;

    ldap_pvt_thread_mutex_lock(&instance->locks_mutex);
    while (*link != due)
        link = &(*link)->next;
    *link = due->next;
    if (due->next == NULL)
        instance->locks_due_end = link;
    instance->n_locks_due--;
    ldap_pvt_thread_cond_broadcast(&instance->locks_written);
    ldap_pvt_thread_mutex_unlock(&instance->locks_mutex);
    if (!BER_BVISNULL(&due->stored))
        OPENSSL_cleanse(due->stored.bv_val, due->stored.bv_len);
    ch_free(due->stored.bv_val);
    ch_free(due->ndn.bv_val);
    ch_free(due);
}

/* The end of slapd waits for what this server writes, and for one try to hand
 * something on, not for as many as there are locks. */
static bool
is_hopeless(Operation *op, slap_overinst *on)
{
    return SLAP_SINGLE_SHADOW(op->o_bd) && ov_is_shutting_down() &&
           ov_clock() < ov_instance_of(on)->locks_again_at;
}

/* All that wait, unless the configuration waits for this thread. */
static ov_rest
write_due(Operation *op, slap_overinst *on)
{
    struct ov_lock_due *due;

    while (ov_is_shutting_down() || !ov_task_hurry()) {
        if (is_hopeless(op, on))
            return OV_REST_NONE;
        due = take_first(ov_instance_of(on));
        if (due == NULL)
            return OV_REST_NONE;
        write_lock(op, on, due);
        drop(ov_instance_of(on), due);
    }
    return OV_REST_MORE;
}

/* When the pool takes nothing any more slapd ends, and nobody measures. */
static void
put_last(Operation *op, slap_overinst *on, struct ov_lock_due *due)
{
    ov_instance *instance = ov_instance_of(on);

    ldap_pvt_thread_mutex_lock(&instance->locks_mutex);
    *instance->locks_due_end = due;
    instance->locks_due_end = &due->next;
    instance->n_locks_due++;
    ldap_pvt_thread_mutex_unlock(&instance->locks_mutex);
    if (!ov_task_start_surely(on, write_due) && ov_is_shutting_down() &&
        !SLAP_SINGLE_SHADOW(op->o_bd))
        (void)write_due(op, on);
}

/* What is not being written yet is written here: a thread for it may be long
 * in coming, if all of them wait like this one. Not inside a transaction: it
 * has the database's one writer, for which whoever writes the lock waits. */
void
ov_lock_settle(Operation *op, slap_overinst *on, const struct berval *ndn)
{
    ov_instance *instance = ov_instance_of(on);
    struct ov_lock_due *due;

    if (instance->n_locks_due == 0 || op->o_txnSpec)
        return;
    ldap_pvt_thread_mutex_lock(&instance->locks_mutex);
    while ((due = find_due(instance, ndn)) != NULL && due->busy)
        ldap_pvt_thread_cond_wait(
            &instance->locks_written, &instance->locks_mutex);
    if (due != NULL)
        due->busy = true;
    ldap_pvt_thread_mutex_unlock(&instance->locks_mutex);
    if (due == NULL)
        return;
    write_lock(op, on, due);
    drop(instance, due);
}

void
ov_lock_write(Operation *op, slap_overinst *on, Entry *entry, edc_str stored,
    const int64_t *times, uint32_t n)
{
    struct berval password = ov_berval(stored);
    struct ov_lock_due *due;

    if (n > EDC_LOCKOUT_FAILURES_MAX)
        n = EDC_LOCKOUT_FAILURES_MAX;
    due = ch_calloc(1, sizeof(*due) + n * sizeof(due->times[0]));
    due->ndn = ov_dup(&entry->e_nname);
    due->stored = ov_dup(&password);
    due->n = n;
    ov_origin_of(op, on, &due->origin);
    if (n > 0)
        memcpy(due->times, times, n * sizeof(due->times[0]));
    put_last(op, on, due);
}

static bool
is_due(ov_instance *instance, const struct berval *ndn)
{
    struct ov_lock_due *due;

    ldap_pvt_thread_mutex_lock(&instance->locks_mutex);
    due = find_due(instance, ndn);
    ldap_pvt_thread_mutex_unlock(&instance->locks_mutex);
    return due != NULL;
}

void
ov_lock_heal(Operation *op, slap_overinst *on, Entry *entry)
{
    struct ov_lock_due *due;
    int64_t stored;

    if (!stored_lock(entry, &stored) || stored <= op->o_time + FUTURE ||
        SLAP_SINGLE_SHADOW(op->o_bd) ||
        is_due(ov_instance_of(on), &entry->e_nname))
        return;
    due = ch_calloc(1, sizeof(*due));
    due->ndn = ov_dup(&entry->e_nname);
    put_last(op, on, due);
}

void
ov_lock_again(Operation *op, slap_overinst *on, Entry *entry, edc_str stored)
{
    ov_instance *instance = ov_instance_of(on);

    if (!SLAP_SINGLE_SHADOW(op->o_bd) || instance->n_locks_due > 0 ||
        ov_clock() < instance->locks_again_at)
        return;
    instance->locks_again_at = ov_clock() + AGAIN;
    ov_lock_write(op, on, entry, stored, NULL, 0);
}

void
ov_lock_init(ov_instance *instance)
{
    ldap_pvt_thread_mutex_init(&instance->locks_mutex);
    ldap_pvt_thread_cond_init(&instance->locks_written);
    instance->locks_due_end = &instance->locks_due;
}

void
ov_lock_resume(slap_overinst *on)
{
    if (ov_instance_of(on)->n_locks_due > 0)
        (void)ov_task_start_surely(on, write_due);
}

void
ov_lock_destroy(ov_instance *instance)
{
    struct ov_lock_due *due;

    while ((due = take_first(instance)) != NULL)
        drop(instance, due);
    ldap_pvt_thread_cond_destroy(&instance->locks_written);
    ldap_pvt_thread_mutex_destroy(&instance->locks_mutex);
}
