"""Makes vectors.json: frames that must be read, may be read, must be refused."""
