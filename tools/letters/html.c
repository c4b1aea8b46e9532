/* html.c - letters as one HTML document, to be printed on A4.
 *
 * Self-contained: no script, nothing fetched from anywhere. Its look is
 * letters/style.c's.
 */
#include <stdlib.h>
#include <string.h>

#include "letters/letters.h"
#include "letters/qr.h"
#include "letters/rules.h"
#include "letters/style.h"
#include "letters/words.h"

#define CHILDREN_LISTED 3

static const char *
group_of(const letter *l)
{
    return l->group[0] != '\0' ? l->group : "Sans classe";
}

static void
add_element(
    letters_text *out, const char *open, const char *text, const char *close)
{
    letters_add(out, open);
    letters_add_html(out, text);
    letters_add(out, close);
}

static void
add_name(letters_text *out, const letter *l)
{
    char *name = letters_name(l->first, l->last);

    letters_add_html(out, name[0] != '\0' ? name : l->uid);
    free(name);
}

/* ---- the cover: for the office, without a password ---- */

static void
add_row(letters_text *out, const letter *l)
{
    letters_add(out, "<tr><td>");
    add_name(out, l);
    if (l->mark != NULL)
        add_element(out, "<br><small>", l->mark, "</small>");
    letters_add(
        out, l->guardian ? "</td><td>responsable de " : "</td><td>élève");
    for (size_t i = 0; i < l->n_children; i++)
        add_element(out, i > 0 ? ", " : "", l->children[i], "");
    letters_add(out, "</td><td></td></tr>\n");
}

