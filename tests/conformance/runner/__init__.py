"""Drives testees through the cases and shows what came of it."""
