/* migrate.c - educonnectctl migrate-aten: from former accounts to accounts. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "ctl/alone.h"
#include "import/import.h"
#include "ctl/input.h"
#include "migrate/migrate.h"
#include "ctl/file.h"

/* ---- options ---- */

static ctl_exit
read_options(migrate *m)
{
    ctl *c = m->c;
    const char *wrong;

    m->source = ctl_value(c, CTL_OPT_MIGRATE_SOURCE, "ATEN");
    m->pattern = ctl_value(c, CTL_OPT_MIGRATE_LOGIN, "{given}.{sn}");
    m->keep_login = ctl_count(c, CTL_OPT_MIGRATE_KEEP_LOGIN) > 0;
    m->dry_run = ctl_count(c, CTL_OPT_MIGRATE_DRY_RUN) > 0;
    wrong = import_pattern_check(m->pattern);
    if (wrong != NULL)
        return ctl_fail(c, CTL_USAGE, "--login-pattern: %s", wrong);
    if (m->source[0] == '\0' || strchr(m->source, '$') != NULL)
        return ctl_fail(c, CTL_USAGE, "--source: a word without $");
    if (m->keep_login && ctl_count(c, CTL_OPT_MIGRATE_LOGIN) > 0)
        return ctl_fail(
            c, CTL_USAGE, "--keep-login or --login-pattern, not both");
    if (c->n_args != 1)
        return ctl_fail(c, CTL_USAGE, "name one file");
    return CTL_OK;
}

/* By --format, by the name, or by how the file begins. */
static ctl_exit
find_format(const migrate *m, const char *path, bool *ldif)
{
    const char *format = ctl_value(m->c, CTL_OPT_MIGRATE_FORMAT, NULL);
    const char *end = strrchr(path, '.');
    char first[16] = "";
    const char *why;
    int fd;

    if (format == NULL && end != NULL &&
        (strcasecmp(end, ".ldif") == 0 || strcasecmp(end, ".csv") == 0))
        format = end + 1;
    if (format != NULL) {
        *ldif = strcasecmp(format, "ldif") == 0;
        return *ldif || strcasecmp(format, "csv") == 0
                   ? CTL_OK
                   : ctl_fail(m->c, CTL_USAGE, "--format is ldif or csv");
    }
    fd = input_open(path, INPUT_FILE, &why);
    if (fd < 0)
        return ctl_fail(m->c, CTL_INPUT, "%s: %s", path, why);
    if (read(fd, first, sizeof(first) - 1) < 0)
        first[0] = '\0';
    close(fd);
    *ldif = strncasecmp(first, "dn:", 3) == 0 ||
            strncasecmp(first, "version:", 8) == 0;
    return CTL_OK;
}

/* ---- the run ---- */

static bool
is_there(void *ctx, const ctl_entry *entry)
{
    (void)entry;
    *(bool *)ctx = true;
    return false;
}

static ctl_exit
find_people(migrate *m)
{
    static const char *const nothing[] = {LDAP_NO_ATTRS, NULL};
    const char *people = ctl_value(m->c, CTL_OPT_MIGRATE_PEOPLE, NULL);
    bool there = false;
    int result;

    m->people = people != NULL ? ctl_copy(people)
                               : ctl_format("ou=people,%s", m->c->base);
    result = ctl_search(m->c, m->people, LDAP_SCOPE_BASE, "(objectClass=*)",
        nothing, is_there, &there);
    if (result == LDAP_SUCCESS && !there)
        result = LDAP_NO_SUCH_OBJECT;
    return result == LDAP_SUCCESS
               ? CTL_OK
               : ctl_fail_ldap(m->c,
                     result == LDAP_NO_SUCH_OBJECT ? CTL_USAGE : CTL_SERVER,
                     m->c->ld, result, m->people);
}

/* Nothing is written before all of the file was read. */
static ctl_exit
work(migrate *m, const char *path, bool ldif)
{
    ctl_exit status =
        ldif ? migrate_read_ldif(m, path) : migrate_read_csv(m, path);

    if (status != CTL_OK)
        return status;
    migrate_staged(m);
    status = migrate_directory(m);
    if (status != CTL_OK)
        return status;
    migrate_match(m);
    return migrate_apply(m);
}

static ctl_exit
finish(migrate *m, output *report, ctl_exit status)
{
    bool json = ctl_count(m->c, CTL_OPT_COMMON_JSON) > 0;
    int64_t refused;
    ctl_exit ended;

    if (report->file != NULL)
        migrate_report(m, json, report->file);
    refused = migrate_summary(m, json, m->dry_run ? stderr : stdout);
    ended = ctl_file_end(m->c, report, true);
    if (ended != CTL_OK)
        return ended;
    if (status != CTL_OK)
        return status;
    return refused > 0 ? CTL_REFUSED : CTL_OK;
}

static ctl_exit
run(migrate *m)
{
    const char *path = m->c->args[0];
    output report = {NULL, NULL, -1, NULL, NULL};
    bool ldif = false;
    ctl_exit status = find_format(m, path, &ldif);

    if (status == CTL_OK)
        status = ctl_connect(m->c);
    if (status == CTL_OK)
        status = ctl_alone(m->c, m->dry_run ? CTL_ONLY_LOOKS
                                 : ctl_count(m->c, CTL_OPT_MIGRATE_TOGETHER) > 0
                                     ? CTL_TOGETHER
                                     : CTL_ALONE);
    if (status == CTL_OK)
        status = find_people(m);
    if (status == CTL_OK)
        status = ctl_file_beside(
            m->c, &report, ctl_value(m->c, CTL_OPT_MIGRATE_REPORT, NULL), path);
    if (status != CTL_OK)
        return status;
    migrate_open(m);
    status = work(m, path, ldif);
    if (status == CTL_OK || status == CTL_SERVER)
        status = finish(m, &report, status);
    else
        (void)output_end(&report, false);
    store_close(&m->s);
    return status;
}

ctl_exit
ctl_migrate(ctl *c)
{
    migrate m = {.c = c};
    ctl_exit status = read_options(&m);

    if (status == CTL_OK)
        status = run(&m);
    free(m.people);
    return status;
}
