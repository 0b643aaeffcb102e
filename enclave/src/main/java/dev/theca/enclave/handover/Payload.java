package dev.theca.enclave.handover;

import dev.theca.wire.cbor.Cbor;
import dev.theca.wire.cbor.CborValue;
import dev.theca.wire.cbor.CborValue.CborArray;
import dev.theca.wire.cbor.CborValue.CborBytes;
import dev.theca.wire.cbor.CborValue.CborInt;
import dev.theca.wire.cbor.CborValue.CborMap;
import dev.theca.wire.cbor.CborValue.CborText;
import dev.theca.wire.secret.Secret;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.UUID;

/**
 * What the agent hands over for one container: its volume, its process, its secret files. Closing
 * zeroes the secrets. The app enforces exactly this; nothing that the host also supplies overrides
 * it.
 */
public record Payload(Volume volume, Process process, List<SecretFile> files)
    implements AutoCloseable {
  public Payload {
    files = List.copyOf(files);
  }

  /**
   * The sealed base of the container's root, and the key of an upper that is made for this mount.
   */
  public record Volume(UUID baseId, Secret baseKey, byte[] root, UUID upperId, Secret upperKey) {}

  /** The program: exactly these arguments and variables, and who runs it. */
  public record Process(
      List<String> argv, List<String> env, String cwd, int uid, int gid, List<Integer> groups) {
    public Process {
      argv = List.copyOf(argv);
      env = List.copyOf(env);
      groups = List.copyOf(groups);
    }
  }

  /** A file that exists only after attestation. */
  public record SecretFile(String path, int uid, int gid, int mode, Secret content) {}

  byte[] encode() {
    var fileList =
        files.stream()
            .map(
                f ->
                    f.content()
                        .lend(
                            bytes ->
                                Cbor.array(
                                    List.of(f.path(), f.uid(), f.gid(), f.mode(), bytes.clone()))))
            .toList();
    var base = volume.baseKey().<byte[], RuntimeException>lend(byte[]::clone);
    var upper = volume.upperKey().<byte[], RuntimeException>lend(byte[]::clone);
    return Cbor.encode(
        Cbor.map(
            1,
                Cbor.array(
                    List.of(id(volume.baseId()), base, volume.root(), id(volume.upperId()), upper)),
            2, Cbor.array(process.argv()),
            3, Cbor.array(process.env()),
            4, process.cwd(),
            5, Cbor.array(List.of(process.uid(), process.gid())),
            6, Cbor.array(process.groups()),
            7, Cbor.array(fileList)));
  }

  static Payload decode(CborMap map) {
    var v = list(map, 1);
    var volume =
        new Volume(
            uuid(bytes(v.get(0))),
            Secret.moveFrom(bytes(v.get(1))),
            bytes(v.get(2)),
            uuid(bytes(v.get(3))),
            Secret.moveFrom(bytes(v.get(4))));
    var ids = list(map, 5);
    var process =
        new Process(
            list(map, 2).stream().map(Payload::text).toList(),
            list(map, 3).stream().map(Payload::text).toList(),
            text(map.get(4).orElseThrow()),
            number(ids.get(0)),
            number(ids.get(1)),
            list(map, 6).stream().map(Payload::number).toList());
    var files =
        list(map, 7).stream()
            .map(item -> ((CborArray) item).items())
            .map(
                f ->
                    new SecretFile(
                        text(f.get(0)),
                        number(f.get(1)),
                        number(f.get(2)),
                        number(f.get(3)),
                        Secret.moveFrom(bytes(f.get(4)))))
            .toList();
    return new Payload(volume, process, files);
  }

  private static List<CborValue> list(CborMap map, long key) {
    return ((CborArray) map.get(key).orElseThrow()).items();
  }

  private static byte[] bytes(CborValue value) {
    return ((CborBytes) value).value();
  }

  private static String text(CborValue value) {
    return ((CborText) value).value();
  }

  private static int number(CborValue value) {
    return Math.toIntExact(((CborInt) value).value());
  }

  private static byte[] id(UUID uuid) {
    return ByteBuffer.allocate(16)
        .putLong(uuid.getMostSignificantBits())
        .putLong(uuid.getLeastSignificantBits())
        .array();
  }

  private static UUID uuid(byte[] bytes) {
    var in = ByteBuffer.wrap(bytes);
    return new UUID(in.getLong(), in.getLong());
  }

  @Override
  public void close() {
    volume.baseKey().close();
    volume.upperKey().close();
    files.forEach(file -> file.content().close());
  }
}
