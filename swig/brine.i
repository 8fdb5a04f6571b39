%constant int BRINE_DEPTH_LIMIT = FIRTH_BRINE_DEPTH_LIMIT;
%constant int BRINE_DEPTH_MAX = FIRTH_BRINE_DEPTH_MAX;
%constant int BRINE_SIZE_LIMIT = FIRTH_BRINE_SIZE_LIMIT;
%constant int BRINE_ITEMS_LIMIT = FIRTH_BRINE_ITEMS_LIMIT;
%constant int BRINE_DIGITS_LIMIT = FIRTH_BRINE_DIGITS_LIMIT;

/* How the language's own values come in and out. */
%include "brine_values.i"
