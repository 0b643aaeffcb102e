package dev.theca.fuzz;

import dev.theca.node.control.FuzzControl;
import dev.theca.wire.grpc.FuzzGrpc;
import dev.theca.wire.proto.ProtoWriter;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What containerd and the launcher send to the node daemon. */
final class NodeTarget {
  private NodeTarget() {}

  static Map<String, CoverageTargets.Target> targets() {
    var all = new TreeMap<String, CoverageTargets.Target>();
    all.put("node-request", FuzzControl::request);
    all.put("node-start", FuzzControl::start);
    all.put("node-features", FuzzControl::features);
    all.put("node-grpc", FuzzGrpc::connection);
    return all;
  }

  /** Good inputs, from which bad ones are made. */
  static Map<String, List<byte[]>> seeds() throws IOException {
    byte[] runc =
        any("containerd.runc.v1.Options", new ProtoWriter().string(6, "/usr/sbin/runc").toBytes());
    byte[] generic =
        any(
            "runtimeoptions.v1.Options",
            new ProtoWriter().string(3, "BinaryName = \"/usr/sbin/runc\"\n").toBytes());
    byte[] bootstrap =
        new ProtoWriter()
            .string(1, "abc")
            .string(2, "k8s.io")
            .varint(3, -4)
            .string(4, "2.3.0")
            .string(5, "/run/containerd/containerd.sock.ttrpc")
            .string(6, "/run/containerd/containerd.sock")
            .message(8, new ProtoWriter().message(1, runc))
            .toBytes();
    byte[] features =
        "{\"mountOptions\":[\"ro\",\"idmap\"],\"linux\":{\"namespaces\":[\"pid\",\"user\"]}}"
            .getBytes(StandardCharsets.UTF_8);
    var all = new TreeMap<String, List<byte[]>>();
    all.put("node-request", List.of(request(runc), request(bootstrap)));
    all.put("node-start", List.of(runc, generic, bootstrap));
    all.put("node-features", List.of(features));
    all.put("node-grpc", FuzzGrpc.seeds());
    return all;
  }

  private static byte[] any(String type, byte[] value) {
    return new ProtoWriter().string(1, type).bytes(2, value).toBytes();
  }

  private static byte[] request(byte[] input) throws IOException {
    var fields = new ByteArrayOutputStream();
    var out = new DataOutputStream(fields);
    for (String text :
        List.of("start", "theca", "k8s.io", "abc", "/run/b", "/c", "/c.ttrpc", "2")) {
      out.writeInt(text.length());
      out.writeBytes(text);
    }
    out.writeInt(input.length);
    out.write(input);
    var whole = new ByteArrayOutputStream();
    new DataOutputStream(whole).writeInt(fields.size());
    whole.writeBytes(fields.toByteArray());
    return whole.toByteArray();
  }

  /** Writes the seeds of a target into a folder, for the coverage-guided fuzzer. */
  public static void main(String[] args) throws IOException {
    var mine = seeds().getOrDefault(args[0], List.of());
    for (int i = 0; i < mine.size(); i++)
      Files.write(Path.of(args[1]).resolve("seed" + i), mine.get(i));
  }
}
