/* test_letters_page.c - what stands in letters: HTML and CSV. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "letters/letters.h"
#include "letters/qr.h"
#include "letters/rules.h"

#define DAY 1795600000 /* 2026-11-24 */

static char *const two[] = {"Inès KARADEC (6EME A)", "Yann KARADEC (3EME 2)"};

static letter
pupil(void)
{
    letter l = {.uid = "ines.karadec",
        .last = "Karadec",
        .first = "Inès",
        .group = "6EME A",
        .until = "20270224091500Z"};

    letters_add(&l.password, "K7QM-RW2X-9HTB");
    return l;
}

static letter
guardian(void)
{
    letter l = {.uid = "soizic.karadec",
        .last = "Karadec",
        .first = "Soizic",
        .group = "6EME A",
        .guardian = true,
        .mail = "soizic@example.org",
        .mobile = "+33612345678",
        .address = "3 rue des Tilleuls\nRésidence Armor\n99000 VILLE-FICTIVE\n",
        .children = (char **)two,
        .n_children = 2,
        .until = "20270224091500Z"};

    letters_add(&l.password, "ZZ4P-M8DC-UVE3");
    return l;
}

static letters_school
school(void)
{
    return (letters_school){.uai = "9990001X",
        .name = "Collège fictif des Tilleuls",
        .login_address = "https://comptes.example.org/activer?a=1&b=2",
        .rules = {{12, 128, 4, 20, 3}, {10, 128, 3, 24, 0}}};
}

/* The document of one letter; allocated. */
static letters_text
page_of(letter *l)
{
    letters_school s = school();
    letters_text out = {NULL, 0, 0};

    letters_html(&s, l, 1, DAY, &out);
    letters_wipe(&l->password);
    return out;
}

static letters_text
csv_of(letter *l)
{
    letters_school s = school();
    letters_text out = {NULL, 0, 0};

    letters_csv(&s, l, 1, &out);
    letters_wipe(&l->password);
    return out;
}

static void
expect_in(letters_text *text, const char *part)
{
    if (strstr(text->p, part) == NULL)
        fail_msg("\"%s\" is not in: %s", part, text->p);
}

static void
expect_not_in(letters_text *text, const char *part)
{
    if (strstr(text->p, part) != NULL)
        fail_msg("\"%s\" is in: %s", part, text->p);
}

/* ---- HTML ---- */

static void
a_letter_says_all_that_its_reader_needs(void **state)
{
    letter l = guardian();
    letters_text page = page_of(&l);

    (void)state;
    expect_in(&page, "<html lang=\"fr\">");
    expect_in(&page, "Collège fictif des Tilleuls");
    expect_in(&page, "Soizic KARADEC");
    expect_in(&page, "<br>Résidence Armor<br>99000 VILLE-FICTIVE");
    expect_in(&page, "<li>Inès KARADEC (6EME A)</li>"
                     "<li>Yann KARADEC (3EME 2)</li>");
    expect_in(&page, "<dd>soizic.karadec</dd>");
    expect_in(&page, "<span>ZZ4P</span>-<span>M8DC</span>-<span>UVE3</span>");
    expect_in(&page, "valable jusqu’au <strong>24 février 2027");
    expect_in(&page, "https://comptes.example.org/activer?a=1&amp;b=2");
    expect_in(&page, "Ce n’est pas un compte du service national ÉduConnect");
    expect_in(&page, "Si le mot de passe est refusé");
    expect_in(&page, "Ne communiquez jamais votre mot de passe.");
    letters_wipe(&page);
}

static void
a_pupils_letter_speaks_to_the_pupil(void **state)
{
    letter l = pupil();
    letters_text page = page_of(&l);

    (void)state;
    expect_in(&page, "Un compte d’élève vous est ouvert");
    expect_not_in(&page, "responsable légal");
    letters_wipe(&page);
}

static void
the_cover_has_names_and_no_password(void **state)
{
    letter l = guardian();
    letters_text page = page_of(&l);
    const char *first = strstr(page.p, "<article>");

    (void)state;
    assert_non_null(first);
    page.p[first - page.p] = '\0';
    expect_in(&page, "Soizic KARADEC");
    expect_in(&page, "1 lettre éditée le 2");
    expect_not_in(&page, "ZZ4P");
    letters_wipe(&page);
}

