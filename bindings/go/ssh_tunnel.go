package firth

import (
	"context"
	"time"

	"firth.dev/firth/internal/core"
)

// SSHTimeout is the time until ssh has reached the target, unless set otherwise.
const SSHTimeout = 10 * time.Second

// SSHOptions is how the system's ssh is used. The zero value, and nil, mean the defaults:
// "" is ssh's own choice.
type SSHOptions struct {
	// Port is ssh's on its host; 0 is ssh's choice.
	Port int
	// User is who logs in.
	User string
	// IdentityFile holds the private key, the only one that is tried.
	IdentityFile string
	// KnownHosts is the file with the only host keys that are known.
	KnownHosts string
	// ConfigFile is ssh's configuration; "none" is none.
	ConfigFile string
	// Program is what is started; "" is "ssh", looked up in PATH.
	Program string
	// Timeout is until the target is connected; 0 means SSHTimeout, negative for ever.
	Timeout time.Duration
}

// sshOptions is SSHOptions as C has them.
type sshOptions struct {
	user, identityFile, knownHosts, configFile, program *byte
}

func (o *SSHOptions) filled() (s sshOptions, err error) {
	if err := checkInts("port of ssh", o.Port); err != nil {
		return s, err
	}
	return s, fillTexts([]optionalText{
		{"User", o.User, &s.user}, {"IdentityFile", o.IdentityFile, &s.identityFile},
		{"KnownHosts", o.KnownHosts, &s.knownHosts}, {"ConfigFile", o.ConfigFile, &s.configFile},
		{"Program", o.Program, &s.program},
	})
}

// SSHConnectTunneledSocketStream starts the system's ssh, which connects to sshHost and from
// there to host. Nil options are the defaults. ssh asks nobody for a password or passphrase,
// and refuses an unknown or changed host key. ErrTunnel: ssh has ended; the error is its own
// message. os.ErrNotExist: no such program or file. Once connected, the death of ssh is
// ErrConnectionLost with its last words. Finish waits for ssh's end.
func SSHConnectTunneledSocketStream(sshHost, host string, port int,
	options *SSHOptions) (*TunneledSocketStream, error) {
	return SSHConnectTunneledSocketStreamContext(context.Background(), sshHost, host, port, options)
}

// SSHConnectTunneledSocketStreamContext is SSHConnectTunneledSocketStream for as long as the
// context lasts and the options say.
func SSHConnectTunneledSocketStreamContext(ctx context.Context, sshHost, host string, port int,
	options *SSHOptions) (*TunneledSocketStream, error) {
	var o SSHOptions
	if options != nil {
		o = *options
	}
	s, err := o.filled()
	if err != nil {
		return nil, err
	}
	if err := checkText("host name", sshHost); err != nil {
		return nil, err
	}
	if err := checkAddress(host, port); err != nil {
		return nil, err
	}
	timeout := o.Timeout
	if timeout == 0 {
		timeout = SSHTimeout
	}
	stream, err := tunneled(connect(ctx, timeout, func(timeout float64) (uintptr, error) {
		var number uintptr
		err := core.Tunneled_socket_stream_ssh_connect(&number, core.CString(sshHost), o.Port,
			core.CString(host), port, s.program, s.user, s.identityFile, s.knownHosts, s.configFile, timeout)
		return number, asError(err)
	}))
	if err == nil {
		stream.base.child = true
	}
	return stream, err
}
