/* test-configuration.c - configuration files are read and changed as Asterisk means them. */

#include "ami/action-private.h"
#include "ami/configuration-private.h"
#include "server.h"

#include <string.h>

static AmiMessage *
new_message(const char *text)
{
    g_autoptr(GError) error = NULL;
    AmiMessage *message = ami_message_new(text, strlen(text), &error);

    g_assert_no_error(error);
    return message;
}

/* A file as text: one line a category, with `=` between names and values and `|` between lines. */
static char *
config_to_string(const AmiConfig *config)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 0; i < ami_config_get_length(config); i++) {
        const AmiConfigCategory *category = ami_config_get_category(config, i);

        g_string_append_printf(text, "[%s]%s", category->name, category->is_template ? "!" : "");
        if (category->templates != NULL)
            g_string_append_printf(text, "(%s)", category->templates);
        for (guint k = 0; k < category->n_lines; k++)
            g_string_append_printf(text, "|%s=%s", category->lines[k].name,
                                   category->lines[k].value);
        g_string_append_c(text, '\n');
    }
    return g_string_free(g_steal_pointer(&text), FALSE);
}

/* --- Reading --- */

typedef struct {
    const char *name;
    const char *response; /* behind `Response: Success` */
    const char *expected;
} ReadCase;

static const ReadCase read_cases[] = {
    {"usual",
     "Category-000000: general\r\n"
     "Line-000000-000000: persistentmembers=yes\r\n"
     "Category-000001: support\r\n"
     "Line-000001-000000: strategy=ringall\r\n"
     "Line-000001-000001: member=PJSIP/alice\r\n"
     "Line-000001-000002: member=PJSIP/bob\r\n",
     "[general]|persistentmembers=yes\n"
     "[support]|strategy=ringall|member=PJSIP/alice|member=PJSIP/bob\n"},
    {"category-without-lines",
     "Category-000000: a\r\nCategory-000001: b\r\nLine-000001-000000: x=1\r\nCategory-000002: "
     "c\r\n",
     "[a]\n[b]|x=1\n[c]\n"},
    {"categories-repeat",
     "Category-000000: alice\r\nLine-000000-000000: type=endpoint\r\n"
     "Category-000001: alice\r\nLine-000001-000000: type=auth\r\n",
     "[alice]|type=endpoint\n[alice]|type=auth\n"},
    {"templates",
     "Category-000000: base\r\nIsTemplate-000000: 1\r\nLine-000000-000000: a=1\r\n"
     "Category-000001: phone\r\nTemplates-000001: \"base,other\"\r\nLine-000001-000000: a=1\r\n",
     "[base]!|a=1\n[phone](\"base,other\")|a=1\n"},
    {"first-equals-sign",
     "Category-000000: a\r\n"
     "Line-000000-000000: setvar=A=1,B=2\r\n"
     "Line-000000-000001: empty=\r\n"
     "Line-000000-000002: exten=_X.,1,Set(URL=http://a:80/?b=c)\r\n"
     "Line-000000-000003: blanks=  b  \r\n",
     "[a]|setvar=A=1,B=2|empty=|exten=_X.,1,Set(URL=http://a:80/?b=c)|blanks=  b  \n"},
    {"line-named-like-a-header", "Category-000000: a\r\nLine-000000-000000: Category-000001=x\r\n",
     "[a]|Category-000001=x\n"},
    {"no-categories", "No categories found\r\n", ""},
    {"nothing", "", ""},
    {"seven-digits",
     "Category-000000: a\r\nLine-000000-1000000: x=1\r\nLine-000000-1000001: y=2\r\n",
     "[a]|x=1|y=2\n"},
};

static void
test_read(gconstpointer data)
{
    const ReadCase *expected = data;
    g_autofree char *text =
        g_strconcat("Response: Success\r\nActionID: 1\r\n", expected->response, "\r\n", NULL);
    g_autoptr(AmiMessage) message = new_message(text);
    g_autoptr(GError) error = NULL;
    g_autoptr(AmiConfig) config = ami_config_new(message, &error);
    g_autofree char *found = NULL;

    g_assert_no_error(error);
    found = config_to_string(config);
    g_assert_cmpstr(found, ==, expected->expected);
}

static const ReadCase malformed_cases[] = {
    {"line-without-category", "Line-000000-000000: a=1\r\n", "does not stand behind its category"},
    {"line-of-another-category",
     "Category-000000: a\r\nCategory-000001: b\r\nLine-000000-000000: a=1\r\n",
     "Line-000000-000000 of a configuration does not stand behind its category"},
    {"template-of-another-category", "Category-000000: a\r\nIsTemplate-000001: 1\r\n",
     "does not stand behind its category"},
    {"no-equals-sign", "Category-000000: a\r\nLine-000000-000000: text\r\n",
     "is \"text\", and has no equals sign"},
};

static void
test_malformed(gconstpointer data)
{
    const ReadCase *expected = data;
    g_autofree char *text = g_strconcat("Response: Success\r\n", expected->response, "\r\n", NULL);
    g_autoptr(AmiMessage) message = new_message(text);
    g_autoptr(GError) error = NULL;

    g_assert_null(ami_config_new(message, &error));
    g_assert_error(error, AMI_ERROR, AMI_ERROR_MALFORMED);
    g_assert_nonnull(strstr(error->message, expected->expected));
}

