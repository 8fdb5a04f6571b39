# frozen_string_literal: true

module Firth
  # The options of TLS. Files are in PEM.
  #
  # keyfile::        private key; without it, it is in certfile
  # certfile::       own certificate, then those above it
  # password::       of an encrypted key
  # ca_certs::       who is trusted, instead of the system's store
  # ciphers::        of TLS 1.2, in OpenSSL's words
  # server_name::    a client's: whom the certificate must name
  # ssl_version::    "TLSv1.2" or "TLSv1.3"; without it both
  # cert_reqs::      CERT_NONE, CERT_OPTIONAL or CERT_REQUIRED, or "none", "optional",
  #                  "required"; without it a client requires a good certificate, and a
  #                  server does so if it has ca_certs
  # check_hostname:: whether a client does, as it does unless cert_reqs is CERT_NONE
  module TLSOptions
    TEXTS = %i[keyfile certfile password ca_certs ciphers server_name].freeze
    KNOWN = [*TEXTS, :ssl_version, :cert_reqs, :check_hostname].freeze
    VERSIONS = { nil => TLS_UNSET, "TLSv1.2" => TLS_1_2, "TLSv1.3" => TLS_1_3 }.freeze
    CERT_REQS = { nil => CERT_UNSET, "none" => CERT_NONE, "optional" => CERT_OPTIONAL,
                  "required" => CERT_REQUIRED, CERT_NONE => CERT_NONE,
                  CERT_OPTIONAL => CERT_OPTIONAL, CERT_REQUIRED => CERT_REQUIRED }.freeze

    # In the order and the terms of the extension. TypeError, ArgumentError.
    def self.list(given)
      check(given)
      texts = given.values_at(*TEXTS)
                   .map { |text| text.respond_to?(:to_path) ? text.to_path : text }
      [*texts, choice(VERSIONS, given, :ssl_version), choice(CERT_REQS, given, :cert_reqs),
       host_check(given[:check_hostname])]
    end

    # Those of TLS, and the others.
    def self.split(given)
      given.partition { |name, _| KNOWN.include?(name) }.map(&:to_h)
    end

    def self.check(given)
      unless given.is_a?(Hash)
        raise TypeError, "expected the options of TLS as a Hash, not #{given.class}"
      end

      unknown = given.keys - KNOWN
      return if unknown.empty?

      raise ArgumentError, "TLS has no option #{unknown.first.inspect}; it has #{KNOWN.join(", ")}"
    end
    private_class_method :check

    def self.choice(choices, given, name)
      choices.fetch(given[name]) do |value|
        known = choices.keys.compact.map(&:inspect).join(", ")
        raise ArgumentError, "#{name}: expected one of #{known}, not #{value.inspect}"
      end
    end
    private_class_method :choice

    def self.host_check(wanted)
      return -1 if wanted.nil?

      wanted ? 1 : 0
    end
    private_class_method :host_check
  end
  private_constant :TLSOptions
end
