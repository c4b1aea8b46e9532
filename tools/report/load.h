/* load.h - what a report reads, as tables on disk.
 *
 *   school    id, dn, uai, name; 0 stands for none
 *   account   id, dn, uid, name, sort, sn, given, state, student, guardian,
 *             merged (DN or NULL), heir (whom it was merged into, else itself),
 *             until, informer
 *   label     student, label: classes
 *   contact   account, kind (m, e, a: mobile, mail, address), value
 *   hold      student, reason
 *   child     student, guardian (an heir)
 *   tie       account, school, public: a student's schools, those of a
 *             guardian's children, 0 for an account that has none
 *   twin      a, b, score, reasons: likely duplicates
 *
 * DNs are compared as ctl_dn_key() writes them.
 */
#ifndef REPORT_LOAD_H
#define REPORT_LOAD_H

/* The one spelling of a mobile number, of a mail address, of names and postal
 * addresses; "" for what is none; allocated. Pure. */
char *report_phone_key(const char *number);
char *report_mail_key(const char *mail);
char *report_fold_key(const char *text);

#endif
