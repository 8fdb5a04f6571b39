"""TLS over any stream."""

from . import _firth, _tls
from ._streams import Stream, taken


class TLSStream(Stream):
    """TLS over any stream, made by client or server; it keeps the stream alive and closes
    it with itself. Nothing is sent before handshake, or the first call that reads, writes
    or polls. One thread may read while another writes.

    Options, all files in PEM, are None if they are left out:

    keyfile: the private key; left out, it is in certfile. password: of an encrypted key.
    certfile: the own certificate, then those above it.
    ca_certs: who is trusted, instead of the system's store.
    cert_reqs: CERT_REQUIRED, CERT_OPTIONAL or CERT_NONE, or Python's ssl.CERT_...; left
    out, a client requires a certificate, and a server that has ca_certs.
    server_name (or server_hostname): a client's, whom the certificate must name.
    check_hostname: False does not look at that name.
    ssl_version: "TLSv1.2" or "TLSv1.3" and no other, or Python's ssl.PROTOCOL_...; left
    out, TLS 1.2 at least.
    ciphers: of TLS 1.2, in OpenSSL's words.
    """

    @classmethod
    def client(cls, lower, **options):
        """The client's end. FileNotFoundError, SystemCallError, TLSError: of the files.
        ValueError: options that contradict each other. TypeError: unknown ones."""
        return cls._over(lower, _firth.tls_stream_client, options)

    @classmethod
    def server(cls, lower, **options):
        """The server's end; certfile must be there. Errors as client."""
        return cls._over(lower, _firth.tls_stream_server, options)

    @classmethod
    def _over(cls, lower, create, options):
        below = taken(lower)
        made = cls(create(below, *_tls.options(**options)))
        made._lead_to(below)
        return made
