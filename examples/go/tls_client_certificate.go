//go:build ignore

// A payload over TLS, to a peer that wants to see a certificate of ours.
//
// Usage: go run tls_client_certificate.go HOST PORT KEYFILE CERTFILE CA_CERTS
package main

import (
	"fmt"
	"log"
	"os"
	"strconv"

	"firth.dev/firth"
)

func run(host, portText string, options *firth.TLSOptions) error {
	port, err := strconv.Atoi(portText)
	if err != nil {
		return err
	}
	stream, err := firth.CreateSSLStream(host, port, options, nil)
	if err != nil {
		return err
	}
	defer stream.Close()
	version, err := stream.TLSVersion()
	if err != nil {
		return err
	}
	cipher, err := stream.Cipher()
	if err != nil {
		return err
	}
	fmt.Println("Connected by", version, "with", cipher)
	channel, err := firth.NewChannel(stream, nil)
	if err != nil {
		return err
	}

	if err := channel.Send([]byte("Hello over TLS")); err != nil {
		return err
	}
	response, err := channel.Recv()
	if err != nil {
		return err
	}
	fmt.Printf("Response: %s\n", response)
	return channel.Finish()
}

func main() {
	log.SetFlags(0)
	if len(os.Args) != 6 {
		log.Fatal("usage: tls_client_certificate HOST PORT KEYFILE CERTFILE CA_CERTS")
	}
	options := &firth.TLSOptions{KeyFile: os.Args[3], CertFile: os.Args[4], CACerts: os.Args[5]}
	if err := run(os.Args[1], os.Args[2], options); err != nil {
		log.Fatal(err)
	}
}
