"""EncryptedChannel."""


def cases(testees):
    return ()
