# plots.gp - the pictures of results.md, from the .dat files beside it.
#
# A block of a .dat file is a series; its first line has the series' name.

set terminal svg size 720,420 font "Liberation Sans,13" background "white"
set grid
set key outside right top
set style data linespoints
# gnuplot has eight colours of its own, and begins anew then.
set linetype 9 linecolor rgb "#8b4513"
set linetype 10 linecolor rgb "#808080"

# The number of series of a file.
blocks(file) = int(system("grep -c '^x ' ".file))

# first: colour of the first series, so that a server has the same everywhere.
draw(file, first) = sprintf("plot for [i=0:%d] '%s' index i using 1:2 \
    title columnheader(2) linetype i+%d pointtype 7 pointsize 0.6 \
    linewidth 2", blocks(file) - 1, file, first)

if (blocks("load.dat") > 0) {
    set output "load.svg"
    set title "Searches offered at a rate: p99"
    set xlabel "searches a second"; set ylabel "ms"
    set logscale y
    eval draw("load.dat", 1)
}
if (blocks("binders.dat") > 0) {
    set output "binders.svg"
    set title "200 searches a second beside binds: p99"
    set xlabel "connections that bind"; set ylabel "ms"
    set logscale y
    eval draw("binders.dat", 2)
}
unset logscale
if (blocks("binds.dat") > 0) {
    set output "binds.svg"
    set title "Binds in the storm"
    set xlabel "connections that bind"; set ylabel "binds a second"
    set yrange [0:]
    eval draw("binds.dat", 2)
}
if (blocks("size.dat") > 0) {
    set output "size.svg"
    set title "Cost of an event by size of the directory"
    set xlabel "people"; set ylabel "ms"
    set logscale x
    set yrange [0:]
    eval draw("size.dat", 1)
}
