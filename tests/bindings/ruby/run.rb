# frozen_string_literal: true

# Runs every file of tests in this folder: RUBYLIB=build/bindings/ruby ruby run.rb
require "minitest/autorun"

Dir[File.join(__dir__, "test_*.rb")].sort.each { |file| require file }
