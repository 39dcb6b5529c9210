#!/usr/bin/env bash
# Counts the instructions and allocations of every job in instructions.rs with callgrind, and updates the table in instructions.md.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

valgrind=$(command -v valgrind) || { echo "please install: valgrind" >&2; exit 1; }
scratch=$(mktemp -d)
trap 'rm -r "$scratch"' EXIT

program=$(cargo bench --bench instructions --no-run --message-format=json-render-diagnostics |
    sed -n '/"kind":\["bench"\]/ s/.*"executable":"\([^"]*\)".*/\1/p')

# Runs a job a number of times. Prints its instructions, those in SHA-256, and its allocations. The environment is empty, because its
# length would move the stack.
count() {
    env -i "$valgrind" --tool=callgrind --compress-strings=no --compress-pos=no --callgrind-out-file="$scratch/counts" \
        "$program" do "$1" "$2" 2>"$scratch/log" || { cat "$scratch/log" >&2; exit 1; }
    awk '
        /^fn=/ { hashes = /^fn=sha2::/ }
        /^cfn=/ { allocates = /^cfn=(malloc|calloc|realloc|aligned_alloc|posix_memalign)$/ }
        # The line after a call has the cost of the callee.
        /^calls=/ { called = 1; if (allocates) { split($1, calls, "="); allocations += calls[2] } }
        /^[0-9]/ { if (hashes && !called) sha256 += $2; called = 0 }
        /^totals:/ { instructions = $2 }
        END { printf "%d %d %d\n", instructions, sha256, allocations }' "$scratch/counts"
}

{
    echo "| job | unit | instructions per unit | of which SHA-256 | allocations per unit |"
    echo "|---|---|--:|--:|--:|"
    "$program" list | while IFS=$'\t' read -r name rounds units unit about; do
        # Both runs include the one-time costs, so that these cancel out.
        few=$(count "$name" "$rounds")
        many=$(count "$name" $((3 * rounds)))
        echo "$few $many" |
            awk -v units=$((2 * rounds * units)) -v unit="$unit" -v about="$about" '
                function grouped(n) { return n < 1000 ? n : grouped(int(n / 1000)) sprintf(",%03d", n % 1000) }
                function each(n) { return grouped(int(n / units + 0.5)) }
                {
                    allocations = sprintf("%.2f", ($6 - $3) / units)
                    sub(/\.00$/, "", allocations)
                    printf "| %s | %s | %s | %s | %s |\n", about, unit, each($4 - $1), each($5 - $2), allocations
                }'
    done
    echo
    echo "$(rustc --version | cut -d ' ' -f 1,2), $("$valgrind" --version), glibc $(getconf GNU_LIBC_VERSION | cut -d ' ' -f 2), $(uname -m)."
} | tee "$scratch/table"

# Replaces the lines between the two marks.
awk -v table="$scratch/table" '
    /^<!-- end of the table -->$/ { inside = 0 }
    !inside
    /^<!-- table -->$/ { inside = 1; while ((getline line < table) > 0) print line }' instructions.md >"$scratch/md"
cp "$scratch/md" instructions.md
