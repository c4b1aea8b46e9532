# sizes.awk - functions over 80 lines and files over 800 are errors; so is a
# note that something is left to do.
#
# A function's body begins with { and ends with } in column 0, as clang-format
# lays it out; its name is the last line before that began in column 0.

FNR == 1 {
    file_end()
    file = FILENAME
    in_body = 0
}
{ lines = FNR }
/(TODO|FIXME)/ { report(FNR, "a note of work left to do") }
/^[A-Za-z_].*\(/ && !in_body { name = $0; sub(/\(.*/, "", name) }
/^{/ { in_body = 1; begin = FNR }
/^}/ && in_body {
    in_body = 0
    if (FNR - begin - 1 > 80)
        report(begin, name " has " (FNR - begin - 1) " lines, 80 are enough")
}
END {
    file_end()
    exit errors != 0
}

function file_end() {
    if (file != "" && lines > 800)
        report(lines, "the file has " lines " lines, 800 are enough")
}
function report(line, text) {
    print (file != "" ? file : FILENAME) ":" line ": " text
    errors++
}
