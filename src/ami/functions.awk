# functions.awk - makes a function for each action from what actions.awk has read.
#
#   awk -v part=header -f functions.awk -f actions.awk actions.table actions.h.in    >actions.h
#   awk -v part=map    -f functions.awk -f actions.awk actions.table libcapella.map  >full map
#   awk -v part=source -f functions.awk -f actions.awk actions.table                 >actions.c

# What a function gives back, by how the action is answered.
BEGIN {
    returned["simple"] = "%TRUE if Asterisk answered that it is done; %FALSE"
    returned["headers"] = "(transfer full): the response, of which ami_reply_get() gives the headers; %NULL"
    returned["list"] = "(transfer full): the events, and `EVENT` as the one that completes them; %NULL"
    returned["event"] = "(transfer full): the event `EVENT` as the only item; %NULL"
    returned["twice"] = "(transfer full): the second response; %NULL"
    returned["raw"] = "(transfer full): the lines that were printed, as items, and no response; %NULL"
    returned["blocks"] = "(transfer full): the event `EVENT`, as the one that completes the reply; %NULL"
}

part == "header" && FILENAME ~ /\.in$/ {
    if ($0 == "@FUNCTIONS@")
        write_prototypes()
    else
        print
    next
}
part == "map" && FILENAME ~ /\.map$/ {
    print
    if ($1 == "global:")
        write_names()
    next
}

function type(key) {
    if (kind[key] == "text")
        return "const char *"
    if (kind[key] == "variables")
        return "const char *const *"
    return (kind[key] == "integer") ? "gint64 " : (kind[key] == "boolean") ? "gboolean " : "gdouble "
}

# The return type, or the value of a function that was called in a wrong way.
function result(i, if_simple, otherwise) { return (answer(i) == "simple") ? if_simple : otherwise }

function prototype(i, separator,    j, text) {
    text = result(i, "gboolean", "AmiReply *") separator value["function", i] "(AmiClient *client, "
    sub(/\* ami/, "*ami", text)
    for (j = 1; j <= n_headers[i]; j++)
        if (argument[i, j] != "-")
            text = text type(i SUBSEP j) argument[i, j] ", "
    return text (has("more", i) ? "const char *const *more, " : "") "GError **error)"
}

# What a doc comment says of one argument.
function write_argument(key,    text, plain) {
    text = "@" argument[key] ": "
    if (!is_required[key] && kind[key] ~ /text|variables/)
        text = text "(nullable): "
    text = text value["header", key]
    if (kind[key] == "variables")
        text = text ": `NAME=value`, %NULL at the end"
    if (kind[key] ~ /seconds/)
        text = text "; in seconds"
    if (!is_required[key] && kind[key] ~ /integer|seconds/)
        text = text (kind[key] == "integer" ? ";" : ",") " negative leaves it out"
    if (!is_required[key] && kind[key] == "boolean")
        text = text "; only %TRUE is sent"
    plain = argument[key]
    gsub(/_/, "", plain)
    if (plain != tolower(header[key]))
        text = text " (header `" header[key] "`)"
    wrap(text, " * ", " *   ", " ")
}

function history(i,    text, classes) {
    if (has("since", i))
        text = "Since Asterisk " value["since", i] ". "
    if (has("until", i))
        text = text "Went away after " value["until", i] ". "
    if (has("instead", i))
        text = text "Instead: " value["instead", i] ". "
    if (value["module", i] != "core")
        text = text "Module: " value["module", i] ". "
    classes = has("classes", i) ? value["classes", i] : "none"
    gsub(/ /, " or ", classes)
    return text "Permission: " classes "."
}

function write_documentation(i,    j, words) {
    print "/**\n * " value["function", i] ":\n * @client: a client that is logged in"
    for (j = 1; j <= n_headers[i]; j++)
        if (argument[i, j] != "-")
            write_argument(i SUBSEP j)
    if (has("more", i))
        wrap("@more: (nullable): names of headers and values in turn, %NULL at the end: " \
            value["more", i], " * ", " *   ", " ")
    print " * @error: return location for a #GError, or %NULL\n *"
    wrap(value["summary", i] " The action `" name[i] "`.", " * ", " * ", " ")
    print " *"
    wrap(history(i), " * ", " * ", " ")
    print " *"
    words = returned[answer(i)]
    sub(/EVENT/, event(i), words)
    wrap("Returns: " words " with @error set to %AMI_ERROR_REFUSED, %AMI_ERROR_PERMISSION," \
        " %AMI_ERROR_UNKNOWN_ACTION or another #AmiError, as told above", " * ", " *   ", " ")
    print " * Since: 0.2\n */"
}

function write_prototypes(    i) {
    for (i = 1; i <= n; i++)
        if (has("function", i)) {
            write_documentation(i)
            wrap(prototype(i, " ") ";", "", "    ", ", ")
            print ""
        }
}

function write_names(    i) {
    for (i = 1; i <= n; i++)
        if (has("function", i))
            print "    " value["function", i] ";"
}

# The line that adds an argument to the action.
function adding(key,    text, words) {
    if (kind[key] == "text")
        return "ami_action_add(action, " quoted(header[key]) ", " argument[key] ");"
    if (kind[key] == "variables")
        return "ami_action_add_variables(action, " argument[key] ");"
    text = "ami_action_add_" kind[key] "(action, " quoted(header[key]) ", " argument[key] ");"
    if (yes[key] != "") {
        words = argument[key] " ? " quoted(yes[key]) " : " quoted(no[key])
        text = "ami_action_add(action, " quoted(header[key]) ", " words ");"
    }
    if (is_required[key])
        return text
    return "if (" argument[key] (kind[key] == "boolean" ? "" : " >= 0") ")\n        " text
}

function write_source(    i, j) {
    begin_file("actions.c - a function for each action of the manager interface.")
    print "#include <config.h>\n\n#include \"ami/action-private.h\"\n\n#include <capella/ami/actions.h>"
    for (i = 1; i <= n; i++) {
        if (!has("function", i))
            continue
        print ""
        wrap(prototype(i, "\n"), "", "    ", ", ")
        print "{\n    AmiAction *action;"
        if (answer(i) == "simple")
            print "    g_autoptr(AmiReply) reply = NULL;"
        print "\n    g_return_val_if_fail(AMI_IS_CLIENT(client), " result(i, "FALSE", "NULL") ");\n"
        print "    action = ami_action_new(" quoted(name[i]) ");"
        for (j = 1; j <= n_headers[i]; j++)
            if (argument[i, j] != "-")
                print "    " adding(i SUBSEP j)
        if (has("more", i))
            print "    ami_action_add_pairs(action, more);"
        print "    " result(i, "reply =", "return") " ami_client_send(client, action, NULL, error);"
        print result(i, "    return reply != NULL;\n}", "}")
    }
}

END {
    if (part == "source" && !has_failed)
        write_source()
}
