/* Values in and out. Bytes go in as an address and a length: the functions of
 * core.go keep the memory alive and in its place (go:uintptrescapes), and C keeps
 * no address beyond the call. */
%typemap(gotype) const void *DATA, void *BUFFER "uintptr"
%typemap(gotype) size_t LENGTH, size_t CAPACITY, size_t "int64"

/* Text in: bytes that end with a NUL. */
%typemap(gotype) const char *HOST, const char *PATH, const char *TEXT, const char *OPTIONAL "*byte"
%typemap(in) const char *HOST, const char *PATH, const char *TEXT, const char *OPTIONAL %{ $1 = ($1_ltype)$input; %}
%typemap(freearg) const char *HOST, const char *PATH, const char *TEXT, const char *OPTIONAL ""

/* Text out: copied by Go from where it lies. */
%typemap(gotype) const char * "string"
%typemap(imtype) const char * "*byte"
%typemap(out) const char * %{ $result = (char *)$1; %}
%typemap(goout) const char * %{ $result = text($1) %}

%typemap(gotype) bool *READY, bool *COMPLETE "*bool"
%typemap(gotype) int *DESCRIPTOR "*int32"
%typemap(gotype) size_t *COUNT, size_t *TO_READ, size_t *TO_WRITE "*int64"

/* Structs that Go has under the same layout: values.go. */
%typemap(gotype) firth_bytes *BYTES "*Bytes"
%typemap(gotype) firth_counters *COUNTERS "*Counters"
%typemap(gotype) firth_payload *PAYLOAD "*Payload"

%rename(bytes_free) firth_bytes_free;
void firth_bytes_free(firth_bytes *BYTES);
