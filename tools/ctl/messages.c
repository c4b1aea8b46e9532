/* messages.c - messages on stderr. */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/catalog.h"
#include "ctl/ctl.h"

static void say(const ctl *c, const char *format, va_list ap)
    __attribute__((format(printf, 2, 0)));

static void
say(const ctl *c, const char *format, va_list ap)
{
    ctl_progress_aside();
    print(stderr, "educonnectctl %s: ", c->command->name);
    print_v(stderr, format, ap);
    print(stderr, "\n");
}

void
ctl_warn(const ctl *c, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    say(c, format, ap);
    va_end(ap);
}

ctl_exit
ctl_fail(const ctl *c, ctl_exit status, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    say(c, format, ap);
    va_end(ap);
    return status;
}

static const char *const results[] = {
#define EDC_RESULT(words) words,
#include "ctl/results.def"
#undef EDC_RESULT
};

const char *
ctl_result(int result)
{
    const char *words = ldap_err2string(result);

    for (size_t i = 0; i < sizeof(results) / sizeof(results[0]); i++) {
        if (strcmp(results[i], words) == 0)
            return catalog_text(results[i]);
    }
    return words;
}

char *
ctl_diagnostic(LDAP *ld)
{
    char *text = NULL;
    char *copy;

    if (ldap_get_option(ld, LDAP_OPT_DIAGNOSTIC_MESSAGE, &text) !=
            LDAP_OPT_SUCCESS ||
        text == NULL)
        return ctl_copy("");
    copy = ctl_copy(text);
    ldap_memfree(text);
    return copy;
}

/* What to do about slapd's size limit, which holds for all pages together. */
static void
advise_limit(const ctl *c, LDAP *ld)
{
    struct berval *identity = NULL;

    if (ldap_whoami_s(ld, &identity, NULL, NULL) == LDAP_SUCCESS &&
        identity != NULL && identity->bv_len > 3)
        ctl_warn(c,
            "slapd shows this identity no more entries than its size limit, "
            "and "
            "pages do not help. Who administers slapd adds to the database's "
            "entry in cn=config: olcLimits: {0}dn.exact=\"%s\" size=unlimited "
            "time=unlimited; or, for all who act for schools, as a group: "
            "educonnectctl setup --heads group=<DN>",
            identity->bv_val + 3);
    ber_bvfree(identity);
}

ctl_exit
ctl_fail_ldap(
    const ctl *c, ctl_exit status, LDAP *ld, int result, const char *what)
{
    char *text = ctl_diagnostic(ld);

    /* What libldap says of a failed TLS session helps nobody. */
    if (text[0] != '\0' && strcmp(text, "(unknown error code)") != 0)
        ctl_warn(c, "%s: %s (%s)", what, ctl_result(result), text);
    else
        ctl_warn(c, "%s: %s", what, ctl_result(result));
    free(text);
    if (result == LDAP_SIZELIMIT_EXCEEDED)
        advise_limit(c, ld);
    return status;
}

bool
ctl_flush(const ctl *c)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return true;
    ctl_warn(c, "cannot write: %s", strerror(errno));
    return false;
}
