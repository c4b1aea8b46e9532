# pupils.awk - reads a class from CSV (RFC 4180), checks every row, and prints
# the entries that the directory shall hold, in the language of plan.awk.
#
# Variables: people (base DN of accounts), school (its DN), class. Columns are
# explained in provision-school. Each bad row is named on stderr with the line
# it begins on; the exit status is then 1 and what was printed means nothing.
# Runs under LC_ALL=C: bytes, whose UTF-8 was checked before.

BEGIN {
    n = split("uid sn givenName ine birthDate", word, " ")
    for (i = 1; i <= n; i++) known[word[i]] = "pupil"
    n = split("uid sn givenName mobile mail", word, " ")
    for (i = 1; i <= n; i++)
        for (g = 1; g <= 2; g++) known["guardian" g "_" word[i]] = "guardian"
    if (length(today) != 10) today = "9999-99-99"
}

FNR == 1 {
    sub(/^\357\273\277/, "")
    # A spreadsheet in French writes semicolons.
    separator = index($0, ",") == 0 && index($0, ";") != 0 ? ";" : ","
}
{
    sub(/\r$/, "")
    if (quoted) cell = cell "\n"
    else begin_record()
    read_line($0)
    if (!quoted) end_record()
}

END {
    if (quoted) bad("a quote is opened and never closed")
    else if (!columns) { line = 1; bad("the file is empty") }
    else if (!errors && rows == 0) bad("no pupil follows the headings")
    exit errors != 0
}

# ---- RFC 4180 ----

function begin_record() {
    line = FNR
    cells = 0
    cell = ""
    closed = 0
    malformed = ""
}

function read_line(text,    i, c, length_) {
    length_ = length(text)
    for (i = 1; i <= length_; i++) {
        c = substr(text, i, 1)
        if (quoted) {
            if (c != "\"") cell = cell c
            else if (substr(text, i + 1, 1) == "\"") { cell = cell c; i++ }
            else { quoted = 0; closed = 1 }
        } else if (c == separator) {
            end_cell()
        } else if (c == "\"" && cell == "" && !closed) {
            quoted = 1
        } else if (c == "\"" || (closed && c != " ")) {
            malformed = "a quote stands where none may"
            if (c != "\"") cell = cell c
        } else if (!closed) {
            cell = cell c
        }
    }
}

function end_cell() {
    gsub(/^ +| +$/, "", cell)
    value[++cells] = cell
    cell = ""
    closed = 0
}

function end_record(    i, empty) {
    end_cell()
    empty = 1
    for (i = 1; i <= cells; i++) if (value[i] != "") empty = 0
    if (empty && malformed == "") return
    if (malformed != "") bad(malformed)
    else if (!columns) headings()
    else if (cells != columns)
        bad(cells " values, but there are " columns " headings")
    else row()
}

function headings(    i) {
    columns = cells
    for (i = 1; i <= cells; i++) {
        if (!(value[i] in known)) bad("no such column: " value[i])
        if (value[i] in at) bad("column twice: " value[i])
        at[value[i]] = i
    }
    if (!("uid" in at && "sn" in at && "givenName" in at))
        bad("the columns uid, sn and givenName are needed")
}

# ---- one pupil ----

function of(column) {
    return column in at ? value[at[column]] : ""
}

function row(    g, before) {
    before = errors
    rows++
    check_person("", "pupil")
    check_pupil()
    for (g = 1; g <= 2; g++) check_guardian("guardian" g "_", g)
    if (of("guardian1_uid") != "" && of("guardian1_uid") == of("guardian2_uid"))
        bad("both guardians are the same")
    if (errors == before) print_row()
}

function check_person(prefix, kind,    uid, name) {
    uid = of(prefix "uid")
    if (uid !~ /^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/ || length(uid) > 64)
        bad(prefix "uid: 1 to 64 of A-Z a-z 0-9 . _ - are needed")
    check_text(prefix "sn", 1)
    check_text(prefix "givenName", 1)
    # Who stands on several rows is the same person everywhere.
    name = of(prefix "sn") "\t" of(prefix "givenName")
    uid = tolower(uid)
    if (uid in names && names[uid] != name)
        bad(prefix "uid: line " first[uid] " has another name for it")
    if (!(uid in names)) { names[uid] = name; first[uid] = line }
}

