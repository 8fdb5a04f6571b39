/* Every allocation of Lua fails in turn while memory.lua works: nothing may leak, and
 * no lock may stay held. Usage: memory memory.lua, with the tcache of malloc off. */
#include <dirent.h>
#include <lauxlib.h>
#include <lualib.h>
#include <malloc.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

static bool armed;
static long until_failure;
static long failures;

/* From the chosen allocation on all fail, as an emergency collection tries again. */
static void *allocate(void *context, void *block, size_t old_size, size_t size)
{
    (void)context;
    if (size == 0) {
        free(block);
        return NULL;
    }
    bool grows = block == NULL || size > old_size;
    if (armed && grows && until_failure-- <= 0) {
        failures++;
        return NULL;
    }
    return realloc(block, size);
}

static int arm(lua_State *L)
{
    (void)L;
    armed = true;
    return 0;
}

static long descriptors(void)
{
    long count = 0;
    DIR *folder = opendir("/proc/self/fd");
    while (folder != NULL && readdir(folder) != NULL)
        count++;
    if (folder != NULL)
        closedir(folder);
    return count;
}

static size_t allocated(void)
{
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

static lua_State *new_state(const char *script)
{
    lua_State *L = lua_newstate(allocate, NULL);
    luaL_openlibs(L);
    lua_pushcfunction(L, arm);
    lua_setglobal(L, "arm");
    if (luaL_dofile(L, script) != LUA_OK) {
        fprintf(stderr, "%s\n", lua_tostring(L, -1));
        exit(1);
    }
    return L;
}

/* Calls `work` while memory runs out, then `verify` with all the memory it wants. */
static bool run(lua_State *L, long allocations)
{
    until_failure = allocations;
    lua_getglobal(L, "work");
    int status = lua_pcall(L, 0, 0, 0);
    armed = false;
    if (status != LUA_OK && status != LUA_ERRMEM) {
        fprintf(stderr, "after %ld allocations: %s\n", allocations, lua_tostring(L, -1));
        return false;
    }
    lua_getglobal(L, "verify");
    if (lua_pcall(L, 0, 0, 0) == LUA_OK)
        return true;
    fprintf(stderr, "after %ld allocations, then: %s\n", allocations, lua_tostring(L, -1));
    return false;
}

static bool run_alone(const char *script, long allocations)
{
    lua_State *L = new_state(script);
    bool well = run(L, allocations);
    lua_close(L);
    return well;
}

int main(int argc, char **argv)
{
    const char *script = argc == 2 ? argv[1] : "";
    lua_State *keeps_modules_loaded = new_state(script);
    if (!run_alone(script, 1L << 40) || !run_alone(script, 1L << 40))
        return 1;
    long allocations = 0;
    do {
        long open = descriptors();
        size_t before = allocated();
        failures = 0;
        if (!run_alone(script, allocations))
            return 1;
        if (descriptors() != open || allocated() != before) {
            fprintf(stderr, "after %ld allocations: %ld descriptors, were %ld; %zu bytes, %zu\n",
                    allocations, descriptors(), open, allocated(), before);
            return 1;
        }
        allocations++;
    } while (failures != 0);
    printf("%ld allocations failed in turn\n", allocations - 1);
    lua_close(keeps_modules_loaded);
    return allocations > 20 ? 0 : 1;
}
