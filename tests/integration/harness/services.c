/* services.c - services of the sample academy. */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include "harness/services.h"

#include <stdlib.h>

void
add_service(world *w, const char *cn, const char *lines)
{
    expect_ok(client_ldif(w->as[ACADEMY],
        "dn: cn=%s," SERVICES "\nobjectClass: applicationProcess\n"
        "objectClass: educonnectService\ncn: %s\n"
        "labeledURI: https://%s.example\n%s",
        cn, cn, cn, lines));
}

answer
change_service(world *w, const char *cn, const char *lines)
{
    char *dn = text_of("cn=%s," SERVICES, cn);
    answer a = client_modify(w->as[ACADEMY], dn, "%s", lines);

    free(dn);
    return a;
}

answer
remove_service(world *w, const char *cn)
{
    return client_ldif(
        w->as[ACADEMY], "dn: cn=%s," SERVICES "\nchangetype: delete\n", cn);
}

void
world_with_services(world *w)
{
    expect_ok(client_ldif(w->as[ACADEMY],
        "dn: " SERVICES "\nobjectClass: organizationalUnit\nou: services\n"));
    add_service(w, "ent",
        "educonnectAudience: student\neduconnectAudience: guardian\n");
    add_service(w, "orientation",
        "educonnectAudience: guardian\neduconnectSchoolLevel: college\n");
    add_service(w, "folios",
        "educonnectAudience: student\neduconnectSchoolLevel: college\n"
        "educonnectSchoolLevel: lycee\n");
    add_service(w, "parcours",
        "educonnectAudience: student\neduconnectSchoolLevel: lycee\n");
}

int
services_world(void **state)
{
    int rc = usual_world(state);

    world_with_services(*state);
    return rc;
}

account
active_student(world *w, const char *school, actor head)
{
    account a = new_student(w, school);

    step_inform(w, &a, head);
    step_activate(w, &a);
    return a;
}
