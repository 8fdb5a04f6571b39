"""Certificates for one run of tests, all in PEM files of one folder.

    PYTHONPATH=$FIRTH_PEERS/certificates python3 tests/support/certificates.py FOLDER

    ca.crt, other_ca.crt        authorities that nobody else knows
    NAME.crt, NAME.key          signed by ca: server (localhost, 127.0.0.1, ::1), expired and
                                not_yet_valid (as server), elsewhere (elsewhere.example), client;
                                signed by other_ca: stranger (as server), other_client
    self_signed.crt, .key       localhost, signed by itself
    encrypted.key               server.key under the password "sesame"
"""

import datetime
import pathlib
import sys

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

PASSWORD = b"sesame"
LOCAL = ("localhost", "127.0.0.1", "::1")
NOW = datetime.datetime.now(datetime.timezone.utc)
DAY = datetime.timedelta(days=1)


def write(folder, name, certificate):
    certificate.private_key_pem.write_to_path(folder / f"{name}.key")
    chain = b"".join(blob.bytes() for blob in certificate.cert_chain_pems)
    (folder / f"{name}.crt").write_bytes(chain)


def write_self_signed(folder):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    names = x509.SubjectAlternativeName([x509.DNSName("localhost")])
    certificate = (x509.CertificateBuilder(name, name, key.public_key(),
                                           x509.random_serial_number(), NOW - DAY, NOW + DAY)
                   .add_extension(names, critical=False).sign(key, hashes.SHA256()))
    pem = serialization.Encoding.PEM
    (folder / "self_signed.crt").write_bytes(certificate.public_bytes(pem))
    (folder / "self_signed.key").write_bytes(key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))


def write_encrypted_key(folder):
    key = serialization.load_pem_private_key((folder / "server.key").read_bytes(), None)
    (folder / "encrypted.key").write_bytes(key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(PASSWORD)))


def write_certificates(folder):
    folder = pathlib.Path(folder)
    ca, other_ca = trustme.CA(), trustme.CA()
    ca.cert_pem.write_to_path(folder / "ca.crt")
    other_ca.cert_pem.write_to_path(folder / "other_ca.crt")
    write(folder, "server", ca.issue_cert(*LOCAL))
    write(folder, "expired", ca.issue_cert(*LOCAL, not_before=NOW - 2 * DAY, not_after=NOW - DAY))
    write(folder, "not_yet_valid",
          ca.issue_cert(*LOCAL, not_before=NOW + DAY, not_after=NOW + 2 * DAY))
    write(folder, "elsewhere", ca.issue_cert("elsewhere.example"))
    write(folder, "client", ca.issue_cert("client.example"))
    write(folder, "stranger", other_ca.issue_cert(*LOCAL))
    write(folder, "other_client", other_ca.issue_cert("client.example"))
    write_self_signed(folder)
    write_encrypted_key(folder)


if __name__ == "__main__":
    write_certificates(sys.argv[1])
