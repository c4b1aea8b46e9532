#!/bin/bash
# rooms.sh <table> <file...> - fails where a file includes a header of a room
# that the table does not let its room include, and where the table goes round.
set -u

awk -v q='"' '
function fail(text) { print text; bad = 1 }

# The folder of a file; empty when it has none.
function folder(path) { return sub(/\/[^\/]*$/, "", path) ? path : "" }

function allows(room, other, i, pattern) {
    if (room == other)
        return 1
    for (i = 1; i <= n[room]; i++) {
        pattern = may[room, i]
        if (pattern == other || (sub(/\*$/, "", pattern) &&
            index(other, pattern) == 1))
            return 1
    }
    return 0
}

function read_row(row, parts, i) {
    n_parts = split(row, parts, /[ \t:]+/)
    for (i = 2; i <= n_parts; i++) {
        if (parts[i] == "")
            continue
        may[parts[1], ++n[parts[1]]] = parts[i]
        if (parts[i] !~ /\*$/ && !(parts[i] in known))
            fail(FILENAME ": " parts[1] " names " parts[i] \
                ", which does not stand before it")
    }
    known[parts[1]]
}

FNR == 1 { file++ }
file == 1 && /^#/ { next }
file == 1 {
    row = row $0
    if (sub(/\\$/, "", row))
        next
    if (row ~ /[^ \t]/)
        read_row(row)
    row = ""
    next
}
/^[ \t]*#[ \t]*include[ \t]*"/ {
    split($0, part, q)
    room = folder(FILENAME)
    # Of the glue and the core, then of the tools.
    other = folder("overlay/" part[2])
    if (!(other in known))
        other = folder("tools/" part[2])
    if (!(room in known))
        fail(FILENAME ": " room " is no room of the table")
    else if (other in known && !allows(room, other))
        fail(FILENAME ":" FNR ": " room " may not include " part[2])
    else if (!(other in known) && part[2] !~ /\// && room in known &&
        system("test -e " room "/" part[2]) == 0)
        fail(FILENAME ":" FNR ": name the room of " part[2])
}
END { exit bad }
' "$@"
