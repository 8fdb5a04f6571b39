package = "firth"
version = "0.1.0-1"
source = {
  url = "git+https://firth.dev/firth.git",
  tag = "v0.1.0",
}
description = {
  summary = "rpyc's byte streams, frames and channels",
  detailed = [[
    Connects Lua programs to rpyc's servers and to each other: sockets and pipes,
    whole payloads over them, the frame codec alone for event loops, and brine, the
    encoding of the values in rpyc's messages.
  ]],
  homepage = "https://firth.dev",
}
dependencies = { "lua >= 5.4, < 5.5" }
build = {
  type = "cmake",
  variables = {
    CMAKE_INSTALL_PREFIX = "$(PREFIX)",
    CMAKE_BUILD_TYPE = "Release",
    FIRTH_BINDINGS = "lua",
    FIRTH_TESTS = "OFF",
    FIRTH_LUA_LIBDIR = "$(LIBDIR)",
    FIRTH_LUA_DIR = "$(LUADIR)",
  },
}