static void
test_look_up(void)
{
    g_autoptr(AmiMessage) message = new_message("Response: Success\r\n"
                                                "Category-000000: alice\r\n"
                                                "Line-000000-000000: type=endpoint\r\n"
                                                "Line-000000-000001: allow=ulaw\r\n"
                                                "Line-000000-000002: allow=alaw\r\n"
                                                "Category-000001: alice\r\n"
                                                "Line-000001-000000: password=x\r\n");
    g_autoptr(AmiConfig) config = ami_config_new(message, NULL);

    g_assert_cmpstr(ami_config_get(config, "Alice", "ALLOW"), ==, "ulaw");
    g_assert_null(ami_config_get(config, "alice", "password"));
    g_assert_null(ami_config_get(config, "bob", "type"));
    g_assert_null(ami_config_get_category(config, 2));
    g_assert_cmpuint(ami_config_get_category(config, 1)->n_lines, ==, 1);
}

static void
test_list_categories(void)
{
    g_autoptr(AmiMessage) some = new_message("Response: Success\r\n"
                                             "Category-000000: b\r\n"
                                             "Category-000001: a\r\n"
                                             "Category-000002: a\r\n");
    g_autoptr(AmiMessage) none = new_message("Response: Success\r\nError: no categories found\r\n");
    g_auto(GStrv) names = ami_config_dup_categories(some);
    g_auto(GStrv) no_names = ami_config_dup_categories(none);
    g_autofree char *joined = g_strjoinv(",", names);

    g_assert_cmpstr(joined, ==, "b,a,a");
    g_assert_null(no_names[0]);
}

/* --- Changing --- */

static void
test_steps(void)
{
    g_autoptr(AmiConfigUpdate) update = ami_config_update_new("a.conf", "b.conf");
    g_autoptr(AmiAction) action = NULL;
    g_autofree char *text = NULL;

    ami_config_update_add_category(update, "new", NULL);
    ami_config_update_add_category(update, "newer", "template,inherit=\"a,b\"");
    ami_config_update_insert_category(update, "before", "new", NULL);
    ami_config_update_rename_category(update, "new", "old");
    ami_config_update_remove_category(update, "gone");
    ami_config_update_set_options(update, "catfilter=\"type=auth\"");
    ami_config_update_empty_category(update, "bare");
    ami_config_update_change(update, "old", "x", "2", "1");
    ami_config_update_change(update, "old", "x", "", NULL);
    ami_config_update_append(update, "old", "member", ">PJSIP/alice");
    ami_config_update_insert(update, "old", "y", "a=b", 12);
    ami_config_update_remove(update, "old", "z", NULL);
    ami_config_update_remove(update, "old", "z", "3");
    ami_config_update_remove_line(update, "old", 0);
    ami_config_update_set_reload(update, "app_queue");
    ami_config_update_set_keeps_context(update, FALSE);
    action = ami_config_update_to_action(update);
    g_assert_true(ami_action_check(action, NULL));
    text = ami_action_to_string(action);
    g_assert_cmpstr(
        text, ==,
        "Action: UpdateConfig\nSrcFilename: a.conf\nDstFilename: b.conf\nReload: app_queue\n"
        "PreserveEffectiveContext: no\n"
        "Action-000000: NewCat\nCat-000000: new\n"
        "Action-000001: NewCat\nCat-000001: newer\nOptions-000001: template,inherit=\"a,b\"\n"
        "Action-000002: NewCat\nCat-000002: before\nMatch-000002: new\n"
        "Action-000003: RenameCat\nCat-000003: new\nValue-000003: old\n"
        "Action-000004: DelCat\nCat-000004: gone\nOptions-000004: catfilter=\"type=auth\"\n"
        "Action-000005: EmptyCat\nCat-000005: bare\n"
        "Action-000006: Update\nCat-000006: old\nVar-000006: x\nValue-000006: 2\nMatch-000006: 1\n"
        "Action-000007: Update\nCat-000007: old\nVar-000007: x\nValue-000007: \n"
        "Action-000008: Append\nCat-000008: old\nVar-000008: member\nValue-000008: >PJSIP/alice\n"
        "Action-000009: Insert\nCat-000009: old\nVar-000009: y\nValue-000009: a=b\n"
        "Line-000009: 12\n"
        "Action-000010: Delete\nCat-000010: old\nVar-000010: z\n"
        "Action-000011: Delete\nCat-000011: old\nVar-000011: z\nMatch-000011: 3\n"
        "Action-000012: Delete\nCat-000012: old\nLine-000012: 0\n");
}

static void
assert_refused(const AmiConfigUpdate *update, const char *part)
{
    g_autoptr(AmiAction) action = ami_config_update_to_action(update);
    g_autoptr(GError) error = NULL;

    g_assert_false(ami_action_check(action, &error));
    g_assert_error(error, AMI_ERROR, AMI_ERROR_INVALID_ARGUMENT);
    g_assert_nonnull(strstr(error->message, part));
}

