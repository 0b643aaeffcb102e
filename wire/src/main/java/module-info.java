import org.jspecify.annotations.NullMarked;

/**
 * Bytes on wires: strict formats and the messages between rooms.
 *
 * <p>Packages that can hold a key ({@code secret}, {@code jose}) are exported to named rooms only,
 * so that host code ({@code node}, {@code operator}) cannot even name one.
 */
@NullMarked
@SuppressWarnings("module")
module dev.theca.wire {
  requires static org.jspecify;
  requires tools.jackson.core;

  exports dev.theca.wire;
  exports dev.theca.wire.cbor;
  exports dev.theca.wire.der;
  exports dev.theca.wire.x509;
  exports dev.theca.wire.grpc;
  exports dev.theca.wire.initdata;
  exports dev.theca.wire.json;
  exports dev.theca.wire.kbs;
  exports dev.theca.wire.launch;
  exports dev.theca.wire.meter;
  exports dev.theca.wire.nodeagent;
  exports dev.theca.wire.proto;
  exports dev.theca.wire.rpc;
  exports dev.theca.wire.service;
  exports dev.theca.wire.toml;
  exports dev.theca.wire.ttrpc;
  exports dev.theca.wire.jose to
      dev.theca.agent,
      dev.theca.broker,
      dev.theca.cli,
      dev.theca.enclave,
      dev.theca.forge,
      dev.theca.image,
      dev.theca.interop,
      dev.theca.registry,
      dev.theca.sealfs,
      dev.theca.simulator;
  exports dev.theca.wire.secret to
      dev.theca.agent,
      dev.theca.broker,
      dev.theca.cli,
      dev.theca.enclave,
      dev.theca.forge,
      dev.theca.image,
      dev.theca.interop,
      dev.theca.registry,
      dev.theca.sealfs,
      dev.theca.simulator;
}
