package dev.theca.wire.proto;

/** Bytes that are not the protobuf message they should be; the message says where. */
public final class ProtoException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ProtoException(String message) {
    super(message);
  }
}
