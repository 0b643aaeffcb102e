package dev.theca.enclave.handover;

import dev.theca.wire.cbor.Cbor;
import dev.theca.wire.cbor.CborValue;
import dev.theca.wire.cbor.CborValue.CborArray;
import dev.theca.wire.cbor.CborValue.CborBytes;
import dev.theca.wire.cbor.CborValue.CborInt;
import dev.theca.wire.cbor.CborValue.CborMap;
import dev.theca.wire.cbor.CborValue.CborText;
import dev.theca.wire.secret.Secret;
import java.util.List;

/**
 * What the agent hands over for one container: its volumes, its process, its secret files. Closing
 * zeroes the secrets. The app enforces exactly this; nothing that the host also supplies overrides
 * it.
 */
public record Payload(List<VolumeGrant> volumes, Process process, List<SecretFile> files)
    implements AutoCloseable {
  public Payload {
    volumes = List.copyOf(volumes);
    files = List.copyOf(files);
  }

  /** The volumes of one kind, in their order. */
  public <V extends VolumeGrant> List<V> volumes(Class<V> kind) {
    return volumes.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /** The same with more volumes. */
  public Payload with(List<? extends VolumeGrant> more) {
    var all = new java.util.ArrayList<>(volumes);
    all.addAll(more);
    return new Payload(all, process, files);
  }

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
    return Cbor.encode(
        Cbor.map(
            1, Cbor.array(volumes.stream().map(VolumeCodec::encode).toList()),
            2, Cbor.array(process.argv()),
            3, Cbor.array(process.env()),
            4, process.cwd(),
            5, Cbor.array(List.of(process.uid(), process.gid())),
            6, Cbor.array(process.groups()),
            7, Cbor.array(fileList)));
  }

  static Payload decode(CborMap map) {
    var volumes = list(map, 1).stream().map(VolumeCodec::decode).toList();
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
    return new Payload(volumes, process, files);
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

  @Override
  public void close() {
    volumes.forEach(volume -> volume.key().close());
    files.forEach(file -> file.content().close());
  }
}
