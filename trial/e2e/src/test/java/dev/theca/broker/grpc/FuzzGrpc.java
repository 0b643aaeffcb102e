package dev.theca.broker.grpc;

import dev.theca.wire.proto.ProtoException;

/** The messages of the attestation service, read as the server does. */
public final class FuzzGrpc {
  private FuzzGrpc() {}

  public static void take(byte[] message) {
    try {
      var unused = EvaluateRequest.ofProto(message);
    } catch (ProtoException e) {
      return; // what is no protobuf, the server answers so
    }
  }
}
