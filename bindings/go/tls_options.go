package firth

import "firth.dev/firth/internal/core"

// CertReqs is what is wanted of the peer's certificate.
type CertReqs int8

const (
	// CertUnset: a client requires one; a server does with CACerts, else it wants none.
	CertUnset CertReqs = iota
	// CertNone: the peer's certificate is not looked at.
	CertNone
	// CertOptional: a server asks for one, and verifies it if it comes.
	CertOptional
	// CertRequired: without a good certificate there is no connection.
	CertRequired
)

// TLSOptions is how TLS is spoken. The zero value, and nil, mean the defaults. Files are
// in PEM.
type TLSOptions struct {
	// KeyFile holds the private key; "": it is in CertFile.
	KeyFile string
	// CertFile holds the own certificate, then those above it; "": there is none.
	CertFile string
	// Password is that of an encrypted key; nobody is ever asked for it.
	Password string
	// CACerts holds who is trusted, instead of the system's store; "": that store.
	CACerts string
	// Ciphers are those of TLS 1.2, in OpenSSL's words; "": OpenSSL's choice.
	Ciphers string
	// ServerName is whom the server's certificate must name; "": the host that was
	// connected to.
	ServerName string
	// SSLVersion is "TLSv1.2" or "TLSv1.3" and no other; "": 1.2 or newer.
	SSLVersion string
	// CertReqs is what is wanted of the peer's certificate.
	CertReqs CertReqs
	// CheckHostname: whether the certificate must name the server; Unset: a client does,
	// unless CertReqs is CertNone.
	CheckHostname Option
}

// tlsOptions is TLSOptions as C has them.
type tlsOptions struct {
	keyFile, certFile, password, caCerts, ciphers, serverName *byte
	version, certReqs, checkHostname                          int
}

func (o *TLSOptions) filled() (t tlsOptions, err error) {
	if o == nil {
		o = &TLSOptions{}
	}
	versions := map[string]int{"": core.TLS_UNSET, "TLSv1.2": core.TLS_1_2, "TLSv1.3": core.TLS_1_3}
	version, known := versions[o.SSLVersion]
	if !known {
		return t, invalid(`SSLVersion is "` + o.SSLVersion + `", expected "TLSv1.2", "TLSv1.3" or ""`)
	}
	if o.CertReqs < CertUnset || o.CertReqs > CertRequired {
		return t, invalid("CertReqs is none of CertUnset, CertNone, CertOptional, CertRequired")
	}
	if err := o.CheckHostname.check("CheckHostname"); err != nil {
		return t, err
	}
	t.version, t.certReqs, t.checkHostname = version, int(o.CertReqs)-1, o.CheckHostname.ipv6()
	return t, fillTexts([]optionalText{
		{"KeyFile", o.KeyFile, &t.keyFile}, {"CertFile", o.CertFile, &t.certFile},
		{"Password", o.Password, &t.password}, {"CACerts", o.CACerts, &t.caCerts},
		{"Ciphers", o.Ciphers, &t.ciphers}, {"ServerName", o.ServerName, &t.serverName},
	})
}
