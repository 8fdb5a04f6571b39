# frozen_string_literal: true

module Firth
  # What the extension calls when a stream lies over an object of Ruby's: the object's
  # own methods, and a check of what they give. Stream says what they are.
  class CustomObject
    NEEDED = %i[read write close].freeze
    OWN_METHODS = %i[read read_some write write_some poll flush close closed?
                     fileno write_fileno].freeze
    STREAM_CLASSES = Firth.constants.map { |name| Firth.const_get(name) }
                          .select { |value| value.is_a?(Class) && value <= Stream }.freeze
    private_constant :NEEDED, :OWN_METHODS, :STREAM_CLASSES

    METHOD = Kernel.instance_method(:method)
    RESPOND = Kernel.instance_method(:respond_to?)
    CLASS = Kernel.instance_method(:class)
    SINGLETON = Kernel.instance_method(:singleton_class)
    private_constant :METHOD, :RESPOND, :CLASS, :SINGLETON

    class << self
      # The stream under `stream` for who lies over it: itself, or one that calls it.
      def stream_of(stream)
        firths_own?(stream) ? stream : Stream.new(stream)
      end

      # Whether firth need not ask Ruby: a stream whose class overrides nothing.
      def firths_own?(stream)
        Stream === stream && OWN_METHODS.all? { |name| own_method?(stream, name) }
      end

      # Whether it is a stream's own method, none of a class or module of the user's.
      def own_method?(stream, name)
        Stream === stream && STREAM_CLASSES.include?(METHOD.bind_call(stream, name).owner)
      end
    end

    # TypeError if `object` is no stream, ClosedError if it is closed.
    def initialize(object)
      @object = object
      @question = %i[closed? closed].find { |name| can?(name) }
      check_methods
      @reads_some = can?(:read_some) && not_behind?(:read_some, :read)
      @polls = can?(:poll)
      @flushes = can?(:flush)
      @writes_timed = own?(:write) && own?(:write_some)
      @flushes_timed = !@flushes || own?(:flush)
      raise ClosedError.new("#{class_name} is closed").tell(:closed, 0) if closed?
    end

    def class_name
      CLASS.bind_call(@object).inspect
    end

    # Whether reading, writing and flushing keep a time. A method that is firth's own does,
    # beside others that are not.
    def times
      [@polls, @writes_timed, @flushes_timed]
    end

    # Bytes; nil at the end; false when the time ran out.
    def read(first, all, timeout)
      return false unless timeout.nil? || poll(timeout)

      bytes = @reads_some ? @object.read_some(all) : @object.read(first)
      check_bytes(bytes, @reads_some ? "read_some" : "read", @reads_some ? all : first)
    end

    def poll(timeout)
      @object.poll(timeout)
    end

    # How many bytes were taken.
    def write(bytes, timeout)
      return in_time { @object.write_some(bytes, timeout: timeout) } || 0 if @writes_timed

      count = @object.write(bytes)
      nil == count ? bytes.bytesize : check_count(count, bytes.bytesize)
    end

    # False when the time ran out.
    def flush(timeout)
      return true unless @flushes
      return in_time { @object.flush(timeout: timeout) } if @flushes_timed

      @object.flush
      true
    end

    def close
      @object.close
    end

    def closed?
      (@question == :closed? ? @object.closed? : @object.closed) ? true : false
    end

    # For reading and for writing. NotSupportedError.
    def descriptors
      unless can?(:fileno)
        raise NotSupportedError.new("#{class_name} has no fileno").tell(:not_supported, 0)
      end

      reading = @object.fileno
      [reading, can?(:write_fileno) ? @object.write_fileno : reading]
    end

    private

    # What a stream inherits from firth's own classes it can only do once it is connected.
    def can?(name)
      RESPOND.bind_call(@object, name) && (!own?(name) || initialized?)
    end

    def own?(name)
      CustomObject.own_method?(@object, name)
    end

    # Whether it is a method that no class puts the other before, as one that wraps a
    # stream and counts what it reads does.
    def not_behind?(name, other)
      classes = SINGLETON.bind_call(@object)
      return false unless classes.method_defined?(name)

      first, second = [name, other].map { |each| METHOD.bind_call(@object, each).owner }
      classes.ancestors.index(first) <= classes.ancestors.index(second)
    end

    def initialized?
      Stream.instance_method(:timeout).bind_call(@object)
      true
    rescue TypeError
      false
    end

    def check_methods
      missing = NEEDED.reject { |name| can?(name) }
      missing << :closed? unless @question
      return if missing.empty?

      raise TypeError, "expected a stream, or an object with read, write, close and closed?; " \
                       "#{class_name} has no #{missing.join(", ")}"
    end

    def check_bytes(bytes, method, asked)
      return nil if nil == bytes
      unless String === bytes
        raise TypeError, "#{class_name}##{method}(#{asked}) returned #{CLASS.bind_call(bytes)}, " \
                         "expected a String, or nil at the end"
      end
      return bytes.empty? ? nil : bytes if bytes.bytesize <= asked

      raise ArgumentError, "#{class_name}##{method}(#{asked}) returned #{bytes.bytesize} bytes, " \
                           "expected 1 to #{asked}"
    end

    def check_count(count, length)
      unless Integer === count
        raise TypeError, "#{class_name}#write returned #{CLASS.bind_call(count)}, " \
                         "expected nil or the number of bytes taken"
      end
      return count if count.between?(0, length)

      raise ArgumentError, "#{class_name}#write returned #{count}, expected 0 to #{length}"
    end

    def in_time
      yield || true
    rescue TimeoutError
      false
    end
  end
  private_constant :CustomObject
end
