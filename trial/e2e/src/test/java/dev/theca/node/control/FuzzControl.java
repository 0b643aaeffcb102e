package dev.theca.node.control;

import dev.theca.wire.json.Json;
import dev.theca.wire.proto.ProtoException;
import java.io.ByteArrayInputStream;
import java.io.IOException;

/** What a launcher, and containerd through it, may send to the node daemon. */
public final class FuzzControl {
  private static final String ID = "abc";

  private FuzzControl() {}

  /** A whole request, as it is on the control socket. */
  public static void request(byte[] input) {
    try {
      var in = new ByteArrayInputStream(input);
      var call = ControlRequest.read(in, ControlRequest.size(in));
      if (call.input().length > input.length) throw new IllegalStateException("more than was sent");
    } catch (IOException e) {
      return; // no request: the connection ends
    }
  }

  /** Standard input of {@code start} and of {@code -info}. */
  public static void start(byte[] input) {
    try {
      var read = StartInput.read(input, ID);
      String unused = read.options().binaryName();
      var again = RuntimeOptions.read(read.options().encode().toBytes());
      if (!again.type().equals(read.options().type()))
        throw new IllegalStateException("options that are read as others");
    } catch (ProtoException e) {
      return; // refused in words
    }
  }

  /** What an OCI runtime prints. */
  public static void features(byte[] input) {
    if (!Json.object(Features.confidential(input)).isGranted())
      throw new IllegalStateException("features that are no JSON");
  }
}
