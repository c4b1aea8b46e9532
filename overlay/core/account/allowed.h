/* allowed.h - what an identity may do next with an account. */
#ifndef EDC_ALLOWED_H
#define EDC_ALLOWED_H

#include "core/account/decide.h"

/* The events of the table that would be granted now, as bits 1 << edc_event.
 * request says who asks and what the record is like; its wish, target and proof
 * are not looked at: the holder is taken to know the current password. Unlock
 * is among them only when there is a lock to lift. Pure; thread-safe. */
unsigned edc_allowed(const edc_account *account, const edc_request *request,
    const edc_settings *settings);

#endif
