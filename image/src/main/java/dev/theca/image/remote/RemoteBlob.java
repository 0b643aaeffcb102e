package dev.theca.image.remote;

import dev.theca.image.Blob;
import dev.theca.image.Descriptor;
import java.io.IOException;
import java.io.InputStream;

/** A blob of a repository; nothing is asked before somebody reads. */
record RemoteBlob(Descriptor descriptor, Places places) implements Blob {
  @Override
  public long size() {
    return descriptor.size();
  }

  @Override
  public InputStream from(long offset) throws IOException {
    if (offset < 0 || offset > size())
      throw new IllegalArgumentException("offset " + offset + " of " + size());
    return offset == size() ? InputStream.nullInputStream() : ResumingStream.open(this, offset);
  }
}
