# actions.awk - reads actions.table, and makes the rows of table.c from it:
#
#   awk -v part=rows -f actions.awk actions.table >table-rows.c
#
# functions.awk makes more of what this has read.

function fail(words) {
    print FILENAME ":" FNR ": " words >"/dev/stderr"
    has_failed = 1
    exit 1
}

# --- Reading ---

# The line without its first words.
function rest(words,    text) {
    text = $0
    for (; words > 0; words--)
        sub(/^ *[^ ]+ */, "", text)
    return text
}

function end_action(    i, words) {
    split("module answer summary", words, " ")
    for (i = 1; n > 0 && i <= 3; i++)
        if (!has(words[i], n))
            fail("the action " name[n] " says no " words[i])
    for (i = 1; i <= n_headers[n]; i++)
        if (argument[n, i] == "-" && has("function", n) && !has("more", n))
            fail("the action " name[n] " has a header among more, and no more")
}

function begin_action() {
    end_action()
    if (n > 0 && tolower($2) <= tolower(name[n]))
        fail("the action " $2 " is not in the order of the alphabet")
    name[++n] = $2
    n_headers[n] = 0
    last = ""
}

function begin_header(    key) {
    key = n SUBSEP (++n_headers[n])
    if ($4 !~ /^(text|integer|seconds|milliseconds|boolean(\([a-z]+\/[a-z]+\))?|variables)$/)
        fail("there is no kind \"" $4 "\"")
    is_required[key] = ($1 == "required")
    header[key] = $2
    argument[key] = $3
    kind[key] = $4
    sub(/\(.*/, "", kind[key])
    yes[key] = no[key] = ""
    if ($4 ~ /\(/) {
        yes[key] = no[key] = $4
        gsub(/^.*\(|\/.*$/, "", yes[key])
        gsub(/^.*\/|\)$/, "", no[key])
    }
    value[last = "header" SUBSEP key] = rest(4)
}

/^#/ || NF == 0 { next }
$1 == "action" { begin_action(); next }
/^      / { value[last] = value[last] " " rest(0); sub(/  +/, " ", value[last]); next }
$1 == "required" || $1 == "optional" { begin_header(); next }
$1 ~ /^(function|custom|module|classes|since|until|instead|answer|failure|summary|more)$/ {
    value[last = $1 SUBSEP n] = rest(1)
    if ($1 == "answer" && rest(1) !~ /^(simple|headers|twice|raw|blocks( .+)?|(list|event) .+)$/)
        fail("there is no answer \"" rest(1) "\"")
    next
}
{ fail("there is no \"" $1 "\" in a block") }

function has(what, i) { return ((what SUBSEP i) in value) }

# The first word of the answer, and the event behind it.
function answer(i,    text) {
    text = value["answer", i]
    sub(/ .*/, "", text)
    return text
}

function event(i,    text) {
    text = value["answer", i]
    return sub(/^[^ ]+ /, "", text) ? text : ""
}

# --- Writing ---

function quoted(text) {
    gsub(/\\/, "\\\\", text)
    gsub(/"/, "\\\"", text)
    return "\"" text "\""
}

function quoted_or_null(what, i) { return has(what, i) ? quoted(value[what, i]) : "NULL" }

# Text in lines of 100 columns at most, parted where there is a separator.
function wrap(text, first, further, separator,    parts, count, i, line) {
    count = split(text, parts, separator)
    line = first parts[1]
    for (i = 2; i <= count; i++)
        if (length(line separator parts[i]) + (i < count) * length(separator) > 100) {
            sub(/ $/, "", separator)
            print line separator
            line = further parts[i]
            separator = separator " "
        } else
            line = line separator parts[i]
    print line
}

function begin_file(sentence) {
    print "/* " sentence " Made from actions.table. */\n\n/* clang-format off */\n"
}

function write_rows(    i, j, key, shape) {
    begin_file("table-rows.c - the table of actions, one row each.")
    print "#include \"ami/table.h\"\n"
    for (i = 1; i <= n; i++) {
        print "static const AmiHeaderRow headers_" i "[] = {"
        for (j = 1; j <= n_headers[i]; j++) {
            key = i SUBSEP j
            printf "    {%s, AMI_HEADER_%s, %s,\n     %s},\n", quoted(header[key]), toupper(kind[key]),
                (is_required[key] ? "TRUE" : "FALSE"), quoted(value["header", key])
        }
        print "    {0},\n};\n"
    }
    print "const AmiActionRow ami_table_rows[] = {"
    for (i = 1; i <= n; i++) {
        shape = (answer(i) == "headers") ? "SIMPLE" : toupper(answer(i))
        printf "    {%s, %s, %s, %s,\n     %s, %s, %s,\n     AMI_SHAPE_%s, %s, %s, headers_%d,\n     %s},\n",
            quoted(name[i]), quoted_or_null(has("custom", i) ? "custom" : "function", i),
            quoted(value["module", i]), (has("classes", i) ? quoted(value["classes", i]) : "\"\""),
            quoted_or_null("since", i), quoted_or_null("until", i), quoted_or_null("instead", i),
            shape, (event(i) != "" ? quoted(event(i)) : "NULL"), quoted_or_null("failure", i), i,
            quoted(value["summary", i])
    }
    print "};\n\nconst guint ami_table_length = G_N_ELEMENTS(ami_table_rows);"
}

END {
    if (has_failed)
        exit 1
    end_action()
    if (part == "rows")
        write_rows()
}
