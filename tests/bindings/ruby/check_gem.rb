# frozen_string_literal: true

# The extension of the gem can be made against the installed library, and works.
# Usage: ruby check_gem.rb BINDING_FOLDER BUILD_FOLDER CMAKE

require "rbconfig"
require "rubygems"
require "tmpdir"

binding_folder, build, cmake = ARGV

def run(*command, **options)
  system(*command, **options, out: File::NULL) or abort "failed: #{command.join(" ")}"
end

spec = Gem::Specification.load(File.join(binding_folder, "firth.gemspec")) or abort "no gemspec"
missing = spec.files.reject { |file| File.file?(File.join(binding_folder, file)) }
abort "the gemspec names what is missing: #{missing}" unless missing.empty?
abort "the gemspec leaves out firth.rb" unless spec.files.include?("lib/firth.rb")

Dir.mktmpdir do |folder|
  prefix = File.join(folder, "installed")
  run(cmake, "--install", build, "--prefix", prefix)
  pkgconfig, = Dir[File.join(prefix, "**", "firth.pc")]
  abort "no firth.pc was installed" unless pkgconfig

  environment = { "PKG_CONFIG_PATH" => File.dirname(pkgconfig),
                  "LD_LIBRARY_PATH" => File.expand_path("..", File.dirname(pkgconfig)),
                  "RUBYLIB" => [folder, File.join(binding_folder, "lib")].join(":") }
  run(environment, RbConfig.ruby, File.join(binding_folder, "extconf.rb"), chdir: folder)
  run(environment, "make", chdir: folder)
  run(environment, RbConfig.ruby, "-w", "-rfirth", "-e",
      'exit Firth.version == ARGV[0] && Firth::FrameCodec.new.encode("x") == "\0\0\0\1\0x\n"',
      spec.version.to_s)
end
