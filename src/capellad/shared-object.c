/* shared-object.c - opening a handler module's file, with errors that its author can act on.
 *
 * The file's header is looked at before dlopen() sees it, since dlopen() says "no such file" of a
 * library for another processor. The descriptor is looked at as a symbol before its first bytes
 * are read, and no other field is read until those first bytes have been found to fit. */

#include "capellad/shared-object.h"

#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <stdio.h>
#include <string.h>

#define SHARED_OBJECT_ERROR G_FILE_ERROR

static gboolean fail(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);

static gboolean
fail(GError **error, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    if (error != NULL)
        *error = g_error_new_valist(SHARED_OBJECT_ERROR, G_FILE_ERROR_FAILED, format, arguments);
    va_end(arguments);
    return FALSE;
}

static gboolean
read_header(const char *path, ElfW(Ehdr) * header, GError **error)
{
    FILE *file = fopen(path, "rbe");
    gsize count;

    if (file == NULL)
        return fail(error, "cannot be opened: %s", g_strerror(errno));
    memset(header, 0, sizeof *header);
    count = fread(header, 1, sizeof *header, file);
    fclose(file);
    if (count < sizeof *header || memcmp(header->e_ident, ELFMAG, SELFMAG) != 0)
        return fail(error, "is no shared library; build it with cc -shared -fPIC");
    return TRUE;
}

static gboolean
check_header(const char *path, GError **error)
{
    ElfW(Ehdr) header;
    ElfW(Ehdr) own;

    if (!read_header(path, &header, error))
        return FALSE;
    if (!read_header("/proc/self/exe", &own, NULL))
        return TRUE;
    if (header.e_ident[EI_CLASS] != own.e_ident[EI_CLASS] || header.e_machine != own.e_machine)
        return fail(error,
                    "is built for another processor (ELF class %d, machine %d; the daemon's are "
                    "%d and %d); rebuild it for this machine",
                    header.e_ident[EI_CLASS], header.e_machine, own.e_ident[EI_CLASS],
                    own.e_machine);
    if (header.e_type != ET_DYN)
        return fail(error, "is no shared library; build it with cc -shared -fPIC");
    return TRUE;
}

static gpointer
open_object(const char *path, GError **error)
{
    gpointer handle;
    const char *reason;
    const char *symbol;

    if (!check_header(path, error))
        return NULL;
    handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (handle != NULL)
        return handle;
    reason = dlerror();
    symbol = strstr(reason, "undefined symbol: ");
    if (symbol != NULL)
        fail(error,
             "needs \"%s\", which nothing provides; link the library that has it, or build the "
             "module against this version of libcapella",
             symbol + strlen("undefined symbol: "));
    else
        fail(error, "cannot be loaded: %s", reason);
    return NULL;
}

static gboolean
check_descriptor(const CapellaModule *descriptor, gsize size, GError **error)
{
    if (size < sizeof descriptor->abi + sizeof descriptor->size)
        return fail(error,
                    "has a symbol \"%s\" that is no descriptor; write it with "
                    "CAPELLA_MODULE()",
                    CAPELLA_MODULE_SYMBOL);
    if (descriptor->abi != CAPELLA_MODULE_ABI)
        return fail(error,
                    "was built for module interface %u, and this daemon has %d; rebuild it with "
                    "the headers of this version",
                    descriptor->abi, CAPELLA_MODULE_ABI);
    if (descriptor->size != sizeof *descriptor || size < sizeof *descriptor)
        return fail(error,
                    "has a descriptor of %u bytes, and this daemon's has %" G_GSIZE_FORMAT
                    "; rebuild it with the headers of this version",
                    descriptor->size, sizeof *descriptor);
    if (descriptor->handler_size != sizeof(CapellaHandler))
        return fail(error,
                    "has handlers of %u bytes, and this daemon's have %" G_GSIZE_FORMAT
                    "; rebuild it with the headers of this version",
                    descriptor->handler_size, sizeof(CapellaHandler));
    if (descriptor->name == NULL || descriptor->handlers == NULL ||
        descriptor->handlers[0].name == NULL)
        return fail(error, "has a descriptor without a name or without handlers");
    return TRUE;
}

static const CapellaModule *
find_descriptor(gpointer handle, GError **error)
{
    const CapellaModule *descriptor = dlsym(handle, CAPELLA_MODULE_SYMBOL);
    const ElfW(Sym) *symbol = NULL;
    Dl_info info;

    if (descriptor == NULL) {
        fail(error, "has no symbol \"%s\"; end the module with CAPELLA_MODULE()",
             CAPELLA_MODULE_SYMBOL);
        return NULL;
    }
    if (dladdr1(descriptor, &info, (gpointer *) &symbol, RTLD_DL_SYMENT) == 0 || symbol == NULL ||
        ELF64_ST_TYPE(symbol->st_info) != STT_OBJECT) {
        fail(error, "has a symbol \"%s\" that is not data; write it with CAPELLA_MODULE()",
             CAPELLA_MODULE_SYMBOL);
        return NULL;
    }
    return check_descriptor(descriptor, symbol->st_size, error) ? descriptor : NULL;
}

static gboolean
check_handlers(const CapellaModule *descriptor, GError **error)
{
    for (const CapellaHandler *handler = descriptor->handlers; handler->name != NULL; handler++)
        if (handler->run == NULL)
            return fail(error, "has a handler \"%s\" without a run function", handler->name);
    return TRUE;
}

const CapellaModule *
shared_object_open(const char *path, gpointer *handle, GError **error)
{
    const CapellaModule *descriptor;
    gpointer object = open_object(path, error);

    if (object == NULL)
        return NULL;
    descriptor = find_descriptor(object, error);
    if (descriptor == NULL || !check_handlers(descriptor, error)) {
        dlclose(object);
        return NULL;
    }
    *handle = object;
    return descriptor;
}
