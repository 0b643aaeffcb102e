package dev.theca.cli.sealfs;

import dev.theca.sealfs.Meta;
import dev.theca.sealfs.VolumeEdit;
import dev.theca.sealfs.VolumeWriter;

/** Where a tree is copied to: a base that is written, or a volume that changes. */
interface Target {
  long mkdir(long parent, byte[] name, Meta meta);

  long file(long parent, byte[] name, Meta meta);

  void data(long file, long offset, byte[] bytes, int from, int length);

  void size(long file, long size);

  long symlink(long parent, byte[] name, byte[] target, Meta meta);

  long node(long parent, byte[] name, int type, int major, int minor, Meta meta);

  void link(long ino, long parent, byte[] name);

  void xattr(long ino, byte[] name, byte[] value);

  void meta(long ino, Meta meta);

  static Target of(VolumeWriter writer) {
    return new Target() {
      @Override
      public long mkdir(long parent, byte[] name, Meta meta) {
        return writer.mkdir(parent, name, meta);
      }

      @Override
      public long file(long parent, byte[] name, Meta meta) {
        return writer.file(parent, name, meta);
      }

      @Override
      public void data(long file, long offset, byte[] bytes, int from, int length) {
        writer.data(file, offset, bytes, from, length);
      }

      @Override
      public void size(long file, long size) {
        writer.size(file, size);
      }

      @Override
      public long symlink(long parent, byte[] name, byte[] target, Meta meta) {
        return writer.symlink(parent, name, target, meta);
      }

      @Override
      public long node(long parent, byte[] name, int type, int major, int minor, Meta meta) {
        return writer.node(parent, name, type, major, minor, meta);
      }

      @Override
      public void link(long ino, long parent, byte[] name) {
        writer.link(ino, parent, name);
      }

      @Override
      public void xattr(long ino, byte[] name, byte[] value) {
        writer.xattr(ino, name, value);
      }

      @Override
      public void meta(long ino, Meta meta) {
        writer.meta(ino, meta);
      }
    };
  }

  static Target of(VolumeEdit edit) {
    return new Target() {
      @Override
      public long mkdir(long parent, byte[] name, Meta meta) {
        return edit.mkdir(parent, name, meta);
      }

      @Override
      public long file(long parent, byte[] name, Meta meta) {
        return edit.file(parent, name, meta);
      }

      @Override
      public void data(long file, long offset, byte[] bytes, int from, int length) {
        edit.data(file, offset, bytes, from, length);
      }

      @Override
      public void size(long file, long size) {
        edit.size(file, size);
      }

      @Override
      public long symlink(long parent, byte[] name, byte[] target, Meta meta) {
        return edit.symlink(parent, name, target, meta);
      }

      @Override
      public long node(long parent, byte[] name, int type, int major, int minor, Meta meta) {
        return edit.node(parent, name, type, major, minor, meta);
      }

      @Override
      public void link(long ino, long parent, byte[] name) {
        edit.link(ino, parent, name);
      }

      @Override
      public void xattr(long ino, byte[] name, byte[] value) {
        edit.xattr(ino, name, value);
      }

      @Override
      public void meta(long ino, Meta meta) {
        edit.meta(ino, meta);
      }
    };
  }
}
