/* Values go over to C, and come back, as a row of records, in one call if they are few: a
 * tuple is followed by its items, and what has data has it in a row of bytes beside the
 * records. */
%{
/* Go has the kinds by number, and the layouts below: bindings/go/internal/core/brine.go. */
_Static_assert(FIRTH_BRINE_INTEGER == 4 && FIRTH_BRINE_SLICE == 12, "the kinds of brine.go");

typedef struct firth_go_value {
    uint32_t kind;   /* firth_brine_kind */
    uint32_t length; /* as firth_brine_value has it */
    uint64_t number; /* of a bool, an integer or a float (its bits), and of a complex number's
                        real part: another record follows, with the imaginary one. Of data, out
                        of Go: 1 if it lies apart; into Go: its offset in the brine */
} firth_go_value;

typedef struct firth_go_dump {
    firth_brine_limits limits;
    uintptr_t encoder; /* 0: none yet */
    uintptr_t values;  /* in: records */
    uint64_t count;    /* in: so many of them */
    uintptr_t data;    /* in: theirs, in a row */
    uintptr_t memory;  /* in: where the brine goes, if it fits */
    uint64_t capacity; /* in: bytes there */
    uint64_t length;   /* out: bytes of the brine */
} firth_go_dump;

typedef struct firth_go_load {
    firth_brine_limits limits;
    uintptr_t memory;       /* in: where records go, if they fit */
    uint64_t capacity;      /* in: records there */
    firth_go_value *larger; /* out: all records, if they did not fit; Go has them freed */
    uint64_t count;         /* out: records */
} firth_go_load;

static double firth_go_double(uint64_t bits)
{
    double number;
    memcpy(&number, &bits, sizeof number);
    return number;
}

static uint64_t firth_go_bits(double number)
{
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    return bits;
}

/* The value at *at, which moves behind it, as *data does. */
static firth_brine_value firth_go_value_at(const firth_go_value **at, const char **data,
                                           const void *apart)
{
    const firth_go_value *record = (*at)++;
    firth_brine_value value = {.kind = (firth_brine_kind)record->kind, .length = record->length};
    switch (value.kind) {
    case FIRTH_BRINE_BOOL:
        value.truth = record->number != 0;
        break;
    case FIRTH_BRINE_INTEGER:
        value.integer = (int64_t)record->number;
        break;
    case FIRTH_BRINE_COMPLEX:
        value.imaginary = firth_go_double((*at)++->number);
        value.real = firth_go_double(record->number);
        break;
    case FIRTH_BRINE_FLOAT:
        value.real = firth_go_double(record->number);
        break;
    case FIRTH_BRINE_BIG_INTEGER:
    case FIRTH_BRINE_BYTES:
    case FIRTH_BRINE_STRING:
        value.data = record->number != 0 ? apart : *data;
        *data += record->number != 0 ? 0 : record->length;
        break;
    default:
        break;
    }
    return value;
}

/* The brine into the memory for it, if it fits; else the encoder keeps it. */
static firth_err firth_go_dumped(firth_brine_encoder *encoder, firth_go_dump *dump)
{
    firth_slice brine;
    firth_err err = firth_brine_encoder_finish(encoder, &brine);
    dump->length = brine.length;
    if (err == FIRTH_OK && brine.length <= dump->capacity)
        memcpy((void *)dump->memory, brine.data, brine.length);
    return err;
}

static firth_err firth_go_next_value(firth_brine_decoder *decoder, const void *brine,
                                     firth_go_value record[2], size_t *records)
{
    firth_brine_value value;
    firth_err err = firth_brine_decoder_next(decoder, &value);
    if (err != FIRTH_OK)
        return err;
    *records = value.kind == FIRTH_BRINE_COMPLEX ? 2 : 1;
    record[0] = (firth_go_value){(uint32_t)value.kind, (uint32_t)value.length, 0};
    switch (value.kind) {
    case FIRTH_BRINE_BOOL:
        record[0].number = value.truth;
        break;
    case FIRTH_BRINE_INTEGER:
        record[0].number = (uint64_t)value.integer;
        break;
    case FIRTH_BRINE_COMPLEX:
        record[1] = (firth_go_value){0, 0, firth_go_bits(value.imaginary)};
        record[0].number = firth_go_bits(value.real);
        break;
    case FIRTH_BRINE_FLOAT:
        record[0].number = firth_go_bits(value.real);
        break;
    case FIRTH_BRINE_BIG_INTEGER:
    case FIRTH_BRINE_BYTES:
    case FIRTH_BRINE_STRING:
        record[0].number = (uint64_t)((const char *)value.data - (const char *)brine);
        break;
    default:
        break;
    }
    return FIRTH_OK;
}

/* Room for the next value's records. `length` bytes hold no more than so many of them. */
static firth_go_value *firth_go_more_records(firth_go_load *load, size_t *capacity, size_t length)
{
    firth_go_value *records = load->larger != NULL ? load->larger : (void *)load->memory;
    if (load->count + 2 <= *capacity)
        return records;
    size_t more = 2 * *capacity < length + 2 ? 2 * *capacity : length + 2;
    firth_go_value *larger = realloc(load->larger, more * sizeof *larger);
    if (larger == NULL)
        return NULL;
    if (load->larger == NULL)
        memcpy(larger, records, (size_t)load->count * sizeof *larger);
    *capacity = more;
    return load->larger = larger;
}

/* The values that a value still lacks, itself at first, are `missing`. */
static firth_err firth_go_load_all(firth_brine_decoder *decoder, const void *brine, size_t length,
                                   firth_go_load *load)
{
    size_t capacity = (size_t)load->capacity;
    for (size_t missing = 1; missing != 0; missing--) {
        firth_go_value *records = firth_go_more_records(load, &capacity, length);
        if (records == NULL)
            return firth_error_raise(FIRTH_E_NO_MEMORY, 0, "no memory for the values of brine");
        size_t count;
        firth_err err = firth_go_next_value(decoder, brine, records + load->count, &count);
        if (err != FIRTH_OK)
            return err;
        uint32_t kind = records[load->count].kind;
        if (kind == FIRTH_BRINE_TUPLE || kind == FIRTH_BRINE_FROZENSET || kind == FIRTH_BRINE_SLICE)
            missing += records[load->count].length;
        load->count += count;
    }
    return firth_brine_decoder_finish(decoder);
}
%}

