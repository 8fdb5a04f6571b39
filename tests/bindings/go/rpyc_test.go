package firth_test

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"firth.dev/firth"
)

// rpycPeer is a child that runs a program of tests/support/peers with that rpyc.
func rpycPeer(t *testing.T, version, program string, arguments ...string) *exec.Cmd {
	t.Helper()
	packages := filepath.Join(os.Getenv("FIRTH_PEERS"), "rpyc-"+version)
	if _, err := os.Stat(filepath.Join(packages, "rpyc")); err != nil {
		t.Fatal("FIRTH_PEERS must name the folder that holds rpyc-"+version+":", err)
	}
	path := filepath.Join("..", "..", "support", "peers", program)
	child := exec.Command(python(), append([]string{path}, arguments...)...)
	child.Env = append(os.Environ(), "PYTHONPATH="+packages, "PYTHONDONTWRITEBYTECODE=1")
	child.Stderr = os.Stderr
	return child
}

// begin starts a child that does not outlive the test.
func begin(t *testing.T, child *exec.Cmd) {
	t.Helper()
	must(t, child.Start())
	t.Cleanup(func() {
		child.Process.Kill()
		child.Wait()
	})
}

// rpycEcho is a channel to a child that listens, and answers each payload with itself
// through the Channel of that rpyc.
func rpycEcho(t *testing.T, version, kind string) *firth.Channel {
	t.Helper()
	return channelOver(t, connectTo(t, rpycListens(t, version, kind)), nil)
}

// address is where a peer listens.
type address struct {
	host string
	port int
}

// rpycAddress is where such a child listens.
func rpycAddress(t *testing.T, version, kind string) address {
	t.Helper()
	words := rpycListens(t, version, kind)
	port, err := strconv.Atoi(words[3])
	must(t, err)
	return address{words[2], port}
}

// rpycListens is the line in which such a child tells it.
func rpycListens(t *testing.T, version, kind string) []string {
	t.Helper()
	child := rpycPeer(t, version, "echo.py", kind)
	said, err := child.StdoutPipe()
	must(t, err)
	begin(t, child)
	line, err := bufio.NewReader(said).ReadString('\n')
	must(t, err)
	return strings.Fields(line)
}

// python is the interpreter of the peers.
func python() string {
	if chosen := os.Getenv("FIRTH_PYTHON"); chosen != "" {
		return chosen
	}
	return "python3"
}

// connectTo connects where a peer says that it listens.
func connectTo(t *testing.T, words []string) *firth.SocketStream {
	t.Helper()
	var stream *firth.SocketStream
	var err error
	if words[1] == "unix" {
		stream, err = firth.UnixConnectSocketStream(words[2], 0)
	} else {
		port, _ := strconv.Atoi(words[3])
		stream, err = firth.ConnectSocketStream(words[2], port, nil)
	}
	must(t, err)
	t.Cleanup(func() { stream.Close() })
	return stream
}

// exchangeWithRpyc has payloads of all kinds come back.
func exchangeWithRpyc(t *testing.T, channel *firth.Channel) {
	t.Helper()
	for _, size := range []int{0, 1, 3000, 3001, 64000, 1 << 20, 4 << 20} {
		for _, sent := range [][]byte{text(size), random(size)} {
			must(t, channel.Send(sent))
			wantReceived(t, channel, sent)
		}
	}
	must(t, channel.Finish())
}

func TestPayloadsComeBackFromAnRpycThatListens(t *testing.T) {
	for _, version := range []string{"5.3.1", "6.0.2"} {
		for _, kind := range []string{"unix", "tcp"} {
			t.Run(version+" over "+kind, func(t *testing.T) {
				exchangeWithRpyc(t, rpycEcho(t, version, kind))
			})
		}
	}
}

func TestPayloadsComeBackFromAnRpycThatConnects(t *testing.T) {
	for _, version := range []string{"5.3.1", "6.0.2"} {
		t.Run(version, func(t *testing.T) {
			listener := listen(t)
			child := rpycPeer(t, version, "dial.py", "tcp", "127.0.0.1", strconv.Itoa(listener.Port()))
			must(t, child.Start())
			stream, err := listener.AcceptContext(within(t, long))
			must(t, err)
			exchangeWithRpyc(t, channelOver(t, stream, nil))
			must(t, child.Wait())
		})
	}
}
