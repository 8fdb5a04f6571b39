/* The language's values as brine: bindings/lua/support/brine_*.c, which walk them without
 * a call of SWIG's for each. */
