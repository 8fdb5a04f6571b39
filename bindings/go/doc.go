// Package firth carries rpyc's byte streams and frames: payloads go through a Channel,
// over a stream, to an rpyc peer or to another firth. Streams are sockets (SocketStream),
// pipes and child processes (PipeStream), tunnels through proxies and ssh
// (TunneledSocketStream), TLS, which SocketStreams speak too, and buffers over any other
// (TLSStream, BufferedStream), or any object with the methods of Stream.
//
//	stream, err := firth.ConnectSocketStream("localhost", 18861, nil)
//	channel, err := firth.NewChannel(stream, nil)
//	err = channel.Send([]byte("payload"))
//	payload, err := channel.Recv()
//	err = channel.Finish()
//
// A Channel can compress, batch and encrypt, all at once (ChannelOptions;
// NewCompressedChannel, NewBatchingChannel, NewEncryptedChannel), and any can be corked.
//
// DumpBrine and LoadBrine turn immutable values into what rpyc's messages consist of, and back.
//
// # Waiting
//
// A blocked call is a goroutine, not a thread: it waits in Go's own poller. A thread is
// what connecting costs, and Finish where a child process must end, or TLS or encryption
// has its end to send. How long is up to, whichever ends first:
//
//   - the stream's own time-out for calls that give no time (SetTimeout; for ever at
//     first);
//   - the context of a ...Context call, which then takes that time-out's place;
//   - SetDeadline, SetReadDeadline and SetWriteDeadline, as on a net.Conn: points in
//     time for all calls, those that wait already included.
//
// A time-out loses nothing. What arrived is kept for the next call; a payload that
// Send has taken is finished by the next Send or Flush and must not be sent again.
// Only ErrBusy says that it was not taken.
//
// # Goroutines
//
// One goroutine may receive while another sends; further ones take turns. Close may
// come from anywhere, any number of times, never blocks, and wakes all others.
// Nil pointers and zero values of this package's types give ErrInvalid, never a panic.
//
// # Errors
//
// Failures are *Error values; errors.Is and errors.As tell them apart (see Error).
package firth