%typemap(gotype) firth_go_dump *DUMP "*brineDump"
%typemap(gotype) firth_go_load *LOAD "*brineLoad"

%rename(brine_dump_add) firth_go_dump_add;
%rename(brine_dump_take) firth_go_dump_take;
%rename(brine_dump_end) firth_go_dump_end;
%rename(brine_load_all) firth_go_load_brine;
%rename(brine_load_end) firth_go_load_end;

%inline %{
/* The next records; DATA is of the one that has its data apart. After the last ones the
 * brine is in the memory for it, if it fits. */
static firth_err firth_go_dump_add(firth_go_dump *DUMP, const void *DATA, bool last)
{
    firth_brine_encoder *encoder = (firth_brine_encoder *)DUMP->encoder;
    firth_err err = FIRTH_OK;
    if (encoder == NULL)
        err = firth_brine_encoder_create(&encoder, &DUMP->limits);
    DUMP->encoder = (uintptr_t)encoder;
    const firth_go_value *at = (const firth_go_value *)DUMP->values, *end = at + DUMP->count;
    const char *data = (const char *)DUMP->data;
    while (err == FIRTH_OK && at != end)
        err = firth_brine_encoder_add(encoder, firth_go_value_at(&at, &data, DATA));
    if (err == FIRTH_OK && last)
        err = firth_go_dumped(encoder, DUMP);
    if (err == FIRTH_OK && !(last && DUMP->length <= DUMP->capacity))
        return FIRTH_OK;
    firth_brine_encoder_free(encoder);
    DUMP->encoder = 0;
    return err;
}

/* The brine that did not fit. */
static void firth_go_dump_take(firth_go_dump *DUMP, void *BUFFER, size_t CAPACITY)
{
    firth_slice brine;
    if (firth_brine_encoder_finish((firth_brine_encoder *)DUMP->encoder, &brine) == FIRTH_OK)
        memcpy(BUFFER, brine.data, brine.length < CAPACITY ? brine.length : CAPACITY);
}

static void firth_go_dump_end(firth_go_dump *DUMP)
{
    firth_brine_encoder_free((firth_brine_encoder *)DUMP->encoder);
    DUMP->encoder = 0;
}

static firth_err firth_go_load_brine(firth_go_load *LOAD, const void *DATA, size_t LENGTH)
{
    firth_brine_decoder *decoder;
    firth_err err = firth_brine_decoder_create(&decoder, &LOAD->limits);
    if (err == FIRTH_OK)
        err = firth_brine_decoder_start(decoder, DATA, LENGTH);
    if (err == FIRTH_OK)
        err = firth_go_load_all(decoder, DATA, LENGTH, LOAD);
    firth_brine_decoder_free(decoder);
    return err;
}

static void firth_go_load_end(firth_go_load *LOAD)
{
    free(LOAD->larger);
}
%}
