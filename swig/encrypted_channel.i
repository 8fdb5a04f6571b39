%constant int KEY_SIZE = FIRTH_KEY_SIZE;
%constant int SALT_MIN = FIRTH_SALT_MIN;

%rename(generate_key) firth_swig_generate_key;
%rename(key_from_passphrase) firth_swig_key_from_passphrase;

%inline %{
static firth_err firth_swig_generate_key(firth_bytes *BYTES)
{
    firth_err err = firth_bytes_create(BYTES, FIRTH_KEY_SIZE);
    return err == FIRTH_OK ? firth_generate_key(BYTES->data) : err;
}

static firth_err firth_swig_key_from_passphrase(const void *DATA, size_t LENGTH, const void *SALT,
                                                size_t SALT_LENGTH, firth_bytes *BYTES)
{
    firth_err err = firth_bytes_create(BYTES, FIRTH_KEY_SIZE);
    if (err == FIRTH_OK)
        err = firth_key_from_passphrase(DATA, LENGTH, SALT, SALT_LENGTH, BYTES->data);
    return err;
}
%}
