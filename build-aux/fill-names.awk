# fill-names.awk - gives paragraphs of a .po that are nothing but a name, in small
# letters or an option, that name as their translation; from stdin to stdout.
#
# Titles of lists and of subsections only: "B<adopt>", "B<-n>, B<--dry-run>", new
# ones and those that msgmerge takes for another name (fuzzy).

function flush_entry(    i, plain, named) {
    plain = id
    gsub(/[BI]</, "", plain)
    gsub(/>/, "", plain)
    named = title && (str == "\"\"" || fuzzy) && !long && \
        plain ~ /^"[a-z-][A-Za-z0-9, -]*"$/ && \
        (plain !~ / / || plain ~ /^"-/) && plain !~ /[A-Z][A-Z]/
    for (i = 1; i <= n; i++) {
        if (named && lines[i] ~ /^#[|]/) continue
        if (named && sub(/^#, fuzzy$/, "", lines[i])) continue
        if (named) sub(/^#, fuzzy, /, "#, ", lines[i])
        print (named && lines[i] ~ /^msgstr "/) ? "msgstr " id : lines[i]
    }
    n = title = fuzzy = long = 0
    id = str = ""
}

/^#[.] type: (TP|SS)$/ { title = 1 }
/^#,.*fuzzy/ { fuzzy = 1 }
/^msgid "/ { id = substr($0, 7) }
/^msgstr "/ { str = substr($0, 8) }
/^"/ { long = 1 }
{ lines[++n] = $0 }
/^$/ { flush_entry() }
END { flush_entry() }
