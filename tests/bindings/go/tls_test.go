package firth_test

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"testing"

	"firth.dev/firth"
)

func TestPayloadsGoToAServerOfGos(t *testing.T) {
	for name, version := range map[string]uint16{"TLSv1.2": tls.VersionTLS12, "TLSv1.3": tls.VersionTLS13} {
		config := goConfig(t, "server")
		config.MinVersion, config.MaxVersion = version, version
		port := goServer(t, config, func(conn *tls.Conn) { io.Copy(conn, conn) })
		stream, err := firth.CreateSSLStream("localhost", port, &firth.TLSOptions{CACerts: pem(t, "ca.crt")}, nil)
		must(t, err)
		wantTold(t, stream, name)
		must(t, stream.Handshake())
		exchangeWithEcho(t, channelOver(t, stream, nil))
		wantTold(t, stream, name) // after Close too
	}
}

// wantTold wants what was agreed upon, and the server's certificate.
func wantTold(t *testing.T, stream interface {
	TLSVersion() (string, error)
	Cipher() (string, error)
	PeerCertificate() ([]byte, error)
}, version string) {
	t.Helper()
	told, err := stream.TLSVersion()
	cipher, failed := stream.Cipher()
	if err != nil || failed != nil || told != version || cipher == "" {
		t.Fatal(told, err, cipher, failed)
	}
	der, err := stream.PeerCertificate()
	must(t, err)
	certificate, err := x509.ParseCertificate(der)
	must(t, err)
	must(t, certificate.VerifyHostname("localhost"))
}

// exchangeWithEcho has payloads come back, as exchangeWithRpyc, in both directions at once.
func exchangeWithEcho(t *testing.T, channel *firth.Channel) {
	t.Helper()
	for _, size := range []int{0, 1, 16384, 16385, 1 << 20, 4 << 20} {
		arrives(t, channel, channel, random(size))
	}
	must(t, channel.Finish())
}

func TestPayloadsComeFromAClientOfGos(t *testing.T) {
	listener, err := firth.TLSListen("127.0.0.1", 0, serving(t, "server"), nil)
	must(t, err)
	defer listener.Close()
	_, result := start(func() ([]byte, error) {
		stream, err := listener.Accept()
		if err != nil {
			return nil, err
		}
		channel, err := firth.NewChannel(stream, nil)
		if err != nil {
			return nil, err
		}
		for payload, err := []byte(nil), error(nil); err == nil; {
			if payload, err = channel.Recv(); err == nil {
				err = channel.Send(payload)
			}
			if errors.Is(err, io.EOF) {
				return nil, channel.Close()
			}
		}
		return nil, err
	})
	address := listenerAddress(listener)
	conn, err := tls.Dial("tcp", address, goConfig(t, ""))
	must(t, err)
	client, err := firth.NewChannel(&goStream{Conn: conn}, nil)
	must(t, err)
	exchangeWithEcho(t, client)
	must(t, outcomeOf(t, result).err)
}

func listenerAddress(listener *firth.Listener) string {
	return (&net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: listener.Port()}).String()
}

// goStream is a connection of Go's as a custom stream.
type goStream struct {
	net.Conn
	closed bool
}

func (g *goStream) Close() error { g.closed = true; return g.Conn.Close() }
func (g *goStream) Closed() bool { return g.closed }

func TestTLSLiesOverAnyStream(t *testing.T) {
	for name, open := range lowers() {
		open := open
		t.Run(name, func(t *testing.T) {
			near, far := open(t)
			client, server := tlsPair(t, near, far)
			one, other := channelOver(t, client, nil), channelOver(t, bufferedOver(t, server, 0), nil)
			for _, size := range []int{0, 3, 100000, 2 << 20} {
				arrives(t, one, other, random(size))
				arrives(t, other, one, random(size))
			}
			wantTold(t, client, "TLSv1.3")
			if certificate, err := server.PeerCertificate(); certificate != nil || err != nil {
				t.Fatal(certificate, err)
			}
			if client.Lower() != near {
				t.Fatal("another stream")
			}
			must(t, one.Finish())
			_, err := other.Recv()
			wantCode(t, err, firth.CodeEOF)
			if !near.Closed() {
				t.Fatal("not closed")
			}
		})
	}
}

