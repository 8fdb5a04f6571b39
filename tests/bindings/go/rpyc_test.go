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

// rpycEcho is a channel to a child that answers each payload with itself, through the
// Channel of that rpyc.
func rpycEcho(t *testing.T, version, kind string) *firth.Channel {
	t.Helper()
	peers := os.Getenv("FIRTH_PEERS")
	packages := filepath.Join(peers, "rpyc-"+version)
	if _, err := os.Stat(filepath.Join(packages, "rpyc")); err != nil {
		t.Fatal("FIRTH_PEERS must name the folder that holds rpyc-"+version+":", err)
	}
	program := filepath.Join("..", "..", "support", "peers", "echo.py")
	child := exec.Command(python(), program, kind)
	child.Env = append(os.Environ(), "PYTHONPATH="+packages, "PYTHONDONTWRITEBYTECODE=1")
	child.Stderr = os.Stderr
	said, err := child.StdoutPipe()
	must(t, err)
	must(t, child.Start())
	t.Cleanup(func() {
		child.Process.Kill()
		child.Wait()
	})
	line, err := bufio.NewReader(said).ReadString('\n')
	must(t, err)
	return channelOver(t, connectTo(t, strings.Fields(line)), nil)
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

func TestPayloadsComeBackFromRealRpyc(t *testing.T) {
	for _, version := range []string{"5.3.1", "6.0.2"} {
		for _, kind := range []string{"unix", "tcp"} {
			t.Run(version+" over "+kind, func(t *testing.T) {
				channel := rpycEcho(t, version, kind)
				for _, size := range []int{0, 1, 3000, 3001, 64000, 1 << 20, 4 << 20} {
					for _, sent := range [][]byte{text(size), random(size)} {
						must(t, channel.Send(sent))
						payload, err := channel.Recv()
						must(t, err)
						wantBytes(t, payload, sent)
					}
				}
				must(t, channel.Finish())
			})
		}
	}
}