static void
what_people_are_called_is_text_and_no_markup(void **state)
{
    letter l = pupil();
    letters_text page;

    (void)state;
    l.first = "<script>alert('x')</script>";
    l.last = "O'Neil \"&\" Co\n\x01\xe2\x80\xae";
    l.group = "</style><h1>";
    l.uid = "a<b";
    page = page_of(&l);
    expect_not_in(&page, "<script>");
    expect_not_in(&page, "</style><h1>");
    expect_in(&page, "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; "
                     "O&#39;NEIL &quot;&amp;&quot; CO");
    expect_in(&page, "<dd>a&lt;b</dd>");
    expect_not_in(&page, "\x01");
    expect_not_in(&page, "\xe2\x80\xae");
    letters_wipe(&page);
}

static void
bytes_that_are_no_utf_8_are_marked(void **state)
{
    letter l = pupil();
    letters_text page;

    (void)state;
    l.uid = "caf\xe9";
    page = page_of(&l);
    expect_in(&page, "<dd>caf\xef\xbf\xbd</dd>");
    letters_wipe(&page);
}

static void
an_end_that_is_unknown_is_not_invented(void **state)
{
    letter l = pupil();
    letters_text page;

    (void)state;
    l.until = NULL;
    page = page_of(&l);
    expect_not_in(&page, "valable jusqu");
    expect_in(&page, "<span>K7QM</span>");
    letters_wipe(&page);
}

static void
a_letter_says_what_a_password_must_be(void **state)
{
    static const struct {
        edc_policy policy;
        const char *words;
    } rows[] = {
        {{12, 128, 4, 20, 3},
            "Il compte au moins 12 caractères, dont une minuscule, une "
            "majuscule, un chiffre et un autre caractère\u00a0; à partir de "
            "20 caractères, tous sont permis. Il ne contient ni votre "
            "identifiant, ni un nom ou une date de naissance de vous ou de vos "
            "proches, et n’est ni trop courant, ni un mot de passe qui a déjà "
            "servi."},
        {{10, 128, 3, 24, 0},
            "Il compte au moins 10 caractères, de trois de ces genres au "
            "moins\u00a0: minuscule, majuscule, chiffre, autre "
            "caractère\u00a0; à partir de 24 caractères, tous sont permis. Il "
            "ne contient ni votre identifiant, ni un nom ou une date de "
            "naissance de vous ou de vos proches, et n’est ni trop courant, ni "
            "le mot de passe provisoire."},
        {{8, 64, 2, 65, 1},
            "Il compte au moins 8 caractères, de deux de ces genres au "
            "moins\u00a0: minuscule, majuscule, chiffre, autre caractère. Il "},
        {{16, 128, 1, 20, 1}, "Il compte au moins 16 caractères. Il ne "},
    };
    letter l = pupil();
    letters_text page = page_of(&l);

    (void)state;
    expect_in(&page, "Il compte au moins 12 caractères, dont une minuscule");
    letters_wipe(&page);
    l = guardian();
    page = page_of(&l);
    expect_in(&page, "Il compte au moins 10 caractères, de trois de ces");
    expect_not_in(&page, "au moins 12");
    letters_wipe(&page);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char *words = letters_rules_words(&rows[i].policy);

        if (strncmp(words, rows[i].words, strlen(rows[i].words)) != 0)
            fail_msg("\"%s\" is not \"%s\"", words, rows[i].words);
        free(words);
    }
}

/* Without an address, or with one that paper cannot hold, there is none. */
static void
the_code_is_of_the_address(void **state)
{
    letter l = guardian();
    letters_text page = page_of(&l);
    letters_text code = {NULL, 0, 0};
    letters_school s = school();
    char *address = ctl_alloc(3000, 1);

    (void)state;
    expect_in(&page, "<svg class=\"qr\"");
    expect_in(&page, "ou avec le code ci-contre");
    assert_true(letters_add_qr(&code, s.login_address));
    expect_in(&page, code.p);
    letters_wipe(&page);
    letters_wipe(&code);
    l = guardian();
    s.login_address = NULL;
    letters_html(&s, &l, 1, DAY, &page);
    letters_wipe(&l.password);
    expect_not_in(&page, "<svg");
    expect_not_in(&page, "ci-contre");
    letters_wipe(&page);
    memset(address, 'x', 2999);
    for (size_t n = 2999; n > 213; n -= n > 400 ? 300 : 1) {
        address[n] = '\0';
        assert_false(letters_add_qr(&code, address));
        assert_null(code.p);
    }
    address[213] = '\0';
    assert_true(letters_add_qr(&code, address));
    letters_wipe(&code);
    l = guardian();
    s.login_address = ctl_format("https://e.example.org/%.300s",
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "x");
    letters_html(&s, &l, 1, DAY, &page);
    letters_wipe(&l.password);
    expect_in(&page, "en la tapant vous-même.</li>");
    letters_wipe(&page);
    free(s.login_address);
    free(address);
}

