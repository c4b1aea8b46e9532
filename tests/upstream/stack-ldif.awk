# stack-ldif.awk - LDIF for cn=config with the overlay on each database that it
# adds.
#
#   position, module, ppolicy, bare, report  as in stack-conf.awk
#   adding    1: a record without a changetype adds (ldapadd, slapadd)
#   load      1: the module is loaded by this LDIF, before the first database
#
# First: the overlay follows the others that this LDIF gives a database; one
# that comes in a later LDIF goes above it. Last: it is the database's overlay
# {0}, so the numbers of others that the LDIF names are one higher.

BEGIN {
    RS = ""
    FS = "\n"
    ORS = "\n\n"
}

# The DN of the record, without its folds.
function dn_of(record, dn) {
    gsub(/\n /, "", record)
    if (!match(record, /(^|\n)dn: */))
        return ""
    dn = substr(record, RSTART + RLENGTH)
    sub(/\n.*/, "", dn)
    return dn
}

function adds(record) {
    if (record ~ /\nchangetype: */)
        return record ~ /\nchangetype: *add/
    return adding
}

# The type of "olcDatabase={1}mdb,...".
function type_of(dn) {
    sub(/^olcDatabase=(\{-?[0-9]+\})?/, "", dn)
    sub(/,.*/, "", dn)
    return tolower(dn)
}

# One without a number has a name that only slapd knows.
function is_stacked(dn) {
    return dn ~ /olcDatabase=\{/ && index(bare, " " type_of(dn) " ") == 0
}

function put_module() {
    if (!load)
        return
    print "dn: cn=module,cn=config\nobjectClass: olcModuleList\ncn: module" \
        (ppolicy == "" ? "" : "\nolcModuleLoad: " ppolicy) \
        "\nolcModuleLoad: " module
    load = 0
}

function put_overlay() {
    if (database == "")
        return
    print "dn: olcOverlay={" overlays "}educonnect," database \
        (change ? "\nchangetype: add" : "") \
        "\nobjectClass: olcOverlayConfig\nobjectClass: olcEduconnectConfig" \
        "\nolcOverlay: {" overlays "}educonnect" \
        "\nolcEduconnectHash: memory=64 time=1 parallelism=1"
    database = ""
}

function put_database(dn, given) {
    given = tolower($0) !~ /\nolcrootdn:/
    print $0 (given ? "\nolcRootDN: cn=educonnect" : "")
    print "stacked", type_of(dn), given ? "rootdn given" : "" >>report
    database = dn
    overlays = 0
    change = $0 ~ /\nchangetype:/
    if (position == "last")
        put_overlay()
}

# A record with the number of the overlay that its DN names one higher.
function higher(record, dn, number) {
    match(dn, /olcOverlay=\{[0-9]+\}/)
    number = substr(dn, RSTART + 12, RLENGTH - 13)
    sub("olcOverlay=\\{" number "\\}", "olcOverlay={" number + 1 "}", record)
    if (dn ~ /^olcOverlay=/)
        sub("\nolcOverlay: *\\{" number "\\}", "\nolcOverlay: {" number + 1 "}",
            record)
    return record
}

{
    dn = dn_of($0)
    above = dn
    sub(/^.*olcOverlay=[^,]*,/, "", above)
}
dn ~ /^olcDatabase=[^,]*,cn=config/ {
    put_overlay()
    if (adds($0) && is_stacked(dn)) {
        put_module()
        put_database(dn)
        next
    }
}
above != dn && above ~ /^olcDatabase=[^,]*,cn=config/ && is_stacked(above) {
    if (dn ~ /^olcOverlay=/ && above == database && adds($0))
        overlays++
    if (position == "last" && dn ~ /olcOverlay=\{[0-9]+\}/) {
        print higher($0, dn)
        next
    }
}
{ print }
END {
    put_overlay()
    put_module()
}
