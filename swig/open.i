%rename(open_uri) firth_open;

firth_err firth_open(firth_stream **STREAM, const char *TEXT, double TIMEOUT);
