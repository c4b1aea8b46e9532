/* lock.h - the lock of an account: when it began, and its one write. */
#ifndef OV_LOCK_H
#define OV_LOCK_H

#include "slapd/instance.h"

/* What the lock-out table knows an account by: a rename keeps it. Borrowed from
 * the entry. */
edc_str ov_lock_id(Entry *entry);

/* Puts into account->locked when the entry's stored lock began by the clock of
 * today (`now` is its time), however that clock was put since the lock was seen
 * first. Nothing happens when no lock of that kind is stored. */
void ov_lock_date(
    slap_overinst *on, Entry *entry, edc_account *account, int64_t now);

/* Until when the account is locked (seconds, as `now`), by what is stored or by
 * the lock-out table; 0 when it is not, INT64_MAX until somebody unlocks. */
int64_t ov_lock_until(
    slap_overinst *on, Entry *entry, const edc_account *account, int64_t now);

/* Writes the lock that a guess at the stored password has just completed, once
 * and soon: the guess is answered meanwhile, the table holds the lock already.
 * Where no writes are taken it is handed on to where they are (bind/forward.h);
 * when that fails the table alone has it, which is counted and logged. times:
 * when the n guesses were, by ov_clock(). slapd ends with it written; it is
 * lost if slapd is killed before. Call between ov_enter() and ov_leave(). */
void ov_lock_write(Operation *op, slap_overinst *on, Entry *entry,
    edc_str stored, const int64_t *times, uint32_t n);

/* At a guess that the table refuses: hands a lock on once more that could not
 * be, some seconds after the last try. Does nothing where writes are taken. */
void ov_lock_again(
    Operation *op, slap_overinst *on, Entry *entry, edc_str stored);

/* Has a lock written that is still to be written, so that what is read of the
 * account from then on does not change under its reader's hands. Waits for who
 * writes it, but not inside a transaction. Call between ov_enter() and
 * ov_leave(). */
void ov_lock_settle(Operation *op, slap_overinst *on, const struct berval *ndn);

/* Puts a stored lock right that a clock which was ahead has dated in the
 * future, in the same way. Does nothing for any other entry. */
void ov_lock_heal(Operation *op, slap_overinst *on, Entry *entry);

/* The life of an instance: what is still to be written is taken up again when
 * the overlay is opened again, and forgotten with it. */
void ov_lock_init(ov_instance *instance);
void ov_lock_resume(slap_overinst *on);
void ov_lock_destroy(ov_instance *instance);

#endif
