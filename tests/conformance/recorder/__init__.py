"""Records what a real rpyc client and a real rpyc server say to each other."""
