# demo-rentree.sh - the start of the year, from a source's files to activated
# accounts; read by scripts/demo.
# shellcheck shell=bash disable=SC2154 # variables of scripts/demo

# tool <expected status> <who> <subcommand> [words...]: educonnectctl as
# somebody.
tool() {
    local expected=$1 by=$2 subcommand=$3
    shift 3
    play "$expected" educonnectctl "$subcommand" -D "$(who "$by")" \
        -y "secrets/$by" "$@"
}

# into <file> tool ...: the answer goes to a file.
into() {
    local file=$1
    shift
    "$@" >"$demo/told" || {
        cat "$demo/told"
        fail "that should have gone otherwise"
    }
    sed -n "s,^\\$ .*,& >$file,p" "$demo/told"
    mv "$demo/answer" "$demo/$file"
}

# shown <command...>: what one would do with a file, and what it prints.
shown() {
    play 0 sh -c "$*"
}

the_files_of_the_source() {
    say "What a source exports: AAF, three schools, with what such files get" \
        "wrong, and a delta. Schools, people and codes are invented."
    play 0 educonnect-sample --seed 7 --schools 3 --people 900 --traps \
        --delta 40 --archive zip --output aaf >"$demo/told"
    grep '^\$' "$demo/told"
    shown 'ls -s aaf/*.zip aaf/delta/*'
}

the_import() {
    say "A dry run prints the LDIF that a run sends, and says what it would do."
    into plan.ldif tool 1 provisioner import --dry-run aaf/ENT2D.20260901.FICTIF.zip
    shown 'grep -c ^changetype plan.ldif; grep -A12 "^dn: uid" plan.ldif | head -13'
    say "The run. Status 1: some records are refused, the report says why."
    tool 1 provisioner import --report report.csv aaf/ENT2D.20260901.FICTIF.zip
    shown 'grep ^refused report.csv | grep -v "no pupil names" |
        sed "s/\"uid=\([^,]*\),[^\"]*\"/\1/" | cut -d, -f1-5'
    say "Once more: nothing is left to do."
    tool 1 provisioner import aaf/ENT2D.20260901.FICTIF.zip
    say "A delta: its differences only."
    tool 1 provisioner import aaf/delta
}

the_letters() {
    uai=$(sed -n 's/^created,school,[^,]*,"ou=\([^,]*\),.*/\1/p' \
        "$demo/report.csv" | head -1)
    say "School $uai gets its head, who hands letters to one class and its" \
        "guardians: the server makes the passwords."
    modify 0 provisioner "dn: ou=$uai,ou=schools,$base
changetype: modify
add: educonnectHead
educonnectHead: $(who head.college)"
    tool 0 head.college letters --school "$uai" --class '6EME A' \
        --output letters
    shown 'ls -l letters/*/'
    say "A second run makes no second password."
    tool 0 head.college letters --school "$uai" --class '6EME A' \
        --output letters
}

# The letters are read as a mail merge would: login and password of each.
the_activations() {
    local login password n=0
    say "Ten families read their letters and choose passwords of their own."
    sed -n '2,11p' "$demo"/letters/*/letters.csv | cut -d';' -f6,7 |
        tr -d '"\r' >"$demo/secrets/read"
    while IFS=';' read -r login password; do
        secret provisional "$password"
        secret new "$(random_word)"
        ldappasswd -x -D "uid=$login,$people" -y "$demo/secrets/provisional" \
            -T "$demo/secrets/new" || fail "$login could not activate"
        n=$((n + 1))
    done <"$demo/secrets/read"
    echo "    $n accounts activated"
    rm "$demo/secrets/read" "$demo/secrets/provisional" "$demo/secrets/new"
}

how_far_it_is() {
    say "How far it is: as a table, and as a chart for the staff room."
    tool 0 academy report activation --by school --language en
    tool 0 academy report activation --format svg --output activation.svg
    shown 'ls -l activation.svg; head -c 120 activation.svg; echo'
    say "Who might be one person twice, and one account on one screen."
    tool 0 academy report duplicate-guardians
    tool 0 academy status "$(sed -n 's/^created,student,[^,]*,"uid=\([^,]*\),.*/\1/p' \
        "$demo/report.csv" | head -1)"
}

play_the_rentree() {
    the_files_of_the_source
    the_import
    the_letters
    the_activations
    how_far_it_is
}