func TestAClientShowsItsCertificate(t *testing.T) {
	config := goConfig(t, "server")
	config.ClientAuth = tls.RequireAndVerifyClientCert
	seen := make(chan string, 10)
	port := goServer(t, config, func(conn *tls.Conn) {
		if err := conn.Handshake(); err != nil {
			return
		}
		seen <- conn.ConnectionState().PeerCertificates[0].Issuer.String()
		io.Copy(conn, conn)
	})
	options := trusting(t)
	options.CertFile, options.KeyFile = pem(t, "client.crt"), pem(t, "client.key")
	stream, err := firth.SSLConnectSocketStream("127.0.0.1", port, options, nil)
	must(t, err)
	exchangeWithEcho(t, channelOver(t, stream, nil))
	if issuer := <-seen; !strings.Contains(issuer, "trustme") {
		t.Fatal(issuer)
	}
}

func TestAClientWithoutACertificateHearsTheServersAlert(t *testing.T) {
	for name, version := range map[string]uint16{"TLSv1.2": tls.VersionTLS12, "TLSv1.3": tls.VersionTLS13} {
		config := goConfig(t, "server")
		config.ClientAuth, config.MaxVersion = tls.RequireAndVerifyClientCert, version
		port := goServer(t, config, func(conn *tls.Conn) { conn.Handshake() })
		stream, err := firth.SSLConnectSocketStream("127.0.0.1", port, trusting(t), nil)
		if err == nil { // of TLS 1.3: it learns of it when it reads
			err = stream.ReadExactly(make([]byte, 1))
		}
		wantIs(t, err, firth.ErrTLS)
		if !strings.Contains(err.Error(), "certificate") {
			t.Error(name, err)
		}
	}
}

func TestAServerAsksForCertificates(t *testing.T) {
	for name, c := range map[string]struct {
		client string
		reqs   firth.CertReqs
		want   error
	}{
		"good": {"client", firth.CertUnset, nil}, "stranger": {"other_client", firth.CertRequired, firth.ErrCertificate},
		"none": {"", firth.CertRequired, firth.ErrTLS}, "optional none": {"", firth.CertOptional, nil},
		"optional stranger": {"other_client", firth.CertOptional, firth.ErrCertificate},
		"not looked at":     {"other_client", firth.CertNone, nil},
	} {
		c := c
		t.Run(name, func(t *testing.T) {
			near, far := streams(t)
			options := trusting(t)
			if c.client != "" {
				options.CertFile, options.KeyFile = pem(t, c.client+".crt"), pem(t, c.client+".key")
			}
			client, err := firth.NewTLSClientStream(near, options)
			must(t, err)
			options = serving(t, "server")
			options.CACerts, options.CertReqs = pem(t, "ca.crt"), c.reqs
			server, err := firth.NewTLSServerStream(far, options)
			must(t, err)
			_, result := start(func() ([]byte, error) { return nil, client.Handshake() })
			if err = server.Handshake(); c.want == nil {
				must(t, err)
				must(t, outcomeOf(t, result).err)
				return
			}
			wantIs(t, err, c.want)
			outcomeOf(t, result)
		})
	}
}

func TestEachRefusalSaysWhichCheckFailed(t *testing.T) {
	for name, c := range map[string]struct {
		server string
		change func(*firth.TLSOptions)
		want   error
		text   string
	}{
		"unknown issuer": {"server", func(o *firth.TLSOptions) { o.CACerts = pem(t, "other_ca.crt") },
			firth.ErrCertificate, "unknown issuer"},
		"self-signed":   {"self_signed", func(o *firth.TLSOptions) {}, firth.ErrCertificate, "self-signed"},
		"expired":       {"expired", func(o *firth.TLSOptions) {}, firth.ErrCertificate, "expired"},
		"not yet valid": {"not_yet_valid", func(o *firth.TLSOptions) {}, firth.ErrCertificate, "not yet valid"},
		"wrong host":    {"elsewhere", func(o *firth.TLSOptions) {}, firth.ErrCertificate, "localhost"},
		"version":       {"server", func(o *firth.TLSOptions) { o.SSLVersion = "TLSv1.2" }, firth.ErrTLS, "version"},
	} {
		c := c
		t.Run(name, func(t *testing.T) {
			config := goConfig(t, c.server)
			config.MinVersion = tls.VersionTLS13
			port := goServer(t, config, func(conn *tls.Conn) { conn.Handshake() })
			options := trusting(t)
			c.change(options)
			_, err := firth.SSLConnectSocketStream("127.0.0.1", port, options, nil)
			wantIs(t, err, c.want, firth.ErrTLS)
			if !strings.Contains(err.Error(), c.text) {
				t.Fatal(err)
			}
		})
	}
}

