# action-calls.awk - calls each function that is made from actions.table, for test-actions.c:
#
#   awk -v part=calls -f action-calls.awk -f functions.awk -f actions.awk actions.table

# An argument of a call for the tests: a text is "x-" and the header's name.
function sample(key, is_full) {
    if (kind[key] == "boolean")
        return is_full ? "TRUE" : "FALSE"
    if (!is_full && !is_required[key])
        return (kind[key] ~ /text|variables/) ? "NULL" : "-1"
    if (kind[key] == "variables")
        return "variables"
    return (kind[key] == "text") ? quoted("x-" header[key]) : (kind[key] == "integer") ? "7" : "1.5"
}

# The same as a text, for what is passed among further headers.
function text_sample(key) { return (kind[key] == "text") ? sample(key, 1) : quoted(sample(key, 1)) }

function call(i, is_full,    j, text, pairs) {
    text = value["function", i] "(client, "
    for (j = 1; j <= n_headers[i]; j++)
        if (argument[i, j] != "-")
            text = text sample(i SUBSEP j, is_full) ", "
        else
            pairs = pairs quoted(header[i, j]) ", " text_sample(i SUBSEP j) ", "
    if (has("more", i))
        text = text (is_full ? "(const char *const[]){" pairs "\"X-More\", \"x-X-More\", NULL}, " : "NULL, ")
    return text "error)"
}

function write_calls(    i) {
    begin_file("action-calls.c - calls each function for an action with samples.")
    print "#include \"unit/ami/action-calls.h\"\n"
    print "static const char *const variables[] = {\"A=1,2\", \"B=\", NULL};\n"
    for (i = 1; i <= n; i++)
        if (has("function", i)) {
            print "static gboolean\ncall_" i "(AmiClient *client, gboolean is_full, GError **error)\n{"
            print result(i, "    return ", "    g_autoptr(AmiReply) reply = ") "is_full"
            print "        ? " call(i, 1) "\n        : " call(i, 0) ";"
            print result(i, "", "    return reply != NULL;\n") "}\n"
        }
    print "const ActionCall action_calls[] = {"
    for (i = 1; i <= n; i++)
        if (has("function", i))
            print "    {" quoted(name[i]) ", " (has("more", i) ? "TRUE" : "FALSE") ", call_" i "},"
    print "    {0},\n};"
}

END {
    if (part == "calls" && !has_failed)
        write_calls()
}
