import org.jspecify.annotations.NullMarked;

/** One command, theca. */
@NullMarked
@SuppressWarnings({"requires-automatic", "module"})
module dev.theca.cli {
  requires static org.jspecify;
  requires transitive dev.theca.wire;
  requires transitive dev.theca.linux;
  requires transitive dev.theca.evidence;
  requires transitive dev.theca.collateral;
  requires transitive dev.theca.rego;
  requires transitive dev.theca.image;
  requires transitive dev.theca.interop;
  requires transitive dev.theca.registry;
  requires transitive dev.theca.sealfs;
  requires transitive dev.theca.enclave;
  requires transitive dev.theca.forge;
  requires transitive dev.theca.simulator;
  requires transitive dev.theca.agent;
  requires transitive dev.theca.broker;
  requires transitive dev.theca.node;
  requires aircompressor.v3;
  requires info.picocli;
  requires java.logging;
  requires java.net.http;
  requires jdk.httpserver;

  opens dev.theca.cli to
      info.picocli;
  opens dev.theca.cli.demo to
      info.picocli;
  opens dev.theca.cli.seal to
      info.picocli;
  opens dev.theca.cli.verify to
      info.picocli;
  opens dev.theca.cli.collateral to
      info.picocli;
  opens dev.theca.cli.policy to
      info.picocli;
  opens dev.theca.cli.broker to
      info.picocli;
  opens dev.theca.cli.registry to
      info.picocli;
  opens dev.theca.cli.audit to
      info.picocli;
  opens dev.theca.cli.image to
      info.picocli;
  opens dev.theca.cli.sealfs to
      info.picocli;
  opens dev.theca.cli.node to
      info.picocli;
  opens dev.theca.cli.why to
      info.picocli;
  opens dev.theca.cli.cri to
      info.picocli;

  uses dev.theca.rego.spi.RegexEngine;
  uses dev.theca.rego.spi.YamlEngine;
}
