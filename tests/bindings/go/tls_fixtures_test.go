package firth_test

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"firth.dev/firth"
)

var certificates struct {
	sync.Once
	folder string
	err    error
}

// pem is a file of those that tests/support/certificates.py has made for this run.
func pem(t *testing.T, name string) string {
	t.Helper()
	c := &certificates
	c.Do(func() {
		if c.folder, c.err = os.MkdirTemp("", "firth-certificates-"); c.err != nil {
			return
		}
		atEnd(func() { os.RemoveAll(c.folder) })
		child := exec.Command(python(), filepath.Join("..", "..", "support", "certificates.py"), c.folder)
		packages := filepath.Join(os.Getenv("FIRTH_PEERS"), "certificates")
		child.Env = append(os.Environ(), "PYTHONPATH="+packages, "PYTHONDONTWRITEBYTECODE=1")
		child.Stderr = os.Stderr
		c.err = child.Run()
	})
	must(t, c.err)
	return filepath.Join(c.folder, name)
}

// trusting is a client that trusts the tests' authority.
func trusting(t *testing.T) *firth.TLSOptions {
	return &firth.TLSOptions{CACerts: pem(t, "ca.crt"), ServerName: "localhost"}
}

// serving is a server with that certificate.
func serving(t *testing.T, name string) *firth.TLSOptions {
	return &firth.TLSOptions{CertFile: pem(t, name+".crt"), KeyFile: pem(t, name+".key")}
}

// goConfig is the same for crypto/tls: its own certificate, and whom it trusts.
func goConfig(t *testing.T, name string) *tls.Config {
	t.Helper()
	authorities := x509.NewCertPool()
	text, err := os.ReadFile(pem(t, "ca.crt"))
	must(t, err)
	authorities.AppendCertsFromPEM(text)
	config := &tls.Config{RootCAs: authorities, ClientCAs: authorities, ServerName: "localhost"}
	if name != "" {
		certificate, err := tls.LoadX509KeyPair(pem(t, name+".crt"), pem(t, name+".key"))
		must(t, err)
		config.Certificates = []tls.Certificate{certificate}
	}
	return config
}

// goServer is a server of crypto/tls; serve gets each connection, its hands not yet shaken.
func goServer(t *testing.T, config *tls.Config, serve func(*tls.Conn)) int {
	t.Helper()
	listener, err := tls.Listen("tcp", "127.0.0.1:0", config)
	must(t, err)
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				serve(conn.(*tls.Conn))
			}()
		}
	}()
	return listener.Addr().(*net.TCPAddr).Port
}

// tlsPair is both ends of TLS over two streams, hands not yet shaken.
func tlsPair(t *testing.T, near, far firth.Stream) (client, server *firth.TLSStream) {
	t.Helper()
	client, err := firth.NewTLSClientStream(near, trusting(t))
	must(t, err)
	server, err = firth.NewTLSServerStream(far, serving(t, "server"))
	must(t, err)
	t.Cleanup(func() { client.Close(); server.Close() })
	return client, server
}

// shaken is tlsPair, hands shaken.
func shaken(t *testing.T, near, far firth.Stream) (client, server *firth.TLSStream) {
	t.Helper()
	client, server = tlsPair(t, near, far)
	_, result := start(func() ([]byte, error) { return nil, server.Handshake() })
	must(t, client.Handshake())
	must(t, outcomeOf(t, result).err)
	return client, server
}

// lowers are what TLS can lie over.
func lowers() map[string]func(t *testing.T) (near, far firth.Stream) {
	all := map[string]func(t *testing.T) (near, far firth.Stream){}
	for name, open := range media {
		open := open
		all[name] = func(t *testing.T) (firth.Stream, firth.Stream) { return open(t) }
	}
	for name, open := range objects {
		open := open
		all[name] = func(t *testing.T) (firth.Stream, firth.Stream) { return open(t) }
	}
	return all
}
