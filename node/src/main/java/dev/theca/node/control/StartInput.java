package dev.theca.node.control;

import dev.theca.wire.proto.ProtoException;
import dev.theca.wire.proto.ProtoReader;

/**
 * What containerd writes to the standard input of {@code start}: the runtime's options as an Any
 * (up to 2.2), or {@code containerd.runtime.bootstrap.v1.BootstrapParams} (from 2.3 on), which says
 * more. They are told apart by the first field: an instance id here, the name of a type there.
 *
 * @param containerdVersion empty when it was not said, like the addresses
 */
record StartInput(
    RuntimeOptions options, String containerdVersion, String ttrpcAddress, String grpcAddress) {
  private static final int INSTANCE_ID = 1;
  private static final int VERSION = 4;
  private static final int TTRPC_ADDRESS = 5;
  private static final int GRPC_ADDRESS = 6;
  private static final int BINARY = 7;
  private static final int EXTENSIONS = 8;

  /** {@link ProtoException} for what is neither, and for options of a type that nobody knows. */
  static StartInput read(byte[] input, String id) {
    return isBootstrap(input, id)
        ? bootstrap(input)
        : new StartInput(RuntimeOptions.read(input), "", "", "");
  }

  private static boolean isBootstrap(byte[] input, String id) {
    boolean named = false;
    boolean more = false;
    var in = new ProtoReader(input);
    while (in.next()) {
      if (in.field() == INSTANCE_ID) named = in.string().equals(id);
      else more |= in.field() >= VERSION && in.field() <= BINARY;
    }
    return named && more;
  }

  private static StartInput bootstrap(byte[] input) {
    String version = "";
    String ttrpc = "";
    String grpc = "";
    RuntimeOptions options = RuntimeOptions.NONE;
    var in = new ProtoReader(input);
    while (in.next()) {
      switch (in.field()) {
        case VERSION -> version = in.string();
        case TTRPC_ADDRESS -> ttrpc = in.string();
        case GRPC_ADDRESS -> grpc = in.string();
        case EXTENSIONS -> {
          var found = extension(in.message());
          if (!options.isPresent()) options = found;
        }
        default -> {} // read by nobody yet
      }
    }
    return new StartInput(options, version, ttrpc, grpc);
  }

  /** Extensions may be anything: those that are no options of ours are somebody else's. */
  private static RuntimeOptions extension(ProtoReader in) {
    RuntimeOptions options = RuntimeOptions.NONE;
    while (in.next()) {
      if (in.field() != 1) continue;
      byte[] any = in.bytes();
      String type = "";
      var value = new ProtoReader(any);
      while (value.next()) if (value.field() == 1) type = value.string();
      if (RuntimeOptions.known(type.substring(type.lastIndexOf('/') + 1)))
        options = RuntimeOptions.read(any);
    }
    return options;
  }
}
