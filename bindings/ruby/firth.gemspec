# frozen_string_literal: true

# For a checkout of the project: the extension is made from the interface files two
# folders above, against the C library that pkg-config finds.
Gem::Specification.new do |spec|
  spec.name = "firth"
  spec.version = "0.1.0"
  spec.summary = "rpyc's byte streams, frames and channels"
  spec.description = "Connects Ruby programs to rpyc's servers and to each other: sockets and " \
                     "pipes, whole payloads over them, and the frame codec alone for event loops."
  spec.authors = ["the firth authors"]
  spec.homepage = "https://firth.dev"
  spec.license = "MIT"
  spec.required_ruby_version = ">= 3.1"
  spec.files = Dir["lib/**/*.rb", "support/*.{c,h}", "extconf.rb", base: __dir__]
  spec.extensions = ["extconf.rb"]
end
