# frozen_string_literal: true

module Firth
  # Functions of the extension become private methods of the class (or of its
  # instances) whose objects they make, and are then no functions of Firth any more.
  module Lend
    # A private class method `name`: what it makes is an instance of the receiver.
    def self.to_class(owner, name)
      owner.define_singleton_method(name, Firth.instance_method(name))
      owner.private_class_method(name)
      withdraw(name)
    end

    # A private method `name`: called in initialize, it fills the new object.
    def self.to_instances(owner, name)
      owner.define_method(name, Firth.instance_method(name))
      owner.send(:private, name)
      withdraw(name)
    end

    # Functions that no class has are none of Firth's either, except those `kept`.
    def self.end_with(*kept)
      functions = Firth.instance_methods(false) + Firth.private_instance_methods(false)
      (functions - kept).each { |name| withdraw(name) }
    end

    def self.withdraw(name)
      Firth.singleton_class.remove_method(name)
      Firth.remove_method(name)
    end
    private_class_method :withdraw
  end
  private_constant :Lend
end
