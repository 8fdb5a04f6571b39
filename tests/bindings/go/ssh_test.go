package firth_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"

	"firth.dev/firth"
)

// through is how to log in at a real sshd.
func (f facts) through() *firth.SSHOptions {
	return &firth.SSHOptions{Port: f.Port, User: f.User, IdentityFile: f.IdentityFile,
		KnownHosts: f.KnownHosts, ConfigFile: "none"}
}

func TestPayloadsGoThroughSshToRpyc(t *testing.T) {
	sshd := startTunnel(t, "sshd")
	target := rpycAddress(t, "6.0.2", "tcp")
	stream, err := firth.SSHConnectTunneledSocketStream(sshd.Host, target.host, target.port, sshd.through())
	must(t, err)
	exchangeWithRpyc(t, channelOver(t, stream, nil))

	target = rpycAddress(t, "6.0.2", "tcp")
	stream, err = firth.SSHConnectTunneledSocketStream("hop", target.host, target.port,
		&firth.SSHOptions{ConfigFile: sshd.ConfigFile})
	must(t, err)
	exchangeWithRpyc(t, channelOver(t, stream, nil))
}

func TestSshsOwnWordsReachTheUser(t *testing.T) {
	sshd := startTunnel(t, "sshd")
	for name, c := range map[string]struct {
		change func(*firth.SSHOptions)
		want   error
		text   string
	}{
		"refused key": {func(o *firth.SSHOptions) { o.IdentityFile = sshd.RefusedIdentityFile },
			firth.ErrTunnel, "Permission denied"},
		"changed host": {func(o *firth.SSHOptions) { o.KnownHosts = sshd.ChangedKnownHosts },
			firth.ErrTunnel, "Host key verification failed"},
		"unknown host": {func(o *firth.SSHOptions) { o.KnownHosts = sshd.UnknownKnownHosts },
			firth.ErrTunnel, "Host key verification failed"},
		"no program": {func(o *firth.SSHOptions) { o.Program = "firth-no-such-ssh" }, os.ErrNotExist, "firth-no-such-ssh"},
		"no key":     {func(o *firth.SSHOptions) { o.IdentityFile = "/no/such/key" }, os.ErrNotExist, "/no/such/key"},
		"NUL":        {func(o *firth.SSHOptions) { o.User = "a\x00" }, firth.ErrInvalid, "User"},
	} {
		c := c
		t.Run(name, func(t *testing.T) {
			options := sshd.through()
			c.change(options)
			_, err := firth.SSHConnectTunneledSocketStream(sshd.Host, "127.0.0.1", 1, options)
			wantIs(t, err, c.want)
			if !strings.Contains(err.Error(), c.text) {
				t.Fatal(err)
			}
		})
	}
}

func TestTheDeathOfTheTunnelEndsTheStream(t *testing.T) {
	sshd := startTunnel(t, "sshd")
	listener := listen(t)
	stream, err := firth.SSHConnectTunneledSocketStream(sshd.Host, "127.0.0.1", listener.Port(), sshd.through())
	must(t, err)
	reading := beside(t, readOne(stream))
	sshd.kill()
	wantIs(t, outcomeOf(t, reading).err, firth.ErrConnectionLost)
	if !stream.Closed() {
		t.Fatal("not closed")
	}
}

func TestASshThatTakesTooLongIsGivenUp(t *testing.T) {
	silent := listen(t)
	options := &firth.SSHOptions{Port: silent.Port(), ConfigFile: "none", Timeout: short}
	_, err := firth.SSHConnectTunneledSocketStream("127.0.0.1", "127.0.0.1", 1, options)
	wantIs(t, err, os.ErrDeadlineExceeded)
	options.Timeout = long
	ctx, cancel := context.WithCancel(context.Background())
	_, result := start(func() ([]byte, error) {
		return nil, second(firth.SSHConnectTunneledSocketStreamContext(ctx, "127.0.0.1", "127.0.0.1", 1, options))
	})
	cancel()
	if err := outcomeOf(t, result).err; !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
}
