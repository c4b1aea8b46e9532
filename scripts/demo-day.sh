# demo-day.sh - what happens on the first day; read by scripts/demo.
# shellcheck shell=bash disable=SC2154 # variables of scripts/demo

load_the_academy() {
    local name
    say "The academy: staff, a lycee with its pupils. slapd's administrator loads it."
    play 0 ldapadd -x -D "$(who admin)" -y secrets/admin \
        -f "$root/ldif/academy.ldif"
    say "Staff get a password each, in secrets/."
    for name in provisioner registrar academy helper ent head.college \
        cpe.college secretary.college head.lycee; do
        secret "$name" "$(random_word)"
        (cd "$demo" && ldappasswd -x -D "$(who admin)" -y secrets/admin \
            -T "secrets/$name" "$(who "$name")")
    done
}

provision() {
    play 0 "$root/scripts/provision-school" --base "$base" --school 9990001X \
        --name 'Collège fictif des Genêts' --level college \
        --head "$(who head.college)" \
        --student-delegate "$(who cpe.college)" \
        --guardian-delegate "$(who secretary.college)" \
        --class 6A --pupils "$root/ldif/college-6a.csv" \
        -- -x -D "$(who provisioner)" -y secrets/provisioner
}

provision_the_college() {
    say "A college and its class 6A, from a CSV; a second time nothing changes."
    provision
    provision
}

the_letter() {
    say "Zoé-Lou has no password yet. Without the right password, every bind" \
        "gets the same answer: unknown, uninformed or wrong."
    show_secret guess "not-the-password"
    login 49 z.exemple guess
    login 49 nobody.here guess
    say "Her head hands her a letter: the server makes the password."
    letter head.college z.exemple
    play 0 ldapsearch -LLL -x -D "$(who head.college)" \
        -y secrets/head.college -b "$(who z.exemple)" educonnectState \
        educonnectInformedBy educonnectProvisionalUntil
}

the_first_session() {
    say "The provisional password opens a session that can do one thing only."
    login 0 z.exemple
    play 50 ldapsearch -LLL -x -D "$(who z.exemple)" -y secrets/z.exemple \
        -b "$people" uid
    say "She chooses her own. Refused: too simple, her name, her birth date," \
        "the provisional one again."
    choose 19 z.exemple 'soleil'
    choose 19 z.exemple 'Zoe-Lou+7-genets'
    choose 19 z.exemple 'Genets/28-02-2014'
    choose 19 z.exemple "$(cat "$demo/secrets/z.exemple")"
    say "Accepted: the account is active."
    choose 0 z.exemple 'Trois-hérons, 2 marées'
    login 0 z.exemple
    play 0 ldapsearch -LLL -x -D "$(who z.exemple)" -y secrets/z.exemple \
        -b "$(who z.exemple)" educonnectState educonnectActivatedBy
}

what_is_not_possible() {
    say "No state is written that the transition table does not have."
    modify 53 head.college "dn: $(who n.fictif)
changetype: modify
replace: educonnectState
educonnectState: active"
    say "A record that is incomplete opens no account."
    play 53 ldappasswd -x -D "$(who head.college)" -y secrets/head.college \
        "$(who c.sansdossier)"
    say "Another school's head has no business here."
    play 50 ldappasswd -x -D "$(who head.lycee)" -y secrets/head.lycee \
        "$(who n.fictif)"
}

two_schools_one_mother() {
    say "Gwenola Kerbrat has children at both schools. The college informs her;" \
        "the lycee's letter would make that one worthless, so it is refused."
    letter secretary.college g.kerbrat
    play 53 ldappasswd -x -D "$(who head.lycee)" -y secrets/head.lycee \
        "$(who g.kerbrat)"
    say "She activates. From then on no school resets her account."
    choose 0 g.kerbrat 'Vent d ouest, 4 Voiles'
    play 53 ldappasswd -x -D "$(who head.college)" -y secrets/head.college \
        "$(who g.kerbrat)"
}

a_forgotten_password() {
    say "Zoé-Lou forgot hers. The delegate for pupils resets it: her old one" \
        "opens nothing, the new one its own replacement only."
    cp "$demo/secrets/z.exemple" "$demo/secrets/forgotten"
    letter cpe.college z.exemple
    login 49 z.exemple forgotten
    login 0 z.exemple
    choose 0 z.exemple 'Sept-phares & 1 balise'
}

lock_out() {
    local n
    say "Somebody guesses: five different wrong passwords lock the account." \
        "The right one is refused then, until the school unlocks it."
    for n in 1 2 3 4 5; do
        show_secret guess "guess-number-$n"
        login 49 z.exemple guess
    done
    login 49 z.exemple
    modify 0 head.college "dn: $(who z.exemple)
changetype: modify
delete: pwdAccountLockedTime"
    login 0 z.exemple
}

suspended() {
    say "Suspended by the help desk: only who has the right password learns it."
    modify 0 helper "dn: $(who z.exemple)
changetype: modify
replace: educonnectState
educonnectState: suspended"
    login 49 z.exemple
    login 49 z.exemple guess
    modify 0 helper "dn: $(who z.exemple)
changetype: modify
replace: educonnectState
educonnectState: active"
    login 0 z.exemple
}

play_the_day() {
    printf '\nexport LDAPURI=%s\ncd %s\n' "$LDAPURI" "$demo"
    load_the_academy
    play_the_rentree
    provision_the_college
    the_letter
    the_first_session
    what_is_not_possible
    two_schools_one_mother
    a_forgotten_password
    lock_out
    suspended
    what_accounts_open
    merged
    registered
    not_my_child
}

print_identities() {
    local name
    printf '\n'
    say "The server goes on: $LDAPURI, log $demo/log" \
        "Identities, and the files that hold their passwords (for -y):"
    for name in admin academy provisioner registrar helper ent head.college \
        cpe.college secretary.college head.lycee z.exemple g.kerbrat; do
        printf '%-50s %s\n' "$(who "$name")" "$demo/secrets/$name"
    done
    say "To go on by hand, for example:"
    printf '%s\n' "cd $demo; export LDAPURI=$LDAPURI" \
        "ldappasswd -x -e ppolicy -D $(who head.college) -y secrets/head.college $(who n.fictif)" \
        "ldapsearch -LLL -x -D $(who helper) -y secrets/helper -b $(who n.fictif) educonnectState educonnectBindStatus educonnectAllowed" \
        "$root/build/educonnectctl status -D $(who helper) -y secrets/helper n.fictif"
    printf '\nmake demo-stop ends it.\n'
}