/* ---- CSV ---- */

static void
a_line_of_the_mail_merge(void **state)
{
    letter l = guardian();
    letters_text csv = csv_of(&l);

    (void)state;
    assert_memory_equal(csv.p,
        "\xef\xbb\xbf"
        "class;audience;last_name;",
        27);
    expect_in(&csv, "\r\n\"6EME A\";\"guardian\";\"Karadec\";\"Soizic\";"
                    "\"Inès KARADEC (6EME A), Yann KARADEC (3EME 2)\";"
                    "\"soizic.karadec\";\"ZZ4P-M8DC-UVE3\";\"24 février 2027");
    expect_in(&csv,
        "\"soizic@example.org\";\"06 12 34 56 78\";"
        "\"3 rue des Tilleuls\";\"Résidence Armor\";\"99000 VILLE-FICTIVE\";"
        "\"\";\"\";\"\";\"\";\"https://comptes.example.org/activer?a=1&b=2\";"
        "\"Il compte au moins 10 caractères, de trois de ces genres ");
    letters_wipe(&csv);
}

static void
quotes_separators_and_line_breaks_stay_in_their_field(void **state)
{
    letter l = pupil();
    letters_text csv;

    (void)state;
    l.last = "Le \"Grand\"; Dupont\r\nsuite";
    csv = csv_of(&l);
    expect_in(&csv, ";\"Le \"\"Grand\"\"; Dupont  suite\";");
    letters_wipe(&csv);
}

static void
no_name_is_a_formula(void **state)
{
    static const char *const names[] = {"=1+1", "+33", "-1", "@SUM(A1)", "\t=1",
        " =cmd|' /C calc'!A0", "\xef\xbc\x9dSUM(A1)"};

    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        letter l = pupil();
        letters_text csv;

        l.last = (char *)names[i];
        csv = csv_of(&l);
        expect_in(&csv, ";\"student\";\"'");
        letters_wipe(&csv);
    }
}

static void
a_number_from_abroad_keeps_its_plus_sign(void **state)
{
    letter l = guardian();
    letters_text csv;

    (void)state;
    l.mobile = "+49 151 2345678";
    csv = csv_of(&l);
    expect_in(&csv, ";\"+491512345678\";");
    letters_wipe(&csv);
    l = guardian();
    l.mobile = "=1+1";
    csv = csv_of(&l);
    expect_not_in(&csv, "\"=");
    letters_wipe(&csv);
}

/* On the letter, on the cover's list, and for the mail merge. */
static void
homonyms_are_told_apart(void **state)
{
    letter l = pupil();
    letters_text page, csv;

    (void)state;
    l.mark = "responsables : Anne <b>";
    page = page_of(&l);
    expect_in(&page, "Inès KARADEC<br><small>responsables : Anne "
                     "&lt;b&gt;</small></td>");
    expect_in(&page, "<strong>Inès KARADEC</strong><br><small>responsables : "
                     "Anne &lt;b&gt;</small>");
    letters_wipe(&page);
    l = pupil();
    l.mark = "responsables : Anne";
    csv = csv_of(&l);
    expect_in(&csv, ";\"responsables : Anne\";\"https:");
    letters_wipe(&csv);
}

static void
an_address_of_many_lines_loses_none(void **state)
{
    letter l = guardian();
    letters_text csv;

    (void)state;
    l.address = "1\n2\n3\n4\n5\n6\n7\n";
    csv = csv_of(&l);
    expect_in(&csv, "\"1\";\"2\";\"3\";\"4\";\"5\";\"6 7 \";\"\";\"https:");
    letters_wipe(&csv);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_letter_says_all_that_its_reader_needs),
        cmocka_unit_test(a_pupils_letter_speaks_to_the_pupil),
        cmocka_unit_test(the_cover_has_names_and_no_password),
        cmocka_unit_test(what_people_are_called_is_text_and_no_markup),
        cmocka_unit_test(bytes_that_are_no_utf_8_are_marked),
        cmocka_unit_test(an_end_that_is_unknown_is_not_invented),
        cmocka_unit_test(a_letter_says_what_a_password_must_be),
        cmocka_unit_test(the_code_is_of_the_address),
        cmocka_unit_test(a_line_of_the_mail_merge),
        cmocka_unit_test(quotes_separators_and_line_breaks_stay_in_their_field),
        cmocka_unit_test(no_name_is_a_formula),
        cmocka_unit_test(a_number_from_abroad_keeps_its_plus_sign),
        cmocka_unit_test(homonyms_are_told_apart),
        cmocka_unit_test(an_address_of_many_lines_loses_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
