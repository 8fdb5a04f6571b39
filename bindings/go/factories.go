package firth

// CreateSocketStream is ConnectSocketStream under the name that all languages have.
func CreateSocketStream(host string, port int, options *ConnectOptions) (*SocketStream, error) {
	return ConnectSocketStream(host, port, options)
}

// CreateSSLStream is SSLConnectSocketStream under the name that all languages have.
func CreateSSLStream(host string, port int, tls *TLSOptions,
	options *ConnectOptions) (*SocketStream, error) {
	return SSLConnectSocketStream(host, port, tls, options)
}

// CreateUnixStream is UnixConnectSocketStream under the name that all languages have,
// with the time-out ConnectTimeout.
func CreateUnixStream(path string) (*SocketStream, error) {
	return UnixConnectSocketStream(path, 0)
}
