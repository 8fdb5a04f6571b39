/* The kinds and their differences as docs/streams.md has them. */
#include "behaviours.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEAD                                                                \
    "| kind | limits of time | descriptor | wake | after fork | finish |\n" \
    "| --- | --- | --- | --- | --- | --- |\n"

static const char *descriptor_of(unsigned differences)
{
    if ((differences & NO_DESCRIPTOR) != 0)
        return "none";
    return (differences & READS_AHEAD) != 0 ? "of what lies below" : "tells";
}

static const char *finish_of(unsigned differences)
{
    if ((differences & HAS_CHILD) != 0)
        return "waits for the child";
    if ((differences & COLLECTS) != 0)
        return "flushes, finishes what lies below";
    return (differences & TAKES_AHEAD) != 0 ? "sends close_notify" : "";
}

static void write_row(char row[256], const kind *one)
{
    unsigned differences = one->differences;
    const char *finish = finish_of(differences);
    snprintf(row, 256, "| `%s` | %s | %s | %s | %s |%s%s |\n", one->name,
             (differences & NO_TIME) != 0 ? "not supported" : "kept", descriptor_of(differences),
             (differences & NO_WAKE) != 0 ? "not supported" : "interrupts",
             (differences & REFUSES_FORK) != 0 ? "refused" : "may be used",
             finish[0] != '\0' ? " " : "", finish);
}

/* The whole table, to be freed. */
static char *expected_table(void)
{
    char *names = strdup(names_of_kinds()), *next = NULL;
    char *table = malloc(strlen(HEAD) + 256 * strlen(names) + 1);
    strcpy(table, HEAD);
    for (char *name = strtok_r(names, " ", &next); name != NULL;
         name = strtok_r(NULL, " ", &next)) {
        char row[256];
        write_row(row, find_kind(name));
        strcat(table, row);
    }
    free(names);
    return table;
}

int check_page(const char *path)
{
    static char page[65536];
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        perror(path);
        return 1;
    }
    page[fread(page, 1, sizeof page - 1, file)] = '\0';
    fclose(file);
    char *table = expected_table();
    size_t length = strlen(page), expected = strlen(table);
    bool good = length > expected && strcmp(page + length - expected, table) == 0;
    if (!good)
        fprintf(stderr, "%s should end so:\n%s", path, table);
    free(table);
    return good ? 0 : 1;
}
