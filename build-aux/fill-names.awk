# fill-names.awk - gives paragraphs of a .po that are nothing but a name, in small
# letters or an option, that name as their translation; from stdin to stdout.
#
# Titles of lists and of subsections only: "B<adopt>", "B<-n>, B<--dry-run>".

function flush_entry(    i) {
    plain = id
    gsub(/[BI]</, "", plain)
    gsub(/>/, "", plain)
    named = title && str == "\"\"" && plain ~ /^"[a-z-][A-Za-z0-9, -]*"$/ && \
        (plain !~ / / || plain ~ /^"-/) && !fuzzy && plain !~ /[A-Z][A-Z]/
    for (i = 1; i <= n; i++)
        print (named && lines[i] == "msgstr \"\"") ? "msgstr " id : lines[i]
    n = title = fuzzy = 0
    id = str = ""
}

/^#[.] type: (TP|SS)$/ { title = 1 }
/^#,.*fuzzy/ { fuzzy = 1 }
/^msgid "/ { id = substr($0, 7) }
/^msgstr "/ { str = substr($0, 8) }
{ lines[++n] = $0 }
/^$/ { flush_entry() }
END { flush_entry() }
