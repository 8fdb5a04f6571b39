/* The language's values as brine. */