/* 4 headers for the action, its id and both files; 31 steps of 4. */
static void
test_most_steps(void)
{
    g_autoptr(AmiConfigUpdate) update = ami_config_update_new("a.conf", "a.conf");
    g_autoptr(AmiAction) action = NULL;

    for (guint i = 0; i < 31; i++)
        ami_config_update_append(update, "a", "x", "1");
    action = ami_config_update_to_action(update);
    g_assert_true(ami_action_check(action, NULL));
    ami_config_update_set_reload(update, "yes");
    assert_refused(update, "only 30 of the 31 steps fit into the 128 headers");
    ami_config_update_set_reload(update, NULL);
    ami_config_update_append(update, "a", "x", "1");
    assert_refused(update, "only 31 of the 32 steps fit into the 128 headers");
}

static void
test_line_ends(void)
{
    g_autoptr(AmiConfigUpdate) update = ami_config_update_new("a.conf", "a.conf");

    ami_config_update_append(update, "a", "x", "1\r\nAction-000001: DelCat");
    assert_refused(update, "the value of Value-000000 has a line end in it");
}

/* --- With a server --- */

static void
test_get(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(AmiConfig) config = NULL;
    g_auto(GStrv) names = NULL;
    Server server;

    server_begin(&server,
                 "error GetConfig \"Config file not found\"\n"
                 "answer GetConfig Filename=queues.conf Category=support Filter=a=b\n"
                 "Response: Success\nCategory-000000: support\n"
                 "Line-000000-000000: strategy=ringall\nend\n"
                 "answer GetConfig Filename=broken.conf\nResponse: Success\nLine-0-0: x=1\nend\n"
                 "answer ListCategories Filename=queues.conf\nResponse: Success\n"
                 "Category-000000: general\nCategory-000001: support\nend\n");
    config = ami_get_config(server.client, "queues.conf", "support", "a=b", &error);
    g_assert_no_error(error);
    g_assert_cmpstr(ami_config_get(config, "support", "strategy"), ==, "ringall");
    names = ami_list_categories(server.client, "queues.conf", NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(g_strv_length(names), ==, 2);
    g_assert_null(ami_get_config(server.client, "none.conf", NULL, NULL, &error));
    g_assert_error(error, AMI_ERROR, AMI_ERROR_REFUSED);
    g_clear_error(&error);
    g_assert_null(ami_get_config(server.client, "broken.conf", NULL, NULL, &error));
    g_assert_error(error, AMI_ERROR, AMI_ERROR_MALFORMED);
    g_assert_nonnull(strstr(error->message, "broken.conf"));
    server_end(&server);
}

static void
test_run(void)
{
    g_autoptr(AmiConfigUpdate) update = ami_config_update_new("a.conf", "b.conf");
    g_autoptr(GError) error = NULL;
    g_autofree char *value = NULL;
    Server server;

    server_begin(&server, "answer 1st UpdateConfig\nResponse: Success\nend\n"
                          "error 2nd UpdateConfig \"Given category does not exist\"\n");
    ami_config_update_append(update, "a", "x", "1");
    g_assert_true(ami_config_update_run(update, server.client, &error));
    g_assert_no_error(error);
    value = pbx_manager_dup_header(server.manager, "UpdateConfig", "Value-000000");
    g_assert_cmpstr(value, ==, "1");
    g_assert_false(ami_config_update_run(update, server.client, &error));
    g_assert_error(error, AMI_ERROR, AMI_ERROR_REFUSED);
    g_assert_nonnull(strstr(error->message, "b.conf"));
    g_clear_error(&error);
    for (guint i = 0; i < 100; i++)
        ami_config_update_append(update, "a", "x", "1");
    g_assert_false(ami_config_update_run(update, server.client, &error));
    g_assert_error(error, AMI_ERROR, AMI_ERROR_INVALID_ARGUMENT);
    g_assert_cmpuint(pbx_manager_count_actions(server.manager, "UpdateConfig"), ==, 2);
    server_end(&server);
}

static void
add_cases(const char *folder, const ReadCase *cases, gsize n, GTestDataFunc function)
{
    for (gsize i = 0; i < n; i++) {
        g_autofree char *path =
            g_strconcat("/ami/configuration/", folder, "/", cases[i].name, NULL);

        g_test_add_data_func(path, &cases[i], function);
    }
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    add_cases("read", read_cases, G_N_ELEMENTS(read_cases), test_read);
    add_cases("malformed", malformed_cases, G_N_ELEMENTS(malformed_cases), test_malformed);
    g_test_add_func("/ami/configuration/look-up", test_look_up);
    g_test_add_func("/ami/configuration/list-categories", test_list_categories);
    g_test_add_func("/ami/configuration/steps", test_steps);
    g_test_add_func("/ami/configuration/most-steps", test_most_steps);
    g_test_add_func("/ami/configuration/line-ends", test_line_ends);
    g_test_add_func("/ami/configuration/get", test_get);
    g_test_add_func("/ami/configuration/run", test_run);
    return g_test_run();
}
