# frozen_string_literal: true

# Makes the Makefile of the extension: needs SWIG, and firth's C library installed
# (PKG_CONFIG_PATH says where, if it is no usual place).
require "mkmf"

interface = File.expand_path("../../swig", __dir__)
headers = pkg_config("firth", "variable=includedir")
swig = find_executable("swig")
found = headers && pkg_config("firth")
abort "firth.pc is not to be found: install the C library first" unless found
abort "SWIG is not to be found" unless swig

made = system(swig, "-ruby", "-initname", "firth_core", "-I#{interface}", "-I#{interface}/ruby",
              "-I#{headers}", "-o", "firth_core_wrap.c", "#{interface}/ruby/firth_core.i")
abort "SWIG failed" unless made

$srcs = Dir[File.join(__dir__, "support", "*.c")] + ["firth_core_wrap.c"]
$VPATH << "$(srcdir)/support"
$INCFLAGS << " -I$(srcdir)/support"
$defs << "-D_DEFAULT_SOURCE"
create_makefile("firth_core")
