#!/bin/bash
# doors.sh <file.c...> - fails where a file of the tools or of the samples does
# by itself what one file does for all:
#
#   print.c    prints (of the tools alone: the samples' data is their own)
#   create.c   makes files; output.c those that a user names
#   input.c    opens what is read
set -u

bad=0

# refuse <reason> <calls> <files that may> <file...>: calls and files are
# extended regular expressions.
refuse() {
    local reason=$1 calls=$2 may=$3 found file

    shift 3
    for file; do
        [[ $file =~ $may ]] && continue
        # Not names within longer ones (snprintf), not members.
        found=$(grep -nE "(^|[^A-Za-z0-9_.>])($calls)" "$file") || continue
        echo "$file: $reason"
        echo "$found"
        bad=1
    done
}

tools=()
for file; do
    [[ $file == *tools/* ]] && tools+=("$file")
done

refuse 'files are made by create.c or output.c: new, no link followed, 0600' \
    '(f(re)?open(64)? *\([^)]*"[wa]|creat(64)? *\(|mk(o)?(s)?temp[a-z0-9]* *\(|tmp(file|nam)[a-z0-9_]* *\(|popen *\(|system *\(|archive_write_open_file|O_CREAT)' \
    '^tools/ctl/create\.c$' "$@"
[ ${#tools[@]} -ne 0 ] || exit $bad
refuse 'print.c prints: it shows what a terminal would obey' \
    '(v?f?printf|v?dprintf|f?puts(_unlocked)?|f?putc(_unlocked)?|putchar|fwrite|perror|psignal|v?warnx?|v?errx?|json_dump(f|fd|_file|_callback)|ldap_perror) *\(' \
    '^tools/ctl/print\.c$' "${tools[@]}"
refuse 'print.c prints; these write a prompt, that memory is out, files of letters, a pipe' \
    'p?writev? *\(' \
    '^tools/(ctl/session|ctl/memory|password_list/hash_sort|letters/store|letters/program)\.c$' "${tools[@]}"
refuse 'input.c opens: it does not wait, takes no device; password_list/hash_sort.c, files without a name' \
    '(f?open(64)?|openat(64)?|freopen|opendir|ldif_open[a-z_]*|ldif_read_record|archive_read_open_file[a-z_]*) *\(' \
    '^tools/(ctl/create|password_list/hash_sort|ctl/input)\.c$' "${tools[@]}"
refuse 'libldap prints lines that it does not understand: ctl/ldif_in.c reads' \
    '(ldap_parse_ldif_record[a-z_]*|ldif_read_record) *\(' '^$' "${tools[@]}"
exit $bad
