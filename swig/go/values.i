/* Values in and out. Bytes go in as an address and a length: the functions of
 * core.go keep the memory alive and in its place (go:uintptrescapes), and C keeps
 * no address beyond the call. */
%typemap(gotype) const void *DATA, const void *KEY, const void *SALT, void *BUFFER "uintptr"
%typemap(gotype) size_t LENGTH, size_t KEY_LENGTH, size_t SALT_LENGTH, size_t CAPACITY, size_t "int64"

/* Text in: bytes that end with a NUL. */
%typemap(gotype) const char *HOST, const char *PATH, const char *TEXT, const char *OPTIONAL "*byte"
%typemap(in) const char *HOST, const char *PATH, const char *TEXT, const char *OPTIONAL %{ $1 = ($1_ltype)$input; %}
%typemap(freearg) const char *HOST, const char *PATH, const char *TEXT, const char *OPTIONAL ""

/* Text out: copied by Go from where it lies. */
%typemap(gotype) const char * "string"
%typemap(imtype) const char * "*byte"
%typemap(out) const char * %{ $result = (char *)$1; %}
%typemap(goout) const char * %{ $result = text($1) %}

%typemap(gotype) const char **STATIC_TEXT "*uintptr"

/* Lists of texts in, as CTexts of values.go lays them out: how many, room for as many
 * addresses and a NULL, and the texts. */
%{
static const char *const *firth_go_texts(uint64_t *texts)
{
    if (texts == NULL)
        return NULL;
    size_t count = (size_t)texts[0];
    const char **list = (const char **)(texts + 1);
    const char *text = (const char *)(texts + count + 2);
    for (size_t i = 0; i < count; i++, text += strlen(text) + 1)
        list[i] = text;
    return list;
}
%}
%typemap(gotype) const char *const *STRINGS "*uint64"
%typemap(in) const char *const *STRINGS
    %{ $1 = ($1_ltype)firth_go_texts((uint64_t *)$input); %}

%typemap(gotype) bool *READY, bool *COMPLETE "*bool"
%typemap(gotype) int *DESCRIPTOR "*int32"
%typemap(gotype) size_t *COUNT, size_t *TO_READ, size_t *TO_WRITE "*int64"

/* Structs that Go has under the same layout: values.go. */
%typemap(gotype) firth_bytes *BYTES "*Bytes"
%typemap(gotype) firth_counters *COUNTERS "*Counters"
%typemap(gotype) firth_payload *PAYLOAD "*Payload"

%typemap(gotype) firth_live *LIVE "*LiveCounts"

%rename(live_counts) firth_live_counts;
void firth_live_counts(firth_live *LIVE);

%rename(bytes_free) firth_bytes_free;
void firth_bytes_free(firth_bytes *BYTES);
