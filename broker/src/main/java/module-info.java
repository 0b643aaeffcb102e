import org.jspecify.annotations.NullMarked;

/** Key broker service, attestation service, reference values. */
@NullMarked
@SuppressWarnings({"module", "requires-automatic"})
module dev.theca.broker {
  requires static org.jspecify;
  requires transitive dev.theca.wire;
  requires transitive dev.theca.linux;
  requires transitive dev.theca.evidence;
  requires transitive dev.theca.collateral;
  requires transitive dev.theca.rego;
  requires java.net.http;
  requires jdk.httpserver;
  requires re2j;
  requires org.snakeyaml.engine.v2;

  exports dev.theca.broker to
      dev.theca.cli;
  exports dev.theca.broker.policy;

  provides dev.theca.rego.spi.RegexEngine with
      dev.theca.broker.policy.Re2Engine;
  provides dev.theca.rego.spi.YamlEngine with
      dev.theca.broker.policy.SnakeYamlEngine;
}
