package dev.theca.image.local;

import dev.theca.image.ImageException;
import dev.theca.image.ImageWriter;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;

/** A blob on its way into a layout: counted while it is written, named when its digest fits. */
final class LayoutUpload implements ImageWriter.BlobUpload {
  private static final String USUAL = "sha256";

  private final LayoutFiles files;
  private final Path fresh;
  private final FileChannel channel;
  private final MessageDigest hash = Digest.hasher(USUAL);

  LayoutUpload(LayoutFiles files) {
    this.files = files;
    this.fresh = AtomicFile.beside(files.folder());
    try {
      channel =
          FileChannel.open(
              fresh,
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.WRITE,
              StandardOpenOption.READ);
    } catch (IOException e) {
      throw new ImageException("cannot write into " + files.folder(), e);
    }
  }

  @Override
  public void write(byte[] bytes, int from, int length) {
    hash.update(bytes, from, length);
    try {
      for (var rest = ByteBuffer.wrap(bytes, from, length); rest.hasRemaining(); ) {
        int unused = channel.write(rest);
      }
    } catch (IOException e) {
      throw new ImageException("cannot write into " + files.folder(), e);
    }
  }

  @Override
  public Outcome<Boolean> finish(Digest digest) {
    try {
      Digest found = digest.algorithm().equals(USUAL) ? Digest.finish(USUAL, hash) : again(digest);
      if (!found.equals(digest)) return files.no("blob " + digest, found.toString());
      channel.force(true);
      channel.close();
      Path target = files.blob(digest);
      Files.createDirectories(files.folder().resolve("blobs").resolve(digest.algorithm()));
      AtomicFile.rename(fresh, target);
      return Outcome.granted(true);
    } catch (IOException e) {
      throw new ImageException("cannot write into " + files.folder(), e);
    }
  }

  /** The algorithm is known at the end only. */
  private Digest again(Digest digest) throws IOException {
    var other = Digest.hasher(digest.algorithm());
    try (var in = new FileBlob(fresh, 0, channel.size()).from(0)) {
      in.transferTo(
          new OutputStream() {
            @Override
            public void write(int b) {
              other.update((byte) b);
            }

            @Override
            public void write(byte[] bytes, int from, int length) {
              other.update(bytes, from, length);
            }
          });
    }
    return Digest.finish(digest.algorithm(), other);
  }

  @Override
  public void close() {
    try {
      channel.close();
      Files.deleteIfExists(fresh);
    } catch (IOException e) {
      throw new ImageException("cannot remove " + fresh, e);
    }
  }
}
