/* Certificates for one run of a test, in PEM files of one folder; the same as those that
 * certificates.py makes. */
#ifndef TESTS_SUPPORT_CERTIFICATES_H
#define TESTS_SUPPORT_CERTIFICATES_H

/* Writes into the folder:
 *   ca.crt, other_ca.crt   authorities that nobody else knows
 *   NAME.crt, NAME.key     signed by ca: server (localhost, 127.0.0.1, ::1), expired and
 *                          not_yet_valid (as server), elsewhere (elsewhere.example), client;
 *                          signed by other_ca: stranger (as server), other_client
 *   self_signed.crt, .key  localhost, signed by itself
 *   encrypted.key          server.key under the password "sesame" */
void make_certificates(const char *folder);

/* The folder of this process's certificates, made when first asked for and removed when it
 * exits. */
const char *certificates(void);

/* The path of a file of it, whether it exists or not. Static; at most 32 different ones. */
const char *certificate_file(const char *name);

#endif
