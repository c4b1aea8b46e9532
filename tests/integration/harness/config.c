/* config.c - the slapd.conf that the tests run with. */
#include "harness/config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/launch.h"

#define STAFF "ou=staff," SUFFIX
#define ROLES                                                                  \
    "educonnect-role provisioner dn=uid=provisioner," STAFF "\n"               \
    "educonnect-role registrar dn=uid=registrar," STAFF "\n"                   \
    "educonnect-role assistance group=cn=helpdesk," STAFF "\n"                 \
    "educonnect-role academy dn=uid=academy," STAFF "\n"

static const char global[] = "sizelimit unlimited\n"
                             /* Sixteen schools at once are each to be heard:
                                a quarter of the threads hashes for nobody. */
                             "threads 24\n"
                             "authz-policy to\n"
                             "sasl-secprops none\n"
                             "sasl-auxprops slapd\n"
                             "sasl-host localhost\n"
                             "authz-regexp uid=([^,]*),cn=plain,cn=auth\n"
                             "    ldap:///" SUFFIX "??sub?(uid=$1)\n";

/* What a directory of a real academy would grant: holders their own password,
 * staff whatever the overlay then judges, the rest little; nobody the
 * history. */
static const char access_rules[] = "access to attrs=userPassword\n"
                                   "    by self =wx\n"
                                   "    by dn.children=\"" STAFF "\" manage\n"
                                   "    by * auth\n"
                                   "access to attrs=mobile,mail\n"
                                   "    by self write\n"
                                   "    by dn.children=\"" STAFF "\" manage\n"
                                   "    by users read\n"
                                   "    by * auth\n"
                                   "access to *\n"
                                   "    by dn.children=\"" STAFF "\" manage\n"
                                   "    by users read\n"
                                   "    by * auth\n";
static const char hidden_rules[] =
    "access to attrs=educonnectPasswordHistory by * none\n"
    "access to attrs=educonnectIne,educonnectBirthDate\n"
    "    by self read\n"
    "    by dn.children=\"" STAFF "\" manage\n"
    "    by * none\n";

static const char monitor[] = "database monitor\n"
                              "access to * by * read\n";

static const char indices[] =
    "index educonnectUai,educonnectFederatedId,educonnectSourceId eq\n"
    "index educonnectMobileKey eq\n"
    "index educonnectGuardian,educonnectContestedGuardian eq\n"
    "index educonnectMergedInto,educonnectIne eq\n"
    "index educonnectHead,educonnectStudentDelegate eq\n"
    "index educonnectGuardianDelegate eq\n";

const char *
usual_roles(void)
{
    return ROLES;
}

const char *
usual_directives(void)
{
    return ROLES "educonnect-hash memory=128 time=1 parallelism=1\n";
}

/* A text of the setup with the server's directory put in for every "%s". */
static char *
with_directory(const char *text, const char *directory)
{
    char *done = text_of("%s", "");

    for (const char *at; text != NULL && (at = strstr(text, "%s")) != NULL;
        text = at + 2) {
        char *longer =
            text_of("%s%.*s%s", done, (int)(at - text), text, directory);

        free(done);
        done = longer;
    }
    return text_of("%s%s", done, text != NULL ? text : "");
}

static const char *
or_nothing(const char *text)
{
    return text != NULL ? text : "";
}

char *
config_text(const char *directory, const setup *how)
{
    bool module = !how->without;
    bool overlay = module && !how->without_overlay;
    const char *directives =
        how->directives != NULL ? how->directives : usual_directives();
    char *schema = launch_usual_schema(), *text;

    text = text_of("%s%s"
                   "modulepath %s/modules:%s\n"
                   "%s"
                   "moduleload back_mdb\n"
                   "%s%s%s%s"
                   "pidfile %s/pid\n"
                   "argsfile %s/args\n"
                   "database config\n"
                   "rootdn " CONFIG_DN "\n"
                   "rootpw " CONFIG_PASSWORD "\n"
                   "%s%s"
                   "database mdb\n"
                   "suffix " SUFFIX "\n"
                   "directory %s/db\n"
                   "maxsize 536870912\n"
                   "dbnosync\n"
                   "rootdn " ROOT_DN "\n"
                   "rootpw " ROOT_PASSWORD "\n"
                   "index objectClass,uid,entryCSN,entryUUID eq\n"
                   "%s%s%s%s%s%s"
                   "%s%s%s%s",
        schema, global, directory, launch_modules(), launch_first_module(),
        how->without_ppolicy ? "" : "moduleload ppolicy\n",
        module ? "moduleload educonnect\n" : "", or_nothing(how->modules),
        or_nothing(how->global), directory, directory,
        how->monitor == MONITOR_FIRST ? monitor : "",
        with_directory(how->databases, directory), directory,
        module ? indices : "", or_nothing(how->access),
        module ? hidden_rules : "", access_rules, or_nothing(how->database),
        or_nothing(how->below), overlay ? "overlay educonnect\n" : "",
        overlay ? directives : "", or_nothing(how->above),
        how->monitor == MONITOR_LAST ? monitor : "");
    free(schema);
    return text;
}
