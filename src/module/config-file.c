/* config-file.c - reading libconfig files into a tree of settings; nothing else knows libconfig. */

#include "module/config-file.h"

#include <errno.h>
#include <libconfig.h>
#include <string.h>

typedef config_t LibconfigFile;

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(LibconfigFile, config_destroy)

static void convert_members(CapellaSettings *parent, config_setting_t *setting, const char *path);

static SettingsPlace
place_of(config_setting_t *setting, const char *path)
{
    const char *file = config_setting_source_file(setting);
    SettingsPlace place = {g_intern_string(file != NULL ? file : path),
                           config_setting_source_line(setting)};

    return place;
}

static void
convert(CapellaSettings *parent, config_setting_t *setting, const char *path)
{
    const char *name = config_setting_name(setting);
    SettingsPlace place = place_of(setting, path);

    switch (config_setting_type(setting)) {
    case CONFIG_TYPE_STRING:
        capella_settings_add_text(parent, name, place, config_setting_get_string(setting));
        break;
    case CONFIG_TYPE_INT:
        capella_settings_add_integer(parent, name, place, config_setting_get_int(setting));
        break;
    case CONFIG_TYPE_INT64:
        capella_settings_add_integer(parent, name, place, config_setting_get_int64(setting));
        break;
    case CONFIG_TYPE_FLOAT:
        capella_settings_add_number(parent, name, place, config_setting_get_float(setting));
        break;
    case CONFIG_TYPE_BOOL:
        capella_settings_add_boolean(parent, name, place, config_setting_get_bool(setting));
        break;
    case CONFIG_TYPE_GROUP:
        convert_members(capella_settings_add_group(parent, name, place), setting, path);
        break;
    default: /* CONFIG_TYPE_LIST and CONFIG_TYPE_ARRAY */
        convert_members(capella_settings_add_list(parent, name, place), setting, path);
        break;
    }
}

static void
convert_members(CapellaSettings *parent, config_setting_t *setting, const char *path)
{
    for (int i = 0; i < config_setting_length(setting); i++)
        convert(parent, config_setting_get_elem(setting, (guint) i), path);
}

static void
add_read_problem(GPtrArray *problems, config_t *config, const char *path)
{
    const char *file = config_error_file(config);

    if (config_error_type(config) == CONFIG_ERR_FILE_IO)
        g_ptr_array_add(problems, g_strdup_printf("%s: cannot be read: %s", path,
                                                  g_strerror(errno != 0 ? errno : EIO)));
    else
        g_ptr_array_add(problems,
                        g_strdup_printf("%s:%d: %s", file != NULL ? file : path,
                                        config_error_line(config), config_error_text(config)));
}

/* libconfig frees its texts as they are, and one of them may be a secret. */
static void
wipe(config_setting_t *setting)
{
    const char *text = config_setting_type(setting) == CONFIG_TYPE_STRING
                           ? config_setting_get_string(setting)
                           : NULL;

    if (text != NULL)
        explicit_bzero((char *) text, strlen(text));
    for (int i = 0; text == NULL && i < config_setting_length(setting); i++)
        wipe(config_setting_get_elem(setting, (guint) i));
}

CapellaSettings *
config_file_read(const char *path, GPtrArray *problems)
{
    g_auto(LibconfigFile) config;
    g_autofree char *folder = g_path_get_dirname(path);
    g_autoptr(CapellaSettings) settings = NULL;
    SettingsPlace top = {g_intern_string(path), 1};

    config_init(&config);
    config_set_include_dir(&config, folder);
    config_set_auto_convert(&config, CONFIG_FALSE);
    errno = 0;
    if (g_file_test(path, G_FILE_TEST_IS_DIR)) {
        g_ptr_array_add(problems, g_strdup_printf("%s: is a folder, not a file", path));
        return NULL;
    }
    if (!config_read_file(&config, path)) {
        add_read_problem(problems, &config, path);
        return NULL;
    }
    settings = capella_settings_new_group(top);
    convert_members(settings, config_root_setting(&config), path);
    wipe(config_root_setting(&config));
    return g_steal_pointer(&settings);
}

static int
compare_paths(gconstpointer left, gconstpointer right)
{
    return strcmp(*(const char *const *) left, *(const char *const *) right);
}

static GPtrArray *
list_folder(const char *folder, GPtrArray *problems)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GDir) entries = g_dir_open(folder, 0, &error);
    GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);
    const char *name;

    if (entries == NULL) {
        g_ptr_array_add(problems, g_strdup(error->message));
        return paths;
    }
    while ((name = g_dir_read_name(entries)) != NULL)
        if (g_str_has_suffix(name, ".conf") && name[0] != '.')
            g_ptr_array_add(paths, g_build_filename(folder, name, NULL));
    g_ptr_array_sort(paths, compare_paths);
    return paths;
}

void
config_folder_read(const char *folder, CapellaSettings *settings, GPtrArray *problems)
{
    g_autoptr(GPtrArray) paths = list_folder(folder, problems);

    for (guint i = 0; i < paths->len; i++) {
        g_autoptr(CapellaSettings) addition =
            config_file_read(g_ptr_array_index(paths, i), problems);

        if (addition != NULL)
            capella_settings_merge(settings, addition, problems);
    }
}

CapellaSettings *
config_file_read_all(const char *path, GPtrArray *problems)
{
    g_autoptr(CapellaSettings) settings = config_file_read(path, problems);
    g_autofree char *folder = g_path_get_dirname(path);
    const char *include;

    if (settings == NULL)
        return NULL;
    include = capella_settings_peek_text(settings, "include_folder");
    if (include != NULL) {
        g_autofree char *absolute = g_canonicalize_filename(include, folder);

        config_folder_read(absolute, settings, problems);
    }
    return g_steal_pointer(&settings);
}
