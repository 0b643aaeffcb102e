package dev.theca.cli.sealfs;

import dev.theca.cli.broker.WrongUsage;
import dev.theca.sealfs.Anchor;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * What the owner of a volume remembers of it, in a file beside the key: which volume the key opens,
 * and the newest state of it, so that another one and an older one are refused. Not secret, but
 * whoever changes it decides what is accepted: it lies where the key lies, and not with the volume.
 *
 * @param root 32 bytes, of a base
 * @param base what an upper lies above
 * @param anchor the newest state of what can change
 */
record VolumeRecord(
    UUID uuid,
    Optional<byte[]> root,
    Optional<Base> base,
    Optional<Anchor> anchor,
    long quotaBytes,
    long quotaInodes) {
  private static final String FORMAT = "theca-volume/1";
  private static final int MAX_BYTES = 4096;
  private static final int ROOT = 32;

  /** The base that an upper lies above. */
  record Base(UUID uuid, byte[] root) {}

  static VolumeRecord ofBase(UUID uuid, byte[] root) {
    return new VolumeRecord(uuid, Optional.of(root), Optional.empty(), Optional.empty(), 0, 0);
  }

  VolumeRecord at(Anchor newest) {
    return new VolumeRecord(uuid, root, base, Optional.of(newest), quotaBytes, quotaInodes);
  }

  /** Where the record of a key lies. */
  static Path beside(Path key) {
    return key.resolveSibling(key.getFileName() + ".volume");
  }

  static VolumeRecord read(Path file) throws IOException {
    byte[] bytes;
    try (var in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MAX_BYTES + 1);
    }
    try {
      if (bytes.length > MAX_BYTES) throw new IllegalArgumentException("too long");
      var json = Json.object(bytes).orThrow();
      if (!json.requireString("format").orThrow().equals(FORMAT))
        throw new IllegalArgumentException("another format");
      return new VolumeRecord(
          UUID.fromString(json.requireString("uuid").orThrow()),
          json.string("root").map(VolumeRecord::root),
          json.object("base").map(VolumeRecord::base),
          json.string("anchor").map(Anchor::parse),
          json.integer("quota-bytes").orElse(0L),
          json.integer("quota-inodes").orElse(0L));
    } catch (RuntimeException e) {
      throw new WrongUsage(file + " is no record of a volume; bring back the one that mkfs wrote");
    }
  }

  static byte[] root(String hex) {
    byte[] root = HexFormat.of().parseHex(hex);
    if (root.length != ROOT) throw new IllegalArgumentException("a root is 64 hex digits");
    return root;
  }

  private static Base base(JsonObject json) {
    return new Base(
        UUID.fromString(json.requireString("uuid").orThrow()),
        root(json.requireString("root").orThrow()));
  }

  private static JsonObject.Builder named(UUID uuid, byte[] root) {
    return JsonObject.builder()
        .put("uuid", uuid.toString())
        .put("root", HexFormat.of().formatHex(root));
  }

  JsonObject json() {
    var json = JsonObject.builder().put("format", FORMAT).put("uuid", uuid.toString());
    root.ifPresent(r -> json.put("root", HexFormat.of().formatHex(r)));
    base.ifPresent(b -> json.put("base", named(b.uuid(), b.root()).build()));
    anchor.ifPresent(a -> json.put("anchor", a.toString()));
    if (quotaBytes > 0) json.put("quota-bytes", quotaBytes);
    if (quotaInodes > 0) json.put("quota-inodes", quotaInodes);
    return json.build();
  }

  /** Replaces the file in one step, and is on the disk when this returns. */
  void write(Path file) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    try (var out =
        FileChannel.open(
            fresh, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), mode)) {
      var text = ByteBuffer.wrap((Json.text(json()) + "\n").getBytes(StandardCharsets.UTF_8));
      while (text.hasRemaining()) out.write(text);
      out.force(true);
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    var folder = file.toAbsolutePath().getParent();
    if (folder == null) return;
    try (var directory = FileChannel.open(folder, StandardOpenOption.READ)) {
      directory.force(true);
    }
  }
}
