# demo-family.sh - families, services, self-service; read by scripts/demo.
# shellcheck shell=bash disable=SC2154 # variables of scripts/demo

# ---- requests of the extended operations (doc/PROTOCOL.md), as hex ----

arc=2.25.330384226632443921537185309621840029201

hex() {
    printf %s "$1" | od -An -v -tx1 | tr -d ' \n'
}

# tlv <tag> <content>: one BER element of less than 256 bytes.
tlv() {
    local n=$((${#2} / 2))
    if [ "$n" -lt 128 ]; then
        printf '%s%02x%s' "$1" "$n" "$2"
    else
        printf '%s81%02x%s' "$1" "$n" "$2"
    fi
}

octets() {
    tlv 04 "$(hex "$1")"
}

base64_of() {
    printf '%b' "$(printf %s "$1" | sed 's/../\\x&/g')" | base64 -w0
}

# exop <expected result> <who> <number> <request>
exop() {
    play "$1" ldapexop -x -D "$(who "$2")" -y "secrets/$2" \
        "$arc.3.$3::$(base64_of "$4")"
}

# claim <expected result> <mobile> <sn> <givenName> <tag> <value> <date...>
claim() {
    local expected=$1 mobile=$2 sn=$3 given=$4 tag=$5 value=$6 dates='' date
    shift 6
    for date in "$@"; do
        dates+=$(octets "$date")
    done
    printf '  (claim: %s, %s %s, children born %s)\n' "$mobile" "$given" "$sn" \
        "$*"
    exop "$expected" registrar 1 "$(tlv 30 "$(octets "$mobile")$(octets "$sn")$(
        octets "$given")$(tlv 30 "$dates")$(tlv "$tag" "$(hex "$value")")")"
}

# ---- services ----

# The page of addresses of one school: what is open there now.
access_page() {
    local now
    now=$(date -u +%Y%m%d%H%M%SZ)
    play 0 ldapsearch -LLL -x -D "$(who g.kerbrat)" -y secrets/g.kerbrat \
        -b "ou=services,$base" "(&(objectClass=educonnectService)\
(|(educonnectSchoolLevel=$2)(!(educonnectSchoolLevel=*)))\
(|(educonnectServiceSchool=ou=$1,ou=schools,$base)\
(!(educonnectServiceSchool=*)))\
(|(educonnectOpensAt<=$now)(!(educonnectOpensAt=*)))\
(!(educonnectClosesAt<=$now)))" labeledURI
}

what_accounts_open() {
    say "Services are entries, too: what, where, for whom, from when to when."
    play 0 ldapadd -x -D "$(who academy)" -y secrets/academy \
        -f "$root/ldif/services.ldif"
    say "The access page of the lycee is a search: what is open there now."
    access_page 9990002Y lycee
    say "That of the college:"
    access_page 9990001X college
    say "Gwenola comes to the ENT. It binds with her password; then it sees, in" \
        "its own name, what it needs: her children and what she may open."
    login 0 g.kerbrat
    portal_view g.kerbrat
    say "Registration at a lycee begins, orientation ends. Both pages follow, and" \
        "so does what she may open."
    modify 0 academy "dn: cn=Inscription au lycee,ou=services,$base
changetype: modify
replace: educonnectOpensAt
educonnectOpensAt: $(date -u +%Y%m%d%H%M%SZ)

dn: cn=Orientation,ou=services,$base
changetype: modify
replace: educonnectClosesAt
educonnectClosesAt: $(date -u +%Y%m%d%H%M%SZ)"
    access_page 9990002Y lycee
    access_page 9990001X college
    portal_view g.kerbrat
    say "One question is a Compare; and a pupil's account opens other things."
    may_open 6 g.kerbrat 'Inscription au lycee'
    may_open 5 g.kerbrat Orientation
    portal_view z.exemple
}

# What an ENT asks the directory about an account: children and services.
portal_view() {
    play 0 ldapsearch -LLL -x -D "$(who ent)" -y secrets/ent \
        -b "$(who "$1")" cn educonnectChild educonnectServiceAccess
}

# may_open <6 yes or 5 no> <account> <service>: Compare answers by its result.
may_open() {
    play "$1" ldapcompare -x -D "$(who ent)" -y secrets/ent "$(who "$2")" \
        "educonnectServiceAccess:$3"
}

view_of() {
    play 0 ldapsearch -LLL -x -D "$(who "$1")" -y "secrets/$1" \
        -b "$(who "$1")" cn educonnectChild educonnectServiceAccess
}

# ---- one person, two accounts ----

merged() {
    say "The lycee knows the same mother by another account, with another child." \
        "It hands her the letter of that one."
    letter head.lycee gw.kerbrat
    say "She merges it into hers with the login and the password of the letter." \
        "(The request is BER in base64: doc/PROTOCOL.md.)"
    exop 49 g.kerbrat 2 "$(tlv 30 "$(tlv a1 "$(octets gw.kerbrat)$(
        octets wrong)")")"
    exop 0 g.kerbrat 2 "$(tlv 30 "$(tlv a1 "$(octets gw.kerbrat)$(
        octets "$(cat "$demo/secrets/gw.kerbrat")")")")"
    view_of g.kerbrat
    say "The other account is closed; its letter opens nothing any more."
    login 49 gw.kerbrat
}

# ---- without a letter ----

registered() {
    say "Ines Fictif waits for no letter. The front end has proved her mobile" \
        "number; she gives the birth dates of all her children. One is missing:" \
        "the answer is the same as for anybody unknown."
    claim 49 '06 00 00 00 12' FICTIF Ines 80 'Deux-goelands, 9 iles' \
        2014-02-28
    claim 0 '06 00 00 00 12' FICTIF Ines 80 'Deux-goelands, 9 iles' \
        2014-02-28 2014-11-30
    show_secret i.fictif 'Deux-goelands, 9 iles'
    login 0 i.fictif
    say "Aurele Exemple comes by another provider of identities: his account is" \
        "active and has no password."
    claim 0 '+33 6 00 00 00 11' Exemple Aurele 81 'urn:example:aurele' 2014-02-28
    help_desk a.exemple
}

# One search tells the help desk state, reason and what it may do next.
help_desk() {
    play 0 ldapsearch -LLL -x -D "$(who helper)" -y secrets/helper \
        -b "$(who "$1")" educonnectState educonnectActivatedBy \
        educonnectBindStatus educonnectAllowed
}

not_my_child() {
    say "Gwenola says that Riwanon is not hers: the link is contested, confers" \
        "nothing, and no import writes it again."
    exop 0 g.kerbrat 3 "$(tlv 30 "$(octets "$(who r.kerbrat)")")"
    view_of g.kerbrat
    modify 19 provisioner "dn: $(who r.kerbrat)
changetype: modify
add: educonnectGuardian
educonnectGuardian: $(who g.kerbrat)"
}