function check_text(column, needed) {
    if (of(column) == "" && needed) bad(column ": a value is needed")
    if (of(column) ~ /[\001-\037\177]/) bad(column ": control character")
    if (length(of(column)) > 256) bad(column ": too long")
}

function check_pupil(    uid, ine) {
    uid = tolower(of("uid"))
    if (uid in pupils) bad("uid: already on line " pupils[uid])
    pupils[uid] = line
    ine = toupper(of("ine"))
    if (ine != "" && (length(ine) != 11 || ine !~ /^[0-9]+[A-Z][A-Z]?$/))
        bad("ine: nine digits and two letters, or ten and one")
    if (ine != "" && ine in ines) bad("ine: already on line " ines[ine])
    ines[ine] = line
    if (of("birthDate") != "" && !real_day(of("birthDate")))
        bad("birthDate: a past day written YYYY-MM-DD is needed")
}

function real_day(date,    part, days, leap) {
    if (date !~ /^[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]$/) return 0
    split(date, part, "-")
    leap = part[1] % 4 == 0 && part[1] % 100 != 0 || part[1] % 400 == 0
    split("31 28 31 30 31 30 31 31 30 31 30 31", days, " ")
    days[2] += leap
    return part[1] >= 1900 && part[2] >= 1 && part[2] <= 12 && \
        part[3] >= 1 && part[3] <= days[part[2] + 0] && date <= today
}

function check_guardian(prefix, g,    any, i, key) {
    for (i in known)
        if (index(i, prefix) == 1 && of(i) != "") any = 1
    if (!any) return
    check_person(prefix, "guardian")
    check_text(prefix "mobile", 0)
    check_text(prefix "mail", 0)
    if (of(prefix "mobile") !~ /^(\+?[0-9][0-9 .-]*)?$/)
        bad(prefix "mobile: not a telephone number")
    if (of(prefix "mail") !~ /^([^@ ]+@[^@ ]+)?$/)
        bad(prefix "mail: not an address")
    key = tolower(of(prefix "uid"))
    i = of(prefix "mobile") "\t" of(prefix "mail")
    if (key in reached && reached[key] != i)
        bad(prefix "uid: line " reached_on[key] \
            " has another mobile or mail for it")
    if (!(key in reached)) { reached[key] = i; reached_on[key] = line }
}

function bad(why) {
    print FILENAME ":" line ": " why > "/dev/stderr"
    errors++
}

# ---- what the directory shall hold ----

function say(verb, attribute, text) {
    if (text != "") print verb "\t" attribute "\t" text
}

# Guardians first: a link names an entry that exists.
function print_row(    g, uid) {
    for (g = 1; g <= 2; g++) {
        uid = of("guardian" g "_uid")
        if (uid != "" && !(tolower(uid) in printed)) {
            print_person("guardian" g "_", "educonnectLegalGuardian")
            say("once", "mobile", of("guardian" g "_mobile"))
            say("once", "mail", of("guardian" g "_mail"))
            printed[tolower(uid)] = 1
        }
    }
    print_person("", "educonnectStudent")
    say("same", "educonnectIne", toupper(of("ine")))
    say("value", "educonnectBirthDate", of("birthDate"))
    say("member", "educonnectEnrolledAt", school)
    say("value", "educonnectClass", class)
    for (g = 1; g <= 2; g++)
        if (of("guardian" g "_uid") != "")
            say("exact", "educonnectGuardian", \
                "uid=" of("guardian" g "_uid") "," people)
}

function print_person(prefix, class_) {
    say("entry", FILENAME ":" line, "uid=" of(prefix "uid") "," people)
    say("once", "objectClass", "inetOrgPerson")
    say("member", "objectClass", class_)
    say("value", "uid", of(prefix "uid"))
    say("value", "cn", of(prefix "givenName") " " of(prefix "sn"))
    say("value", "sn", of(prefix "sn"))
    say("value", "givenName", of(prefix "givenName"))
}
