/* letters.c - pupils, guardians, and the letters they were written. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/letters.h"

account
letters_pupil(
    world *w, const char *schools, const char *class, const char *guardian_dn)
{
    account a = new_student(w, schools);

    expect_ok(client_modify(w->as[PROVISIONER], a.dn,
        "add: educonnectClass\neduconnectClass: %s\n", class));
    if (guardian_dn != NULL)
        expect_ok(client_modify(w->as[PROVISIONER], a.dn,
            "add: educonnectGuardian\neduconnectGuardian: %s\n", guardian_dn));
    return a;
}

account
letters_guardian(world *w, const char *last_name)
{
    account a = {0};

    snprintf(a.uid, sizeof(a.uid), "parent%u", ++w->serial);
    snprintf(a.dn, sizeof(a.dn), "uid=%s," PEOPLE, a.uid);
    expect_ok(client_ldif(w->as[PROVISIONER],
        "dn: %s\nobjectClass: inetOrgPerson\n"
        "objectClass: educonnectLegalGuardian\n"
        "uid: %s\ncn: Maelle %s\nsn: %s\ngivenName: Maelle\n"
        "mobile: +33 6 00 00 00 01\nmail: %s@example.org\n"
        "postalAddress: 3 rue des Tilleuls$99000 Ville-Fictive\n",
        a.dn, a.uid, last_name, last_name, a.uid));
    return a;
}

char *
letters_output(world *w, const char *name)
{
    return text_of("%s/%s", w->server.directory, name);
}

tool
letters_run(world *w, const char *class, const char *output, const char *more)
{
    return tool_run(w, HEAD1, NULL, "letters", "-s %s -c '%s' -o %s -f csv %s",
        COLLEGE_UAI, class, output, more);
}

/* ---- the CSV: every field of it is quoted but the first line's ---- */

static int
column_of(const char *csv, const char *name)
{
    size_t n = strlen(name);
    int column = 0;

    for (const char *p = csv; *p != '\r'; p++) {
        if (strncmp(p, name, n) == 0 && strchr(";\r", p[n]) != NULL)
            return column;
        p += strcspn(p, ";\r");
        column++;
        if (*p == '\r')
            break;
    }
    FAIL("no column %s in %s", name, csv);
}

/* The n-th field of a line; allocated. */
static char *
field_of(const char *line, int n)
{
    char *field = calloc(strlen(line) + 1, 1);
    char *to = field;

    for (; n > 0; n--) {
        REQUIRE(*line == '"');
        for (line++; line[0] != '"' || line[1] == '"'; line++)
            line += line[0] == '"';
        REQUIRE(line[1] == ';');
        line += 2;
    }
    REQUIRE(*line == '"');
    for (line++; line[0] != '"' || line[1] == '"'; line++) {
        line += line[0] == '"';
        *to++ = *line;
    }
    return field;
}

char *
letters_field(const char *csv, const char *login, const char *name)
{
    int login_column, column;

    REQUIRE(strncmp(csv, "\xef\xbb\xbf", 3) == 0);
    csv += 3;
    login_column = column_of(csv, "login");
    column = column_of(csv, name);
    for (const char *line = strstr(csv, "\r\n") + 2; *line != '\0';
        line = strstr(line, "\r\n") + 2) {
        char *found = field_of(line, login_column);
        bool is = strcmp(found, login) == 0;

        free(found);
        if (is)
            return field_of(line, column);
    }
    return NULL;
}

void
letters_read(account *a, const char *directory)
{
    char *path = text_of("%s/letters.csv", directory);
    char *csv = read_file(path, NULL);
    char *password;

    if (csv == NULL)
        FAIL("no %s", path);
    password = letters_field(csv, a->uid, "password");
    if (password == NULL)
        FAIL("no letter for %s in %s:\n%s", a->uid, path, csv);
    snprintf(a->password, sizeof(a->password), "%s", password);
    snprintf(a->provisional, sizeof(a->provisional), "%s", password);
    free(password);
    free(csv);
    free(path);
}

/* ---- what lies on the disk ---- */

static const char *looked_for;
static bool found_it;

static int
look_into(const char *path, const struct stat *st, int type, struct FTW *at)
{
    size_t n = 0;
    char *content;

    (void)at;
    if (type != FTW_F || st->st_size == 0)
        return 0;
    content = read_file(path, &n);
    if (content == NULL)
        FAIL("cannot read %s", path);
    if (memmem(content, n, looked_for, strlen(looked_for)) != NULL)
        found_it = true;
    free(content);
    return 0;
}

