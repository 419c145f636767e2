/* SPDX-License-Identifier: Apache-2.0 */
/* Runs a fuzz target once over the empty input and over each file named or found in the folders named, with any compiler:
 * a corpus is a regression test. Says how many inputs ran. The bytes are in a heap block of their exact size, so that a
 * sanitizer sees a read one past the end. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fail(const char *what, const char *path)
{
    fprintf(stderr, "replay: ");
    fprintf(stderr, "%s: ", what);
    perror(path);
    exit(1);
}

static void run_file(const char *path, size_t size)
{
    uint8_t *data = malloc(size > 0 ? size : 1);
    FILE *file = fopen(path, "rb");
    if (data == NULL || file == NULL || fread(data, 1, size, file) != size)
        fail("cannot read", path);
    fclose(file);
    fprintf(stderr, "%s\n", path); /* the last line names the input that broke it */
    LLVMFuzzerTestOneInput(data, size);
    free(data);
}

static size_t run_path(const char *path);

static size_t run_folder(const char *path)
{
    struct dirent **names = NULL;
    int n = scandir(path, &names, NULL, alphasort);
    if (n < 0)
        fail("cannot list", path);
    size_t ran = 0;
    for (int i = 0; i < n; i++) {
        char child[4096];
        int len = snprintf(child, sizeof child, "%s/%s", path, names[i]->d_name);
        if (len < 0 || (size_t)len >= sizeof child)
            fail("name too long", path);
        if (names[i]->d_name[0] != '.')
            ran += run_path(child);
        free(names[i]);
    }
    free(names);
    return ran;
}

static size_t run_path(const char *path)
{
    struct stat info;
    if (stat(path, &info) != 0)
        fail("cannot find", path);
    if (S_ISDIR(info.st_mode))
        return run_folder(path);
    run_file(path, (size_t)info.st_size);
    return 1;
}

int main(int argc, char **argv)
{
    uint8_t *nothing = calloc(1, 1);
    if (nothing == NULL)
        return 1;
    LLVMFuzzerTestOneInput(nothing, 0);
    free(nothing);
    size_t ran = 1;
    for (int i = 1; i < argc; i++)
        ran += run_path(argv[i]);
    printf("%zu inputs\n", ran);
    return 0;
}
