/* abi.c - whether the slapd that loads the module is the one it was built
 * for.
 *
 * slapd's structures differ between versions and between ways of configuring
 * it; a module built with others would read and write past them. So one of
 * slapd's own functions is asked to fill in a connection, and where it put
 * things is compared with where this build looks for them.
 */
#include "slapd/abi.h"

#define MAJOR(version) ((version) / 10000)
#define MINOR(version) ((version) / 100 % 100)

/* Room around the structures for a slapd whose own are larger. */
#define SLACK 4096

static int
check_version(void)
{
    LDAPAPIInfo info = {.ldapai_info_version = LDAP_API_INFO_VERSION};
    int version;

    if (ldap_get_option(NULL, LDAP_OPT_API_INFO, &info) != LDAP_OPT_SUCCESS) {
        Debug(LDAP_DEBUG_ANY, "educonnect: slapd does not tell its version\n");
        return -1;
    }
    version = info.ldapai_vendor_version;
    ldap_memfree(info.ldapai_vendor_name);
    ldap_memvfree((void **)info.ldapai_extensions);
    if (MAJOR(version) == MAJOR(LDAP_VENDOR_VERSION) &&
        MINOR(version) == MINOR(LDAP_VENDOR_VERSION))
        return 0;
    Debug(LDAP_DEBUG_ANY,
        "educonnect: built for slapd %d.%d, loaded by %d.%d: build it against "
        "this slapd's source\n",
        MAJOR(LDAP_VENDOR_VERSION), MINOR(LDAP_VENDOR_VERSION), MAJOR(version),
        MINOR(version));
    return -1;
}

static int
check_layout(void)
{
    char *connection = ch_calloc(1, sizeof(Connection) + SLACK);
    char *buffer = ch_calloc(1, sizeof(OperationBuffer) + SLACK);
    Operation *op = (Operation *)buffer;
    void *ctx = ldap_pvt_thread_pool_context();
    bool same;

    connection_fake_init2(
        (Connection *)connection, (OperationBuffer *)buffer, ctx, 0);
    same = (char *)op->o_hdr == buffer + offsetof(OperationBuffer, ob_hdr) &&
           (char *)op->o_controls ==
               buffer + offsetof(OperationBuffer, ob_controls);
    ch_free(connection);
    ch_free(buffer);
    if (same)
        return 0;
    Debug(LDAP_DEBUG_ANY,
        "educonnect: this slapd lays its structures out differently: build "
        "the module with the options that slapd was configured with\n");
    return -1;
}

int
ov_abi_check(void)
{
    return check_version() == 0 ? check_layout() : -1;
}
