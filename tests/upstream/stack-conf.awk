# stack-conf.awk - a slapd.conf with the overlay on each of its databases.
#
#   position  first: the last overlay of a database, which slapd asks first;
#             last: the first one, which slapd asks last
#   module    educonnect.so
#   ppolicy   ppolicy's module, whose schema the overlay needs; empty: built in
#   schema    the directory of core.schema
#   bare      types of databases that get none, each between spaces
#   report    a line for each database that got one is added to it
#
# What README asks for is put before the first database. A database without a
# rootdn is given one, since the overlay searches as that. The hashes are cheap
# ones, for the suite sends thousands of wrong passwords and each costs one.

# The overlay goes before the first one of the section, or behind everything.
function put_overlay(line) {
    if (!has_rootdn)
        print "rootdn \"cn=educonnect\""
    print "overlay educonnect"
    print "educonnect-hash memory=64 time=1 parallelism=1"
    print "stacked", type, has_rootdn ? "" : "rootdn given" >>report
}

function close_section(at, line, done) {
    at = first_overlay && position == "last" ? first_overlay : lines + 1
    for (line = 1; line <= lines; line++) {
        if (line == at && stacked)
            put_overlay()
        print section[line]
    }
    if (at > lines && stacked)
        put_overlay()
    lines = first_overlay = has_rootdn = 0
}

# An include of core.schema and the like that is not there yet.
function need_schema(name) {
    if (!(name in included))
        print "include " schema "/" name ".schema"
}

function put_module() {
    need_schema("core")
    need_schema("cosine")
    need_schema("inetorgperson")
    if (ppolicy != "" && !has_ppolicy)
        print "moduleload " ppolicy
    print "moduleload " module
    loaded = 1
}

tolower($1) == "include" && match($2, /[^\/]*\.schema/) {
    included[substr($2, RSTART, RLENGTH - 7)] = 1
}
tolower($1) == "moduleload" && $2 ~ /ppolicy/ { has_ppolicy = 1 }
/^[^ \t]/ && tolower($1) == "database" {
    close_section()
    if (!loaded)
        put_module()
    type = tolower($2)
    stacked = index(bare, " " type " ") == 0
}
/^[^ \t]/ && tolower($1) == "overlay" && !first_overlay {
    first_overlay = lines + 1
}
/^[^ \t]/ && tolower($1) == "rootdn" { has_rootdn = 1 }
{ section[++lines] = $0 }
END { close_section() }
