/* password.h - having a provisional password made for an account. */
#ifndef CTL_PASSWORD_H
#define CTL_PASSWORD_H

#include "ctl/ctl.h"
#include "core/text/text.h"

/* Asks the server to inform or reset the account: it makes the password (RFC
 * 3062) and tells it here. past: past the guard with the Relax control, for the
 * academy; slapd takes that with a Modify alone, and then the password is made
 * here, as long as one that is kept. Returns the LDAP result, the diagnostic is
 * in ctl_diagnostic(). Release *made with edc_buf_wipe(). */
int ctl_password_make(ctl *c, const char *dn, bool past, edc_buf *made);

#endif