func TestChecksCanBeTurnedOff(t *testing.T) {
	for name, options := range map[string]firth.TLSOptions{
		"elsewhere": {CACerts: pem(t, "ca.crt"), CheckHostname: firth.Off},
		"stranger":  {CertReqs: firth.CertNone},
	} {
		options := options
		port := goServer(t, goConfig(t, name), func(conn *tls.Conn) { io.Copy(conn, conn) })
		stream, err := firth.SSLConnectSocketStream("127.0.0.1", port, &options, nil)
		must(t, err)
		must(t, stream.Close())
	}
}

// certified is a server's certificate with some key.
func certified(t *testing.T, key string) firth.TLSOptions {
	t.Helper()
	return firth.TLSOptions{CertFile: pem(t, "server.crt"), KeyFile: pem(t, key), CheckHostname: firth.Off}
}

func TestBadFilesAndOptionsAreRefused(t *testing.T) {
	near, _ := streams(t)
	for name, c := range map[string]struct {
		options firth.TLSOptions
		want    error
	}{
		"missing":      {firth.TLSOptions{CertFile: "/no/such/file", CheckHostname: firth.Off}, os.ErrNotExist},
		"malformed":    {firth.TLSOptions{CertFile: pem(t, "server.key"), CheckHostname: firth.Off}, firth.ErrTLS},
		"mismatched":   {certified(t, "client.key"), firth.ErrTLS},
		"encrypted":    {certified(t, "encrypted.key"), firth.ErrTLS},
		"no authority": {firth.TLSOptions{CACerts: pem(t, "server.key"), ServerName: "localhost"}, firth.ErrTLS},
		"no name":      {firth.TLSOptions{CACerts: pem(t, "ca.crt")}, firth.ErrInvalid},
		"ciphers":      {firth.TLSOptions{Ciphers: "NOTHING", ServerName: "localhost"}, firth.ErrInvalid},
		"version":      {firth.TLSOptions{SSLVersion: "TLSv1.1", ServerName: "localhost"}, firth.ErrInvalid},
		"requirement":  {firth.TLSOptions{CertReqs: 9, ServerName: "localhost"}, firth.ErrInvalid},
		"NUL":          {firth.TLSOptions{ServerName: "a\x00b"}, firth.ErrInvalid},
	} {
		c := c
		_, err := firth.NewTLSClientStream(near, &c.options)
		if !errors.Is(err, c.want) || err.Error() == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := firth.TLSListen("127.0.0.1", 0, nil, nil)
	if err == nil {
		t.Error("a server without a certificate")
	}
	client, err := firth.NewTLSClientStream(near, trusting(t)) // it is still the caller's
	must(t, err)
	wantIs(t, second(client.TLSVersion()), firth.ErrInvalid)
}

func TestAnEncryptedKeyOpensWithItsPassword(t *testing.T) {
	near, far := streams(t)
	client, err := firth.NewTLSClientStream(near, trusting(t))
	must(t, err)
	options := serving(t, "server")
	options.KeyFile, options.Password = pem(t, "encrypted.key"), "sesame"
	server, err := firth.NewTLSServerStream(far, options)
	must(t, err)
	_, result := start(func() ([]byte, error) { return nil, server.Handshake() })
	must(t, client.Handshake())
	must(t, outcomeOf(t, result).err)
}

func TestOtherStreamsDoNotSpeakTLS(t *testing.T) {
	stream, _ := streams(t)
	wantIs(t, stream.Handshake(), firth.ErrNotSupported)
	wantIs(t, second(stream.TLSVersion()), firth.ErrNotSupported)
	wantIs(t, second(stream.Cipher()), firth.ErrNotSupported)
	wantIs(t, second(stream.PeerCertificate()), firth.ErrNotSupported)
}

func TestAPeerThatSpeaksNoTLSIsTold(t *testing.T) {
	near, far := streams(t)
	client, err := firth.NewTLSClientStream(near, trusting(t))
	must(t, err)
	say(t, far, "HTTP/1.1 400 Bad Request\r\n\r\n")
	wantIs(t, client.Handshake(), firth.ErrTLS)
	wantIs(t, client.ReadExactly(make([]byte, 1)), firth.ErrTLS)
	wantIs(t, second(client.Write([]byte("x"))), firth.ErrTLS)
}
