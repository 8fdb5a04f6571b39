/* One side of TLS over TCP, hands shaken; the far end is the other side. */
#include "duplex.h"
#include "tls_pair.h"

duplex open_over_tls(bool server)
{
    tls_pair pair = meet_over_tls(OVER_TCP, NULL, NULL);
    firth_stream_free(pair.below[0]);
    firth_stream_free(pair.below[1]);
    return (duplex){
        .stream = server ? pair.server : pair.client,
        .peer = server ? pair.client : pair.server,
        .says = -1,
        .hears = -1,
    };
}
