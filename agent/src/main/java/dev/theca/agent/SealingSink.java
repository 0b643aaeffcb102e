package dev.theca.agent;

import dev.theca.image.TreeSink;
import dev.theca.sealfs.VolumeWriter;

/** Lets an image unpack straight into a sealed volume: no plaintext in between. */
final class SealingSink implements TreeSink {
  private final VolumeWriter volume;

  SealingSink(VolumeWriter volume) {
    this.volume = volume;
  }

  private static dev.theca.sealfs.Meta meta(Meta meta) {
    return new dev.theca.sealfs.Meta(meta.mode(), meta.uid(), meta.gid(), meta.mtimeNanos());
  }

  @Override
  public long root() {
    return VolumeWriter.ROOT;
  }

  @Override
  public long mkdir(long parent, byte[] name, Meta meta) {
    return volume.mkdir(parent, name, meta(meta));
  }

  @Override
  public long file(long parent, byte[] name, Meta meta) {
    return volume.file(parent, name, meta(meta));
  }

  @Override
  public void data(long file, long offset, byte[] bytes, int from, int length) {
    volume.data(file, offset, bytes, from, length);
  }

  @Override
  public long symlink(long parent, byte[] name, byte[] target, Meta meta) {
    return volume.symlink(parent, name, target, meta(meta));
  }

  @Override
  public long node(long parent, byte[] name, int type, int major, int minor, Meta meta) {
    return volume.node(parent, name, type, major, minor, meta(meta));
  }

  @Override
  public void link(long existing, long parent, byte[] name) {
    volume.link(existing, parent, name);
  }

  @Override
  public void xattr(long entry, byte[] name, byte[] value) {
    volume.xattr(entry, name, value);
  }

  @Override
  public void meta(long entry, Meta meta) {
    volume.meta(entry, meta(meta));
  }

  @Override
  public void remove(long parent, byte[] name) {
    volume.remove(parent, name);
  }
}
