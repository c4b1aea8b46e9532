/* versions.h - every difference between slapd's versions that this code
 * meets, each with the first version that has it and its number among
 * OpenLDAP's issues. Nothing else asks for a version.
 */
#ifndef OV_VERSIONS_H
#define OV_VERSIONS_H

#include "slapd/slapd.h"

#include "core/text/release.h"

#if !EDC_RELEASE_FITS(LDAP_VENDOR_VERSION)
#error "slapd's headers are older than 2.5.13 or 2.6.3: ITS#9868"
#endif

/* 2.6, ITS#6138: the caller may hold the connection's mutex already. Here it
 * never does. */
static inline void
ov_op_finish(Operation *op)
{
#if LDAP_VENDOR_VERSION >= 20600
    connection_op_finish(op, 1);
#else
    connection_op_finish(op);
#endif
}

/* 2.6, ITS#8958: another name. Lets a pause take place that another thread
 * wants; the caller is a worker that is not idle. */
static inline void
ov_pause_let(void)
{
#if LDAP_VENDOR_VERSION >= 20600
    (void)ldap_pvt_thread_pool_pausewait(&connection_pool);
#else
    (void)ldap_pvt_thread_pool_pausecheck(&connection_pool);
#endif
}

/* 2.7, ITS#10013: with REP_CTRLS_MUSTBEFREED slapd frees the array of an
 * answer's controls, and whoever made a control frees that. Before, it frees
 * both. */
#define OV_CONTROLS_STAY (LDAP_VENDOR_VERSION >= 20700)

/* 2.7, ITS#9042: the log level stats2 writes the values of a Modify. */
#define OV_STATS2_HAS_VALUES (LDAP_VENDOR_VERSION >= 20700)

/* 2.5.19 and 2.6.9, ITS#10219: an overlay whose olcDisabled goes from TRUE to
 * FALSE is called again without having been opened; before, it is opened.
 * module/open.c is for both: slapd may be another of the series than the one
 * whose headers these are. */

#endif