static void
add_cover(letters_text *out, const letters_school *school, const letter *list,
    size_t n, int64_t date)
{
    char *day = letters_day(date);

    letters_add(out, "<section class=\"cover\">\n<header><div>");
    add_element(out, "<p class=\"school\">", school->name, "</p>");
    add_element(out, "<p class=\"uai\">", school->uai, "</p></div></header>\n");
    add_element(out, "<h1>", group_of(list), "</h1>\n");
    letters_addf(out, "<p class=\"count\">%zu lettre%s ", n, n > 1 ? "s" : "");
    add_element(out, n > 1 ? "éditées le " : "éditée le ", day, ".</p>\n");
    letters_add(out,
        "<p class=\"advice\">Chaque lettre porte un mot de passe : elle se "
        "remet à son seul destinataire, en main propre ou sous pli fermé. "
        "Cette liste n’en porte aucun.</p>\n"
        "<table><thead><tr><th>Destinataire</th><th>Qualité</th>"
        "<th>Remise le, signature</th></tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < n; i++)
        add_row(out, list + i);
    letters_add(out, "</tbody></table>\n</section>\n");
    free(day);
}

/* ---- one letter ---- */

static void
add_address(letters_text *out, const letter *l)
{
    const char *line = l->address;

    letters_add(out, "<address><strong>");
    add_name(out, l);
    letters_add(out, "</strong>");
    if (l->mark != NULL)
        add_element(out, "<br><small>", l->mark, "</small>");
    while (line != NULL && *line != '\0') {
        size_t n = strcspn(line, "\n");
        char *one = ctl_copy_n(line, n);

        add_element(out, "<br>", one, "");
        free(one);
        line += n + (line[n] == '\n');
    }
    if (!l->guardian)
        add_element(out, "<br>", group_of(l), "");
    letters_add(out, "</address>\n");
}

/* A few as a list; many as running text, so that the letter stays one page. */
static void
add_children(letters_text *out, const letter *l)
{
    bool few = l->n_children <= CHILDREN_LISTED;

    letters_add(
        out, few ? "<ul class=\"children\">" : "<p class=\"children\">");
    for (size_t i = 0; i < l->n_children; i++) {
        if (few)
            add_element(out, "<li>", l->children[i], "</li>");
        else
            add_element(out, i > 0 ? ", " : "", l->children[i], "");
    }
    letters_add(out, few ? "</ul>\n" : "</p>\n");
}

static void
add_opening(letters_text *out, const letter *l)
{
    if (!l->guardian) {
        letters_add(out,
            "<p>Bonjour,</p>\n<p>Un compte d’élève vous est ouvert dans "
            "l’annuaire de l’établissement. Cette lettre permet de "
            "l’activer.</p>\n");
        return;
    }
    letters_add(out,
        "<p>Madame, Monsieur,</p>\n<p>Un compte de responsable légal vous "
        "est ouvert dans l’annuaire de l’établissement. Cette lettre permet "
        "de l’activer. Il vaut pour :</p>\n");
    add_children(out, l);
}

/* The password, each of its groups kept in one piece. */
static void
add_password(letters_text *out, const letter *l)
{
    const char *p = l->password.p != NULL ? l->password.p : "";

    letters_add(out, "<dd class=\"secret\">");
    while (*p != '\0') {
        size_t n = strcspn(p, "-");
        char *group = ctl_copy_n(p, n);

        add_element(out, "<span>", group, "</span>");
        ctl_forget(group);
        p += n;
        if (*p == '-') {
            letters_add(out, "-");
            p++;
        }
    }
    letters_add(out, "</dd>\n");
}

static void
add_credentials(letters_text *out, const letter *l)
{
    char *until = letters_until(l->until);

    letters_add(out, "<div class=\"credentials\">\n<dl>\n");
    add_element(out, "<dt>Identifiant</dt><dd>", l->uid, "</dd>\n");
    letters_add(out, "<dt>Mot de passe provisoire</dt>");
    add_password(out, l);
    letters_add(out, "</dl>\n");
    if (until != NULL)
        add_element(out, "<p class=\"until\">valable jusqu’au <strong>", until,
            "</strong></p>\n");
    letters_add(out, "</div>\n");
    free(until);
}

static void
add_address_step(letters_text *out, const char *address, bool code)
{
    add_element(out, "<li>Ouvrez l’adresse <a href=\"", address, "\">");
    add_element(out, "", address, "</a> en la tapant vous-même");
    letters_add(out, code ? ", ou avec le code ci-contre\u00a0: vérifiez alors "
                            "que c’est bien "
                            "elle qui s’affiche.</li>\n"
                          : ".</li>\n");
}

static void
add_steps(letters_text *out, const char *address, const edc_policy *policy)
{
    char *rules = letters_rules_words(policy);
    bool code = address != NULL && letters_add_qr(out, address);

    letters_add(out, "<h2>Activer le compte</h2>\n<ol>\n");
    if (address != NULL) {
        add_address_step(out, address, code);
    } else {
        letters_add(out, "<li>Ouvrez la page de connexion que "
                         "l’établissement vous a indiquée.</li>\n");
    }
    letters_add(out,
        "<li>Saisissez l’identifiant, puis le mot de passe provisoire en "
        "majuscules et avec ses tirets.</li>\n"
        "<li>Choisissez votre propre mot de passe : lui seul servira "
        "ensuite, et cette lettre pourra être détruite. ");
    add_element(out, "", rules, "</li>\n</ol>\n");
    free(rules);
}

static const char advice[] =
    "<h2>Si le mot de passe est refusé</h2>\n"
    "<p>Vérifiez la saisie : le mot de passe provisoire ne contient ni les "
    "lettres I et O, ni les chiffres 0 et 1. Après plusieurs essais "
    "manqués le compte se bloque ; patientez quelques minutes. S’il est "
    "encore refusé, ou si la date est passée, adressez-vous au secrétariat de "
    "l’établissement : une nouvelle lettre vous sera remise, et celle-ci ne "
    "vaudra plus rien.</p>\n"
    "<p class=\"never\">Ne communiquez jamais votre mot de passe. "
    "Ni l’établissement ni l’académie ne vous le demanderont, que ce soit "
    "par courriel, par téléphone ou par message.</p>\n";

static const char footer[] =
    "<footer>Ce compte est celui de l’annuaire local de l’établissement. "
    "Ce n’est pas un compte du service national ÉduConnect, et il n’y donne "
    "pas accès.</footer>\n";

static void
add_letter(letters_text *out, const letters_school *school, const letter *l,
    const char *day)
{
    letters_add(out, "<article>\n<header><div>");
    add_element(out, "<p class=\"school\">", school->name, "</p>");
    add_element(out, "<p class=\"uai\">", school->uai, "</p></div>");
    add_element(
        out, "<div class=\"right\"><p class=\"class\">", group_of(l), "</p>");
    add_element(out, "<p class=\"day\">", day, "</p></div></header>\n");
    add_address(out, l);
    letters_add(out, "<h1>Vos identifiants</h1>\n");
    add_opening(out, l);
    add_credentials(out, l);
    add_steps(out, school->login_address, &school->rules[l->guardian]);
    letters_add(out, advice);
    letters_add(out, footer);
    letters_add(out, "</article>\n");
}

void
letters_html(const letters_school *school, const letter *letters, size_t n,
    int64_t date, letters_text *out)
{
    char *day = letters_day(date);

    letters_add(out,
        "<!DOCTYPE html>\n<html lang=\"fr\">\n<head>\n<meta charset=\"utf-8\">"
        "\n<meta http-equiv=\"Content-Security-Policy\" content=\"default-src "
        "'none'; style-src 'unsafe-inline'\">\n"
        "<meta name=\"referrer\" content=\"no-referrer\">\n");
    add_element(out, "<title>Lettres – ", group_of(letters), " – ");
    add_element(out, "", school->name, "</title>\n<style>\n");
    letters_add(out, letters_style);
    letters_add(out, "</style>\n</head>\n<body>\n");
    add_cover(out, school, letters, n, date);
    for (size_t i = 0; i < n; i++)
        add_letter(out, school, letters + i, day);
    letters_add(out, "</body>\n</html>\n");
    free(day);
}
