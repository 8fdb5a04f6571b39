%rename(version) firth_version;
const char *firth_version(void);
%rename(zlib_version) firth_zlib_version;
const char *firth_zlib_version(void);

/* The objects and the pieces of memory that there are, in this order. */
%rename(live) firth_swig_live;
%inline %{
static firth_err firth_swig_live(size_t *TO_READ, size_t *TO_WRITE)
{
    firth_live live;
    firth_live_counts(&live);
    *TO_READ = live.objects;
    *TO_WRITE = live.allocations;
    return FIRTH_OK;
}
%}
