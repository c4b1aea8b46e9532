/* show.c - a school on a screen, or as JSON. */
#include <jansson.h>

#include "ctl/language.h"
#include "school/school.h"

/* The keys of JSON: the columns of a file of schools. */
static const char *const keys[N_SCHOOL_ATTRS] = {
    [SCHOOL_NAME] = "name",
    [SCHOOL_LEVEL] = "level",
    [SCHOOL_HEAD] = "head",
    [SCHOOL_STUDENT_DELEGATE] = "studentDelegate",
    [SCHOOL_GUARDIAN_DELEGATE] = "guardianDelegate",
};

static void
show_json(const school *s, const char *uai)
{
    json_t *object = json_pack(
        "{so so}", "uai", print_json_text(uai), "dn", print_json_text(s->dn));

    for (unsigned a = 0; a < N_SCHOOL_ATTRS; a++) {
        json_t *list = json_array();

        for (size_t i = 0; i < bag_count(&s->has, a); i++)
            json_array_append_new(
                list, print_json_text(bag_get(&s->has, a, i)));
        json_object_set_new(object, keys[a], list);
    }
    print_as_json(stdout, object, JSON_INDENT(2));
    json_decref(object);
}

void
school_show(const school *s, const char *uai, bool json)
{
    int wide;

    if (json) {
        show_json(s, uai);
        return;
    }
    print(stdout, "%s  %s\n", uai, s->dn);
    wide = ctl_language() == EDC_FRENCH ? 29 : 18;
    for (unsigned a = 0; a < N_SCHOOL_ATTRS; a++) {
        size_t n = bag_count(&s->has, a);

        for (size_t i = 0; i < n; i++)
            print(stdout, "  %-*s %s\n", wide,
                i == 0 ? school_attr_word((school_attr)a) : "",
                bag_get(&s->has, a, i));
        if (n == 0)
            print(stdout, "  %-*s -\n", wide, school_attr_word((school_attr)a));
    }
}
