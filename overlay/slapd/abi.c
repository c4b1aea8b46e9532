/* abi.c - whether the slapd that loads the module is the one it was built
 * for.
 *
 * slapd's structures differ between versions and between ways of configuring
 * it; a module built with others would read and write past them. So versions
 * are compared, slapd's and that of the libldap in it, and one of slapd's own
 * functions is asked to fill in a connection, and where it put
 * things is compared with where this build looks for them.
 */
#include "slapd/abi.h"

#include "core/text/release.h"

#define MAJOR(version) ((version) / 10000)
#define MINOR(version) ((version) / 100 % 100)

/* Room around the structures for a slapd whose own are larger. */
#define SLACK 4096

/* libldap's, which is 0 when it does not tell. */
static uint32_t
version_of_library(void)
{
    LDAPAPIInfo info = {.ldapai_info_version = LDAP_API_INFO_VERSION};

    if (ldap_get_option(NULL, LDAP_OPT_API_INFO, &info) != LDAP_OPT_SUCCESS)
        return 0;
    ldap_memfree(info.ldapai_vendor_name);
    ldap_memvfree((void **)info.ldapai_extensions);
    return (uint32_t)info.ldapai_vendor_version;
}

/* slapd's own, which may be older than the libldap beside it. */
static uint32_t
version_of_server(void)
{
    uint32_t version = edc_release_read(edc_str_of(Versionstr));

    return version != 0 ? version : version_of_library();
}

static int
check_version(uint32_t version)
{
    char built[EDC_RELEASE_SIZE], running[EDC_RELEASE_SIZE];

    edc_release_write(LDAP_VENDOR_VERSION, built);
    edc_release_write(version, running);
    switch (edc_release_judge(LDAP_VENDOR_VERSION, version)) {
    case EDC_RELEASE_FITTING:
        return 0;
    case EDC_RELEASE_OLD:
        Debug(LDAP_DEBUG_ANY,
            "educonnect: slapd %s is too old, its structures are others: 2.5 "
            "must be 2.5.13 at least, 2.6 must be 2.6.3\n",
            running);
        return -1;
    default:
        Debug(LDAP_DEBUG_ANY,
            "educonnect: built for slapd %s, loaded by %s: build it against "
            "this slapd's source\n",
            built, running);
        return -1;
    }
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
    return check_version(version_of_server()) == 0 &&
                   check_version(version_of_library()) == 0
               ? check_layout()
               : -1;
}
