# plan.awk - compares what the directory shall hold with what it holds, and
# prints the LDIF that makes the difference (RFC 2849).
#
#   awk -v summary=FILE -f plan.awk wanted existing.ldif
#
# wanted has lines of three fields between tabs:
#   entry  <where it comes from>  <DN>   begins an entry, or goes on with it
#   once   <attribute> <value>   given when the entry has no value of it
#   value  <attribute> <value>   replaces other values
#   same   <attribute> <value>   given when there is none; another one is an
#                                error: it is somebody else
#   member <attribute> <value>   added to other values
#   exact  <attribute> <value>   all such lines together are the whole set
# existing.ldif is what ldapsearch -LLL -o ldif-wrap=no printed. Errors are
# named on stderr, and the exit status is then 1. summary receives the numbers
# of entries added, changed, and left alone. Runs under LC_ALL=C.

BEGIN {
    FS = "\t"
    for (i = 1; i < 256; i++) code[sprintf("%c", i)] = i
    digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
}

FNR == NR && $1 == "entry" {
    dn = folded($3)
    if (!(dn in shown)) {
        order[++entries] = dn
        shown[dn] = $3
        where[dn] = $2
    }
    next
}
FNR == NR {
    n = ++wishes[dn]
    verb[dn, n] = $1
    attribute[dn, n] = $2
    wish[dn, n] = $3
    next
}
{ read_ldif($0) }

END {
    for (i = 1; i <= entries; i++) plan(order[i])
    printf "%d %d %d\n", added, changed, entries - added - changed >summary
    exit errors != 0
}

# ---- the directory as it is ----

function read_ldif(text,    colon, name, value) {
    colon = index(text, ":")
    if (colon == 0 || substr(text, 1, 1) == "#") return
    name = tolower(substr(text, 1, colon - 1))
    value = substr(text, colon + 1)
    if (substr(value, 1, 1) == ":") value = decoded(substr(value, 2))
    sub(/^ +/, "", value)
    if (name == "dn") {
        here = folded(value)
        exists[here] = 1
        return
    }
    if (name == "uid" || name == "educonnectine")
        holder[name, tolower(value)] = here
    held[here, name, folded(value)] = 1
    if (!((here, name) in count)) count[here, name] = 0
    # The same entry may have been found by several searches.
    if (!((here, name, "=" value) in listed)) {
        listed[here, name, "=" value] = 1
        values[here, name, ++count[here, name]] = value
        exactly[here, name, value] = 1
    }
}

# DNs and other words as slapd compares them: case, spaces around separators.
function folded(text) {
    gsub(/ *, */, ",", text)
    gsub(/ *= */, "=", text)
    return tolower(text)
}

function decoded(text,    i, bits, n, out) {
    gsub(/[ =]/, "", text)
    for (i = 1; i <= length(text); i++) {
        bits = bits * 64 + index(digits, substr(text, i, 1)) - 1
        n += 6
        if (n >= 8) {
            n -= 8
            out = out sprintf("%c", int(bits / 2 ^ n))
            bits %= 2 ^ n
        }
    }
    return out
}

# ---- the difference ----

function plan(dn) {
    mods = ""
    taken(dn, "uid")
    taken(dn, "educonnectine")
    if (dn in exists) {
        change(dn)
        if (mods == "") return
        changed++
        print line("dn", shown[dn]) "\nchangetype: modify\n" mods
    } else {
        create(dn)
        added++
        print line("dn", shown[dn]) "\nchangetype: add\n" mods
    }
}

# Nobody else may have this login or this number.
function taken(dn, name,    n, value) {
    for (n = 1; n <= wishes[dn]; n++) {
        value = tolower(wish[dn, n])
        if (tolower(attribute[dn, n]) == name && (name, value) in holder &&
            holder[name, value] != dn)
            bad(dn, attribute[dn, n] " already belongs to " \
                holder[name, value])
    }
}

# Values of one attribute stand together, as clients want them.
function create(dn,    n, i, name) {
    for (n = 1; n <= wishes[dn]; n++) {
        name = attribute[dn, n]
        if ((dn, name) in done) continue
        done[dn, name] = 1
        for (i = n; i <= wishes[dn]; i++) {
            if (attribute[dn, i] != name || (dn, name, wish[dn, i]) in given)
                continue
            given[dn, name, wish[dn, i]] = 1
            mods = mods line(name, wish[dn, i]) "\n"
        }
    }
}

function change(dn,    n, name) {
    for (n = 1; n <= wishes[dn]; n++) {
        name = tolower(attribute[dn, n])
        if (verb[dn, n] == "exact") set(dn, n, name)
        else if (verb[dn, n] == "member") {
            if (!((dn, name, folded(wish[dn, n])) in held))
                modify("add", dn, n)
            held[dn, name, folded(wish[dn, n])] = 1
        } else if (verb[dn, n] == "value") {
            if (!((dn, name, wish[dn, n]) in exactly))
                modify("replace", dn, n)
        } else if (!count[dn, name]) {
            modify("add", dn, n)
        } else if (verb[dn, n] == "same" &&
            !((dn, name, folded(wish[dn, n])) in held)) {
            bad(dn, shown[dn] " has another " attribute[dn, n])
        }
    }
}

# The whole set of an attribute; done once for each attribute. A guardian who
# said "not my child" is not linked again.
function set(dn, n, name,    i, key, wanted, to_add, to_delete) {
    if ((dn, name) in done) return
    done[dn, name] = 1
    for (i = n; i <= wishes[dn]; i++) {
        if (verb[dn, i] != "exact" || tolower(attribute[dn, i]) != name)
            continue
        key = folded(wish[dn, i])
        if (name == "educonnectguardian" &&
            (dn, "educonnectcontestedguardian", key) in held) continue
        wanted[key] = 1
        if (!((dn, name, key) in held))
            to_add = to_add line(attribute[dn, i], wish[dn, i]) "\n"
    }
    for (i = 1; i <= count[dn, name]; i++) {
        key = values[dn, name, i]
        if (!(folded(key) in wanted))
            to_delete = to_delete line(attribute[dn, n], key) "\n"
    }
    if (to_delete != "")
        mods = mods "delete: " attribute[dn, n] "\n" to_delete "-\n"
    if (to_add != "")
        mods = mods "add: " attribute[dn, n] "\n" to_add "-\n"
}

function modify(how, dn, n) {
    mods = mods how ": " attribute[dn, n] "\n" \
        line(attribute[dn, n], wish[dn, n]) "\n-\n"
}

function bad(dn, why) {
    print where[dn] ": " why > "/dev/stderr"
    errors++
}

# ---- RFC 2849 ----

# One attrval-spec; what is no SAFE-STRING in base64.
function line(name, value) {
    if (value ~ /^[ :<]/ || value ~ / $/ || value ~ /[^\040-\176]/)
        return name ":: " encoded(value)
    return name ": " value
}

function encoded(text,    i, n, bits, out) {
    for (i = 1; i <= length(text); i += 3) {
        n = length(text) - i + 1
        bits = code[substr(text, i, 1)] * 65536
        if (n > 1) bits += code[substr(text, i + 1, 1)] * 256
        if (n > 2) bits += code[substr(text, i + 2, 1)]
        out = out digit(bits / 262144) digit(bits / 4096) \
            (n > 1 ? digit(bits / 64) : "=") (n > 2 ? digit(bits) : "=")
    }
    return out
}
function digit(bits) {
    return substr(digits, int(bits) % 64 + 1, 1)
}
