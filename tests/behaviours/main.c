/* test_behaviours KIND: the suite over that kind of stream.
 * test_behaviours --kinds NAME...: whether these are all kinds there are.
 * test_behaviours --page FILE: whether the last table of that page is about these kinds. */
#include "behaviours.h"

#include <stdio.h>
#include <string.h>

static const struct CMUnitTest *const lists[] = {
    behaviours_of_bytes,      behaviours_in_time,      behaviours_at_the_end,
    behaviours_of_threads,    behaviours_of_processes, behaviours_of_channels,
    behaviours_of_collecting,
};

static int run(const kind *which)
{
    struct CMUnitTest all[128];
    size_t count = 0;
    subject = which;
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        for (const struct CMUnitTest *test = lists[i]; test->name != NULL; test++)
            all[count++] = *test;
    return _cmocka_run_group_tests(which->name, all, count, NULL, NULL);
}

static int compare(int count, char **names)
{
    char given[1024] = "";
    for (int i = 0; i < count; i++) {
        strncat(given, names[i], sizeof given - strlen(given) - 1);
        strncat(given, " ", sizeof given - strlen(given) - 1);
    }
    if (strcmp(given, names_of_kinds()) == 0)
        return 0;
    fprintf(stderr, "the kinds are: %s\nwhat is run: %s\n", names_of_kinds(), given);
    return 1;
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "--kinds") == 0)
        return compare(argc - 2, argv + 2);
    if (argc == 3 && strcmp(argv[1], "--page") == 0)
        return check_page(argv[2]);
    const kind *which = argc == 2 ? find_kind(argv[1]) : NULL;
    if (which != NULL)
        return run(which);
    fprintf(stderr, "usage: %s KIND, one of: %s\n", argv[0], names_of_kinds());
    return 2;
}
