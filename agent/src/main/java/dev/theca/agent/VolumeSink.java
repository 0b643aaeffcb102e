package dev.theca.agent;

import dev.theca.image.tar.TarLimits;
import dev.theca.image.unpack.Attributes;
import dev.theca.image.unpack.Limits;
import dev.theca.image.unpack.TreeSink;
import dev.theca.sealfs.Meta;
import dev.theca.sealfs.VolumeWriter;
import java.nio.charset.StandardCharsets;

/** Lets an image unpack straight into a sealed volume: no plaintext in between. */
public final class VolumeSink implements TreeSink {
  /**
   * What a volume has room for: attributes of 32 KiB an entry; and 32 bytes of memory for each 16
   * KiB of a file, holes included, which is what bounds the bytes here.
   */
  public static final Limits LIMITS =
      Limits.DEFAULT
          .withTar(new TarLimits(4096, 4095, 1 << 20, 255, 1 << 15, 1 << 15, 16L << 30, 1 << 16))
          .withBytes(16L << 30, 250, 1L << 30, 8 << 20);

  private final VolumeWriter volume;

  /** Writes into a volume, which stays its owner's. */
  public VolumeSink(VolumeWriter volume) {
    this.volume = volume;
  }

  private static Meta meta(Attributes a) {
    return new Meta(a.mode(), a.uid(), a.gid(), a.mtimeNanos());
  }

  private long with(long entry, Attributes attributes) {
    attributes
        .xattrs()
        .forEach(
            (name, value) -> volume.xattr(entry, name.getBytes(StandardCharsets.UTF_8), value));
    return entry;
  }

  @Override
  public long root() {
    return VolumeWriter.ROOT;
  }

  @Override
  public long file(Attributes attributes) {
    return with(volume.begin(meta(attributes)), attributes);
  }

  @Override
  public void data(long file, long offset, byte[] bytes, int from, int length) {
    volume.data(file, offset, bytes, from, length);
  }

  @Override
  public void end(long file, long size) {
    volume.end(file, size);
  }

  @Override
  public void attach(long file, long parent, byte[] name) {
    volume.attach(file, parent, name);
  }

  @Override
  public long directory(long parent, byte[] name, Attributes attributes) {
    return with(volume.mkdir(parent, name, meta(attributes)), attributes);
  }

  @Override
  public void attributes(long directory, Attributes attributes) {
    volume.meta(directory, meta(attributes));
    volume.clearXattrs(directory);
    with(directory, attributes);
  }

  @Override
  public void symlink(long parent, byte[] name, byte[] target, Attributes attributes) {
    with(volume.symlink(parent, name, target, meta(attributes)), attributes);
  }

  @Override
  public void special(
      long parent, byte[] name, Special kind, int major, int minor, Attributes attributes) {
    int type =
        switch (kind) {
          case CHARACTER_DEVICE -> 0020000;
          case BLOCK_DEVICE -> 0060000;
          case FIFO -> 0010000;
        };
    with(volume.node(parent, name, type, major, minor, meta(attributes)), attributes);
  }

  @Override
  public void link(long fromParent, byte[] fromName, long parent, byte[] name) {
    volume.link(volume.lookup(fromParent, fromName), parent, name);
  }

  @Override
  public void unlink(long parent, byte[] name) {
    volume.remove(parent, name);
  }

  @Override
  public void rmdir(long parent, byte[] name, long directory) {
    volume.remove(parent, name);
  }
}
