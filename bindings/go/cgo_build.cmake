# Writes OUTPUT: how cgo finds the headers in INCLUDE and the library in LIBRARY, and the
# hash of the headers, so that a changed header changes a Go file.
file(GLOB headers ${INCLUDE}/firth/*.h)
set(hashes "")
foreach(header IN LISTS headers)
  file(SHA256 ${header} hash)
  string(APPEND hashes ${hash})
endforeach()
string(SHA256 hash "${hashes}")
file(WRITE ${OUTPUT} "package core

// The headers' hash is ${hash}.

// #cgo CFLAGS: -I\"${INCLUDE}\"
// #cgo LDFLAGS: -L\"${LIBRARY}\" -lfirth -Wl,-rpath,\"${LIBRARY}\"
import \"C\"
")
