import org.jspecify.annotations.NullMarked;

/** Key broker service, attestation service, reference values, keys: the owner's side. */
@NullMarked
@SuppressWarnings({"module", "requires-automatic"})
module dev.theca.broker {
  requires static org.jspecify;
  requires transitive dev.theca.wire;
  requires transitive dev.theca.linux;
  requires transitive dev.theca.evidence;
  requires transitive dev.theca.collateral;
  requires transitive dev.theca.rego;
  requires com.amazon.corretto.crypto.provider;
  requires com.zaxxer.hikari;
  requires io.grpc;
  requires io.grpc.netty;
  requires io.grpc.stub;
  requires io.helidon.webserver;
  requires io.helidon.webserver.http2;
  requires io.netty.common;
  requires io.netty.handler;
  requires io.netty.transport;
  requires java.net.http;
  requires java.sql;
  requires jdk.crypto.cryptoki;
  requires org.postgresql.jdbc;
  requires org.xerial.sqlitejdbc;
  requires org.snakeyaml.engine.v2;
  requires re2j;

  exports dev.theca.broker to
      dev.theca.cli;
  exports dev.theca.broker.audit to
      dev.theca.cli;
  exports dev.theca.broker.policy;
  exports dev.theca.broker.reference to
      dev.theca.cli;

  uses dev.theca.broker.spi.KeyEncryptionProvider;

  provides dev.theca.rego.spi.RegexEngine with
      dev.theca.broker.policy.Re2Engine;
  provides dev.theca.rego.spi.YamlEngine with
      dev.theca.broker.policy.SnakeYamlEngine;
}