bool
letters_contain(const char *directory, const char *text)
{
    looked_for = text;
    found_it = false;
    REQUIRE(nftw(directory, look_into, 8, FTW_PHYS) == 0);
    return found_it;
}

static int
is_private(const char *path, const struct stat *st, int type, struct FTW *at)
{
    mode_t mode = type == FTW_D ? 0700 : 0600;

    (void)at;
    if ((st->st_mode & 07777) != mode || st->st_uid != geteuid())
        FAIL("%s has mode %03o", path, (unsigned)st->st_mode & 07777);
    return 0;
}

void
letters_are_private(const char *directory)
{
    REQUIRE(nftw(directory, is_private, 8, FTW_PHYS) == 0);
}

/* ---- what every user of the machine can see ---- */

static char *
appended(char *text, const char *path)
{
    size_t n = 0;
    char *more = read_file(path, &n);
    char *both;

    for (size_t i = 0; more != NULL && i < n; i++) {
        if (more[i] == '\0')
            more[i] = ' ';
    }
    both = text_of("%s %s", text, more == NULL ? "" : more);
    free(more);
    free(text);
    return both;
}

static char *
seen_from(char *text, pid_t pid)
{
    char *line = text_of("/proc/%d/cmdline", (int)pid);
    char *environment = text_of("/proc/%d/environ", (int)pid);
    char *below = text_of("/proc/%d/task/%d/children", (int)pid, (int)pid);
    char *children = read_file(below, NULL);
    char *rest = NULL;

    text = appended(appended(text, line), environment);
    for (char *word = children == NULL ? NULL : strtok_r(children, " ", &rest);
        word != NULL; word = strtok_r(NULL, " ", &rest))
        text = seen_from(text, (pid_t)strtol(word, NULL, 10));
    free(children);
    free(below);
    free(environment);
    free(line);
    return text;
}

char *
letters_seen(pid_t pid)
{
    return seen_from(text_of("%s", ""), pid);
}

/* ---- holding a run where passwords are made and nothing is written ---- */

/* Puts a program before the real one, which does this with letters. */
static hold
stand_in(world *w, const char *letters)
{
    hold h = {text_of("%s/hold", w->server.directory), NULL};
    char *program = text_of("%s/weasyprint", h.directory);
    char *fifo = text_of("%s/gate", h.directory);
    char *script =
        text_of("#!/bin/sh\n"
                "cd '%s' || exit\n"
                "html=$(cat)\n"
                "case $html in *'Vos identifiants'*) %s ;; esac\n"
                "printf %%s \"$html\" | /usr/bin/weasyprint \"$@\"\n",
            h.directory, letters);
    char *path;

    REQUIRE(mkdir(h.directory, 0700) == 0 && mkfifo(fifo, 0600) == 0);
    write_file(program, script);
    REQUIRE(chmod(program, 0700) == 0);
    h.path = text_of("%s", getenv("PATH"));
    path = text_of("%s:%s", h.directory, h.path);
    REQUIRE(setenv("PATH", path, 1) == 0);
    free(path);
    free(script);
    free(fifo);
    free(program);
    return h;
}

hold
hold_begin(world *w)
{
    return stand_in(w, ": >reached; read -r go <gate");
}

hold
hold_failing(world *w)
{
    return stand_in(w, "exit 1");
}

void
hold_reached(const hold *h)
{
    char *mark = text_of("%s/reached", h->directory);
    deadline d = deadline_in(120);

    while (access(mark, F_OK) != 0)
        deadline_wait(&d, "weasyprint to be given letters");
    REQUIRE(unlink(mark) == 0);
    free(mark);
}

void
hold_release(const hold *h)
{
    char *fifo = text_of("%s/gate", h->directory);
    deadline d = deadline_in(60);
    int fd;

    /* ENXIO: the script is not there to read yet. */
    while ((fd = open(fifo, O_WRONLY | O_NONBLOCK | O_CLOEXEC)) < 0)
        deadline_wait(&d, "the program that is held");
    REQUIRE(write(fd, "go\n", 3) == 3 && close(fd) == 0);
    free(fifo);
}

void
hold_end(hold *h)
{
    char *program = text_of("%s/weasyprint", h->directory);
    char *fifo = text_of("%s/gate", h->directory);

    REQUIRE(setenv("PATH", h->path, 1) == 0);
    REQUIRE(unlink(program) == 0 && unlink(fifo) == 0);
    REQUIRE(rmdir(h->directory) == 0);
    free(fifo);
    free(program);
    free(h->path);
    free(h->directory);
}
