%rename(version) firth_version;
const char *firth_version(void);
%rename(zlib_version) firth_zlib_version;
const char *firth_zlib_version(void);
